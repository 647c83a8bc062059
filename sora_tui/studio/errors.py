"""What the studio refuses to do, each as a sentence for people that says what to do."""

from __future__ import annotations

from collections.abc import Sequence

from sora_tui.kie.profiles import FieldError


class StudioError(Exception):
    """Something was asked for that can't be done. Nothing was sent, nothing was lost."""


class InvalidDraft(StudioError):
    """The draft would be refused or billed in vain, so it was not written down.

    Attributes:
        errors: what is wrong, by field.
    """

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(" ".join(error.message for error in errors))
        self.errors = tuple(errors)


class NoKey(StudioError):
    """There is no key, so the service can't be asked."""


class UnknownTask(StudioError):
    """No task has this ref or id."""


class AmbiguousTask(StudioError):
    """Several tasks begin like this."""


class WrongState(StudioError):
    """The task is in a state in which this can't be done to it."""


class WaitTimeout(StudioError):
    """The time to wait is over. The tasks go on."""


class NotAnswered(StudioError):
    """The service gave no usable answer to a question of the user's."""


class NotUploaded(StudioError):
    """A file of the draft has no link yet, so nothing was sent and nothing was paid. The draft is as it was."""
