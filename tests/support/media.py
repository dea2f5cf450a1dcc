"""Pictures, videos and documents made for tests: small, real, and wrong in one way each."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def picture(size: tuple[int, int] = (640, 400), kind: str = "PNG", colour: str = "#0a66c2", text: str = "") -> bytes:
    """A plain picture of a size in pixels."""
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    if text:
        from PIL import ImageDraw

        ImageDraw.Draw(image).text((size[0] * 0.1, size[1] * 0.4), text, fill="white", font_size=size[1] // 8)
    image.save(out, kind)
    return out.getvalue()


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG", *, orientation: int = 1, **options: Any) -> bytes:
    """A picture of many colours that says where, when and with which camera it was taken, as a phone's does."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Apple", "iPhone 12", orientation
    exif.get_ifd(0x8769).update({0x9003: "2021:03:05 14:22:31", 0xA431: "SN12345"})
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 0.0), 3: "E", 4: (2.0, 17.0, 24.0)})
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, exif=exif.tobytes(), **options)
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


def video(
    path: Path,
    seconds: float = 4,
    size: tuple[int, int] = (320, 180),
    at_least_bytes: int = 100_000,
    *,
    codec: str = "libx264",
    turned: int = 0,
    kind: str = "mp4",
    flags: str = "",
    said: Mapping[str, str] | None = None,
) -> Path:
    """An MP4 of moving stripes, padded with a `free` box to a size, as editors do.

    turned: degrees by which a player turns it. flags: FFmpeg's movflags, such as "faststart". said: its metadata.
    """
    rate = 10
    options = {"movflags": flags} if flags else {}
    with av.open(str(path), "w", format=kind, options=options) as container:
        container.metadata.update(said or {})
        stream = container.add_stream(codec, rate=rate)
        if turned:
            stream.set_display_rotation(turned)
        pixels_as = {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
        stream.width, stream.height, stream.pix_fmt = *size, pixels_as
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


def sound(path: Path, *, cover: bool = False) -> Path:
    """An MP4 of five silent seconds, with or without a cover picture."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        if cover:
            shown = container.add_stream("mjpeg", rate=1)
            shown.width, shown.height, shown.pix_fmt = 64, 64, "yuvj420p"
            shown.disposition = av.stream.Disposition.attached_pic
            container.mux(shown.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8))))
            container.mux(shown.encode())
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        silence.sample_rate = 8000
        for number in range(40):
            silence.pts = number * 1024
            container.mux(stream.encode(silence))
        container.mux(stream.encode())
    _pad(path, 100_000)
    return path


def gif_of(canvas: tuple[int, int], *frames: tuple[int, int]) -> bytes:
    """A GIF whose frames have sizes of their own; each is one run of a few pixels and ends there."""
    out = b"GIF89a" + struct.pack("<HH", *canvas) + b"\x80\0\0" + bytes(3) + b"\xff" * 3
    for size in frames:
        out += b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + b"\x02\x02\x44\x01\0"
    return out + b";"


def png_with(name: bytes, unpacked_bytes: int) -> bytes:
    """A PNG with a compressed chunk (zTXt, iTXt or iCCP) of so many bytes once it is unpacked."""
    whole = picture((64, 48))
    head = {b"zTXt": b"mxfile\0\0", b"iTXt": b"mxfile\0\1\0\0\0", b"iCCP": b"profile\0\0"}[name]
    return whole[:33] + _chunk(name, head + zlib.compress(bytes(unpacked_bytes))) + whole[33:]


def _pad(path: Path, at_least_bytes: int) -> None:
    missing = at_least_bytes - path.stat().st_size
    if missing <= 0:
        return
    with path.open("ab") as file:
        box = max(missing, 16)
        file.write(struct.pack(">I", 1) + b"free" + struct.pack(">Q", box))
        file.truncate(file.tell() + box - 16)


def pdf(pages: int = 1, size_pt: tuple[float, float] = (595, 842), draws: bytes = b"", resources: bytes = b"") -> bytes:
    """A PDF of equal pages: each says its number, then draws what is given, if anything."""
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"}
    kids = b" ".join(b"%d 0 R" % (10 + 2 * number) for number in range(pages))
    objects[2] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    box = b"[0 0 %g %g]" % size_pt
    for number in range(pages):
        at = 10 + 2 * number
        text = b"BT /F1 40 Tf 60 60 Td (Page %d) Tj ET\n%s" % (number + 1, draws)
        parts = b"<</Font<</F1 3 0 R>>%s>>" % resources
        objects[at] = b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents %d 0 R/Resources%s>>" % (box, at + 1, parts)
        objects[at + 1] = pdf_stream(text)
    return pdf_of(objects)


def pdf_stream(content: bytes, dictionary: bytes = b"") -> bytes:
    """The text of a stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), dictionary, content)


