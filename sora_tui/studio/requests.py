"""The body of a create request for a task, and the same as a command a person can run. Pure."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

from sora_tui.studio.callback_addresses import Addresses, addresses_for
from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.kie.messages import CreateTask
    from sora_tui.settings import Settings


def request_for(task: Task, addresses: Addresses) -> CreateTask:
    """What goes on the wire. Our `ref` rides at the end of the callbacks' paths (design, D5).

    Without a prompt there is no `prompt` either: a model that takes none would bill it unread (contract §3).
    """
    from sora_tui.kie.messages import CreateTask

    return CreateTask(
        model=task.model,
        input={**({"prompt": task.prompt} if task.prompt else {}), **task.parameters},
        call_back_url=_with_ref(addresses.end, task.ref),
        progress_call_back_url=_with_ref(addresses.progress, task.ref),
    )


def as_curl(task: Task, settings: Settings) -> str:
    """The same as a curl command. The key stays in the environment, where the shell finds it.

    The addresses of our own inbox are left out: they are secret, and what is sent by hand is not our task.
    """
    own_inbox = settings.callback_port is not None
    return curl_of(task, settings.base_url, Addresses() if own_inbox else addresses_for(settings))


def curl_of(task: Task, base_url: str, addresses: Addresses) -> str:
    """A task's create request as a curl command that asks for these callbacks."""
    body = json.dumps(request_for(task, addresses).wire(), ensure_ascii=False)
    return " \\\n  ".join(
        [
            f"curl {shlex.quote(base_url + '/api/v1/jobs/createTask')}",
            '-H "Authorization: Bearer $SORA_TUI_API_KEY"',
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(body)}",
        ]
    )


def _with_ref(url: str | None, ref: str) -> str | None:
    return None if url is None else f"{url}/{ref}"
