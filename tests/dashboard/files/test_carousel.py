"""Pictures as one PDF: a page each, in their order, upright, and JPEGs without losing a bit."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageCms

from dashboard.files.carousel import made_of
from dashboard.files.media import MediaFile, MediaRefused
from dashboard.files.uploads import Uploads
from dashboard.untrusted import isolated
from tests.support.media import picture

QUARTERS = ("red", "lime", "blue", "yellow")  # upper left, upper right, lower left, lower right
CORNERS = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]


def quartered(kind: str, size: tuple[int, int] = (120, 80), mode: str = "RGB", **more: object) -> bytes:
    """A picture of four colours, as it is stored."""
    image = Image.new("RGB", size)
    for colour, (x, y) in zip(QUARTERS, CORNERS, strict=True):
        left, top = int((x - 0.25) * size[0]), int((y - 0.25) * size[1])
        image.paste(colour, (left, top, left + size[0] // 2, top + size[1] // 2))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **more)
    return out.getvalue()


def turned(orientation: int, size: tuple[int, int] = (120, 80)) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return quartered("JPEG", size, quality=95, exif=exif.tobytes())


def chosen(uploads: Uploads, *contents: bytes) -> list[MediaFile]:
    kept = [uploads.keep(io.BytesIO(each))[0] for each in contents]
    return [MediaFile(sha256, f"{n}.jpg", "image", "", 0, 0, 0) for n, sha256 in enumerate(kept)]


def corners(picture_or_page: Image.Image) -> list[tuple[int, ...]]:
    """The colours of the quarters, coarse enough for JPEG."""
    shown = picture_or_page.convert("RGB")
    found = [shown.getpixel((int(x * shown.width), int(y * shown.height))) for x, y in CORNERS]
    return [tuple(round(channel / 64) for channel in colour) for colour in found]  # type: ignore[union-attr]


def pages(uploads: Uploads, file: MediaFile) -> list[Image.Image]:
    pdf = pypdfium2.PdfDocument(uploads.path(file.sha256))
    return [page.render(scale=0.2).to_pil() for page in pdf]


def test_every_picture_is_a_page_upright_in_its_own_shape_and_a_jpeg_keeps_its_bytes(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    transparent = Image.new("RGBA", (80, 100), (0, 0, 0, 0))
    out = io.BytesIO()
    transparent.save(out, "PNG")
    originals = [
        *map(turned, range(1, 9)),
        quartered("PNG"),
        quartered("PNG", mode="P"),
        quartered("JPEG", mode="CMYK"),
    ]

    file = made_of(
        uploads, chosen(uploads, *originals, quartered("PNG", (1700, 1600)), picture((9, 6), "GIF"), out.getvalue())
    )

    expected = [Image.open(io.BytesIO(each)) for each in originals[:8]]
    upright = [corners(each) for each in map(_as_shown, expected)] + [corners(_as_shown(expected[0]))] * 2
    drawn = pages(uploads, file)
    assert (file.kind, file.content_type, file.pages) == ("document", "application/pdf", 14)
    assert [corners(each) for each in drawn[:10]] == upright
    assert [each.width > each.height for each in drawn[:9]] == [True] * 4 + [False] * 4 + [True]
    assert corners(drawn[11]) == upright[0]
    assert set(corners(drawn[13])) == {(4, 4, 4)}  # white where nothing is drawn
    content = uploads.path(file.sha256).read_bytes()
    assert [each.split(b"\xff\xda")[1] in content for each in originals[:8]] == [True] * 8
    assert file.change_line == "Carousel.pdf was made of 14 pictures."


def _as_shown(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def test_pages_of_one_shape_hold_each_picture_whole_in_the_middle_and_in_its_colours(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    wide = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    profile = wide.tobytes().replace(b"s\0R\0G\0B", b"a\0R\0G\0B").replace(b"sRGB", b"aRGB")

    file = made_of(uploads, chosen(uploads, picture((300, 100), "JPEG"), quartered("JPEG", icc_profile=profile)), "4:5")

    drawn = pages(uploads, file)
    assert {round(each.width / each.height, 1) for each in drawn} == {0.8}
    first = drawn[0].convert("RGB")
    assert [first.getpixel((first.width // 2, int(first.height * y))) for y in (0.1, 0.9)] == [(255, 255, 255)] * 2
    assert first.getpixel((first.width // 2, first.height // 2)) != (255, 255, 255)
    assert len(set(corners(drawn[1]))) == 4


def test_photos_that_are_too_large_together_are_scaled_down(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(turned(6, (2400, 1600)))
    told = {"more": [str(tmp_path / "photo.jpg")], "shape": "", "bytes_max": 60_000}

    said = isolated.ask("carousel", tmp_path / "photo.jpg", tmp_path / "made", json.dumps(told), timeout_s=60)

    assert said == {"pages": 2, "scaled": True}
    pdf = pypdfium2.PdfDocument(tmp_path / "made")
    [drawn] = pdf[1].get_objects()
    assert 2_800_000 < drawn.get_px_size()[0] * drawn.get_px_size()[1] <= 3_000_000
    assert corners(pdf[1].render(scale=0.2).to_pil()) == corners(_as_shown(Image.open(tmp_path / "photo.jpg")))


def test_a_picture_that_is_gone_or_broken_by_now_is_named(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    files = chosen(uploads, picture(), picture(colour="#ff0000"))
    uploads.path(files[1].sha256).write_bytes(b"\x89PNG\r\n\x1a\n")

    with pytest.raises(MediaRefused, match=r"1\.jpg cannot be put on a page: it is damaged\."):
        made_of(uploads, files)

    uploads.path(files[0].sha256).unlink()
    with pytest.raises(MediaRefused, match=r"0\.jpg is no longer on this machine\."):
        made_of(uploads, files)
    assert not list(tmp_path.glob("*.part"))
