"""Choosing files: to disk at once, checked, and out of Streamlit's memory."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard import desk, session
from dashboard.draft import Attachment, Draft
from dashboard.media import MediaFile, MediaRefused, inspect
from dashboard.uploads import UploadRefused
from dashboard.widgets import cards
from dashboard.widgets.words import plain
from linkedin_api import limits


@dataclass(frozen=True)
class Slot:
    """A place for files in the form: a field of the draft, and what may be put there."""

    field: str
    label: str
    kind: str
    about: str
    many: bool = False
    alt_text: bool = False
    title: str = ""  # its placeholder; empty: no title is asked for


PIXELS = f"PNG, JPG or GIF; fewer than {limits.IMAGE_PIXELS_BELOW:,} pixels"
IMAGES = Slot("images", "Media", "image", f"{PIXELS} each.", many=True, alt_text=True)
LENGTH = f"{limits.VIDEO_MIN_S} seconds to {limits.VIDEO_MAX_S // 60} minutes"
VIDEO = Slot("video", "Media", "video", f"MP4; {LENGTH}, 75 kB to 500 MB.", title="Optional")
CAPTIONS = Slot("captions", "Captions", "captions", "SRT or WebVTT; the rest dialect sends them.")
COVER = Slot("cover", "Cover", "image", f"{PIXELS}; the rest dialect sends it.")
PAGES = f"up to 100 MB and {limits.DOCUMENT_PAGES_MAX} pages"
DOCUMENT = Slot("document", "Media", "document", f"PDF, PPT, PPTX, DOC or DOCX; {PAGES}.", title="Needed")
THUMBNAIL = Slot("thumbnail", "Picture of the article", "image", f"{PIXELS}; the rest dialect sends it.")
MAX_MB = limits.VIDEO_MAX_BYTES >> 20  # of anything: the checks say of which kind a file is too large
V2_ALT = "Alt text is for people who cannot see a picture. v2 sends it as a description; rest has a field for it."


def attachments(draft: Draft, slot: Slot) -> Draft:
    """Draw the uploader and what is attached; the draft with what the member says about each file."""
    turns: dict[str, int] = st.session_state.setdefault("upload_turns", {})
    key = f"upload-{slot.field}-{turns.get(slot.field, 0)}"
    # Of any type: Streamlit would drop a file with another ending without a word that stays.
    st.file_uploader(
        slot.label,
        accept_multiple_files=slot.many,
        key=key,
        max_upload_size=MAX_MB,
        on_change=_take,
        args=(key, slot),
    )
    st.caption(slot.about)
    if slot.alt_text and draft.speaks == "v2" and getattr(draft, slot.field):
        st.caption(V2_ALT)
    for sentence in st.session_state.get("media_refused", {}).get((draft.draft_id, slot.field), []):
        st.error(plain(sentence), icon=":material/broken_image:")
    drawn = [_attached(a, i, draft, slot) for i, a in enumerate(getattr(draft, slot.field))]
    return draft.changed(**{slot.field: tuple(drawn)})


def _attached(attachment: Attachment, index: int, draft: Draft, slot: Slot) -> Attachment:
    """One attached file: what it is, its alt text and title, and a way to take it off again."""
    file = attachment.file
    name = f"{draft.draft_id}-{slot.field}-{file.sha256[:16]}"  # a file is attached once, so this names it
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                if file.kind == "image":
                    st.html(cards.thumbnail(file), width="content")
                st.text(f"{file.name}\n{file.about}")
            if st.button("Remove", key=f"remove-{name}", icon=":material/close:", help=f"Take {plain(file.name)} off"):
                st.session_state.media_refused = {}
                left = tuple(a for i, a in enumerate(getattr(draft, slot.field)) if i != index)
                desk.keep_draft(draft.changed(**{slot.field: left}))
                st.rerun()
        alt_text, title = attachment.alt_text, attachment.title
        if slot.alt_text:
            alt_text = _caption(draft, slot, index, "alt_text", "Alt text", "What the picture shows", name)
        if slot.title or (slot.alt_text and draft.speaks == "v2"):
            title = _caption(draft, slot, index, "title", "Title", slot.title or "Optional", name)
    return replace(attachment, alt_text=alt_text, title=title)


def _caption(draft: Draft, slot: Slot, index: int, field: str, label: str, placeholder: str, name: str) -> str:
    """What is said about one file; it is kept even when the field has gone by the next run."""
    attachment, key = getattr(draft, slot.field)[index], f"{field}-{name}"
    typed = st.text_input(
        label,
        getattr(attachment, field),
        key=key,
        live=True,
        placeholder=placeholder,
        on_change=_keep_caption,
        args=(draft.draft_id, slot, attachment.file.sha256, field, key),
    )
    return typed or ""


def _keep_caption(of: str, slot: Slot, sha256: str, field: str, key: str) -> None:
    draft = desk.draft()
    if draft.draft_id == of and key in st.session_state:
        said = {field: st.session_state[key] or ""}
        files = (replace(a, **said) if a.file.sha256 == sha256 else a for a in getattr(draft, slot.field))
        desk.keep_draft(draft.changed(**{slot.field: tuple(files)}))


def put(field: str, name: str, content: bytes) -> None:
    """Attach a picture that was not chosen but fetched. Raises: MediaRefused, UploadRefused."""
    file = kept(io.BytesIO(content), "image", name)
    desk.keep_draft(desk.draft().changed(**{field: (Attachment(file),)}))


def _take(key: str, slot: Slot) -> None:
    """Spool what was chosen: Streamlit would copy the whole file at every rerun."""
    chosen: Any = st.session_state[key]
    files = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    if files and not hasattr(files[0], "seek"):
        return  # a rerun that overtook another one calls again, with files that were already taken
    refused: list[str] = []
    for uploaded in files:
        try:
            _attach(uploaded, slot)
        except (MediaRefused, UploadRefused) as error:
            refused.append(str(error))
        let_go(uploaded)
    st.session_state.media_refused = {(desk.draft().draft_id, slot.field): refused}
    turns = st.session_state.upload_turns
    turns[slot.field] = turns.get(slot.field, 0) + 1  # a new key is an empty uploader


def _attach(uploaded: Any, slot: Slot) -> None:
    draft = desk.draft()
    uploaded.seek(0)
    file = kept(uploaded, slot.kind, uploaded.name)
    before = getattr(draft, slot.field) if slot.many else ()
    if not any(a.file.sha256 == file.sha256 for a in before):
        title = _title_of(file.name) if slot.kind == "document" else ""
        desk.keep_draft(draft.changed(**{slot.field: (*before, Attachment(file, title=title))}))


def kept(stream: BinaryIO, kind: str, name: str) -> MediaFile:
    """The file on disk, checked. Raises: MediaRefused, UploadRefused."""
    return session.house().uploads.keep_if(
        stream, lambda path, sha256: inspect(path, kind=kind, name=name, sha256=sha256)
    )


def _title_of(name: str) -> str:
    """What a document may be called until somebody finds a better title."""
    return " ".join(name.rpartition(".")[0].replace("_", " ").split())[: limits.ARTICLE_TITLE_MAX]


def let_go(uploaded: Any) -> None:
    """Free Streamlit's copy in memory now; it would keep it until the session ends.

    `uploaded_file_mgr.remove_file` is an internal name of Streamlit 1.67: if it moves, memory is the only loss.
    """
    with contextlib.suppress(Exception):
        context: Any = get_script_run_ctx()
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
