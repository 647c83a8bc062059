"""What a field takes, in plain words, for the help line and beside a number. Pure."""

from __future__ import annotations

from decimal import Decimal

from sora_tui.kie.fields import Field, FieldKind, Media
from sora_tui.tui.text import clean

_MANY = {
    Media.VIDEO: "videos",
    Media.IMAGE: "images",
    Media.AUDIO: "sounds",
    Media.TEXT: "texts",
    Media.FILE: "files",
}
_ONE = {
    Media.VIDEO: "a video",
    Media.IMAGE: "an image",
    Media.AUDIO: "a sound",
    Media.TEXT: "a text",
    Media.FILE: "a file",
}
UNTOLD = 2_000_000_000
"""A bound beyond this is the end of a machine's numbers and tells nobody anything."""


def plain_number(number: float) -> str:
    """`15`, `0.5`, `2,147,483,647`: never in powers of ten."""
    return f"{number:,.0f}" if number == int(number) else f"{Decimal(repr(number)):f}"


def step_of(field: Field) -> Decimal:
    """By how much an arrow changes a number."""
    if field.multiple_of:
        return Decimal(str(field.multiple_of))
    if field.kind is FieldKind.INTEGER:
        return Decimal(1)
    if field.minimum is None or field.maximum is None or field.maximum <= field.minimum:
        return Decimal("0.1")
    tenth = Decimal(repr((field.maximum - field.minimum) / 10))
    return min(Decimal(1), Decimal(10) ** tenth.adjusted())


def bounds(field: Field) -> str:
    """`2 – 15`, `at least 0`, or nothing; beside a number."""
    low, high = field.minimum, field.maximum
    low = None if low is not None and low < -UNTOLD else low
    high = None if high is not None and high > UNTOLD else high
    if low is not None and high is not None:
        return f"{plain_number(low)} – {plain_number(high)}"
    words = [
        "" if low is None else f"at least {plain_number(low)}",
        "" if field.above is None else f"more than {plain_number(field.above)}",
        "" if high is None else f"at most {plain_number(high)}",
        "" if field.below is None else f"less than {plain_number(field.below)}",
    ]
    return ", ".join(word for word in words if word)


def limits(field: Field) -> str:
    """What the field takes, as the end of its help: `2 to 15`, `up to 500 characters`, `up to 3 links, images`."""
    words: list[str] = []
    match field.kind:
        case FieldKind.INTEGER | FieldKind.NUMBER:
            words.append(bounds(field).replace(" – ", " to "))
            if field.multiple_of and field.multiple_of != 1:
                words.append(f"in steps of {plain_number(field.multiple_of)}")
        case FieldKind.TEXT:
            words.append(_characters(field))
        case FieldKind.TEXT_LIST:
            words += [_count(field, "entries"), _characters(field, "each "), _of_these(field)]
        case FieldKind.LINK:
            words.append(f"a link or a path of {_ONE[field.media]}")
        case FieldKind.LINK_LIST:
            words += [_count(field, "links or paths"), _MANY[field.media]]
        case FieldKind.JSON:
            words.append("JSON")
        case FieldKind.CHOICE | FieldKind.FLAG:
            pass
    return ", ".join(word for word in words if word)


def keys(field: Field) -> str:
    """The keys of its own that such a field has, for the help line."""
    match field.kind:
        case FieldKind.LINK:
            return "→ completes a path"
        case FieldKind.LINK_LIST:
            return "one a line, → completes a path"
        case FieldKind.TEXT_LIST:
            return "one a line, or with commas"
        case FieldKind.JSON:
            return "ctrl+t puts a template" if field.json_schema else ""
        case FieldKind.CHOICE | FieldKind.FLAG if not field.required and field.default is None:
            return "delete: not set"
        case _:
            return ""


def help_for(field: Field, room: int) -> str:
    """Description, limits and keys in at most `room` characters; of these the description gives way."""
    rest = " · ".join(words for words in ("needed" if field.required else "", limits(field), keys(field)) if words)
    told = clean(field.help, multiline=False).strip()
    if not told:
        return rest
    left = room - len(rest) - (3 if rest else 0)
    if left < 12:
        return rest or clean(told, limit=room)
    return f"{clean(told, limit=left).replace(' …', '…')}{' · ' if rest else ''}{rest}"


def _characters(field: Field, each: str = "") -> str:
    if field.max_length is None:
        return "" if not field.min_length else f"{each}at least {field.min_length:,} characters"
    if field.min_length and field.min_length > 1:
        return f"{each}{field.min_length:,} to {field.max_length:,} characters"
    return f"{each}up to {field.max_length:,} characters"


def _of_these(field: Field) -> str:
    shown = [clean(choice.label, multiline=False, limit=24) for choice in field.choices[:8]]
    return "" if not shown else f"of {', '.join(shown)}{'…' if len(field.choices) > len(shown) else ''}"


def _count(field: Field, things: str) -> str:
    if field.max_items is None:
        return things if not field.min_items else f"at least {field.min_items} {things}"
    if field.min_items and field.min_items > 1:
        return f"{field.min_items} to {field.max_items} {things}"
    return f"up to {field.max_items} {things}"
