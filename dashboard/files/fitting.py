"""Makes the file that LinkedIn takes from the one that was chosen: another format, a part of it, nothing private."""

from __future__ import annotations

import json
import logging
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from dashboard.files import media
from dashboard.files.inspection import seen
from dashboard.files.media import MediaFile, MediaRefused, Unfit, inspect
from dashboard.files.signatures import RAW, in_one_line, signature_of
from dashboard.files.uploads import Uploads
from linkedin_api.reference import limits

IMAGE_AIM_BYTES = 8_000_000  # [I] no limit is published; publishers keep to 5 to 10 MB
log = logging.getLogger(__name__)
PREVIEW_PX = 480
SHAPES = {"1.91:1": "Landscape 1.91:1", "1:1": "Square 1:1", "4:5": "Portrait 4:5"}  # as LinkedIn shows pictures
AGAIN = "it cannot be read to its end. Save it again, or choose another."
EXPORT = "its video cannot be read to its end. Export it as MP4."
WRITE_S = 240.0  # a photo of 48 megapixels on a busy machine, half a gigabyte from and to a slow disk
# What goes into an MP4 without being encoded; the reference names no codec, only MP4 itself.
COPIED = ("h264", "hevc", "av1", "vp9", "mpeg4")
ORIGINAL_TYPES = {
    "heic": "image/heic",
    "avif": "image/avif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "jpeg2000": "image/jp2",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "m4v": "video/x-m4v",
    "3gp": "video/3gpp",
    "webm": "video/x-matroska",
    "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv",
    "flv": "video/x-flv",
    "mpeg": "video/mpeg",
    "mpegts": "video/mp2t",
}


def fit(uploads: Uploads, stream: BinaryIO, *, kind: str, name: str, clean: bool = True) -> MediaFile:
    """Keep a chosen file and what is to be sent of it: the same bytes where LinkedIn takes them.

    clean: without place, time and camera. A film that must be encoded comes back with is_ready False, and
    conversions.py does that. Raises: MediaRefused, UploadRefused.
    """
    shown = in_one_line(name)
    return uploads.keep_if(stream, lambda path, sha256: _fitted(uploads, path, sha256, kind, shown, clean=clean))


def refit(uploads: Uploads, file: MediaFile, *, clean: bool, shape: str = "", offset: float = 0.5) -> MediaFile:
    """The file made anew from the one that was chosen; shape is one of SHAPES, "" for all of the picture.

    Without either the file that was chosen is sent as it is, where LinkedIn takes it. offset: 0 keeps the left or upper
    end of the picture, 1 the other. Raises: MediaRefused, UploadRefused, SQLAlchemyError.
    """
    sha256 = file.original_sha256 or file.sha256
    return _fitted(
        uploads, _chosen(uploads, file), sha256, file.kind, file.name, clean=clean, shape=shape, offset=offset
    )


def crop_preview(uploads: Uploads, file: MediaFile, shape: str, offset: float) -> bytes:
    """A small JPEG of the part of the chosen picture that refit() would keep. Raises: as refit()."""
    path = _chosen(uploads, file)
    with uploads.part() as target:
        words = (str(target), shape, str(offset), str(PREVIEW_PX))
        seen("crop_preview", path, file.name, *words, damaged=AGAIN, wait_s=WRITE_S)
        return target.read_bytes()


def _chosen(uploads: Uploads, file: MediaFile) -> Path:
    path = uploads.path(file.original_sha256 or file.sha256)
    if not path.is_file():
        raise MediaRefused(f"{file.name} as it was chosen is no longer kept. Remove it and choose it again.")
    return path


def _fitted(
    uploads: Uploads,
    path: Path,
    sha256: str,
    kind: str,
    name: str,
    *,
    clean: bool,
    shape: str = "",
    offset: float = 0.5,
) -> MediaFile:
    """The checked file; raises MediaRefused."""
    signature = signature_of(path)
    original: dict[str, Any] = {
        "original_sha256": sha256,
        "original_type": ORIGINAL_TYPES.get(signature.name, ""),
        "original_bytes": path.stat().st_size,
    }
    how = {"clean": clean, "shape": shape, "offset": offset}
    if shape:
        if kind != "image" or signature.name == "gif":
            raise MediaRefused(f"{name} is a GIF or no picture: no part of it can be cut out here.")
        return _picture(uploads, path, name, original, how)
    try:
        found = inspect(path, kind=kind, name=name, sha256=sha256)
    except Unfit:
        make = _new_film if kind == "video" else _picture
        return make(uploads, path, name, original, how)
    if not (clean and found.private):
        return found
    try:
        return (_film if kind == "video" else _cleaned)(uploads, path, found, original)
    except MediaRefused as error:  # it is taken as it is; the line beside it says that this is published with it
        log.warning("What a file says of itself was not taken out: %s", error)
        return found


