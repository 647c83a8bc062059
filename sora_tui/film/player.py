"""Plays a film: a thread of its own decodes what is due now, and leaves out what nobody would see any more.

Whoever shows it asks for the newest picture whenever there is time to draw; nothing ever queues up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sora_tui.film.clip import Clip
from sora_tui.film.inspect import NotAVideo
from sora_tui.film.pictures import Picture
from sora_tui.film.playback import Playback, wait_for_next

MOST_FPS = 15.0
"""Pictures a second that are decoded at most: half blocks show no more motion, and the rest of the time is typing's."""


class Player:
    """Decodes one file until it is closed.

    Args:
        path: the file.
        most: pixels there is room for, width and height.
        clock: seconds that only grow.
        at: seconds into the film to begin at.
    """

    def __init__(
        self, path: Path, most: tuple[int, int], *, clock: Callable[[], float] = time.monotonic, at: float = 0.0
    ) -> None:
        self._path = path
        self._most = most
        self._clock = clock
        self._changed = threading.Condition()
        self._playback = Playback(0.0, at=at, since=clock())
        self._begin_at = at
        self._newest: Picture | None = None
        self._number = 0
        self._steps = 0
        self._decoded_at = float("-inf")
        self._is_sought = True
        self._is_closed = False
        self.problem = ""
        """Why nothing is shown, in a sentence."""
        self._thread = threading.Thread(target=self._run, name=f"playing {path.name}", daemon=True)
        self._thread.start()

    @property
    def playback(self) -> Playback:
        """How it plays; of no length before the file is open."""
        with self._changed:
            return self._playback

    @property
    def position(self) -> float:
        """Seconds into the film."""
        return self.playback.position(self._clock())

    def newest(self) -> tuple[int, Picture | None]:
        """The picture that is due now and its number, which grows with each new one; None before the first."""
        with self._changed:
            return self._number, self._newest

    def wait_for(self, number: int, timeout: float | None = None) -> bool:
        """Returns once there is a newer picture than that number, or a problem. Blocks: not for the event loop."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._number > number or bool(self.problem) or self._is_closed, timeout
            )

    def play(self) -> None:
        """Go on, from the beginning where it stands at the end."""
        self._change(lambda playback, now: playback.played(now))

    def pause(self) -> None:
        """Stand still."""
        self._change(lambda playback, now: playback.paused(now))

    def seek(self, at: float) -> None:
        """Go to a moment, in seconds."""
        self._change(lambda playback, now: playback.sought(at, now), is_sought=True)

    def faster(self, by: int) -> None:
        """Play so many steps faster, or slower."""
        self._change(lambda playback, now: playback.faster(by, now))

    def step(self, pictures: int) -> None:
        """Stand still, so many pictures further on, or back."""
        with self._changed:
            self._playback = self._playback.paused(self._clock())
            self._steps += pictures
            self._changed.notify_all()

    def resize(self, most: tuple[int, int]) -> None:
        """Give pictures of another size from now on."""
        with self._changed:
            if most != self._most:
                self._most, self._is_sought = most, True
                self._changed.notify_all()

    def close(self) -> None:
        """Stop decoding. The thread ends by itself, within a picture's time."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def join(self, timeout: float | None = None) -> bool:
        """Returns once the thread has ended; whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _change(self, change: Callable[[Playback, float], Playback], *, is_sought: bool = False) -> None:
        with self._changed:
            self._playback = change(self._playback, self._clock())
            self._is_sought |= is_sought
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            with Clip(self._path) as clip:
                with self._changed:
                    self._playback = Playback(
                        clip.seconds, self._playback.is_playing, self._playback.speed, self._begin_at, self._clock()
                    )
                self._decode(clip)
        except (NotAVideo, OSError) as error:
            with self._changed:
                self.problem = str(error) if isinstance(error, NotAVideo) else f"{self._path.name} can't be opened."
                self._changed.notify_all()

    def _decode(self, clip: Clip) -> None:
        while True:
            with self._changed:
                self._wait_until_due(clip)
                if self._is_closed:
                    return
                steps, self._steps = self._steps, 0
                self._is_sought = False
                size = clip.fitted(self._most)
                shown_at = self._newest.at if self._newest is not None else 0.0
                target = self._playback.position(self._clock())
                if steps:
                    target = max(0.0, min(shown_at + (steps + 0.25) / clip.fps, clip.seconds))
            self._decoded_at = self._clock()
            picture = clip.picture_at(target, size)
            with self._changed:
                if steps:
                    self._playback = self._playback.sought(picture.at, self._clock())
                self._newest = picture
                self._number += 1
                self._changed.notify_all()

    def _wait_until_due(self, clip: Clip) -> None:
        """Returns when a picture has to be decoded. With the lock held."""
        while not (self._is_closed or self._steps or self._is_sought):
            if not self._playback.is_playing:
                self._changed.wait()
                continue
            now = self._clock()
            shown_at = self._newest.at if self._newest is not None else 0.0
            wait = max(wait_for_next(self._playback, shown_at, clip.fps, now), self._decoded_at + 1 / MOST_FPS - now)
            if wait <= 0:
                return
            self._changed.wait(wait)
