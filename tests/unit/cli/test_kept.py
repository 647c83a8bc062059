"""The shelf from the command line: listed, and one text printed with its holes filled."""

from __future__ import annotations

import pytest

from sora_tui.settings import Settings
from sora_tui.studio.kept import KeptKind, KeptTexts
from sora_tui.studio.task import Draft
from sora_tui.studio.templates import FILE
from tests.unit.cli.conftest import Command


@pytest.fixture
def shelf(settings: Settings) -> KeptTexts:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shelf = KeptTexts(settings.data_dir, now_ms=lambda: 0)
    shelf.keep_draft("boat", Draft("a boat", "veo", {"duration": 5}))
    shelf.keep_text(KeptKind.TEMPLATE, "rain", "a {thing} in the rain at {dawn|dusk}, {lens=macro}")
    shelf.keep_text(KeptKind.SNIPPET, "rain", "35 mm\x1b[2J")
    return shelf


def test_everything_is_listed_and_of_one_kind_alone(command: Command, shelf: KeptTexts) -> None:
    lines = command("kept").out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["draft", "boat"], ["template", "rain"], ["snippet", "rain"]]
    assert "\x1b" not in "".join(lines)
    draft, template, snippet = command("kept", "--json").json
    assert (draft["model"], draft["parameters"], draft["saved_at"][:4]) == ("veo", {"duration": 5}, "1970")
    assert (template["holes"], snippet["text"]) == (["thing", "lens"], "35 mm\x1b[2J")
    assert [each["kind"] for each in command("kept", "--kind", "snippet", "--json").json] == ["snippet"]


def test_an_empty_shelf_and_a_damaged_file_are_said(command: Command, settings: Settings) -> None:
    ended = command("kept")
    assert (ended.code, ended.out) == (0, "")
    assert "Nothing is kept yet" in ended.err
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / FILE).write_text("[templates")
    assert "is not TOML" in command("kept").err


def test_a_template_is_printed_with_its_holes_filled(command: Command, shelf: KeptTexts) -> None:
    assert command("kept", "boat").out == "a boat\n"
    assert command("kept", "rain").out == "a {thing} in the rain at {dawn|dusk}, {lens=macro}\n"
    filled = command("kept", "rain", "--fill", "thing={x}=1")
    assert filled.out == "a {{x}}=1 in the rain at {dawn|dusk}, {lens=macro}\n"
    assert command("kept", "rain", "--fill", "thing=koi", "--json").json["text"].startswith("a koi in")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("kite",), "Nothing on the shelf is called 'kite'"),
        (("rain", "--kind", "draft"), "Nothing on the shelf"),
        (("rain", "--fill", "lens=x"), "It asks for thing as well. Give --fill thing="),
        (("rain", "--fill", "other=x"), "it asks for lens, thing"),
        (("rain", "--fill", "thing"), "is no HOLE=VALUE"),
        (("--fill", "thing=x"), "goes with the NAME"),
    ],
)
def test_what_can_t_be_done_is_said(command: Command, shelf: KeptTexts, arguments: tuple[str, ...], words: str) -> None:
    ended = command("kept", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err
