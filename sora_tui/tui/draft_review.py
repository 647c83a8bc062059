"""What is wrong with a draft in the making, how many tasks it stands for and what they cost. Knows no widget.

A whole check is remembered, so that a key in the prompt has only the prompt checked anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sora_tui.kie.profiles import FieldError
from sora_tui.studio.matrix import MODEL, Combinations, Matrix
from sora_tui.studio.prompts import Expansion, parse
from sora_tui.tui.caution import Bill, batch_bill, bill

if TYPE_CHECKING:
    from sora_tui.kie.profiles import ModelProfile
    from sora_tui.studio.task import Draft
    from sora_tui.tui.widgets.adviser import Adviser

VARY = "vary"
"""What an error with the settings to go through is filed under, as one with a field is under its name."""


class DraftReview:
    """Judges one draft as it is written.

    Args:
        adviser: knows the models, and checks and prices a single draft.
    """

    def __init__(self, adviser: Adviser) -> None:
        self._adviser = adviser
        self._read: Expansion | None = None
        self._settings: list[Draft] = []
        self._unsuited = ""
        self.wrong_settings: dict[str, str] = {}
        """What is wrong with the parameters, by name, as checked last."""

    def profile(self, draft: Draft) -> ModelProfile | None:
        """What the draft's model takes in the draft's mode; None while that is not known."""
        profile = self._adviser.profile(draft.model)
        if profile is None:
            return None
        return profile.in_mode(draft.mode or profile.mode_for(draft.parameters, draft.prompt))

    def expansion(self, draft: Draft) -> Expansion:
        """What the prompt stands for, read once for each text."""
        if self._read is None or self._read.text != draft.prompt:
            self._read = parse(draft.prompt)
        return self._read

    def combinations(self, draft: Draft, matrix: Matrix) -> Combinations:
        """Every variant of the prompt with every setting to go through; a plain draft is one."""
        return Combinations(self.expansion(draft), matrix, draft.model)

    def check(self, draft: Draft, matrix: Matrix, unreadable: Mapping[str, str]) -> str:
        """Check all of it, and make the combinations of settings.

        Args:
            draft: with all its parameters that can be read.
            matrix: the settings to go through.
            unreadable: parameters that can't be, with the sentence that says why.

        Returns:
            What is wrong with the prompt; of the parameters it is in `wrong_settings`.
        """
        errors = {error.field: error.message for error in reversed(self.errors(draft, matrix, unreadable))}
        wrong_prompt = errors.pop("prompt", "")
        self.wrong_settings = errors
        self._combine(draft, matrix)
        return wrong_prompt

    def check_prompt(self, draft: Draft, matrix: Matrix) -> str:
        """What is wrong with the prompt, where only that has changed."""
        alone = self._found(replace(draft, parameters={}), matrix)
        return next((error.message for error in alone if error.field == "prompt"), "")

    def errors(self, draft: Draft, matrix: Matrix, unreadable: Mapping[str, str]) -> list[FieldError]:
        """What is wrong with prompt and parameters, in the order of the fields; the arguments are those of `check`."""
        found = [error for error in self._found(draft, matrix) if error.field not in unreadable]
        return found + [FieldError(name, words) for name, words in unreadable.items()]

    def wrong_matrix(self, matrix: Matrix) -> str:
        """What is wrong with the settings to go through, as a sentence; empty for nothing."""
        if matrix.problems:
            return matrix.problems[0].sentence
        models = dict(matrix.axes).get(MODEL, ())
        if any(self._adviser.profile(model) is None for model in models):
            return ""  # what they take is read before they are sent
        return self._unsuited

    def price(self, draft: Draft) -> Bill:
        """What all of its tasks cost, with the settings as checked last."""
        settings = self._settings or [draft]
        return batch_bill(settings, self.expansion(draft).count, self._adviser.quote, self._adviser.balance)

    def price_alone(self, draft: Draft) -> Bill:
        """What the draft costs as it stands, while its model is not known."""
        return bill([draft], self._adviser.quote, self._adviser.balance)

    def _found(self, draft: Draft, matrix: Matrix) -> Sequence[FieldError]:
        """What is wrong with a draft; of its prompt, with the longest of the variants."""
        expansion = self.expansion(draft)
        found = self._adviser.check(draft if expansion.is_plain else replace(draft, prompt=expansion.longest()))
        unread = self.combinations(draft, matrix).problem
        if unread is None or (matrix.problems and not expansion.problems):
            return found
        return [FieldError("prompt", unread), *(error for error in found if error.field != "prompt")]

    def _combine(self, draft: Draft, matrix: Matrix) -> None:
        if not matrix.axes:
            self._settings, self._unsuited = [draft], ""
            return
        from sora_tui.studio.batches import settings_of

        rows = settings_of(draft, matrix, self._adviser.profile)
        self._settings = [row.draft for row in rows]
        self._unsuited = next((row.problem for row in rows if row.problem), "")
