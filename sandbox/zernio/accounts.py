"""Keys, plan, profiles and accounts: what they are, their health, mentions, and figures."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from sandbox.directory.members import MEMBERS
from sandbox.zernio.content import ADDRESS, BY_SLUG
from sandbox.zernio.gateway import ZernioCall, one_of, route
from sandbox.zernio.listing import cursor_to, number, start_of
from sandbox.zernio.refusals import Refusal, Shape, invalid, unknown
from sandbox.zernio.state import PROFILE, Document, author_of, iso

ACCOUNTS_MAX = 100  # in one answer [S]
POSTING = "w_member_social"
PROFILE_SHAPE: dict[str, Shape] = dict.fromkeys(("name", "description", "color", "timezone", "externalId"), str)
FILTERS = (
    *("profileId", "platform", "status", "search", "category", "sort", "order"),
    *("includeOverLimit", "excludeHidden", "includeSandbox"),
    *("includeStatusCounts", "page", "limit", "cursor", "profileIds", "perProfile"),
)


def verify(call: ZernioCall) -> Document:
    """Say that the key is good. [?] the body"""
    call.query()
    return {"valid": True}


def usage_stats(call: ZernioCall) -> Document:
    """Tell the plan, and how many accounts are connected."""
    call.query("reconcile")
    plan = {"planName": "Sandbox", "hasAccess": True, "limits": {"uploads": -1, "profiles": -1}}
    return plan | {"usage": {"connectedAccounts": len(call.zernio.accounts())}}


def profiles(call: ZernioCall) -> Document:
    """List the profiles, the default one first."""
    given = call.query("includeOverLimit", "limit", "skip", "externalId", "name")
    found = [each for each in call.zernio.profiles() if given.get("name", each["name"]) == each["name"]]
    return {"profiles": found}


def new_profile(call: ZernioCall) -> Response:
    """Create a profile; a name that is taken is refused with the id of its owner."""
    call.query()
    body = call.json(**PROFILE_SHAPE)
    name = str(body.get("name") or "")
    if not name.strip():
        raise invalid("name", "name is required")
    _check_name(call, name)
    given = {field: body[field] for field in PROFILE_SHAPE if field in body and field != "name"}
    return JSONResponse({"message": "Profile created", "profile": call.zernio.new_profile(name, **given)}, 201)


def profile(call: ZernioCall) -> Document:
    """Tell one profile."""
    call.query()
    return {"profile": call.zernio.profile(call.path("id"))}


def change_profile(call: ZernioCall) -> Document:
    """Change the name, the description or the colour of a profile."""
    call.query()
    body, found = call.json(**PROFILE_SHAPE), call.zernio.profile(call.path("id"))
    if body.get("name", found["name"]) != found["name"]:
        _check_name(call, body["name"])
    found |= {name: body[name] for name in PROFILE_SHAPE if body.get(name) is not None}
    call.zernio.store.put(PROFILE, found["_id"], found)
    return {"message": "Profile updated", "profile": found}


def delete_profile(call: ZernioCall) -> Document:
    """Delete a profile without accounts; the default one stays."""
    call.query()
    found = call.zernio.profile(call.path("id"))
    if found["isDefault"] or any(each["profileId"] == found["_id"] for each in call.zernio.accounts()):
        raise Refusal(400, "Only a profile without accounts can be deleted, and never the default one")
    call.zernio.store.pop(PROFILE, found["_id"])
    return {"message": "Profile deleted"}


def accounts(call: ZernioCall) -> Document:
    """List the connected accounts."""
    given = call.query(*FILTERS)
    zernio = call.zernio
    one_of(given.get("status", "connected"), ("connected", "disconnected"), "status")
    limit, start = number(given, "limit", ACCOUNTS_MAX, ACCOUNTS_MAX), start_of(given)
    if "page" in given and "limit" not in given:  # they come together [S]
        raise invalid("page", "page needs a limit")
    if "page" in given:
        start = (number(given, "page", 1, 10**6) - 1) * limit
    found = [] if given.get("platform", "linkedin") != "linkedin" else zernio.accounts()
    if "profileId" in given:
        found = [each for each in found if each["profileId"] == zernio.profile(given["profileId"])["_id"]]
    if "status" in given:
        lost = given["status"] == "disconnected"
        found = [each for each in found if zernio.needs_reconnection(each) == lost]
    shown = [zernio.shown_account(each, call.base_url) for each in found]
    shown = [each for each in shown if given.get("search", "").lower() in each["displayName"].lower()]
    answer = {"accounts": shown[start : start + limit], "hasAnalyticsAccess": zernio.settings()["analytics"]}
    following = cursor_to(start + limit) if start + limit < len(shown) else None
    return answer | ({"pagination": {"limit": limit, "nextCursor": following}} if "limit" in given else {})


def all_health(call: ZernioCall) -> Document:
    """Tell the health of every account."""
    given = call.query("profileId", "platform", "status")
    found = [] if given.get("platform", "linkedin") != "linkedin" else call.zernio.accounts()
    healths = [call.zernio.health(each) for each in found]
    healths = [each for each in healths if given.get("status", each["status"]) == each["status"]]
    summary = {name: sum(each["status"] == name for each in healths) for name in ("healthy", "warning", "error")}
    summary |= {"total": len(healths), "needsReconnect": sum(each["needsReconnect"] for each in healths)}
    return {"summary": summary, "accounts": healths}


def health(call: ZernioCall) -> Document:
    """Tell the health of one account: its token, its permissions, what to do."""
    call.query()
    account = call.zernio.account(call.path("id"))
    found, needs = call.zernio.health(account), call.zernio.needs_reconnection(account)
    lacks = call.zernio.missing_scopes(account)
    posting = [{"scope": POSTING, "granted": POSTING not in lacks, "required": True}]
    ends = call.zernio.expires_at_s(account)
    left_s = max(0, int(ends - call.zernio.sandbox.time.now_s("tokens")))
    token = {"valid": not needs, "expiresAt": iso(ends), "expiresIn": f"{left_s // 86_400} days", "needsRefresh": needs}
    return {
        **{name: found[name] for name in ("accountId", "platform", "username", "displayName", "status", "issues")},
        "tokenStatus": token,
        "permissions": {"posting": posting, "canPost": found["canPost"], "missingRequired": lacks},
        "recommendations": ["Reconnect the account"] if needs or lacks else [],
    }


def disconnect(call: ZernioCall) -> Document:
    """Disconnect an account."""
    call.query()
    account = call.zernio.account(call.path("id"))
    call.zernio.change_account(account["_id"], disconnected=True, disconnected_at=call.zernio.clock())
    return {"message": "Account disconnected successfully"}


def organizations(call: ZernioCall) -> Document:
    """List the pages that an account's member may post as."""
    call.query()
    member = MEMBERS[call.zernio.account(call.path("id"))["member"].rpartition(":")[2]]
    found = [each.organization for each in call.zernio.sandbox.organizations.roles(member)]
    told = [{"id": each.number, "name": each.name, "vanityName": each.vanity_name} for each in found]
    return {"organizations": [{**each, "localizedName": each["name"]} for each in told]}


