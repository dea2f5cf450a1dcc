"""Makes a picture that LinkedIn takes from one that it does not: kind, turn, colours, shape, size.

Runs in the process of reader.py.
"""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from dashboard.untrusted import metadata
from dashboard.untrusted.media_reader import ORIENTATION, opened_picture, orientation_of

READ = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "DIB", "JPEG2000", "HEIF")
MOVING, LOSSLESS = ("WEBP", "AVIF"), ("PNG", "GIF")
PIXELS_MAX = 250_000_000  # no phone's sensor has more
MOVING_PIXELS_MAX = 150_000_000  # of all frames together, for those who wait for them
DNG_VERSION, SUBFILE_TYPE, PHOTOMETRIC, REDUCED, COLOUR_FILTER = 0xC612, 254, 262, 1, 32803
QUALITIES = (92, 85, 75)
HEAD_BYTES = 1 << 18  # where a HEIC says how its picture is put together
SHRINK = 0.8  # of each side, as often as it takes
RATIOS = {"1.91:1": 1.91, "1:1": 1.0, "4:5": 0.8}


def write_picture(path: str, target: str, told: str) -> dict[str, Any]:
    """Write a JPEG, PNG or GIF; {"changed": [words], "private": [words]}, or {"problem"}.

    told, as JSON: "pixels_below", "bytes_max" and "frames_max" of LinkedIn's; "shape" ("" or one of RATIOS) and
    "offset" (0 to 1) of the part that is to be kept; "clean" when what the picture says of itself is to go.
    Problems: "pixels", "raw".
    """
    with _opened(path) as image:
        return _written(path, image, target, json.loads(told))


def _opened(path: str) -> Any:
    import pillow_heif

    pillow_heif.options.DECODE_THREADS = 1  # each thread would count against the memory
    pillow_heif.register_heif_opener()
    return opened_picture(path, READ)


def _written(path: str, image: Any, target: str, told: dict[str, Any]) -> dict[str, Any]:
    if image.width * image.height > PIXELS_MAX:
        return {"problem": "pixels"}
    if _is_raw(image):
        return {"problem": "raw"}
    frames, was = getattr(image, "n_frames", 1), image.format
    private = metadata.of_picture(image)
    if was in MOVING and frames > 1 and not told["shape"] and _can_move(image, frames, told):
        image.save(target, "GIF", save_all=True, loop=image.info.get("loop", 0))  # an AVIF does not say how often
        return {"changed": [f"became a GIF of {frames} pictures"], "private": private}
    changed = [f"gives one of its {frames} pictures"] if frames > 1 and was not in ("JPEG", "MPO") else []
    picture, turned = upright(image)
    turned = turned or _was_turned(path, image)
    picture = in_srgb(picture, changed)
    if told["shape"]:
        picture = picture.crop(crop_box(picture.size, told["shape"], told["offset"]))
        changed.append(f"was cut to {told['shape']}")
    if told["clean"]:
        picture.info.pop("comment", None)  # Pillow would write it into a JPEG again
    size, kind = picture.size, "PNG" if picture.mode in ("RGBA", "LA") or was in LOSSLESS else "JPEG"
    exif = b"" if told["clean"] else _exif(image)
    kind, picture = _saved(picture, kind, target, told, exif)
    if kind != was and (was, kind) != ("MPO", "JPEG"):
        changed.insert(0, f"became a {kind}")
    if turned:
        changed.append("was turned upright")
    if picture.size != size:
        changed.append("was scaled from {:,} × {:,} to {:,} × {:,} px".format(*size, *picture.size))
    return {"changed": changed, "private": private}


def _is_raw(image: Any) -> bool:
    """Whether this is a camera's RAW file, of which Pillow would show the small picture for the display."""
    tags = getattr(image, "tag_v2", {})
    reduced = tags.get(SUBFILE_TYPE, 0) & REDUCED and image.format == "TIFF"
    return bool(DNG_VERSION in tags or reduced or tags.get(PHOTOMETRIC) == COLOUR_FILTER)


def _can_move(image: Any, frames: int, told: dict[str, Any]) -> bool:
    pixels = image.width * image.height
    return bool(frames <= told["frames_max"] and pixels < told["pixels_below"] and pixels * frames <= MOVING_PIXELS_MAX)


