"""The texts that fit best what is being typed, among very many, at each key: some are looked at now, the rest after.

Texts are kept joined in blocks, so that a word is looked for in thousands of them with one call.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from sora_tui.studio.fuzzy import WIDEST, Match, folded, match_folded, query_words

BLOCK = 250
"""Texts that are joined."""
MOST_WEIGHED = 1_500
"""Texts that are weighed for one answer, the newest that fit: 20 ms where the words stand in them."""
STEP = 20
"""Blocks that are read for words with letters left out before an answer is given: 10 ms for prompts."""
MOST_TRIED = 250
"""Texts that are weighed in one such step, give or take a block: letters left out take 50 µs a text and more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found.

    Attributes:
        index: its place in the order in which the texts were added.
        match: how well it fits, and where.
    """

    index: int
    match: Match


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found.

    Attributes:
        hits: the best first; of equally good ones the newest.
        is_complete: whether all texts were looked at; otherwise `FuzzySearch.more` goes on.
    """

    hits: tuple[Hit, ...]
    is_complete: bool


class Candidates:
    """The texts to look in, the oldest first. Made once and kept; what is new is added.

    Args:
        texts: to begin with. 100,000 of 200 characters take a quarter of a second and, beside the texts, 60 MB.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts: list[str] = []
        self._blocks: list[_Block] = []
        self._last_equal: dict[int, int] = {}
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self.texts)

    def add(self, text: str) -> None:
        """Adds the newest."""
        if len(self.texts) % BLOCK == 0:
            self._blocks.append(_Block(len(self.texts)))
        small = folded(text)
        self._last_equal[hash(" ".join(small.split()))] = len(self.texts)
        self._blocks[-1].add(small)
        self.texts.append(text)

    def blocks(self) -> Iterator[_Block]:
        """The joined texts, the newest first."""
        return reversed(self._blocks)

    def small(self, index: int) -> str:
        """The folded text at this place."""
        return self._blocks[index // BLOCK].line(index % BLOCK)

    def equal_to(self, query: str) -> int | None:
        """The newest text that is probably the same as this but for capitals and blanks."""
        return self._last_equal.get(hash(" ".join(folded(query).split())))


class FuzzySearch:
    """One search as it is typed: a query that goes on where the last one ended looks only at what that one found.

    Args:
        candidates: the texts. They may grow; what is new is found by the next query.
    """

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._query, self._limit, self._size = "", 0, 0
        self._words: tuple[str, ...] = ()
        self._hits: dict[int, Match] = {}
        self._rest: Iterator[_Block] = iter(())
        self._is_complete = self._has_all = False

    def find(self, query: str, limit: int = 50) -> Hits:
        """The best texts, as far as they are known at once.

        All texts are looked through for the words as they stand. Only where fewer than `limit` have them, words with
        letters left out are looked for, in the newest 5,000 texts first. Of more than 1,500 texts that fit, the
        newest are weighed, and one that equals the query. An empty query finds the newest texts.
        """
        is_longer = query.startswith(self._query) and bool(self._words) and self._size == len(self._candidates)
        narrows = is_longer and self._has_all
        self._query, self._limit, self._size = query, limit, len(self._candidates)
        self._words = query_words(query)
        if not self._words:
            newest = range(len(self._candidates) - 1, max(-1, len(self._candidates) - 1 - limit), -1)
            self._hits = {index: Match(0, ()) for index in newest}
            self._rest, self._is_complete, self._has_all = iter(()), True, False
        elif narrows:
            before, self._hits = self._hits, {}
            self._weigh(before)
        else:
            self._hits = {}
            self._start()
        return self._answer()

    def more(self) -> Hits:
        """The best texts after some more were looked at; nothing is done where the answer is complete."""
        if not self._is_complete:
            self._spread()
        return self._answer()

    def _start(self) -> None:
        found: list[int] = []
        words = sorted((folded(word) for word in self._words), key=len, reverse=True)
        for block in self._candidates.blocks():
            found += block.holding(words, MOST_WEIGHED - len(found))
            if len(found) >= MOST_WEIGHED:
                break
        if (equal := self._candidates.equal_to(self._query)) is not None:
            found.append(equal)
        self._weigh(found)
        is_cut = len(found) >= MOST_WEIGHED
        self._is_complete = is_cut or len(self._hits) >= self._limit or len(words[0]) == 1
        self._has_all = not is_cut and len(words[0]) == 1
        self._rest = self._candidates.blocks()
        if not self._is_complete:
            self._spread()

    def _spread(self) -> None:
        words = sorted((folded(word) for word in self._words), key=len, reverse=True)
        pattern = _letters(words[0])
        tried = 0
        for _ in range(STEP):
            if tried >= MOST_TRIED:
                return
            block = next(self._rest, None)
            if block is None:
                self._is_complete = self._has_all = True
                return
            room = MOST_WEIGHED - len(self._hits)
            if room <= 0:
                self._is_complete = True
                return
            spelling = [index for index in block.spelling(pattern, room) if index not in self._hits]
            self._weigh(spelling)
            tried += len(spelling)

    def _weigh(self, indexes: Iterable[int]) -> None:
        for index in indexes:
            fits = match_folded(self._words, self._candidates.texts[index], self._candidates.small(index))
            if fits is not None:
                self._hits[index] = fits

    def _answer(self) -> Hits:
        best = nlargest(self._limit, self._hits.items(), key=lambda item: (item[1].score, item[0]))
        return Hits(tuple(Hit(index, match) for index, match in best), self._is_complete)


def best(query: str, candidates: Candidates | Sequence[str], limit: int = 50) -> list[Hit]:
    """The best texts, all of them looked at.

    Args:
        query: what was typed.
        candidates: the texts, the oldest first.
        limit: how many at most.
    """
    search = FuzzySearch(candidates if isinstance(candidates, Candidates) else Candidates(candidates))
    hits = search.find(query, limit)
    while not hits.is_complete:
        hits = search.more()
    return list(hits.hits)


class _Block:
    """Folded texts, a line each."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._lines: list[str] = []
        self._joined = ""
        self._starts: list[int] = []

    def add(self, small: str) -> None:
        self._lines.append(small)

    def line(self, place: int) -> str:
        return self._lines[place]

    def holding(self, words: Sequence[str], most: int) -> list[int]:
        """The texts that hold all these words, the newest first, `most` of them."""
        joined, longest, others = self._text(), words[0], words[1:]
        found: list[int] = []
        at = joined.find(longest)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            line = self._lines[place]
            if all(word in line for word in others):
                found.append(self._first + place)
            if place + 1 == len(self._lines):
                break
            at = joined.find(longest, self._starts[place + 1])
        return found[::-1][:most]

    def spelling(self, letters: re.Pattern[str], most: int) -> list[int]:
        """The texts in which these letters follow one another closely, the newest first, `most` of them."""
        joined = self._text()
        found: list[int] = []
        fits = letters.search(joined)
        while fits is not None:
            start, end = fits.span()
            place = bisect_right(self._starts, start) - 1
            if end - start > WIDEST:
                fits = letters.search(joined, start + 1)
                continue
            found.append(self._first + place)
            if place + 1 == len(self._lines):
                break
            fits = letters.search(joined, self._starts[place + 1])
        return found[::-1][:most]

    def _text(self) -> str:
        if len(self._starts) != len(self._lines):
            self._joined = "\n".join(self._lines)
            at, self._starts = 0, []
            for line in self._lines:
                self._starts.append(at)
                at += len(line) + 1
        return self._joined


def _letters(word: str) -> re.Pattern[str]:
    """These letters, each the first of its kind behind the one before: without any going back, whatever the text."""
    parts = [re.escape(word[0])]
    for letter in word[1:]:
        each = re.escape(letter)
        parts.append(f"[^{each}\n]{{0,{WIDEST}}}{each}")
    return re.compile("".join(parts))
