"""Pictures of a kept PDF's pages, for cards and previews; each is drawn once and lies beside the upload."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from pathlib import Path

from dashboard.files.signatures import signature_of
from dashboard.files.uploads import Uploads
from dashboard.untrusted import isolated
from linkedin_api.reference import limits

DRAW_S = 10.0
TRY_AGAIN_S = 600
_drawing = threading.Lock()


class NoPagePicture(ValueError):
    """There is no picture of this page; the message says why."""


class PageWaits(NoPagePicture):
    """Other pages were drawn for as long as there was time to wait."""

    def __init__(self) -> None:
        super().__init__("Pages of other documents are being drawn. Look again in a minute.")


def page_picture(uploads: Uploads, sha256: str, number: int) -> Path:
    """A JPEG of page 1, 2, … of a kept PDF: at most 1,110 px wide and 2 megapixels, whatever the page's shape.

    Raises: NoPagePicture; ValueError for anything but a SHA-256.
    """
    if not 0 < number <= limits.DOCUMENT_PAGES_MAX:
        raise NoPagePicture(f"The document has no page {str(number)[:9]}. Choose another page.")
    if not uploads.has(sha256):
        raise NoPagePicture("The document is no longer kept. Choose the file again.")
    picture = uploads.picture_path(sha256, number)
    if _is_drawn(picture):
        return picture
    pdf = uploads.path(sha256)  # which may have to be brought here first
    if not pdf.is_file():
        raise NoPagePicture("The document is no longer kept. Choose the file again.")
    ends_at = time.monotonic() + DRAW_S
    if not _drawing.acquire(timeout=DRAW_S):
        raise PageWaits
    try:
        if not _is_drawn(picture):  # somebody else may have, meanwhile
            _draw(pdf, number, picture, ends_at)
    finally:
        _drawing.release()
    return picture


def _is_drawn(picture: Path) -> bool:
    """Raises: NoPagePicture when drawing it has failed a moment ago, as it may take ten seconds to fail again."""
    try:
        state = picture.stat()
    except FileNotFoundError:
        return False
    if state.st_size:
        return True
    if time.time() - state.st_mtime < TRY_AGAIN_S:
        raise _undrawable(picture)
    return False


def _undrawable(picture: Path) -> NoPagePicture:
    number = picture.stem.rpartition(".p")[2]
    return NoPagePicture(f"Page {number} cannot be drawn here. LinkedIn may still show it; check the post there.")


def _draw(pdf: Path, number: int, picture: Path, ends_at: float) -> None:
    if signature_of(pdf).name != "pdf":
        raise NoPagePicture("Only pages of a PDF can be drawn. Save the document as PDF to see them.")
    left_s = ends_at - time.monotonic()
    part = picture.with_name(f"{secrets.token_hex(8)}.part")
    try:
        part.touch(mode=0o600)
        drawn = isolated.ask("draw", pdf, str(number), part, timeout_s=left_s)
        if "problem" in drawn:
            raise NoPagePicture(f"The document has no page {number} that can be read. Choose another page.")
        part.replace(picture)
    except isolated.Busy:
        raise PageWaits from None
    except isolated.Failed as error:
        if isinstance(error, isolated.TooMuch) and left_s < DRAW_S / 2:  # waiting took the time that it may need
            raise PageWaits from None
        picture.touch(mode=0o600)
        raise _undrawable(picture) from None
    except OSError:
        raise NoPagePicture(f"The folder {picture.parent} cannot be written. Check that it belongs to you.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
