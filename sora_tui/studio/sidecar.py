"""What stands beside a result file: how it was made, when, at what cost, and what it is. Never a key or a secret."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sora_tui.studio.task import Task, iso


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about a file.

    Attributes:
        size: bytes.
        sha256: in hex.
        media: width, height, seconds, codecs, as far as they could be read; empty for none.
    """

    size: int
    sha256: str
    media: dict[str, Any]


def sidecar(task: Task, number: int, facts: Facts, *, collected_at: int) -> str:
    """The text of the file beside it, JSON for people and programs.

    Args:
        task: that made the result.
        number: of the link, from 0.
        facts: of the file.
        collected_at: epoch ms.
    """
    document = {
        "prompt": task.prompt,
        "model": task.model,
        "parameters": dict(task.parameters),
        "ref": task.ref,
        "task_id": task.task_id,
        "thread_ref": task.thread_ref,
        "parent_ref": task.parent_ref,
        "link": without_query(task.links[number]),
        "created_at": iso(task.created_at),
        "sent_at": iso(task.sent_at),
        "finished_at": iso(task.finished_at),
        "collected_at": iso(collected_at),
        "credits": task.charge,
        "tags": list(task.tags),
        "size": facts.size,
        "sha256": facts.sha256,
        **({"media": facts.media} if facts.media else {}),
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") + "\n"


def without_query(link: str) -> str:
    """The link without what signs it."""
    parts = urlsplit(link)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
