"""What a file is by its first bytes: the only table of signatures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from dashboard.untrusted.opengraph import UNSEEN

HEAD_BYTES = 1024  # a PDF may begin this late


def in_one_line(name: str) -> str:
    """A file's name as it may stand in a sentence: it comes from a stranger's machine."""
    return UNSEEN.sub(" ", name).strip() or "The file"


class MediaRefused(ValueError):
    """A file that LinkedIn would not take; the message says why and what to choose instead."""


class Signature(NamedTuple):
    """A kind of file: a short name, what a person calls it, and the field it could belong to."""

    name: str
    words: str
    kind: str = ""  # image | video | document | captions | sound; "" for the rest


UNKNOWN = Signature("", "")
ISO_MEDIA = rb"....ftyp"  # HEIC, AVIF, M4A, MOV and MP4 differ in the brand that follows
RAW = "a camera's RAW picture"
BOM = rb"(?:\xef\xbb\xbf)?"
TABLE: list[tuple[bytes, Signature]] = [
    (rb"\x89PNG\r\n\x1a\n", Signature("png", "a PNG picture", "image")),
    (rb"\xff\xd8\xff", Signature("jpeg", "a JPG picture", "image")),
    (rb"GIF8[79]a", Signature("gif", "a GIF picture", "image")),
    (ISO_MEDIA + rb"(?:hei[cxms]|hev[cxms]|mif1|msf1)", Signature("heic", "a HEIC picture", "image")),
    (ISO_MEDIA + rb"avi[fs]", Signature("avif", "an AVIF picture", "image")),
    (rb"RIFF....WEBP", Signature("webp", "a WebP picture", "image")),
    (rb"BM....\0\0\0\0", Signature("bmp", "a BMP picture", "image")),
    (ISO_MEDIA + rb"crx |II\*\0....CR|II[U\xf0]\0|IIR[OS]|FUJIFILMCCD-RAW", Signature("raw", RAW, "image")),
    (rb"II[*+]\0|MM\0[*+]", Signature("tiff", "a TIFF picture", "image")),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", Signature("jpeg2000", "a JPEG 2000 picture", "image")),
    (rb"\0\0\0\x0cJXL |\xff\x0a", Signature("jxl", "a JPEG XL picture", "image")),
    (rb"8BPS", Signature("psd", "a Photoshop picture", "image")),
    (
        BOM + rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*+<svg\b",
        Signature("svg", "an SVG", "image"),
    ),
    (ISO_MEDIA + rb"M4[AB] ", Signature("m4a", "an M4A sound file", "sound")),
    (ISO_MEDIA + rb"qt  |....(?:moov|mdat|wide)", Signature("mov", "a MOV video", "video")),
    (ISO_MEDIA + rb"M4V[ HP]", Signature("m4v", "an M4V video", "video")),
    (ISO_MEDIA + rb"3g[p2]", Signature("3gp", "a 3GP video", "video")),
    (ISO_MEDIA, Signature("mp4", "an MP4 video", "video")),
    (rb"\x1aE\xdf\xa3", Signature("webm", "a WebM or MKV video", "video")),
    (rb"RIFF....AVI ", Signature("avi", "an AVI video", "video")),
    (rb"0&\xb2u\x8ef\xcf\x11", Signature("wmv", "a WMV video", "video")),
    (rb"FLV\x01", Signature("flv", "an FLV video", "video")),
    (rb"\x00\x00\x01\x00", Signature("ico", "an icon", "image")),
    (rb"\x47.{187}\x47|.{4}\x47.{191}\x47", Signature("mpegts", "an MPEG video", "video")),
    (rb"\x00\x00\x01[\xb0-\xbf]", Signature("mpeg", "an MPEG video", "video")),
    (rb"RIFF....WAVE|ID3|fLaC|OggS|\xff[\xfb\xf3\xf2\xf1]", Signature("sound", "a sound file", "sound")),
    (rb"PK\x03\x04", Signature("zip", "a ZIP or Office file", "document")),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Signature("ole", "an older Office file", "document")),
    (BOM + rb"\s*<(?i:!doctype html|html)\b", Signature("html", "a web page", "document")),
    (rb"\{\\rtf", Signature("rtf", "an RTF text", "document")),
    (BOM + rb"WEBVTT", Signature("vtt", "a WebVTT file", "captions")),
    (
        BOM + rb"\s*\d+[ \t]*\r?\n[ \t]*\d[\d:]*[.,]\d+[ \t]+-->",
        Signature("srt", "a SubRip caption file", "captions"),
    ),
    (rb".{,1019}%PDF-", Signature("pdf", "a PDF document", "document")),
]
_COMPILED = [(re.compile(pattern, re.DOTALL), signature) for pattern, signature in TABLE]


def signature_of(file: Path | bytes) -> Signature:
    """What a file, or its first kilobyte, begins as; UNKNOWN without a match. Raises: OSError."""
    head = file if isinstance(file, bytes) else _head(file)
    return next((signature for pattern, signature in _COMPILED if pattern.match(head)), UNKNOWN)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)
