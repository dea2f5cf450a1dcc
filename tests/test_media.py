"""Files are judged by what they are, and each refusal says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.media import MediaFile, MediaRefused, inspect
from tests.samples_media import huge_picture, picture, video


def look(path: Path, kind: str = "image", name: str | None = None) -> MediaFile:
    return inspect(path, kind=kind, name=name or path.name, sha256="0" * 64)


def written(tmp_path: Path, data: bytes, name: str = "a.png") -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


@pytest.mark.parametrize(("kind", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif")])
def test_a_picture_is_known_by_its_content(tmp_path: Path, kind: str, content_type: str) -> None:
    found = look(written(tmp_path, picture((640, 400), kind), "any.name"))

    assert (found.content_type, found.width_px, found.height_px) == (content_type, 640, 400)


def test_a_pdf_named_png_is_called_a_pdf(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match=r"a\.png is a PDF document\. LinkedIn takes PNG, JPG and GIF"):
        look(written(tmp_path, b"%PDF-1.7\n" + b"x" * 500))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_truncated_picture_is_found_before_linkedin_does(tmp_path: Path, kind: str) -> None:
    from PIL import Image

    noise = Image.effect_noise((500, 400), 80)
    noise.save(tmp_path / "whole", kind)
    data = (tmp_path / "whole").read_bytes()

    with pytest.raises(MediaRefused, match=r"damaged or cut off"):
        look(written(tmp_path, data[: len(data) // 2]))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match=r"a\.png is empty \(0 bytes\)"):
        look(written(tmp_path, b""))


def test_the_limit_itself_is_too_many_and_one_line_less_is_taken(tmp_path: Path) -> None:
    width, height = _sides(36_152_320)
    with pytest.raises(MediaRefused, match=r"36,152,320 pixels .* takes fewer than 36,152,320"):
        look(written(tmp_path, huge_picture(width, height)))

    assert look(written(tmp_path, huge_picture(width, height - 1))).width_px == width


def _sides(pixels: int) -> tuple[int, int]:
    height = next(n for n in range(int(pixels**0.5), 0, -1) if pixels % n == 0)
    return pixels // height, height


def test_a_decompression_bomb_is_refused_without_reading_it(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="pixels"):
        look(written(tmp_path, huge_picture(60_000, 60_000)))


def test_a_gif_with_too_many_frames_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    frames = [Image.new("P", (4, 4), n % 250) for n in range(251)]
    frames[0].save(tmp_path / "long.gif", save_all=True, append_images=frames[1:], duration=10, optimize=False)

    with pytest.raises(MediaRefused, match="251 frames"):
        look(tmp_path / "long.gif")


def test_a_video_tells_its_length_and_size(tmp_path: Path) -> None:
    found = look(video(tmp_path / "v.mp4", seconds=4), "video")

    assert (found.content_type, found.width_px, found.height_px) == ("video/mp4", 320, 180)
    assert found.duration_s == pytest.approx(4, abs=0.2)


@pytest.mark.parametrize(
    ("seconds", "size", "why"),
    [(2, 100_000, r"2\.0 seconds long; LinkedIn takes videos from 3 seconds"), (4, 0, "takes videos from 75 kB")],
)
def test_a_video_outside_the_limits_is_refused(tmp_path: Path, seconds: float, size: int, why: str) -> None:
    with pytest.raises(MediaRefused, match=why):
        look(video(tmp_path / "v.mp4", seconds=seconds, at_least_bytes=size), "video")


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match=r"v\.mp4 is a PNG picture\. LinkedIn takes MP4"):
        look(written(tmp_path, picture(), "v.mp4"), "video")


def test_a_broken_video_is_refused(tmp_path: Path) -> None:
    whole = video(tmp_path / "v.mp4").read_bytes()

    with pytest.raises(MediaRefused, match=r"cut\.mp4 is damaged or cut off"):
        look(written(tmp_path, whole[:3000], "cut.mp4"), "video")
