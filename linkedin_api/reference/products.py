"""Which scope opens which of LinkedIn's resources, and which product of an app grants it (§1.1); see products.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

SIGN_IN = "Sign In with LinkedIn using OpenID Connect"
SHARE = "Share on LinkedIn"
COMMUNITY = "Community Management API"
ADVERTISING = "Advertising API"

# [C] no page of LinkedIn's says so
TWO_APPS = "LinkedIn allows no other product beside it, so a person and a company page need two apps"
AUTOMATION = "LinkedIn's terms speak against fully automated posting"  # API Terms 3.1(26), User Agreement 8.2 [D]

_LISTED_NOWHERE = "r_member_social_feed"  # [D] LinkedIn's pages name it, [C] the portal's list of the product does not
NOT_LISTED = f"The developer portal does not list {_LISTED_NOWHERE} for it, so ask LinkedIn whether an app can have it."

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)
PRODUCTS = (SIGN_IN, SHARE, COMMUNITY, ADVERTISING)
OPENID = tuple(_TABLE["products"][SIGN_IN].split())
_PRODUCTS: dict[str, str] = {scope: product for product in PRODUCTS for scope in _TABLE["products"][product].split()}
_ADVERTISING_TOO, _CLOSED, _RETIRED = (
    _TABLE["others"][name].split() for name in ("advertising_too", "closed", "retired")
)
FOR_PAGES: dict[str, str] = _TABLE["for_pages"]  # the scope for a company page in place of a member's
# Of a call by Rest.li's name; those of HTTP stand in some texts.
_KINDS = {
    **dict.fromkeys(("GET", "GET_ALL", "BATCH_GET", "FINDER"), "read"),
    **dict.fromkeys(("CREATE", "PARTIAL_UPDATE", "DELETE", "POST", "PATCH"), "write"),
    **dict.fromkeys(("ACTION", "PUT"), "upload"),
}
_DRESS = re.compile(r"^partnerApi|External(?=$|V\d+$)|V\d+$")


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
        resource, method, version = path.strip("/").removeprefix("v2/").removeprefix("rest/"), verb, ""
    else:
        resource, method, version = [*operation.split("."), "", ""][:3]
    # Comments may be named after what they are part of [I].
    names = (_plain_name(resource), _plain_name(resource.partition("/")[0]))
    kinds: dict[str, str] = next((known for name in names if (known := _TABLE["resources"].get(name))), {})
    scope = kinds.get(_KINDS.get(method.partition("-")[0], ""))
    return "w_member_social" if version == "NO_VERSION" and scope == "w_member_social_feed" else scope


def _plain_name(resource: str) -> str:
    """partnerApiSocialMetadata, socialMetadataV2 and socialMetadata?ids=… are all socialMetadata [I]."""
    bare = _DRESS.sub("", resource.partition("?")[0])
    return bare[:1].lower() + bare[1:]


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
