"""Likes, the older form of reactions, and the summary of a thread: /socialActions/{post or comment} of both gateways.

[D legacy] the calls, [C live] on /v2, [I] on /rest.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from sandbox.community.access import canonical, check_readable, check_thread, social_routes, writable
from sandbox.http.gateway import Call, created
from sandbox.http.permissions import actor_of
from sandbox.http.restli import batch, listed
from sandbox.model.social import StoredReaction
from sandbox.protocol.errors import refused
from sandbox.protocol.schema import Checker

LIKE = "LIKE"


def create(call: Call) -> Response:
    """Like a post or comment: 201, the like in the body; a reaction of the same actor becomes the like. [I]"""
    urn = call.key(-2)
    post, comment = writable(urn, call)
    body = call.json()
    if "reactionType" in body:
        raise refused("field_unpermitted", "/reactionType")  # [C]
    check = Checker(body)
    check.only(("actor", "object"))
    actor_urn, target = check.get("/actor", str), check.get("/object", str, required=False)  # [I] not required
    check.finish()

    actor = actor_of(actor_urn, call)
    check_thread("object", target, post)
    like = call.sandbox.social.react(actor, canonical(post, comment), LIKE)
    return created(call, actor.urn, f"/socialActions/{quote(urn, safe='')}/likes", as_json(like))  # [I] the key


def read_all(call: Call) -> Response:
    """The likes of a post or comment, newest first, without other reactions: {"elements", "paging"}. [I]"""
    post, comment = call.sandbox.social.entity(call.key(-2))
    check_readable(post, call)
    return listed(call, _likes(canonical(post, comment), call), as_json)


def delete(call: Call) -> Response:
    """Take the like of the actor in the path back: 204; 404 when there is none. [?]"""
    urn = call.key()
    actor = actor_of(urn, call, "PATH_KEY")  # [I] the place
    if call.request.query_params.get("actor", urn) != urn:
        raise refused("field_refused", "/actor", "PARAM")
    entity = canonical(*call.sandbox.social.entity(call.key(-3)))
    if call.sandbox.social.reaction(actor, entity).type != LIKE:
        raise refused("no_entity")
    call.sandbox.social.unreact(actor, entity)
    return Response(status_code=204)


def read_summary(call: Call) -> Response:
    """How many likes and comments a post or comment has."""
    return JSONResponse(_summary(call.key(), call))


def read_summaries(call: Call) -> Response:
    """Answer with the summaries of ?ids=List(urn,…)."""
    return batch(call, lambda urn: _summary(urn, call))


def as_json(like: StoredReaction) -> dict[str, Any]:
    """A like; times in epoch milliseconds. [I] the names, those of a comment"""
    actor = like.author.urn
    stamp = {"actor": actor, "time": round(like.created_at * 1000)}
    return {"actor": actor, "object": like.entity, "created": stamp, "lastModified": stamp}


def _summary(urn: str, call: Call) -> dict[str, Any]:
    """Counts as LinkedIn names them [D legacy]; those of the thread itself and those with replies."""
    post, comment = call.sandbox.social.entity(urn)
    check_readable(post, call)
    likes, parent = len(_likes(canonical(post, comment), call)), comment.id if comment else ""
    first_level = call.sandbox.social.count_comments(post.urn, parent)
    total = first_level if comment else call.sandbox.social.count_comments(post.urn)
    return {
        "likesSummary": {"totalLikes": likes, "aggregatedTotalLikes": likes},
        "commentsSummary": {"totalFirstLevelComments": first_level, "aggregatedTotalComments": total},
    }


def _likes(entity: str, call: Call) -> list[StoredReaction]:
    return [reaction for reaction in call.sandbox.social.reactions(entity) if reaction.type == LIKE]


ALL, ONE = "/socialActions/{entity}/likes", "/socialActions/{entity}/likes/{actor}"
RESOURCE = "socialActions"
LEGACY = ("D:S15", "D:S15")
ROUTES = [
    *social_routes(ALL, "POST", RESOURCE, ("", "CREATE", ("D:S15", "C:C12"), create)),
    *social_routes(ALL, "GET", RESOURCE, ("", "GET_ALL", LEGACY, read_all)),
    *social_routes(ONE, "DELETE", RESOURCE, ("", "DELETE", ("I", "I"), delete)),
    *social_routes("/socialActions", "GET", RESOURCE, ("ids", "BATCH_GET", LEGACY, read_summaries)),
    *social_routes("/socialActions/{entity}", "GET", RESOURCE, ("", "GET", LEGACY, read_summary)),
]
