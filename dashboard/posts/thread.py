"""The comments below a post as a thread: those that were written here, and those that LinkedIn tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.posts.interactions import COMMENTS, Interaction
from linkedin_api import Urn
from linkedin_api.community.social_models import Comment, Reaction, SocialCounts


@dataclass(frozen=True)
class ThreadEntry:
    """One comment or reply. `own` is its row when it was written here; actor and urn may be unknown ("")."""

    text: str
    actor: str
    at: datetime | None
    urn: str
    is_reply: bool
    own: Interaction | None = None
    reactions: Mapping[Reaction, int] = field(default_factory=dict)


def thread(
    done: Iterable[Interaction], read: Iterable[Comment] = (), counts: Mapping[Urn, SocialCounts] | None = None
) -> list[ThreadEntry]:
    """Every comment, the oldest first, each followed by the replies to it; LinkedIn has one level of replies.

    A reply whose comment is not among them stands by itself.
    """
    own = {each.given_id: each for each in done if each.kind in COMMENTS and each.state is None and each.given_id}
    rest = [each for each in done if each.kind in COMMENTS and each.state is None and not each.given_id]
    entries = [_read(each, own.pop(each.id, None), counts or {}) for each in read]
    entries += [_own(each) for each in (*own.values(), *rest)]
    entries.sort(key=lambda each: each[1].at.timestamp() if each[1].at else 0.0)
    known = {entry.urn for _, entry in entries if entry.urn}
    return [
        each
        for parent, entry in entries
        if parent not in known
        for each in (entry, *(reply for of, reply in entries if of and of == entry.urn))
    ]


def _read(found: Comment, own: Interaction | None, counts: Mapping[Urn, SocialCounts]) -> tuple[str, ThreadEntry]:
    counted = counts.get(found.urn) if found.urn else None
    given = {kind: count for kind, count in counted.reactions.items() if count} if counted else {}
    urn, parent = str(found.urn or ""), str(found.parent or "")
    return parent, ThreadEntry(found.text, str(found.actor or ""), found.created_at, urn, bool(parent), own, given)


def _own(done: Interaction) -> tuple[str, ThreadEntry]:
    parent = done.parent or ""
    return parent, ThreadEntry(done.text, done.actor, done.at, done.urn or "", bool(parent), done)
