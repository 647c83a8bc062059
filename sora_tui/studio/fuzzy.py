"""How well a text fits what was typed: its words in any order, each as it stands or with letters left out. Pure.

Left-out letters may stand between, but a word must be found within 40 characters: in a prompt of 200 nearly any four
letters follow one another somewhere. A text with all words as they stand always comes before one without.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

WIDEST = 40
"""Characters within which the letters of a word must be found."""
_MOST_PLACES = 32
"""Places of a word that are weighed against one another; the first ones."""
_EQUAL, _LITERAL = 1_000_000, 100_000
"""More than any text can get for its single words."""
_LONGEST_WORD = 100
_MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A text that fits.

    Attributes:
        score: how well; higher is better. It depends on the query and the text alone.
        ranges: what to highlight, as (start, end) in the text, in its order and apart from each other.
    """

    score: int
    ranges: tuple[tuple[int, int], ...]

    @property
    def is_literal(self) -> bool:
        """Whether all words stand in the text as they were typed."""
        return self.score >= _LITERAL


def match(query: str, text: str) -> Match | None:
    """How well the text fits; None where a word of the query is not found in it.

    Args:
        query: words in any order, without regard to capitals, though the same capitals are better. Of a query that no
            one types, the first 20 words are looked at and 100 characters of each.
        text: to look in.
    """
    return match_folded(query_words(query), text, folded(text))


def query_words(query: str) -> tuple[str, ...]:
    """The words that are looked for, as they were typed."""
    return tuple(word[:_LONGEST_WORD] for word in query.split()[:_MOST_WORDS])


def folded(text: str) -> str:
    """The text in small letters and on one line, each character in its place."""
    small = text.lower()
    if len(small) != len(text):  # İ becomes two
        small = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    return small.replace("\n", " ")


def match_folded(words: tuple[str, ...], text: str, small: str) -> Match | None:
    """The same as `match`, where the words of the query and the folded text are known already."""
    score, is_literal = 0, True
    places: list[int] = []
    for word in words:
        little = folded(word)
        best = _literal(little, word, text, small)
        if best is None:
            is_literal = False
            best = _spread(little, small)
        if best is None:
            return None
        score += best[0]
        places += best[1]
    if not words:
        return Match(0, ())
    if is_literal:
        score += _LITERAL
        phrase = " ".join(map(folded, words))
        if phrase in small:
            score += 20 * len(words)
            if small.split() == phrase.split():
                score += _EQUAL + (text.split() == list(words))
    return Match(score + max(0, 10 - min(places) // 20) - min(len(text) // 100, 10), _ranges(places))


def _literal(little: str, word: str, text: str, small: str) -> tuple[int, list[int]] | None:
    best, best_start, start = -1, -1, small.find(little)
    for _ in range(_MOST_PLACES):
        if start < 0:
            break
        end = start + len(little)
        score = 16 * len(little) + 2 * (text[start:end] == word)
        if _is_start(small, start):
            score += 12 + 8 * (end == len(small) or not small[end].isalnum())
        if score > best:
            best, best_start = score, start
        start = small.find(little, start + 1)
    return None if best_start < 0 else (best, [*range(best_start, best_start + len(little))])


def _spread(little: str, small: str) -> tuple[int, list[int]] | None:
    best: tuple[int, list[int]] | None = None
    start = small.find(little[0])
    while start >= 0:
        places, last, stop = [start], start, start + WIDEST
        for letter in little[1:]:
            last = small.find(letter, last + 1, stop)
            if last < 0:
                break
            places.append(last)
        else:
            pairs = sum(one + 1 == other for one, other in pairwise(places))
            starts = sum(_is_start(small, place) for place in places)
            score = 8 * len(places) + 6 * pairs + 6 * starts - 2 * (places[-1] + 1 - start - len(places))
            if best is None or score > best[0]:
                best = score, places
        start = small.find(little[0], start + 1)
    return best


def _is_start(small: str, place: int) -> bool:
    return place == 0 or not small[place - 1].isalnum()


def _ranges(places: list[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for place in sorted(set(places)):
        if ranges and ranges[-1][1] == place:
            ranges[-1] = ranges[-1][0], place + 1
        else:
            ranges.append((place, place + 1))
    return tuple(ranges)
