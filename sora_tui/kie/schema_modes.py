"""The shapes that one model's input may have, and a short name for each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sora_tui.kie.fields import Field, FieldKind
from sora_tui.kie.schema_fields import only_value

_MAX_NAME = 32
_MAX_NEEDS = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the shapes an input may have. The attributes are those of `Mode`, with the document's own title."""

    title: str
    fields: tuple[Field, ...]
    prompt_limit: int
    prompt_required: bool
    prompt_min_length: int

    @property
    def demands(self) -> tuple[bool, int]:
        """How much the user has to give beside a prompt: the least comes first."""
        needed = [each for each in self.fields if each.required and each.default is None]
        return self.prompt_limit == 0, len(needed)

    def is_like(self, other: Shape) -> bool:
        """Whether both take the same, whatever they are called and however it is explained."""
        return self._bare() == other._bare()

    def _bare(self) -> Shape:
        return replace(self, title="", fields=tuple(replace(each, label="", help="") for each in self.fields))


def named_modes(shapes: Sequence[Shape]) -> dict[str, Shape]:
    """Every shape by its name: what the document calls it, else what tells it apart. A single one has none."""
    if len(shapes) == 1:
        return {"": shapes[0]}
    names = [""] * len(shapes)
    for naming in (_titles, _constants, _needs, _extras):
        found = [_short(each) for each in naming(shapes)]
        names = [
            name or (other if found.count(other) == 1 and other not in names else "")
            for name, other in zip(names, found, strict=True)
        ]
    for number, like in enumerate(_needs(shapes)):
        names[number] = names[number] or _free(_short(like), names)
    return dict(zip(names, shapes, strict=True))


def _titles(shapes: Sequence[Shape]) -> list[str]:
    return [each.title for each in shapes]


def _constants(shapes: Sequence[Shape]) -> list[str]:
    """The value of the first field that has one value in each shape, another in every one."""
    for name in [each.name for each in shapes[0].fields]:
        fields = [next((each for each in shape.fields if each.name == name), None) for shape in shapes]
        values = [None if each is None else only_value(each) for each in fields]
        if None not in values and "" not in values and len(set(map(repr, values))) == len(shapes):
            label = next(each.label for each in shapes[0].fields if each.name == name)
            return [_words(each) if isinstance(each, str) else f"{label} {each}" for each in values]
    return [""] * len(shapes)


def _needs(shapes: Sequence[Shape]) -> list[str]:
    """The inputs a shape needs; of one that needs none, "text"."""
    return _differing(shapes, lambda each: each.required and each.default is None)


def _extras(shapes: Sequence[Shape]) -> list[str]:
    """The inputs a shape takes and another does not."""
    return _differing(shapes, lambda each: True)


def _differing(shapes: Sequence[Shape], counts: Callable[[Field], bool]) -> list[str]:
    names = [[each.name for each in shape.fields if counts(each)] for shape in shapes]
    shared = set(names[0]).intersection(*names[1:])
    found = []
    for shape, own in zip(shapes, names, strict=True):
        telling = [each for each in shape.fields if each.name in own and each.name not in shared]
        links = [each for each in telling if each.kind in (FieldKind.LINK, FieldKind.LINK_LIST)]
        said = [_small(each.label) for each in (links or telling)[:_MAX_NEEDS]]
        found.append(" and ".join(said) if said else "text" if shape.prompt_limit else "")
    return found


def _words(value: str) -> str:
    """A constant in words: `TEXT_2_VIDEO` is "Text to video"."""
    said = value.replace("_", " ").strip()
    return said.replace(" 2 ", " to ").capitalize() if "_" in value and value.isupper() else said


def _small(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _free(name: str, taken: Sequence[str]) -> str:
    """A name nobody has: this one, or with a number behind it."""
    base = name or "form"
    numbered = (f"{base[: _MAX_NAME - 3]} {number}" for number in range(2, len(taken) + 2))
    return next(each for each in (base, *numbered) if each not in taken)


def _short(name: str) -> str:
    return name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1].rstrip() + "…"
