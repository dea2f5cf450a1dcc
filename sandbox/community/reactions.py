"""Reactions: /reactions of both gateways creates, reads, lists and deletes them."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.community.access import canonical, check_readable, social_routes, writable
from sandbox.directory.authors import BY_URN
from sandbox.http.gateway import Call, created
from sandbox.http.permissions import actor_of, may_act
from sandbox.http.request import raw_path
from sandbox.http.restli import batch, listed, parameter, record
from sandbox.model.social import REACTIONS, StoredReaction
from sandbox.protocol.errors import refused
from sandbox.protocol.restli_values import Value, parse
from sandbox.protocol.schema import Checker

SORTS = ("CHRONOLOGICAL", "REVERSE_CHRONOLOGICAL", "RELEVANCE")  # [?]


def create(call: Call) -> Response:
    """Create a reaction of ?actor=…: 201, the reaction's URN in a header, the reaction in the body. [D]"""
    check = Checker(call.json())
    check.only(("root", "reactionType"))
    root, kind = check.get("/root", str), check.get("/reactionType", str)
    check.finish()

    actor_urn = call.request.query_params.get("actor")
    if not actor_urn:
        raise refused("missing", "actor")  # [I]
    actor = actor_of(actor_urn, call, "PARAM")
    if kind not in REACTIONS:
        raise refused("cannot_be", "reactionType", kind)  # [D] 400, also for MAYBE
    reaction = call.sandbox.social.react(actor, canonical(*writable(root, call)), kind)
    document = as_json(reaction, root)
    return created(call, document["id"], "/reactions", document)


def delete(call: Call) -> Response:
    """Delete the reaction (actor:…,entity:…): 204; 404 when there is none. [I]"""
    key = record(parse(_segment(call)), "actor", "entity")
    actor = actor_of(key["actor"], call, "PATH_KEY")  # [I] the place
    call.sandbox.social.unreact(actor, canonical(*call.sandbox.social.entity(key["entity"])))
    return Response(status_code=204)


def read_one(call: Call) -> Response:
    """Answer with the reaction (actor:…,entity:…)."""
    return JSONResponse(_read(parse(_segment(call)), call))


def read_several(call: Call) -> Response:
    """Answer with the reactions of ?ids=List((actor:…,entity:…),…)."""
    return batch(call, lambda key: _read(key, call), dict)


def find(call: Call) -> Response:
    """The reactions to (entity:…), or to ?entity=…, newest first: {"elements", "paging"}.

    [C] the form with the entity in the query.
    """
    if call.request.query_params["q"] != "entity":
        raise refused("no_resource")
    in_path = _segment(call) != "reactions"
    root = record(parse(_segment(call)) if in_path else {"entity": parameter(call, "entity")}, "entity")["entity"]
    sort = call.request.query_params.get("sort", f"(value:{SORTS[1]})")
    if sort not in [f"(value:{name})" for name in SORTS]:
        raise refused("bad_parameter", "sort", sort)
    post, comment = call.sandbox.social.entity(root)
    check_readable(post, call)
    reactions = call.sandbox.social.reactions(canonical(post, comment))
    if sort == f"(value:{SORTS[0]})":
        reactions.reverse()
    return listed(call, reactions, lambda reaction: as_json(reaction, root))


def as_json(reaction: StoredReaction, root: str) -> dict[str, Any]:
    """A reaction as LinkedIn returns it [D]; times in epoch milliseconds."""
    actor = reaction.author.urn
    stamp = {"actor": actor, "time": round(reaction.created_at * 1000)}
    return {
        "id": f"urn:li:reaction:({actor},{root})",
        "reactionType": reaction.type,
        "created": stamp,
        "lastModified": stamp,
        "root": root,
    }


def _read(key: Value, call: Call) -> dict[str, Any]:
    """The reaction with this key: one's own, or one to an own post. [I] Raises ApiError 403 or 404."""
    named = record(key, "actor", "entity")
    post, comment = call.sandbox.social.entity(named["entity"])
    if not may_act(named["actor"], call):
        check_readable(post, call)
    actor = BY_URN.get(named["actor"])
    if actor is None:
        raise refused("no_entity")
    return as_json(call.sandbox.social.reaction(actor, canonical(post, comment)), named["entity"])


def _segment(call: Call) -> str:
    return raw_path(call.request).rpartition("/")[2]


ALL, ONE = "/reactions", "/reactions/{key}"
RESOURCE = "reactions"
ON_REST = ("D:S13", "I")
FIND = ("q", "FINDER-entity", ON_REST, find)
ROUTES = [
    *social_routes(ALL, "POST", RESOURCE, ("", "CREATE", ("D:S13", "C:C12"), create)),
    *social_routes(ALL, "GET", RESOURCE, ("ids", "BATCH_GET", ON_REST, read_several), FIND),
    *social_routes(ONE, "GET", RESOURCE, FIND, ("", "GET", ON_REST, read_one)),
    *social_routes(ONE, "DELETE", RESOURCE, ("", "DELETE", ON_REST, delete)),
]
