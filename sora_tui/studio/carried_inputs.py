"""Which of a draft's inputs goes into which field of another model: by what it is and what it is for. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sora_tui.kie.profiles import Field, FieldKind, Media
from sora_tui.studio.task import Json

IS_INPUT = (FieldKind.LINK, FieldKind.LINK_LIST)


class Part(StrEnum):
    """What an input is for, as far as the name of its field says."""

    ANY = "any"
    FIRST = "first"
    LAST = "last"
    REFERENCE = "reference"
    MASK = "mask"


_PART_WORDS: Mapping[str, Part] = {
    "first": Part.FIRST,
    "start": Part.FIRST,
    "last": Part.LAST,
    "end": Part.LAST,
    "tail": Part.LAST,
    "reference": Part.REFERENCE,
    "references": Part.REFERENCE,
    "ref": Part.REFERENCE,
    "mask": Part.MASK,
}
_ALSO: Mapping[Part, tuple[Part, ...]] = {
    Part.ANY: (Part.ANY, Part.FIRST, Part.REFERENCE),
    Part.FIRST: (Part.FIRST, Part.ANY),
    Part.LAST: (Part.LAST, Part.ANY),
    Part.REFERENCE: (Part.REFERENCE, Part.ANY),
    Part.MASK: (Part.MASK,),
}
"""Where an input of a part may go, the best first."""
_MEDIA_WORDS: Mapping[str, Media] = {
    "image": Media.IMAGE,
    "images": Media.IMAGE,
    "img": Media.IMAGE,
    "picture": Media.IMAGE,
    "photo": Media.IMAGE,
    "frame": Media.IMAGE,
    "mask": Media.IMAGE,
    "video": Media.VIDEO,
    "videos": Media.VIDEO,
    "clip": Media.VIDEO,
    "audio": Media.AUDIO,
    "audios": Media.AUDIO,
    "voice": Media.AUDIO,
    "music": Media.AUDIO,
}
_LINK_WORDS = ("url", "urls", "uri", "uris", "link", "links")


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a draft.

    Attributes:
        text: a link or a path.
        media: what it is, as far as its field says.
        part: what it is for.
        name: of its field.
    """

    text: str
    media: Media
    part: Part
    name: str


def inputs_in(parameters: Mapping[str, Json], fields: Mapping[str, Field] | None) -> list[Input]:
    """The inputs of a draft, in the order they stand.

    Args:
        parameters: of the draft.
        fields: of its model by name; None where none is known, and then the names tell.
    """
    found = []
    for name, value in parameters.items():
        field = None if fields is None else fields.get(name)
        is_input = _is_named_so(str(name)) if fields is None else field is not None and field.kind in IS_INPUT
        if is_input:
            media = media_named(str(name)) if field is None or field.media is Media.FILE else field.media
            part = _part_of(str(name))
            found += [Input(text, media, part, str(name)) for text in _texts(value)]
    return found


def placed(inputs: Sequence[Input], fields: Iterable[Field]) -> tuple[dict[str, Json], list[Input]]:
    """Where the inputs go, and those that are left over.

    A list is filled up to what it takes. A field that gets too few for its liking gets none.

    Args:
        inputs: of a draft.
        fields: of the model they shall go to.
    """
    slots = {field.name: field for field in fields if field.kind in IS_INPUT}
    held: dict[str, list[Input]] = {name: [] for name in slots}
    homeless = []
    at_home = [each for each in inputs if each.name in slots]  # first, so that no other takes their place
    for each in [*at_home, *(each for each in inputs if each.name not in slots)]:
        slot = _place_for(each, slots.values(), held)
        if slot is None:
            homeless.append(each)
        else:
            held[slot.name].append(each)
    values: dict[str, Json] = {}
    for name, inside in held.items():
        texts = [each.text for each in inside]
        if not texts:
            continue
        value: Json = texts if slots[name].kind is FieldKind.LINK_LIST else texts[0]
        if slots[name].problem(value, with_files=True):
            homeless += inside
        else:
            values[name] = value
    return values, homeless


def media_named(name: str) -> Media:
    """What a field of this name leads to."""
    return next((_MEDIA_WORDS[word] for word in _words(name) if word in _MEDIA_WORDS), Media.FILE)


def _place_for(each: Input, slots: Collection[Field], held: Mapping[str, list[Input]]) -> Field | None:
    open_ones = [slot for slot in slots if _takes(slot, each, held[slot.name])]
    named = [slot for slot in open_ones if slot.name == each.name]
    for part in _ALSO[each.part]:
        # an only picture is where the film begins: the last frame is none
        named += [
            slot
            for slot in open_ones
            if _part_of(slot.name) is part and (each.part is not Part.LAST or part is Part.LAST or _is_list(slot))
        ]
    return next(iter(named), None)


def _takes(slot: Field, each: Input, held: Sequence[Input]) -> bool:
    wanted = media_named(slot.name) if slot.media is Media.FILE else slot.media
    if Media.FILE not in (wanted, each.media) and wanted is not each.media:
        return False
    return not held or (_is_list(slot) and (slot.max_items is None or len(held) < slot.max_items))


def _is_list(slot: Field) -> bool:
    return slot.kind is FieldKind.LINK_LIST


def _is_named_so(name: str) -> bool:
    return any(word in _LINK_WORDS for word in _words(name))


def _part_of(name: str) -> Part:
    return next((_PART_WORDS[word] for word in _words(name) if word in _PART_WORDS), Part.ANY)


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]


def _texts(value: Json) -> list[str]:
    items = value if isinstance(value, list | tuple) else [value]
    return [item for item in items if isinstance(item, str) and item.strip()]
