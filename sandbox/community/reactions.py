"""Reactions and counts: /rest/reactions and /rest/socialMetadata."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.community.access import REST, check_readable, choosing, in_both_gateways, writable
from sandbox.http.gateway import Call, created
from sandbox.http.permissions import actor_of
from sandbox.http.request import raw_path
from sandbox.http.restli import paged, parse, record
from sandbox.model.posts import StoredPost
from sandbox.model.social import REACTIONS, StoredComment, StoredReaction
from sandbox.protocol import errors
from sandbox.protocol.schema import Checker

SORTS = ("CHRONOLOGICAL", "REVERSE_CHRONOLOGICAL", "RELEVANCE")  # [?]


def create(call: Call) -> Response:
    """Create a reaction of ?actor=…: 201, the reaction's URN in a header, the reaction in the body."""
    call.expect_method("CREATE")
    check = Checker(call.json())
    check.only(("root", "reactionType"))
    root, kind = check.get("/root", str), check.get("/reactionType", str)
    check.finish()

    actor_urn = call.request.query_params.get("actor")
    if not actor_urn:
        raise errors.missing("actor")  # [I]
    actor = actor_of(actor_urn, call, "PARAM")
    if kind not in REACTIONS:
        raise errors.cannot_be("reactionType", kind)  # [D] 400, also for MAYBE
    reaction = call.sandbox.social.react(actor, _canonical(*writable(root, call)), kind)
    urn = f"urn:li:reaction:({actor.urn},{root})"
    return created(call, urn, "/reactions", as_json(reaction, root))


def delete(call: Call) -> Response:
    """Delete the reaction (actor:…,entity:…): 204; 404 when there is none."""
    call.expect_method("DELETE")
    key = record(parse(_segment(call)), "actor", "entity")
    actor = actor_of(key["actor"], call, "PATH_KEY")  # [I] the place
    call.sandbox.social.unreact(actor, _canonical(*call.sandbox.social.entity(key["entity"])))
    return Response(status_code=204)


def find(call: Call) -> Response:
    """The reactions to (entity:…), newest first: {"elements", "paging"}."""
    call.expect_method("FINDER")
    if call.request.query_params.get("q") != "entity":
        raise errors.no_resource()
    root = record(parse(_segment(call)), "entity")["entity"]
    sort = call.request.query_params.get("sort", f"(value:{SORTS[1]})")
    if sort not in [f"(value:{name})" for name in SORTS]:
        raise errors.bad_parameter("sort", sort)
    post, comment = call.sandbox.social.entity(root)
    check_readable(post, call)
    reactions = call.sandbox.social.reactions(_canonical(post, comment))
    if sort == f"(value:{SORTS[0]})":
        reactions.reverse()
    shown, paging = paged(call, reactions)
    return JSONResponse({"elements": [as_json(reaction, root) for reaction in shown], "paging": paging})


def metadata(call: Call) -> Response:
    """Count the reactions of each type and the comments of a post or comment. [?] the names of the members"""
    call.expect_method("GET")
    urn = call.key()
    post, comment = call.sandbox.social.entity(urn)
    check_readable(post, call)
    kinds = Counter(reaction.type for reaction in call.sandbox.social.reactions(_canonical(post, comment)))
    return JSONResponse(
        {
            "entity": urn,
            "commentsState": "OPEN",
            "commentSummary": _comments(post, comment, call),
            "reactionSummaries": {kind: {"reactionType": kind, "count": kinds[kind]} for kind in sorted(kinds)},
        }
    )


def as_json(reaction: StoredReaction, root: str) -> dict[str, Any]:
    """A reaction as LinkedIn returns it; times in epoch milliseconds."""
    actor = reaction.author.urn
    stamp = {"actor": actor, "time": round(reaction.created_at * 1000)}
    return {
        "id": f"urn:li:reaction:({actor},{root})",
        "reactionType": reaction.type,
        "created": stamp,
        "lastModified": stamp,
        "root": root,
    }


def _comments(post: StoredPost, comment: StoredComment | None, call: Call) -> dict[str, int]:
    comments = call.sandbox.social.comments(post.urn)
    if comment is not None:
        replies = sum(reply.parent == comment.id for reply in comments)
        return {"count": replies, "aggregatedTotalComments": replies}
    return {"count": sum(not each.parent for each in comments), "aggregatedTotalComments": len(comments)}


def _canonical(post: StoredPost, comment: StoredComment | None) -> str:
    """The URN under which an entity's reactions are stored, for any of its URNs."""
    return comment.urn if comment else post.urn


def _segment(call: Call) -> str:
    return raw_path(call.request).rpartition("/")[2]


KEY = "/reactions/{key}"
ROUTES = [
    *in_both_gateways("/reactions", "POST", "reactions", ("", "CREATE", create)),
    *in_both_gateways(KEY, "DELETE", "reactions", ("", "DELETE", delete)),
    *in_both_gateways(KEY, "GET", "reactions", ("", "FINDER-entity", find)),
    Route("/rest/socialMetadata/{key}", choosing(REST, "socialMetadata", ("", "GET", metadata)), methods=["GET"]),
]
