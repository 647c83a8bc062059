"""Where the task table's rows come from. The table asks; the answer comes at once or later, on the loop's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from sora_tui.studio.task import Task
from sora_tui.studio.views import View
from sora_tui.tui.widgets.task_rows import Found, Segment


class RowSource(Protocol):
    """All tasks there are."""

    @property
    def counts(self) -> Mapping[Segment, int]:
        """How many tasks are in each tab."""
        ...

    def find(self, view: View, tell: Callable[[Found], None]) -> None:
        """Find the rows of a view. `tell` may get the first of them before all; only the last view asked counts."""
        ...

    def load(self, refs: Sequence[str], tell: Callable[[Sequence[Task]], None]) -> None:
        """Bring tasks into memory."""
        ...
