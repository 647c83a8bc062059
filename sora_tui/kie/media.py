"""What a link leads to, told from how its path ends. Pure; nothing is asked."""

from __future__ import annotations

from urllib.parse import urlsplit

from sora_tui.kie.fields import Media

_ENDINGS = {
    Media.VIDEO: "mp4 m4v mov webm mkv avi mpg mpeg m3u8 ts ogv 3gp",
    Media.IMAGE: "png jpg jpeg webp gif avif heic heif bmp tif tiff svg",
    Media.AUDIO: "mp3 wav m4a aac flac ogg oga opus aiff aif weba",
    Media.TEXT: "txt md json srt vtt csv lrc",
}
_MEDIUM = {ending: medium for medium, endings in _ENDINGS.items() for ending in endings.split()}


def media_of(link: str) -> Media:
    """What a link, or the path of a file, leads to by its ending; `Media.FILE` for any other ending and for none."""
    try:
        path = urlsplit(link).path if "://" in link else link
    except ValueError:
        return Media.FILE
    _, dot, ending = path.rpartition("/")[2].rpartition(".")
    return _MEDIUM.get(ending.lower(), Media.FILE) if dot else Media.FILE
