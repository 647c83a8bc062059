"""The work: tasks over time. Knows the wire, never a screen."""
