"""From a draft to a task: checked strictly, priced, and given its ref. Pure.

Unknown and wrong fields are billed in silence (contract §3), so nothing that the model's profile does not
know goes any further.
"""

from __future__ import annotations

from uuid import uuid4

from sora_tui.kie.profiles import FieldError, ModelProfile, check
from sora_tui.studio.errors import InvalidDraft
from sora_tui.studio.task import Draft, Task, TaskState


def errors_in(draft: Draft, profile: ModelProfile | None) -> list[FieldError]:
    """What the service would refuse, or bill and ignore, in this draft.

    Args:
        draft: what the user wants made.
        profile: of its model, in its mode; None where what the model takes is not known.
    """
    if profile is None:
        sentence = f"What the model {draft.model!r} takes is not known yet. Wait until it is read, or choose another."
        return [FieldError("model", sentence)]
    return check(profile, draft.prompt, profile.completed(draft.parameters))


def task_for(draft: Draft, profile: ModelProfile | None, *, price: float | None, origin: str, now_ms: int) -> Task:
    """The task that the draft asks for, queued, under a new ref.

    Args:
        draft: what the user wants made.
        profile: of its model, in its mode.
        price: what it is expected to cost; None where that is not known.
        origin: the service it is for.
        now_ms: epoch ms of the press.

    Raises:
        InvalidDraft: it would be refused or billed in vain.
    """
    errors = errors_in(draft, profile)
    if errors or profile is None:
        raise InvalidDraft(errors)
    return Task(
        ref=uuid4().hex,
        state=TaskState.QUEUED,
        model=draft.model,
        prompt=draft.prompt,
        parameters=profile.completed(draft.parameters),
        origin=origin,
        created_at=now_ms,
        price=price,
        parent_ref=draft.parent_ref,
        retry_of=draft.retry_of,
    )
