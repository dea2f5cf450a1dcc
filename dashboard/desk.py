"""What lies on the member's desk: the draft of this tab, what is wrong with it, and the way into the outbox."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.draft import PARTS, Draft
from dashboard.house import house
from dashboard.outbox import Row
from dashboard.session import member
from dashboard.store import now
from linkedin_api import PlannedCall, Problem, products
from linkedin_api import warnings as warned


def draft() -> Draft:
    """The draft in the composer, from the database the first time."""
    if "draft" not in st.session_state:
        st.session_state.draft = st.session_state.draft_known = house().drafts.get(member().id)
    found: Draft = st.session_state.draft
    return found


def keep_draft(changed: Draft) -> None:
    """Keep the draft, if anything has changed: in this tab and in the database."""
    if changed == draft() and not st.session_state.get("draft_unsaved"):
        return
    _show(changed)
    try:
        house().drafts.save(member().id, changed, known=st.session_state.draft_known)
        st.session_state.draft_known = changed
        st.session_state.draft_unsaved = False
    except SQLAlchemyError:
        st.session_state.draft_unsaved = True  # it lives on in this tab, and the composer says so


def take(other: Draft, *, keep: bool = True) -> None:
    """Put another draft into the composer; the present one goes to the list of drafts, or away.

    Raises: SQLAlchemyError, with nothing changed.
    """
    house().drafts.save(member().id, other, leaves=draft(), keep=keep)
    _show(other)
    st.session_state.draft_known = other
    st.session_state.draft_unsaved = False
    st.session_state.pop("others", None)


def take_kept(draft_id: str) -> bool:
    """Put a draft of the list into the composer, as it is by now; False when it is not there any more."""
    found = house().drafts.find(member().id, draft_id)
    st.session_state.pop("others", None)
    if found:
        take(found)
    return found is not None


def _show(other: Draft) -> None:
    if other.draft_id != draft().draft_id:
        st.session_state.text_before = (draft().draft_id, draft().text)
    st.session_state.draft = other


def text_before() -> tuple[str, str]:
    """The draft that was in the composer before this one, and the text that was known of it."""
    found: tuple[str, str] = st.session_state.get("text_before", ("", ""))
    return found


def others() -> list[Draft]:
    """The drafts that wait beside the one in the composer, the newest first."""
    if "others" not in st.session_state:
        st.session_state.others = [kept.draft for kept in house().drafts.kept(member().id)]
    found: list[Draft] = st.session_state.others
    return found


def keep_text(of: str, text: str) -> None:
    """Keep what was typed, unless it belongs to a draft that has left the composer since."""
    st.session_state.pop("insert", None)  # a mention that the box has taken
    if draft().draft_id == of:
        keep_draft(draft().changed(text=text))


def keep_field(of: str, field: str, key: str) -> None:
    """Keep what was typed into a field, also when it is not drawn any more."""
    if draft().draft_id == of and key in st.session_state:
        keep_draft(draft().changed(**{field: st.session_state[key] or ""}))


def draft_is_kept() -> bool:
    """Whether the draft would survive a reload."""
    return not st.session_state.get("draft_unsaved")


def publish(ready: Draft) -> None:
    """Put the draft into the outbox, and an empty one into the composer."""
    rooms = house()
    started_at = now()
    post_id = rooms.outbox.put(member().id, ready)
    if (row := rooms.outbox.get(post_id)) and row.created_at < started_at:
        st.toast("This very draft is published already; it is not sent again.")
    rooms.outbox.see_ended(member().id, but=post_id)
    rooms.engine.start()
    rooms.engine.wake()
    fresh = rooms.drafts.fresh(ready)
    try:
        take(fresh, keep=False)
    except SQLAlchemyError:  # the post is in the outbox; only the empty composer could not be written down
        _show(fresh)
        st.session_state.draft_unsaved = True


def bring_back(failed: list[Row]) -> bool:
    """Put a post that failed back into the composer, once, unless a new one was begun; True if so."""
    # In the database too: another tab may be writing.
    if not (failed and draft().is_empty and house().drafts.get(member().id).is_empty):
        return False
    if not house().outbox.bring_back(failed[0].id):
        return False
    use_again(failed[0])
    return True


def use_again(row: Row) -> None:
    """Fill the composer with an earlier post; what was in it goes to the list of drafts."""
    uploads = house().uploads
    old = row.draft.unsent()
    lost = [a.file.name for a in old.attachments if not uploads.has(a.file.sha256)]
    kept = {name: tuple(a for a in getattr(old, name) if uploads.has(a.file.sha256)) for name in PARTS}
    take(old.changed(draft_id=Draft().draft_id, **kept))
    st.session_state.lost_files = (draft().draft_id, lost)


def lost_files() -> list[str]:
    """The names of files that the post used again had, and that are no longer on this machine."""
    of, names = st.session_state.get("lost_files", ("", []))
    return list(names) if of == draft().draft_id else []


def newest_other() -> None:
    """Put the draft that left the composer last into it again."""
    take_kept(others()[0].draft_id)


def start_new() -> None:
    """An empty draft; the present one goes to the list."""
    take(house().drafts.fresh(draft()))


def problems(of: Draft) -> tuple[Problem, ...]:
    """Everything that must be mended before this draft may be sent."""
    return of.problems(member().urn, house().uploads.has)


def warnings(of: Draft) -> tuple[Problem, ...]:
    """What the member should know before it is sent, and may ignore."""
    return warned(of.as_post(member().urn), of.speaks)


def planned(of: Draft) -> tuple[PlannedCall, ...]:
    """The requests that publishing this draft will make, in order."""
    return house().publisher(of.speaks).planned(of.as_post(member().urn), of.planned_files())


def sign_in_stop(of: Draft) -> str | None:
    """Why this draft cannot be published with the present sign-in, with the next step."""
    me = member()
    if me.sign_in_needed:
        return f"{me.sign_in_needed} Sign in again on the Account page; your draft is kept."
    needed = "w_organization_social" if of.author else "w_member_social"
    if me.scopes and needed not in me.scopes:
        return (
            f"Your sign-in did not grant {needed}, which publishing needs. Add the product "
            f"“{products.product_of(needed)}” to your app and {needed} to LINKEDIN_SCOPES, then sign in again on the "
            "Account page."
        )
    return None
