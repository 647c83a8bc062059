"""How close a prompt is to those that were refused, so that it can be said before paying. Pure.

Two prompts are close where they share the words that say something: the less a word is used in accepted prompts, the
more it weighs, and words like `the` weigh next to nothing. The order of words does not matter.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sora_tui.studio.word_pieces import is_unspaced, is_word, pieces

CLOSE = 0.6
"""The similarity from which on a prompt is worth a warning: more than half of its telling words are the same."""
_MOST_WORDS = 1_000
"""Of a prompt that are looked at."""
_RARE = 0.02
"""The share of accepted prompts that may have a word which is still told as a possible reason."""
_FEW = 5
"""Accepted prompts below which no word can be called common by counting."""
_LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from he her his in into is it its of on or over she that the their then there"
        " these they this to under up was while who with without",
    )
)
_LITTLE_WEIGHT = 0.1


@dataclass(frozen=True, slots=True)
class Nearest:
    """The refused prompt that a prompt is closest to.

    Attributes:
        index: its place in the order in which they were added.
        prompt: its text.
        similarity: 0 for no word in common, 1 for the same words.
        words: shared ones that hardly any accepted prompt has, the weightiest first, in small letters.
    """

    index: int
    prompt: str
    similarity: float
    words: tuple[str, ...]

    @property
    def is_close(self) -> bool:
        """Whether it is worth a warning."""
        return self.similarity >= CLOSE


class RefusedPrompts:
    """The memory of what was refused, and of which words go through.

    Args:
        refused: prompts that moderation turned away.
        accepted: prompts that became something.
    """

    def __init__(self, refused: Iterable[str] = (), accepted: Iterable[str] = ()) -> None:
        self._texts: list[str] = []
        self._words: list[frozenset[str]] = []
        self._having: dict[str, list[int]] = {}
        self._accepted_with: Counter[str] = Counter()
        self._accepted = 0
        self._lengths: list[float] = []
        for prompt in accepted:
            self.accept(prompt)
        for prompt in refused:
            self.refuse(prompt)

    def __len__(self) -> int:
        return len(self._texts)

    def refuse(self, prompt: str) -> None:
        """Adds one that was refused."""
        words = said_words(prompt)
        if len(self._lengths) == len(self._texts):
            self._lengths.append(self._sum(words))
        index = len(self._texts)
        self._texts.append(prompt)
        self._words.append(words)
        for word in words:
            self._having.setdefault(word, []).append(index)

    def accept(self, prompt: str) -> None:
        """Adds one that was not."""
        self._accepted_with.update(said_words(prompt))
        self._accepted += 1
        self._lengths = []

    def similarity(self, one: str, other: str) -> float:
        """How alike two prompts are by their words, 0 to 1; neither has to be known."""
        mine, theirs = said_words(one), said_words(other)
        return self._ratio(self._sum(mine & theirs), self._sum(mine), self._sum(theirs))

    def nearest(self, prompt: str) -> Nearest | None:
        """The closest refused prompt, the newest of several; None where none shares a word that says something."""
        if len(self._lengths) < len(self._texts):
            self._lengths = [self._sum(words) for words in self._words]
        mine = said_words(prompt)
        weights = {word: self._weight(word) for word in mine}
        shared: dict[int, float] = {}
        candidates: set[int] = set()
        for word, weight in weights.items():
            having = self._having.get(word, ())
            if word not in _LITTLE:
                candidates.update(having)
            for index in having:
                shared[index] = shared.get(index, 0.0) + weight
        if not candidates:
            return None
        length = self._sum(mine)
        similarity, index = max((self._ratio(shared[each], length, self._lengths[each]), each) for each in candidates)
        words = sorted(filter(self._is_telling, mine & self._words[index]), key=lambda word: (-weights[word], word))
        return Nearest(index, self._texts[index], similarity, tuple(words))

    def _is_telling(self, word: str) -> bool:
        most = max(_RARE * self._accepted, 1 if self._accepted >= _FEW else 0)
        return word not in _LITTLE and self._accepted_with[word] <= most

    def _weight(self, word: str) -> float:
        """Squared, as it counts in the cosine of two prompts' angle."""
        weight = math.log(1 + (self._accepted + 1) / (self._accepted_with[word] + 1))
        return (weight * _LITTLE_WEIGHT if word in _LITTLE else weight) ** 2

    def _sum(self, words: Iterable[str]) -> float:
        return math.fsum(map(self._weight, words))

    @staticmethod
    def _ratio(shared: float, one: float, other: float) -> float:
        return min(1.0, shared / math.sqrt(one * other)) if one and other else 0.0


def said_words(prompt: str) -> frozenset[str]:
    """The words of a prompt, in small letters; two characters at a time where a script knows no blanks."""
    words: set[str] = set()
    before = ""
    for piece in pieces(prompt.casefold()):
        if len(words) == _MOST_WORDS:
            break
        if is_unspaced(piece):
            words.add(before + piece)
            before = piece
        else:
            before = ""
            if is_word(piece):
                words.add(piece)
    return frozenset(words)
