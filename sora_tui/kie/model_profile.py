"""One model as data: what it takes, in which modes, what it costs, and what is wrong with a request. Pure.

Sources: contract §3 (fields) and §6 (prices).
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sora_tui.kie.fields import Field, FieldKind, Json, overlong, too_short, unsendable

_SWITCHED = ("fields", "prompt_limit", "prompt_required", "prompt_min_length")


@dataclass(frozen=True, slots=True)
class Mode:
    """One of the shapes that a model's `input` may have (`oneOf` in its document).

    Attributes:
        name: as shown, and as a draft names it. Unique within the model.
        fields: as in `ModelProfile`.
        prompt_limit: as in `ModelProfile`.
        prompt_required: as in `ModelProfile`.
        prompt_min_length: as in `ModelProfile`.
    """

    name: str
    fields: tuple[Field, ...]
    prompt_limit: int
    prompt_required: bool = True
    prompt_min_length: int = 0


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
        prompt_min_length: characters a prompt must have that is not left out.
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
    prompt_min_length: int = 0

    @property
    def takes_prompt(self) -> bool:
        """Whether there is a prompt at all."""
        return self.prompt_limit > 0

    def in_mode(self, name: str) -> ModelProfile:
        """The same model in another of its modes; in this one where there is none of that name."""
        mode = next((each for each in self.modes if each.name == name), None)
        if mode is None:
            return self
        return replace(self, mode=mode.name, **{name: getattr(mode, name) for name in _SWITCHED})

    def mode_for(self, parameters: Mapping[str, Json], prompt: str) -> str:
        """The name of the mode that a request fits best, as when a task is edited again; empty where there is but one.

        Of several that fit as well, the one this profile is in.
        """

        def misfit(mode: Mode) -> tuple[int, int, bool]:
            profile = self.in_mode(mode.name)
            wrong = check(profile, prompt, profile.completed(parameters), with_files=True)
            unknown = [name for name in parameters if profile.field(name) is None]
            return len(unknown), len(wrong), mode.name != self.mode

        return min(self.modes, key=misfit).name if self.modes else self.mode

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


_GIVEN = {
    FieldKind.CHOICE: "choose a value",
    FieldKind.FLAG: "turn it on or off",
    FieldKind.TEXT: "write something",
    FieldKind.INTEGER: "give a number",
    FieldKind.NUMBER: "give a number",
    FieldKind.TEXT_LIST: "add at least one",
    FieldKind.LINK: "give a link or a file",
    FieldKind.LINK_LIST: "add a link or a file",
    FieldKind.JSON: "write it as JSON",
}


def check(
    profile: ModelProfile, prompt: str, parameters: Mapping[str, Json], *, with_files: bool = False
) -> list[FieldError]:
    """Everything that is wrong with a request, before it is paid for; the prompt first, then in field order.

    Strict, in the profile's mode: unknown parameters, values of the wrong type and missing required ones are errors.
    `ModelProfile.completed` fills in the defaults.

    Args:
        profile: of the model.
        prompt: as on the wire; empty for none.
        parameters: all others by their wire names.
        with_files: whether a LINK may be a path, which is uploaded before anything is sent.
    """
    errors = []
    if message := _prompt_problem(profile, prompt):
        errors.append(FieldError("prompt", message))
    for each in profile.fields:
        if each.name in parameters:
            if message := each.problem(parameters[each.name], with_files=with_files):
                errors.append(FieldError(each.name, message))
        elif each.required:
            errors.append(FieldError(each.name, f"{each.label} is needed by this model: {_GIVEN[each.kind]}."))
    known = {each.name for each in profile.fields}
    for name in parameters:
        if name not in known:
            errors.append(FieldError(str(name), _unknown_problem(profile, str(name), known)))
    return errors


def _prompt_problem(profile: ModelProfile, prompt: str) -> str:
    if not isinstance(prompt, str):
        return "The prompt must be a text."
    if not profile.takes_prompt:
        return f"{profile.title} takes no prompt: clear it." if prompt.strip() else ""
    if not prompt.strip():
        return "The prompt is empty: describe the video." if profile.prompt_required else ""
    if broken := unsendable(prompt):
        return f"The prompt {broken}"
    if len(prompt) < profile.prompt_min_length:
        return f"The prompt is {too_short(len(prompt), profile.prompt_min_length)}: say more."
    if len(prompt) > profile.prompt_limit:
        return f"The prompt is {overlong(len(prompt), profile.prompt_limit)}: shorten it."
    return ""


def _unknown_problem(profile: ModelProfile, name: str, known: set[str]) -> str:
    if name == "prompt":
        return "The prompt is given on its own, not among the parameters: remove it here."
    near = difflib.get_close_matches(name, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else "remove it."
    return f'{profile.title} has no parameter "{name}", and would bill it unread: {hint}'
