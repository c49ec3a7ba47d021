"""What cannot run everywhere."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    # Neither Google's CEL engine nor the Hypothesis that is needed runs on 3.10. The runtime is tested there by cases.
    collect_ignore = ["property", "test_cel.py"]
