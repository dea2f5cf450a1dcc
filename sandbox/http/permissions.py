"""Decides as whom a call may act: as its member, or as an organization for which the member may post."""

from __future__ import annotations

import re

from sandbox.directory.authors import BY_URN, Author
from sandbox.http.gateway import Call
from sandbox.model.posts import StoredPost
from sandbox.protocol.errors import refused

POST_AS_MEMBER = ("w_member_social",)
POST_AS_ORGANIZATION = ("w_organization_social",)
POSTING = POST_AS_MEMBER + POST_AS_ORGANIZATION
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
    if not may_act(urn, call, POST_AS_MEMBER, POST_AS_ORGANIZATION):
        raise refused("field_refused", "/author")
    return BY_URN[urn]


def needs_organization_scope(urn: str, call: Call) -> bool:
    """Whether this is an organization, and the token has no scope to publish as one."""
    return urn.startswith("urn:li:organization:") and not call.has(*POST_AS_ORGANIZATION)


def actor_of(urn: str, call: Call, where: str = "REQUEST_BODY") -> Author:
    """The actor of a comment or reaction. Raises ApiError 403 [/actor]."""
    if not may_act_by_scope(urn, call):
        raise refused("field_refused", "/actor", where)
    return BY_URN[urn]


def own_post(urn: str, call: Call) -> StoredPost:
    """A post that this call may change. Raises ApiError 404, also for a post of others [I]; 403 without the scope."""
    post = call.sandbox.posts.get(urn)
    if post is None or not is_own(post.author, call):
        raise refused("no_entity")
    if not may_act(post.author, call, POST_AS_MEMBER, POST_AS_ORGANIZATION):
        raise call.denied()
    return post


def is_own(urn: str, call: Call) -> bool:
    """Whether this is the token's member, or an organization for which the member may post."""
    return urn == call.member.urn or call.sandbox.organizations.may_post(call.member, urn)


def may_act(urn: str, call: Call, as_member: tuple[str, ...], as_organization: tuple[str, ...]) -> bool:
    """Whether the call has one of the scopes that its member, or its organization, needs."""
    scopes = as_member if urn == call.member.urn else as_organization
    return is_own(urn, call) and call.has(*scopes)


def may_act_by_scope(urn: str, call: Call) -> bool:
    """may_act() with the scopes of the call's own operation: "_member_" or "_organization_" in a name says for whom."""
    scopes = call.operation.scopes
    for_members = tuple(scope for scope in scopes if "_member_" in scope)
    return may_act(urn, call, for_members, tuple(scope for scope in scopes if "_organization_" in scope))
