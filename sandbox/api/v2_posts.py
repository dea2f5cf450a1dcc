"""The unversioned dialect: /v2/ugcPosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from sandbox.api.rest_content import ADVERTS, Content, check_parent, parent_in
from sandbox.directory.authors import Author
from sandbox.directory.members import Member
from sandbox.http.gateway import Call, Operation, created, route
from sandbox.http.permissions import POSTING, author_of, own_post
from sandbox.model.posts import NewPost, StoredMedia
from sandbox.protocol.addresses import is_web_address
from sandbox.protocol.errors import refused
from sandbox.protocol.schema import Checker, utf16_length
from sandbox.protocol.text_attributes import plain_marks

TEXT_MAX = 3000  # [D]
BACKEND_TEXT_MAX = 4000  # [C] the captured error has this number
CATEGORIES = {"NONE": "text", "ARTICLE": "article", "IMAGE": "image", "VIDEO": "video"}
CONTENT = "/specificContent/com.linkedin.ugc.ShareContent"
VISIBILITY = "/visibility/com.linkedin.ugc.MemberNetworkVisibility"
FIELDS = ("author", "lifecycleState", "specificContent", "visibility", "responseContext", "distribution")
# [C] the fields that only an answer has, [D] those of adverts; [I] that LinkedIn answers both so here
READ_ONLY = ("id", "created", "lastModified", "firstPublishedAt", "versionTag", "contentCertificationRecord")
CLOSED = (*READ_ONLY, *ADVERTS)
READ = ("r_member_social", "r_organization_social")
STATES = ("PUBLISHED", "DRAFT", "PROCESSING", "PROCESSING_FAILED", "DELETED", "PUBLISHED_EDITED", "ARCHIVED")
# [I] which of these answers a post with an unusable file gets here; codes and texts are /rest's. [D]
FAMILIES = {"IMAGE": ("STILLIMAGE", "Image"), "VIDEO": ("VIDEO", "Video")}


def create(call: Call) -> Response:
    """Publish a post: 201, the URN in a header and in the body."""
    body = call.json()
    closed = [f"/{name}" for name in CLOSED if body.get(name) is not None]
    if "distribution" in body and not str(body.get("author")).startswith("urn:li:organization:"):
        closed.append("/distribution")  # [C] for members; [I] organizations may send it
    if closed:
        raise refused("field_unpermitted", ", ".join(closed))
    urn = call.sandbox.posts.create(_checked(body, call))
    return created(call, urn, "/ugcPosts", {"id": urn})


def delete(call: Call) -> Response:
    """Delete one's own post with its comments and reactions: 204; 404 when it was deleted. [C]"""
    urn = own_post(call.key(), call).urn
    call.sandbox.posts.delete(urn)
    call.sandbox.social.forget(urn)
    return Response(status_code=204)


def unread(_: Call) -> Response:
    """Answer 501 to a token that may read posts, which LinkedIn permits; [D] 403 to every other one."""
    raise refused("not_imitated", "reading posts through /v2/ugcPosts")


def _checked(body: dict[str, Any], call: Call) -> NewPost:
    check = Checker(body)
    check.only((*FIELDS, *CLOSED))
    urn = check.get("/author", str)
    state = check.symbol("/lifecycleState", STATES)
    text = check.get(f"{CONTENT}/shareCommentary/text", str)
    marks = plain_marks(check, f"{CONTENT}/shareCommentary", text)
    category = check.symbol(f"{CONTENT}/shareMediaCategory", CATEGORIES)
    visibility = check.symbol(VISIBILITY, ("PUBLIC", "CONNECTIONS", "LOGGED_IN"))
    parent, feed, entries = parent_in(check, "responseContext"), _feed(check), _entries(check)
    check.finish()

    author = author_of(urn, call)
    _check_audience(author, state, visibility)
    _check_text(text, blank=category != "NONE" or parent is not None)
    _check_count(category, entries)
    parent = _reshared(category, parent, call)
    found = _content(category, entries, author, call)
    kind = found.kind if parent is None else "reshare"
    post = NewPost(author, text, kind, visibility, "v2", found.media, found.article, marks)
    return replace(post, parent=parent, feed_distribution=feed)


def _feed(check: Checker) -> str:
    if check.get("/distribution", dict, required=False) is None:
        return "MAIN_FEED"
    return check.symbol("/distribution/feedDistribution", ("MAIN_FEED", "NONE")) or "MAIN_FEED"


