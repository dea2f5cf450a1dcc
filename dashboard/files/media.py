"""What an uploaded file really is: judged by its content, never by its name. Pictures and videos are read here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dashboard.files.documents import read_captions, read_document
from dashboard.files.inspection import seen
from dashboard.files.signatures import MediaRefused as MediaRefused
from dashboard.files.signatures import signature_of
from linkedin_api.reference import limits

MP4 = "video/mp4"
IMAGE_NAMES = ("png", "jpeg", "gif")
PICTURE_LIMITS = (str(limits.IMAGE_PIXELS_BELOW), str(limits.GIF_FRAMES_MAX))
CONVERTED_IMAGES = ("heic", "avif", "webp", "bmp", "tiff", "jpeg2000")
IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "GIF": "image/gif"}
NO_FILM = {
    "no pictures": "is sound without pictures. LinkedIn takes MP4 videos; choose one that shows something.",
    "cover": "is sound with a cover picture, no film. LinkedIn takes MP4 videos; export one that shows something.",
    "codec": "is an MP4 whose video codec cannot be read here. Export it as MP4 with H.264 and without encryption.",
}
# What FFmpeg calls the containers that are made into MP4, by our signatures.
FILM_FORMATS = {
    **dict.fromkeys(("mov", "m4v", "3gp"), "mov"),
    "webm": "matroska",
    "avi": "avi",
    "wmv": "asf",
    "flv": "flv",
    "mpeg": "mpeg",
    "mpegts": "mpegts",
}
PLAYED_CODECS = ("", "h264", "vp8", "vp9", "av1")  # by every browser; "" for films that were kept before it was asked


class Unfit(MediaRefused):
    """A file that LinkedIn would not take, but of which fitting.py can make one that it takes."""


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
    codec: str = ""  # of a video, in FFmpeg's words
    private: tuple[str, ...] = ()  # what the file that was chosen says of place, time and camera: ends of a sentence
    # How it was made from the file that was chosen; see fitting.py. All empty when that one is sent as it is.
    original_sha256: str = ""
    original_type: str = ""
    original_bytes: int = 0
    changed: tuple[str, ...] = ()  # what was done, in words that follow the name
    clean: bool = False  # without what `private` says
    shape: str = ""  # of the part that is kept, such as "4:5"
    offset: float = 0.5  # where that part lies: 0 at the left or upper end, 1 at the other

    def __post_init__(self) -> None:
        """Take lists, which JSON gives, as tuples."""
        for name in ("private", "changed"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON keeps them."""
        return asdict(self)

    @property
    def about(self) -> str:
        """Size and shape in one line, for people."""
        size = size_in_words(self.size_bytes)
        if self.kind in ("document", "captions"):
            pages = f"{self.pages:,} page{'' if self.pages == 1 else 's'} · " if self.pages is not None else ""
            return pages + size
        length = f" · {self.duration_s:.1f} s" if self.duration_s is not None else ""
        warning = f" · {self.warning}" if self.warning else ""
        return f"{self.width_px:,} × {self.height_px:,} px{length} · {size}{warning}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent; a film that must be encoded first is not. See conversions.py."""
        return self.kind != "video" or self.content_type in ("", MP4)  # "" of a file that is only named

    @property
    def kept_files(self) -> set[str]:
        """The SHA-256 of what must stay on the disk for it: itself, and the file that was chosen."""
        return {self.sha256, self.original_sha256} - {""}

    @property
    def change_line(self) -> str:
        """What was done to the file that was chosen, as a sentence; "" when it is sent as it is."""
        return f"{self.name} {_listed(self.changed)}." if self.changed else ""

    @property
    def private_line(self) -> str:
        """What the file that was chosen says of place, time and camera, and whether that leaves; "" for nothing."""
        if not self.private:
            return ""
        what = "photo" if self.kind == "image" else "video"
        leaves = "That is taken out." if self.clean else "That is published with it."
        return f"This {what} says {_listed(self.private)}. {leaves}"

    @property
    def warning(self) -> str:
        """What to know about a file that LinkedIn takes; "" for most."""
        return (
            ""
            if self.codec in PLAYED_CODECS or not self.is_ready
            else f"{self.codec.upper()}, of which many browsers show no picture"
        )


