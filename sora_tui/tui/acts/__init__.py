"""Every act of the studio screen, by what it is about. `actions` puts them together."""