def _check_audience(author: Author, state: str, visibility: str) -> None:
    if state != "PUBLISHED":
        raise refused("field_refused", "/lifecycleState")  # [I]
    # [I] the Share page knows two values only, and an organization has no connections
    if visibility == "LOGGED_IN" or (visibility == "CONNECTIONS" and not isinstance(author, Member)):
        raise refused("field_refused", "/visibility")


def _reshared(category: str, parent: str | None, call: Call) -> str | None:
    if parent is None:
        return None
    if category != "NONE":
        raise refused("cannot_be", "shareMediaCategory", category)  # [I] a reshare shows the other post only
    return check_parent(parent, call)


def _entries(check: Checker) -> list[dict[str, Any]]:
    entries = check.get(f"{CONTENT}/media", list, required=False) or []
    for at in (f"{CONTENT}/media/{number}" for number in range(len(entries))):
        if check.get(at, dict) is None:
            continue
        check.symbol(f"{at}/status", ("READY",))
        for name in ("originalUrl", "media"):
            check.get(f"{at}/{name}", str, required=False)
        for name in ("title", "description"):
            if check.get(f"{at}/{name}", dict, required=False) is not None:
                check.get(f"{at}/{name}/text", str)
    return entries


def _check_text(text: str, *, blank: bool) -> None:
    length = utf16_length(text)
    if length > TEXT_MAX:
        maximum = BACKEND_TEXT_MAX if length > BACKEND_TEXT_MAX else TEXT_MAX  # [I] for 3001 to 4000
        raise refused("share_too_long", length, maximum)
    if not text.strip() and not blank:
        raise refused("blank", "shareCommentary")  # [I]


def _check_count(category: str, entries: list[dict[str, Any]]) -> None:
    allowed = {"NONE": range(1), "ARTICLE": range(1, 2), "IMAGE": range(1, 10_000), "VIDEO": range(1, 2)}
    if len(entries) not in allowed[category]:
        # [I] LinkedIn's message for this is not known
        raise refused("cannot_be", "shareMediaCategory", category)


def _content(category: str, entries: list[dict[str, Any]], author: Author, call: Call) -> Content:
    if category == "ARTICLE":
        return Content("article", article=_article(entries[0]))
    media = tuple(_media(number, entry, category, author, call) for number, entry in enumerate(entries))
    return Content(CATEGORIES[category], media)


def _article(entry: dict[str, Any]) -> dict[str, str]:
    url = entry.get("originalUrl")
    if not url:
        raise refused("missing", "originalUrl")  # [I]
    if not is_web_address(url):
        raise refused("cannot_be", "originalUrl", url)  # [I]
    return {"url": url, "title": _text(entry, "title"), "description": _text(entry, "description"), "thumbnail": ""}


def _media(number: int, entry: dict[str, Any], category: str, author: Author, call: Call) -> StoredMedia:
    family, kind = FAMILIES[category]
    if not entry.get("media"):
        raise refused("missing", "media")  # [I]
    unknown, foreign = (
        refused("invalid_id", category, kind),
        refused("field_refused", f"{CONTENT}/media/{number}/media"),
    )
    asset = call.sandbox.assets.usable(
        entry["media"], "digitalmediaAsset", family, author, unknown=unknown, foreign=foreign
    )
    # [I] v2 has no field for an alternative text; the description serves as one
    return asset.stored(title=_text(entry, "title"), alt_text=_text(entry, "description"))


def _text(entry: dict[str, Any], name: str) -> str:
    return str((entry.get(name) or {}).get("text", ""))


CREATE = Operation("ugcPosts", "CREATE", POSTING, "D:S6", target="create")
DELETE = Operation("ugcPosts", "DELETE", POSTING, "C:C6")
GET = Operation("ugcPosts", "GET", READ, "D:S12")
FIND = Operation("ugcPosts", "FINDER-authors", READ, "D:S12")

ROUTES = [
    route("POST", "/v2/ugcPosts", ("", CREATE, create)),
    route("GET", "/v2/ugcPosts", ("", FIND, unread)),
    route("GET", "/v2/ugcPosts/{key}", ("", GET, unread)),
    route("DELETE", "/v2/ugcPosts/{key}", ("", DELETE, delete)),
]
