"""Walking through earlier prompts: there and back again, what was typed last of all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sora_tui.tui.prompt_walk import PromptWalk


@given(st.text("ab"), st.lists(st.text("ab"), max_size=6))
def test_as_many_steps_back_lead_to_what_was_typed(typed: str, sent: list[str]) -> None:
    walk = PromptWalk(typed, sent)
    seen = [typed]
    while (text := walk.step(1)) is not None:
        assert walk.is_at(text)
        assert text != seen[-1]
        seen.append(text)
    back = [seen[-1]]
    while (text := walk.step(-1)) is not None:
        back.append(text)
    assert back == seen[::-1]


def test_what_was_changed_meanwhile_begins_a_walk_of_its_own() -> None:
    walk = PromptWalk("", ["koi", "boat"])
    assert walk.step(1) == "koi"
    assert not walk.is_at("koi!")
    assert not PromptWalk("koi").is_at("koi")
