"""Choosing pictures and a video: to disk at once, checked, and out of Streamlit's memory."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import desk, session
from dashboard.drafts import Attachment, Draft
from dashboard.media import IMAGE_ENDINGS, VIDEO_ENDINGS, MediaRefused, inspect
from dashboard.uploads import UploadRefused
from dashboard.widgets.words import plain
from linkedin_api import Kind, limits

CHOICES: dict[str, tuple[str, list[str], str]] = {
    Kind.IMAGE: ("Media", IMAGE_ENDINGS, "images"),
    Kind.VIDEO: ("Media", VIDEO_ENDINGS, "video"),
}
V2_ALT = "For people who cannot see the picture. v2 sends it as the media's description; rest has a field of its own."
ABOUT = {
    Kind.IMAGE: f"PNG, JPG or GIF; fewer than {limits.IMAGE_PIXELS_BELOW:,} pixels each.",
    Kind.VIDEO: f"MP4; {limits.VIDEO_MIN_S} seconds to {limits.VIDEO_MAX_S // 60} minutes, 75 kB to 500 MB.",
}


def attachments(draft: Draft) -> Draft:
    """Draw the uploader and what is attached; the draft with what the member says about each file."""
    label, endings, field = CHOICES[draft.kind]
    turn = st.session_state.setdefault("upload_turn", 0)
    key = f"upload-{draft.kind}-{turn}"
    st.file_uploader(
        label,
        type=endings,
        accept_multiple_files=draft.kind == Kind.IMAGE,
        key=key,
        max_upload_size=limits.VIDEO_MAX_BYTES >> 20,
        on_change=_take,
        args=(key, draft.kind),
    )
    st.caption(ABOUT[Kind(draft.kind)])
    for sentence in st.session_state.get("media_refused", {}).get((draft.draft_id, draft.kind), []):
        st.error(plain(sentence), icon=":material/broken_image:")
    drawn = [_attached(a, i, draft) for i, a in enumerate(draft.attachments)]
    return draft.changed(**{field: tuple(a for a in drawn if a)})


def _attached(attachment: Attachment, index: int, draft: Draft) -> Attachment | None:
    """One attached file: what it is, its alt text and title, and a way to take it off again."""
    file, name = attachment.file, f"{draft.draft_id}-{draft.kind}-{attachment.file.sha256[:16]}-{index}"
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.text(f"{file.name}\n{file.about}")
            if st.button(
                "Remove",
                key=f"remove-{name}",
                icon=":material/close:",
                help=f"Take {file.name} off this post",
            ):
                st.session_state.media_refused = {}
                desk.keep_draft(draft.changed(**{CHOICES[draft.kind][2]: _without(draft, index)}))
                st.rerun()
        alt_text = attachment.alt_text
        if draft.kind == Kind.IMAGE:
            alt_text = st.text_input(
                "Alt text", alt_text, key=f"alt-{name}", live=True, placeholder="What the picture shows"
            )
            if draft.dialect == "v2":
                st.caption(V2_ALT)
        title = attachment.title
        if draft.dialect == "v2" or draft.kind == Kind.VIDEO:
            title = st.text_input("Title", title, key=f"title-{name}", live=True, placeholder="Optional")
    return replace(attachment, alt_text=alt_text or "", title=title or "")


def _without(draft: Draft, index: int) -> tuple[Attachment, ...]:
    return tuple(a for i, a in enumerate(draft.attachments) if i != index)


def _take(key: str, kind: str) -> None:
    """Spool what was chosen: Streamlit would copy the whole file at every rerun."""
    chosen: Any = st.session_state[key]
    files = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    if files and not hasattr(files[0], "seek"):
        return  # a rerun that overtook another one calls again, with files that were already taken
    refused: list[str] = []
    for uploaded in files:
        try:
            _attach(uploaded, kind)
        except (MediaRefused, UploadRefused) as error:
            refused.append(str(error))
        _let_go(uploaded)
    st.session_state.media_refused = {(desk.draft().draft_id, kind): refused}
    st.session_state.upload_turn += 1  # a new key is an empty uploader


def _attach(uploaded: Any, kind: str) -> None:
    uploads, draft, field = session.house().uploads, desk.draft(), CHOICES[kind][2]
    uploaded.seek(0)
    file = uploads.keep_if(uploaded, lambda path, sha256: inspect(path, kind=kind, name=uploaded.name, sha256=sha256))
    before = getattr(draft, field) if kind == Kind.IMAGE else ()
    if not any(a.file.sha256 == file.sha256 for a in before):
        desk.keep_draft(draft.changed(**{field: (*before, Attachment(file))}))


def _let_go(uploaded: Any) -> None:
    """Free Streamlit's copy in memory now; it would keep it until the session ends.

    `uploaded_file_mgr.remove_file` is an internal name of Streamlit 1.67: if it moves, memory is the only loss.
    """
    with contextlib.suppress(Exception):
        context: Any = get_script_run_ctx()
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
