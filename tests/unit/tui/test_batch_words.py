"""Rows of a batch in words: what sets a prompt apart is in sight and in bold, and nothing from outside is markup."""

from __future__ import annotations

import pytest

from sora_tui.studio.batches import Row
from sora_tui.studio.task import Draft
from sora_tui.tui.batch_words import common_words, pacing_words, row_contents, set_apart

LONG = "A paper boat drifts down a long gutter in the heavy rain, macro lens, "


def bold(prompt: str, *others: str) -> list[str]:
    content = set_apart(prompt, common_words([prompt, *others]))
    return [content.plain[span.start : span.end] for span in content.spans if span.style == "bold"]


def test_only_the_words_that_differ_are_set_off() -> None:
    assert bold(f"{LONG}dawn", f"{LONG}dusk") == ["dawn"]
    assert bold(f"{LONG}dawn, warm", f"{LONG}dusk, cold") == ["dawn", "warm"]


def test_what_differs_late_is_in_sight_at_once() -> None:
    content = set_apart(f"{LONG}dawn", common_words([f"{LONG}dawn", f"{LONG}dusk"]))
    assert content.plain.startswith("…")
    assert content.plain.index("dawn") < 20


def test_prompts_that_share_hardly_a_word_stand_as_they_are() -> None:
    assert bold("Neon koi under ice", "A paper boat") == []
    assert set_apart("Neon koi [b]", set()).plain == "Neon koi [b]"


def test_a_line_says_price_settings_place_and_what_is_wrong() -> None:
    rows = [
        Row(Draft("A boat", "m", {"size": "high"}), line=2),
        Row(Draft("A boat", "m", {"size": "low"}), "No such size.", line=3),
    ]
    first, second = (content.plain for content in row_contents(rows, [True, False], ["330", "?"]))
    assert first == "■ 330  line 2  high  A boat"
    assert second == "□   ?  line 3  No such size.  low  A boat"


@pytest.mark.parametrize(
    ("count", "words"), [(20, ""), (100, "20 per 10 s: about 41 s"), (1000, "20 per 10 s: about 8 min")]
)
def test_how_long_sending_takes_is_said_where_it_takes_any(count: int, words: str) -> None:
    assert pacing_words(count) == words
