"""The machine around us: clipboard, opener, editor, notifications. Imports nothing of ours."""
