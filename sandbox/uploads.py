"""The upload host: bytes go to disk as they come, whole files and parts of films."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from . import errors
from .assets import Asset, Part
from .errors import ApiError
from .gateway import Call
from .reading import bearer
from .sink import HEAD_BYTES, Sink, TooLargeError, sniff
from .state import Sandbox
from .trouble import check_faults, late

TAKES = {"STILLIMAGE": "image/", "VIDEO": "video/"}
NO_CONTENT_TYPE = "<html><head><title>400 Bad Request</title></head><body><h1>400 Bad Request</h1></body></html>"
CLIENT_GONE = 499


def upload_url(asset: Asset, call: Call) -> str:
    """Where a whole file is to be PUT; the address itself is the permission."""
    return _url(asset, 0, call, "uploaded-video" if asset.family == "VIDEO" else "uploaded-image")


def part_url(asset: Asset, number: int, call: Call) -> str:
    """Where one part is to be PUT; parts count from 0."""
    return _url(asset, number, call, "part")


def seal(sandbox: Sandbox, asset: Asset) -> Asset:
    """The asset with all of its parts joined; failed when they make no film."""
    parts = _parts_file(sandbox, asset)
    with parts.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    content_type, extension = sniff(head)
    whole = all(part.whole for part in asset.parts) and content_type.startswith(TAKES[asset.family])
    size_bytes = parts.stat().st_size
    asset = _arrived(sandbox, asset, content_type, extension, size_bytes, digest)
    parts.rename(sandbox.assets.path(asset))
    return replace(asset, failed=not whole)


async def upload(request: Request) -> Response:
    """Take one file or one part: 201, or 200 with an ETag."""
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
    check_faults(sandbox, request, "upload", errors.not_permitted("assets.UPLOAD.NO_VERSION"))  # [I] the name
    asset, number = _asset(sandbox, request)
    is_part = request.path_params["what"] == "part"
    # [C] Images need the token; parts of films do not. [I] Neither does a film in one piece.
    if asset.family == "STILLIMAGE" and bearer(sandbox, request).sub != asset.owner:
        raise errors.refused(403, "ACCESS_DENIED", "This upload belongs to another member", 100)  # [I]
    if "content-type" not in request.headers:
        await _drain(chunks)
        return HTMLResponse(NO_CONTENT_TYPE, 400)  # [C] live, for images
    if int(request.headers.get("content-length", 0)) > sandbox.options.upload_max_bytes:
        raise _too_large()
    if is_part:
        return await _take_part(sandbox, asset, number, chunks)
    return await _take_file(sandbox, asset, chunks)


async def _take_file(sandbox: Sandbox, asset: Asset, chunks: AsyncIterator[bytes]) -> Response:
    temporary = sandbox.assets.folder / f"{asset.id}.{secrets.token_hex(4)}.tmp"
    sink = Sink(temporary, max_bytes=sandbox.options.upload_max_bytes)
    try:
        await _fill(sink, chunks)
        content_type, extension = sniff(sink.head)
        if not content_type.startswith(TAKES[asset.family]):
            raise _wrong_type()
        arrived = _arrived(sandbox, asset, content_type, extension, sink.size_bytes, sink.sha256)
        temporary.rename(sandbox.assets.path(arrived))
        sandbox.assets.change(asset.id, lambda _: arrived)
    finally:
        temporary.unlink(missing_ok=True)
    return Response(status_code=201)


async def _take_part(sandbox: Sandbox, asset: Asset, number: int, chunks: AsyncIterator[bytes]) -> Response:
    part = asset.parts[number]
    expected = part.last - part.first + 1
    path = sandbox.assets.folder / f"{asset.id}.{secrets.token_hex(4)}.tmp"
    sink = Sink(path, max_bytes=sandbox.options.upload_max_bytes)
    try:
        await _fill(sink, chunks)
        _copy_part(path, _parts_file(sandbox, asset), part)
    finally:
        path.unlink(missing_ok=True)
    etag = f"/ambry-video/signedId/AQ{sandbox.identity.sign(f'{asset.id}/{number}/{sink.sha256}')}.bin"
    # [C] A part of the wrong length uploads fine, and makes a film that fails later.
    arrived = replace(part, etag=etag, whole=sink.size_bytes == expected)

    def with_part(current: Asset) -> Asset:
        return replace(current, parts=(*current.parts[:number], arrived, *current.parts[number + 1 :]))

    sandbox.assets.change(asset.id, with_part)
    return Response(status_code=200, headers={"etag": etag})


async def _fill(sink: Sink, chunks: AsyncIterator[bytes]) -> None:
    try:
        await sink.take(chunks)
    except TooLargeError:
        raise _too_large() from None


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    # A client that is still sending would not see an answer before it is through.
    async for _ in chunks:
        pass


def _copy_part(source: Path, target: Path, part: Part) -> None:
    target.touch(0o600)
    with source.open("rb") as file, target.open("r+b") as whole:
        whole.seek(part.first)
        whole.write(file.read(part.last - part.first + 1))


def _asset(sandbox: Sandbox, request: Request) -> tuple[Asset, int]:
    asset = sandbox.assets.get(request.path_params["asset"])
    number = request.path_params["number"]
    if asset is None or (request.path_params["what"] == "part") != bool(asset.parts):
        raise errors.no_entity()
    if not secrets.compare_digest(request.query_params.get("ut", "").encode(), _ticket(sandbox, asset, number)):
        raise errors.refused(403, "ACCESS_DENIED", "The upload URL is not valid", 100)  # [I]
    return asset, number


def _arrived(sandbox: Sandbox, asset: Asset, content_type: str, extension: str, size_bytes: int, sha256: str) -> Asset:
    return replace(
        asset,
        uploaded_at=sandbox.clock(),
        content_type=content_type,
        extension=extension,
        size_bytes=size_bytes,
        sha256=sha256,
    )


def _parts_file(sandbox: Sandbox, asset: Asset) -> Path:
    return sandbox.assets.folder / f"{asset.id}.parts"


def _url(asset: Asset, number: int, call: Call, what: str) -> str:
    path = f"/dms-uploads/sp/v2/{asset.id}/{what}/B56Z{call.sandbox.identity.sign(asset.id)[:12]}/{number}"
    ticket = _ticket(call.sandbox, asset, number).decode()
    return f"{call.base_url}{path}?ca=vector_feedshare&cn=uploads&sync=0&v=beta&ut={ticket}"


def _ticket(sandbox: Sandbox, asset: Asset, number: int) -> bytes:
    return sandbox.identity.sign(f"upload {asset.id} {number}").encode()


def _too_large() -> ApiError:
    return errors.refused(413, "REQUEST_ENTITY_TOO_LARGE", "Request entity too large")  # code [D], text [I]


def _wrong_type() -> ApiError:
    return errors.refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type")  # code [D], text [I]


ROUTES = [
    Route("/dms-uploads/sp/v2/{asset}/{what}/{artifact}/{number:int}", upload, methods=["PUT", "POST"]),
]
