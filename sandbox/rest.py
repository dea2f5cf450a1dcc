"""The versioned dialect: /rest/posts and /rest/images."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import errors
from .assets import MediaErrors
from .errors import ApiError
from .gateway import Call, Operation, guarded
from .little_text import unescaped, visible_text
from .posts import NewPost, StoredMedia
from .schema import Checker, utf16_length
from .uploads import upload_url
from .v2 import check_author, created, delete, nothing

TEXT_MAX = 3000  # [D]
TITLE_MAX = 400  # [D]
ALT_TEXT_MAX = 4086  # [D]
IMAGES = range(2, 21)  # [D] of a multiImage
URL_LIFE_S = 24 * 3600  # [I]
FIELDS = (
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "content",
)
Content = tuple[str, tuple[StoredMedia, ...], dict[str, str] | None]


def create(call: Call) -> Response:
    """Publish a post: 201, the URN in a header, an empty body."""
    urn = call.sandbox.posts.create(_checked(call.json(), call))
    return created(call, urn, "/posts", {})


def _checked(body: dict[str, Any], call: Call) -> NewPost:
    check = Checker(body)
    check.only(FIELDS)
    author = check.get("/author", str)
    commentary = check.get("/commentary", str)
    visibility = check.symbol("/visibility", ("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"))
    if check.get("/distribution", dict) is not None:
        check.symbol("/distribution/feedDistribution", ("MAIN_FEED", "NONE"))
    state = check.symbol("/lifecycleState", ("PUBLISHED", "DRAFT", "PUBLISH_REQUESTED", "PUBLISH_FAILED"))
    check.get("/isReshareDisabledByAuthor", bool, required=False)
    content = check.get("/content", dict, required=False)
    check.finish()

    check_author(author, call)
    if state != "PUBLISHED":
        raise _cannot_be("lifecycleState", state)
    if visibility == "CONTAINER":
        raise _cannot_be("visibility", visibility)  # [I] members cannot post to containers
    _check_length("commentary", unescaped(commentary), TEXT_MAX)
    if not commentary.strip() and not content:
        raise errors.refused(400, "INVALID_VALUE_BLANK_FIELD", "commentary can't be blank")
    kind, media, article = _content(content, call) if content else ("text", (), None)
    return NewPost(call.member, visible_text(commentary), kind, visibility, "rest", media, article)


def _content(content: dict[str, Any], call: Call) -> Content:
    if len(content) != 1:
        raise _cannot_be("content", ", ".join(sorted(content)))  # [I] it is a union
    ((name, value),) = content.items()
    if not isinstance(value, dict):
        raise errors.schema_error([f"/content/{name} :: {value!r} cannot be coerced to DataMap"])
    if name == "article":
        return "article", (), _article(value)
    if name == "media":
        return "image", (_media(value, call),), None
    if name == "multiImage":
        return "image", _images(value, call), None
    raise errors.field_unpermitted(f"/content/{name}")  # [I] polls and the rest are not imitated


def _article(article: dict[str, Any]) -> dict[str, str]:
    url, title, description = (_string(article, name) for name in ("source", "title", "description"))
    if not url:
        raise errors.refused(400, "MISSING_FIELD", "source is required but missing")
    if not url.lower().startswith(("http://", "https://")):
        raise _cannot_be("source", url)  # [I]
    _check_length("title", title, TITLE_MAX)
    return {"url": url, "title": title, "description": description}


def _images(content: dict[str, Any], call: Call) -> tuple[StoredMedia, ...]:
    images = content.get("images")
    if not isinstance(images, list) or len(images) not in IMAGES:
        raise _cannot_be("images", len(images) if isinstance(images, list) else images)  # [I]
    return tuple(_media(image if isinstance(image, dict) else {}, call) for image in images)


def _media(media: dict[str, Any], call: Call) -> StoredMedia:
    urn, title, alt_text = (_string(media, name) for name in ("id", "title", "altText"))
    if not urn:
        raise errors.refused(400, "MISSING_FIELD", "id is required but missing")
    if urn.startswith("urn:li:video:"):
        raise errors.refused(400, "INVALID_VIDEO_ID", "This Video ID is invalid")
    if not urn.startswith("urn:li:image:"):
        raise errors.refused(400, "INVALID_URN_TYPE", f"id value {urn} must be a image URN")
    _check_length("altText", alt_text, ALT_TEXT_MAX)
    unusable = MediaErrors(
        unknown=errors.refused(400, "INVALID_IMAGE_ID", "This Image ID is invalid"),
        foreign=errors.image_forbidden(),  # [I]
        waiting=errors.refused(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload"),
        failed=errors.refused(400, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing"),
    )
    asset = call.sandbox.assets.usable(urn, "image", "STILLIMAGE", call.member, unusable)
    return asset.stored(title, alt_text)


def initialize_image(call: Call) -> Response:
    """A new image and where its bytes go."""
    if call.request.query_params.get("action") != "initializeUpload":
        raise errors.no_resource()
    check = Checker(call.json())
    owner = check.get("/initializeUploadRequest/owner", str)
    check.finish()
    if owner != call.member.urn:
        raise errors.image_forbidden()
    asset = call.sandbox.assets.register(call.member, "image", "STILLIMAGE")
    expires_at = int((asset.created_at + URL_LIFE_S) * 1000)
    value = {"uploadUrlExpiresAt": expires_at, "uploadUrl": upload_url(asset, call), "image": asset.urn}
    return JSONResponse({"value": value})


def read_image(call: Call) -> Response:
    """Always 403: w_member_social may not read images on the versioned gateway. [D]"""
    call.key()
    raise errors.image_forbidden()


def _string(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise errors.schema_error([f"/content/{name} :: {value!r} cannot be coerced to String"])
    return value or ""


def _check_length(field: str, text: str, maximum: int) -> None:
    length = utf16_length(text)
    if length > maximum:
        message = f"{field} length {length} can't exceeded maximum {maximum} length"
        raise errors.refused(400, "FIELD_LENGTH_TOO_LONG", message)


def _cannot_be(field: str, value: object) -> ApiError:
    return errors.refused(400, "INVALID_VALUE_FOR_FIELD", f"{field} can't be set to {value}")


POSTS = "partnerApiPostsExternal"  # [C]
CREATE = Operation(POSTS, "CREATE", versioned=True, target="create")
FIND = Operation(POSTS, "FINDER-author", (), versioned=True)
GET = Operation(POSTS, "GET", (), versioned=True)
DELETE = Operation(POSTS, "DELETE", versioned=True)
IMAGES_ACTION = Operation("images", "ACTION-initializeUpload", versioned=True)  # [I] name
IMAGES_GET = Operation("images", "GET", versioned=True)

ROUTES = [
    Route("/rest/posts", guarded(CREATE, create), methods=["POST"]),
    Route("/rest/posts", guarded(FIND, nothing), methods=["GET"]),
    Route("/rest/posts/{key}", guarded(GET, nothing), methods=["GET"]),
    Route("/rest/posts/{key}", guarded(DELETE, delete), methods=["DELETE"]),
    Route("/rest/images", guarded(IMAGES_ACTION, initialize_image), methods=["POST"]),
    Route("/rest/images/{key}", guarded(IMAGES_GET, read_image), methods=["GET"]),
]
