"""Check and build payloads of the Webex Connect messaging operation "Send Message v1"."""

from webex_connect_messaging_spec import models

from .codec import from_dict, to_dict
from .validation import Kind, check, is_valid, validate, validate_json
from .violation import ValidationError, Violation

__all__ = [
    "Kind",
    "ValidationError",
    "Violation",
    "check",
    "from_dict",
    "is_valid",
    "models",
    "to_dict",
    "validate",
    "validate_json",
]
