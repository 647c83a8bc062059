"""Pictures as cells, read back by a terminal that follows the protocol to the letter."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sora_tui.film.pictures import Picture
from sora_tui.tui.kitty import MOST_CELLS, PLACEHOLDER, _marks, cells, deleted, transmitted

_COMMAND = re.compile(r"\x1b_G(?P<keys>[^;\x1b]*)(?:;(?P<payload>[A-Za-z0-9+/=]*))?\x1b\\")


@dataclass
class Terminal:
    """The pictures it was given, by their number: pixels, width and height, and the cells they fill."""

    pictures: dict[int, tuple[bytes, int, int, int, int]] = field(default_factory=dict)
    _begun: dict[str, str] = field(default_factory=dict)
    _payload: str = ""

    def read(self, text: str) -> None:
        assert _COMMAND.sub("", text) == "", "nothing but commands"
        for command in _COMMAND.finditer(text):
            assert len(command[0]) < 4096 + 200
            keys = dict(pair.split("=") for pair in command["keys"].split(","))
            if keys.get("a") == "d":
                assert keys["d"] == "I"
                self.pictures.pop(int(keys["i"]), None)
                continue
            self._begun = self._begun or keys
            assert keys is self._begun or set(keys) == {"m"}
            self._payload += command["payload"]
            if keys["m"] == "0":
                self._end()

    def _end(self) -> None:
        keys, payload, self._begun, self._payload = self._begun, self._payload, {}, ""
        assert (keys["a"], keys["U"], keys["f"], keys["o"], keys["q"]) == ("T", "1", "24", "z", "2")
        rgb = zlib.decompress(base64.b64decode(payload))
        width, height = int(keys["s"]), int(keys["v"])
        assert len(rgb) == width * height * 3
        self.pictures[int(keys["i"])] = (rgb, width, height, int(keys["c"]), int(keys["r"]))


@given(
    st.integers(1, 0xFFFFFF), st.integers(1, 40), st.integers(1, 40), st.integers(1, 20), st.integers(1, 20), st.data()
)
def test_the_terminal_has_the_picture_that_was_sent(
    image_id: int, width: int, height: int, columns: int, rows: int, data: st.DataObject
) -> None:
    rgb = data.draw(st.binary(min_size=width * height * 3, max_size=width * height * 3))
    terminal = Terminal()
    terminal.read(transmitted(image_id, Picture(width, height, rgb), columns, rows))
    assert terminal.pictures == {image_id: (rgb, width, height, columns, rows)}
    terminal.read(deleted(image_id))
    assert terminal.pictures == {}


def test_a_large_picture_comes_in_pieces() -> None:
    rgb = bytes((x * y * 7) % 251 for y in range(300) for x in range(400 * 3))
    terminal = Terminal()
    terminal.read(transmitted(7, Picture(400, 300, rgb), 40, 15))
    assert terminal.pictures[7][0] == rgb


@pytest.mark.parametrize("columns", [1, 60, MOST_CELLS])
def test_each_cell_names_its_part_of_its_picture(columns: int) -> None:
    strip = cells(0x12AB9F, 16, columns)
    [run] = list(strip)
    assert run.style is not None
    assert run.style.color is not None
    assert run.style.color.triplet is not None
    assert tuple(run.style.color.triplet) == (0x12, 0xAB, 0x9F)
    named = [(_marks().index(text[1]), _marks().index(text[2])) for text in re.findall(f"{PLACEHOLDER}..", run.text)]
    assert named == [(16, column) for column in range(columns)]
    assert cell_len(run.text) == columns == strip.cell_length


def test_cells_that_are_cut_off_stay_whole() -> None:
    left, middle, right = cells(9, 0, 30).divide([7, 20, 30])
    assert [len("".join(run.text for run in part)) for part in (left, middle, right)] == [7 * 3, 13 * 3, 10 * 3]


def test_the_marks_are_the_protocols() -> None:
    assert len(_marks()) == MOST_CELLS == len(set(_marks()))
    assert (_marks()[0], _marks()[1], _marks()[-1]) == ("\u0305", "\u030d", "\U0001d244")
