"""Complete the metadata of a distribution: the README, with links that work on a package index, and addresses.

PROJECT_URL names the repository; no file does, as a fork is at another address. Without it, links stay relative.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VENDOR = "https://developers.webexconnect.io/reference/send-message-v1"
RELATIVE = re.compile(r"\]\((?![a-z]+:|#)")


class MetadataHook(MetadataHookInterface):
    """Adds what pyproject.toml lists as dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the README and the addresses."""
        text = Path(self.root, "README.md").read_text(encoding="utf-8")
        repository = os.environ.get("PROJECT_URL", "").rstrip("/")
        metadata["urls"] = {"Reference of the vendor": VENDOR}
        if repository:
            files = f"{repository}/blob/HEAD"
            metadata["urls"] |= {"Repository": repository, "Changelog": f"{files}/CHANGELOG.md"}
            text = RELATIVE.sub(f"]({files}/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
