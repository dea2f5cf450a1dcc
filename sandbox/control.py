"""Control of the sandbox over HTTP, for tests in any language: /_sandbox/faults, reset, posts, calls.

It is for pages and programs of this machine, and for whoever sends the sandbox's key.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http.origins import is_foreign_page, is_local
from sandbox.model.faults import GROUPS
from sandbox.model.social import StoredComment, StoredReaction
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import told
from sandbox.protocol.versions import SUNSET

POSTS_LISTED = 100
DAY_S = 24 * 3600
KEY_HEADER = "X-Sandbox-Key"
NOT_LOCAL = (
    "Other machines may not control the sandbox without its key. Set one, with SANDBOX_KEY for the dashboard's own or "
    f"--key for python -m sandbox, and send it in the header {KEY_HEADER}."
)
Handler = Callable[[Sandbox, dict[str, Any]], Any]


def faults(sandbox: Sandbox, _: dict[str, Any]) -> Any:
    """List every fault with its story; `armed` is how often it will still occur, -1 until disarmed, null when off."""
    found = [asdict(fault) for fault in sandbox.faults.all()]
    delays = {"slow_s": sandbox.faults.slow_s, "latency_s": sandbox.faults.latency_s}
    return {"groups": GROUPS, "faults": found, **delays, "activity_delay_s": sandbox.social.activity_delay_s}


def set_fault(sandbox: Sandbox, body: dict[str, Any]) -> Any:
    """Arm by {"name", "times": 1 | null, "target"}; `times` 0 disarms; {"clear": true}; the delays by name."""
    if body.get("clear"):
        sandbox.faults.clear()
    for name, of in (("slow_s", sandbox.faults), ("latency_s", sandbox.faults), ("activity_delay_s", sandbox.social)):
        if name in body:
            setattr(of, name, max(0.0, float(body[name])))
    if "name" in body and body.get("times") == 0:
        sandbox.faults.disarm(body["name"])
    elif "name" in body:
        sandbox.faults.arm(body["name"], body.get("times", 1), body.get("target", "any"))
    return faults(sandbox, {})


def fill(sandbox: Sandbox, body: dict[str, Any]) -> Any:
    """Store {"posts": [...]} of any author and time, with comments and reactions; the URN of each by its key."""
    return {"urns": sandbox.fill(body["posts"])}


def time(sandbox: Sandbox, _: dict[str, Any]) -> Any:
    """Tell how many seconds the calendars of tokens, limits and versions are ahead, and when versions end."""
    sunset = {version: day.isoformat() for version, day in SUNSET.items()}
    return {"ahead_s": sandbox.time.ahead_s(), "sunset": sunset}


def set_time(sandbox: Sandbox, body: dict[str, Any]) -> Any:
    """Jump {"days" or "seconds": ahead of now, "calendars": ["tokens", "limits", "versions"]}; 0 is back to now."""
    seconds = float(body.get("seconds", 0)) + float(body.get("days", 0)) * DAY_S
    sandbox.time.jump(seconds, body.get("calendars", sandbox.time.CALENDARS))
    return time(sandbox, {})


def reset(sandbox: Sandbox, _: dict[str, Any]) -> Any:
    """Delete posts, comments, reactions, uploads, counters, faults and calls; tokens stay."""
    sandbox.reset()
    return {}


def posts(sandbox: Sandbox, _: dict[str, Any]) -> Any:
    """List the newest posts that are not deleted, each with its comments (oldest first) and reactions."""
    found = []
    for post in sandbox.posts.newest(POSTS_LISTED):
        below = sandbox.social.reactions_to_comments(post.urn)
        times = {"created_at": post.created_at.isoformat(), "edited_at": post.edited_at and post.edited_at.isoformat()}
        said = {
            "comments": [_comment(each, below.get(each.urn, [])) for each in sandbox.social.comments(post.urn)],
            "reactions": _reactions(sandbox.social.reactions(post.urn)),
        }
        found.append(asdict(post) | times | said)
    return {"posts": found}


def calls(sandbox: Sandbox, _: dict[str, Any]) -> Any:
    """List the calls to the paths of LinkedIn and Zernio, in order; status 0 is a dropped answer."""
    return {"calls": [dict(zip(("method", "path", "status"), call, strict=True)) for call in sandbox.calls]}


def _comment(comment: StoredComment, reactions: list[StoredReaction]) -> dict[str, Any]:
    said = {"urn": comment.urn, "actor": comment.author.urn, "actor_name": comment.author.name}
    times = {"created_at": _iso(comment.created_at), "edited_at": comment.edited_at and _iso(comment.edited_at)}
    return asdict(comment) | said | times | {"reactions": _reactions(reactions)}


def _reactions(reactions: list[StoredReaction]) -> list[dict[str, Any]]:
    return [
        {
            "actor": reaction.author.urn,
            "actor_name": reaction.author.name,
            "type": reaction.type,
            "created_at": _iso(reaction.created_at),
        }
        for reaction in reactions
    ]


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).isoformat()


def guarded(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that refuses pages of another origin, and other machines without the key."""

    async def endpoint(request: Request) -> Response:
        if why := _refusal(request):
            return JSONResponse({"error": why}, 403)
        try:
            body = await request.json() if await request.body() else {}
            return JSONResponse(await run_in_threadpool(handler, request.app.state.sandbox, body))
        except KeyError as error:
            return JSONResponse({"error": f"The request names nothing known, or lacks it: {error}."}, 400)
        except RecursionError:
            return JSONResponse({"error": "The request is nested too deep."}, 400)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            return JSONResponse({"error": f"The request is not understood: {error}"}, 400)

    return told("I", endpoint, of=handler)


def _refusal(request: Request) -> str | None:
    """Why the request may not control the sandbox; None when it may."""
    sandbox: Sandbox = request.app.state.sandbox
    key, given = sandbox.options.control_key, request.headers.get(KEY_HEADER, "")
    if key and secrets.compare_digest(key.encode(), given.encode("latin-1")):
        return None
    if is_foreign_page(request):
        return "Pages of another origin may not control the sandbox."
    return None if is_local(request) else NOT_LOCAL


ROUTES = [
    Route("/_sandbox/faults", guarded(faults), methods=["GET"]),
    Route("/_sandbox/faults", guarded(set_fault), methods=["POST"]),
    Route("/_sandbox/feed", guarded(fill), methods=["POST"]),
    Route("/_sandbox/time", guarded(time), methods=["GET"]),
    Route("/_sandbox/time", guarded(set_time), methods=["POST"]),
    Route("/_sandbox/reset", guarded(reset), methods=["POST"]),
    Route("/_sandbox/posts", guarded(posts), methods=["GET"]),
    Route("/_sandbox/calls", guarded(calls), methods=["GET"]),
]
