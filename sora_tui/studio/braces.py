"""What each brace of a prompt is: the end of a group, half of a doubled one, or one that lacks its other. Pure."""

from __future__ import annotations

OPEN, CLOSE, LITERAL, LONE = "{", "}", "literal", "lone"
"""What a brace is: one end of a group, the first of two that are a brace themselves, or one without its other."""


def paired(text: str) -> dict[int, str]:
    """The role of each brace: two are literal where they stand side by side at both ends, or pair with none."""
    partner: dict[int, int] = {}
    waiting: list[int] = []
    places = [place for place, character in enumerate(text) if character in "{}"]
    for place in places:
        if text[place] == "{":
            waiting.append(place)
        elif waiting:
            partner[place] = waiting.pop()
            partner[partner[place]] = place
    roles: dict[int, str] = {}
    seconds: set[int] = set()
    for place in places:
        if place in roles or place in seconds:
            continue
        mine, after = partner.get(place), place + 1
        is_double = text[after : after + 1] == text[place]
        other = partner.get(after)
        if text[place] == "{" and is_double and mine is not None and mine - 1 == other:
            roles[place] = roles[other] = LITERAL
            seconds |= {after, mine}
        elif is_double and mine is None and other is None:
            roles[place] = LITERAL
            seconds.add(after)
        else:
            roles[place] = LONE if mine is None else text[place]
    return roles


def doubled(text: str) -> dict[int, str]:
    """The role of each brace, read from the left: two are literal, but for those that close groups in groups."""
    roles: dict[int, str] = {}
    waiting: list[int] = []
    place = 0
    while place < len(text):
        character = text[place]
        if character in "{}":
            is_double = text[place + 1 : place + 2] == character
            if is_double and (character == "{" or len(waiting) < 2):
                roles[place] = LITERAL
                place += 1
            elif character == "{":
                waiting.append(place)
                roles[place] = OPEN
            else:
                roles[place] = CLOSE if waiting else LONE
                if waiting:
                    waiting.pop()
        place += 1
    roles.update(dict.fromkeys(waiting, LONE))
    return roles
