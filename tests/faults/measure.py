"""Do each fault to runs of the command, write what came of it into ``docs/reliability.md``; fail if any goes wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from .faults import FAULTS, LINES, Fault, Trial, judge
from .page import FIGURES, PAGE, render

TRIALS = int(os.environ.get("TRIALS", "30"))


def main() -> int:
    """Run the trials, write the page, and return 1 if a trial went wrong."""
    for number in (signal.SIGINT, signal.SIGHUP):  # which shells let their background jobs ignore
        signal.signal(number, signal.SIG_DFL)
    wrong: list[str] = []
    found: dict[str, Any] = {}
    for fault in FAULTS:
        before = len(wrong)
        codes = Counter(_try(fault, number, wrong) for number in range(TRIALS))
        if not codes.keys() & fault.expected_codes:
            wrong.append(f"{fault.title}: no trial was disturbed")
        shown = ", ".join(f"{code} ({number})" for code, number in sorted(codes.items()))
        found[fault.title] = {"outcome": fault.outcome, "codes": shown, "wrong": len(wrong) - before}
        print(f"{fault.title}: {shown}, {len(wrong) - before} wrong", flush=True)
    print("\n".join(wrong))
    figures = {"trials": TRIALS, "lines": LINES, "faults": found}
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(render(figures), encoding="utf-8")
    return int(bool(wrong))


def _try(fault: Fault, number: int, wrong: list[str]) -> int:
    """Do a fault once and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(Path(name), number)
        fault.prepare(trial)
        try:
            trial.start()
            fault.disturb(trial)
            ended = trial.end()
        finally:
            if (disk := trial.folder / "disk").exists():
                subprocess.run(["umount", str(disk)], check=False, capture_output=True)
        wrong += [f"{fault.title}, trial {number}: {text}" for text in judge(fault, trial, ended)]
    return ended.code


if __name__ == "__main__":
    sys.exit(main())
