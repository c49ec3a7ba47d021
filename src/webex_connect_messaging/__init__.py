"""Check and build payloads of the Webex Connect messaging operation "Send Message v1"."""

from typing import TYPE_CHECKING

from .fixing import fix
from .validation import Kind, accelerated, check, is_valid, validate, validate_json
from .violation import ValidationError, Violation

if TYPE_CHECKING:
    from webex_connect_messaging_spec import models

    from .codec import from_dict, to_dict
else:
    from .lazy import __getattr__  # noqa: F401 - Python calls it for a name that this module does not have

__all__ = [
    "Kind", "ValidationError", "Violation", "accelerated", "check", "fix", "from_dict", "is_valid", "models",
    "to_dict", "validate", "validate_json",
]  # fmt: skip
