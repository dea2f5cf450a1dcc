"""The list of posts: filters, order, pages; an unknown parameter is refused."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from sandbox.zernio.content import moment_s
from sandbox.zernio.gateway import ZernioCall, one_of
from sandbox.zernio.publishing import POST, settle, shown
from sandbox.zernio.refusals import invalid
from sandbox.zernio.state import Document, checked_id

LIMIT, LIMIT_MAX = 10, 500  # [S]
STATUSES = ("draft", "pending_approval", "scheduled", "publishing", "published", "partial", "failed", "cancelled")
SORTS = ("scheduled-desc", "scheduled-asc", "created-desc", "created-asc", "status", "platform")
PARAMETERS = (
    *("page", "limit", "offset", "cursor", "fields", "status", "platform", "profileId", "accountId", "createdBy"),
    *("fromDate", "toDate", "dateFrom", "dateTo", "search", "tags", "includeHidden", "source", "sortBy"),
)


def listed(call: ZernioCall) -> Document:
    """List the posts that fit, newest first unless told otherwise."""
    given = call.query(*PARAMETERS)
    limit, start = number(given, "limit", LIMIT, LIMIT_MAX), start_of(given)
    sort = one_of(given.get("sortBy", "scheduled-desc"), SORTS, "sortBy")
    ids = [key for key, _ in call.zernio.store.all(POST)]
    posts = [post for key in ids if (post := settle(call.zernio, key)) and _fits(call, post, given)]
    posts.sort(key=_order(sort), reverse=sort.endswith("-desc"))
    if "cursor" in given and sort in ("status", "platform"):
        raise invalid("cursor", "A cursor cannot be used with this sortBy")
    if "page" in given:
        start = (number(given, "page", 1, 10**6) - 1) * limit
    part = posts[start : start + limit]
    more = start + limit < len(posts)
    pages = {"page": start // limit + 1, "limit": limit, "total": len(posts), "pages": -(-len(posts) // limit)}
    pages |= {"nextCursor": cursor_to(start + limit) if more else None}
    return {"posts": [_cut(shown(call.zernio, post, call.base_url), given) for post in part], "pagination": pages}


def _fits(call: ZernioCall, post: Document, given: dict[str, str]) -> bool:
    accounts = {target["accountId"] for target in post["platforms"]}
    if "status" in given and post["status"] != one_of(given["status"], STATUSES, "status"):
        return False
    if "accountId" in given and checked_id(given["accountId"], "accountId") not in accounts:
        return False
    if "profileId" in given:
        inside = {each["_id"] for each in call.zernio.accounts() if each["profileId"] == given["profileId"]}
        if not accounts & inside:
            return False
    if given.get("platform", "linkedin") != "linkedin" or given.get("source", "zernio") != "zernio":
        return False
    if given.get("search", "").lower() not in str(post.get("content", "")).lower():
        return False
    wanted = {tag for tag in given.get("tags", "").split(",") if tag}
    from_s, to_s = _day(given, ("fromDate", "dateFrom")), _day(given, ("toDate", "dateTo"))
    in_time = (from_s is None or post["created_at"] >= from_s) and (to_s is None or post["created_at"] <= to_s)
    return in_time and wanted <= set(post.get("tags") or ())


def _order(sort: str) -> Callable[[Document], object]:
    if sort.startswith("created"):
        return lambda post: post["created_at"]
    if sort.startswith("scheduled"):
        return lambda post: post.get("due_at", post["created_at"])
    return lambda post: post["status"]


def _cut(post: Document, given: dict[str, str]) -> Document:
    wanted = {name for name in given.get("fields", "").split(",") if name}
    return {name: value for name, value in post.items() if name == "_id" or name in wanted} if wanted else post


def cursor_to(start: int) -> str:
    """The cursor of the page that begins with this entry."""
    return base64.urlsafe_b64encode(str(start).encode()).decode()


def start_of(given: dict[str, str]) -> int:
    """The first entry of a page, by cursor or offset. Raises Refusal 400."""
    if "cursor" not in given:
        return number(given, "offset", 0, 10**6, least=0)
    try:
        return max(0, int(base64.urlsafe_b64decode(given["cursor"]).decode()))
    except (ValueError, binascii.Error):
        raise invalid("cursor", "Invalid cursor") from None


def number(given: dict[str, str], name: str, default: int, most: int, least: int = 1) -> int:
    """A parameter that is a number. Raises Refusal 400."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and least <= int(text) <= most):
        raise invalid(name, f"{name} must be between {least} and {most}")
    return int(text)


def _day(given: dict[str, str], names: tuple[str, ...]) -> float | None:
    for name in names:
        if name in given:
            return moment_s(given[name], name)
    return None
