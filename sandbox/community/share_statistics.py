"""What happened to the posts of a company page, in both gateways: organizationalEntityShareStatistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from sandbox.community.organizations import SCOPES, check_administers
from sandbox.http.gateway import Call, Operation, in_both_gateways
from sandbox.http.restli import listed, parameter
from sandbox.model.posts import StoredPost
from sandbox.protocol.errors import refused

KINDS = {"shares": "share", "ugcPosts": "ugcPost"}


def find(call: Call) -> Response:
    """The figures of all posts of an organization, or of those that `shares` or `ugcPosts` name."""
    if "timeIntervals" in call.request.query_params:
        raise refused("not_imitated", "the figures of a page by day or month")
    urn = call.request.query_params.get("organizationalEntity", "")
    check_administers(urn, call)
    posts = [post for post in call.sandbox.posts.newest() if post.author == urn]
    named = {kind: _urns(call, name) for name, kind in KINDS.items()}
    if any(named.values()):
        elements = [
            {kind: each, "organizationalEntity": urn, "totalShareStatistics": _figures([_post(each, posts)], call)}
            for kind, urns in named.items()
            for each in urns
        ]
    else:
        elements = [{"organizationalEntity": urn, "totalShareStatistics": _figures(posts, call)}]
    return listed(call, elements, dict)


def _urns(call: Call, name: str) -> list[str]:
    """The URNs of shares=List(…), or of shares[0]=…&shares[1]=… in the older form. Raises ApiError 400."""
    given = call.request.query_params
    older = [value for key, value in given.multi_items() if key.startswith(f"{name}[")]
    urns = parameter(call, name) if name in given else older
    if not isinstance(urns, list) or not all(isinstance(urn, str) for urn in urns):
        raise refused("bad_parameter", name, given.get(name))
    return urns


def _post(urn: str, posts: Sequence[StoredPost]) -> StoredPost:
    """Raises ApiError 404 for a post that is not the organization's. [I]"""
    found = next((post for post in posts if post.urn == urn), None)
    if found is None:
        raise refused("no_entity")
    return found


def _figures(posts: Sequence[StoredPost], call: Call) -> dict[str, Any]:
    """Sums; opened pages are impressions, and as their readers are not known, nobody counts as reached. [I]"""
    sandbox, urns = call.sandbox, {post.urn for post in posts}
    impressions = sum(sum(sandbox.views.by_day(urn).values()) for urn in urns)
    likes = sum(len(sandbox.social.reactions(urn)) for urn in urns)
    comments = sum(len(sandbox.social.comments(urn)) for urn in urns)
    shares = sum(post.parent in urns for post in sandbox.posts.newest())
    return {
        "impressionCount": impressions,
        "uniqueImpressionsCount": 0,
        "clickCount": 0,
        "likeCount": likes,
        "commentCount": comments,
        "shareCount": shares,
        "engagement": (likes + comments + shares) / impressions if impressions else 0.0,
    }


RESOURCE = "organizationalEntityShareStatistics"
FIND = Operation(RESOURCE, "FINDER-organizationalEntity", SCOPES, "D:S15")
ROUTES = in_both_gateways("GET", f"/{RESOURCE}", ("q=organizationalEntity", FIND, find))
