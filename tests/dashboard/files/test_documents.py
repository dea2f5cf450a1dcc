"""Documents and captions are judged by what is in them; pages of a PDF are drawn within bounds."""

from __future__ import annotations

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from dashboard.files.media import MediaFile, MediaRefused, inspect
from dashboard.files.pdf_pages import TRY_AGAIN_S, NoPagePicture, page_picture
from dashboard.files.uploads import KEPT_S, Uploads
from linkedin_api.reference import limits
from tests.support.media import compound, locked_pdf, multiplying_pdf, office, pdf, pdf_of, picture, slides, video
from tests.support.patience import PATIENCE_S

SHA = "0" * 64
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SRT = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.500\nHello\n"


@pytest.fixture(autouse=True)
def time_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine starts the process that reads a PDF slowly."""
    monkeypatch.setattr("dashboard.files.inspection.WAIT_S", PATIENCE_S)
    monkeypatch.setattr("dashboard.files.pdf_pages.DRAW_S", PATIENCE_S)


def look(tmp_path: Path, content: bytes, kind: str = "document", name: str = "deck.any") -> MediaFile:
    (tmp_path / "chosen").write_bytes(content)
    return inspect(tmp_path / "chosen", kind=kind, name=name, sha256=SHA)


def word_head(flags: int) -> bytes:
    """The first bytes of a Word document, with its flags [MS-DOC]."""
    return b"\xec\xa5\xc1\x00" + bytes(6) + flags.to_bytes(2, "little")


def refusal(tmp_path: Path, content: bytes, kind: str = "document") -> str:
    with pytest.raises(MediaRefused) as caught:
        look(tmp_path, content, kind)
    return str(caught.value)


# What is taken.


@pytest.mark.parametrize(
    ("content", "content_type", "pages"),
    [
        (pdf(12), "application/pdf", 12),
        (b"\n" * 500 + pdf(2), "application/pdf", 2),
        (slides(12), POWERPOINT, 12),
        (office("ppt/presentation.xml", "ppt/slides/first.xml"), POWERPOINT, None),
        (office("word/document.xml", "word/vbaProject.bin"), WORD, None),
        (compound(["Current User", "PowerPoint Document"]), "application/vnd.ms-powerpoint", None),
        (compound(["WordDocument", "1Table"]), "application/msword", None),
        (compound(["WORDDOCUMENT", "1TABLE"], first_stream=word_head(0x12F0)), "application/msword", None),
        (compound(["POWERPOINT DOCUMENT"]), "application/vnd.ms-powerpoint", None),
    ],
    ids=["pdf", "late pdf", "pptx", "odd pptx", "docx with macros", "ppt", "doc", "doc in capitals", "ppt in capitals"],
)
def test_a_document_is_known_by_its_content(
    tmp_path: Path, content: bytes, content_type: str, pages: int | None
) -> None:
    found = look(tmp_path, content, name="holiday.png")

    assert (found.content_type, found.pages, found.kind) == (content_type, pages, "document")
    assert found.content_type in limits.DOCUMENT_TYPES


def test_a_pdf_tells_its_pages_and_the_size_of_the_first(tmp_path: Path) -> None:
    found = look(tmp_path, pdf(2, (720, 405)) + b"%" * 1_200_000)

    assert (found.width_px, found.height_px) == (960, 540)
    assert found.about == "2 pages · 1.2 MB"
    assert look(tmp_path, pdf()).about.startswith("1 page · ")
    assert look(tmp_path, office("word/document.xml")).about.endswith(" bytes")


def test_a_word_file_with_slides_in_it_is_a_word_file(tmp_path: Path) -> None:
    content = compound(["WordDocument"], inside=["PowerPoint Document", "EncryptedPackage"])

    assert look(tmp_path, content).content_type == "application/msword"


def test_a_large_old_file_is_read_at_its_end(tmp_path: Path) -> None:
    content = compound(["WordDocument"], sectors_before=20_000)  # its tables need a list of their own

    assert len(content) > 10_000_000
    assert look(tmp_path, content).content_type == "application/msword"


def test_the_limits_themselves_are_taken(tmp_path: Path) -> None:
    assert look(tmp_path, pdf(300)).pages == 300
    assert look(tmp_path, slides(300)).pages == 300


# What is refused.


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", r"is empty \(0 bytes\)\. Choose another"),
        (pdf(301), r"has 301 pages; LinkedIn takes documents of up to 300\. Shorten it"),
        (slides(301), r"has 301 slides; LinkedIn takes documents of up to 300\. Shorten it"),
        (locked_pdf(), r"needs a password to be read\. Save a copy without one"),
        (compound(["EncryptionInfo", "EncryptedPackage"]), r"needs a password to be opened\. Save a copy without"),
        (compound(["WordDocument"], first_stream=word_head(0x13F0)), r"needs a password to be opened\. Save a copy"),
        (compound(["WORDDOCUMENT"], first_stream=word_head(0x0100)), r"needs a password to be opened\. Save a copy"),
        (compound(["Current User", "ENCRYPTEDSUMMARY"]), r"needs a password to be opened\. Save a copy"),
        (pdf(50)[:3000], r"is damaged or cut off: no page of it can be read\. Save or export it again"),
        (pdf_of({1: b"<</Type/Catalog>>"}), "is damaged or cut off"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "is damaged or cut off"),
        (slides(5)[:300], "is damaged or cut off"),
        (b"PK\x03\x04" + bytes(70) + b"PK\x05\x06" + b"\xff" * 18, "is damaged or cut off"),
        (compound(["WordDocument"])[:600], "is damaged or cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30), "is damaged or cut off"),
        (office("xl/workbook.xml"), r"is an Excel workbook\. .*save it as PDF"),
        (compound(["Workbook"]), r"is an Excel workbook\. .*save it as PDF"),
        (compound(["__properties_version1.0"]), r"is no PowerPoint or Word file"),
        (office("pictures/a.png"), r"is a ZIP file\."),
        (office("content.xml"), r"is an OpenDocument file\. .*save it as PDF"),
        (b"<html><body>Saved as .doc</body></html>", r"is a web page\. LinkedIn takes PDF"),
        (picture(), r"is a PNG picture\. LinkedIn takes PDF, PPT, PPTX, DOC and DOCX documents; choose one"),
        (b"Dear Ada,", r"is no document that can be read\. LinkedIn takes PDF"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_linkedin_would_not_take_is_refused_with_a_next_step(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(MediaRefused, match=rf"^deck\.any {why}"):
        look(tmp_path, content)


@pytest.mark.parametrize("more_bytes", [0, 1])
def test_100_mb_are_taken_and_a_byte_more_is_not(tmp_path: Path, more_bytes: int) -> None:
    content = office("word/document.xml")
    with (tmp_path / "large").open("wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(limits.DOCUMENT_MAX_BYTES + more_bytes - len(content))
        file.write(content)

    if more_bytes:
        with pytest.raises(MediaRefused, match=r"is 104\.9 MB; LinkedIn takes documents of up to 104\.9 MB\. Make"):
            inspect(tmp_path / "large", kind="document", name="large", sha256=SHA)
    else:
        found = inspect(tmp_path / "large", kind="document", name="large", sha256=SHA)
        assert found.size_bytes == limits.DOCUMENT_MAX_BYTES


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    content = bytearray(office("ppt/presentation.xml", content=bytes(20_000_000)))
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        places = [each.header_offset + 30 + len(each.filename) for each in whole.infolist()]
    for place in places:
        content[place : place + 1000] = b"\xff" * 1000  # nobody can unpack this

    assert look(tmp_path, bytes(content)).content_type == POWERPOINT


def test_a_directory_that_is_all_of_a_zip_is_not_read(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + bytes(42)
    listing = entry * 250_000
    end = b"PK\x05\x06" + bytes(8) + len(listing).to_bytes(4, "little") + bytes(6)

    assert "damaged" in refusal(tmp_path, b"PK\x03\x04" + listing + end)


def test_a_chain_that_bites_its_tail_ends(tmp_path: Path) -> None:
    content = bytearray(compound(["Something"]))
    content[512 + 512 : 512 + 516] = bytes(4)  # the directory's sector goes on with itself
    content[512 + 128 + 72 : 512 + 128 + 76] = (1).to_bytes(4, "little")  # and an entry is its own sister

    assert "no PowerPoint or Word file" in refusal(tmp_path, bytes(content))


# Captions.


@pytest.mark.parametrize(
    ("text", "content_type"),
    [(VTT, "text/vtt"), ("\ufeff" + VTT.replace("WEBVTT", "WEBVTT - Ada"), "text/vtt"), (SRT, "application/x-subrip")],
)
def test_captions_are_known_by_their_content(tmp_path: Path, text: str, content_type: str) -> None:
    found = look(tmp_path, text.encode(), "captions")

    assert (found.content_type, found.width_px, found.about) == (content_type, 0, f"{found.size_bytes} bytes")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (VTT.encode("utf-16"), "is not UTF-8 text. Save it as UTF-8"),
        (SRT.replace("Hello", "Grüße").encode("latin-1"), "is not UTF-8 text"),
        (b"WEBVTT\n\nno time\n", "holds no caption with a time"),
        (VTT.encode() + b"\n1:00 --> 2:00\nNo seconds\n", "Line 6 of the captions holds a time that cannot be read"),
        (b"WEBVTTX\n" + VTT.encode(), "holds no WebVTT or SubRip captions"),
        (b"Hello\n", "holds no WebVTT or SubRip captions"),
        (picture(), "is a PNG picture. Choose a WebVTT or SRT file"),
        (VTT.encode() + b"x" * 1_000_000, "too large for captions"),
    ],
)
def test_what_is_no_captions_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in refusal(tmp_path, content, "captions")


def test_a_thumbnail_is_a_picture_like_any_other(tmp_path: Path) -> None:
    assert look(tmp_path, picture((1280, 720), "JPEG"), "image").content_type == "image/jpeg"


# Pictures of pages.


def kept(tmp_path: Path, content: bytes) -> tuple[Uploads, str]:
    uploads = Uploads(tmp_path / "uploads")
    return uploads, uploads.keep(io.BytesIO(content))[0]


def test_a_page_is_drawn_sharp_enough_for_a_card(tmp_path: Path) -> None:
    uploads, sha256 = kept(tmp_path, pdf(3, (720, 405)))
    drawn = page_picture(uploads, sha256, 3)

    with Image.open(drawn) as image:
        assert (image.format, image.size) == ("JPEG", (1109, 624))
        assert len(image.getcolors(1 << 20) or []) > 10, "the page is blank"
    assert drawn.stat().st_mode & 0o077 == 0
    assert {file.name for file in uploads.folder.iterdir()} == {sha256, f"{sha256}.p3.jpg"}


def test_two_pages_are_two_pictures_and_each_is_drawn_once(tmp_path: Path) -> None:
    uploads, sha256 = kept(tmp_path, pdf(2))
    first, second = (page_picture(uploads, sha256, number) for number in (1, 2))
    drawn_at = first.stat().st_mtime_ns

    assert first.read_bytes() != second.read_bytes()
    assert page_picture(uploads, sha256, 1).stat().st_mtime_ns == drawn_at


@pytest.mark.parametrize(
    "size_pt", [(2384, 3370), (1, 1), (14400, 10), (10, 14400), (14400, 14400), (0, 0), (200, 900), (0.01, 5000)]
)
def test_a_page_of_any_shape_gives_a_bounded_picture(tmp_path: Path, size_pt: tuple[float, float]) -> None:
    uploads, sha256 = kept(tmp_path, pdf(1, size_pt))

    with Image.open(page_picture(uploads, sha256, 1)) as image:
        assert image.width <= 1110
        assert 1 <= image.width * image.height <= 2_000_000


@pytest.mark.parametrize(
    ("content", "number", "why"),
    [
        (pdf(2), 3, "has no page 3"),
        (pdf(2), 0, "has no page 0"),
        (pdf(2), -1, "has no page -1"),
        (slides(2), 1, "Only pages of a PDF can be drawn"),
        (locked_pdf(), 1, "has no page 1 that can be read"),
    ],
)
def test_a_page_that_is_none_has_no_picture(tmp_path: Path, content: bytes, number: int, why: str) -> None:
    uploads, sha256 = kept(tmp_path, content)

    with pytest.raises(NoPagePicture, match=why):
        page_picture(uploads, sha256, number)
    assert [file.name for file in uploads.folder.iterdir()] == [sha256]


def test_a_document_that_is_gone_has_no_pictures(tmp_path: Path) -> None:
    with pytest.raises(NoPagePicture, match="no longer kept"):
        page_picture(Uploads(tmp_path), SHA, 1)
    with pytest.raises(ValueError, match="not a SHA-256"):
        page_picture(Uploads(tmp_path), "../secrets", 1)


def test_a_hostile_pdf_costs_seconds_once_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.files.pdf_pages.DRAW_S", 2.0)
    uploads, sha256 = kept(tmp_path, multiplying_pdf())
    (tmp_path / "chosen").write_bytes(multiplying_pdf())
    assert inspect(tmp_path / "chosen", kind="document", name="a.pdf", sha256=SHA).pages == 1
    with pytest.raises(NoPagePicture, match="Page 1 cannot be drawn here"):
        page_picture(uploads, sha256, 1)
    failed = uploads.picture_path(sha256, 1)
    os.utime(failed, (before := time.time() - 60, before))
    with pytest.raises(NoPagePicture, match="Page 1 cannot be drawn here"):
        page_picture(uploads, sha256, 1)

    assert failed.stat().st_mtime == before  # it was not tried again


def test_a_page_that_could_not_be_drawn_is_tried_again_later(tmp_path: Path) -> None:
    uploads, sha256 = kept(tmp_path, pdf())
    failed = uploads.picture_path(sha256, 1)
    failed.touch()
    with pytest.raises(NoPagePicture, match="cannot be drawn"):
        page_picture(uploads, sha256, 1)
    os.utime(failed, (time.time() - TRY_AGAIN_S - 1,) * 2)

    assert page_picture(uploads, sha256, 1).stat().st_size > 1000


def test_the_sweep_takes_a_documents_pictures_with_it(tmp_path: Path) -> None:
    uploads, old = kept(tmp_path, pdf(2))
    wanted = uploads.keep(io.BytesIO(pdf(3)))[0]
    page_picture(uploads, old, 2)
    picture_of_wanted = page_picture(uploads, wanted, 1)
    long_ago = time.time() - KEPT_S - 60
    for path in (uploads.path(old), uploads.path(wanted), picture_of_wanted):
        os.utime(path, (long_ago, long_ago))

    assert uploads.sweep({wanted}) == 2
    assert {file.name for file in uploads.folder.iterdir()} == {wanted, picture_of_wanted.name}


def test_a_video_has_no_pages(tmp_path: Path) -> None:
    found = inspect(video(tmp_path / "v.mp4"), kind="video", name="v.mp4", sha256=SHA)

    assert found.pages is None
    assert " px · " in found.about


def test_a_page_number_of_any_length_is_no_page(tmp_path: Path) -> None:
    uploads, sha256 = kept(tmp_path, pdf())

    with pytest.raises(NoPagePicture):
        page_picture(uploads, sha256, int("9" * 200))
