"""A prompt thread: the tree of a wording's versions, what each branch cost, and what made the difference. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sora_tui.studio.costs import Bill, bill_of
from sora_tui.studio.judging import is_keeper
from sora_tui.studio.task import Task, TaskState

_NOT_WORKED = frozenset({TaskState.FAIL, TaskState.REFUSED})


@dataclass(frozen=True, slots=True)
class Version:
    """One task of a thread, in its place.

    Attributes:
        task: the task.
        depth: 0 for the first wording; one more than its parent's.
        children: refs of the tasks edited from it, oldest first.
        bill: of the task and all that came of it: cost, results, keepers of the branch.
    """

    task: Task
    depth: int
    children: tuple[str, ...]
    bill: Bill


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions, of which one worked better: what changed between them made the difference, perhaps.

    Attributes:
        better: the one that worked.
        worse: the nearest one to it that failed or was rated lower.
    """

    better: Task
    worse: Task

    @property
    def parameters(self) -> tuple[str, ...]:
        """The settings that differ, the model under the name `model`."""
        one, other = self.better, self.worse
        names = dict.fromkeys([*other.parameters, *one.parameters])
        changed = [name for name in names if one.parameters.get(name) != other.parameters.get(name)]
        return (*(["model"] if one.model != other.model else []), *changed)


class Thread(Mapping[str, Version]):
    """The tree of one thread, by ref; in the order of a tree that is drawn: each version, then its branches.

    Args:
        tasks: of the thread, in any order. A version whose parent is not among them begins a tree of its own.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._tasks = {task.ref: task for task in sorted(tasks, key=lambda task: (task.created_at, task.ref))}
        self._parents = _parents(self._tasks)
        self._children: dict[str | None, list[str]] = {}
        for ref in self._tasks:
            self._children.setdefault(self._parent(ref), []).append(ref)
        depths = self._walk()
        bills: dict[str, Bill] = {}
        for ref in reversed(depths):  # branches before what they grow from
            bills[ref] = sum((bills[child] for child in self._children.get(ref, ())), bill_of([self._tasks[ref]]))
        self._versions = {
            ref: Version(self._tasks[ref], depth, tuple(self._children.get(ref, ())), bills[ref])
            for ref, depth in depths.items()
        }

    def __getitem__(self, ref: str) -> Version:
        return self._versions[ref]

    def __iter__(self) -> Iterator[str]:
        return iter(self._versions)

    def __len__(self) -> int:
        return len(self._versions)

    @property
    def bill(self) -> Bill:
        """Of all of it."""
        return bill_of(self._tasks.values())

    @property
    def best(self) -> Task | None:
        """The version that worked best: of the successes the one with the highest mark, starred before not, newest."""
        done = [task for task in self._tasks.values() if task.state is TaskState.SUCCESS]
        return max(done, key=lambda task: (task.rating, task.is_starred, task.created_at), default=None)

    def ancestors(self, ref: str) -> list[Task]:
        """What a version came from, the nearest first."""
        found: list[Task] = []
        at = self._parent(ref)
        while at is not None:
            found.append(self._tasks[at])
            at = self._parent(at)
        return found

    def siblings(self, ref: str) -> list[Task]:
        """The other versions edited from the same one, those made nearest to it first."""
        task = self._tasks[ref]
        others = [self._tasks[other] for other in self._children.get(self._parent(ref), ()) if other != ref]
        return sorted(others, key=lambda other: (abs(other.created_at - task.created_at), other.ref))

    def difference(self, ref: str | None = None) -> Difference | None:
        """What changed in the one that worked.

        Args:
            ref: the version that worked; the best of the thread by default.

        Returns:
            It beside its nearest ancestor that failed or was rated lower, else such a sibling; None if there is none.
        """
        better = self.best if ref is None else self._tasks[ref]
        if better is None:
            return None
        nearest = [*self.ancestors(better.ref), *self.siblings(better.ref)]
        return next((Difference(better, other) for other in nearest if _is_worse(other, better)), None)

    def _parent(self, ref: str) -> str | None:
        """The parent that is in the thread; None for a first wording."""
        return self._parents.get(ref)

    def _walk(self) -> dict[str, int]:
        """The refs in the order of a drawn tree, with their depths."""
        depths: dict[str, int] = {}
        ahead = [(ref, 0) for ref in reversed(self._children.get(None, []))]
        while ahead:
            ref, depth = ahead.pop()
            depths[ref] = depth
            ahead.extend((child, depth + 1) for child in reversed(self._children.get(ref, ())))
        return depths


def _parents(tasks: Mapping[str, Task]) -> dict[str, str]:
    """The parent of each that has one among them, without the links that would close a circle."""
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    """Of each seen version one that it comes from: where its line begins, or nearer to that."""

    def beginning(ref: str) -> str:
        while ref in first:
            first[ref] = first.get(first[ref], first[ref])
            ref = first[ref]
        return ref

    for ref, task in tasks.items():
        parent = task.parent_ref
        if parent is not None and parent in tasks and beginning(parent) != ref:
            found[ref] = first[ref] = parent
    return found


def _is_worse(other: Task, better: Task) -> bool:
    """Whether a version failed, or has a mark that is lower; of two without a mark a keeper is better."""
    if other.state in _NOT_WORKED:
        return better.state not in _NOT_WORKED
    if other.rating and better.rating:
        return other.rating < better.rating
    return other.state is TaskState.SUCCESS and is_keeper(better) and not is_keeper(other)
