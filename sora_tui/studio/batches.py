"""From a draft to the tasks of a batch: variants, settings to go through, rows of a file. Pure.

Nothing is left out in silence: what can't be made keeps its row, with the sentence that says why.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sora_tui.studio.batch_files import BatchFile, typed
from sora_tui.studio.matrix import MODEL, MOST, Combinations, Matrix
from sora_tui.studio.outcomes import WINDOW_LIMIT, WINDOW_S
from sora_tui.studio.task import Draft, Json

if TYPE_CHECKING:
    from sora_tui.kie.profiles import FieldError, ModelProfile

Known = Callable[[str, str], "ModelProfile | None"]
"""What a model takes in a mode, where that is known: `Studio.profile`."""
Check = Callable[[Draft], "Sequence[FieldError]"]
"""What is wrong with a draft: `Studio.check`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a batch in the making.

    Attributes:
        draft: what would be sent.
        problem: why it can't be; empty where it can.
        line: of the file it comes from, from 1; 0 where it comes from none.
    """

    draft: Draft
    problem: str = ""
    line: int = 0


def rows_of(combinations: Combinations, draft: Draft, known: Known, check: Check) -> list[Row]:
    """A row for every variant of the prompt with every combination of settings.

    Args:
        combinations: at most `MOST`, without a problem.
        draft: gives all that they don't set.
        known: of the models.
        check: of the drafts.
    """
    settings = settings_of(draft, combinations.matrix, known)
    variants = list(combinations.expansion.variants(MOST))
    pairs = (
        [(prompt, row) for prompt in variants for row in settings]
        if combinations.is_by_prompt
        else [(prompt, row) for row in settings for prompt in variants]
    )
    return [checked(replace(row, draft=replace(row.draft, prompt=prompt)), check) for prompt, row in pairs]


def settings_of(draft: Draft, matrix: Matrix, known: Known) -> list[Row]:
    """The draft with each combination of settings, in the matrix's order; at most `MOST` of them."""
    made: list[Row] = []
    for index in range(min(matrix.count, MOST)):
        settings = matrix.combination(index)
        made.append(with_settings(draft, settings.pop(MODEL, ""), settings, known))
    return made


def with_settings(draft: Draft, model: str, settings: Mapping[str, Json], known: Known) -> Row:
    """The draft for a model, with these settings over its own.

    Args:
        draft: for any model; its settings go along as far as they mean something there.
        model: the one that is wanted; empty for the draft's own.
        settings: by their wire names; texts become what the model's fields take.
        known: of the models.
    """
    from sora_tui.studio.substitutes import adapt

    source = known(draft.model, draft.mode)
    if model and model != draft.model:
        target = known(model, "")
        if target is None:
            return Row(replace(draft, model=model), f"What {model} takes is not known. Is that its id?")
        draft = adapt(draft, source, target).draft
    profile = known(draft.model, draft.mode)
    if profile is None:
        return Row(draft, f"What {draft.model} takes is not known. Is that its id?")
    if profile.modes and not draft.mode:
        profile = profile.in_mode(profile.mode_for({**draft.parameters, **settings}, draft.prompt))
    values: dict[str, Json] = {}
    for name, value in settings.items():
        field = profile.field(name)
        if field is None:
            return Row(draft, _unknown(profile, name))
        values[name] = typed(field, value) if isinstance(value, str) else value
    return Row(replace(draft, parameters={**draft.parameters, **values}))


def rows_of_file(file: BatchFile, draft: Draft, known: Known, check: Check) -> list[Row]:
    """The rows of a file in its order, those that can't be read among them.

    Args:
        file: its prompts are sent as they stand there.
        draft: gives what a row does not say.
        known: of the models.
        check: of the drafts.
    """
    rows = [
        replace(
            checked(with_settings(replace(draft, prompt=row.prompt), row.model, row.parameters, known), check),
            line=row.line,
        )
        for row in file.rows
    ]
    rows += [Row(replace(draft, prompt=""), problem.sentence, problem.line) for problem in file.problems]
    return sorted(rows, key=lambda row: row.line)


def checked(row: Row, check: Check) -> Row:
    """The row with what the service would refuse in it; a problem it already has stays."""
    if row.problem:
        return row
    errors = check(row.draft)
    return replace(row, problem=errors[0].message if errors else "")


def models_in(rows: Iterable[str], draft: Draft) -> list[str]:
    """The models that must be known before rows can be made: these and the draft's own, each once."""
    return list(dict.fromkeys([draft.model, *(model for model in rows if model)]))


def models_of(matrix: Matrix) -> tuple[str, ...]:
    """The models a matrix goes through."""
    return next((values for name, values in matrix.axes if name == MODEL), ())


def pacing(count: int, *, waiting: int = 0) -> float:
    """Seconds until so many more are sent where the account's window is all that slows them down."""
    return (max(0, count + waiting - 1) // WINDOW_LIMIT) * WINDOW_S


def settings_apart(drafts: Sequence[Draft]) -> list[dict[str, Json]]:
    """Of each draft what it does not share with all the others: its model and parameters, by name."""
    every: list[dict[str, Json]] = [{MODEL: draft.model, **draft.parameters} for draft in drafts]
    names = dict.fromkeys(name for each in every for name in each)
    absent = object()
    differing = [
        name for name in names if any(each.get(name, absent) != every[0].get(name, absent) for each in every[1:])
    ]
    return [{name: each[name] for name in differing if name in each} for each in every]


def _unknown(profile: ModelProfile, name: str) -> str:
    names = [field.name for field in profile.fields]
    near = difflib.get_close_matches(name, names, n=1)
    shown = name if len(name) <= 40 else f"{name[:40]}…"
    hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(names)}." if names else "It takes none."
    return f"{profile.model} has no setting {shown}. {hint}"
