"""The first picture of a film of which only the beginning is there."""

from __future__ import annotations

import io

from sora_tui.film.inspect import NotAVideo
from sora_tui.film.pictures import MOST_PIXELS, Picture, fitted


def picture_of_beginning(content: bytes, most: tuple[int, int]) -> Picture:
    """The first picture.

    Args:
        content: the first bytes of the file.
        most: pixels there is room for, width and height.

    Raises:
        NotAVideo: they do not reach so far, its index stands at its end, or it is no film.
    """
    import av

    from sora_tui.film.clip import pixels

    try:
        with av.open(io.BytesIO(content), "r") as container:
            if container.streams.video:
                stream = container.streams.video[0]
                width, height = stream.codec_context.width, stream.codec_context.height
                if 0 < width * height <= MOST_PIXELS and (frame := next(container.decode(stream), None)) is not None:
                    size = fitted(width, height, most)
                    return Picture(*size, pixels(frame, size))
    except (av.FFmpegError, ValueError):  # what is missing is met as many kinds of damage
        pass
    raise NotAVideo("The beginning holds no picture that can be seen.")
