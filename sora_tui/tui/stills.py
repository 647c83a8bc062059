"""The first picture of a file, or eight of it, and what the file holds. For a thread; what was made is remembered."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from sora_tui.film.pictures import Picture

MOST_BYTES = 16_000_000
"""Of the pictures that are kept: thousands in half blocks, some in pixels."""
_Stamp = tuple[str, int, int, int, int, bool]

_kept: OrderedDict[_Stamp, tuple[Picture, str]] = OrderedDict()
_keeping = Lock()


class Unseen(Exception):
    """A file can't be shown. The sentence says why."""


def still(path: Path, room: tuple[int, int], is_sheet: bool) -> tuple[Picture, str]:
    """A picture of a file, and facts such as `1280×720 · 10.0 s · 8.2 MB · h264 · sound`.

    Args:
        path: of a film or a picture.
        room: pixels there are for it, width and height.
        is_sheet: eight pictures from all of it instead of the first.

    Raises:
        Unseen: there is none.
    """
    from sora_tui.film.inspect import NotAVideo
    from sora_tui.film.pictures import contact_sheet, first_picture

    try:
        found = path.stat()
        stamp: _Stamp = (str(path), found.st_mtime_ns, found.st_size, *room, is_sheet)
        if (known := _kept.get(stamp)) is not None:
            return known
        made = (contact_sheet if is_sheet else first_picture)(path, room), _facts(path, found.st_size)
    except NotAVideo as error:
        raise Unseen(str(error)) from None
    except FileNotFoundError:
        raise Unseen(f"{path.name} is not there any more. d downloads it again.") from None
    except OSError as error:
        raise Unseen(f"{path.name} can't be opened ({error.strerror}).") from None
    with _keeping:
        _kept[stamp] = made
        while len(_kept) > 1 and sum(len(picture.rgb) for picture, _ in _kept.values()) > MOST_BYTES:
            _kept.popitem(last=False)
    return made


def _facts(path: Path, size: int) -> str:
    from sora_tui.film.inspect import probe
    from sora_tui.film.pictures import is_still, still_size
    from sora_tui.studio.inputs import megabytes

    if is_still(path):
        width, height = still_size(path)
        return f"{width}×{height} · {megabytes(size)}"
    film = probe(path)
    sound = "sound" if film.audio_codec else "no sound"
    return f"{film.width}×{film.height} · {film.duration_s:.1f} s · {megabytes(size)} · {film.video_codec} · {sound}"
