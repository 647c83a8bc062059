"""The models that are known without asking: the sora-2 family, as far as its documents go.

Sources: contract §3 (fields) and §6 (prices), and the vendor's documents of both models.
"""

from __future__ import annotations

from sora_tui.kie.fields import Choice, Field, FieldKind
from sora_tui.kie.model_profile import ModelProfile


def _choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in pairs)


_ASPECT = Field(
    "aspect_ratio",
    "Aspect",
    FieldKind.CHOICE,
    choices=_choices(("landscape", "landscape"), ("portrait", "portrait")),
    default="landscape",
    help="Wide or tall picture.",
)
_LENGTH = Field(
    "n_frames",
    "Length",
    FieldKind.CHOICE,
    choices=_choices(("10", "10 s"), ("15", "15 s")),
    default="10",
    help="Seconds of video. The service calls it n_frames and wants it as text.",
)
_SIZE = Field(
    "size",
    "Size",
    FieldKind.CHOICE,
    choices=_choices(("standard", "standard"), ("high", "high")),
    default="high",
    help="Picture quality. High costs more than twice as much.",
)
_REMOVE_WATERMARK = Field(
    "remove_watermark",
    "Remove watermark",
    FieldKind.FLAG,
    default=True,
    help="Ask for a video without the vendor's watermark.",
)
_CHARACTERS = Field(
    "character_id_list",
    "Characters",
    FieldKind.TEXT_LIST,
    max_items=5,
    help="Ids of up to five characters made with the Sora 2 characters model. May stay empty.",
)
_UPLOAD = Field(
    "upload_method",
    "Upload to",
    FieldKind.CHOICE,
    choices=_choices(("s3", "s3"), ("oss", "oss")),
    default="s3",
    required=True,
    help="Where the service keeps the video. Choose oss for faster access from China.",
)

SORA_2_PRO = ModelProfile(
    model="sora-2-pro-text-to-video",
    title="Sora 2 Pro",
    prompt_limit=10_000,
    fields=(_ASPECT, _LENGTH, _SIZE, _REMOVE_WATERMARK, _CHARACTERS, _UPLOAD),
    priced_by=("size", "n_frames"),
    prices={
        ("standard", "10"): 150.0,
        ("standard", "15"): 270.0,
        ("high", "10"): 330.0,
        ("high", "15"): 630.0,
    },
)

SORA_2 = ModelProfile(
    model="sora-2-text-to-video",
    title="Sora 2",
    prompt_limit=10_000,
    fields=(_ASPECT, _LENGTH, _REMOVE_WATERMARK, _CHARACTERS, _UPLOAD),
)
"""Without a size to choose, and without a price that is stated anywhere."""

BUILT_IN = (SORA_2_PRO, SORA_2)
"""Every profile that needs no document."""

_BY_MODEL = {each.model: each for each in BUILT_IN}


def profile_for(model: str) -> ModelProfile | None:
    """The built-in profile of a model; None for a model that must be read from its schema."""
    return _BY_MODEL.get(model)
