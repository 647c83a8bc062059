"""One parameter of a model: what it is, what it takes, and what is wrong with a value. Pure.

Strict on purpose: the service ignores what it does not know, and bills it (contract §3).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\x00-\x1f]+", re.IGNORECASE)
_A_LINK = "a link (https://…) or a file of this machine"
_MAX_LISTED = 12
_MAX_SHOWN = 60


class Media(StrEnum):
    """What a link leads to, or a model makes."""

    VIDEO = "video"
    IMAGE = "image"
    AUDIO = "audio"
    TEXT = "text"
    FILE = "file"
    """Something else, or not known."""


class FieldKind(StrEnum):
    """What a field's value is, and so how it is asked for."""

    CHOICE = "choice"
    FLAG = "flag"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT_LIST = "text_list"
    LINK = "link"
    """A link to an input, such as a picture to begin with."""
    LINK_LIST = "link_list"
    JSON = "json"
    """Anything else, as JSON text."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a field takes, exactly as on the wire, and how it is shown."""

    value: Json
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a model.

    Attributes:
        name: as on the wire.
        label: as shown.
        kind: what its value is.
        choices: the values a CHOICE takes, or each item of a TEXT_LIST; empty where a list takes any text.
        default: what goes out when nobody chooses; None for nothing.
        required: whether the service needs it.
        max_length: characters of a TEXT, or of each item of a list.
        max_items: items of a list.
        minimum: of an INTEGER or NUMBER.
        maximum: of an INTEGER or NUMBER.
        help: one or two sentences.
        media: what a LINK, or each item of a LINK_LIST, leads to.
        min_length: characters of a TEXT that is not left out.
        min_items: items of a list that is not left out.
        multiple_of: an INTEGER or NUMBER is a multiple of this.
        above: an INTEGER or NUMBER is more than this.
        below: an INTEGER or NUMBER is less than this.
        pattern: what a TEXT, or each item of a list, has to match; one that `plain_pattern` allows. Empty for anything.
        unique_items: whether no item of a list may come twice.
        json_schema: what a JSON value must obey, with every reference resolved; None for nothing.
    """

    name: str
    label: str
    kind: FieldKind
    choices: tuple[Choice, ...] = ()
    default: Json = None
    required: bool = False
    max_length: int | None = None
    max_items: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    help: str = ""
    media: Media = Media.FILE
    min_length: int | None = None
    min_items: int | None = None
    multiple_of: float | None = None
    json_schema: Mapping[str, Json] | None = dataclass_field(default=None, hash=False)
    above: float | None = None
    below: float | None = None
    pattern: str = ""
    unique_items: bool = False

    def problem(self, value: Json, *, with_files: bool = False) -> str:
        """What is wrong with a value and what to do about it, in one sentence; empty if nothing is.

        Args:
            value: as on the wire.
            with_files: whether a LINK may be a path, which is uploaded before anything is sent.
        """
        match self.kind:
            case FieldKind.CHOICE:
                return self._choice_problem(value)
            case FieldKind.FLAG:
                return "" if isinstance(value, bool) else f"{self.label} is either on or off."
            case FieldKind.TEXT | FieldKind.LINK:
                return self._text_problem(value, with_files=with_files)
            case FieldKind.INTEGER | FieldKind.NUMBER:
                return self._number_problem(value)
            case FieldKind.TEXT_LIST | FieldKind.LINK_LIST:
                return self._list_problem(value, with_files=with_files)
            case FieldKind.JSON:
                return self._json_problem(value)

    def _choice_problem(self, value: Json) -> str:
        return "" if self._is_choice(value) else f"{self.label} must be {self._choices_listed()}."

    def _is_choice(self, value: Json) -> bool:
        # True == 1 and "10" is not 10: the service compares types too
        return any(type(value) is type(choice.value) and value == choice.value for choice in self.choices)

    def _choices_listed(self) -> str:
        values = [_shown(choice.value) for choice in self.choices]
        if len(values) <= _MAX_LISTED:
            return _listed(values)
        return f"one of its {len(values)} choices, such as {_listed(values[:3])}"

    def _text_problem(self, value: Json, *, with_files: bool) -> str:
        if not isinstance(value, str):
            return f"{self.label} must be a text."
        if (self.required or self.min_length) and not value.strip():
            return f"{self.label} is empty: write something."
        if broken := unsendable(value):
            return f"{self.label} {broken}"
        if self.kind is FieldKind.LINK and not is_link(value):
            return "" if with_files else f"{self.label} must be {_A_LINK}."
        if self.min_length is not None and len(value) < self.min_length:
            return f"{self.label} is {too_short(len(value), self.min_length)}: write more."
        if self.max_length is not None and len(value) > self.max_length:
            return f"{self.label} is {overlong(len(value), self.max_length)}: shorten it."
        if not self._matches(value):
            return f"{self.label} does not have the form this model asks for, {self.pattern} as a pattern: change it."
        return ""

    def _matches(self, value: str) -> bool:
        if not self.pattern:
            return True
        from sora_tui.kie.patterns import plain_pattern  # few fields have one

        allowed = plain_pattern(self.pattern)
        return allowed is None or allowed.match(value) is not None

    def _number_problem(self, value: Json) -> str:
        whole = self.kind is FieldKind.INTEGER
        fits = isinstance(value, int) if whole else isinstance(value, int | float)
        if isinstance(value, bool) or not fits or (isinstance(value, float) and not math.isfinite(value)):
            return f"{self.label} must be a {'whole number' if whole else 'number'}."
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            if low is not None and high is not None:
                return f"{self.label} must be from {shown_number(low)} to {shown_number(high)}."
            most = "" if high is None else f"at most {shown_number(high)}"
            return f"{self.label} must be {most if low is None else f'at least {shown_number(low)}'}."
        if self.above is not None and value <= self.above:
            return f"{self.label} must be more than {shown_number(self.above)}."
        if self.below is not None and value >= self.below:
            return f"{self.label} must be less than {shown_number(self.below)}."
        if self.multiple_of is not None and not is_multiple(value, self.multiple_of):
            return f"{self.label} must be a multiple of {shown_number(self.multiple_of)}."
        return ""

    def _list_problem(self, value: Json, *, with_files: bool) -> str:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            return f"{self.label} must be a list of {'links' if self.kind is FieldKind.LINK_LIST else 'texts'}."
        if not all(item.strip() for item in value):
            return f"{self.label} holds an empty entry: remove it."
        if self.required and not value:
            return f"{self.label} is empty: add at least {self.min_items if (self.min_items or 0) > 1 else 'one'}."
        if self.min_items is not None and len(value) < self.min_items:
            return f"{self.label} takes at least {self.min_items}, not {len(value)}: add some."
        if self.max_items is not None and len(value) > self.max_items:
            return f"{self.label} takes at most {self.max_items}, not {len(value)}: remove some."
        if self.unique_items and len(set(value)) < len(value):
            return f"{self.label} holds an entry twice: remove one."
        return next((said for each in value if (said := self._item_problem(each, with_files=with_files))), "")

    def _item_problem(self, item: str, *, with_files: bool) -> str:
        if broken := unsendable(item):
            return f"{self.label} {broken}"
        if self.kind is FieldKind.LINK_LIST and not is_link(item):
            return "" if with_files else f"{self.label} has an entry that is not {_A_LINK}: change it."
        if self.choices and not self._is_choice(item):
            return f"{self.label} takes only {self._choices_listed()}."
        if self.min_length is not None and len(item) < self.min_length:
            return f"{self.label} has an entry that is {too_short(len(item), self.min_length)}: write more."
        if self.max_length is not None and len(item) > self.max_length:
            return f"{self.label} has an entry that is {overlong(len(item), self.max_length)}: shorten it."
        if not self._matches(item):
            return (
                f"{self.label} has an entry without the form that is asked for, {self.pattern} as a pattern: change it."
            )
        return ""

    def _json_problem(self, value: Json) -> str:
        try:
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError):
            return f"{self.label} must be a JSON value."
        if not self.json_schema:
            return ""
        from sora_tui.kie.json_values import first_problem  # jsonschema takes 60 ms

        said = first_problem(self.json_schema, value)
        return f"{self.label}{said}" if said else ""


def is_link(text: str) -> bool:
    """Whether a text is a link the service could follow: any scheme but that of this machine's own files."""
    return _LINK.fullmatch(text) is not None and not text.lower().startswith("file:")


