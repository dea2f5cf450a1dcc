"""The versioned dialect's uploads: /rest/images, /rest/videos and /rest/documents."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.api.media_reading import DOCUMENTS, IMAGES, VIDEOS
from sandbox.api.uploads import seal, upload_url
from sandbox.http.gateway import Call, Choice, Handler, Operation, route
from sandbox.http.permissions import POSTING, is_own, may_act, needs_organization_scope
from sandbox.model.assets import Asset
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.schema import Checker

INITIALIZE = "/initializeUploadRequest"
VIDEO_FIELDS = ("owner", "fileSizeBytes", "uploadCaptions", "uploadThumbnail", "templateName", "linkbackContext")


def initialize_image(call: Call) -> Response:
    """Register an image and return its upload URL. Raises ApiError 400 or 403 for another owner. [D]"""
    return _initialized(call, "image", "STILLIMAGE")


def initialize_document(call: Call) -> Response:
    """Register a document and return its upload URL. Raises ApiError 400 or 403 for another owner. [I]"""
    return _initialized(call, "document", "DOCUMENT")


def initialize_video(call: Call) -> Response:
    """Register a video and return its upload URLs. Raises ApiError 422, 400 for its size, 403 for another owner. [I]"""
    check = Checker(call.json())
    owner = check.get(f"{INITIALIZE}/owner", str)
    size_bytes = check.get(f"{INITIALIZE}/fileSizeBytes", int)
    sides = {
        "captions": check.get(f"{INITIALIZE}/uploadCaptions", bool, required=False),
        "thumbnail": check.get(f"{INITIALIZE}/uploadThumbnail", bool, required=False),
    }
    check.get(f"{INITIALIZE}/templateName", str, required=False)
    check.get(f"{INITIALIZE}/linkbackContext", dict, required=False)
    check.only(VIDEO_FIELDS, INITIALIZE)
    check.finish()

    _check_owner(owner, call, refused("field_refused", f"{INITIALIZE}/owner"))
    if not 0 < size_bytes <= call.sandbox.options.upload_max_bytes:
        raise refused("cannot_be", "fileSizeBytes", size_bytes)
    asset = call.sandbox.assets.register(call.member, "video", "VIDEO", size_bytes, owner_urn=owner)
    urls = {
        f"{what}UploadUrl": upload_url(asset, call, what) for what, asked in sides.items() if asked
    }  # [C] the names
    return JSONResponse({"value": _instructions(asset, call) | urls})


def finalize_video(call: Call) -> Response:
    """Join the parts of a video: 200 without a body. Raises ApiError 400 when an id is wrong, missing or misplaced."""
    check = Checker(call.json())
    at = "/finalizeUploadRequest"
    urn = check.get(f"{at}/video", str)
    token = check.get(f"{at}/uploadToken", str)
    part_ids = check.get(f"{at}/uploadedPartIds", list)
    check.finish()

    asset = call.sandbox.assets.by_urn(urn, "video")
    if asset is None:
        raise refused("invalid_id", "VIDEO", "Video")
    if not is_own(asset.owner_urn, call):
        raise refused("field_refused", f"{at}/video")  # [I]
    if token != "":
        raise refused("cannot_be", "uploadToken", token)  # [I]
    seal(call.sandbox, asset, part_ids)
    return Response(status_code=200)


def _initialized(call: Call, namespace: str, family: str) -> Response:
    check = Checker(call.json())
    owner = check.get(f"{INITIALIZE}/owner", str)
    check.finish()
    _check_owner(owner, call, refused("image_forbidden"))
    asset = call.sandbox.assets.register(call.member, namespace, family, owner_urn=owner)
    expires_at = int(asset.urls_expire_at * 1000)
    value = {"uploadUrlExpiresAt": expires_at, "uploadUrl": upload_url(asset, call), namespace: asset.urn}
    return JSONResponse({"value": value})


def _check_owner(owner: str, call: Call, forbidden: ApiError) -> None:
    if needs_organization_scope(owner, call):
        raise refused("organization_owner")
    if not may_act(owner, call):
        raise forbidden


def _instructions(asset: Asset, call: Call) -> dict[str, Any]:
    parts = [
        {"uploadUrl": upload_url(asset, call, "part", number), "firstByte": first, "lastByte": last}
        for number, (first, last) in enumerate(asset.parts)
    ]
    expires_at = int(asset.urls_expire_at * 1000)
    return {"uploadUrlsExpireAt": expires_at, "video": asset.urn, "uploadInstructions": parts, "uploadToken": ""}


def _action(resource: str, name: str, handler: Handler, evidence: str = "D:S9") -> Choice:
    return f"action={name}", Operation(resource, f"ACTION-{name}", POSTING, evidence, versioned=True), handler


ROUTES = [
    route("POST", "/rest/images", _action(IMAGES, "initializeUpload", initialize_image)),
    route(
        *("POST", "/rest/videos"),
        _action(VIDEOS, "initializeUpload", initialize_video),
        _action(VIDEOS, "finalizeUpload", finalize_video),
    ),
    route("POST", "/rest/documents", _action(DOCUMENTS, "initializeUpload", initialize_document, "C:C9")),
]
