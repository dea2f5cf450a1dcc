"""Counts of a thread, and comments switched off: /rest/socialMetadata. [D, one reader][C]"""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.community.access import REST, canonical, check_readable, social_route
from sandbox.http.gateway import Call
from sandbox.http.permissions import actor_of
from sandbox.http.restli import batch
from sandbox.protocol.errors import refused
from sandbox.protocol.schema import Checker

STATES = ("OPEN", "CLOSED")


def read_one(call: Call) -> Response:
    """How many reactions of each type and how many comments a post or comment has."""
    return JSONResponse(_metadata(call.key(), call))


def read_several(call: Call) -> Response:
    """Answer with the metadata of ?ids=List(urn,…)."""
    return batch(call, lambda urn: _metadata(urn, call))


def update(call: Call) -> Response:
    """Switch the comments on one's own post off or on: 204; those that are there stay. [I]"""
    post, comment = call.sandbox.social.entity(call.key())
    check = Checker(call.json())
    check.only(("patch",))
    check.only(("$set",), "/patch")
    check.only(("commentsState",), "/patch/$set")
    state = check.symbol("/patch/$set/commentsState", STATES)
    check.finish()

    if not (actor_urn := call.request.query_params.get("actor")):
        raise refused("missing", "actor")  # [I]
    actor = actor_of(actor_urn, call, "PARAM")
    if comment is not None or actor.urn != post.author:
        raise refused("field_refused", "/actor", "PARAM")  # [I] only the author of the post
    call.sandbox.social.close_comments(post.urn, state == "CLOSED")
    return Response(status_code=204)


def _metadata(urn: str, call: Call) -> dict[str, Any]:
    """[C] the names of the members; [I] that `count` counts replies, and what a reaction summary looks like"""
    social = call.sandbox.social
    post, comment = social.entity(urn)
    check_readable(post, call)
    kinds = Counter(reaction.type for reaction in social.reactions(canonical(post, comment)))
    first_level = social.count_comments(post.urn, comment.id if comment else "")
    total = first_level if comment else social.count_comments(post.urn)
    return {
        "entity": urn,
        "commentsState": STATES[social.are_comments_closed(post.urn)],
        "commentSummary": {"count": total, "topLevelCount": first_level},
        "reactionSummaries": {kind: {"reactionType": kind, "count": kinds[kind]} for kind in sorted(kinds)},
    }


ONE = "/socialMetadata/{key}"
RESOURCE = "socialMetadata"
EVIDENCE = ("C:P", "I")
ROUTES = [
    social_route(REST, "/socialMetadata", "GET", RESOURCE, ("ids", "BATCH_GET", EVIDENCE, read_several)),
    social_route(REST, ONE, "GET", RESOURCE, ("", "GET", EVIDENCE, read_one)),
    social_route(REST, ONE, "POST", RESOURCE, ("", "PARTIAL_UPDATE", EVIDENCE, update)),
]
