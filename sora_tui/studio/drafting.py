"""From a draft to a task: checked strictly, priced, and given its ref. Pure.

Unknown and wrong fields are billed in silence (contract §3), so nothing that the model's profile does not
know goes any further.
"""

from __future__ import annotations

from uuid import uuid4

from sora_tui.kie.profiles import FieldError, check, profile_for
from sora_tui.studio.errors import InvalidDraft
from sora_tui.studio.task import Draft, Task, TaskState


def errors_in(draft: Draft) -> list[FieldError]:
    """What the service would refuse, or bill and ignore, in this draft."""
    profile = profile_for(draft.model)
    if profile is None:
        return [FieldError("model", f"The model {draft.model!r} is not known here. Choose another one.")]
    return check(profile, draft.prompt, profile.completed(draft.parameters))


def price_of(draft: Draft) -> float | None:
    """Credits the draft will cost; None where the price is not known."""
    profile = profile_for(draft.model)
    return None if profile is None else profile.price(profile.completed(draft.parameters))


def task_for(draft: Draft, *, origin: str, now_ms: int) -> Task:
    """The task that the draft asks for, queued, under a new ref.

    Args:
        draft: what the user wants made.
        origin: the service it is for.
        now_ms: epoch ms of the press.

    Raises:
        InvalidDraft: it would be refused or billed in vain.
    """
    errors = errors_in(draft)
    profile = profile_for(draft.model)
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
        price=price_of(draft),
        parent_ref=draft.parent_ref,
        retry_of=draft.retry_of,
    )
