"""A prompt is compared with those that the service's filter turned away: of the past, and as they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sora_tui.studio.errors import StudioError
from sora_tui.studio.events import TaskChanged
from sora_tui.studio.recalling import TurnedAway
from sora_tui.studio.refusals import Likeness, Refusals
from sora_tui.studio.task import Task, TaskState
from tests.unit.studio.stored import ORIGIN, queued, running

BRAWL = "a bloody brawl between two drunk sailors at dawn"
CLOSE = "at dusk, two drunk sailors in a bloody brawl"
FAR = "a paper boat on a pond"
FILTERED = "This content may violate our guardrails concerning violence."


def turned_away(number: int, prompt: str) -> TurnedAway:
    return TurnedAway(f"{number:032x}", prompt, "m", number, FILTERED)


class Past:
    """Stands in for the memory."""

    def __init__(self, refused: Sequence[str] = (), accepted: Sequence[str] = ()) -> None:
        self.refused, self.passed = refused, accepted
        self.readings = 0
        self.broken = False
        self.meanwhile: Any = lambda: None

    async def turned_away(self) -> list[TurnedAway]:
        self.readings += 1
        if self.broken:
            raise StudioError("The disk is gone.")
        found = [turned_away(number, prompt) for number, prompt in enumerate(self.refused, start=1)]
        self.meanwhile()
        return found[::-1]

    async def accepted(self) -> list[str]:
        return [*self.passed]


def refusals(past: Past) -> Refusals:
    return Refusals(past, ORIGIN)  # type: ignore[arg-type]


def ended(prompt: str, state: TaskState = TaskState.FAIL, number: int = 9, **changes: Any) -> TaskChanged:
    before = running(number, prompt=prompt)
    told = {"code": 500, "text": FILTERED} if state is TaskState.FAIL else {"code": 200}
    return TaskChanged(replace(before, state=state, **{**told, **changes}), before, True)


async def test_a_prompt_like_a_refused_one_is_known_with_the_words_they_share() -> None:
    known = refusals(Past([BRAWL, "a zombie dances"]))
    assert known.likeness([CLOSE]) is None, "nothing is known yet"
    await known.load()
    like = known.likeness([FAR, CLOSE])
    assert like is not None
    assert (like.prompt, like.refused.prompt, like.refused.at) == (CLOSE, BRAWL, 1)
    assert {"bloody", "brawl", "drunk"} <= set(like.words)
    assert known.likeness([FAR]) is None
    assert await known.likenesses([FAR, CLOSE]) == {CLOSE: like}


async def test_what_passed_the_filter_itself_is_like_none() -> None:
    known = refusals(Past([BRAWL], [CLOSE]))
    await known.load()
    assert known.likeness([CLOSE]) is None
    assert known.likeness([BRAWL]) is not None
    known.hear(ended(BRAWL, TaskState.SUCCESS))
    assert known.likeness([BRAWL]) is None


async def test_a_task_that_is_turned_away_now_counts_from_now_on_and_once() -> None:
    known = refusals(Past())
    await known.load()
    known.hear(ended(BRAWL))
    known.hear(ended(BRAWL))
    like = known.likeness([CLOSE])
    assert like is not None
    assert like.refused.ref == f"{9:032x}"
    assert len(known._turned_away) == 1


@pytest.mark.parametrize(
    "event",
    [
        ended(BRAWL, code=501, text="Internal error"),
        ended(BRAWL, origin="https://other.example"),
        TaskChanged(queued(3, prompt=BRAWL), None, True),
    ],
    ids=["another reason", "another service", "not ended"],
)
async def test_what_is_no_refusal_of_this_service_does_not_count(event: TaskChanged) -> None:
    known = refusals(Past())
    await known.load()
    known.hear(event)
    assert known.likeness([BRAWL]) is None


async def test_a_change_that_is_no_end_is_passed_over() -> None:
    known = refusals(Past())
    await known.load()
    event = ended(BRAWL)
    known.hear(TaskChanged(event.task, replace(event.task, tags=("boat",)), True))
    assert known.likeness([BRAWL]) is None


async def test_what_ends_while_the_past_is_read_is_not_missed() -> None:
    past = Past()
    known = refusals(past)
    past.meanwhile = lambda: known.hear(ended(BRAWL))
    await known.load()
    assert known.likeness([CLOSE]) is not None


async def test_the_past_is_read_once_and_again_only_after_it_could_not_be() -> None:
    past = Past([BRAWL])
    past.broken = True
    known = refusals(past)
    with pytest.raises(StudioError):
        await known.load()
    assert not known.is_loaded
    past.broken = False
    await known.load()
    await known.load()
    assert (past.readings, known.is_loaded) == (2, True)


def test_the_filters_own_words_are_moderation() -> None:
    from sora_tui.studio.recalling import is_turned_away

    task: Task = ended(BRAWL).task
    assert is_turned_away(task)
    assert is_turned_away(replace(task, state=TaskState.REFUSED))
    assert not is_turned_away(replace(task, state=TaskState.SUCCESS))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "."),
        (("blood",), ": both say “blood”."),
        (("a" * 99, "b", "c", "d"), f": both say “{'a' * 24}”, “b” and “c”."),
    ],
)
def test_the_sentence_names_the_words_that_both_have(words: tuple[str, ...], said: str) -> None:
    noon = 1_795_608_000_000  # 25 November 2026, 12:00 UTC
    like = Likeness("p", replace(turned_away(1, BRAWL), at=noon), words, 0.9)
    assert like.sentence == f"A prompt like this was refused on 25 Nov{said}"
