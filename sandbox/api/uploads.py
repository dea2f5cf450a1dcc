"""The upload host: writes whole files, parts of videos, captions and thumbnails to disk as they are received."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.api.captions import read_captions
from sandbox.http.fault_injection import check_faults, late
from sandbox.http.gateway import Call
from sandbox.http.request import bearer
from sandbox.model.assets import Asset, Receipt
from sandbox.model.file_writer import DOCUMENTS, SRT, FileWriter, TooLargeError, join_files, sniff_file
from sandbox.model.state import Sandbox
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.evidence import told

WHOLE = {"STILLIMAGE": "uploaded-image", "VIDEO": "uploaded-video", "DOCUMENT": "ads-uploadedDocument"}  # [C]
IMAGES = ("image/",)
# The content types that an upload may have, by its kind; captions and thumbnails belong to a video.
TAKES = {
    "STILLIMAGE": IMAGES,
    "VIDEO": ("video/",),
    "DOCUMENT": tuple(content_type for content_type, _ in DOCUMENTS),
    "captions": SRT[:1],  # [D] SubRip only
    "thumbnail": IMAGES,
}
DOCUMENT_MAX_BYTES = 100 * 1024 * 1024  # [D] says 100 MB
BAD_TYPE = "<html><head><title>400 Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART_FORM = "multipart/"
FAMILY_HEADER = "media-type-family"
CLIENT_GONE = 499


@dataclass(frozen=True)
class Arrived:
    """A file that was received whole, still under a temporary name; the other names are those of Asset."""

    path: Path
    content_type: str
    extension: str
    size_bytes: int
    sha256: str


def upload_url(asset: Asset, call: Call, what: str = "", number: int = 0) -> str:
    """The URL to send a whole file to, or its "part" (they count from 0), "captions" or "thumbnail".

    Its signature is the permission.
    """
    what = what or WHOLE[asset.family]
    path = f"/dms-uploads/sp/v2/{asset.id}/{what}/B56Z{call.sandbox.identity.sign(asset.id)[:12]}/{number}"
    ticket = _ticket(call.sandbox, asset, what, number)
    return f"{call.base_url}{path}?ca=vector_feedshare&cn=uploads&sync=0&v=beta&ut={ticket}"


def seal(sandbox: Sandbox, asset: Asset, etags: list[Any]) -> None:
    """Join the parts of a video in the order of their ids, once; a video that is joined already is not changed. [I]

    Whatever address took a part [C]: its id alone places it. Reads the whole file: do not call it in the event loop.
    Raises: ApiError 400 for an id that is wrong, missing or used twice, or when the upload URLs are too old.
    """
    with sandbox.assets.sealing(asset.id):
        current = sandbox.assets.get(asset.id)
        if current is None:
            raise refused("no_entity")
        parts = _listed(sandbox, current, etags)
        if current.uploaded_at is not None:
            return
        if sandbox.assets.expired(current):
            raise refused("expired_url")  # [I]
        _join(sandbox, current, parts)


def _listed(sandbox: Sandbox, asset: Asset, etags: list[Any]) -> list[Receipt]:
    found = [sandbox.assets.receipt(asset, etag) for etag in etags if isinstance(etag, str)]
    parts = [receipt for receipt in found if receipt]
    # [I] Fewer ids than instructions are enough where a client has cut larger parts, and not where one is missing.
    short = len(parts) < asset.part_count and sum(part.size_bytes for part in parts) < (asset.declared_bytes or 0)
    if not parts or len(parts) != len(etags) or len(set(etags)) != len(etags) or short:
        raise refused("unsigned_parts")
    return parts


def _join(sandbox: Sandbox, asset: Asset, parts: list[Receipt]) -> None:
    folder = sandbox.assets.folder
    path = folder / f"{asset.id}.parts"
    size_bytes, sha256 = join_files([folder / part.file for part in parts], path)
    content_type, extension = sniff_file(path)
    arrived = Arrived(path, content_type, extension, size_bytes, sha256)
    # [C] A part of the wrong length is accepted, and the processing of the video fails later.
    whole = size_bytes == asset.declared_bytes
    _finish(sandbox, asset, arrived, whole=whole and content_type.startswith(TAKES[asset.family]))
    sandbox.assets.drop_parts(asset)


def _finish(sandbox: Sandbox, asset: Asset, arrived: Arrived, *, whole: bool = True) -> None:
    failed = not whole or sandbox.faults.take("finish", ["processing_fails"]) is not None
    facts = vars(arrived) | {"uploaded_at": sandbox.clock(), "failed": failed}
    facts.pop("path").rename(sandbox.assets.path(replace(asset, extension=arrived.extension)))
    sandbox.assets.change(asset.id, lambda current: replace(current, **facts))


async def upload(request: Request) -> Response:
    """Receive one file or one part: 201, or 200 with an ETag."""
    sandbox: Sandbox = request.app.state.sandbox
    chunks = request.stream()
    try:
        response = await _upload(sandbox, request, chunks)
    except ApiError as error:
        await _drain(chunks)
        response = error.response()
    except ClientDisconnect:
        return Response(status_code=CLIENT_GONE)
    return await late(sandbox, request, "upload", response)


async def _upload(sandbox: Sandbox, request: Request, chunks: AsyncIterator[bytes]) -> Response:
    check_faults(sandbox, request, "upload", refused("not_permitted", "assets.UPLOAD.NO_VERSION"))  # [I] the name
    asset, what = _asked_for(sandbox, request)
    # [C] Images need the token; parts of videos do not. [I] Documents do; videos in one piece, captions and
    # thumbnails do not.
    if asset.family != "VIDEO" and bearer(sandbox, request).sub != asset.owner:
        raise refused("foreign_upload")
    content_type = request.headers.get("content-type", "").lower()  # [C] none is needed
    if content_type.startswith(URLENCODED) and TAKES[what if what in TAKES else asset.family] == IMAGES:
        await _drain(chunks)
        return HTMLResponse(BAD_TYPE, 400)  # [C] the page, live; [I] that this type is what it was for
    if sandbox.assets.expired(asset):
        raise refused("expired_url")
    if int(request.headers.get("content-length", 0)) > _max_bytes(sandbox, asset):
        raise refused("too_large")
    if what == "captions":
        return await _take_side(sandbox, asset, what, _once(await read_captions(request, chunks)))
    if content_type.startswith(MULTIPART_FORM):
        raise refused("wrong_type")  # [I]
    if what == "part":
        return await _take_part(sandbox, asset, chunks)
    if what == "thumbnail":
        return await _take_side(sandbox, _coverable(asset, request), what, chunks)
    return await _take_file(sandbox, asset, chunks)


async def _take_file(sandbox: Sandbox, asset: Asset, chunks: AsyncIterator[bytes]) -> Response:
    async with _arriving(sandbox, asset, asset.family, chunks) as arrived:
        _finish(sandbox, asset, arrived)
    return Response(status_code=201)


async def _take_side(sandbox: Sandbox, asset: Asset, what: str, chunks: AsyncIterator[bytes]) -> Response:
    async with _arriving(sandbox, asset, what, chunks) as arrived:
        name = f"{asset.id}_{what}{arrived.extension}"
        arrived.path.rename(sandbox.assets.folder / name)
        known: dict[str, Any] = {f"{what}_path": f"/media/{name}"}
        sandbox.assets.change(asset.id, lambda current: replace(current, **known))
    return Response(status_code=201)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _coverable(asset: Asset, request: Request) -> Asset:
    # [D] the header, and that a cover cannot be set later; [I] that a request without the header is taken
    if request.headers.get(FAMILY_HEADER, "STILLIMAGE") != "STILLIMAGE":
        raise refused("wrong_type")
    if asset.uploaded_at is not None:
        raise refused("already_complete")
    return asset


async def _take_part(sandbox: Sandbox, asset: Asset, chunks: AsyncIterator[bytes]) -> Response:
    if asset.uploaded_at is not None:
        raise refused("already_complete")
    token = secrets.token_urlsafe(24)
    etag, name = f"/ambry-video/signedId/AQ{token}.bin", f"{asset.id}.{token}.part"  # [C] the form of the ETag
    async with _received(sandbox, asset, chunks, hashed=False) as (path, writer):
        path.rename(path.with_name(name))
        sandbox.assets.keep_part(asset, Receipt(etag, name, writer.size_bytes))
    lost = sandbox.faults.take("part", ["etag_lost"])
    return Response(status_code=200, headers={} if lost else {"etag": etag})


@asynccontextmanager
async def _arriving(sandbox: Sandbox, asset: Asset, what: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[Arrived]:
    async with _received(sandbox, asset, chunks) as (path, writer):
        content_type, extension = await asyncio.to_thread(sniff_file, path)
        if not content_type.startswith(TAKES[what]):
            raise refused("wrong_type")
        yield Arrived(path, content_type, extension, writer.size_bytes, writer.sha256)


@asynccontextmanager
async def _received(
    sandbox: Sandbox, asset: Asset, chunks: AsyncIterator[bytes], *, hashed: bool = True
) -> AsyncIterator[tuple[Path, FileWriter]]:
    """The bytes in a file whose name is temporary: it is deleted in the end unless it was renamed."""
    path = sandbox.assets.folder / f"{asset.id}.{secrets.token_hex(4)}.tmp"
    writer = FileWriter(path, max_bytes=_max_bytes(sandbox, asset), hashed=hashed)
    try:
        await writer.take(chunks)
        yield path, writer
    except TooLargeError:
        raise refused("too_large") from None
    finally:
        path.unlink(missing_ok=True)


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    # A client that is still sending reads no answer before it has sent everything.
    async for _ in chunks:
        pass


def _asked_for(sandbox: Sandbox, request: Request) -> tuple[Asset, str]:
    asset = sandbox.assets.get(request.path_params["asset"])
    what, number = request.path_params["what"], request.path_params["number"]
    if asset is None:
        raise refused("no_entity")
    ticket = _ticket(sandbox, asset, what, number).encode()
    if not secrets.compare_digest(request.query_params.get("ut", "").encode(), ticket):
        raise refused("forged_url")
    return asset, what


def _max_bytes(sandbox: Sandbox, asset: Asset) -> int:
    most = sandbox.options.upload_max_bytes
    return min(most, DOCUMENT_MAX_BYTES) if asset.family == "DOCUMENT" else most


def _ticket(sandbox: Sandbox, asset: Asset, what: str, number: int) -> str:
    return sandbox.identity.sign(f"upload {asset.id} {what} {number}")


ROUTES = [
    Route("/dms-uploads/sp/v2/{asset}/{what}/{artifact}/{number:int}", told("D:S6", upload), methods=["PUT", "POST"]),
]
