"""Presigned uploads: an address to PUT to for an hour, and a public address that a post names."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox.directory.authors import Author
from sandbox.http.doorway import ZERNIO_UPLOADS_PATH
from sandbox.model.file_writer import FileWriter, TooLargeError, sniff_file
from sandbox.model.posts import StoredMedia
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import told
from sandbox.zernio.gateway import ZernioCall, route
from sandbox.zernio.refusals import Refusal, invalid
from sandbox.zernio.state import Document, Zernio, new_id

FILE = "zernio_file"
MOST_BYTES = 5 * 1024**3  # [D1]
LIFE_S = 3600  # of an upload address [D1]
TYPES = (  # [S] MediaContentType
    *("image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif"),
    *("video/mp4", "video/mpeg", "video/quicktime", "video/avi", "video/x-msvideo", "video/webm", "video/x-m4v"),
    *("application/pdf", "application/x-subrip", "text/vtt", "audio/mpeg", "audio/wav", "audio/ogg", "audio/mp4"),
)
FAMILIES = {"image": ("image", "STILLIMAGE"), "video": ("video", "VIDEO"), "document": ("document", "DOCUMENT")}
NAME = re.compile(r"[^A-Za-z0-9._-]+")


def presign(call: ZernioCall) -> Document:
    """Give an address to upload a file to, and the public address that it will have."""
    call.query()
    body = call.json(filename=str, contentType=str, size=int)
    name, kind, size = body.get("filename"), body.get("contentType"), body.get("size")
    if not name or not name.strip():
        raise invalid("filename", "filename is required")
    if kind not in TYPES:
        raise invalid("contentType", f"contentType must be one of {', '.join(TYPES)}")
    if size is not None and not 0 < size <= MOST_BYTES:
        raise invalid("size", "size must be at most 5 GB")
    file_id, ticket = new_id(), secrets.token_hex(16)
    plain = NAME.sub("-", name.strip())[-100:]
    facts = {"name": plain, "content_type": kind, "declared": size, "ticket": ticket, "at": call.zernio.clock()}
    call.zernio.store.put(FILE, file_id, facts | {"size_bytes": None})
    key = f"temp/{file_id}_{plain}"
    return {
        "uploadUrl": f"{call.base_url}{ZERNIO_UPLOADS_PATH}{file_id}?X-Signature={ticket}",
        "publicUrl": f"{call.base_url}/zernio/media/{quote(key)}",
        "key": key,
        "expiresIn": LIFE_S,
    }


async def receive(request: Request) -> Response:
    """Receive the bytes of a presigned upload: 200; 403 for another signature or after an hour. [I] the bodies"""
    sandbox: Sandbox = request.app.state.sandbox
    file_id = request.path_params["id"]
    facts = sandbox.store.get(FILE, file_id)
    given = request.query_params.get("X-Signature", "")
    refused = facts is None or not secrets.compare_digest(given.encode(), facts["ticket"].encode())
    wrong_type = facts and request.headers.get("content-type", "").partition(";")[0] != facts["content_type"]
    late = facts and sandbox.clock() - facts["at"] >= LIFE_S
    status = 403 if refused or wrong_type or late else _status_by_headers(request)
    if facts is None or status != 200:
        async for _ in request.stream():
            pass
        return Response("AccessDenied", status)
    path = _path(sandbox, file_id)
    writer = FileWriter(path, max_bytes=facts["declared"] or sandbox.options.upload_max_bytes)
    try:
        await writer.take(request.stream())
    except TooLargeError:
        path.unlink(missing_ok=True)
        return Response("EntityTooLarge", 413)
    sandbox.store.put(FILE, file_id, facts | {"size_bytes": writer.size_bytes, "sha256": writer.sha256})
    return Response(status_code=200)


def _status_by_headers(request: Request) -> int:
    """A signed address takes no key beside its signature, and wants the length; what it answers to others is [I]."""
    if "authorization" in request.headers:
        return 400
    return 200 if "content-length" in request.headers else 411


def public(request: Request) -> Response:
    """Answer with an uploaded file."""
    sandbox: Sandbox = request.app.state.sandbox
    found = uploaded(Zernio(sandbox), f"/zernio/media/temp/{request.path_params['name']}")
    if found is None:
        return Response(status_code=404)
    headers = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}
    return FileResponse(_path(sandbox, found["id"]), media_type=found["content_type"], headers=headers)


def uploaded(zernio: Zernio, url: str) -> Document | None:
    """The uploaded file with this public address; None for another address, and before its bytes have come."""
    name = url.partition("/zernio/media/temp/")[2]
    facts = zernio.store.get(FILE, name.partition("_")[0]) if name else None
    if facts is None or facts["size_bytes"] is None or quote(facts["name"]) != name.partition("_")[2]:
        return None
    return facts | {"id": name.partition("_")[0]}


def as_media(zernio: Zernio, item: Document, kind: str, author: Author) -> StoredMedia:
    """The file of a media item as LinkedIn gets it. Raises Refusal 400 for an address that has none."""
    facts = uploaded(zernio, item["url"])
    if facts is None:
        # [I] Zernio loads any public https address; the sandbox loads none: nothing leaves this machine.
        raise Refusal(400, "The media URL cannot be loaded", code="MEDIA_NOT_FOUND", param="mediaItems")
    sandbox, (namespace, family) = zernio.sandbox, FAMILIES[kind]
    source = _path(sandbox, facts["id"])
    content_type, extension = sniff_file(source)
    if not content_type:
        raise Refusal(400, "LinkedIn does not take this kind of file", code="MEDIA_REFUSED", param="mediaItems")
    asset = sandbox.assets.register(author, namespace, family, owner_urn=author.urn)
    known: dict[str, Any] = {"content_type": content_type, "extension": extension, "sha256": facts["sha256"]}
    known |= {"size_bytes": facts["size_bytes"], "uploaded_at": 0.0}
    stored = replace(asset, **known)
    sandbox.assets.path(stored).hardlink_to(source)
    sandbox.assets.change(asset.id, lambda _: stored)
    title = item.get("title") or ""
    return stored.stored(str(title), str(item.get("altText") or ""))


def digest_of(texts: list[str]) -> str:
    """A hash of texts, in their order."""
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _path(sandbox: Sandbox, file_id: str) -> Path:
    return sandbox.assets.folder / f"zernio{file_id}"


ROUTES = [
    route("POST", "/media/presign", presign, group="media"),
    Route(f"{ZERNIO_UPLOADS_PATH}{{id}}", told("D:Z", receive, "zernio.upload"), methods=["PUT"]),
    Route("/zernio/media/temp/{name}", told("I", public, "zernio.media"), methods=["GET"]),
]