def switch(call: ZernioCall) -> Document:
    """Make an account publish as its member or as one of the pages, for every program."""
    call.query()
    body, account = call.json(selectedOrganization={"urn": str}), call.zernio.account(call.path("id"))
    kind = one_of(body.get("accountType"), ("personal", "organization"), "accountType")
    member, chosen = MEMBERS[account["member"].rpartition(":")[2]], body.get("selectedOrganization") or {}
    urn = str(chosen.get("urn")) if kind == "organization" else member.urn
    if urn != member.urn and not call.zernio.sandbox.organizations.may_post(member, urn):
        raise invalid("selectedOrganization", "This member does not manage that organization")
    call.zernio.change_account(account["_id"], author=urn)
    shown = call.zernio.shown_account(call.zernio.account(account["_id"]), call.base_url)
    return {"message": "Account type updated", "account": shown | {"accountType": kind}}


def mention(call: ZernioCall) -> Document:
    """Find the member or page at an address, to be mentioned; a person only for an account that administers a page."""
    url = call.query("url", "displayName").get("url", "")
    account = call.zernio.account(call.path("id"))
    found = ADDRESS.fullmatch(url)
    if not found:
        raise invalid("url", "url must be the address of a LinkedIn member or page")
    author = BY_SLUG.get(found[2])
    member = MEMBERS[account["member"].rpartition(":")[2]]
    administers = any(
        call.zernio.sandbox.organizations.administers(member, each.organization.urn)
        for each in call.zernio.sandbox.organizations.roles(member)
    )
    if author is None or (found[1] == "in" and not administers):
        raise unknown("LinkedIn profile")
    kind = "organization" if found[1] == "company" else "person"
    told = {"urn": author.urn, "type": kind, "displayName": author.name, "vanityName": found[2]}
    return told | {"mentionFormat": f"@[{author.name}]({author.urn})"}


