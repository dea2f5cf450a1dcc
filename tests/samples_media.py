"""Pictures and videos made for tests: small, real, and wrong in one way each."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image


def picture(size: tuple[int, int] = (640, 400), kind: str = "PNG", colour: str = "#0a66c2", text: str = "") -> bytes:
    """A plain picture of a size in pixels."""
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    if text:
        from PIL import ImageDraw

        ImageDraw.Draw(image).text((size[0] * 0.1, size[1] * 0.4), text, fill="white", font_size=size[1] // 8)
    image.save(out, kind)
    return out.getvalue()


def huge_picture(width: int, height: int) -> bytes:
    """A 1-bit PNG of many pixels in few bytes, written without holding the pixels."""
    line = b"\x00" + bytes((width + 7) // 8)
    squeezed = zlib.compressobj(9)
    data = b"".join(squeezed.compress(line) for _ in range(height)) + squeezed.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def video(path: Path, seconds: float = 4, size: tuple[int, int] = (320, 180), at_least_bytes: int = 100_000) -> Path:
    """An MP4 of moving stripes (H.264), padded with a `free` box to a size, as editors do."""
    rate = 10
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for number in range(int(seconds * rate)):
            pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
            pixels[:, (number * 8) % size[0] :: 40] = (10, 102, 194)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    _pad(path, at_least_bytes)
    return path


def _pad(path: Path, at_least_bytes: int) -> None:
    missing = at_least_bytes - path.stat().st_size
    if missing <= 0:
        return
    with path.open("ab") as file:
        box = max(missing, 16)
        file.write(struct.pack(">I", 1) + b"free" + struct.pack(">Q", box))
        file.truncate(file.tell() + box - 16)
