"""The versioned dialect's posts: /rest/posts publishes, edits and deletes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from sandbox.api.rest_content import ADVERTS, Content, check_length, check_parent, parent_in, read_content
from sandbox.api.rest_reading import BATCH_GET, FIND, GET, POSTS, find, read_one, read_several
from sandbox.api.v2_posts import delete
from sandbox.directory.authors import Author
from sandbox.directory.members import Member
from sandbox.http.gateway import Call, Operation, created, route
from sandbox.http.permissions import POSTING, author_of, own_post
from sandbox.model.posts import NewPost
from sandbox.protocol.errors import refused
from sandbox.protocol.little_text import read, uncut
from sandbox.protocol.schema import Checker

TEXT_MAX = 3000  # [D]
FIELDS = (
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "content",
    "reshareContext",
)
DISTRIBUTION = ("feedDistribution", "targetEntities", "thirdPartyDistributionChannels")
# [D] all of these are in the schema; [I] that no token of this sandbox may write them, and that LinkedIn answers so
CLOSED = (*ADVERTS, "id", "lifecycleStateInfo", "createdAt", "publishedAt", "lastModifiedAt")
# [D] the fields that a program may change; the sandbox has neither adverts nor drafts, so only the text remains [I]
UPDATABLE = ("contentCallToActionLabel", "contentLandingPage", "reshareContext", "lifecycleState", "adContext")


def create(call: Call) -> Response:
    """Publish a post: 201, the URN in a header, an empty body."""
    return created(call, call.sandbox.posts.create(_new_post(call.json(), call)), "/posts")


def _new_post(body: dict[str, Any], call: Call) -> NewPost:
    if closed := [f"/{name}" for name in CLOSED if body.get(name) is not None]:
        raise refused("field_unpermitted", ", ".join(closed))
    check = Checker({name: value for name, value in body.items() if name not in CLOSED})
    check.only(FIELDS)
    urn, commentary = check.get("/author", str), check.get("/commentary", str)
    visibility = check.symbol("/visibility", ("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"))
    feed = _feed(check)
    state = check.symbol("/lifecycleState", ("PUBLISHED", "DRAFT", "PUBLISH_REQUESTED", "PUBLISH_FAILED"))
    closed_to_others = bool(check.get("/isReshareDisabledByAuthor", bool, required=False))
    content, parent = check.get("/content", dict, required=False), parent_in(check, "reshareContext")
    check.finish()

    author = author_of(urn, call)
    _check_audience(author, state, visibility)
    _check_text(commentary, bare=not content and parent is None)
    if parent:
        found, parent = Content("reshare"), _reshared(parent, content, call)
    else:
        found = read_content(content, author, call)
    text, marks = read(commentary)
    post = NewPost(author, text, found.kind, visibility, "rest", found.media, found.article, marks, found.poll)
    return replace(post, parent=parent, feed_distribution=feed, reshare_disabled=closed_to_others)


def _feed(check: Checker) -> Any:
    if check.get("/distribution", dict) is None:
        return None
    check.only(DISTRIBUTION, "/distribution")
    for name in DISTRIBUTION[1:]:
        check.get(f"/distribution/{name}", list, required=False)
    return check.symbol("/distribution/feedDistribution", ("MAIN_FEED", "NONE"))


def _check_audience(author: Author, state: str, visibility: str) -> None:
    if state != "PUBLISHED":
        raise refused("cannot_be", "lifecycleState", state)
    # [I] nobody here can post to containers; [D] connections are members'
    if visibility == "CONTAINER" or (visibility == "CONNECTIONS" and not isinstance(author, Member)):
        raise refused("cannot_be", "visibility", visibility)


def _check_text(commentary: str, *, bare: bool) -> None:
    """Raise ApiError 400 for a text that is too long, or blank where nothing else is shown."""
    check_length("commentary", uncut(commentary), TEXT_MAX)
    if bare and not commentary.strip():
        raise refused("blank", "commentary")


def _reshared(parent: str, content: dict[str, Any] | None, call: Call) -> str:
    if content:
        raise refused("cannot_be", "content", ", ".join(sorted(content)))  # [I] a reshare shows the other post only
    return check_parent(parent, call)


def update(call: Call) -> Response:
    """Change the text of one's own post: 204. [D] The other fields cannot be changed here. [I]"""
    urn = call.key()
    if "x-restli-method" not in call.request.headers:
        raise refused("partial_update_required")  # [I]
    changes = _changes(call.json())
    post = own_post(urn, call)
    for name in changes:
        if name != "commentary":
            raise refused("cannot_be", name, changes[name])  # [I]
    if "commentary" not in changes:
        raise refused("missing", "commentary")  # [I]
    _check_text(changes["commentary"], bare=post.kind == "text")
    call.sandbox.posts.edit(post.urn, *read(changes["commentary"]))
    return Response(status_code=204)


def _changes(body: dict[str, Any]) -> dict[str, Any]:
    check = Checker(body)
    check.only(("patch",))
    check.only(("$set",), "/patch")
    changes: dict[str, Any] = check.get("/patch/$set", dict) or {}
    closed = [f"/patch/$set/{name}" for name in changes if name in CLOSED]
    if closed:
        raise refused("field_unpermitted", ", ".join(closed))
    check.only((*FIELDS, *UPDATABLE), "/patch/$set")
    if "commentary" in changes:
        check.get("/patch/$set/commentary", str)
    check.finish()
    return changes


CREATE = Operation(POSTS, "CREATE", POSTING, "D:S8", versioned=True, target="create")
UPDATE = Operation(POSTS, "PARTIAL_UPDATE", POSTING, "D:S8", versioned=True)
DELETE = Operation(POSTS, "DELETE", POSTING, "C:C6", versioned=True)

ROUTES = [
    route("POST", "/rest/posts", ("", CREATE, create)),
    route("GET", "/rest/posts", ("ids", BATCH_GET, read_several), ("", FIND, find)),
    route("GET", "/rest/posts/{key}", ("", GET, read_one)),
    route("POST", "/rest/posts/{key}", ("", UPDATE, update)),
    route("DELETE", "/rest/posts/{key}", ("", DELETE, delete)),
]
