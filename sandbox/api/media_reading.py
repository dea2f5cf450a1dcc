"""Tells how far the uploads of /rest/images, /rest/videos and /rest/documents are; images in /v2 as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http.gateway import Call, Endpoint, Operation, guarded
from sandbox.http.permissions import POSTING, is_own
from sandbox.http.restli import batch
from sandbox.model.assets import DAY_S, Asset
from sandbox.model.film import film_facts
from sandbox.protocol import errors
from sandbox.protocol.errors import ApiError

READ = ("r_member_social", "r_organization_social")
NOT_OF_MEMBERS = (*READ, "w_organization_social")  # [D] w_member_social alone reads neither images nor documents here
DOWNLOAD_LIFE_S = DAY_S  # [I] only told to the client: these addresses do not expire
FAILURE = "The file could not be processed"  # [I] LinkedIn's message is not known
IMAGES, DOCUMENTS = "images", "documents"  # [I] names
VIDEOS = "partnerApiVideosExternal"  # [C]


@dataclass(frozen=True)
class MediaReader:
    """Reads one kind of uploads; `scopes` are those of which one is enough, `forbidden` gives its 403."""

    namespace: str
    scopes: tuple[str, ...]
    forbidden: Callable[[Call], ApiError]

    def one(self, call: Call) -> Response:
        """Answer with one upload's status. Raises ApiError 403, or 404."""
        call.expect_method("GET")
        return JSONResponse(self._facts(call.key(), call))

    def several(self, call: Call) -> Response:
        """Answer with the uploads of ?ids=List(…), each as one would be, or with its error. [D] call [C] form"""
        call.expect_method("BATCH_GET")
        return batch(call, lambda urn: self._facts(urn, call))

    def _facts(self, urn: str, call: Call) -> dict[str, Any]:
        if not call.has(*self.scopes):
            raise self.forbidden(call)
        # [C] one program sends the bare id
        full = urn if urn.startswith("urn:") else f"urn:li:{self.namespace}:{urn}"
        asset = call.sandbox.assets.by_urn(full, self.namespace)
        if asset is None:
            raise errors.no_entity()
        if not is_own(asset.owner_urn, call):
            raise self.forbidden(call)  # [I]
        return _film(asset, call) if self.namespace == "video" else _status(asset, call)


def _status(asset: Asset, call: Call) -> dict[str, Any]:
    status = call.sandbox.assets.status(asset)
    facts: dict[str, Any] = {"id": asset.urn, "owner": asset.owner_urn, "status": status}
    if status == "AVAILABLE":  # [I] there is nothing to download before
        expires_at = int((call.sandbox.clock() + DOWNLOAD_LIFE_S) * 1000)
        facts |= {"downloadUrl": call.base_url + asset.media_path, "downloadUrlExpiresAt": expires_at}
    return facts


def _film(asset: Asset, call: Call) -> dict[str, Any]:
    facts = _status(asset, call)
    for name, path in (("thumbnail", asset.thumbnail_path), ("captions", asset.captions_path)):
        if path:
            facts[name] = call.base_url + path  # [?] the form of captions
    if facts["status"] == "AVAILABLE":
        facts |= film_facts(call.sandbox.assets.path(asset))
    if facts["status"] == "PROCESSING_FAILED":
        facts["processingFailureReason"] = FAILURE
    return facts


def _image_forbidden(_: Call) -> ApiError:
    return errors.image_forbidden()


def _videos(scopes: tuple[str, ...]) -> MediaReader:
    return MediaReader("video", scopes, Call.denied)


def _routes(path: str, resource: str, reader: MediaReader, *, versioned: bool) -> list[Route]:
    # A token with a writing scope reaches the handler, whose 403 differs from the gateway's.
    def endpoint(method: str, handler: Callable[[Call], Response]) -> Endpoint:
        return guarded(Operation(resource, method, POSTING + READ, versioned, one_is_enough=True), handler)

    several, unknown = endpoint("BATCH_GET", reader.several), endpoint("GET", _unknown_finder)

    async def listed(request: Request) -> Response:
        return await (several if "ids" in request.query_params else unknown)(request)

    return [
        Route(path, listed, methods=["GET"]),
        Route(f"{path}/{{key}}", endpoint("GET", reader.one), methods=["GET"]),
    ]


def _unknown_finder(_: Call) -> Response:
    raise errors.no_resource()


ROUTES = [
    *_routes("/rest/images", IMAGES, MediaReader("image", NOT_OF_MEMBERS, _image_forbidden), versioned=True),
    # [I] 200: LinkedIn confines the refusal to the versioned gateway [D]
    *_routes("/v2/images", IMAGES, MediaReader("image", POSTING + READ, _image_forbidden), versioned=False),
    *_routes("/rest/documents", DOCUMENTS, MediaReader("document", NOT_OF_MEMBERS, _image_forbidden), versioned=True),
    # [I] 200 with w_member_social: LinkedIn's page lists that scope, integrators disagree
    *_routes("/rest/videos", VIDEOS, _videos(POSTING + READ), versioned=True),
]
