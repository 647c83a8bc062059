"""Opening and repairing the store as one program among several: one at a time, each seen by the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sora_tui.studio.instances import Instance, one_at_a_time
from sora_tui.studio.schema import MIGRATIONS, Migration, StoreBusy, StoreCorrupt, StoreUnwritable, make_private
from sora_tui.studio.store import Store

if TYPE_CHECKING:
    from sora_tui.studio.repair import Recovery, Remedy

PATIENCE_S = 10.0
"""How long to wait for a program that opens or repairs the store."""


def open_store(path: Path, instance: Instance, *, migrations: Sequence[Migration] = MIGRATIONS) -> Store:
    """The store, open; other programs see from now on that `instance` lives.

    Raises:
        StoreError: it can't be opened; nothing was changed.
    """
    with ExitStack() as stack:
        # Where nothing may be written the store may still be read, unseen; the first write says why it can't.
        with suppress(StoreUnwritable):
            stack.enter_context(_door(path.parent))
            instance.hold()
        try:
            return Store(path, migrations=migrations, is_alone=lambda: not instance.others())
        except BaseException:
            instance.release()
            raise


def live_programs(path: Path, instance: Instance) -> int:
    """How many programs other than `instance` have the store open.

    Raises:
        StoreError: it can't be told.
    """
    with _door(path.parent):
        return len(instance.others())


def remedy_for(path: Path) -> Remedy:
    """What a repair would begin with. See `repair.remedy`.

    Raises:
        StoreError: it can't be told.
    """
    from sora_tui.studio.repair import remedy  # only for a store that is damaged

    with _door(path.parent):
        return remedy(path)


def repair_store(path: Path, *, now_ms: int) -> Recovery | None:
    """Repairs the store where it is damaged; None where it is whole. See `repair.repair`.

    Raises:
        StoreBusy: another program has it open.
        StoreError: it could not be repaired; the damaged file is still in its place.
    """
    from sora_tui.studio.repair import repair  # as above

    with _door(path.parent):
        if Instance(path.parent).others():
            raise StoreBusy("Another sora-tui has the store open. Quit it, then repair. Nothing was changed.")
        return repair(path, now_ms=now_ms) if _is_damaged(path) else None


@contextmanager
def _door(folder: Path) -> Iterator[None]:
    """One program at a time opens or repairs the store in `folder`, or looks who else is there."""
    try:
        make_private(folder)
    except OSError as error:
        raise StoreUnwritable(
            f"The folder {folder} could not be made ({error.strerror}). Free some space or check the permissions."
        ) from error
    with one_at_a_time(folder, "opening", patience_s=PATIENCE_S):
        yield


def _is_damaged(path: Path) -> bool:
    try:
        store = Store(path)
    except StoreCorrupt:
        return True
    try:
        store.tasks()
        return bool(store.faults())
    except StoreCorrupt:
        return True
    finally:
        store.close()
