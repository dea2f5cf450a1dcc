"""What an uploaded file really is: judged by its content, never by its name. Pictures and videos are read here."""

from __future__ import annotations

import logging
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
from PIL import Image, UnidentifiedImageError

from dashboard.documents import read_captions, read_document
from dashboard.signatures import MediaRefused as MediaRefused
from dashboard.signatures import signature_of
from linkedin_api import limits

logging.getLogger("libav").setLevel(logging.CRITICAL)  # its words about broken files are for us to say
IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif"}
IMAGE_ENDINGS, VIDEO_ENDINGS = ["png", "jpg", "jpeg", "gif"], ["mp4"]
DOCUMENT_ENDINGS, CAPTION_ENDINGS = ["pdf", "ppt", "pptx", "doc", "docx"], ["vtt", "srt"]


@dataclass(frozen=True)
class MediaFile:
    """A checked file on disk, named by the SHA-256 of its bytes."""

    sha256: str
    name: str
    kind: str  # image | video | document | captions
    content_type: str
    size_bytes: int
    width_px: int  # of a PDF: its first page at 96 dots per inch; 0 where nothing has a width
    height_px: int
    duration_s: float | None = None
    pages: int | None = None  # of a PDF or PPTX; the others do not tell before they are drawn

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def about(self) -> str:
        """Size and shape in one line, for people."""
        size = size_in_words(self.size_bytes)
        if self.kind in ("document", "captions"):
            pages = f"{self.pages:,} page{'' if self.pages == 1 else 's'} · " if self.pages is not None else ""
            return pages + size
        length = f" · {self.duration_s:.1f} s" if self.duration_s is not None else ""
        return f"{self.width_px:,} × {self.height_px:,} px{length} · {size}"


def size_in_words(size_bytes: int) -> str:
    """A file's size: "1.2 MB", "3.4 kB" or "44 bytes"."""
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e5 else f"{size_bytes / 1e3:.1f} kB"


def inspect(path: Path, *, kind: str, name: str, sha256: str) -> MediaFile:
    """The checked file; kind is image, video, document or captions.

    Raises: MediaRefused with one sentence for the person who chose it.
    """
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise MediaRefused(f"{name} is empty (0 bytes). Choose another file.")
    read = {"image": _image, "video": _video, "document": read_document, "captions": read_captions}[kind]
    return MediaFile(sha256=sha256, name=name, kind=kind, size_bytes=size_bytes, **read(path, name, size_bytes))


def _image(path: Path, name: str, _size: int) -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked next
            image = Image.open(path, formats=["PNG", "JPEG", "GIF"])
    except Image.DecompressionBombError:
        raise MediaRefused(f"{name} has far too many pixels for LinkedIn. Make it smaller.") from None
    except (UnidentifiedImageError, OSError):
        what = signature_of(path).words
        raise MediaRefused(
            f"{name} is {what or 'no picture that can be read'}. LinkedIn takes PNG, JPG and GIF pictures; "
            f"choose one of these."
        ) from None
    with image:
        width, height = image.size
        if width * height >= limits.IMAGE_PIXELS_BELOW:
            raise MediaRefused(
                f"{name} has {width * height:,} pixels ({width:,} × {height:,}); LinkedIn takes fewer than "
                f"{limits.IMAGE_PIXELS_BELOW:,}. Make it smaller."
            )
        _read_whole(image, name)
        return {"content_type": IMAGE_TYPES[str(image.format)], "width_px": width, "height_px": height}


def _read_whole(image: Image.Image, name: str) -> None:
    """Decode every frame, so that a damaged file is found here and not at LinkedIn."""
    frames = getattr(image, "n_frames", 1) if image.format == "GIF" else 1
    if frames > limits.GIF_FRAMES_MAX:
        raise MediaRefused(
            f"{name} has {frames} frames; LinkedIn takes GIFs of up to {limits.GIF_FRAMES_MAX}. Shorten it."
        )
    try:
        image.draft("L", (image.width // 8, image.height // 8))  # JPEG: an eighth of the memory
        for frame in range(frames):
            image.seek(frame)
            image.load()
    except (OSError, SyntaxError, EOFError, ValueError):
        raise MediaRefused(
            f"{name} is damaged or cut off: it cannot be read to its end. Save it again, or choose another."
        ) from None


def _video(path: Path, name: str, size_bytes: int) -> dict[str, Any]:
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.video), None)
            found = (
                container.format.name,
                container.metadata.get("major_brand", "").strip(),
                container.duration,
            )
            shape = (stream.width, stream.height, stream.codec_context.name) if stream else None
    except (av.FFmpegError, OSError, ValueError):
        what = signature_of(path).words
        if what in ("an MP4 video", "a MOV video"):
            raise MediaRefused(f"{name} is damaged or cut off: its video cannot be read. Export it again.") from None
        raise MediaRefused(
            f"{name} is {what or 'no video that can be read'}. LinkedIn takes MP4 videos; choose one."
        ) from None
    formats, brand, duration_us = found
    if "mp4" not in formats or brand == "qt" or shape is None:
        what = "a MOV video" if brand == "qt" else signature_of(path).words or f"a {formats.split(',')[0]} file"
        what = f"{what} without pictures" if shape is None and "mp4" in formats else what
        raise MediaRefused(f"{name} is {what}. LinkedIn takes MP4 videos; export it as MP4.")
    duration_s = (duration_us or 0) / 1_000_000
    _check_video(name, size_bytes, duration_s)
    return {
        "content_type": "video/mp4",
        "width_px": shape[0],
        "height_px": shape[1],
        "duration_s": duration_s,
    }


def _check_video(name: str, size_bytes: int, duration_s: float) -> None:
    if duration_s < limits.VIDEO_MIN_S:
        raise MediaRefused(
            f"{name} is {duration_s:.1f} seconds long; LinkedIn takes videos from {limits.VIDEO_MIN_S} seconds. "
            f"Choose a longer one."
        )
    if duration_s > limits.VIDEO_MAX_S:
        raise MediaRefused(
            f"{name} is {duration_s / 60:.0f} minutes long; LinkedIn takes up to {limits.VIDEO_MAX_S // 60}. "
            f"Shorten it."
        )
    if size_bytes < limits.VIDEO_MIN_BYTES:
        raise MediaRefused(
            f"{name} is {size_bytes / 1e3:.0f} kB; LinkedIn takes videos from {limits.VIDEO_MIN_BYTES / 1e3:.0f} kB. "
            f"Export it in a higher quality."
        )
    if size_bytes > limits.VIDEO_MAX_BYTES:
        raise MediaRefused(
            f"{name} is {size_bytes / 1e6:,.0f} MB; LinkedIn takes up to {limits.VIDEO_MAX_BYTES / 1e6:,.0f} MB. "
            f"Compress it."
        )
