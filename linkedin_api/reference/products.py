"""Which scope opens which of LinkedIn's resources, and which product on the app's Products tab grants it (§1.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGN_IN = "Sign In with LinkedIn using OpenID Connect"
SHARE = "Share on LinkedIn"
COMMUNITY = "Community Management API"
ADVERTISING = "Advertising API"

# [C] no page of LinkedIn's says so
TWO_APPS = "LinkedIn allows no other product beside it, so a person and a company page need two apps"
AUTOMATION = "LinkedIn's terms speak against fully automated posting"  # API Terms 3.1(26), User Agreement 8.2 [D]

_LISTED_NOWHERE = "r_member_social_feed"  # [D] LinkedIn's pages name it, [C] the portal's list of the product does not
NOT_LISTED = f"The developer portal does not list {_LISTED_NOWHERE} for it, so ask LinkedIn whether an app can have it."

OPENID = ("openid", "profile", "email")
# [D] LinkedIn grants the first two to every app at once, and the others after a review.
_PRODUCTS = {
    **dict.fromkeys(OPENID, SIGN_IN),
    "w_member_social": SHARE,
    **dict.fromkeys(
        (
            "r_basicprofile",
            "r_1st_connections_size",
            "w_organization_social",
            "r_organization_social",
            "r_organization_followers",
            "rw_organization_admin",
            "r_member_postAnalytics",
            "r_member_profileAnalytics",
            "w_member_social_feed",
            _LISTED_NOWHERE,  # [I]
            "w_organization_social_feed",
            "r_organization_social_feed",
        ),
        COMMUNITY,
    ),
    "r_organization_admin": ADVERTISING,
}
_ADVERTISING_TOO = frozenset(  # [D]
    (
        "r_basicprofile",
        "r_1st_connections_size",
        "w_organization_social",
        "r_organization_social",
        "rw_organization_admin",
    )
)
_CLOSED = ("r_member_social",)  # [D] no product grants it to a new app
_RETIRED = ("r_liteprofile", "r_emailaddress")  # [C] openid profile email took their place

# The resources in LinkedIn's 403 texts (§7.3), as _plain_name() writes them. Seen: userinfo, me, ugcPosts, assets,
# organizationAcls, socialActions, reactions, socialMetadata, posts. Not seen, so [I]: the others.
_READ_POSTS = dict.fromkeys(("GET", "BATCH_GET", "FINDER"), "r_member_social")
_WRITE_POSTS = dict.fromkeys(("CREATE", "PARTIAL_UPDATE", "DELETE"), "w_member_social")
# LinkedIn's pages contradict each other [D]: by live answers /rest asks for the scope for feeds, and /v2 takes
# w_member_social [C].
_WRITE_FEED = dict.fromkeys(("CREATE", "PARTIAL_UPDATE", "DELETE"), "w_member_social_feed")
_READ_FEED = dict.fromkeys(("GET", "GET_ALL", "BATCH_GET", "FINDER"), "r_member_social_feed")
_UPLOADS = dict.fromkeys(("ACTION", "GET"), "w_member_social")  # [I]
_SCOPES = {
    "userinfo": {"GET": "openid profile"},
    "me": {"GET": "r_basicprofile"},
    "ugcPosts": {**_READ_POSTS, **_WRITE_POSTS},
    "assets": _UPLOADS,
    "images": _UPLOADS,
    "documents": _UPLOADS,
    "posts": {**_READ_POSTS, **_WRITE_POSTS},
    "socialActions": {**_READ_FEED, **_WRITE_FEED},
    "socialActionsComments": {**_READ_FEED, **_WRITE_FEED},
    "reactions": {**_READ_FEED, **_WRITE_FEED},
    "socialMetadata": {**_READ_FEED, **_WRITE_FEED},
    **dict.fromkeys(
        ("organizationAcls", "organizationalEntityAcls", "organizations", "organizationsLookup"),
        dict.fromkeys(("FINDER", "GET", "BATCH_GET"), "rw_organization_admin"),
    ),
    "memberCreatorPostAnalytics": dict.fromkeys(("FINDER", "GET"), "r_member_postAnalytics"),
}
# What opens the same for a company page, where that is another scope.
_FOR_PAGES = {
    "w_member_social": "w_organization_social",
    "r_member_social": "r_organization_social",
    "w_member_social_feed": "w_organization_social_feed",
    "r_member_social_feed": "r_organization_social_feed",
}


_DRESS = re.compile(r"^partnerApi|External(?=$|V\d+$)|V\d+$")
_VERBS = {"POST": "CREATE", "PUT": "ACTION", "PATCH": "PARTIAL_UPDATE"}  # the others are Rest.li's own names


def product_of(scope: str) -> str | None:
    """The product that grants this scope; None for a closed, retired or unknown one."""
    return _PRODUCTS.get(scope)


def advice_for(scope: str) -> str:
    """The next step for a member whose token lacks this scope, or these scopes separated by spaces."""
    first = scope.split()[0] if scope.split() else ""
    named = " and ".join(scope.split())
    product = product_of(first)
    if product in (COMMUNITY, ADVERTISING):
        return _reviewed(product, scope.split())
    if product:
        other = (
            f" An app with “{COMMUNITY}” cannot have it, and signs in with r_basicprofile." if first in OPENID else ""
        )
        return f"Add “{product}” on the app's Products tab, then sign in again and allow {named}.{other}"
    if first in _CLOSED:
        return f"LinkedIn gives {named} to no new app; look at it on linkedin.com instead."
    if first in _RETIRED:
        return f"LinkedIn gives {named} to no new app; ask for openid, profile and email instead."
    return f"Sign in again and ask for {named}, if your app has been given it."


def _reviewed(product: str, scopes: Sequence[str]) -> str:
    """The next step to scopes of a product that LinkedIn grants after a review only."""
    alone = f" with an app of its own: {TWO_APPS}" if product == COMMUNITY else ""
    shared = [scope for scope in scopes if scope in _ADVERTISING_TOO]
    also = f" “{ADVERTISING}” grants {' and '.join(shared)} as well." if shared else ""
    unsure = f" {NOT_LISTED}" if _LISTED_NOWHERE in scopes else ""
    terms = f" {AUTOMATION}." if any(scope.startswith("w_") for scope in scopes) else ""
    allow = f"Once LinkedIn grants it, sign in with that app and allow {' and '.join(scopes)}."
    return f"Apply for “{product}”{alone}.{also}{unsure} {allow}{terms}"


def scope_for(operation: str) -> str | None:
    """The scope that a member needs for a call, by its name in LinkedIn's 403; None when it is not known.

    `operation` is "ugcPosts.CREATE.NO_VERSION", "socialActionsV2.GET_ALL.20230401" or "POST /ugcPosts".
    """
    verb, space, path = operation.partition(" ")
    if space:
        resource, method = path.strip("/").removeprefix("v2/").removeprefix("rest/"), _VERBS.get(verb, verb)
        version = ""
    else:
        resource, method, version = [*operation.split("."), "", ""][:3]
    # Comments may be named after what they are part of [I].
    names = (_plain_name(resource), _plain_name(resource.partition("/")[0]))
    methods = next((_SCOPES[name] for name in names if name in _SCOPES), {})
    scope = methods.get(method.partition("-")[0])
    return "w_member_social" if version == "NO_VERSION" and scope == "w_member_social_feed" else scope


def page_scope_for(scope: str) -> str | None:
    """The scope that opens for a company page what this one opens for a member."""
    return _FOR_PAGES.get(scope)


def _plain_name(resource: str) -> str:
    """partnerApiSocialMetadata, socialMetadataV2 and socialMetadata?ids=… are all socialMetadata [I]."""
    bare = _DRESS.sub("", resource.partition("?")[0])
    return bare[:1].lower() + bare[1:]


PRODUCTS = (SIGN_IN, SHARE, COMMUNITY, ADVERTISING)


def may_share_an_app(one: str, other: str) -> bool:
    """Whether two products may be on one app (§1.9): beside the Community Management API none may be [C]."""
    return one == other or COMMUNITY not in (one, other)


def clash(scopes: Sequence[str]) -> str | None:
    """Why no app can have all of these scopes, with the next step; None when one can."""
    for scope in scopes:
        if scope in _RETIRED or scope in _CLOSED:
            return f"LinkedIn refuses the whole sign-in for {scope}. {advice_for(scope)}"
    of_community = [scope for scope in scopes if product_of(scope) == COMMUNITY and scope not in _ADVERTISING_TOO]
    openid = [scope for scope in scopes if scope in OPENID]
    if openid and of_community:
        return (
            f"No app has both {' '.join(openid)} and {' '.join(of_community)}: “{COMMUNITY}” must be the only product "
            f"of its app. Take {' '.join(openid)} out and put r_basicprofile in, or take the others out."
        )
    return None
