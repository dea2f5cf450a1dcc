"""Files are judged by what they are, and each refusal says what to do."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from PIL import Image

from dashboard.files.media import MediaFile, MediaRefused, _check_video, inspect
from dashboard.untrusted import isolated, reader
from dashboard.web import server
from tests.conftest import ROOT
from tests.support.media import gif_of, huge_picture, picture, png_with, sound, video


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


@pytest.mark.parametrize(
    ("size_bytes", "duration_s", "said"),
    [
        (100_000, 2.99, "is 2.9 seconds long; LinkedIn takes videos from 3 seconds"),
        (100_000, 1800.1, "is 30.1 minutes long; LinkedIn takes up to 30. Shorten it"),
        (74_999, 4, "is 74 kB; LinkedIn takes videos from 75 kB"),
        (500 * 1024 * 1024 + 1, 4, "is 525 MB; LinkedIn takes up to 524 MB"),
    ],
)
def test_a_number_beyond_a_limit_does_not_seem_to_keep_it(size_bytes: int, duration_s: float, said: str) -> None:
    with pytest.raises(MediaRefused, match=said):
        _check_video("v.mp4", size_bytes, duration_s)


def test_a_picture_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match=r"v\.mp4 is a PNG picture\. LinkedIn takes MP4"):
        look(written(tmp_path, picture(), "v.mp4"), "video")


def test_a_broken_video_is_refused(tmp_path: Path) -> None:
    whole = video(tmp_path / "v.mp4").read_bytes()

    with pytest.raises(MediaRefused, match=r"cut\.mp4 is damaged or cut off"):
        look(written(tmp_path, whole[:3000], "cut.mp4"), "video")


# Real files that a check must survive, made again: thin, talkative, turned, cut, of an unknown kind.


def refusal(path: Path, kind: str = "image") -> str:
    with pytest.raises(MediaRefused) as caught:
        look(path, kind)
    return str(caught.value)


@pytest.mark.parametrize("size", [(1200, 6), (4, 4), (1, 1), (7, 900)])
def test_a_jpeg_with_a_side_of_a_few_pixels_is_taken(tmp_path: Path, size: tuple[int, int]) -> None:
    found = look(written(tmp_path, picture(size, "JPEG"), "divider.jpg"))

    assert (found.width_px, found.height_px) == size


@pytest.mark.parametrize("chunk", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_png_with_megabytes_of_text_or_profile_is_taken(tmp_path: Path, chunk: bytes) -> None:
    assert look(written(tmp_path, png_with(chunk, 70_000_000))).content_type == "image/png"


def test_a_later_frame_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    small = written(tmp_path, gif_of((4, 4), (1, 1), (65_000, 65_000)), "a.gif")

    assert refusal(small).startswith("a.gif has a frame of more pixels than a picture may have; LinkedIn takes fewer")


@pytest.mark.parametrize(("kind", "what"), [("PNG", "PNG"), ("JPEG", "JPG"), ("GIF", "GIF")])
def test_a_damaged_picture_is_not_told_that_its_kind_is_taken(tmp_path: Path, kind: str, what: str) -> None:
    path = written(tmp_path, picture((64, 48), kind)[:20] + bytes(range(200)), "holiday.gif")

    said = refusal(path)

    assert said.startswith(f"holiday.gif is damaged or cut off: this {what} picture cannot be read to its end. Save")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (picture((64, 48), "WEBP"), "a WebP picture"),
        (b"MM\0+\0\x08\0\0" + bytes(40), "a TIFF picture"),  # BigTIFF
        (picture((64, 48), "BMP"), "a BMP picture"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC picture"),
        (b"\0\0\0\x18ftypavif" + bytes(40), "an AVIF picture"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg width="1">', "an SVG"),
        (b"<!---->" * 140 + b"<svg>", "an SVG"),  # each comment doubled the time of a look that fails
    ],
)
def test_a_picture_of_a_kind_that_is_not_taken_is_named(tmp_path: Path, content: bytes, what: str) -> None:
    said = refusal(written(tmp_path, content, "photo.png"))

    assert (
        said
        == f"photo.png is {what}. LinkedIn takes PNG, JPG and GIF pictures; save it as one of these and choose that."
    )


def test_a_photo_that_is_turned_by_its_metadata_tells_what_is_seen(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(tmp_path / "phone.jpg", exif=exif)

    found = look(tmp_path / "phone.jpg")

    assert (found.width_px, found.height_px) == (40, 60)


def test_a_film_that_is_turned_by_its_metadata_tells_what_is_seen(tmp_path: Path) -> None:
    found = look(video(tmp_path / "phone.mp4", turned=90), "video")

    assert (found.width_px, found.height_px) == (180, 320)


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov"])
@pytest.mark.parametrize("part", [0.6, 0.9])
def test_a_film_that_was_cut_off_is_refused(tmp_path: Path, flags: str, part: float) -> None:
    whole = video(tmp_path / "v.mp4", at_least_bytes=0, flags=flags, size=(640, 360)).read_bytes()

    said = refusal(written(tmp_path, whole[: int(len(whole) * part)], "cut.mp4"), "video")

    assert said == "cut.mp4 is damaged or cut off: its video cannot be read to its end. Export it again."


def test_a_film_in_an_unknown_codec_is_refused(tmp_path: Path) -> None:
    whole = video(tmp_path / "v.mp4").read_bytes()
    entry = whole.rindex(b"avc1")
    path = written(tmp_path, whole[:entry] + b"dav1" + whole[entry + 4 :], "new.mp4")

    assert refusal(path, "video").startswith(
        "new.mp4 is an MP4 whose video codec cannot be read here. Export it as MP4"
    )


def test_sound_is_no_film_with_a_cover_or_without(tmp_path: Path) -> None:
    assert refusal(sound(tmp_path / "talk.mp4"), "video").startswith("talk.mp4 is sound without pictures. LinkedIn")
    with_cover = sound(tmp_path / "cast.mp4", cover=True)
    assert refusal(with_cover, "video").startswith("cast.mp4 is sound with a cover picture, no film. LinkedIn")


def test_a_mov_is_refused_by_its_content_and_an_mp4_with_its_ending_is_taken(tmp_path: Path) -> None:
    assert "a.mov is a MOV video. LinkedIn takes MP4 videos; export it as MP4." in refusal(
        video(tmp_path / "a.mov", kind="mov"), "video"
    )
    assert look(video(tmp_path / "b.mov"), "video").content_type == "video/mp4"


def test_hevc_is_taken_with_a_word_about_browsers(tmp_path: Path) -> None:
    found = look(video(tmp_path / "v.mp4", codec="libx265"), "video")

    assert found.about.endswith("HEVC, of which many browsers show no picture")
    for codec in ("libx264", "libsvtav1", "libvpx-vp9"):
        assert "browsers" not in look(video(tmp_path / f"{codec}.mp4", codec=codec), "video").about


# What a stranger's file cannot do.


def test_the_server_itself_reads_no_media() -> None:
    libraries = "{'av', 'pypdfium2', 'olefile', 'bs4'}"
    code = f"import sys, {server.__name__}; print(sorted({libraries} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(isolated.TooMuch):
        isolated.ask("picture", written(tmp_path, picture()), "36152320", "250", timeout_s=0.001)


def test_who_waits_too_long_for_another_file_is_told_so() -> None:
    with ExitStack() as others:
        for _ in range(isolated.AT_ONCE):
            others.enter_context(isolated._turns["picture"])

        with pytest.raises(isolated.Busy, match="waited"):
            isolated.ask("picture", "a.png", "1", "1", timeout_s=0.01)


def test_the_process_that_reads_has_no_network() -> None:
    code = (
        f"import socket, sys; from {reader.__name__} import be_bounded; be_bounded();"
        "print(socket.socket().connect_ex(('127.0.0.1', int(sys.argv[1]))))"
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        words = [sys.executable, "-c", code, str(listening.getsockname()[1])]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)

    if done.stdout.strip() == "0":
        pytest.skip("This system does not let a process leave its network.")
    assert int(done.stdout) > 0
