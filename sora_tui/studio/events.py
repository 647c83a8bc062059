"""What the studio tells its front ends. Values only; a front end looks the rest up in the `Studio`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from sora_tui.studio.task import Task

if TYPE_CHECKING:
    from sora_tui.studio.callbacks import Callback


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A task is new or differs from what was told before.

    Attributes:
        task: as it stands now.
        previous: as it was last told; None for a new one.
        is_ours: whether this program changed it, not another one on the same store.
    """

    task: Task
    previous: Task | None
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """The account's credits were read. `credits` is None when they could not be."""

    credits: float | None


class Severity(StrEnum):
    """How loud a notice is."""

    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read once: what happened and what to do, in a sentence or two.

    Attributes:
        text: may hold words from outside; a front end sanitises it like any other.
        severity: how loud.
        topic: notices of one topic replace one another.
    """

    text: str
    severity: Severity = Severity.INFORMATION
    topic: str = ""


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """Whether the service can be reached and used changed.

    Attributes:
        paused: why asking has stopped or slowed ("The key was refused (401)…"), empty when all is well.
    """

    paused: str


@dataclass(frozen=True, slots=True)
class CallbackCame:
    """A call came in and was accepted. Nothing of it is believed; what it is worth shows in the task later."""

    callback: Callback


@dataclass(frozen=True, slots=True)
class InboxChanged:
    """How callbacks stand changed.

    Attributes:
        standing: as in `inbox.Standing`.
        port: where the inbox listens; None while it does not.
    """

    standing: str
    port: int | None


@dataclass(frozen=True, slots=True)
class ModelsChanged:
    """What is known of the service's models changed: the list, a schema, a price, a model's health.

    Attributes:
        model: the vendor's id of the one concerned; empty for all.
    """

    model: str = ""


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Sending was paused or resumed, here or by another program on the same store.

    Attributes:
        paused: why nothing is sent, as a sentence; empty when it is sent again.
    """

    paused: str


@dataclass(frozen=True, slots=True)
class DownloadChanged:
    """Something is downloaded for a task, or no longer. Told at most five times a second for each.

    Attributes:
        ref: of the task; what there is to know says `Studio.collecting`.
    """

    ref: str


Event: TypeAlias = (
    TaskChanged
    | BalanceChanged
    | Notice
    | ServiceChanged
    | CallbackCame
    | InboxChanged
    | ModelsChanged
    | OutboxChanged
    | DownloadChanged
)
