"""Where a film is at a moment: playing, paused, slower or faster, round and round. Pure; the time is passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace

SPEEDS = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Playback:
    """How a film plays.

    Attributes:
        seconds: how long it is.
        is_playing: whether it goes on.
        speed: how fast.
        at: seconds into the film when `since` was the time.
        since: seconds of a clock that only grows.
    """

    seconds: float
    is_playing: bool = False
    speed: float = 1.0
    at: float = 0.0
    since: float = 0.0

    def position(self, now: float) -> float:
        """Seconds into the film; from the end it goes on at the beginning."""
        if not self.is_playing or self.seconds <= 0:
            return self.at
        return (self.at + (now - self.since) * self.speed) % self.seconds

    def played(self, now: float) -> Playback:
        """The same, playing from where it is."""
        return replace(self, is_playing=True, at=self.position(now), since=now)

    def paused(self, now: float) -> Playback:
        """The same, standing where it is."""
        return replace(self, is_playing=False, at=self.position(now), since=now)

    def sought(self, at: float, now: float) -> Playback:
        """The same from another moment, within the film."""
        return replace(self, at=max(0.0, min(at, self.seconds)), since=now)

    def faster(self, by: int, now: float) -> Playback:
        """The same, so many steps of `SPEEDS` faster, or slower."""
        at = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - self.speed))
        speed = SPEEDS[max(0, min(len(SPEEDS) - 1, at + by))]
        return replace(self, speed=speed, at=self.position(now), since=now)


def wait_for_next(playback: Playback, shown_at: float, fps: float, now: float) -> float:
    """Seconds until the picture after the one that is shown is due; 0 where it is late.

    Args:
        playback: how the film plays.
        shown_at: seconds into the film of the picture that is shown.
        fps: pictures a second of the film.
        now: the time.
    """
    ahead = shown_at + 1 / fps - playback.position(now)
    if abs(ahead) > playback.seconds / 2:  # it has begun anew
        return 0.0
    return max(0.0, ahead / playback.speed)
