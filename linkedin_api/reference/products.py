"""Which scope opens which of LinkedIn's resources, and which product on the app's Products tab grants it (§1.1)."""

from __future__ import annotations

SIGN_IN = "Sign In with LinkedIn using OpenID Connect"
SHARE = "Share on LinkedIn"
COMMUNITY = "Community Management API"

# [D] The first two are there for every app at once; LinkedIn looks at an app before it grants the third.
_PRODUCTS = {
    **dict.fromkeys(("openid", "profile", "email"), SIGN_IN),
    "w_member_social": SHARE,
    **dict.fromkeys(
        (
            "w_organization_social",
            "r_organization_social",
            "rw_organization_admin",
            "r_organization_admin",  # [I] as its rw_ variant
            "r_member_postAnalytics",
            "r_member_profileAnalytics",
            "w_member_social_feed",
            "r_member_social_feed",
            "w_organization_social_feed",
            "r_organization_social_feed",
        ),
        COMMUNITY,
    ),
}
_CLOSED = ("r_member_social",)  # [D] no product grants it to a new app
_RETIRED = ("r_liteprofile", "r_basicprofile", "r_emailaddress")  # [C] openid profile email took their place

# The names in LinkedIn's 403 texts (§7.3). Seen: userinfo, me, ugcPosts, assets, organizationAcls and the
# partnerApi… names. Not seen, so [I]: socialActions…, reactions, images, documents, memberCreatorPostAnalytics.
_READ_POSTS = dict.fromkeys(("GET", "BATCH_GET", "FINDER"), "r_member_social")
_WRITE_POSTS = dict.fromkeys(("CREATE", "PARTIAL_UPDATE", "DELETE"), "w_member_social")
# LinkedIn's pages contradict each other [D]: by live answers /rest asks for the scope for feeds, and /v2 takes
# w_member_social [C].
_WRITE_FEED = dict.fromkeys(("CREATE", "PARTIAL_UPDATE", "DELETE"), "w_member_social_feed")
_READ_FEED = dict.fromkeys(("GET", "GET_ALL", "BATCH_GET", "FINDER"), "r_member_social_feed")
_UPLOADS = dict.fromkeys(("ACTION", "GET"), "w_member_social")  # [I]
_SCOPES = {
    "userinfo": {"GET": "openid profile"},
    "me": {"GET": "r_liteprofile"},
    "ugcPosts": {**_READ_POSTS, **_WRITE_POSTS},
    "assets": _UPLOADS,
    "images": _UPLOADS,
    "documents": _UPLOADS,
    "partnerApiPostsExternal": {**_READ_POSTS, **_WRITE_POSTS},
    "partnerApiSocialActions": {**_READ_FEED, **_WRITE_FEED},
    "partnerApiSocialActionsComments": {**_READ_FEED, **_WRITE_FEED},
    "partnerApiReactions": {**_READ_FEED, **_WRITE_FEED},
    "socialActions": {**_READ_FEED, **_WRITE_POSTS},
    "reactions": {**_READ_FEED, **_WRITE_POSTS},
    "socialMetadata": _READ_FEED,
    "organizationAcls": dict.fromkeys(("FINDER", "GET"), "rw_organization_admin"),
    "memberCreatorPostAnalytics": dict.fromkeys(("FINDER", "GET"), "r_member_postAnalytics"),
}
# What opens the same for a company page, where that is another scope.
_FOR_PAGES = {
    "w_member_social": "w_organization_social",
    "r_member_social": "r_organization_social",
    "w_member_social_feed": "w_organization_social_feed",
    "r_member_social_feed": "r_organization_social_feed",
}


def product_of(scope: str) -> str | None:
    """The product that grants this scope; None for a closed, retired or unknown one."""
    return _PRODUCTS.get(scope)


def advice_for(scope: str) -> str:
    """The next step for a member whose token lacks this scope, or these scopes separated by spaces."""
    first = scope.split()[0] if scope.split() else ""
    named = " and ".join(scope.split())
    product = product_of(first)
    if product == COMMUNITY:
        return f"Apply for “{product}” on the app's Products tab; once LinkedIn grants it, sign in and allow {named}."
    if product:
        return f"Add “{product}” on the app's Products tab, then sign in again and allow {named}."
    if first in _CLOSED:
        return f"LinkedIn gives {named} to no new app; look at it on linkedin.com instead."
    if first in _RETIRED:
        return f"LinkedIn gives {named} to no new app; ask for openid, profile and email instead."
    return f"Sign in again and ask for {named}, if your app has been given it."


def scope_for(resource: str, method: str) -> str | None:
    """The scope that a member needs for a call, by the names in LinkedIn's 403; None when it is not known."""
    # partnerApiSocialMetadata is socialMetadata, and comments may be named after what they are part of [I].
    names = (resource, _short(resource), resource.partition("/")[0])
    methods = next((_SCOPES[name] for name in names if name in _SCOPES), {})
    return methods.get(method.partition("-")[0])


def page_scope_for(scope: str) -> str | None:
    """The scope that opens for a company page what this one opens for a member."""
    return _FOR_PAGES.get(scope)


def _short(resource: str) -> str:
    bare = resource.removeprefix("partnerApi").removesuffix("External")
    return bare[:1].lower() + bare[1:]
