"""The picture that the tour uploads, made here so that no file is needed."""

from __future__ import annotations

import struct
import zlib

WIDTH_PX, HEIGHT_PX = 320, 180


def png() -> bytes:
    """A PNG with a gradient in LinkedIn's blue."""
    rows = (
        b"\0" + bytes((10, 60 + y // 2, 120 + x // 4)[c] for x in range(WIDTH_PX) for c in range(3))
        for y in range(HEIGHT_PX)
    )
    header = struct.pack(">IIBBBBB", WIDTH_PX, HEIGHT_PX, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, *zip(*parts, strict=True)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
