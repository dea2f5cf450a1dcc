"""What an uploaded document or caption file really is: PDF, PPT, PPTX, DOC, DOCX, WebVTT or SubRip."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.files.inspection import seen
from dashboard.files.signatures import MediaRefused, signature_of
from linkedin_api.content.subrip import SRT_TYPE, WEBVTT_TYPE, as_srt, is_webvtt
from linkedin_api.reference import limits

PDF, PPT, PPTX, DOC, DOCX = (
    "application/pdf",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
CAPTIONS_MAX_BYTES = 1_000_000  # our own bound: ten hours of speech are half of it
TAKES = "LinkedIn takes PDF, PPT, PPTX, DOC and DOCX documents"
SLIDE = re.compile(r"ppt/slides/slide\d+\.xml", re.IGNORECASE)
CUE = r"(?:\d+:)?\d\d?:\d\d[.,]\d{1,3}[ \t]+-->[ \t]+(?:\d+:)?\d\d?:\d\d[.,]\d{1,3}"


def read_document(path: Path, name: str, size_bytes: int) -> dict[str, Any]:
    """A document's type, pages and first page's size, as fields of MediaFile. Raises: MediaRefused."""
    if size_bytes > limits.DOCUMENT_MAX_BYTES:
        raise MediaRefused(
            f"{name} is {size_bytes / 1e6:,.1f} MB; LinkedIn takes documents of up to "
            f"{limits.DOCUMENT_MAX_BYTES / 1e6:,.1f} MB. Make its pictures smaller, or split it."
        )
    found = signature_of(path)
    readers = {"zip": _zipped, "ole": _compound, "pdf": _pdf}
    if found.name not in readers:
        raise MediaRefused(f"{name} is {found.words or 'no document that can be read'}. {TAKES}; choose one of these.")
    return readers[found.name](path, name)


def _pdf(path: Path, name: str) -> dict[str, Any]:
    found = _seen("look", path, name)
    _check_pages(name, found["pages"], "pages")
    return _fields(PDF, found["pages"], found)


def _zipped(path: Path, name: str) -> dict[str, Any]:
    parts = _seen("zip", path, name)["names"]
    folders = {part.partition("/")[0].lower() for part in parts if "/" in part}
    if "[Content_Types].xml" not in parts or not folders & {"ppt", "word"}:
        what = "an Excel workbook" if "xl" in folders else "a ZIP file"
        what = "an OpenDocument file" if "content.xml" in parts else what
        raise MediaRefused(f"{name} is {what}. {TAKES}; save it as PDF and choose that.")
    if "ppt" not in folders:
        return _fields(DOCX)
    slides = sum(1 for part in parts if SLIDE.fullmatch(part))
    _check_pages(name, slides, "slides")
    # A program may name its slides otherwise; then nobody knows how many there are.
    return _fields(PPTX, slides or None)


def _compound(path: Path, name: str) -> dict[str, Any]:
    streams = set(_seen("ole", path, name)["names"])
    if "powerpoint document" in streams:
        return _fields(PPT)
    if "worddocument" in streams:
        return _fields(DOC)
    what = "an Excel workbook" if streams & {"workbook", "book"} else "no PowerPoint or Word file"
    raise MediaRefused(f"{name} is {what}. {TAKES}; save it as PDF and choose that.")


def _seen(task: str, path: Path, name: str) -> dict[str, Any]:
    """What the child process finds in a document. Raises: MediaRefused."""
    again = "no page of it can be read. Save or export it again, or choose another."
    found = seen(task, path, name, damaged=again)
    if found.get("problem") == "password":
        purpose = "read" if task == "look" else "opened"
        raise MediaRefused(f"{name} needs a password to be {purpose}. Save a copy without one and choose that.")
    return found


def _check_pages(name: str, count: int, what: str) -> None:
    if count > limits.DOCUMENT_PAGES_MAX:
        raise MediaRefused(
            f"{name} has {count:,} {what}; LinkedIn takes documents of up to {limits.DOCUMENT_PAGES_MAX}. "
            f"Shorten it, or split it."
        )


def _fields(content_type: str, pages: int | None = None, shape: Mapping[str, int] | None = None) -> dict[str, Any]:
    width_px, height_px = (shape["width_px"], shape["height_px"]) if shape else (0, 0)
    return {"content_type": content_type, "width_px": width_px, "height_px": height_px, "pages": pages}


def read_captions(path: Path, name: str, size_bytes: int) -> dict[str, Any]:
    """A caption file's type, as fields of MediaFile. Raises: MediaRefused."""
    if size_bytes > CAPTIONS_MAX_BYTES:
        raise MediaRefused(f"{name} is {size_bytes / 1e6:.1f} MB, too large for captions. Choose a WebVTT or SRT file.")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        found = signature_of(path)
        raise MediaRefused(
            f"{name} is {found.words}. Choose a WebVTT or SRT file."
            if found.kind not in ("", "captions")
            else f"{name} is not UTF-8 text. Save it as UTF-8 in the program that made it, and choose it again."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_webvtt(text) and not re.match(rf"\n*[ \t]*\d+[ \t]*\n[ \t]*{CUE}", text):
        raise MediaRefused(f"{name} holds no WebVTT or SubRip captions. Export them as .vtt or .srt and choose that.")
    if not re.search(rf"^[ \t]*{CUE}", text, re.MULTILINE):
        raise MediaRefused(f"{name} holds no caption with a time. Export the captions again.")
    try:
        as_srt(content)  # as it will be sent
    except ValueError as error:
        raise MediaRefused(f"{name} cannot be sent. {error} Export the captions again.") from None
    content_type = WEBVTT_TYPE if is_webvtt(text) else SRT_TYPE
    return {"content_type": content_type, "width_px": 0, "height_px": 0}