def _listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


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
    signature = signature_of(path)
    if signature.name not in IMAGE_NAMES:
        what = signature.words or "no picture that can be read"
        instead = "save it as one of these and choose that" if signature.kind == "image" else "choose one of these"
        refusal = Unfit if signature.name in CONVERTED_IMAGES else MediaRefused
        raise refusal(f"{name} is {what}. LinkedIn takes PNG, JPG and GIF pictures; {instead}.")
    again = f"{signature.words.replace('a ', 'this ', 1)} cannot be read to its end. Save it again, or choose another."
    found = seen("picture", path, name, *PICTURE_LIMITS, damaged=again)
    if "problem" in found:
        scalable = found["problem"] == "pixels" and signature.name != "gif"
        raise (Unfit if scalable else MediaRefused)(f"{name} has {_too_large(found)}")
    said = {"private": found["private"]}
    return {**_shape(found), **said, "content_type": IMAGE_TYPES[found["format"]]}


def _too_large(found: Mapping[str, Any]) -> str:
    if found["problem"] == "frames":
        return f"{found['frames']} frames; LinkedIn takes GIFs of up to {limits.GIF_FRAMES_MAX}. Shorten it."
    takes = f"LinkedIn takes fewer than {limits.IMAGE_PIXELS_BELOW:,}. Make it smaller."
    if found["problem"] == "frame size":
        return f"a frame of more pixels than a picture may have; {takes}"
    width, height = found["width_px"], found["height_px"]
    return f"{width * height:,} pixels ({width:,} × {height:,}); {takes}"


def _video(path: Path, name: str, size_bytes: int) -> dict[str, Any]:
    signature = signature_of(path)
    if signature.name != "mp4":
        what = signature.words or "no video that can be read"
        instead = "export it as MP4" if signature.kind == "video" else "choose one"
        refusal = Unfit if signature.name in FILM_FORMATS else MediaRefused
        raise refusal(f"{name} is {what}. LinkedIn takes MP4 videos; {instead}.")
    return {**film_facts(path, name, size_bytes), "content_type": MP4}


def film_facts(path: Path, name: str, size_bytes: int, container: str = "mov") -> dict[str, Any]:
    """Size, length, codec and what it says of itself, of a film in a container of FFmpeg's. Raises: MediaRefused."""
    found = seen("film", path, name, container, damaged="its video cannot be read to its end. Export it again.")
    if "problem" in found:
        raise MediaRefused(f"{name} {NO_FILM[found['problem']]}")
    _check_video(name, size_bytes, found["duration_s"])
    return {**_shape(found), **{key: found[key] for key in ("duration_s", "codec", "private")}}


def _shape(found: Mapping[str, Any]) -> dict[str, int]:
    return {"width_px": found["width_px"], "height_px": found["height_px"]}


def _check_video(name: str, size_bytes: int, duration_s: float) -> None:
    least_s, least_kb, most_mb = limits.VIDEO_MIN_S, limits.VIDEO_MIN_BYTES / 1e3, limits.VIDEO_MAX_BYTES / 1e6
    # Rounded away from the limit, which a number must not seem to keep.
    if duration_s < least_s:
        short_s = math.floor(duration_s * 10) / 10
        said = f"{short_s:.1f} seconds long; LinkedIn takes videos from {least_s} seconds. Choose a longer one."
    elif duration_s > limits.VIDEO_MAX_S:
        long_min = math.ceil(duration_s / 6) / 10
        said = f"{long_min:g} minutes long; LinkedIn takes up to {limits.VIDEO_MAX_S // 60}. Shorten it."
    elif size_bytes < limits.VIDEO_MIN_BYTES:
        small_kb = math.floor(size_bytes / 1e3)
        said = f"{small_kb} kB; LinkedIn takes videos from {least_kb:.0f} kB. Export it in a higher quality."
    elif size_bytes > limits.VIDEO_MAX_BYTES:
        said = f"{math.ceil(size_bytes / 1e6):,} MB; LinkedIn takes up to {most_mb:,.0f} MB. Compress it."
    else:
        return
    raise MediaRefused(f"{name} is {said}")
