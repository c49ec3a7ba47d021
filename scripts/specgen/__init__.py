"""The generator: turns the specification in ``spec/`` into the files in ``generated/``."""
