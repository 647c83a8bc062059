"""The numbers in a schema that bound a value: counts, lengths and limits, as OpenAPI 3.0 and 3.1 write them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sora_tui.kie.fields import Json

_HUGE = 10**30


def count(value: Json, *, least: int = 1) -> int | None:
    """A count of something; None for anything else."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value < _HUGE
    return value if fits else None


def bound(value: Json) -> float | None:
    """A number that may bound another one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_HUGE < value < _HUGE else None  # false for NaN


def limits(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Every limit of a schema that can be used, in the words of JSON Schema 2020-12."""
    found: dict[str, Json] = {}
    for name, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        limit, beyond = bound(schema.get(name)), bound(schema.get(exclusive))
        if limit is not None and schema.get(exclusive) is True:  # OpenAPI 3.0
            limit, beyond = None, limit
        found |= {name: limit} if limit is not None else {}
        found |= {exclusive: beyond} if beyond is not None else {}
    step = bound(schema.get("multipleOf"))
    if step is not None and step > 0:
        found["multipleOf"] = step
    for name in ("minLength", "minItems", "minProperties"):
        found |= {name: count(schema.get(name))} if count(schema.get(name)) else {}
    for name in ("maxLength", "maxItems", "maxProperties"):
        most = count(schema.get(name), least=0)
        found |= {name: most} if most is not None else {}
    return found
