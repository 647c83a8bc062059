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
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value."""

_SURROGATE = re.compile("[\ud800-\udfff]")


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
        choices: the values a CHOICE takes.
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

    def problem(self, value: Json) -> str:
        """What is wrong with a value and what to do about it, in one sentence; empty if nothing is."""
        match self.kind:
            case FieldKind.CHOICE:
                return self._choice_problem(value)
            case FieldKind.FLAG:
                return "" if isinstance(value, bool) else f"{self.label} is either on or off."
            case FieldKind.TEXT | FieldKind.LINK:
                return self._text_problem(value)
            case FieldKind.INTEGER | FieldKind.NUMBER:
                return self._number_problem(value)
            case FieldKind.TEXT_LIST | FieldKind.LINK_LIST:
                return self._list_problem(value)
            case FieldKind.JSON:
                return self._json_problem(value)

    def _choice_problem(self, value: Json) -> str:
        # True == 1 and "10" is not 10: the service compares types too
        if any(type(value) is type(choice.value) and value == choice.value for choice in self.choices):
            return ""
        return f"{self.label} must be {_listed([_shown(choice.value) for choice in self.choices])}."

    def _text_problem(self, value: Json) -> str:
        if not isinstance(value, str):
            return f"{self.label} must be a text."
        if self.required and not value.strip():
            return f"{self.label} is empty: write something."
        if broken := unsendable(value):
            return f"{self.label} {broken}"
        if self.max_length is not None and len(value) > self.max_length:
            return f"{self.label} is {overlong(len(value), self.max_length)}: shorten it."
        return ""

    def _number_problem(self, value: Json) -> str:
        whole = self.kind is FieldKind.INTEGER
        fits = isinstance(value, int) if whole else isinstance(value, int | float)
        if isinstance(value, bool) or not fits or not math.isfinite(value):
            return f"{self.label} must be a {'whole number' if whole else 'number'}."
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            if low is not None and high is not None:
                return f"{self.label} must be from {low:g} to {high:g}."
            return f"{self.label} must be {f'at least {low:g}' if high is None else f'at most {high:g}'}."
        return ""

    def _list_problem(self, value: Json) -> str:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            return f"{self.label} must be a list of texts."
        if not all(item.strip() for item in value):
            return f"{self.label} holds an empty entry: remove it."
        if self.required and not value:
            return f"{self.label} is empty: add at least one."
        if self.max_items is not None and len(value) > self.max_items:
            return f"{self.label} takes at most {self.max_items}, not {len(value)}: remove some."
        for item in value:
            if broken := unsendable(item):
                return f"{self.label} {broken}"
            if self.max_length is not None and len(item) > self.max_length:
                return f"{self.label} has an entry that is {overlong(len(item), self.max_length)}: shorten it."
        return ""

    def _json_problem(self, value: Json) -> str:
        try:
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError, RecursionError):
            return f"{self.label} must be a JSON value."
        return ""


def unsendable(text: str) -> str:
    """What in a text would not survive the way to the service, as the end of a sentence; empty if nothing."""
    if "\x00" in text:
        return "holds a NUL character: remove it."
    if _SURROGATE.search(text):
        return "holds half of a character (often a cut emoji): type it again."
    return ""


def overlong(length: int, limit: int) -> str:
    """By how much a text is too long, as the middle of a sentence."""
    return f"{length:,} characters long, {length - limit:,} over the limit of {limit:,}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _shown(value: Json) -> str:
    return f'"{value}"' if isinstance(value, str) else json.dumps(value)