def post_analytics(call: ZernioCall) -> Document:
    """Tell the figures of one post; they need the add-on."""
    urn = call.query("urn").get("urn", "")
    account = call.zernio.account(call.path("id"))
    _check_add_on(call)
    post = call.zernio.sandbox.posts.get(urn)
    if post is None or post.author != author_of(account).urn:
        raise unknown("Post")
    return {"analytics": _figures(call, [urn])}


def aggregate_analytics(call: ZernioCall) -> Document:
    """Tell the figures of all posts of an account; they need the add-on."""
    call.query("aggregation", "fromDate", "toDate", "startDate", "endDate", "metrics")
    account = call.zernio.account(call.path("id"))
    _check_add_on(call)
    urn = author_of(account).urn
    return {
        "analytics": _figures(call, [each.urn for each in call.zernio.sandbox.posts.newest() if each.author == urn])
    }


def _figures(call: ZernioCall, urns: list[str]) -> Document:
    sandbox = call.zernio.sandbox
    seen = sum(sum(sandbox.views.by_day(urn).values()) for urn in urns)
    likes = sum(len(sandbox.social.reactions(urn)) for urn in urns)
    comments = sum(sandbox.social.count_comments(urn) for urn in urns)
    told = {"impressions": seen, "reach": seen, "likes": likes, "comments": comments, "views": seen}
    rate = (likes + comments) / seen if seen else 0.0
    return told | {"shares": 0, "saves": 0, "sends": 0, "clicks": 0, "engagementRate": rate}


def _check_add_on(call: ZernioCall) -> None:
    if not call.zernio.settings()["analytics"]:
        raise Refusal(402, "Analytics add-on required", code="ANALYTICS_ADDON_REQUIRED")


def _check_name(call: ZernioCall, name: str) -> None:
    taken = next((each["_id"] for each in call.zernio.profiles() if each["name"] == name), None)
    if taken:
        raise Refusal(409, "A profile with this name already exists", details={"existingProfileId": taken})


ROUTES = [
    route("GET", "/auth/verify", verify),
    route("GET", "/usage-stats", usage_stats),
    route("GET", "/profiles", profiles, group="profiles"),
    route("POST", "/profiles", new_profile, group="profiles"),
    route("GET", "/profiles/{id}", profile, group="profiles"),
    route("PUT", "/profiles/{id}", change_profile, group="profiles"),
    route("DELETE", "/profiles/{id}", delete_profile, group="profiles"),
    route("GET", "/accounts", accounts, group="accounts"),
    route("GET", "/accounts/health", all_health, group="accounts"),
    route("GET", "/accounts/{id}/health", health, group="accounts"),
    route("DELETE", "/accounts/{id}", disconnect, group="accounts"),
    route("GET", "/accounts/{id}/linkedin-organizations", organizations, group="accounts"),
    route("PUT", "/accounts/{id}/linkedin-organization", switch, group="accounts"),
    route("GET", "/accounts/{id}/linkedin-mentions", mention, group="accounts"),
    route("GET", "/accounts/{id}/linkedin-post-analytics", post_analytics, group="analytics"),
    route("GET", "/accounts/{id}/linkedin-aggregate-analytics", aggregate_analytics, group="analytics"),
]
