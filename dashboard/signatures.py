"""What a file is by its first bytes, for telling somebody what they chose by mistake."""

from __future__ import annotations

from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
HEAD_BYTES = 1024  # a PDF may begin this late
SIGNATURES = {
    b"%PDF": "a PDF document",
    ZIP: "a ZIP or Office file",
    OLE: "an older Office file",
    b"{\\rtf": "an RTF text",
    b"BM": "a BMP picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"\x1aE\xdf\xa3": "a WebM or MKV video",
    b"<svg": "an SVG picture",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPG picture",
    b"GIF8": "a GIF picture",
    b"WEBVTT": "a WebVTT caption file",
}


class MediaRefused(ValueError):
    """A file that LinkedIn would not take; the message says why and what to choose instead."""


def head_of(path: Path) -> bytes:
    """The first kilobyte of a file."""
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def looks_like(path: Path) -> str | None:
    """What the first bytes say that the file is, in words, or None."""
    head = head_of(path)
    if head[4:8] == b"ftyp":
        return "a HEIC or AVIF picture" if head[8:12] in (b"heic", b"heix", b"mif1", b"avif") else "an MP4 or MOV video"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    return next((words for start, words in SIGNATURES.items() if head.startswith(start)), None)
