"""One task in Markdown, for a request to the service's support. Pure: who calls takes out what is secret.

It holds no file of this machine, no callback address and no raw answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from sora_tui.studio.callback_addresses import Addresses
from sora_tui.studio.explaining import meaning_of
from sora_tui.studio.exporting import as_code, fenced
from sora_tui.studio.requests import curl_of
from sora_tui.studio.task import Step, Task, iso

LEFT_OUT = "(left out)"


def support_report(
    task: Task,
    steps: Sequence[Step],
    *,
    base_url: str,
    program: str,
    redact: Callable[[str], str],
    with_prompt: bool = True,
) -> str:
    """The report.

    Args:
        task: which.
        steps: its history.
        base_url: of the service.
        program: name and version of the program and of what it runs on.
        redact: takes secrets out of a text.
        with_prompt: whether the prompt is in it. Without it the parameters are left out as well, as they may quote it.
    """
    shown = task if with_prompt else replace(task, prompt=LEFT_OUT, parameters={})
    meaning = meaning_of(task)
    facts = {
        "task id": task.task_id or "none: the answer to the create did not bring one",
        "own id": task.ref,
        "model": task.model,
        "state": task.state.value,
        "state at the service": task.vendor_state or "",
        "response code": "" if task.code is None else str(task.code),
        "HTTP status": "" if task.http_status is None else str(task.http_status),
        "meaning": "" if meaning is None else f"{meaning.name}: {meaning.title}",
        "charged": "unknown" if task.charge is None else f"{task.charge:g} credits",
        "expected price": "" if task.price is None else f"{task.price:g} credits",
        "pressed": iso(task.created_at) or "",
        "sent": iso(task.sent_at) or "",
        "created at the service": iso(task.vendor_created_at) or "",
        "ended": iso(task.finished_at) or "",
        "last asked": iso(task.asked_at) or "",
        "create requests": str(task.attempts),
        "note": task.note,
        "program": program,
    }
    parts = ["# Report on a task", ""]
    parts += [f"- {name}: {as_code(redact(text))}" for name, text in facts.items() if text]
    if task.text:
        words = task.text if with_prompt else _without(task.text, task.prompt)
        parts += ["", "## What the service said", "", fenced(redact(words))]
    parts += ["", "## History", ""]
    for step in steps:
        code = "" if step.code is None else f" {step.code}"
        status = "" if step.http_status is None else f", HTTP {step.http_status}"
        parts.append(f"- {iso(step.at)}: {as_code(redact(f'{step.vendor_state or step.state.value}{code}{status}'))}")
    if task.links or task.watermark_links:
        parts += ["", "## Results", ""]
        parts += [f"- {as_code(redact(link))}" for link in (*task.links, *task.watermark_links)]
    parts += ["", "## Prompt", "", fenced(redact(shown.prompt))]
    settings = json.dumps(dict(shown.parameters), ensure_ascii=False, indent=2) if with_prompt else LEFT_OUT
    parts += ["", "## Settings", "", fenced(redact(settings))]
    parts += ["", "## Request", "", fenced(redact(curl_of(shown, base_url, Addresses()))), ""]
    return "\n".join(parts)


def _without(text: str, prompt: str) -> str:
    return text.replace(prompt, LEFT_OUT) if prompt else text
