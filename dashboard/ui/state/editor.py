"""The draft in the composer of this tab: reading and saving it, its problems, and publishing or scheduling it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.db.database import now
from dashboard.drafts.draft import PARTS, Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.scheduling.clock import minutes, said_with_zone, zone_of
from dashboard.ui.state import session
from dashboard.ui.state.session import draft_of, get_services, member, mine, visible_ids, voice
from linkedin_api import PlannedCall, Problem
from linkedin_api.reference import products

log = logging.getLogger(__name__)
STOPPED = ("failed", "cancelled")  # of such a draft another post may be made


def draft() -> Draft:
    """Return the draft in the composer; the first time it is read from the database."""
    here = mine()
    if here.draft is None:
        here.draft = here.draft_known = get_services().drafts.get(member().id)
    return here.draft


def keep_draft(changed: Draft) -> None:
    """Save a changed draft in this tab and in the database."""
    if changed == draft() and draft_is_kept():
        return
    here = mine()
    _show(changed)
    try:
        when = here.kept_when[1] if here.kept_when[0] == changed.draft_id else None
        get_services().drafts.save(member().id, changed, known=here.draft_known, known_when=when)
    except SQLAlchemyError:
        here.draft_unsaved = True  # it lives on in this tab, and the composer says so
    else:
        here.draft_known, here.draft_unsaved = changed, False


def take(other: Draft, *, keep: bool = True) -> None:
    """Put another draft into the composer; the present one goes to the list, or is deleted with keep=False.

    Raises: SQLAlchemyError, with nothing changed.
    """
    get_services().drafts.save(member().id, other, leaves=draft(), keep=keep and not _stands_in_the_queue())
    _show(other)
    here = mine()
    here.draft_known, here.draft_unsaved, here.others = other, False, None


def take_kept(draft_id: str) -> bool:
    """Put a draft of the list into the composer, as the database has it; False when it was deleted."""
    found = get_services().drafts.find(member().id, draft_id)
    mine().others = None
    if found:
        take(found)
    return found is not None


def _show(other: Draft) -> None:
    before = draft()
    if other.draft_id != before.draft_id:
        mine().draft_before = before
    mine().draft = other


def others() -> list[Draft]:
    """The drafts besides the one in the composer, newest first."""
    here = mine()
    if here.others is None:
        here.others = [kept.draft for kept in get_services().drafts.kept(member().id)]
    return here.others


def keep_text(of: str, text: str, field: str = "text") -> None:
    """Save the typed text, unless another draft is in the composer by now."""
    mine().insert = None  # a mention that the box has taken
    if draft().draft_id == of:
        keep_draft(draft().changed(**{field: text}))


def keep_field(of: str, field: str, key: str) -> None:
    """Save what was typed into a field, also when the field is not drawn any more."""
    if draft().draft_id == of and key in st.session_state:
        keep_draft(draft().changed(**{field: st.session_state[key] or ""}))


def keep_when(of: str, chosen: dict[str, Any] | None) -> None:
    """Save with the draft when it is to be published, for after a reload; None deletes that."""
    mine().kept_when = (of, chosen)
    try:
        get_services().drafts.keep_when(member().id, of, chosen)
    except SQLAlchemyError:  # it lasts as long as the tab
        log.exception("When a draft is to leave was not kept")


def kept_when() -> dict[str, Any] | None:
    """What keep_when() saved for the draft in the composer; read once for each draft."""
    of, here = draft().draft_id, mine()
    if here.kept_when[0] != of:
        here.kept_when = (of, get_services().drafts.when(member().id, of))
    return here.kept_when[1]


def draft_is_kept() -> bool:
    """Whether the draft would survive a reload."""
    return not mine().draft_unsaved


def publish(ready: Draft) -> bool:
    """Put the draft into the outbox, to leave at once or after the seconds for Undo; see schedule()."""
    hold_s = get_services().choices.hold_s(member().id)
    due_at = now() + timedelta(seconds=hold_s) if hold_s else None
    return _leave(ready, Posting(voice(ready).id, ready, due_at, None, member().id, undo=bool(hold_s))) is not None


def schedule(ready: Draft, due_at: datetime, zone: str) -> bool:
    """Put the draft into the outbox for a moment (aware) chosen in a zone, and an empty one into the composer.

    Returns False, with nothing changed, when its post has left the queue since this tab looked.
    """
    row = _leave(ready, Posting(voice(ready).id, ready, due_at, zone, member().id))
    if row and row.state == "scheduled":
        mine().scheduled = f"Your post waits for {said_with_zone(due_at, zone_of(zone))}."
    return row is not None


def _leave(ready: Draft, posting: Posting) -> PostRow | None:
    services, knew = get_services(), queued()
    there = services.outbox.of_draft(ready.draft_id)
    look_at_queue()
    mine().scheduled = ""
    post_id = None
    if there and there.account_id not in visible_ids():  # of a member who is not connected any more: theirs alone
        post_id = _put(replace(posting, draft=ready.changed(draft_id=Draft().draft_id)))
    elif there and there.state == "scheduled":
        own = replace(posting, written_by=there.written_by or there.account_id)  # whose desk it is told at stays
        post_id = there.id if services.outbox.change(there, own) else None
    elif knew is None or knew.state in STOPPED:
        post_id = _put(posting)
    if post_id is None:
        st.toast("Nothing was saved or sent: this post has left the queue.")
        return None
    services.outbox.see_ended(member().id, but=post_id)
    services.start()
    _start_over(services.drafts.fresh(ready))
    return services.outbox.get(post_id)


def _put(posting: Posting) -> int:
    started_at = now()
    post_id = get_services().outbox.put(posting)
    if (row := get_services().outbox.get(post_id)) and row.created_at < started_at:
        st.toast("This very draft is published already; it is not sent again.")
    return post_id


def _start_over(fresh: Draft) -> None:
    try:
        take(fresh, keep=False)
    except SQLAlchemyError:  # the post is in the outbox; only the empty composer could not be written down
        _show(fresh)
        mine().draft_unsaved = True


# A draft whose post waits in the queue.


def look_at_queue() -> None:
    """Read the queue and the calls of today anew on the next use. Done once a visit: typing would be slow else."""
    here = mine()
    here.queued, here.taken, here.calls_spent = ("", None), (0, frozenset()), None


def queued() -> PostRow | None:
    """The post of the draft in the composer, as it was when this tab looked; None while it has none."""
    of, here = draft().draft_id, mine()
    if here.queued[0] != of:
        found = get_services().outbox.of_draft(of)
        here.queued = (of, found if found and found.account_id in visible_ids() else None)
    return here.queued[1]


def taken(account_id: int) -> frozenset[datetime]:
    """The minutes for which posts of this account are planned, as this tab knows them."""
    here = mine()
    if here.taken[0] != account_id:
        here.taken = (account_id, frozenset(minutes(get_services().schedule.taken(account_id))))
    return here.taken[1]


def edit_waiting(row: PostRow) -> bool:
    """Put a scheduled post into the composer to be changed in place; False when it has left the queue."""
    services, me = get_services(), member().id
    fresh = services.outbox.get(row.id)
    if not (fresh and fresh.state == "scheduled" and fresh.account_id in visible_ids()):
        return False
    mine().later = None  # its own time comes with it
    keep_when(fresh.draft_id, None)
    if draft().draft_id != fresh.draft_id:
        begun = services.drafts.get(me)  # what was already changed in it, here or in another tab, and not saved yet
        if begun.draft_id != fresh.draft_id:
            begun = services.drafts.find(me, fresh.draft_id) or draft_of(fresh).unsent()
        take(begun)
    look_at_queue()
    return True


def as_new() -> None:
    """Give the draft in the composer a new id, so that it becomes a post of its own."""
    own = draft().changed(draft_id=Draft().draft_id).unsent()
    take(own, keep=False)


def _stands_in_the_queue() -> bool:
    """Whether the draft in the composer equals its scheduled post, so that it need not be kept twice."""
    row = queued()
    return bool(row and row.state == "scheduled" and draft_of(row).unsent() == draft())


def bring_back(failed: list[PostRow]) -> bool:
    """Put the first of these posts back into an empty composer; True if it was. Each post comes back once."""
    # In the database too: another tab may be writing.
    if not (failed and draft().is_empty and get_services().drafts.get(member().id).is_empty):
        return False
    if not get_services().outbox.bring_back(failed[0].id):
        return False
    use_again(failed[0])
    return True


def use_again(row: PostRow) -> None:
    """Fill the composer with an earlier post; what was in it goes to the list of drafts."""
    uploads = get_services().uploads
    old = draft_of(row).unsent()
    lost = [a.file.name for a in old.attachments if not uploads.has(a.file.sha256)]
    kept = {name: tuple(a for a in getattr(old, name) if uploads.has(a.file.sha256)) for name in PARTS}
    take(old.changed(draft_id=Draft().draft_id, **kept))
    mine().lost_files = (draft().draft_id, tuple(lost))


def lost_files() -> list[str]:
    """The names of files that the post used again had, and that are no longer on this machine."""
    of, names = mine().lost_files
    return list(names) if of == draft().draft_id else []


def newest_other() -> None:
    """Put the newest of the other drafts into the composer."""
    take_kept(others()[0].draft_id)


def start_new() -> None:
    """An empty draft; the present one goes to the list."""
    take(get_services().drafts.fresh(draft()))


def problems(of: Draft) -> tuple[Problem, ...]:
    """Everything that must be mended before this draft may be sent."""
    by = voice(of)
    return of.problems(by.urn, get_services().uploads.has, by.zernio_kind)


def warnings(of: Draft) -> tuple[Problem, ...]:
    """What the member should know before it is sent, and may ignore."""
    return of.warnings(voice(of).urn)


def planned(of: Draft) -> tuple[PlannedCall, ...]:
    """The requests that publishing this draft will make, in order."""
    return get_services().planned(voice(of), of)


def sign_in_stop(of: Draft, due_at: datetime | None = None) -> str | None:
    """Why this draft cannot be published with the present sign-in, with the next step; later there may be another."""
    me = voice(of)
    if lost := session.voice_lost(of):
        return lost
    if (why := session.sign_in_trouble(me)) and due_at is None:
        return f"{why} {me.renewal} on the page Me; your draft is kept."
    needed = "w_organization_social" if of.author else "w_member_social"
    if me.scopes and needed not in me.scopes:
        whose = "Your" if me.id == member().id else "This member's"
        return (
            f"{whose} sign-in did not grant {needed}, which publishing needs. {products.advice_for(needed)} "
            f"LINKEDIN_SCOPES has to name it, too."
        )
    return None
