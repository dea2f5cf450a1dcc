"""The versioned dialect's uploads: /rest/images, /rest/videos and /rest/documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.api.media_reading import DOCUMENTS, IMAGES, VIDEOS
from sandbox.api.uploads import part_url, seal, side_url, upload_url
from sandbox.http.gateway import Call, Endpoint, Handler, Operation, guarded
from sandbox.http.permissions import POST_AS_MEMBER, POST_AS_ORGANIZATION, POSTING, is_own, may_act
from sandbox.model.assets import Asset
from sandbox.protocol import errors, media_errors
from sandbox.protocol.schema import Checker

INITIALIZE = "/initializeUploadRequest"
VIDEO_FIELDS = ("owner", "fileSizeBytes", "uploadCaptions", "uploadThumbnail", "templateName", "linkbackContext")


def initialize_image(call: Call) -> Response:
    """Register an image and return its upload URL. Raises ApiError 403 for another owner. [D]"""
    return _initialized(call, "image", "STILLIMAGE")


def initialize_document(call: Call) -> Response:
    """Register a document and return its upload URL. Raises ApiError 403 for another owner. [I]"""
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
    request = check.root.get("initializeUploadRequest")
    if isinstance(request, dict):
        check.only(VIDEO_FIELDS, within=request, at=INITIALIZE)
    check.finish()

    if not may_act(owner, call, POST_AS_MEMBER, POST_AS_ORGANIZATION):
        raise errors.field_refused(f"{INITIALIZE}/owner")
    if not 0 < size_bytes <= call.sandbox.options.upload_max_bytes:
        raise errors.cannot_be("fileSizeBytes", size_bytes)
    asset = call.sandbox.assets.register(call.member, "video", "VIDEO", size_bytes, owner_urn=owner)
    urls = {f"{what}UploadUrl": side_url(asset, what, call) for what, asked in sides.items() if asked}  # [C] the names
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
        raise media_errors.invalid_video()
    if not is_own(asset.owner_urn, call):
        raise errors.field_refused(f"{at}/video")  # [I]
    if token != "":
        raise errors.cannot_be("uploadToken", token)  # [I]
    seal(call.sandbox, asset, part_ids)
    return Response(status_code=200)


def _initialized(call: Call, namespace: str, family: str) -> Response:
    check = Checker(call.json())
    owner = check.get(f"{INITIALIZE}/owner", str)
    check.finish()
    if not may_act(owner, call, POST_AS_MEMBER, POST_AS_ORGANIZATION):
        raise errors.image_forbidden()
    asset = call.sandbox.assets.register(call.member, namespace, family, owner_urn=owner)
    expires_at = int(asset.urls_expire_at * 1000)
    value = {"uploadUrlExpiresAt": expires_at, "uploadUrl": upload_url(asset, call), namespace: asset.urn}
    return JSONResponse({"value": value})


def _instructions(asset: Asset, call: Call) -> dict[str, Any]:
    parts = [
        {"uploadUrl": part_url(asset, number, call), "firstByte": part.first, "lastByte": part.last}
        for number, part in enumerate(asset.parts)
    ]
    expires_at = int(asset.urls_expire_at * 1000)
    return {"uploadUrlsExpireAt": expires_at, "video": asset.urn, "uploadInstructions": parts, "uploadToken": ""}


def _unknown_action(_: Call) -> Response:
    raise errors.no_resource()


def _actions(resource: str, handlers: Mapping[str, Handler]) -> Endpoint:
    # One path, several operations: each has a name of its own in LinkedIn's messages.
    def operation(method: str) -> Operation:
        return Operation(resource, method, POSTING, versioned=True, one_is_enough=True)

    endpoints = {name: guarded(operation(f"ACTION-{name}"), handler) for name, handler in handlers.items()}
    unknown = guarded(operation("ACTION"), _unknown_action)

    async def endpoint(request: Request) -> Response:
        return await endpoints.get(request.query_params.get("action", ""), unknown)(request)

    return endpoint


VIDEO_ACTIONS = {"initializeUpload": initialize_video, "finalizeUpload": finalize_video}

ROUTES = [
    Route("/rest/images", _actions(IMAGES, {"initializeUpload": initialize_image}), methods=["POST"]),
    Route("/rest/videos", _actions(VIDEOS, VIDEO_ACTIONS), methods=["POST"]),
    Route("/rest/documents", _actions(DOCUMENTS, {"initializeUpload": initialize_document}), methods=["POST"]),
]
