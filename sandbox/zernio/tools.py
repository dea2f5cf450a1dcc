"""What Zernio checks without publishing, and every path that it does not have here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.protocol.evidence import told
from sandbox.zernio import content, files
from sandbox.zernio.gateway import ZernioCall, route
from sandbox.zernio.refusals import Refusal, invalid
from sandbox.zernio.state import Document

VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def validate_post(call: ZernioCall) -> Document:
    """Check the body of a create; accounts and files are not looked at."""
    call.query()
    body = call.json()
    try:
        warnings = content.check_fields(body)
        content.check_whole(body)
    except Refusal as refused:
        error = {"platform": "linkedin", "error": refused.body["error"]}
        return {"valid": False, "errors": [error], "warnings": []}
    return {"valid": True, "message": "No validation issues found.", "warnings": warnings}


def validate_length(call: ZernioCall) -> Document:
    """Count a text against the limit of LinkedIn."""
    call.query()
    text = call.json(text=str).get("text")
    if text is None:
        raise invalid("text", "text is required")
    count, most = content.utf16_length(text), content.TEXT_MAX_UTF16
    return {"text": text[:100], "platforms": {"linkedin": {"count": count, "limit": most, "valid": count <= most}}}


def validate_media(call: ZernioCall) -> Document:
    """Look at a file of its own; another address is not loaded here. [I]"""
    call.query()
    url = call.json(url=str).get("url") or ""
    if not url.startswith(("http://", "https://")):
        raise invalid("url", "url must be a public address")
    found = files.uploaded(call.zernio, url)
    if found is None:
        return {"valid": False, "url": url, "error": "The file cannot be loaded"}
    kind = found["content_type"]
    facts = {"contentType": kind, "size": found["size_bytes"], "type": kind.partition("/")[0]}
    return {"valid": True, "url": url, **facts, "platformLimits": {}}


def absent(_: Request) -> Response:
    """Refuse a path that Zernio does not have, or that is not imitated: other networks, queue, webhooks, logs. [I]"""
    return Refusal(404, "Not found").response()


ROUTES = [
    route("POST", "/tools/validate/post", validate_post),
    route("POST", "/tools/validate/post-length", validate_length),
    route("POST", "/tools/validate/media", validate_media),
]
LAST = [Route("/zernio/v1/{path:path}", told("I", absent), methods=VERBS)]
