"""What lies on the member's desk: the draft of this tab, what is wrong with it, and the way into the outbox."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.drafts import Draft
from dashboard.house import house
from dashboard.outbox import Row
from dashboard.session import member
from dashboard.store import now
from linkedin_api import PlannedCall, Problem


def draft() -> Draft:
    """The draft in the composer, from the database the first time."""
    if "draft" not in st.session_state:
        st.session_state.draft = house().drafts.get(member().id)
    found: Draft = st.session_state.draft
    return found


def keep_draft(changed: Draft, aside: list[Draft] | None = None) -> None:
    """Keep the draft, and the drafts that were set aside, if anything has changed: in this tab and in the database."""
    if changed == draft() and aside is None and not st.session_state.get("draft_unsaved"):
        return
    if changed.draft_id != draft().draft_id:
        st.session_state.text_before = (draft().draft_id, draft().text)
    st.session_state.draft = changed
    if aside is not None:
        st.session_state.aside = aside
    try:
        house().drafts.save(member().id, changed, set_aside())
        st.session_state.draft_unsaved = False
    except SQLAlchemyError:
        st.session_state.draft_unsaved = True  # it lives on in this tab, and the composer says so


def text_before() -> tuple[str, str]:
    """The draft that was in the composer before this one, and the text that was known of it."""
    found: tuple[str, str] = st.session_state.get("text_before", ("", ""))
    return found


def set_aside() -> list[Draft]:
    """Drafts that another one has pushed out of the composer; the newest comes last."""
    if "aside" not in st.session_state:
        st.session_state.aside = house().drafts.aside(member().id)
    found: list[Draft] = st.session_state.aside
    return found


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
    started_at = now()
    post_id = rooms.outbox.put(member().id, ready)
    if (row := rooms.outbox.get(post_id)) and row.created_at < started_at:
        st.toast("This very draft is published already; it is not sent again.")
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


def use_again(row: Row) -> None:
    """Fill the composer with an earlier post; what was in it is set aside."""
    uploads = house().uploads
    old = row.draft.unsent()
    lost = [a.file.name for a in old.attachments if not uploads.has(a.file.sha256)]
    kept = {name: tuple(a for a in getattr(old, name) if uploads.has(a.file.sha256)) for name in ("images", "video")}
    aside = set_aside() if draft().is_empty else [*set_aside(), draft()]
    keep_draft(old.changed(draft_id=Draft().draft_id, **kept), aside)
    st.session_state.lost_files = (draft().draft_id, lost)


def lost_files() -> list[str]:
    """The names of files that the post used again had, and that are no longer on this machine."""
    of, names = st.session_state.get("lost_files", ("", []))
    return list(names) if of == draft().draft_id else []


def next_aside() -> None:
    """Put the newest draft that was set aside into the composer, and the present one behind all others."""
    *others, newest = set_aside()
    keep_draft(newest, others if draft().is_empty else [draft(), *others])


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
