"""From one model to another: the settings that can be carried over, and what will be different. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sora_tui.kie.kinds import ModelKind, purpose_of
from sora_tui.kie.profiles import Field, FieldKind, ModelProfile
from sora_tui.studio.carried_inputs import IS_INPUT, Input, inputs_in, placed
from sora_tui.studio.roles import Role, expressed, is_same, meaning, role_of, role_of_value
from sora_tui.studio.shown_settings import counted, label_of, shown
from sora_tui.studio.task import Draft, Json

if TYPE_CHECKING:
    from sora_tui.kie.catalogue import ModelListing

NEEDS_A_VALUE = "needs a value"
"""What is said of a field that the other model needs and that only the user can fill in."""
_SEEN = (Role.ASPECT, Role.LENGTH, Role.RESOLUTION, Role.WATERMARK, Role.SOUND)
"""What is seen and heard in the result: told even where the first model had no say in it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that does not come out as it went in.

    Attributes:
        label: what it is about: `Length`, `Watermark`.
        before: how it stands now, as shown; empty where the first model has no such setting.
        after: how it will stand, as shown; empty where the other model has no such setting.
    """

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """A draft for another model.

    Attributes:
        draft: with the other model's id, mode and parameters; the same prompt.
        kept: settings that mean the same as before, in words: `16:9`, `10 s`.
        differences: what changes.
    """

    draft: Draft
    kept: tuple[str, ...]
    differences: tuple[Difference, ...]


def adapt(draft: Draft, source: ModelProfile | None, target: ModelProfile) -> Substitution:
    """The draft for another model, with what can be carried over.

    Every parameter that comes out is one the other model takes. What it needs beside them, and what is wrong with
    the prompt for it, is among the differences.

    Args:
        draft: for the first model.
        source: the first model; None where nothing is known of it, and names alone tell.
        target: the other one. Of its modes, the one is taken that the draft's inputs and settings fit best.
    """
    if source is not None and draft.mode:
        source = source.in_mode(draft.mode)
    is_the_same = source is not None and (source.model, source.mode) == (target.model, target.mode)
    if is_the_same and draft.model == target.model and _fits(draft, target):
        return Substitution(draft, (), ())
    if not target.modes:
        return _Move(draft, source, target).done("")
    modes = sorted(target.modes, key=lambda mode: mode.name != target.mode)  # at a tie the one it is in
    moves = [_Move(draft, source, target.in_mode(mode.name)) for mode in modes]
    best = max(moves, key=lambda move: move.fitness)
    return best.done(best.target.mode)


def rank(candidates: Sequence[ModelListing], model_id: str, listing: ModelListing | None) -> list[ModelListing]:
    """The models that make what another one makes, best first: of the same house, of the very same kinds, by title.

    Args:
        candidates: the models there are.
        model_id: the one to be replaced, which is never among them.
        listing: of that one; None where it is no longer listed, and then its id tells what it made. One that tells
            nothing is taken for a maker of videos from texts.
    """
    kinds = purpose_of(model_id, "", ()).kinds if listing is None else listing.kinds
    if kinds == {ModelKind.OTHER}:
        kinds = frozenset({ModelKind.TEXT_TO_VIDEO})
    provider = "" if listing is None else listing.provider.casefold()

    def worth(each: ModelListing) -> tuple[bool, bool, bool, str, str]:
        is_family = _family(each.model) == _family(model_id) or (provider and each.provider.casefold() == provider)
        return not is_family, each.kinds != kinds, not each.kinds >= kinds, each.title.casefold(), each.model

    return sorted((each for each in candidates if each.model != model_id and each.kinds & kinds), key=worth)


def _family(model: str) -> str:
    """What the names of a house's models begin with: `kling` of `kling-3.0-omni/text-to-video`."""
    found = re.match(r"[^\W\d_]+", model)
    return found[0].casefold() if found else model


