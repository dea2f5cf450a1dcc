"""What lies on the member's desk: the draft of this tab, what is wrong with it, and the way into the outbox."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.drafts import Draft
from dashboard.house import house
from dashboard.outbox import Row
from dashboard.session import member
from linkedin_api import PlannedCall, Problem


def draft() -> Draft:
    """The draft in the composer, from the database the first time."""
    if "draft" not in st.session_state:
        st.session_state.draft = house().drafts.get(member().id)
    found: Draft = st.session_state.draft
    return found


def keep_draft(changed: Draft) -> None:
    """Keep the draft if it has changed, in this tab and in the database."""
    if changed == draft() and not st.session_state.get("draft_unsaved"):
        return
    st.session_state.draft = changed
    try:
        house().drafts.save(member().id, changed)
        st.session_state.draft_unsaved = False
    except SQLAlchemyError:
        st.session_state.draft_unsaved = True  # it lives on in this tab, and the composer says so


def keep_text(of: str, text: str) -> None:
    """Keep what was typed, unless it belongs to a draft that has left the composer since."""
    if draft().draft_id == of:
        keep_draft(draft().changed(text=text))


def draft_is_kept() -> bool:
    """Whether the draft would survive a reload."""
    return not st.session_state.get("draft_unsaved")


def publish(ready: Draft) -> None:
    """Put the draft into the outbox, and an empty one into the composer."""
    rooms = house()
    post_id = rooms.outbox.put(member().id, ready)
    rooms.outbox.see_ended(member().id, but=post_id)
    rooms.engine.start()
    rooms.engine.wake()
    keep_draft(rooms.drafts.fresh(ready))


def bring_back(failed: list[Row]) -> bool:
    """Put a post that failed back into the composer, once, unless a new one was begun; True if so."""
    if not (failed and draft().is_empty and house().outbox.bring_back(failed[0].id)):
        return False
    use_again(failed[0])
    return True


def use_again(row: Row) -> list[str]:
    """Fill the composer with an earlier post; the names of its files that are gone by now."""
    if not draft().is_empty:
        st.session_state.draft_before = draft()
    uploads = house().uploads
    old = row.draft
    lost = [a.file.name for a in old.attachments if not uploads.has(a.file.sha256)]
    kept = {
        name: tuple(a.fresh() for a in getattr(old, name) if uploads.has(a.file.sha256)) for name in ("images", "video")
    }
    keep_draft(old.changed(draft_id=Draft().draft_id, **kept))
    return lost


def draft_before() -> Draft | None:
    """What an earlier post has pushed out of the composer, as long as this tab is open."""
    found: Draft | None = st.session_state.get("draft_before")
    return found


def swap_back() -> None:
    """Put the draft from before into the composer again."""
    if before := st.session_state.pop("draft_before", None):
        keep_draft(before)


def problems(of: Draft) -> tuple[Problem, ...]:
    """Everything that must be mended before this draft may be sent."""
    return of.problems(member().urn, house().uploads.has)


def planned(of: Draft) -> tuple[PlannedCall, ...]:
    """The requests that publishing this draft will make, in order."""
    uploads = [(a.file.content_type, a.file.size_bytes) for a in of.attachments]
    return house().publisher(of.dialect).planned(of.as_post(member().urn), uploads)


def sign_in_stop() -> str | None:
    """Why nothing can be published with the present sign-in, with the next step."""
    me = member()
    if me.sign_in_needed:
        return f"{me.sign_in_needed} Sign in again on the Account page; your draft is kept."
    if me.scopes and "w_member_social" not in me.scopes:
        return (
            "Your sign-in did not grant w_member_social, which publishing needs. Add the product “Share on LinkedIn” "
            "to your app and w_member_social to LINKEDIN_SCOPES, then sign in again on the Account page."
        )
    return None
