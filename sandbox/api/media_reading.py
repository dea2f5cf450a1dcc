"""Tells how far the uploads of /rest/images, /rest/videos and /rest/documents are; images in /v2 as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.directory.authors import Author
from sandbox.directory.pictures import SHOWN
from sandbox.http.gateway import Call, Operation, route
from sandbox.http.permissions import POSTING, is_own
from sandbox.http.restli import batch
from sandbox.model.assets import DAY_S, Asset
from sandbox.model.film import film_facts
from sandbox.protocol.errors import ApiError, refused

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
        """Answer with one upload's status; 403 without the right to it, or 404."""
        return JSONResponse(self._facts(call.key(), call))

    def several(self, call: Call) -> Response:
        """Answer with the uploads of ?ids=List(…), or with their errors. [D]; [C] the form"""
        return batch(call, lambda urn: self._facts(urn, call))

    def _facts(self, urn: str, call: Call) -> dict[str, Any]:
        closed = self.namespace == "video" and call.sandbox.faults.take("video_status", ["video_status_closed"])
        if closed or not call.has(*self.scopes):
            raise self.forbidden(call)
        # [C] one program sends the bare id
        full = urn if urn.startswith("urn:") else f"urn:li:{self.namespace}:{urn}"
        if logo := SHOWN.get(full.replace(":image:", ":digitalmediaAsset:")):
            return _logo(full, logo, call)
        asset = call.sandbox.assets.by_urn(full, self.namespace)
        if asset is None:
            raise refused("no_entity")
        if not is_own(asset.owner_urn, call):
            raise self.forbidden(call)  # [I]
        return _film(asset, call) if self.namespace == "video" else _status(asset, call)


def _logo(urn: str, of: Author, call: Call) -> dict[str, Any]:
    """A page's logo or a member's picture, whose URN an organization lookup or /v2/me names. [I]"""
    return {"id": urn, "owner": of.urn, "status": "AVAILABLE", **_download(str(of.picture_path), call)}


def _download(path: str, call: Call) -> dict[str, Any]:
    expires_at = int((call.sandbox.clock() + DOWNLOAD_LIFE_S) * 1000)
    return {"downloadUrl": call.base_url + path, "downloadUrlExpiresAt": expires_at}


def _status(asset: Asset, call: Call) -> dict[str, Any]:
    status = call.sandbox.assets.status(asset)
    download = _download(asset.media_path, call) if status == "AVAILABLE" else {}  # [I] nothing is there before
    return {"id": asset.urn, "owner": asset.owner_urn, "status": status, **download}


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
    return refused("image_forbidden")


def _routes(path: str, resource: str, reader: MediaReader, evidence: str) -> list[Route]:
    # A token with a writing scope reaches the handler, whose 403 differs from the gateway's.
    several, one = (
        Operation(resource, method, POSTING + READ, evidence, versioned=path.startswith("/rest/"))
        for method in ("BATCH_GET", "GET")
    )
    return [
        route("GET", path, ("ids", several, reader.several)),
        route("GET", f"{path}/{{key}}", ("", one, reader.one)),
    ]


ROUTES = [
    *_routes("/rest/images", IMAGES, MediaReader("image", NOT_OF_MEMBERS, _image_forbidden), "D:S9"),
    # [I] 200: LinkedIn confines the refusal to the versioned gateway [D]
    *_routes("/v2/images", IMAGES, MediaReader("image", POSTING + READ, _image_forbidden), "I"),
    *_routes("/rest/documents", DOCUMENTS, MediaReader("document", NOT_OF_MEMBERS, _image_forbidden), "D:S9"),
    # [I] 200 with w_member_social: LinkedIn's page lists that scope, integrators disagree
    *_routes("/rest/videos", VIDEOS, MediaReader("video", POSTING + READ, Call.denied), "D:S9"),
]
