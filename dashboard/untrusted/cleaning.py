"""Takes what a JPEG, PNG or GIF says of place, time and camera out of the file; its pixels keep every byte.

Runs in the process of reader.py.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dashboard.untrusted.media_reader import ORIENTATION, TAKEN, opened_picture, orientation_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What a PNG needs to look as it does; texts, times and profiles of devices are not among it.
PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI"),
    *(b"sBIT", b"pHYs", b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
}
# The same of a JPEG's application segments, by what they begin with.
JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
# And of a GIF's: how often it moves, and its colours.
GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
GIF_IMAGE, GIF_EXTENSION, GIF_END = b",", b"!", b";"
GIF_CONTROL, GIF_TEXT, GIF_APPLICATION = 0xF9, 0x01, 0xFF  # GIF_TEXT is drawn
SOI, EOI, SOS, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length: TEM and RST0 to RST7


def clean(path: str, target: str) -> dict[str, Any]:
    """Write the file without what it says of itself. Raises: ValueError, struct.error, IndexError for a damaged one.

    How it is turned is written into it again. What stands behind the picture in the same file (a film, a second
    picture) goes too.
    """
    content = Path(path).read_bytes()
    if content.startswith(b"GIF"):
        parts = _gif(content)
    else:
        with opened_picture(path, TAKEN) as image:
            parts = (_png if content.startswith(SIGNATURE) else _jpeg)(content, orientation_of(image))
    Path(target).write_bytes(b"".join(parts))
    return {}


def _tiff(orientation: int) -> bytes:
    """EXIF that says nothing but how the picture is turned."""
    return b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHLHHL", ORIENTATION, 3, 1, orientation, 0, 0)


def _png(content: bytes, orientation: int) -> Iterator[bytes]:
    yield SIGNATURE
    at = len(SIGNATURE)
    while at < len(content):
        length = struct.unpack_from(">L", content, at)[0]
        name = content[at + 4 : at + 8]
        if name in PNG_KEPT:
            yield content[at : at + 12 + length]
        if name == b"IHDR" and orientation != 1:
            said = b"eXIf" + _tiff(orientation)
            yield struct.pack(">L", len(said) - 4) + said + struct.pack(">L", zlib.crc32(said))
        at += 12 + length
        if name == b"IEND":
            return
    raise ValueError("no end")


def _jpeg(content: bytes, orientation: int) -> Iterator[bytes]:
    yield content[:2]
    if orientation != 1:
        said = b"Exif\0\0" + _tiff(orientation)
        yield b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said
    at = 2
    while True:
        at = content.index(b"\xff", at)
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == EOI:
            yield b"\xff\xd9"
            return
        length = 0 if marker in ALONE else struct.unpack_from(">H", content, at + 2)[0]
        end = _end_of_scan(content, at + 2 + length) if marker == SOS else at + 2 + length
        if _is_needed(marker, content[at + 4 : at + 2 + length]):
            yield content[at:end]
        at = end


def _is_needed(marker: int, said: bytes) -> bool:
    application = 0xE0 <= marker <= 0xEF
    return said.startswith(JPEG_KEPT.get(marker, b"\0never")) if application else marker != COMMENT


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker begins that is no part of the picture's own bytes."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] != 0 and content[at + 1] not in ALONE and content[at + 1] != 0xFF:
            return at
        at += 1 if content[at + 1] == 0xFF else 2


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours_bytes(content[10])
    yield content[:at]
    while (kind := content[at : at + 1]) not in (GIF_END, b""):  # some programs write no end
        if kind == GIF_IMAGE:
            end = _after_blocks(content, at + 11 + _colours_bytes(content[at + 9]))
        elif kind == GIF_EXTENSION:
            end = _after_blocks(content, at + 2)
        else:  # a stray byte, which readers pass over
            at += 1
            continue
        if kind == GIF_IMAGE or _is_drawn(content[at + 1], content[at + 3 : at + 14]):
            yield content[at:end]
        at = end
    yield GIF_END


def _colours_bytes(flags: int) -> int:
    """The length of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _is_drawn(label: int, application: bytes) -> bool:
    return label in (GIF_CONTROL, GIF_TEXT) or (label == GIF_APPLICATION and application in GIF_KEPT)


def _after_blocks(content: bytes, at: int) -> int:
    """Where a chain of blocks ends, each with its length in front."""
    while content[at]:
        at += 1 + content[at]
    return at + 1
