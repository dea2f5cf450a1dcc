"""What LinkedIn's API and the systems around it can do: errors, limits, Zernio. Each fact with its source and day.

[D] documented, [C] seen in public code, [I] inferred, [?] not proven.
"""

from __future__ import annotations

import json

from linkedin_api import api_error
from linkedin_api.reference import limits

_THROTTLED = "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached."
# Refusals to know, as LinkedIn writes them (§7.3).
_REFUSALS: tuple[tuple[int, str, str], ...] = (
    (401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"),
    (401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"),
    (403, "ACCESS_DENIED", "Not enough permissions to access: ugcPosts.CREATE.NO_VERSION"),
    (404, "NOT_FOUND", "Could not find entity"),
    (422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:7295588489876647936"),
    (426, "NONEXISTENT_VERSION", "Requested version 20241101 is not active"),
    (429, "TOO_MANY_REQUESTS", _THROTTLED),
    (500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
)
LIMITS = (
    (
        "Calls of a member",
        f"{limits.MEMBER_CALLS_PER_DAY} a day",
        "With Share on LinkedIn, from 00:00 UTC. LinkedIn tells no program how many are left.",
    ),
    ("Calls of an app", f"{limits.APP_CALLS_PER_DAY:,} a day", "With Share on LinkedIn, of all its members together."),
    (
        "Text",
        f"{limits.TEXT_MAX_UTF16:,} characters",
        "Documented for ugcPosts. Counted here as UTF-16, where most emoji are two; LinkedIn's way is not known.",
    ),
    (
        "The same post twice",
        f"{limits.DUPLICATE_WINDOW_S // 60} minutes",
        "LinkedIn documents that it refuses it for that long; programs report 24 to 48 hours.",
    ),
    ("An authorization code", "30 minutes", "It works once."),
    ("An access token", "60 days", "Then the member signs in again."),
)
ZERNIO_READ_ON = "August to October 2026"
ZERNIO = (
    (
        "What it is",
        "A service, formerly called Late, through which a program posts to LinkedIn and other networks. [D]",
    ),
    (
        "What it saves",
        "An app of your own at LinkedIn, and its review: the member connects LinkedIn to Zernio once. [D]",
    ),
    (
        "What it takes",
        "Zernio holds LinkedIn's token, keeps a copy of each post, and may compress pictures and videos. [D]",
    ),
    (
        "What it can do",
        "Text, pictures, video, PDF, poll, reshare, a first comment, a company page as author; now or later. [D]",
    ),
    (
        "What it cannot do",
        "Posts for connections only, articles with a title of your own, comments and reactions as a member. [D]",
    ),
    (
        "Its limits",
        "25 posts an hour and 50 a day for each LinkedIn account; the same content is refused for 24 hours. [D]",
    ),
    ("To test with", "No sandbox for posts: only a draft publishes nothing. [D]"),
    ("What it costs", "By the number of connected accounts, the first two free. It changes: see the link below. [D]"),
)
# What to ask, published straight, published through Zernio.
BESIDE = (
    ("Calls for a text", "1", "2: draft, publish"),
    ("Calls for a picture", "3: register, upload, post", "4: ask for an address, upload, draft, publish"),
    ("Who may read it", "Everybody, or connections only", "Everybody"),
    ("Comments and reactions", "Yes", "A first comment only"),
    ("The card of an article", "Title, description and picture of your own", "What Zernio finds at the address"),
    ("App and review", "An app of your own; more than posting needs a review", "Neither"),
    ("Who holds LinkedIn's token", "Your program, for 60 days", "Zernio"),
    (
        "Limits",
        f"{limits.MEMBER_CALLS_PER_DAY} calls a day for each member",
        "25 posts an hour and 50 a day for each account",
    ),
)
ZERNIO_PRICES = "https://zernio.com/pricing"
WALEAD = (
    "Invitations to connect and messages are **not possible through LinkedIn's official API**. No "
    "product of LinkedIn's that is known here grants a scope for them, with a review or without: the known scopes "
    "are for profile, posts, comments, reactions, company pages, ads and figures. [I] The guide names another system "
    "for them, WaLead. It cannot use this API for that, so this dashboard does not offer it, and nothing about it was "
    "checked here. [?] Before you "
    "use any such system, read LinkedIn's User Agreement, 8.2, which speaks against automated posting. [D]"
)


def refusals() -> list[tuple[str, str, str, str]]:
    """Status, code, what it means, and the way out, in the words of this dashboard."""
    found = []
    for status, code, message in _REFUSALS:
        error = api_error(status, json.dumps({"status": status, "code": code, "message": message}))
        found.append((str(status), code, str(error), error.advice or ""))
    return found
