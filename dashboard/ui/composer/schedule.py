"""When the draft is to be published: at once or later; and whether its post is in the queue."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.post import PostRow
from dashboard.scheduling import clock
from dashboard.scheduling.weekly_plan import WeeklyPlan, WeeklySlot, next_free
from dashboard.ui.common import datetime_picker, errors, progress, weekly_plan
from dashboard.ui.common.text import plain
from dashboard.ui.state import dates, editor, session
from dashboard.ui.state.member_state import Choice

WHEN = {"now": "Now", "later": "Later"}
EVERY_DAY = WeeklyPlan(tuple(WeeklySlot(day, time(9)) for day in range(7)))  # for who has no plan


@dataclass(frozen=True)
class Due:
    """The chosen moment (aware UTC) and its zone, both None for at once; wrong: no valid moment is chosen."""

    at: datetime | None = None
    zone: str | None = None
    wrong: bool = False


def choose(draft: Draft) -> Due:
    """Draw the choice, the moment in short and the fields, in a row; returns what they mean."""
    before = chosen = _choice(draft)
    picked = st.radio(
        "When",
        list(WHEN),
        index=1 if chosen.later else 0,
        format_func=WHEN.__getitem__,
        key=f"when-{draft.draft_id}",
        horizontal=True,
        label_visibility="collapsed",
        width="content",
    )
    chosen = replace(chosen, later=picked == "later")
    if not chosen.later:
        _keep(chosen, before)
        return Due()
    short = st.container(width="content", key="moment")
    with st.expander("Date and time", expanded=not before.later, key=f"fields-{draft.draft_id}"):
        due_at, zone = datetime_picker.when(
            f"leaves-{draft.draft_id}-{chosen.turn}", chosen.at, chosen.zone, _others(draft)
        )
        chosen = replace(chosen, at=due_at or chosen.at, zone=zone)
        _keep(chosen, before)
        _slots(draft, chosen)
    if due_at is None:
        short.markdown(":orange[No valid moment]")
    else:
        short.markdown(f"**{plain(clock.said(due_at, clock.zone_of(zone)))}** {plain(zone)}")
        _sign_in(draft, due_at, zone)
    return Due(due_at, zone, wrong=due_at is None)


def _choice(draft: Draft) -> Choice:
    """As it was left here or before a reload; or as the post waits in the queue; or the next free slot, for later."""
    row, zone = editor.queued(), dates.zone_name(session.member())
    was = row.due_at if row else None
    kept = session.mine().later
    if kept is None or kept.of != draft.draft_id:
        kept = _read(draft.draft_id, editor.kept_when())
    if kept and kept.was == was:
        return kept
    turn = kept.turn + 1 if kept else 0  # it was moved in the queue since: its new moment counts
    if row and row.state == "scheduled" and was:
        return Choice(draft.draft_id, later=True, at=was, zone=row.time_zone or zone, was=was, turn=turn)
    return Choice(draft.draft_id, False, _next_slot(draft) or _free_day(draft, zone), zone, was, turn)


def _read(of: str, written: dict[str, Any] | None) -> Choice | None:
    if not written:
        return None
    was = datetime.fromisoformat(written["was"]) if written["was"] else None
    return Choice(of, written["later"], datetime.fromisoformat(written["at"]), written["zone"], was)


def _keep(chosen: Choice, before: Choice | None = None) -> None:
    """Remember the choice for the next run and for after a reload."""
    session.mine().later = chosen
    if chosen != before:
        editor.keep_when(chosen.of, chosen.written())


def _free_day(draft: Draft, zone: str) -> datetime:
    """Nine o'clock of tomorrow, or of the first day after it on which no other post leaves at that time."""
    there = clock.zone_of(zone)
    today_ends = now().astimezone(there).replace(hour=23, minute=59)
    return next_free(EVERY_DAY, there, today_ends, editor.taken(session.voice(draft).id)) or today_ends


def _next_slot(draft: Draft) -> datetime | None:
    """The first free slot in the weekly plan of the account that publishes."""
    who = session.voice(draft)
    if not who.plan:
        return None
    zone = clock.zone_of(dates.zone_name(who))
    return next_free(weekly_plan.plan(who), zone, now(), editor.taken(who.id))


def _slots(draft: Draft, chosen: Choice) -> None:
    """The next free slot of the weekly plan, and the way to the plan itself."""
    slot = _next_slot(draft)
    with st.container(horizontal=True, vertical_alignment="center"):
        if slot:
            st.button(
                f"Next free slot: {clock.said(slot, clock.zone_of(chosen.zone))}",
                key=f"slot-{draft.draft_id}",
                icon=":material/event_available:",
                on_click=errors.guarded(_keep),
                args=(replace(chosen, at=slot, turn=chosen.turn + 1),),
            )
        if session.voice(draft).id == session.member().id:
            weekly_plan.edit_button("Weekly plan" if slot else "Make a weekly plan", key="plan-in-composer")


# What to know about a moment.


def _sign_in(draft: Draft, due_at: datetime, zone: str) -> None:
    """Warn when the sign-in ends before the moment."""
    who = session.voice(draft)
    if ends := _sign_in_ends(who, due_at, zone):
        st.warning(plain(f"{ends} {who.renewal} before then, or it will be held."))
        st.page_link(session.page("profile"), label=who.renewal, icon=":material/account_circle:")
    elif who.token_expires_at is None:
        st.caption("LinkedIn did not say when the sign-in ends; if it has by then, this post will be held.")


def _sign_in_ends(who: Account, due_at: datetime, zone: str) -> str | None:
    if why := session.sign_in_trouble(who):
        return why
    ends = who.token_expires_at
    if ends is None or ends > due_at:
        return None
    whose = "Your sign-in" if who.id == session.member().id else f"The sign-in of {who.name_of('')}"
    day = clock.said(ends, clock.zone_of(zone)).partition(",")[0]
    return f"{whose} ends on {day}, before this post is due."


def _others(draft: Draft) -> Set[datetime]:
    """The minutes of this account's other posts."""
    row, moments = editor.queued(), editor.taken(session.voice(draft).id)
    return moments - clock.minutes([row.due_at]) if row and row.due_at else moments


# A draft whose post is in the queue.


def told_of_queue() -> bool:
    """Say whether the post of this draft is in the queue or has left it; True when it may be published from here."""
    row = editor.queued()
    if row is None:
        return True
    if row.state == "scheduled":
        st.info(_waits(row), icon=":material/schedule:")
        return True
    if row.state in editor.STOPPED:
        why = "was not published" if row.state == "failed" else "was taken out of the queue"
        st.caption(f":material/info: This post {why}. You can publish or schedule it anew.")
        return True
    st.warning(
        f"**This post has left the queue.** {plain(row.meaning)} What stands here is not saved in it, and would "
        "be a second post.",
        icon=":material/warning:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Make it a new post", on_click=errors.guarded(editor.as_new), icon=":material/note_add:")
        progress.queue_link()
    return False


def _waits(row: PostRow) -> str:
    due = plain(clock.said(row.due_at, clock.zone_of(row.time_zone))) if row.due_at else "its turn"
    held = f"  \n{plain(row.held)}" if row.held else ""
    return f"This post waits in the queue for {due}. Saving changes it there; leaving it changes nothing.{held}"


def is_waiting() -> bool:
    """Whether the draft in the composer belongs to a scheduled post, which saving changes."""
    row = editor.queued()
    return bool(row and row.state == "scheduled")