def _cleaned(uploads: Uploads, path: Path, found: MediaFile, original: dict[str, Any]) -> MediaFile:
    """A JPEG, PNG or GIF without what it says of itself, pixel for pixel the same. Raises: MediaRefused."""
    with uploads.part() as target:
        seen("clean", path, found.name, str(target), damaged=AGAIN)
        made = _kept(uploads, target, found.kind, found.name)
    return replace(made, **original, private=found.private, clean=True)


def _picture(uploads: Uploads, path: Path, name: str, original: dict[str, Any], asked: dict[str, Any]) -> MediaFile:
    """A JPEG, PNG or GIF of a picture, or of a part of it."""
    told = {
        "pixels_below": limits.IMAGE_PIXELS_BELOW,
        "frames_max": limits.GIF_FRAMES_MAX,
        "bytes_max": IMAGE_AIM_BYTES,
        **asked,
    }
    with uploads.part() as target:
        found = seen("write_picture", path, name, str(target), json.dumps(told), damaged=AGAIN, wait_s=WRITE_S)
        if problem := found.get("problem"):
            raise MediaRefused(f"{name} {PROBLEMS[problem]}")
        made = _kept(uploads, target, "image", name)
    said: dict[str, Any] = {"private": tuple(found["private"]), "changed": tuple(found["changed"])}
    return replace(made, **original, **asked, **said)


PROBLEMS = {
    "raw": f"is {RAW}. LinkedIn takes PNG, JPG and GIF pictures; export it as JPG and choose that.",
    "pixels": "has more pixels than can be scaled down here (250 million). Make it smaller.",
}


def _new_film(uploads: Uploads, path: Path, name: str, original: dict[str, Any], asked: dict[str, Any]) -> MediaFile:
    """An MP4 with the streams of a film; the film as it is when it must be encoded first. Raises: MediaRefused."""
    # It need not be large enough yet: only what is made of it is sent.
    size_bytes = max(original["original_bytes"], limits.VIDEO_MIN_BYTES)
    facts = media.film_facts(path, name, size_bytes, media.FILM_FORMATS[signature_of(path).name])
    found = MediaFile(
        original["original_sha256"],
        name,
        "video",
        original["original_type"],
        original["original_bytes"],
        clean=asked["clean"],
        **facts,
    )
    if found.codec not in COPIED:
        return found
    try:
        made = _film(uploads, path, found, original)
    except MediaRefused as error:  # encoding needs less of it to be as it should
        log.warning("A film cannot be copied into an MP4 and will be encoded: %s", error)
        return found
    return replace(made, clean=found.clean, changed=("became an MP4, with nothing encoded anew",))


def _film(uploads: Uploads, path: Path, found: MediaFile, original: dict[str, Any]) -> MediaFile:
    """An MP4 with the streams of a film, without what it says of itself unless that was asked for."""
    container = media.FILM_FORMATS.get(signature_of(path).name, "mov")
    clean = found.clean or found.is_ready  # of an MP4 that LinkedIn takes, only that is to be changed
    told = json.dumps(film_task(found.duration_s or 0, clean=clean, encode=False))
    with uploads.part() as target:
        written = seen("write_film", path, found.name, container, str(target), told, damaged=EXPORT, wait_s=WRITE_S)
        if written.get("problem"):
            raise MediaRefused(f"{found.name} would be too large as an MP4. Compress it.")
        return kept_film(uploads, target, replace(found, clean=clean))


def film_task(duration_s: float, *, clean: bool, encode: bool) -> dict[str, Any]:
    """What the child process is told about an MP4 to write."""
    return {"encode": encode, "clean": clean, "bytes_max": limits.VIDEO_MAX_BYTES, "duration_s": duration_s}


def kept_film(uploads: Uploads, path: Path, of: MediaFile) -> MediaFile:
    """The MP4 that was made of a film, checked and kept. Raises: MediaRefused, UploadRefused."""
    missing = limits.VIDEO_MIN_BYTES - path.stat().st_size
    if missing > 0:  # a short film of little movement; players skip a box of this name
        with path.open("ab") as file:
            file.write(struct.pack(">L4s", missing + 8, b"free") + bytes(missing))
    made = _kept(uploads, path, "video", of.name)
    original = {
        "original_sha256": of.sha256,
        "original_type": of.content_type,
        "original_bytes": of.size_bytes,
    }
    return replace(made, **original, private=of.private, clean=of.clean)  # type: ignore[arg-type]


def _kept(uploads: Uploads, path: Path, kind: str, name: str) -> MediaFile:
    """What was made, checked as every file is."""
    with path.open("rb") as stream:
        return uploads.keep_if(stream, lambda part, sha256: inspect(part, kind=kind, name=name, sha256=sha256))
