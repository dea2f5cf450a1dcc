"""What LinkedIn's API and the systems around it can do: errors, limits, Zernio. Each fact with its source and day.

[D] documented, [C] seen in public code, [I] inferred, [?] not proven.
"""

from __future__ import annotations

import json

from linkedin_api import api_error
from linkedin_api.reference import limits

# Refusals to know, as LinkedIn writes them (§7.3).
_REFUSALS: tuple[tuple[int, str, str], ...] = (
    (401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"),
    (401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user"),
    (403, "ACCESS_DENIED", "Not enough permissions to access: ugcPosts.CREATE.NO_VERSION"),
    (404, "NOT_FOUND", "Could not find entity"),
    (422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:7295588489876647936"),
    (426, "NONEXISTENT_VERSION", "Requested version 20241101 is not active"),
    (429, "TOO_MANY_REQUESTS", "Resource level throttle APPLICATION_AND_MEMBER DAY limit is reached."),
    (500, "INTERNAL_SERVER_ERROR", "Internal Server Error"),
)
LIMITS = (
    (
        "Calls of a member",
        f"{limits.MEMBER_CALLS_PER_DAY} a day",
        "From 00:00 UTC. LinkedIn tells no program how many are left.",
    ),
    ("Calls of an app", f"{limits.APP_CALLS_PER_DAY:,} a day", "Of all its members together."),
    ("Text", f"{limits.TEXT_MAX_UTF16:,} characters", "Counted as UTF-16, so most emoji are two."),
    (
        "The same post twice",
        f"{limits.DUPLICATE_WINDOW_S // 60} minutes",
        "LinkedIn refuses it for that long, or longer.",
    ),
    ("A code", "30 minutes", "And once."),
    ("A token", "60 days", "Then the member signs in again."),
)
ZERNIO_READ_ON = "October 2026"
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
        "Zernio holds LinkedIn's token, keeps a copy of each post, and may compress pictures and films. [D]",
    ),
    (
        "What it can",
        "Text, pictures, video, PDF, poll, reshare, a first comment, a company page as author; now or later. [D]",
    ),
    (
        "What it cannot",
        "Posts for connections only, articles with a title of your own, comments and reactions as a member. [D]",
    ),
    (
        "Its limits",
        "25 posts an hour and 50 a day for each LinkedIn account; the same content is refused for 24 hours. [D]",
    ),
    ("To test with", "Nothing: it has no sandbox for posts, only drafts are harmless. [D]"),
    ("What it costs", "See zernio.com/pricing."),
)
WALEAD = (
    "Invitations to connect and messages are **not possible through LinkedIn's official API**. No "
    "product of LinkedIn's that is known here grants a scope for them, with a review or without: what a member can "
    "allow ends at posts, comments, reactions and figures. [I] The guide's answer is another system, WaLead. It cannot "
    "work through this API, so this dashboard does not offer it, and nothing about it was checked here. [?] Before you "
    "use any such system, read LinkedIn's User Agreement, 8.2, which speaks against automated posting. [D]"
)


def refusals() -> list[tuple[str, str, str, str]]:
    """Status, code, what it means, and the way out, in the words of this dashboard."""
    found = []
    for status, code, message in _REFUSALS:
        error = api_error(status, json.dumps({"status": status, "code": code, "message": message}))
        found.append((str(status), code, str(error), error.advice or ""))
    return found
