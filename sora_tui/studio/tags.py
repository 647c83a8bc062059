"""Tags: the user's own words for tasks. What a tag may be, and how tasks come by them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sora_tui.studio.errors import StudioError
from sora_tui.studio.task import Task
from sora_tui.studio.text import fold

MOST_TAGS = 20
"""Tags of one task."""
LONGEST_TAG = 40
"""Characters of one tag."""
NO_TAG = "none"
"""What the filter calls a task without tags, and so is none itself."""


class BadTag(StudioError):
    """It can't be a tag, or there would be too many. Nothing was changed."""


def tags_in(text: str) -> tuple[str, ...]:
    """The tags of a line as it is typed: words between spaces and commas, with or without a `#` in front.

    Raises:
        BadTag: one of them can't be one.
    """
    return _distinct(map(_tag, text.replace(",", " ").split()))


def tagged(task: Task, *, add: Collection[str] = (), remove: Collection[str] = ()) -> Task:
    """The task with these tags more and those less. Capitals make no other tag; what is there keeps its own.

    Raises:
        BadTag: it would have more than `MOST_TAGS`.
    """
    gone = {fold(tag) for tag in remove}
    tags = _distinct([*(tag for tag in task.tags if fold(tag) not in gone), *add])
    if len(tags) > max(MOST_TAGS, len(task.tags)):
        raise BadTag(f"A task can have {MOST_TAGS} tags at most.")
    return task if tags == task.tags else replace(task, tags=tags)


def common_tags(tasks: Iterable[Task]) -> tuple[str, ...]:
    """The tags that all of the tasks have, as the first one writes them."""
    first, *others = [task.tags for task in tasks] or [()]
    shared = [{fold(tag) for tag in tags} for tags in others]
    return tuple(tag for tag in first if all(fold(tag) in tags for tags in shared))


def _tag(word: str) -> str:
    tag = word.lstrip("#")
    if not tag or not tag.isprintable() or '"' in tag:
        raise BadTag("A tag is a word of letters, digits and signs, without spaces, commas and quotes.")
    if len(tag) > LONGEST_TAG:
        raise BadTag(f"A tag has {LONGEST_TAG} characters at most, {tag[:12]}… has {len(tag)}.")
    if fold(tag) == NO_TAG:
        raise BadTag(f"{tag} can't be a tag: tag:{NO_TAG} finds the tasks without any.")
    return tag


def _distinct(tags: Iterable[str]) -> tuple[str, ...]:
    by_name: dict[str, str] = {}
    for tag in tags:
        by_name.setdefault(fold(tag), tag)
    return tuple(by_name.values())
