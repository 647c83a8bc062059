"""What a model takes and what it costs: the sora-2 family from the contract, any other from its schema document.

The door to `model_profile` (what a profile is), `builtin` (those that are known) and `openapi` (those that are read).
"""

from __future__ import annotations

from sora_tui.kie.builtin import BUILT_IN, SORA_2, SORA_2_PRO, profile_for
from sora_tui.kie.fields import Choice, Field, FieldKind, Json, Media, is_link
from sora_tui.kie.model_profile import FieldError, Mode, ModelProfile, check

__all__ = [
    "BUILT_IN",
    "CREDIT_USD",
    "SORA_2",
    "SORA_2_PRO",
    "Choice",
    "Field",
    "FieldError",
    "FieldKind",
    "Media",
    "Mode",
    "ModelProfile",
    "check",
    "is_link",
    "profile_for",
    "profile_from_openapi",
]

CREDIT_USD = 0.005
"""Dollars for one credit."""


def profile_from_openapi(model: str, document: Json) -> ModelProfile:
    """The profile a schema document describes, in the mode that demands the least. Prices are in no document.

    Args:
        model: the vendor's id the document was asked for.
        document: a schema answer `{code, msg, data}`, its data `{model, openapi}`, or the OpenAPI document.

    Raises:
        UnusableSchema: the document describes nothing that can be sent, or another model.
    """
    from sora_tui.kie.openapi import read_schema  # only where a model is used that is not built in

    schema = read_schema(model, document)
    modes = tuple(
        Mode(name, shape.fields, shape.prompt_limit, shape.prompt_required, shape.prompt_min_length)
        for name, shape in schema.shapes.items()
    )
    first = next(each for each in modes if each.name == schema.first)
    return ModelProfile(
        model,
        schema.title,
        first.fields,
        first.prompt_limit,
        prompt_required=first.prompt_required,
        prompt_min_length=first.prompt_min_length,
        mode=first.name,
        modes=modes if len(modes) > 1 else (),
    )
