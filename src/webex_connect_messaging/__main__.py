"""The command, also as ``python -m webex_connect_messaging``."""


def main() -> None:
    """Run the command."""
    from .cli import main as command  # noqa: PLC0415 - worker processes import this module, but run no command

    command()


if __name__ == "__main__":
    main()