@dataclass(slots=True)
class _Setting:
    """What the draft says of one thing, and what is known of it."""

    name: str
    value: Json
    field: Field | None
    role: Role | None

    @property
    def shown(self) -> str:
        return shown(self.name, self.value, self.field, self.role)

    @property
    def label(self) -> str:
        return label_of(self.name, self.field)


@dataclass(slots=True)
class _Move:
    """One attempt to carry a draft over, worked out when it is made."""

    draft: Draft
    source: ModelProfile | None
    target: ModelProfile
    values: dict[str, Json] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    placed: int = 0
    missing: int = 0

    def __post_init__(self) -> None:
        fields = None if self.source is None else {each.name: each for each in self.source.fields}
        before = dict(self.draft.parameters) if self.source is None else self.source.completed(self.draft.parameters)
        inputs = inputs_in(before, fields)
        told = {each.name for each in inputs}
        settings = {name: _setting(name, value, fields) for name, value in before.items() if name not in told}
        self._carry_inputs(inputs)
        for each in self.target.fields:
            if each.name not in self.values:
                self._fill(each, settings)
        for left in settings.values():
            if left.shown:
                self.differences.append(Difference(left.label, left.shown, ""))
        self._look_at_prompt()

    @property
    def fitness(self) -> tuple[int, int, bool, int]:
        """The more, the better this mode of the model fits."""
        has_its_prompt = bool(self.draft.prompt.strip()) is self.target.takes_prompt
        return self.placed, -self.missing, has_its_prompt, len(self.kept)

    def done(self, mode: str) -> Substitution:
        """The outcome, for a mode of this name."""
        given = self.draft.parameters
        parameters = {
            name: value for name, value in self.values.items() if name in given or not self._goes_without_saying(name)
        }
        draft = replace(self.draft, model=self.target.model, mode=mode, parameters=parameters)
        return Substitution(draft, tuple(self.kept), tuple(self.differences))

    def _goes_without_saying(self, name: str) -> bool:
        """Whether the model does so anyway."""
        known = self.target.field(name)
        if known is None or known.default is None or known.kind is FieldKind.JSON:
            return False
        return type(known.default) is type(self.values[name]) and bool(known.default == self.values[name])

    def _carry_inputs(self, inputs: list[Input]) -> None:
        values, homeless = placed(inputs, self.target.fields)
        self.values.update(values)
        left = {id(each) for each in homeless}
        carried = [each for each in inputs if id(each) not in left]
        self.placed = len(carried)
        if carried and not homeless:
            self.kept.append(counted(carried))
        elif homeless:
            self.differences.append(Difference("Inputs", counted(inputs), counted(carried)))

    def _fill(self, wanted: Field, settings: dict[str, _Setting]) -> None:
        """Gives one field what the draft says of its matter, which is then said."""
        role = role_of(wanted)
        found = _counterpart(wanted, role, settings)
        if found is not None:
            del settings[found.name]
            value, is_kept = _carried(found, wanted, role)
            if value is not None and not wanted.problem(value, with_files=True):
                self.values[wanted.name] = value
                after = shown(wanted.name, value, wanted, role)
                if not is_kept:
                    self.differences.append(Difference(wanted.label, _before(found, wanted, role), after))
                elif after:
                    self.kept.append(_kept_words(wanted.label, after, role))
                return
        self._leave(wanted, role, found)

    def _leave(self, wanted: Field, role: Role | None, found: _Setting | None) -> None:
        """A field that nothing could be carried to: its default, its only choice, or the user's own value."""
        before = "" if found is None else _before(found, wanted, role)
        if found is not None and _is_no_mark(found, role) and wanted.kind is FieldKind.TEXT and wanted.default is None:
            self.kept.append(_kept_words(wanted.label, "off", role))  # no words, no watermark
            return
        if wanted.default is None and wanted.required:
            if wanted.kind is FieldKind.CHOICE and len(wanted.choices) == 1:
                self.values[wanted.name] = wanted.choices[0].value
                return
            self.missing += 1
            self.differences.append(Difference(wanted.label, before, NEEDS_A_VALUE))
            return
        after = shown(wanted.name, wanted.default, wanted, role)
        if before != after and (before or role in _SEEN):
            self.differences.append(Difference(wanted.label, before, after))

    def _look_at_prompt(self) -> None:
        prompt, limit = self.draft.prompt, self.target.prompt_limit
        written = f"{len(prompt):,} characters"
        if not prompt.strip():
            if self.target.takes_prompt and self.target.prompt_required:
                self.differences.append(Difference("Prompt", "", NEEDS_A_VALUE))
        elif not self.target.takes_prompt:
            self.differences.append(Difference("Prompt", written, ""))
        elif len(prompt) > limit:
            self.differences.append(Difference("Prompt", written, f"at most {limit:,} characters"))


