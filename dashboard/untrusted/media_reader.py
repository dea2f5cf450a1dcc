"""What Pillow and FFmpeg find in a picture or film. Runs in the child process of dashboard/untrusted/reader.py."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping
from typing import Any

from dashboard.untrusted import metadata

ORIENTATION, TURNED_FROM = 0x0112, 5  # EXIF: from 5 on a viewer turns the picture by a quarter
TAKEN = ("PNG", "JPEG", "GIF")
CUT_SHARE, CUT_S = 0.95, 1.0  # how much sooner than its header says a film may end
TEXT_MAX_BYTES = 256 << 20  # of a PNG's texts and profile, unpacked; diagram editors put the whole diagram there


def picture(path: str, pixels_below: str, frames_max: str) -> dict[str, Any]:
    """{"format", "width_px", "height_px", "private"} of a PNG, JPEG or GIF, after decoding all of it.

    The size is as a browser shows it; "private" is what it says of itself, see metadata.py.

    Or {"problem"}: "pixels" or "frames" with what was found, "frame size".
    """
    from PIL import Image

    try:
        with opened_picture(path, TAKEN) as image:
            return _decoded(image, int(pixels_below), int(frames_max))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return {"problem": "frame size"}


def opened_picture(path: str, formats: tuple[str, ...]) -> Any:
    """A picture of one of these formats of Pillow's, open for reading; how large it is, is for the caller to judge."""
    from PIL import Image, PngImagePlugin

    warnings.simplefilter("ignore")
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = TEXT_MAX_BYTES
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(path, formats=formats)


def orientation_of(image: Any) -> int:
    """How EXIF says that a picture is turned: 1 to 8, 1 for upright."""
    with contextlib.suppress(Exception):  # metadata that cannot be read is no fault of the picture
        number = int(image.getexif().get(ORIENTATION, 1))
        return number if 1 <= number <= 8 else 1
    return 1


def _decoded(image: Any, pixels_below: int, frames_max: int) -> dict[str, Any]:
    from PIL import Image

    width, height = image.size
    if width * height >= pixels_below:
        return {"problem": "pixels", "width_px": width, "height_px": height}
    Image.MAX_IMAGE_PIXELS = pixels_below - 1
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    frames = image.n_frames if image.format == "GIF" else 1
    if frames > frames_max:
        return {"problem": "frames", "frames": frames}
    image.draft("L", (max(1, width // 8), max(1, height // 8)))  # JPEG: an eighth of the memory
    for frame in range(frames):
        image.seek(frame)
        image.load()
    if orientation_of(image) >= TURNED_FROM:
        width, height = height, width
    private = metadata.of_picture(image) + metadata.filmed_with_it(image)
    return {"format": image.format, "width_px": width, "height_px": height, "private": private}


def film(path: str, container: str) -> dict[str, Any]:
    """{"codec", "sound", "width_px", "height_px", "duration_s", "private"} of a film, after reading all of it.

    container is FFmpeg's name of what the file is, sound the codec of its sound ("" without).

    The first picture is decoded; the size is as a player shows it. Or {"problem"}: "no pictures", "cover" (sound with
    one picture), "codec" (not known here), "damaged".
    """
    more = {"export_all": "1", "export_xmp": "1"} if container == "mov" else {}  # also names that FFmpeg does not know
    with opened_film(path, container, more) as opened:
        return _filmed(opened)


def opened_film(path: str, container: str, options: Mapping[str, str]) -> Any:
    """The film, open for reading. What it says of itself need not be UTF-8, as old cameras write it."""
    import av

    av.logging.set_level(av.logging.PANIC)
    # The format is given, so that no playlist can name other files or addresses to open.
    told = {"protocol_whitelist": "file", **options}
    return av.open(path, format=container, options=told, metadata_errors="replace")


def _filmed(container: Any) -> dict[str, Any]:
    import av
    from av.stream import Disposition

    streams = [each for each in container.streams.video if not each.disposition & Disposition.attached_pic]
    if not streams:
        return {"problem": "cover" if container.streams.video else "no pictures"}
    stream = next((each for each in streams if each.codec_context), None)
    if stream is None:
        return {"problem": "codec"}
    stream.codec_context.thread_count = 1  # each thread would count against the memory
    shown, ends_s = None, 0.0
    for packet in container.demux():
        if packet.is_corrupt:  # among others the packet at which a film was cut off
            return {"problem": "damaged"}
        if packet.pts is not None and packet.time_base:
            ends_s = max(ends_s, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if shown is None and packet.stream.index == stream.index:
            with contextlib.suppress(av.FFmpegError):  # a player begins with the first picture that it can read
                shown = next(iter(packet.decode()), None)
    told_s = container.duration / 1_000_000 if container.duration else 0.0
    # The end of a Matroska that was cut off is no corrupt packet; only its header tells how long it was.
    is_cut = "matroska" in container.format.name and ends_s < told_s * CUT_SHARE - CUT_S
    if shown is None or is_cut:
        return {"problem": "damaged"}
    width, height = shown_size(stream, shown)
    sounds = [each.codec_context for each in container.streams.audio if each.codec_context]
    return {
        "codec": stream.codec_context.codec.canonical_name,
        "sound": sounds[0].codec.canonical_name if sounds else "",
        "duration_s": told_s or ends_s,
        "width_px": width,
        "height_px": height,
        "private": metadata.of_film(container.metadata, [each.metadata for each in container.streams]),
    }


def shown_size(stream: Any, picture: Any) -> tuple[int, int]:
    """The size in pixels at which a player shows a picture of a film: its pixels made square, then turned."""
    width = max(1, round(picture.width * float(stream.sample_aspect_ratio or 1)))
    return (width, picture.height) if picture.rotation % 180 == 0 else (picture.height, width)
