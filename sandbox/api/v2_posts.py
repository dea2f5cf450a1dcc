"""The unversioned dialect: /v2/ugcPosts."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.http.gateway import Call, Operation, created, guarded
from sandbox.http.permissions import own_post
from sandbox.model.assets import MediaErrors
from sandbox.model.posts import NewPost, StoredMedia
from sandbox.protocol import errors
from sandbox.protocol.schema import Checker, utf16_length
from sandbox.protocol.text_attributes import plain_marks

TEXT_MAX = 3000  # [D]
BACKEND_TEXT_MAX = 4000  # [C] the captured error has this number
CATEGORIES = {"NONE": "text", "ARTICLE": "article", "IMAGE": "image", "VIDEO": "video"}
CONTENT = "/specificContent/com.linkedin.ugc.ShareContent"
VISIBILITY = "/visibility/com.linkedin.ugc.MemberNetworkVisibility"
STATES = ("PUBLISHED", "DRAFT", "PROCESSING", "PROCESSING_FAILED", "DELETED", "PUBLISHED_EDITED", "ARCHIVED")
# [I] which of these answers a post with an unusable file gets here; codes and texts are /rest's. [D]
IMAGE_FAMILY = ("STILLIMAGE", "INVALID_IMAGE_ID", "This Image ID is invalid")
VIDEO_FAMILY = ("VIDEO", "INVALID_VIDEO_ID", "This Video ID is invalid")


def create(call: Call) -> Response:
    """Publish a post: 201, the URN in a header and in the body."""
    if "distribution" in (body := call.json()):
        raise errors.field_unpermitted("/distribution")  # [C]
    urn = call.sandbox.posts.create(_checked(body, call))
    return created(call, urn, "/ugcPosts", {"id": urn})


def delete(call: Call) -> Response:
    """Delete one's own post with its comments and reactions: 204; 404 when it was deleted. [C]"""
    call.expect_method("DELETE")
    urn = own_post(call.key(), call).urn
    call.sandbox.posts.delete(urn)
    call.sandbox.social.forget(urn)
    return Response(status_code=204)


def nothing(_: Call) -> Response:
    """Not reachable: no self-serve scope permits this operation."""
    raise errors.no_entity()


def _checked(body: dict[str, Any], call: Call) -> NewPost:
    check = Checker(body)
    check.only(("author", "lifecycleState", "specificContent", "visibility"))
    author = check.get("/author", str)
    state = check.symbol("/lifecycleState", STATES)
    text = check.get(f"{CONTENT}/shareCommentary/text", str)
    marks = plain_marks(check, f"{CONTENT}/shareCommentary", text)
    category = check.symbol(f"{CONTENT}/shareMediaCategory", CATEGORIES)
    visibility = check.symbol(VISIBILITY, ("PUBLIC", "CONNECTIONS", "LOGGED_IN"))
    entries = _entries(check)
    check.finish()

    if author != call.member.urn:
        raise errors.field_refused("/author")  # [C]; [I] organizations publish through /rest/posts only
    if state != "PUBLISHED":
        raise errors.field_refused("/lifecycleState")  # [I]
    if visibility == "LOGGED_IN":
        raise errors.field_refused("/visibility")  # [I] the Share page knows two values only
    _check_text(text, category)
    _check_count(category, entries)
    media, article = _content(category, entries, call)
    return NewPost(call.member, text, CATEGORIES[category], visibility, "v2", media, article, marks)


def _entries(check: Checker) -> list[dict[str, Any]]:
    entries = check.get(f"{CONTENT}/media", list, required=False) or []
    for number, entry in enumerate(entries):
        at = f"{CONTENT}/media/{number}"
        if not isinstance(entry, dict):
            check.lines.append(f"{at} :: {entry!r} cannot be coerced to DataMap")
            continue
        check.symbol("/status", ("READY",), within=entry, at=at)
        for path, kind in (("/originalUrl", str), ("/media", str), ("/title", dict), ("/description", dict)):
            check.get(path, kind, required=False, within=entry, at=at)
        for path in ("title", "description"):
            if isinstance(entry.get(path), dict):
                check.get("/text", str, within=entry[path], at=f"{at}/{path}")
    return entries


def _check_text(text: str, category: str) -> None:
    length = utf16_length(text)
    if length > TEXT_MAX:
        maximum = BACKEND_TEXT_MAX if length > BACKEND_TEXT_MAX else TEXT_MAX  # [I] for 3001 to 4000
        raise errors.refused(
            400,
            None,
            "com.linkedin.content.common.exception.BadRequestResponseException: ShareCommentary text length "
            f"({length} characters) exceeded the maximum allowed ({maximum} characters)",
        )
    if not text.strip() and category == "NONE":
        raise errors.refused(400, "INVALID_VALUE_BLANK_FIELD", "shareCommentary can't be blank")  # [I]


def _check_count(category: str, entries: list[dict[str, Any]]) -> None:
    allowed = {"NONE": range(1), "ARTICLE": range(1, 2), "IMAGE": range(1, 10_000), "VIDEO": range(1, 2)}
    if len(entries) not in allowed[category]:
        # [I] LinkedIn's message for this is not known
        raise errors.refused(400, "INVALID_VALUE_FOR_FIELD", f"shareMediaCategory can't be set to {category}")


Content = tuple[tuple[StoredMedia, ...], dict[str, str] | None]


def _content(category: str, entries: list[dict[str, Any]], call: Call) -> Content:
    if category == "ARTICLE":
        return (), _article(entries[0])
    return tuple(_media(number, entry, category, call) for number, entry in enumerate(entries)), None


def _article(entry: dict[str, Any]) -> dict[str, str]:
    url = entry.get("originalUrl")
    if not url:
        raise errors.refused(400, "MISSING_FIELD", "originalUrl is required but missing")  # [I]
    if not url.lower().startswith(("http://", "https://")):
        raise errors.refused(400, "INVALID_VALUE_FOR_FIELD", f"originalUrl can't be set to {url}")  # [I]
    return {"url": url, "title": _text(entry, "title"), "description": _text(entry, "description"), "thumbnail": ""}


def _media(number: int, entry: dict[str, Any], category: str, call: Call) -> StoredMedia:
    family, code, message = VIDEO_FAMILY if category == "VIDEO" else IMAGE_FAMILY
    if not entry.get("media"):
        raise errors.refused(400, "MISSING_FIELD", "media is required but missing")  # [I]
    unusable = MediaErrors(
        unknown=errors.refused(400, code, message),
        foreign=errors.field_refused(f"{CONTENT}/media/{number}/media"),
        waiting=errors.refused(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload"),
        failed=errors.refused(400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing"),
    )
    asset = call.sandbox.assets.usable(entry["media"], "digitalmediaAsset", family, call.member, unusable)
    # [I] v2 has no field for an alternative text; the description serves as one
    return asset.stored(title=_text(entry, "title"), alt_text=_text(entry, "description"))


def _text(entry: dict[str, Any], name: str) -> str:
    return str((entry.get(name) or {}).get("text", ""))


ROUTES = [
    Route("/v2/ugcPosts", guarded(Operation("ugcPosts", "CREATE", target="create"), create), methods=["POST"]),
    Route("/v2/ugcPosts", guarded(Operation("ugcPosts", "FINDER-authors", ()), nothing), methods=["GET"]),
    Route("/v2/ugcPosts/{key}", guarded(Operation("ugcPosts", "GET", ()), nothing), methods=["GET"]),
    Route("/v2/ugcPosts/{key}", guarded(Operation("ugcPosts", "DELETE"), delete), methods=["DELETE"]),
]
