"""The unversioned dialect's uploads: /v2/assets, register, complete and status."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.api.uploads import seal, upload_url
from sandbox.http.gateway import Call, Operation, route
from sandbox.http.permissions import POSTING, is_own, may_act
from sandbox.model.assets import Asset
from sandbox.protocol.errors import refused
from sandbox.protocol.schema import NO_SYMBOL, Checker

RECIPES = {
    "urn:li:digitalmediaRecipe:feedshare-image": "STILLIMAGE",
    "urn:li:digitalmediaRecipe:feedshare-video": "VIDEO",
}
OWNER_OF_POSTS = {"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"}
MECHANISMS = ("SYNCHRONOUS_UPLOAD", "SINGLE_REQUEST_UPLOAD", "MULTIPART_UPLOAD")
SINGLE = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
MULTIPART = "com.linkedin.digitalmedia.uploading.MultipartUpload"
# [D] AVAILABLE and PROCESSING, [?] WAITING_UPLOAD; a failed one is INCOMPLETE [I]
RECIPE_STATUS = {"PROCESSING_FAILED": "INCOMPLETE"}


def register(call: Call) -> Response:
    """Register an asset and answer with its upload URL. Raises ApiError 403 for another owner or recipe."""
    check = Checker(call.json())
    at = "/registerUploadRequest"
    owner = check.get(f"{at}/owner", str)
    recipes = check.get(f"{at}/recipes", list)
    relations = check.get(f"{at}/serviceRelationships", list)
    mechanisms = check.get(f"{at}/supportedUploadMechanism", list, required=False) or ["SINGLE_REQUEST_UPLOAD"]
    size_bytes = check.get(f"{at}/fileSize", int, required=mechanisms == ["MULTIPART_UPLOAD"])
    wrong = [(number, name) for number, name in enumerate(mechanisms) if name not in MECHANISMS]
    check.lines += [f'{at}/supportedUploadMechanism/{number} :: "{name}" {NO_SYMBOL}' for number, name in wrong]
    check.finish("registerUpload")

    if not may_act(owner, call):
        raise refused("field_refused", f"{at}/owner")
    if len(recipes) != 1 or recipes[0] not in tuple(RECIPES):
        raise refused("field_refused", f"{at}/recipes/relationshipType")  # [C]
    if relations != [OWNER_OF_POSTS]:
        raise refused("field_refused", f"{at}/serviceRelationships")  # [I]
    parts = size_bytes if mechanisms == ["MULTIPART_UPLOAD"] else None
    asset = call.sandbox.assets.register(call.member, "digitalmediaAsset", RECIPES[recipes[0]], parts, owner_urn=owner)
    return JSONResponse({"value": _registered(asset, call)})


def _registered(asset: Asset, call: Call) -> dict[str, Any]:
    single = {SINGLE: {"uploadUrl": upload_url(asset, call), "headers": {"media-type-family": asset.family}}}
    return {
        "uploadMechanism": _multipart(asset, call) if asset.parts else single,
        "mediaArtifact": _artifact(asset),
        "asset": asset.urn,
        "assetRealTimeTopic": f"urn:li-realtime:digitalmediaAssetUpdatesTopic:{asset.urn}",
    }


def _multipart(asset: Asset, call: Call) -> dict[str, Any]:
    requests = [
        {
            "headers": {"Content-Type": "application/octet-stream"},
            "byteRange": {"firstByte": first, "lastByte": last},
            "url": upload_url(asset, call, "part", number),
            "urlExpiresAt": int(asset.urls_expire_at * 1000),
        }
        for number, (first, last) in enumerate(asset.parts)
    ]
    return {MULTIPART: {"partUploadRequests": requests, "metadata": call.sandbox.identity.sign(asset.urn)}}


def complete(call: Call) -> Response:
    """Join the parts of a video. Raises ApiError 400 when an ETag is missing or wrong."""
    check = Checker(call.json())
    at = "/completeMultipartUploadRequest"
    artifact = check.get(f"{at}/mediaArtifact", str)
    metadata = check.get(f"{at}/metadata", str)
    responses = check.get(f"{at}/partUploadResponses", list)
    check.finish("completeMultiPartUpload")

    asset = call.sandbox.assets.get(artifact.partition(":digitalmediaAsset:")[2].partition(",")[0])
    if asset is None or not is_own(asset.owner_urn, call) or artifact != _artifact(asset):
        raise refused("no_entity")
    etags = [_etag(response) for response in responses]
    if metadata != call.sandbox.identity.sign(asset.urn):
        raise refused("unsigned_parts")  # [I] documented for videos
    seal(call.sandbox, asset, etags)
    return Response(status_code=200)


def status(call: Call) -> Response:
    """Answer with an asset's status; 404 for an unknown one or another owner's. [I]"""
    asset = call.sandbox.assets.get(call.key())
    if asset is None or not is_own(asset.owner_urn, call) or asset.namespace != "digitalmediaAsset":
        raise refused("no_entity")
    state = call.sandbox.assets.status(asset)
    recipe = next(recipe for recipe, family in RECIPES.items() if family == asset.family)
    return JSONResponse(
        {
            "created": int(asset.created_at * 1000),
            "id": asset.id,
            "lastModified": int((asset.uploaded_at or asset.created_at) * 1000),
            "mediaTypeFamily": asset.family,
            "recipes": [{"recipe": recipe, "status": RECIPE_STATUS.get(state, state)}],
            "serviceRelationships": [OWNER_OF_POSTS],
            "status": "ALLOWED",
        }
    )


def _artifact(asset: Asset) -> str:
    name = "uploaded-video" if asset.family == "VIDEO" else "uploaded-image"
    return f"urn:li:digitalmediaMediaArtifact:({asset.urn},urn:li:digitalmediaMediaArtifactClass:{name})"


def _etag(response: Any) -> str:
    if not isinstance(response, dict) or not isinstance(response.get("headers"), dict):
        return ""
    headers = {str(name).lower(): value for name, value in response["headers"].items()}
    return str(headers.get("etag", "")).strip('"')


REGISTER = Operation("assets", "ACTION-registerUpload", POSTING, "D:S6")
COMPLETE = Operation("assets", "ACTION-completeMultiPartUpload", POSTING, "C:C3")
GET = Operation("assets", "GET", POSTING, "D:S7")

ROUTES = [
    route(
        *("POST", "/v2/assets"),
        ("action=registerUpload", REGISTER, register),
        ("action=completeMultiPartUpload", COMPLETE, complete),
    ),
    route("GET", "/v2/assets/{key}", ("", GET, status)),
]
