"""The command ``webex-connect-messaging``: parse arguments, call the library, print."""

from __future__ import annotations

import sys
from typing import Any

import click

from .. import accelerated
from . import fix, inform, validate
from .outputs import UnwritableError, complain

_ENGINE = "accelerated" if accelerated else "pure Python"


class _Group(click.Group):
    """Ends with a line and an exit code, whatever happens."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command and exit."""
        try:
            super().main(*args, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            path = (
                f" See: {error.ctx.command_path} --help." if isinstance(error, click.UsageError) and error.ctx else ""
            )
            complain(f"Error: {error.format_message()}{path}")
            sys.exit(error.exit_code)
        except UnwritableError as error:
            if str(error):
                complain(f"Error: {error}")
            sys.exit(2)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)


@click.group(cls=_Group, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="webex-connect-messaging", message=f"%(prog)s, version %(version)s ({_ENGINE})")
def main() -> None:
    """Check payloads of the Webex Connect messaging operation "Send Message v1"."""


for command in (validate.validate, fix.fix, inform.schema, inform.rules, inform.explain):
    main.add_command(command)
