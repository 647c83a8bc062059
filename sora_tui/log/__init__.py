"""The log: what happened, in a file that explains a bad day. Knows the standard library's records and no room."""
