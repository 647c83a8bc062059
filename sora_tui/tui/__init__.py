"""The face: the Textual program."""
