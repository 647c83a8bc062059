"""What a model takes and what it costs: Sora 2 Pro from the contract, any other from its schema document.

Sources: contract §3 (fields) and §6 (prices).
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sora_tui.kie.fields import Choice, Field, FieldKind, Json, Media, unsendable

__all__ = [
    "CREDIT_USD",
    "SORA_2_PRO",
    "Choice",
    "Field",
    "FieldError",
    "FieldKind",
    "Media",
    "Mode",
    "ModelProfile",
    "check",
    "profile_for",
    "profile_from_openapi",
]

CREDIT_USD = 0.005
"""Dollars for one credit."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One of the shapes that a model's `input` may have (`oneOf` in its document).

    Attributes:
        name: as shown, and as a draft names it. Unique within the model.
        fields: as in `ModelProfile`.
        prompt_limit: as in `ModelProfile`.
        prompt_required: as in `ModelProfile`.
    """

    name: str
    fields: tuple[Field, ...]
    prompt_limit: int
    prompt_required: bool = True


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model, in one of its modes if it has several.

    Attributes:
        model: the vendor's id.
        title: as shown.
        fields: the parameters, without the prompt, in the order they are asked for.
        prompt_limit: characters a prompt may have; 0 where the model takes none.
        priced_by: names of the fields that decide the price.
        prices: credits by the values of those fields; empty where the price is not known.
        prompt_required: whether the prompt may not be empty.
        mode: the name of the mode these fields belong to; empty where there is but one.
        modes: all of them; empty where there is but one.
    """

    model: str
    title: str
    fields: tuple[Field, ...]
    prompt_limit: int
    priced_by: tuple[str, ...] = ()
    prices: Mapping[tuple[Json, ...], float] = field(default_factory=dict, hash=False)
    prompt_required: bool = True
    mode: str = ""
    modes: tuple[Mode, ...] = ()

    @property
    def takes_prompt(self) -> bool:
        """Whether there is a prompt at all."""
        return self.prompt_limit > 0

    def in_mode(self, name: str) -> ModelProfile:
        """The same model in another of its modes; in this one where there is none of that name."""
        mode = next((each for each in self.modes if each.name == name), None)
        if mode is None:
            return self
        return replace(
            self,
            mode=mode.name,
            fields=mode.fields,
            prompt_limit=mode.prompt_limit,
            prompt_required=mode.prompt_required,
        )

    def field(self, name: str) -> Field | None:
        """The field of that wire name."""
        return next((each for each in self.fields if each.name == name), None)

    def defaults(self) -> dict[str, Json]:
        """What goes out when nobody chooses anything. A new dict each time."""
        return {each.name: copy.deepcopy(each.default) for each in self.fields if each.default is not None}

    def completed(self, parameters: Mapping[str, Json]) -> dict[str, Json]:
        """The given parameters over the defaults."""
        return {**self.defaults(), **parameters}

    def price(self, parameters: Mapping[str, Json]) -> float | None:
        """Credits one task with these parameters takes; None where that is not known."""
        chosen = self.completed(parameters)
        values = tuple(chosen.get(name) for name in self.priced_by)
        return next((price for priced, price in self.prices.items() if priced == values), None)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, in a sentence for the user that says what to do.

    Attributes:
        field: the wire name; `prompt` for the prompt.
        message: one sentence.
    """

    field: str
    message: str


def _choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in pairs)


SORA_2_PRO = ModelProfile(
    model="sora-2-pro-text-to-video",
    title="Sora 2 Pro",
    prompt_limit=10_000,
    fields=(
        Field(
            "aspect_ratio",
            "Aspect",
            FieldKind.CHOICE,
            choices=_choices(("landscape", "landscape"), ("portrait", "portrait")),
            default="landscape",
            help="Wide or tall picture.",
        ),
        Field(
            "n_frames",
            "Length",
            FieldKind.CHOICE,
            choices=_choices(("10", "10 s"), ("15", "15 s")),
            default="10",
            help="Seconds of video. The service calls it n_frames and wants it as text.",
        ),
        Field(
            "size",
            "Size",
            FieldKind.CHOICE,
            choices=_choices(("standard", "standard"), ("high", "high")),
            default="high",
            help="Picture quality. High costs more than twice as much.",
        ),
        Field(
            "remove_watermark",
            "Remove watermark",
            FieldKind.FLAG,
            default=True,
            help="Ask for a video without the vendor's watermark.",
        ),
        Field(
            "character_id_list",
            "Characters",
            FieldKind.TEXT_LIST,
            max_items=5,
            help="Ids of up to five characters made with the Sora 2 characters model. May stay empty.",
        ),
        Field(
            "upload_method",
            "Upload to",
            FieldKind.CHOICE,
            choices=_choices(("s3", "s3"), ("oss", "oss")),
            default="s3",
            required=True,
            help="Where the service keeps the video. Choose oss for faster access from China.",
        ),
    ),
    priced_by=("size", "n_frames"),
    prices={
        ("standard", "10"): 150.0,
        ("standard", "15"): 270.0,
        ("high", "10"): 330.0,
        ("high", "15"): 630.0,
    },
)


def profile_for(model: str) -> ModelProfile | None:
    """The built-in profile of a model; None for a model that must be read from its schema."""
    return SORA_2_PRO if model == SORA_2_PRO.model else None


def profile_from_openapi(model: str, document: Json) -> ModelProfile:
    """The profile a schema document describes. Prices are in no document.

    Args:
        model: the vendor's id the document was asked for.
        document: a schema answer `{code, msg, data}`, its data `{model, openapi}`, or the OpenAPI document.

    Raises:
        UnusableSchema: the document describes no model that makes a video from a prompt, or another one.
    """
    from sora_tui.kie.openapi import read_schema  # only where a model is used that is not built in

    schema = read_schema(model, document)
    return ModelProfile(model, schema.title, schema.fields, schema.prompt_limit)


def check(profile: ModelProfile, prompt: str, parameters: Mapping[str, Json]) -> list[FieldError]:
    """Everything that is wrong with a request, before it is paid for; the prompt first, then in field order.

    Strict: unknown parameters, values of the wrong type and missing required ones are errors.
    `ModelProfile.completed` fills in the defaults.
    """
    errors = []
    if message := _prompt_problem(profile, prompt):
        errors.append(FieldError("prompt", message))
    for each in profile.fields:
        if each.name in parameters:
            if message := each.problem(parameters[each.name]):
                errors.append(FieldError(each.name, message))
        elif each.required:
            errors.append(FieldError(each.name, f"{each.label} is needed by this model: choose a value."))
    known = {each.name for each in profile.fields}
    for name in parameters:
        if name not in known:
            errors.append(FieldError(str(name), _unknown_problem(profile, str(name), known)))
    return errors


def _prompt_problem(profile: ModelProfile, prompt: str) -> str:
    if not isinstance(prompt, str):
        return "The prompt must be a text."
    if not prompt.strip():
        return "The prompt is empty: describe the video."
    if broken := unsendable(prompt):
        return f"The prompt {broken}"
    over = len(prompt) - profile.prompt_limit
    if over > 0:
        limit = f"{profile.prompt_limit:,}"
        return f"The prompt is {len(prompt):,} characters long, {over:,} over the limit of {limit}: shorten it."
    return ""


def _unknown_problem(profile: ModelProfile, name: str, known: set[str]) -> str:
    if name == "prompt":
        return "The prompt is given on its own, not among the parameters: remove it here."
    near = difflib.get_close_matches(name, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else "remove it."
    return f'{profile.title} has no parameter "{name}", and would bill it unread: {hint}'
