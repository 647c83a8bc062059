"""From a draft to a task: checked strictly, priced, and given its ref. Pure but for looking at the files it names.

Unknown and wrong fields are billed in silence (contract §3), so nothing that the model's profile does not
know goes any further.
"""

from __future__ import annotations

from uuid import uuid4

from sora_tui.kie.profiles import FieldError, FieldKind, ModelProfile, check
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
    parameters = profile.completed(draft.parameters)
    if not _takes_files(profile):
        return check(profile, draft.prompt, parameters)
    from sora_tui.studio.inputs import input_errors, without_paths  # not for the first frame of most

    errors = check(profile, draft.prompt, without_paths(profile, parameters)) + input_errors(profile, parameters)
    places = {name: number for number, name in enumerate(["prompt", *(field.name for field in profile.fields)])}
    return sorted(errors, key=lambda error: places.get(error.field, len(places)))


def task_for(draft: Draft, profile: ModelProfile | None, *, price: float | None, origin: str, now_ms: int) -> Task:
    """The task that the draft asks for, queued, under a new ref. Its files must have been uploaded: `Uploads.prepared`.

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
    parameters = profile.completed(draft.parameters)
    if _takes_files(profile):  # a path of this machine is no business of the service's
        from sora_tui.studio.inputs import local_inputs

        waiting = local_inputs(profile, parameters)
        sentence = "{} has not been uploaded yet. Send again."
        if waiting:
            raise InvalidDraft([FieldError(each.field.name, sentence.format(each.path.name)) for each in waiting])
    return Task(
        ref=uuid4().hex,
        state=TaskState.QUEUED,
        model=draft.model,
        prompt=draft.prompt,
        parameters=parameters,
        origin=origin,
        created_at=now_ms,
        price=price,
        parent_ref=draft.parent_ref,
        retry_of=draft.retry_of,
    )


def _takes_files(profile: ModelProfile) -> bool:
    return any(field.kind in (FieldKind.LINK, FieldKind.LINK_LIST) for field in profile.fields)