def is_multiple(value: float, of: float) -> bool:
    """Whether a number is a multiple of another as both are written: 0.3 is one of 0.1."""
    return _exact(value) % _exact(of) == 0


def _exact(number: float) -> Fraction:
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def shown_number(number: float) -> str:
    """A number in a sentence: 2,147,483,647 and 0.5, never 2e+09."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return f"{int(number):,}"
    return f"{number:.12g}"


def unsendable(text: str) -> str:
    """What in a text would not survive the way to the service, as the end of a sentence; empty if nothing."""
    if "\x00" in text:
        return "holds a NUL character: remove it."
    if _SURROGATE.search(text):
        return "holds half of a character (often a cut emoji): type it again."
    return ""


def overlong(length: int, limit: int) -> str:
    """By how much a text is too long, as the middle of a sentence."""
    return f"{_characters(length)} long, {length - limit:,} over the limit of {limit:,}"


def too_short(length: int, least: int) -> str:
    """By how much a text is too short, as the middle of a sentence."""
    return f"{_characters(length)} long, {least - length:,} under the least of {least:,}"


def _characters(length: int) -> str:
    return f"{length:,} character{'' if length == 1 else 's'}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shown(value: Json) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return f'"{value}"' if len(value) <= _MAX_SHOWN else f'"{value[: _MAX_SHOWN - 1]}…"'
