"""Checks of the project that are not tests: each is run by a nox session, as ``python -m checks.NAME``."""
