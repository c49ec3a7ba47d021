"""The command ``webex-connect-messaging``: parse arguments, call the library, print."""

from __future__ import annotations

import click

from .. import accelerated
from . import inform, validate

_ENGINE = "accelerated" if accelerated else "pure Python"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="webex-connect-messaging", message=f"%(prog)s, version %(version)s ({_ENGINE})")
def main() -> None:
    """Check payloads of the Webex Connect messaging operation "Send Message v1"."""


for command in (validate.validate, inform.schema, inform.rules, inform.explain):
    main.add_command(command)
