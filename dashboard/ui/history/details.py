"""One post of History, whole, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.posts.post import PostRow
from dashboard.scheduling.clock import said_with_zone, zone_of
from dashboard.ui.common import confirm, errors, exchange, post_card, text, unconfirmed
from dashboard.ui.common.labels import KINDS, STATES, VISIBILITIES
from dashboard.ui.history import engagement
from dashboard.ui.state import dates, editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Kind

WORDS = 200  # characters of a post that is to be deleted
STILL_THERE = "Zernio still has this post. As a draft or a failed post it leaves only if somebody publishes it there."


def details(row: PostRow) -> None:
    """Draw the post, its outcome, its exchanges and its actions."""
    _head(row)
    done = session.get_services().interactions.of(row.id)
    if row.held:
        st.warning(text.plain(row.held), icon=":material/pause_circle:")
    if row.error:
        st.error(text.told(row.error, row.advice))
    if row.state == "unconfirmed":
        unconfirmed.decide(row)
    if row.remarks:
        st.info(text.plain(row.remarks))
    post_card.draft_card(
        row.draft.changed(first_comment="") if row.urn else row.draft,  # told with the others below the post
        session.account_of(row),
        when=dates.date(row.due_at or row.created_at),
        edited=any(interaction.kind == "edit" for interaction in done),
    )
    _actions(row)
    _facts(row)
    if row.state == "published":
        engagement.conversation(row, done)


def _head(row: PostRow) -> None:
    """The first lines: which post, the way to it, and what became of it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"Post {row.id}", anchor=False, width="content")
        if row.state == "published" and (link := session.get_services().link_of(row)):
            st.markdown(f":material/open_in_new: [Open the post]({link})", width="content")
    icon, colour, _ = STATES[row.state]
    st.markdown(f":{colour}[:material/{icon}:] **{row.state.capitalize()}.** {row.meaning}")


def _at_zernio(row: PostRow) -> None:
    """Draw what Zernio calls the post, and what can be asked of it."""
    st.text(f"Zernio calls it {row.remote_id}")
    way = session.get_services().zernio
    if row.state == "published" and not row.urn:
        st.button(
            "Ask Zernio for its address",
            key=f"ask-{row.id}",
            icon=":material/refresh:",
            on_click=errors.guarded(way.refresh),
            args=(row,),
        )
    if row.state in ("failed", "cancelled", "deleted"):
        if row.state != "deleted":
            st.caption(STILL_THERE)
        st.button(
            "Delete Zernio’s record",
            key=f"record-{row.id}",
            icon=":material/delete_sweep:",
            help="Zernio keeps a copy of each post. This deletes the copy, and nothing at LinkedIn.",
            on_click=errors.guarded(way.delete_record),
            args=(row,),
        )


def _facts(row: PostRow) -> None:
    """Its moment, kind, files and URN, and the calls that it made beside those that were planned."""
    moment = f"Planned for {said_with_zone(row.planned_for, zone_of(row.time_zone))}" if row.planned_for else ""
    files = [f"{a.file.name} · {a.file.about}" for a in row.draft.attachments]
    way = "through Zernio" if row.dialect == ZERNIO else row.dialect
    about = f"{KINDS[Kind(row.kind)]} · {VISIBILITIES[row.visibility]} · {way}"
    st.text("\n".join(each for each in (moment, about, *files) if each))
    if row.urn:
        st.code(row.urn, language=None)
    if row.remote_id:
        _at_zernio(row)
    exchanges = session.get_services().exchange_log.count_of_post(row.id)
    st.page_link(
        session.page("inspector"),
        label=f"See its {text.counted(exchanges, 'exchange')} in the Inspector",
        icon=":material/network_check:",
        query_params={"post": str(row.id)},
    )
    if calls := row.planned_calls:
        uploads = sum(each.is_upload for each in calls)
        planned = (len(calls) - uploads, uploads)
        same = "as planned" if row.requests == planned else f"{text.requests(*planned)} were planned"
        said = f"Publishing made {text.requests(*row.requests)}, {same}."
        if st.toggle("Show the planned calls", key=f"planned-{row.id}", help="As they were when publishing began."):
            exchange.planned(calls)
        st.caption(said)


def _actions(row: PostRow) -> None:
    if row.state == "scheduled":
        st.page_link(session.page("queue"), label="Change it in the queue", icon=":material/calendar_month:")
    with st.container(horizontal=True):
        if clicked(
            "Use again",
            key=f"again-{row.id}",
            icon=":material/content_copy:",
            help="Fill the composer with this post",
        ):
            editor.use_again(row)
            st.switch_page(session.page("composer"))
        if row.state == "published":
            engagement.edit_button(row)
        if row.state == "published" and clicked("Delete", key=f"delete-{row.id}", icon=":material/delete:"):
            _confirm_delete(row)


@errors.dialog("Delete this post?")
def _confirm_delete(row: PostRow) -> None:
    where = session.where(session.account_of(row))
    st.write(f"It will be removed from {where} and cannot be brought back. Its line in this table stays.")
    if row.remote_id:
        st.caption("Zernio unpublishes it at LinkedIn and keeps its own record, which can be deleted here afterwards.")
    st.text(text.first_words(row.draft, WORDS))
    if confirm.agreed("Delete the post", "Keep it", key=f"really-{row.id}", no_key=f"keep-{row.id}"):
        session.get_services().delete_post(row)
        confirm.done("The post is deleted.", icon="delete")
