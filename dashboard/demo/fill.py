"""Fills the built-in sandbox, History, Queue and the drafts of one member with believable data; a second time adds
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.demo.content import Item, Play, content, path_of
from dashboard.demo.rows import DemoRows
from dashboard.drafts.draft import Draft
from dashboard.posts.post import LEFT, Posting
from dashboard.publishing.flow import UNCONFIRMED, UNCONFIRMED_ADVICE
from dashboard.scheduling.clock import zone_of
from dashboard.services import Services, sandbox

TOLD = {"unconfirmed": {"error": UNCONFIRMED, "advice": UNCONFIRMED_ADVICE}}


class NoSandbox(RuntimeError):
    """The dashboard speaks to another LinkedIn than its own sandbox."""

    def __init__(self) -> None:
        super().__init__("Demo data goes into the dashboard's own sandbox only; the settings name another LinkedIn.")


def fill(services: Services, account: Account, zone: str | None = None) -> int:
    """Fill everything that this member sees, with times of day in a zone (IANA name; UTC when nobody has chosen one).

    Returns how many posts and drafts of the member's own are new: 0 when all were there. Posts of the sandbox are
    stored by its control; one post is published by the real flow, in the background. Raises: NoSandbox,
    UploadRefused, SQLAlchemyError.
    """
    if not services.settings.built_in_sandbox:
        raise NoSandbox
    chosen = account.time_zone or zone or "UTC"
    play = Play(account, zone_of(chosen), now(), services.settings.dialect)
    for name in content()["files"]:
        with path_of(name).open("rb") as file:
            services.uploads.keep(file)
    urns = sandbox().fill(play.posts())
    rows = DemoRows(services.database)
    there = rows.there(account.id)
    ended = [_ended(play, item, urns, chosen) for item in content()["posts"] if play.is_own(item)]
    for values in ended:
        post_id, urn = there.get(values["draft_id"], (0, None))
        if post_id and values["urn"] and urn and values["urn"] != urn:
            rows.point(post_id, values["urn"])
    fresh = [values for values in ended if values["draft_id"] not in there]
    rows.record(sorted(fresh, key=lambda values: values["created_at"]))
    return len(fresh) + _plan(services, play, there, chosen) + _keep_drafts(services, play)


def _ended(play: Play, item: Item, urns: Mapping[str, str], zone: str) -> dict[str, Any]:
    """The row of a post that has had its way, with the state that it ended in."""
    at, state, parent = play.at(item), item.get("state", "published"), play.parent_of(item)
    draft = play.draft(item, urns[play.key(parent)] if parent else "")
    uploads = len(draft.attachments)
    calls, took_s = 1 + 2 * uploads, 0.4 + sum(each.file.size_bytes for each in draft.attachments) / 1e5
    values = Posting(play.account.id, draft, at, zone, play.account.id).values()
    urn = {"published": urns.get(play.key(item)), "deleted": f"urn:li:share:{int(at.timestamp() * 1000) << 22}"}
    written_at = at - timedelta(minutes=3, seconds=len(draft.text) % 60)
    values |= {"created_at": written_at, "finished_at": at + timedelta(seconds=took_s), "state": state}
    values |= {"urn": urn.get(state), "job": None, "seen": True, "brought_back": True}
    values |= {"error": item.get("error"), "advice": item.get("advice"), **TOLD.get(state, {})}
    if state in LEFT:
        left = {
            "calls": calls,
            "uploads": uploads,
            "duration_ms": took_s * 1000,
            "create_sent_at": at,
            "create_tries": 1,
        }
        values |= left | {"sent_bytes": values["total_bytes"]}
    return values


def _plan(services: Services, play: Play, there: Mapping[str, Any], zone: str) -> int:
    """The coming week, each post with its job; and one that leaves at once, through LinkedIn's API."""
    account, own = play.account, []
    for item in content()["planned"]:
        own.append(Posting(account.id, play.draft(item), play.at(item), zone, account.id))
    if not account.sign_in_needed:
        own.append(Posting(account.id, play.draft(content()["live"]), written_by=account.id))
    fresh = [posting for posting in own if posting.draft.draft_id not in there]
    for posting, post_id in zip(fresh, services.outbox.put_all(fresh), strict=True):
        if posting.due_at is None:
            services.outbox.set_seen(post_id)
            services.start()
    return len(fresh)


def _keep_drafts(services: Services, play: Play) -> int:
    """Drafts that are not there: neither in the list, nor in the composer, nor published by now."""
    mine = map(play.draft, reversed(content()["drafts"]))
    fresh = [draft for draft in mine if not _is_there(services, play.account, draft)]
    for draft in fresh:
        services.drafts.keep(play.account.id, draft)
    return len(fresh)


def _is_there(services: Services, account: Account, draft: Draft) -> bool:
    in_composer = services.drafts.get(account.id).draft_id == draft.draft_id
    found = in_composer or services.drafts.find(account.id, draft.draft_id) or services.outbox.of_draft(draft.draft_id)
    return bool(found)