def pdf_of(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, of which 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n" % size
    for number in range(size):
        out += b"%010d %05d %s \n" % (places.get(number, 0), 0, b"n" if number in places else b"f")
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))


def locked_pdf() -> bytes:
    """A PDF whose password nobody knows."""
    lock = b"/Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>" % (b"41" * 32, b"42" * 32)
    return pdf_of(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
            4: b"<<" + lock + b">>",
        },
        b"/Encrypt 4 0 R/ID[<41><41>]",
    )


def multiplying_pdf(levels: int = 30) -> bytes:
    """A PDF of a few kilobytes that draws 10 to the power of levels squares: forms within forms."""
    forms = {number: b"/F%d Do " % (number + 1) * 10 for number in range(levels)} | {levels: b"0 0 9 9 re f"}
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</XObject<</F0 10 0 R>>>>>>",
        4: pdf_stream(b"/F0 Do"),
    }
    for number, content in forms.items():
        inner = b"/Resources<</XObject<</F%d %d 0 R>>>>" % (number + 1, number + 11) if number < levels else b""
        objects[number + 10] = pdf_stream(content, b"/Type/XObject/Subtype/Form/BBox[0 0 300 300]" + inner)
    return pdf_of(objects)


def office(*parts: str, content: bytes = b"<xml/>") -> bytes:
    """An Office file of today: a ZIP of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for part in ("[Content_Types].xml", *parts):
            file.writestr(part, content)
    return out.getvalue()


def slides(count: int) -> bytes:
    """A PPTX of so many slides."""
    return office("ppt/presentation.xml", *(f"ppt/slides/slide{number + 1}.xml" for number in range(count)))


def compound(
    streams: Sequence[str], inside: Sequence[str] = (), sectors_before: int = 0, first_stream: bytes = b""
) -> bytes:
    """An Office file of old (PPT, DOC): streams at its top, and others inside an embedded object.

    sectors_before puts the directory behind so many empty sectors, as in a large file. Streams are empty, except that
    first_stream begins the first one, which has 4,096 bytes then.
    """
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    sectors_before = 8 if first_stream else sectors_before
    names = ["Root Entry", *streams, *(["ObjectPool", *inside] if inside else [])]
    entries = [_entry(name, free, free) for name in names]
    top = len(streams) + bool(inside)
    entries[0] = _entry(names[0], free, 1 if top else free, kind=5)
    for number in range(1, top):
        entries[number] = _entry(names[number], number + 1, free)
    if inside:
        entries[top] = _entry("ObjectPool", free, top + 1, kind=1)
        for number in range(top + 1, len(names) - 1):
            entries[number] = _entry(names[number], number + 1, free)
    if first_stream:
        entries[1] = entries[1][:116] + struct.pack("<LQ", 0, 4096)
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    count = len(directory) // 512
    first = sectors_before
    before = [*range(1, 8), end] if first_stream else [free] * first
    chain = [*before, *range(first + 1, first + count), end]
    tables = -(-len(chain) // 128) + 1
    table = struct.pack(f"<{len(chain)}L", *chain).ljust(tables * 512, b"\xff")
    numbers = list(range(first + count, first + count + tables))
    lists = [numbers[109:][at : at + 127] for at in range(0, len(numbers) - 109, 127)]
    place = first + count + tables
    head = struct.pack("<8s16xHHHHH6xLLLLLLLLL", OLE, 62, 3, 0xFFFE, 9, 6, 0, tables, first, 0, 4096, end, 0, 0, 0)
    head = head[:68] + struct.pack("<LL", place if lists else end, len(lists))
    head += struct.pack("<109L", *(numbers + [free] * 109)[:109])
    more = b"".join(
        struct.pack("<128L", *(each + [free] * 127)[:127], place + at + 1 if at + 1 < len(lists) else end)
        for at, each in enumerate(lists)
    )
    return head + first_stream.ljust(512 * first, b"\0") + directory + table + more


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _entry(name: str, right: int, child: int, kind: int = 2) -> bytes:
    text = name.encode("utf-16-le")
    shape = struct.pack("<HBBLLL", len(text) + 2, kind, 1, 0xFFFFFFFF, right, child)
    return text.ljust(64, b"\0") + shape + bytes(128 - 64 - len(shape))