def _was_turned(path: str, image: Any) -> bool:
    """Whether a HEIC was turned while it was read, as its boxes "irot" and "imir" ask."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    return (image.info.get("original_orientation") or 1) > 1 and (b"irot" in head or b"imir" in head)


def upright(image: Any) -> tuple[Any, bool]:
    """The first picture as a viewer shows it, and whether it had to be turned."""
    from PIL import ImageOps

    turned = orientation_of(image) > 1
    image.load()  # which turns a TIFF
    with contextlib.suppress(Exception):  # metadata that cannot be read is no fault of the picture
        return ImageOps.exif_transpose(image), turned
    return image, False


def in_srgb(image: Any, changed: list[str]) -> Any:
    """The picture in 8 bits a channel of sRGB, as RGB, RGBA or L: what every screen and every JPEG reader knows."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = _in_8_bits(image)
        changed.append("has 8 bits a colour")
    alpha = image.has_transparency_data
    if image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGBA" if alpha else "RGB")
    if profile:
        with contextlib.suppress(Exception):  # a broken profile: the colours stay numbers
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "srgb" not in ImageCms.getProfileDescription(source).lower():
                mode = "RGBA" if image.mode == "RGBA" else "RGB"
                image = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
                changed.append("has its colours in sRGB")
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    return image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGB")


def _in_8_bits(image: Any) -> Any:
    """A grey picture of 16 bits, or of numbers of any size, with its lightest point white."""
    from PIL import Image

    low, high = image.getextrema()
    low, high = (0, 65535) if image.mode.startswith("I;16") or 255 < high <= 65535 else (low, max(high, low + 1e-9))
    scaled = image.convert("F").point(lambda value: value * (255 / (high - low)) - low * 255 / (high - low))
    return scaled.convert("L") if isinstance(scaled, Image.Image) else image


def crop_box(size: tuple[int, int], shape: str, offset: float) -> tuple[int, int, int, int]:
    """The largest part of this shape: left, upper, right, lower. offset 0 is its left or upper end, 1 the other."""
    width, height = size
    ratio = RATIOS[shape]
    wide, high = (round(height * ratio), height) if width > height * ratio else (width, round(width / ratio))
    wide, high = max(1, min(wide, width)), max(1, min(high, height))
    left, upper = round((width - wide) * offset), round((height - high) * offset)
    return left, upper, left + wide, upper + high


def _exif(image: Any) -> bytes:
    """What the picture says of itself, without the turn that is done by now; b"" when it says nothing."""
    with contextlib.suppress(Exception):
        exif = image.getexif()
        exif.pop(ORIENTATION, None)
        return bytes(exif.tobytes()) if exif else b""
    return b""


def _saved(picture: Any, kind: str, target: str, told: dict[str, Any], exif: bytes) -> tuple[str, Any]:
    """The kind and picture that were written: in the best quality, then the largest size, that the limits allow."""
    from PIL import Image

    most = told["pixels_below"] - 1
    if picture.width * picture.height > most:
        share = (most / (picture.width * picture.height)) ** 0.5
        picture = picture.resize((int(picture.width * share), int(picture.height * share)), Image.Resampling.LANCZOS)
    while True:
        for kind_now, options in _ways(kind, picture.mode):
            picture.save(target, kind_now, **options, **({"exif": exif} if exif else {}))
            if Path(target).stat().st_size <= told["bytes_max"]:
                return kind_now, picture
        smaller = (max(1, int(picture.width * SHRINK)), max(1, int(picture.height * SHRINK)))
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)


def _ways(kind: str, mode: str) -> list[tuple[str, dict[str, Any]]]:
    jpeg = [("JPEG", {"quality": quality, "optimize": True}) for quality in QUALITIES]
    png: list[tuple[str, dict[str, Any]]] = [("PNG", {})]
    return png if mode == "RGBA" else jpeg if kind == "JPEG" else png + jpeg


def crop_preview(path: str, target: str, shape: str, offset: str, side_px: str) -> dict[str, Any]:
    """Write a small JPEG of the part that would be kept, at most side_px on each side; {}."""
    with _opened(path) as image:
        if image.format == "JPEG":
            image.draft("RGB", (4 * int(side_px), 4 * int(side_px)))
        picture = in_srgb(upright(image)[0], [])
        if shape:
            picture = picture.crop(crop_box(picture.size, shape, float(offset)))
        picture.thumbnail((int(side_px), int(side_px)))
        on_white(picture).save(target, "JPEG", quality=85)
    return {}


def on_white(picture: Any) -> Any:
    """The picture on white paper: nothing shines through."""
    if picture.mode != "RGBA":
        return picture
    from PIL import Image

    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
