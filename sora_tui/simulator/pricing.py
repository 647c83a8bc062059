"""What a model's generation costs: the rule that the engine charges by, beside the prose that people read. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Credits: TypeAlias = float | Mapping[str, Any]
"""A number, or by the value of a field: a number or the same again. `""` stands for every other value."""


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _seconds(value: Any) -> float:
    return _number(value) or 5.0


def _images(value: Any) -> float:
    return _number(value) or 1.0


def _thousands(value: Any) -> float:
    return len(value) / 1000 if isinstance(value, str) else 1.0


_UNITS: Mapping[str, Callable[[Any], float]] = {
    "generation": lambda _: 1.0,
    "second": _seconds,
    "image": _images,
    "1000 characters": _thousands,
}


@dataclass(frozen=True, slots=True)
class Price:
    """A rule.

    Attributes:
        credits: for one unit.
        by: the fields that `credits` is a table of, outermost first.
        per: the unit, a key of `_UNITS`.
        field: which field says how many units, or holds the text that is counted.
    """

    credits: Credits
    by: tuple[str, ...] = ()
    per: str = "generation"
    field: str = ""

    @classmethod
    def from_json(cls, rule: Any) -> Price:
        """A number of credits per generation, or a table of `credits`, `by`, `per` and `field`.

        Raises:
            ValueError: it is neither; the message says what is wrong.
        """
        given: dict[str, Any] = rule if isinstance(rule, dict) else {"credits": rule}
        credits: Any = given.get("credits")
        by, per = given.get("by", []), given.get("per", "generation")
        if not isinstance(by, list) or not all(isinstance(name, str) for name in by):
            raise ValueError("by must be a list of fields.")
        if not _is_table(credits, len(by)):
            raise ValueError(f"credits must be a number, in tables of {len(by)} levels for the fields of by.")
        if per not in _UNITS:
            raise ValueError(f"per must be one of: {', '.join(_UNITS)}.")
        return cls(credits, tuple(by), per, str(given.get("field", "")))

    def of(self, values: Mapping[str, Any]) -> float:
        """Credits for an input whose missing fields have been given their defaults.

        A value that the table does not know costs as much as the dearest.
        """
        level = self.credits
        for name in self.by:
            if not isinstance(level, Mapping):
                break
            found = level.get(_word(values.get(name)), level.get(""))
            level = _dearest(level) if found is None else found
        return round(_dearest(level) * _UNITS[self.per](values.get(self.field)), 2)


def _is_table(credits: Any, depth: int) -> bool:
    if isinstance(credits, dict):
        return depth > 0 and bool(credits) and all(_is_table(inner, depth - 1) for inner in credits.values())
    return type(credits) in (int, float) and math.isfinite(credits) and credits >= 0


def _dearest(credits: Credits) -> float:
    return max(map(_dearest, credits.values())) if isinstance(credits, Mapping) else float(credits)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
