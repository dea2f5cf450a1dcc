"""What a file says of place, time, camera and people is told and taken out, wherever it stands in it."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from pathlib import Path

from PIL import Image, PngImagePlugin

from tests.conftest import ROOT
from tests.support.media import picture, video

ALL_AT_ONCE = """
import json, sys
from pathlib import Path
from dashboard.files.fitting import fit
from dashboard.files.uploads import Uploads
from dashboard.untrusted import reader
reader.be_bounded(120)
for path in map(Path, sys.argv[1:]):
    uploads = Uploads(path.parent / "kept")
    file = fit(uploads, path.open("rb"), kind="video" if path.suffix == ".mp4" else "image", name=path.name)
    print(json.dumps([file.private_line, b"SECRET" in uploads.path(file.sha256).read_bytes()]))
"""
XMP = (
    b'<rdf:Description tiff:Make="Canon" exif:GPSLatitude="SECRET"><tiff:Model>R5</tiff:Model>'
    b"<dc:creator><rdf:Seq><rdf:li>Jane &amp; SECRET</rdf:li></rdf:Seq></dc:creator></rdf:Description>"
)
XMP_SAID = "where it was taken, with which camera (Canon R5) and by whom (Jane & SECRET)"


def jpeg(marker: int, said: bytes) -> bytes:
    whole = picture((64, 48), "JPEG")
    return whole[:2] + struct.pack(">BBH", 0xFF, marker, len(said) + 2) + said + whole[2:]


def with_exif(tags: dict[int, object], ifd: int) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(ifd).update(tags) if ifd else exif.update(tags)
    return jpeg(0xE1, b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0"))


def png(**texts: str) -> bytes:
    out, info = io.BytesIO(), PngImagePlugin.PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    Image.new("RGB", (64, 48)).save(out, "PNG", pnginfo=info)
    return out.getvalue()


def gif(*blocks: bytes) -> bytes:
    """Two pictures that move for ever, with more blocks before them."""
    out = io.BytesIO()
    Image.new("P", (9, 9)).save(out, "GIF", save_all=True, append_images=[Image.new("P", (9, 9), 1)], loop=0)
    at = out.getvalue().index(b"!\xff\x0bNETSCAPE")
    return out.getvalue()[:at] + b"".join(blocks) + out.getvalue()[at:]


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", len(inside) + 8, name) + inside


def film(tmp_path: Path, inside: bytes, of: bytes = b"moov") -> bytes:
    """An MP4 with boxes in its index, or in that of its first stream."""
    whole = video(tmp_path / "film", 3.2, (64, 48), 0).read_bytes()
    for each in {b"moov", of}:
        at = whole.index(each) - 4
        whole = whole[:at] + struct.pack(">I", int.from_bytes(whole[at : at + 4]) + len(inside)) + whole[at + 4 :]
    end = whole.index(of) - 4 + int.from_bytes(whole[whole.index(of) - 4 :][:4]) - len(inside)
    return whole[:end] + inside + whole[end:] + box(b"free", bytes(80_000))


def test_it_is_told_and_gone_wherever_it_stands(tmp_path: Path) -> None:
    place = b"\0\x12\x15\xc7+48.2082+016.3738/"
    thumbnail = b"II*\0\x08\0\0\0\0\0\0\0\0\0" + picture((9, 9), "JPEG") + b"SECRET"
    cases = {
        "xmp.jpg": (jpeg(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP), XMP_SAID),
        "xmp.gif": (gif(b"!\xff\x0bXMP DataXMP" + XMP + b"\1" + bytes(range(255, -1, -1)) + b"\0"), XMP_SAID),
        "comment.gif": (gif(b"!\xfe\x06SECRET\0"), "what stands in a comment (SECRET)"),
        "stray.gif": (gif(b"\0\0!\xfe\x06SECRET\0\0\0"), "what stands in a comment (SECRET)"),
        "comment.jpg": (jpeg(0xFE, b"SECRET"), "what stands in a comment (SECRET)"),
        "words.jpg": (with_exif({0x9286: b"ASCII\0\0\0SECRET"}, 0x8769), "what stands in a comment (SECRET)"),
        "no-place.jpg": (with_exif({2: (48.0,), 29: "SECRET"}, 0x8825), "where it was taken and when"),
        "time.jpg": (with_exif({0x0132: "2024:05:06 07:08:09", 0x0131: "SECRET"}, 0), "when (2024-05-06 07:08)"),
        "small.jpg": (jpeg(0xE1, b"Exif\0\0" + thumbnail), "how it looked before, in a small copy"),
        "moves.jpg": (picture((64, 48), "JPEG") + box(b"ftyp", b"isomSECRET"), "what was filmed with it"),
        "author.png": (png(Author="SECRET"), "by whom (SECRET)"),
        "stream.mp4": (film(tmp_path, box(b"udta", box(b"\xa9xyz", place)), b"trak"), "where it was taken (48.21 N"),
        "xmp.mp4": (film(tmp_path, box(b"udta", box(b"XMP_", XMP))), "where it was taken, with which camera (R5) and"),
        "samsung.mp4": (film(tmp_path, box(b"udta", box(b"smta", box(b"mdln", b"SECRET")))), "with which camera"),
        "gopro.mp4": (
            film(tmp_path, box(b"udta", box(b"LENS", b"SECRET"), box(b"CAME", b"\xff\xfeSECRET"))),
            "with which camera and its serial number",
        ),
        "comment.mp4": (film(tmp_path, box(b"udta", box(b"\xa9cmt", b"\0\6\x15\xc7SECRET"))), "what stands in a"),
    }
    for name, (content, _) in cases.items():
        (tmp_path / name).write_bytes(content)

    words = [sys.executable, "-c", ALL_AT_ONCE, *(str(tmp_path / name) for name in cases)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)

    for (name, (_, said)), line in zip(cases.items(), done.stdout.splitlines(), strict=True):
        told, is_left = json.loads(line)
        assert said in told, (name, told)
        assert told.endswith("That is taken out."), (name, told)
        assert not is_left, name
