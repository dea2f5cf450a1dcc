"""Which files a draft may have: for each field of the draft that holds some, what its uploader takes and asks for."""

from __future__ import annotations

from dataclasses import dataclass

from linkedin_api.reference import limits
from zernio_api import limits as zernio


@dataclass(frozen=True)
class FileField:
    """An uploader in the form: the field of the draft that it fills, and what it takes."""

    field: str
    label: str
    kind: str
    about: str
    many: bool = False
    alt_text: bool = False
    title: str = ""  # its placeholder; empty: no title is asked for
    through_zernio: str = ""  # about, where Zernio takes something else; empty: the same
    max_mb: int = limits.VIDEO_MAX_BYTES >> 20  # more is not uploaded at all; of most kinds the checks say more


PICTURES = "PNG, JPG or GIF; HEIC, WebP, AVIF, TIFF and BMP become one of these"
LENGTH = f"{limits.VIDEO_MIN_S} seconds to {limits.VIDEO_MAX_S // 60} minutes"
FILM = f"MP4; other films become one. {LENGTH}, 75 kB to 500 MB"
PAGES = f"up to 100 MB and {limits.DOCUMENT_PAGES_MAX} pages"
IMAGES = FileField(
    "images",
    "Media",
    "image",
    f"{PICTURES}.",
    many=True,
    alt_text=True,
    through_zernio=f"{PICTURES}. Up to {zernio.IMAGE_MAX_BYTES >> 20} MB each.",
)
VIDEO = FileField(
    "video",
    "Media",
    "video",
    f"{FILM}.",
    title="Optional",
    through_zernio=f"{FILM}; of a member up to {zernio.VIDEO_MAX_S['person'] // 60} minutes.",
)
CAPTIONS = FileField(
    "captions",
    "Captions",
    "captions",
    "English, as LinkedIn takes no others; SRT or WebVTT. The rest dialect sends them.",
    through_zernio=f"English, as LinkedIn takes no others; SRT or WebVTT, up to {zernio.CAPTIONS_MAX_BYTES >> 20} MB.",
)
COVER = FileField(
    "cover",
    "Cover",
    "image",
    f"{PICTURES}; the rest dialect sends it.",
    through_zernio=f"JPG or PNG, up to {zernio.COVER_MAX_BYTES >> 20} MB.",
)
DOCUMENT = FileField(
    "document",
    "Media",
    "document",
    f"PDF, PPT, PPTX, DOC or DOCX; {PAGES}.",
    title="Needed",
    through_zernio=f"PDF, {PAGES}; Zernio takes no Word and no PowerPoint.",
    max_mb=limits.DOCUMENT_MAX_BYTES >> 20,
)
THUMBNAIL = FileField("thumbnail", "Picture of the article", "image", f"{PICTURES}; the rest dialect sends it.")
