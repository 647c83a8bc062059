"""Texts that attack whoever prints them, and the detector that finds what of them reached a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKUP: Mapping[str, str] = {
    "closing tag of nothing": "[/red]",
    "half a tag": 'zoom [b="in',
    "link": "[link=https://evil.example/x]free[/link]",
    "action": "[@click=app.bell]press[/]",
    "action with quotes": "[@click=app.exit('x')]press[/@click]",
    "style": "[bold red on blue]loud[/]",
    "unknown style": "[no such style at all]quiet",
    "escaped": "\\[b] \\\\[/b]",
    "variable": "[$primary]own[/] $text {self.key} %(key)s",
    "nested": "[[[[/]]]] [b][i][/b][/i] []",
    "meta": "[#12345g]hex[/] [on :rocket:] :boom: [auto 87%]",
}
"""What Textual or Rich would take for markup. Any of it makes a careless widget crash or act."""

ESCAPES: Mapping[str, str] = {
    "CSI cursor and erase": "a\x1b[4242;2424H\x1b[2J\x1b[3Jb",
    "CSI report": "a\x1b[6n\x1b[>0q\x1b[21t\x1b[31;4242mb",
    "OSC 52": "a\x1b]52;c;QVRUQUNL\x07b",
    "OSC 8": "a\x1b]8;;https://evil.example/8\x1b\\free\x1b]8;;\x1b\\b",
    "OSC title and DCS": "a\x1b]0;EVILTITLE\x07\x1bPq#1EVIL\x1b\\\x1b_EVIL\x1b\\b",
    "C1 CSI and OSC": "a\x9b31;4242m\x9d52;c;QVRUQUNL\x9cb",
    "reset": "a\x1bc\x1b(0\x1b#8b",
    "BEL, NUL, SO": "a\x07\x00\x0e\x08\x7fb",
    "RLO": "a\u202egnp.exe\u2066\u200fb",
    "zero width": "pay\u200b\u2060\ufeff\u200dpal",
    "tags": "flag\U000e0067\U000e0062\U000e007f\U000e0001end",
    "300 marks": "Z" + "\u0335" * 300 + "!",
    "CR and LF": "kie.ai\revil.example\r\n\x0b\x0cfree\x85\u2028\u2029line",
}
"""What a terminal would obey, or what would hide, reorder or overflow what is read."""

LONE_SURROGATE = "cut \ud83d emoji"
"""Only JSON can carry it: half of an emoji that was cut in two."""

TEXTS: Mapping[str, str] = {**MARKUP, **ESCAPES}

GROUPS = ["\n".join(list(TEXTS.values())[first : first + 5]) for first in range(0, len(TEXTS), 5)]
"""The same, five at a time, for what is looked at one after the other."""

_OWN = re.compile(
    rb"\x1b\[(?:[0-9]{1,3}[;:])*[0-9]{0,3}m"  # colours
    rb"|\x1b\[[0-9]{1,3};[0-9]{1,3}H"  # where to draw
    rb"|\x1b\[\?[0-9;]+(?:[hl]|\$p)|\x1b\[>[0-9]*u|\x1b\[<[0-9]*u"  # modes, questions about them, keyboard
    rb"|\x1b\]22;[a-z-]*\x07"  # the pointer's shape
    rb"|\x1b\[2[23];2t|\x1b\]2;sora-tui(?: \xc2\xb7 [0-9,]+ [a-z ]+)*\x1b\\"  # the window's title: counts alone
)
"""Every sequence that the program itself writes."""
_ORDERS = {
    "an escape": rb"\x1b",
    "a C1 control": rb"\xc2[\x80-\x9f]",
    "a bell": rb"\x07",
    "a control character": rb"[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]",
    "a carriage return": rb"\r(?!\n)",
    "half a character": rb"\xed[\xa0-\xbf]",
}
_HIDDEN = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e0fff]|[\u0300-\u036f]{9,}")


def attacks(output: bytes) -> set[str]:
    """What a terminal was given that is neither text to be seen nor one of the program's own sequences."""
    rest = _OWN.sub(b"", output)
    found = {name for name, pattern in _ORDERS.items() if re.search(pattern, rest)}
    if _HIDDEN.search(rest.decode("utf-8", "replace")):
        found.add("something hidden")
    return found
