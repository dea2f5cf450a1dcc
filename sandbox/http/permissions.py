"""Decides as whom a call may act: as its member, or as an organization for which the member may post."""

from __future__ import annotations

import re

from sandbox.directory.authors import BY_URN, Author
from sandbox.http.gateway import Call
from sandbox.model.posts import StoredPost
from sandbox.protocol.errors import refused

AS_ORGANIZATION = "w_organization_social"
POSTING = ("w_member_social", AS_ORGANIZATION)
URN_KIND = re.compile(r"urn:li:(\w+):", re.ASCII)


def author_of(urn: str, call: Call) -> Author:
    """The author with this URN.

    Raises: ApiError 422 for a group and every other kind of URN, 400 for an organization without its scope, 403
    [/author] unless the token may publish as this whole URN. [C] all three; [I] in this order
    """
    kind = URN_KIND.match(urn)
    if kind and kind.group(1) not in ("person", "organization"):
        raise refused("author_type", urn, kind.group(1))
    if needs_organization_scope(urn, call):
        raise refused("organization_author")
    if not may_act(urn, call):
        raise refused("field_refused", "/author")
    return BY_URN[urn]


def needs_organization_scope(urn: str, call: Call) -> bool:
    """Whether this is an organization, and the token has no scope to publish as one."""
    return urn.startswith("urn:li:organization:") and not call.has(AS_ORGANIZATION)


def actor_of(urn: str, call: Call, where: str = "REQUEST_BODY") -> Author:
    """The actor of a comment or reaction. Raises ApiError 403 [/actor]."""
    if not may_act(urn, call):
        raise refused("field_refused", "/actor", where)
    return BY_URN[urn]


def own_post(urn: str, call: Call) -> StoredPost:
    """A post that this call may change. Raises ApiError 404, also for a post of others [I]; 403 without the scope."""
    post = call.sandbox.posts.get(urn)
    if post is None or not is_own(post.author, call):
        raise refused("no_entity")
    if not may_act(post.author, call):
        raise call.denied()
    return post


def is_own(urn: str, call: Call) -> bool:
    """Whether this is the token's member, or an organization for which the member may post."""
    return urn == call.member.urn or call.sandbox.organizations.may_post(call.member, urn)


def may_act(urn: str, call: Call) -> bool:
    """Whether this is the call's member or an organization of theirs, and a scope of the operation is for that one.

    "_member_" or "_organization_" in the name of a scope says for whom it is.
    """
    for_whom = "_member_" if urn == call.member.urn else "_organization_"
    return is_own(urn, call) and call.has(*(scope for scope in call.operation.scopes if for_whom in scope))
