"""The versioned dialect's posts: /rest/posts publishes, edits and deletes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from sandbox.api.rest_content import ADVERTS, Content, check_length, check_parent, parent_in, read_content
from sandbox.api.rest_reading import BATCH_GET, FIND, GET, POSTS, find, read_one, read_several
from sandbox.api.v2_posts import delete
from sandbox.directory.members import Member
from sandbox.http.gateway import Call, Operation, by_query, created, guarded
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


@dataclass(frozen=True)
class Sent:
    """A body whose fields have the right names and types."""

    author: str
    commentary: str
    visibility: str
    feed: str
    state: str
    reshare_disabled: bool
    content: dict[str, Any] | None
    parent: str | None


def create(call: Call) -> Response:
    """Publish a post: 201, the URN in a header, an empty body."""
    call.expect_method("CREATE")
    return created(call, call.sandbox.posts.create(_checked(_sent(call.json()), call)), "/posts")


def _sent(body: dict[str, Any]) -> Sent:
    closed = [f"/{name}" for name in CLOSED if body.get(name) is not None]
    if closed:
        raise refused("field_unpermitted", ", ".join(closed))
    check = Checker({name: value for name, value in body.items() if name not in CLOSED})
    check.only(FIELDS)
    sent = Sent(
        author=check.get("/author", str),
        commentary=check.get("/commentary", str),
        visibility=check.symbol("/visibility", ("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER")),
        feed=_feed(check),
        state=check.symbol("/lifecycleState", ("PUBLISHED", "DRAFT", "PUBLISH_REQUESTED", "PUBLISH_FAILED")),
        reshare_disabled=bool(check.get("/isReshareDisabledByAuthor", bool, required=False)),
        content=check.get("/content", dict, required=False),
        parent=parent_in(check, "reshareContext"),
    )
    check.finish()
    return sent


def _feed(check: Checker) -> Any:
    if check.get("/distribution", dict) is None:
        return None
    check.only(DISTRIBUTION, "/distribution")
    for name in DISTRIBUTION[1:]:
        check.get(f"/distribution/{name}", list, required=False)
    return check.symbol("/distribution/feedDistribution", ("MAIN_FEED", "NONE"))


def _checked(sent: Sent, call: Call) -> NewPost:
    author = author_of(sent.author, call)
    if sent.state != "PUBLISHED":
        raise refused("cannot_be", "lifecycleState", sent.state)
    # [I] nobody here can post to containers; [D] connections are members'
    if sent.visibility == "CONTAINER" or (sent.visibility == "CONNECTIONS" and not isinstance(author, Member)):
        raise refused("cannot_be", "visibility", sent.visibility)
    _check_text(sent.commentary, bare=not sent.content and sent.parent is None)
    if parent := sent.parent:
        found, parent = Content("reshare"), _reshared(parent, sent.content, call)
    else:
        found = read_content(sent.content, author, call)
    text, marks = read(sent.commentary)
    post = NewPost(author, text, found.kind, sent.visibility, "rest", found.media, found.article, marks, found.poll)
    return replace(post, parent=parent, feed_distribution=sent.feed, reshare_disabled=sent.reshare_disabled)


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
    call.expect_method("PARTIAL_UPDATE")
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


CREATE = Operation(POSTS, "CREATE", POSTING, versioned=True, target="create", evidence="D:S8")
UPDATE = Operation(POSTS, "PARTIAL_UPDATE", POSTING, versioned=True, evidence="D:S8")
DELETE = Operation(POSTS, "DELETE", POSTING, versioned=True, evidence="C:C6")

ROUTES = [
    Route("/rest/posts", guarded(CREATE, create), methods=["POST"]),
    Route(
        "/rest/posts", by_query(("ids", guarded(BATCH_GET, read_several)), ("", guarded(FIND, find))), methods=["GET"]
    ),
    Route("/rest/posts/{key}", guarded(GET, read_one), methods=["GET"]),
    Route("/rest/posts/{key}", guarded(UPDATE, update), methods=["POST"]),
    Route("/rest/posts/{key}", guarded(DELETE, delete), methods=["DELETE"]),
]
