"""What can come out of a model."""

from __future__ import annotations

from enum import StrEnum


class Makes(StrEnum):
    """What comes out of a model."""

    VIDEO = "video"
    IMAGE = "image"
    AUDIO = "audio"
    TEXT = "text"
