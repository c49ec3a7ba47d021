"""Run the command with ``python -m webex_connect_messaging``."""

from .cli import main

main()
