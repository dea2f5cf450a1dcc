"""Who may comment, react and read, in both gateways: scopes, LinkedIn's names for refusals, threads (§6.1, §6.3)."""

from __future__ import annotations

from starlette.routing import Route

from sandbox.http.gateway import Call, Handler, Operation, route
from sandbox.http.permissions import POSTING, may_act
from sandbox.model.posts import StoredPost
from sandbox.model.social import StoredComment, thread_number
from sandbox.protocol.errors import refused

REST, V2 = GATEWAYS = ("/rest", "/v2")
# [D] the scopes that LinkedIn's pages name for both gateways
WRITE = ("w_member_social_feed", "w_organization_social_feed")
# [C live] /v2 takes these too, /rest refuses them
WRITE_ON_V2 = (*WRITE, *POSTING)
READ = ("r_member_social", "r_member_social_feed", "r_organization_social", "r_organization_social_feed")
COUNTS = ("r_member_social_feed", "r_organization_social_feed")  # [D]; organizations [I]
WRITING = ("CREATE", "PARTIAL_UPDATE", "DELETE")

# As a Choice of the gateway, with the method and its evidence on /rest and on /v2 in place of the operation.
SocialChoice = tuple[str, str, tuple[str, str], Handler]


def social_routes(path: str, verb: str, resource: str, *choices: SocialChoice) -> list[Route]:
    """The routes of `path` below /rest and /v2; the choice whose parameter is in the query answers, "" always does."""
    return [social_route(gateway, path, verb, resource, *choices) for gateway in GATEWAYS]


def social_route(gateway: str, path: str, verb: str, resource: str, *choices: SocialChoice) -> Route:
    """One gateway's route of social_routes()."""
    made = [(query, _operation(gateway, resource, method, of), handler) for query, method, of, handler in choices]
    return route(verb, gateway + path, *made)


def _operation(gateway: str, resource: str, method: str, evidence: tuple[str, str]) -> Operation:
    """An operation of a gateway, with its scopes and its name in LinkedIn's 403."""
    versioned = gateway == REST
    if method in WRITING:
        scopes = WRITE if versioned else WRITE_ON_V2
    else:
        scopes = COUNTS if resource == "socialMetadata" else READ
    # [C live] partnerApiSocialActions.CREATE .GET .GET_ALL, partnerApiReactions.CREATE, partnerApiSocialMetadata.GET;
    # [C] socialActions.GET.NO_VERSION on /v2; all others by the same pattern [I]
    name = f"partnerApi{resource[0].upper()}{resource[1:]}" if versioned else resource
    return Operation(name, method, scopes, evidence[GATEWAYS.index(gateway)], versioned)


def writable(urn: str, call: Call) -> tuple[StoredPost, StoredComment | None]:
    """The post, or the comment with its post, to comment on or react to.

    Raises ApiError 404 for an unknown post, and as long as LinkedIn has not made the activity of a new one; 400 for
    the URN of another thread. [C live] for comments, [I] for reactions
    """
    absent = refused("no_activity", urn)
    post, comment = call.sandbox.social.entity(urn, absent)
    if call.sandbox.faults.take("thread", ["activity_missing"]) or not call.sandbox.social.has_activity(post):
        raise absent
    return post, comment


def check_thread(field: str, urn: str | None, post: StoredPost) -> None:
    """Raise ApiError 400 when this URN in the body names another thread; share, ugcPost and activity are one. [I]"""
    if urn is None:
        return  # [C] four programs send no object
    number = thread_number(urn)
    if number is None:
        raise refused("cannot_be", field, urn)  # [I]
    if number != thread_number(post.urn):
        raise refused("other_thread", urn, post.urn)


def canonical(post: StoredPost, comment: StoredComment | None) -> str:
    """The URN under which an entity's reactions are stored, whichever of its URNs was sent."""
    return comment.urn if comment else post.urn


def check_readable(post: StoredPost, call: Call) -> None:
    """Raise ApiError 403 unless the post is one's own or one's organization's, with the scope for it. [I]"""
    if not may_act(post.author, call):
        raise call.denied()
