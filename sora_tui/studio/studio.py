"""The one door for every front end: commands go in, events come out. Knows no screen."""

from __future__ import annotations