def _fits(draft: Draft, target: ModelProfile) -> bool:
    known = {each.name: each for each in target.fields}
    return all(
        name in known and not known[name].problem(value, with_files=True) for name, value in draft.parameters.items()
    )


def _setting(name: str, value: Json, fields: Mapping[str, Field] | None) -> _Setting:
    known = None if fields is None else fields.get(name)
    return _Setting(name, value, known, role_of_value(name, value) if known is None else role_of(known))


def _counterpart(wanted: Field, role: Role | None, settings: Mapping[str, _Setting]) -> _Setting | None:
    """What the draft says of a field's matter: under its own name, else in its role."""
    same = settings.get(wanted.name)
    # a `mode` of quality and a `mode` of working share no more than the name
    if same is not None and (same.role in (role, None) or not wanted.problem(same.value)):
        return same
    if role is None:
        return None
    return next((each for each in settings.values() if each.role is role), None)


def _carried(found: _Setting, wanted: Field, role: Role | None) -> tuple[Json, bool]:
    """The value for a field, and whether it means the same as before; None where there is none."""
    if role is Role.GUIDANCE and not _have_one_scale(found.field, wanted):
        return None, False  # 7 of 10 is not 7 of 20
    if found.name == wanted.name and not wanted.problem(found.value, with_files=True):
        return found.value, True
    if wanted.kind in IS_INPUT:
        return None, False
    meant = None if role is None else meaning(role, found.name, found.value)
    if role is not None and meant is not None:
        value = expressed(role, meant, wanted)
        arrived = None if value is None else meaning(role, wanted.name, value)
        return value, arrived is not None and is_same(role, meant, arrived)
    spelt = _spelt_otherwise(found.value, wanted) if found.name == wanted.name else None
    return spelt, spelt is not None


def _before(found: _Setting, wanted: Field, role: Role | None) -> str:
    """A setting as the other model would show it: its `Watermark` is off where `Remove watermark` is on."""
    meant = meaning(role, found.name, found.value) if role is Role.WATERMARK else None
    if role is None or not isinstance(meant, bool):
        return found.shown
    turned = expressed(role, meant, wanted) if wanted.kind is FieldKind.FLAG else meant
    return "on" if turned else "off"


def _is_no_mark(found: _Setting, role: Role | None) -> bool:
    return role is Role.WATERMARK and meaning(role, found.name, found.value) is False


def _have_one_scale(one: Field | None, other: Field) -> bool:
    if one is None or None in (one.minimum, one.maximum):
        return False
    return (one.minimum, one.maximum) == (other.minimum, other.maximum)


def _spelt_otherwise(value: Json, wanted: Field) -> Json:
    """The choice that differs from a value only in capitals, or in being a text; None for none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    spelt = str(value).strip().casefold()
    return next((each.value for each in wanted.choices if str(each.value).strip().casefold() == spelt), None)


def _kept_words(label: str, after: str, role: Role | None) -> str:
    """`10 s` says what it is; `on` does not."""
    return after if role in (Role.ASPECT, Role.LENGTH, Role.RESOLUTION) else f"{label} {after}"
