"""Which tasks a command is about: refs where every word is one, else a filter."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from sora_tui.cli.diagnostics import CommandError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sora_tui.studio.studio import Studio

_REF = re.compile(r"[0-9a-f]{4,32}", re.ASCII)


def are_refs(words: Sequence[str]) -> bool:
    """Whether each of these words looks like a ref, or the beginning of one."""
    return bool(words) and all(map(_REF.fullmatch, words))


async def chosen_refs(studio: Studio, words: Sequence[str]) -> list[str]:
    """The refs of the tasks that are meant: in the order of their refs, else oldest first; without words all.

    A word like `face` may be either: it is a ref where a task begins so.

    Raises:
        CommandError: the filter says something that is not understood.
    """
    from sora_tui.studio.errors import StudioError
    from sora_tui.studio.filters import parse_filter
    from sora_tui.studio.views import View

    if are_refs(words):
        try:
            return list(dict.fromkeys([(await studio.get(word)).ref for word in words]))
        except StudioError as error:
            if len(words) > 1 or len(words[0]) == 32:
                raise CommandError(str(error), code=ExitCode.USAGE) from None
    filter = parse_filter(" ".join(words), now_ms=time.time_ns() // 1_000_000)
    if filter.problems:
        hint = "`sora-tui tasks --help` says what a filter can say."
        raise CommandError(" ".join(f"{problem}." for problem in filter.problems), hint=hint, code=ExitCode.USAGE)
    return [str(key[-1]) for key in await studio.find(View(filter=filter))][::-1]
