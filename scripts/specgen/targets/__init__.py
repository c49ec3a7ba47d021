"""One module for each projection of the specification; each returns its files as ``{path: text}``."""
