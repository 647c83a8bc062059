"""The line that says where a file is."""

from __future__ import annotations

import socket
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_tui.tui.file_line import file_line, file_link


def links(path: str) -> list[str]:
    line = file_line(path)
    return [span.style.link for span in line.spans if not isinstance(span.style, str) and span.style.link]


def test_it_is_short_and_linked_to_the_file_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert file_line("/home/ann/Videos/a film.mp4").plain == "~/Videos/a film.mp4"
    assert file_line("/srv/a.mp4").plain == "/srv/a.mp4"
    [link] = links("/home/ann/Videos/a film.mp4")
    assert urlsplit(link).netloc == socket.gethostname()
    assert unquote(urlsplit(link).path) == "/home/ann/Videos/a film.mp4"


def test_what_is_no_whole_path_is_no_link() -> None:
    assert links("a.mp4") == []
    assert links("") == []


@given(st.text(st.characters(exclude_characters="\0"), max_size=50))
def test_no_name_of_a_file_drives_the_terminal(name: str) -> None:
    link = file_link(Path("/v") / name.lstrip("/"))
    assert link.isascii()
    assert link.isprintable()
    assert not {"Cc", "Cf", "Cs"} & {unicodedata.category(character) for character in file_line(f"/v/{name}").plain}
