"""Reads the captions of a video: a form of `metadata` (JSON) and `file` (SubRip), as LinkedIn documents it. [D]"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import Message
from typing import Any

from starlette.requests import Request

from sandbox.protocol.errors import refused
from sandbox.protocol.schema import Checker

FORM = "multipart/form-data"
MAX_BYTES = 1 << 20  # [I] of the whole form; half an hour of speech needs less than a tenth
# [D] the names; [I] that only `format` is needed, and that another format or language is refused
TEXTS = ("source", "transcriptType")
SWITCHES = ("formattedForEasyReader", "largeText")
LOCALE = ("variant", "country", "language")


async def read_captions(request: Request, chunks: AsyncIterator[bytes]) -> bytes:
    """The bytes of the part `file`. Raises ApiError 400 for another form of request, 413, and 422 for its metadata."""
    if request.method != "POST" or not request.headers.get("content-type", "").lower().startswith(FORM):
        raise refused("no_captions_form")
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise refused("too_large")
    parts = _parts(request.headers["content-type"], bytes(body))
    for name in ("metadata", "file"):
        if name not in parts:
            raise refused("missing", name)  # [I]
    _check(parts["metadata"])
    return parts["file"]


def _parts(content_type: str, body: bytes) -> dict[str, bytes]:
    try:
        form = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    except RecursionError:  # forms inside forms
        raise refused("no_captions_form") from None
    parts = form.get_payload()
    if not form.is_multipart() or not isinstance(parts, list):
        raise refused("no_captions_form")
    whole = (part for part in parts if isinstance(part, Message))
    found = ((part.get_param("name", header="content-disposition"), part.get_payload(decode=True)) for part in whole)
    return {name: data for name, data in found if isinstance(name, str) and isinstance(data, bytes)}


def _check(metadata: bytes) -> None:
    try:
        document: Any = json.loads(metadata)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise refused("no_captions_metadata")
    check = Checker(document)
    check.only(("format", "locale", *TEXTS, *SWITCHES))
    check.symbol("/format", ("SRT",))
    for name in TEXTS:
        check.get(f"/{name}", str, required=False)
    for name in SWITCHES:
        check.get(f"/{name}", bool, required=False)
    language = "EN"
    if check.get("/locale", dict, required=False):
        check.only(LOCALE, "/locale")
        language = check.get("/locale/language", str)
    check.finish()
    if language.upper() != "EN":
        raise refused("cannot_be", "language", language)  # [D] English only
