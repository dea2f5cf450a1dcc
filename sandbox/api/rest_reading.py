"""Reads posts of /rest/posts: one, several, or all of an author; self-serve applications have no access."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.api.rest_content import POLL_DEFAULTS
from sandbox.http.gateway import Call, Operation
from sandbox.http.permissions import may_act
from sandbox.http.restli import batch, listed, only_parameters
from sandbox.model.posts import StoredMedia, StoredPost
from sandbox.protocol.errors import refused
from sandbox.protocol.little_text import written

POSTS = "partnerApiPostsExternal"  # [C]
SCOPES = ("r_member_social", "r_organization_social")
VIEWS = ("READER", "AUTHOR")  # [D] AUTHOR
# [D] sortBy and viewContext, [C] isDsc, which the sandbox takes and does not need
FINDER_PARAMETERS = ("q", "author", "count", "start", "sortBy", "isDsc", "viewContext")

GET = Operation(POSTS, "GET", SCOPES, "D:S8", versioned=True)
FIND = Operation(POSTS, "FINDER-author", SCOPES, "D:S8", versioned=True)
BATCH_GET = Operation(POSTS, "BATCH_GET", SCOPES, "D:S8", versioned=True)


def read_one(call: Call) -> Response:
    """Answer with one's own post. Raises ApiError 404, and 403 for another author's post. [I]"""
    _check_view(call)
    return JSONResponse(as_json(_readable(call.key(), call)))


def read_several(call: Call) -> Response:
    """Answer with the posts of ?ids=List(…), each as one would be read, or with its error."""
    _check_view(call)
    return batch(call, lambda urn: as_json(_readable(urn, call)))


def find(call: Call) -> Response:
    """The posts of one author, newest first: {"elements", "paging"}."""
    params = call.request.query_params
    if params.get("q") != "author":
        raise refused("no_resource")
    only_parameters(call, FINDER_PARAMETERS)
    _check_view(call)
    author = params.get("author")
    if not author:
        raise refused("missing", "author")  # [I]
    if not may_act(author, call):
        raise call.denied()  # [I]
    return listed(call, [post for post in call.sandbox.posts.newest() if post.author == author], as_json)


def as_json(post: StoredPost) -> dict[str, Any]:
    """A post as LinkedIn returns it; times in epoch milliseconds, the text as little text."""
    created_ms = _ms(post.created_at)
    document: dict[str, Any] = {
        "id": post.urn,
        "author": post.author,
        "commentary": written(post.text, post.marks),
        "visibility": post.visibility,
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": post.edited_at is not None},
        "distribution": {
            "feedDistribution": post.feed_distribution,
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "isReshareDisabledByAuthor": post.reshare_disabled,
        "createdAt": created_ms,
        "publishedAt": created_ms,
        "lastModifiedAt": _ms(post.edited_at) if post.edited_at else created_ms,
    }
    parts = {"content": _content(post), "reshareContext": {"parent": post.parent} if post.parent else {}}
    return document | {name: part for name, part in parts.items() if part}


def _content(post: StoredPost) -> dict[str, Any]:
    if post.article:
        return {"article": _article(post.article)}
    if post.poll:
        return {"poll": _poll(post.poll)}
    if len(post.media) == 1:
        named = {"id": _rest_urn(post.media[0]), "title": post.media[0].title, "altText": post.media[0].alt_text}
        return {"media": {name: value for name, value in named.items() if value}}
    if post.media:
        images = [{"id": _rest_urn(media), "altText": media.alt_text} for media in post.media]
        return {"multiImage": {"images": images}}
    return {}


def _article(article: dict[str, str]) -> dict[str, str]:
    given = {"source": article["url"], "title": article["title"], "description": article["description"]}
    thumbnail = PurePosixPath(article.get("thumbnail", "")).stem
    if thumbnail:
        given["thumbnail"] = f"urn:li:image:{thumbnail}"
    return {name: value for name, value in given.items() if value}


def _poll(poll: dict[str, Any]) -> dict[str, Any]:
    chosen = {name: poll.get(name, usual) for name, usual in POLL_DEFAULTS.items()}
    settings = {"duration": poll["duration"], **chosen}
    options = [{"text": text} for text in poll["options"]]
    return {"question": poll["question"], "options": options, "settings": settings}


def _rest_urn(media: StoredMedia) -> str:
    # [I] A file that was uploaded through /v2 has this dialect's URN here.
    kind = "video" if media.content_type.startswith("video/") else "image"
    return media.urn.replace("urn:li:digitalmediaAsset:", f"urn:li:{kind}:")


def _readable(urn: str, call: Call) -> StoredPost:
    post = call.sandbox.posts.get(urn)
    if post is None:
        raise refused("no_entity")
    if not may_act(post.author, call):
        raise call.denied()
    return post


def _check_view(call: Call) -> None:
    view = call.request.query_params.get("viewContext", VIEWS[0])
    if view not in VIEWS:
        raise refused("bad_parameter", "viewContext", view)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
