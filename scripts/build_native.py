"""Compile the accelerator for a wheel; where that cannot be done, the wheel is pure Python and slower."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from setuptools import Distribution, Extension
from setuptools.errors import BaseError, CCompilerError

PACKAGE = "webex_connect_messaging"
VARIABLE = "WEBEX_CONNECT_MESSAGING_NATIVE"
# Microsoft's compiler optimizes anyway. What is for debuggers names folders, so that no two builds would be the same.
FLAGS = {"win32": ["/std:c11"], "linux": ["-O3", "-g0", "-fno-plt"]}.get(sys.platform, ["-O3", "-g0"])


class AcceleratorHook(BuildHookInterface[BuilderConfig]):
    """Adds the compiled module to a wheel, or puts it beside its source for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, unless the environment says otherwise, and tell Hatch what came of it."""
        choice = os.environ.get(VARIABLE, "")
        if choice not in {"", "require", "omit"}:
            raise ValueError(f"{VARIABLE} must be require, omit or unset, not {choice!r}")
        self.temporary = tempfile.TemporaryDirectory()
        command = self._command(in_place=version == "editable")
        module = Path(command.get_ext_fullpath("_native"))
        module.unlink(missing_ok=True)  # what an earlier editable install left must not outlive its source
        if choice == "omit":
            return
        try:
            command.run()
        except (BaseError, CCompilerError) as error:
            if choice == "require":
                raise
            self.app.display_warning(f"{PACKAGE}._native cannot be compiled: {error}")
            self.app.display_warning("The package works without it, but slower.")
            return
        if version == "standard":
            build_data.update(pure_python=False, infer_tag=True)
            build_data["force_include"][str(module)] = f"{PACKAGE}/{module.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - Hatch's
        """Remove what only the build needed."""
        self.temporary.cleanup()

    def _command(self, *, in_place: bool) -> Any:
        """Return the compiling command of setuptools, which knows each platform's flags."""
        package = Path(self.root, "src", PACKAGE)
        sources = sorted(map(str, Path(self.root, "src", "native").glob("*.c")))
        extension = Extension("_native", sources, extra_compile_args=FLAGS)
        command = Distribution({"ext_modules": [extension]}).get_command_obj("build_ext")
        command.build_lib = str(package) if in_place else self.temporary.name
        command.build_temp = self.temporary.name
        command.ensure_finalized()
        return command
