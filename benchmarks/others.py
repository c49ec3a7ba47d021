"""Validators outside Python: Ajv, in Node.js, and Blaze, in the command of Sourcemeta."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from peers import schema
from samples import Payload
from timing import time_once

AJV, AJV_ALL, BLAZE, BLAZE_ALL = "Ajv: verdict", "Ajv: all errors", "Blaze: verdict", "Blaze: all errors"
AJV_BYTES = "Ajv: verdict (from bytes)"
BLAZE_LINES = "Blaze: verdict (from lines)"
_PACKAGES = ("ajv@8", "ajv-formats@3", "@sourcemeta/jsonschema@16")
_BLAZE = Path("node_modules", ".bin", "jsonschema")
_AVERAGE = re.compile(r": (?:PASS|FAIL) ([0-9.]+) \+-")


class Others:
    """Runs programs that npm installs, where it is there, and returns the seconds that they take."""

    def __init__(self, folder: Path, payloads: list[Payload], are_valid: bool) -> None:
        """Write the payloads and their schemas for the programs."""
        self._folder = folder
        self._payloads = payloads
        self._are_valid = are_valid
        for payload in payloads:
            (folder / f"{payload.channel}.schema.json").write_text(
                json.dumps(schema(payload.channel)), encoding="utf-8"
            )
        for index, payload in enumerate(payloads):
            (folder / f"{index}.json").write_text(json.dumps(payload.document), encoding="utf-8")
        (folder / "payloads.json").write_text(json.dumps([item._asdict() for item in payloads]), encoding="utf-8")
        self._installed = shutil.which("npm") is not None
        if self._installed:
            shutil.copy(Path(__file__).with_name("ajv.mjs"), folder)
            subprocess.run(["npm", "install", "--silent", "--no-audit", *_PACKAGES], cwd=folder, check=True)

    def run(self) -> list[dict[str, float]]:
        """Measure every payload once."""
        if not self._installed:
            return [{} for _ in self._payloads]
        done = subprocess.run(["node", "ajv.mjs"], cwd=self._folder, check=True, capture_output=True, text=True)
        return [
            {
                AJV: verdict,
                AJV_ALL: every,
                AJV_BYTES: from_bytes,
                BLAZE: self._blaze(index, "--fast"),
                BLAZE_ALL: self._blaze(index),
                **({BLAZE_LINES: self._blaze_lines(index)} if self._are_valid else {}),
            }
            for index, (verdict, every, from_bytes) in enumerate(json.loads(done.stdout))
        ]

    def _blaze(self, index: int, *options: str) -> float:
        files = [f"{self._payloads[index].channel}.schema.json", f"{index}.json"]
        command = [str(_BLAZE), "validate", *options, "--benchmark", "--loop", "300", *files]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        match = _AVERAGE.search(done.stdout + done.stderr)
        if match is None:
            raise RuntimeError(f"{files}: {done.stdout}{done.stderr}")
        return float(match[1]) / 1e6

    def _blaze_lines(self, index: int) -> float:
        """Return the seconds of a line, from reading to verdict: those of many lines less those of one."""
        text = json.dumps(self._payloads[index].document) + "\n"
        many = 2 + 10_000_000 // len(text)
        return (self._fastest(index, text * many) - self._fastest(index, text)) / (many - 1)

    def _fastest(self, index: int, lines: str) -> float:
        (self._folder / "lines.jsonl").write_text(lines, encoding="utf-8")
        command = [str(_BLAZE), "validate", "--fast", f"{self._payloads[index].channel}.schema.json", "lines.jsonl"]
        return min(time_once(lambda: self._run(command)) for _ in range(3))

    def _run(self, command: list[str]) -> object:
        return subprocess.run(command, cwd=self._folder, check=True, capture_output=True)
