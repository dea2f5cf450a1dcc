"""One post in the outbox: its row, what its states mean, and what is put there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.draft import Draft
from dashboard.scheduling.clock import late_by, said_with_zone, zone_of
from linkedin_api import PlannedCall

WAITING = ("queued", "uploading", "sending")  # states that the worker still has to bring to an end
BEFORE = ("scheduled", "queued")  # nothing of it has left yet
OPEN = ("scheduled", *WAITING)  # not at its end
LEFT = ("published", "unconfirmed", "deleted")
MEANING = {
    "scheduled": "It waits for its time.",
    "queued": "It waits for its turn.",
    "uploading": "Its files are on their way.",
    "sending": "The post has left; the answer is not here yet.",
    "published": "LinkedIn has confirmed it.",
    "unconfirmed": "It was sent, but no answer says whether it was published.",
    "failed": "It was not published.",
    "cancelled": "It was stopped before it left.",
    "deleted": "It was published, and later deleted from here.",
}
STATES = tuple(MEANING)
LIMIT, NOT_RUNNING, UNREACHABLE, THROTTLED = "limit", "not_running", "unreachable", "throttled"  # what delays a post
TRIED_AGAIN = (UNREACHABLE, THROTTLED)  # by itself, for a day
UNDO = "undo"  # it leaves some seconds after the click, so that it can be taken back until then
IN_TIME: dict[str, Any] = {"delayed_by": None, "delayed_until": None, "unreachable_since": None}
AT_LIMIT = "LinkedIn's limit for the day was reached, so this post waits until {} UTC."
AFTER_LIMIT = "LinkedIn's limit for the day was reached, so this post left later than planned."
AT_UNREACHABLE = "LinkedIn cannot be reached, so this post waits; the next try is at {} UTC."
AFTER_UNREACHABLE = "LinkedIn could not be reached when it was due, so it left {} late."
AT_THROTTLED = "LinkedIn asks for fewer calls at the moment, so this post waits; the next try is at {} UTC."
AFTER_THROTTLED = "LinkedIn asked for fewer calls when it was due, so it left {} late."
WAITS_FOR = {
    LIMIT: "It waits for LinkedIn's next day.",
    UNREACHABLE: "It waits until LinkedIn can be reached.",
    THROTTLED: "It waits until LinkedIn takes more calls.",
    UNDO: "It leaves in some seconds; until then it can be taken back.",
}
HELD = "It waits until somebody decides."
WAITS = {LIMIT: AT_LIMIT, UNREACHABLE: AT_UNREACHABLE, THROTTLED: AT_THROTTLED}
AFTER = {UNREACHABLE: AFTER_UNREACHABLE, THROTTLED: AFTER_THROTTLED}
TAKEN_BACK = "It was taken back before it left."
NO_URN = "Zernio has not told the post's address at LinkedIn yet."
SENT_AGAIN = "You sent it again after no answer had come."


def new_job() -> str:
    """A name that no other job or run of the flow has."""
    return secrets.token_hex(16)


def waits_until(delayed_by: str | None, until: datetime | None, dialect: str) -> str | None:
    """A sentence about what holds back a scheduled post; None if nothing but its moment does."""
    said = WAITS[delayed_by].format(f"{until:%H:%M}") if delayed_by in WAITS and until else None
    return asked_of(said, dialect) if said else None


def asked_of(said: str, dialect: str) -> str:
    """A sentence about LinkedIn, as it is of whom the posts of this dialect ask."""
    return said.replace("LinkedIn", "Zernio") if dialect == ZERNIO else said


def was_due(due_at: datetime, time_zone: str | None) -> str:
    """The beginning of a sentence about a post that was due while nothing was running."""
    return f"It was due on {said_with_zone(due_at, zone_of(time_zone))}; nothing was running then"


@dataclass(frozen=True)
class PostRow:
    """One post in the outbox."""

    id: int
    draft_id: str
    account_id: int
    created_at: datetime
    state: str
    kind: str
    dialect: str
    visibility: str
    text: str
    content: dict[str, Any]
    urn: str | None
    calls: int
    duration_ms: float
    error: str | None
    advice: str | None
    note: str | None
    delayed_by: str | None
    delayed_until: datetime | None
    sent_again: bool
    sent_bytes: int
    total_bytes: int
    cancel_requested: bool
    create_sent_at: datetime | None
    create_tries: int
    finished_at: datetime | None
    brought_back: bool
    seen: bool
    due_at: datetime | None = None
    time_zone: str | None = None
    job: str | None = None
    run: str | None = None
    held: str | None = None
    failures: int | None = None
    written_by: int | None = None
    unreachable_since: datetime | None = None
    planned: list[dict[str, Any]] | None = None
    uploads: int | None = None
    remote: dict[str, str] | None = None

    @cached_property
    def draft(self) -> Draft:
        """What was put into the outbox; its media have their URNs."""
        return Draft.from_dict(self.content)

    @cached_property
    def planned_calls(self) -> tuple[PlannedCall, ...]:
        """The calls that publishing was to make, as they were planned when it began; () of what has not begun."""
        known = PlannedCall.__dataclass_fields__
        return tuple(PlannedCall(**{n: v for n, v in each.items() if n in known}) for each in self.planned or ())

    @property
    def requests(self) -> tuple[int, int]:
        """How many calls of the API publishing has made, and how many uploads of bytes; both of them are requests."""
        return self.calls - (self.uploads or 0), self.uploads or 0

    @property
    def remote_id(self) -> str:
        """What Zernio calls the post; "" while it has no draft of it."""
        return (self.remote or {}).get("id", "")

    @property
    def meaning(self) -> str:
        """What its state means, in a sentence; of a scheduled post, for what it waits."""
        if self.state != "scheduled":
            return MEANING[self.state]
        waits = HELD if self.held else WAITS_FOR.get(self.delayed_by or "", MEANING["scheduled"])
        return asked_of(waits, self.dialect)

    @property
    def remarks(self) -> str:
        """What a person should know about the post, in sentences; "" if nothing."""
        unnamed = NO_URN if self.remote and self.state == "published" and not self.urn else None
        told = (self.note, self._delay(), SENT_AGAIN if self.sent_again else None, unnamed)
        return " ".join(each for each in told if each)

    def _delay(self) -> str | None:
        if self.state == "scheduled":
            return waits_until(self.delayed_by, self.delayed_until, self.dialect)
        if self.delayed_by is None or self.state == "cancelled":  # it has not left
            return None
        if self.delayed_by == LIMIT:
            return AFTER_LIMIT
        if self.due_at is None or self.delayed_until is None or self.delayed_by == UNDO:
            return None
        late_s = (self.delayed_until - self.due_at).total_seconds()
        if after := AFTER.get(self.delayed_by):
            return asked_of(after.format(late_by(late_s)), self.dialect) if self.state in LEFT else None
        return f"{was_due(self.due_at, self.time_zone)}, so it left {late_by(late_s)} late."

    @property
    def planned_for(self) -> datetime | None:
        """The moment that was chosen for it; None for one that leaves at once, or after some seconds for Undo."""
        return None if self.delayed_by == UNDO else self.due_at

    @property
    def can_undo(self) -> bool:
        """Whether it is held back for some seconds, so that it can be taken back."""
        return self.state == "scheduled" and self.delayed_by == UNDO

    @property
    def waiting(self) -> bool:
        """Whether the worker still has to bring it to an end; False while it waits for its time."""
        return self.state in WAITING

    @property
    def can_cancel(self) -> bool:
        """Until the create leaves; afterwards nobody could tell what LinkedIn did."""
        return self.state in ("scheduled", "queued", "uploading") and not self.cancel_requested


@dataclass(frozen=True)
class Posting:
    """One post that is put into the outbox: now, or for a moment that was chosen in a time zone."""

    account_id: int
    draft: Draft
    due_at: datetime | None = None
    time_zone: str | None = None
    written_by: int | None = None
    undo: bool = False  # due_at is the end of some seconds in which it can be taken back

    def values(self) -> dict[str, Any]:
        """The columns that follow from it."""
        return {
            "draft_id": self.draft.draft_id,
            "account_id": self.account_id,
            "state": "scheduled" if self.due_at else "queued",
            "kind": self.draft.kind,
            "dialect": self.draft.speaks,
            "visibility": self.draft.seen_by,
            "text": self.draft.text,
            "content": self.draft.as_dict(),
            "total_bytes": sum(a.file.size_bytes for a in self.draft.attachments),
            "due_at": self.due_at,
            "time_zone": self.time_zone,
            "written_by": self.written_by,
            "job": new_job(),
            "held": None,
            **(IN_TIME | {"delayed_by": UNDO} if self.undo else {}),
        }
