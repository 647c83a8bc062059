"""What a file is, by its first bytes. A name's ending proves nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sora_tui.kie.profiles import Media

HEAD = 64
"""Bytes that tell."""


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is.

    Attributes:
        media: picture, video or sound.
        mime: its media type.
        ending: of its name, without a dot.
    """

    media: Media
    mime: str
    ending: str

    def can_be(self, wanted: Media) -> bool:
        """Whether it may be what is wanted. A film's container may hold nothing but sound."""
        if wanted in (Media.FILE, Media.TEXT) or wanted is self.media:
            return True
        return wanted is Media.AUDIO and self.ending in ("mp4", "mov", "webm")


def _of(media: Media, mime: str, ending: str) -> FileType:
    return FileType(media, f"{media.value}/{mime}", ending)


_BEGINNINGS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", _of(Media.IMAGE, "png", "png")),
    (b"\xff\xd8\xff", _of(Media.IMAGE, "jpeg", "jpg")),
    (b"GIF87a", _of(Media.IMAGE, "gif", "gif")),
    (b"GIF89a", _of(Media.IMAGE, "gif", "gif")),
    (b"II*\x00", _of(Media.IMAGE, "tiff", "tiff")),
    (b"MM\x00*", _of(Media.IMAGE, "tiff", "tiff")),
    (b"\x1a\x45\xdf\xa3", _of(Media.VIDEO, "webm", "webm")),
    (b"\x00\x00\x01\xba", _of(Media.VIDEO, "mpeg", "mpg")),
    (b"\x00\x00\x01\xb3", _of(Media.VIDEO, "mpeg", "mpg")),
    (b"FLV\x01", _of(Media.VIDEO, "x-flv", "flv")),
    (b"ID3", _of(Media.AUDIO, "mpeg", "mp3")),
    (b"fLaC", _of(Media.AUDIO, "flac", "flac")),
    (b"OggS", _of(Media.AUDIO, "ogg", "ogg")),
    (b"#!AMR", _of(Media.AUDIO, "amr", "amr")),
)
_IN_RIFF = {
    b"WEBP": _of(Media.IMAGE, "webp", "webp"),
    b"WAVE": _of(Media.AUDIO, "wav", "wav"),
    b"AVI ": _of(Media.VIDEO, "x-msvideo", "avi"),
}
_BRANDS = {
    b"heic": _of(Media.IMAGE, "heic", "heic"),
    b"heix": _of(Media.IMAGE, "heic", "heic"),
    b"mif1": _of(Media.IMAGE, "heif", "heif"),
    b"avif": _of(Media.IMAGE, "avif", "avif"),
    b"M4A ": _of(Media.AUDIO, "mp4", "m4a"),
    b"M4B ": _of(Media.AUDIO, "mp4", "m4a"),
    b"qt  ": _of(Media.VIDEO, "quicktime", "mov"),
}
_MP4 = _of(Media.VIDEO, "mp4", "mp4")
_MP3 = _of(Media.AUDIO, "mpeg", "mp3")
_AAC = _of(Media.AUDIO, "aac", "aac")
_BMP = _of(Media.IMAGE, "bmp", "bmp")


def type_of(head: bytes) -> FileType | None:
    """What begins so; None where that is not known.

    Args:
        head: the first `HEAD` bytes, or all there are.
    """
    for beginning, found in _BEGINNINGS:
        if head.startswith(beginning):
            return found
    if head[:4] == b"RIFF":
        return _IN_RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:11] == b"AIF":
        return _of(Media.AUDIO, "aiff", "aiff")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _MP4)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return _BMP
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE0 == 0xE0:  # eleven bits open each frame
        return _AAC if head[1] & 0x06 == 0 else _MP3
    return None
