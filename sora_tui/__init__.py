"""A studio in the terminal for generating video. Holds the version and imports nothing."""

__version__ = "0.1.0"
