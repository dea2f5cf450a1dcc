"""The files of the draft: choosing, checking, describing and removing them."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from dashboard.drafts.draft import Attachment, Draft
from dashboard.ui.common import errors, file_intake, post_card
from dashboard.ui.common.text import plain
from dashboard.ui.state import editor, session
from linkedin_api.content.subrip import WEBVTT_TYPE
from linkedin_api.reference import limits


@dataclass(frozen=True)
class FileField:
    """An uploader in the form: the field of the draft that it fills, and what it takes."""

    field: str
    label: str
    kind: str
    about: str
    many: bool = False
    alt_text: bool = False
    title: str = ""  # its placeholder; empty: no title is asked for


PIXELS = f"PNG, JPG or GIF; fewer than {limits.IMAGE_PIXELS_BELOW:,} pixels"
IMAGES = FileField("images", "Media", "image", f"{PIXELS} each.", many=True, alt_text=True)
LENGTH = f"{limits.VIDEO_MIN_S} seconds to {limits.VIDEO_MAX_S // 60} minutes"
VIDEO = FileField("video", "Media", "video", f"MP4; {LENGTH}, 75 kB to 500 MB.", title="Optional")
CAPTIONS = FileField(
    "captions",
    "Captions",
    "captions",
    "English, as LinkedIn takes no others; SRT or WebVTT. The rest dialect sends them.",
)
AS_SRT = "Goes as SRT, all that LinkedIn takes: times and text stay; styles, positions and speakers' tags are left out."
COVER = FileField("cover", "Cover", "image", f"{PIXELS}; the rest dialect sends it.")
PAGES = f"up to 100 MB and {limits.DOCUMENT_PAGES_MAX} pages"
DOCUMENT = FileField("document", "Media", "document", f"PDF, PPT, PPTX, DOC or DOCX; {PAGES}.", title="Needed")
THUMBNAIL = FileField("thumbnail", "Picture of the article", "image", f"{PIXELS}; the rest dialect sends it.")
MAX_MB = limits.VIDEO_MAX_BYTES >> 20  # of anything: the checks say of which kind a file is too large
V2_ALT = "Alt text is for people who cannot see a picture. v2 sends it as a description; rest has a field for it."


def attachments(draft: Draft, slot: FileField) -> Draft:
    """Draw the uploader and the attached files; returns the draft with their alt texts and titles."""
    here = session.mine()
    key = f"upload-{slot.field}-{here.turns[slot.field]}"
    # Of any type: Streamlit would drop a file with another ending without a word that stays.
    st.file_uploader(
        slot.label,
        accept_multiple_files=slot.many,
        key=key,
        max_upload_size=MAX_MB,
        on_change=errors.guarded(_take),
        args=(key, slot),
    )
    st.caption(slot.about)
    if slot.alt_text and draft.speaks == "v2" and getattr(draft, slot.field):
        st.caption(V2_ALT)
    for sentence in here.files_refused.get((draft.draft_id, slot.field), []):
        st.error(plain(sentence), icon=":material/broken_image:")
    drawn = [_attached(a, i, draft, slot) for i, a in enumerate(getattr(draft, slot.field))]
    return draft.changed(**{slot.field: tuple(drawn)})


def _attached(attachment: Attachment, index: int, draft: Draft, slot: FileField) -> Attachment:
    """One attached file: what it is, its alt text and title, and a way to take it off again."""
    file = attachment.file
    name = f"{draft.draft_id}-{slot.field}-{file.sha256[:16]}"  # a file is attached once, so this names it
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                if file.kind == "image":
                    st.html(post_card.thumbnail(file), width="content")
                st.text(f"{file.name}\n{file.about}")
            if st.button("Remove", key=f"remove-{name}", icon=":material/close:", help=f"Take {plain(file.name)} off"):
                session.mine().files_refused = {}
                left = tuple(a for i, a in enumerate(getattr(draft, slot.field)) if i != index)
                editor.keep_draft(draft.changed(**{slot.field: left}))
                st.rerun()
        if file.content_type == WEBVTT_TYPE:
            st.caption(AS_SRT)
        alt_text, title = attachment.alt_text, attachment.title
        if slot.alt_text:
            alt_text = _caption(draft, slot, index, "alt_text", "Alt text", "What the picture shows", name)
        if slot.title or (slot.alt_text and draft.speaks == "v2"):
            title = _caption(draft, slot, index, "title", "Title", slot.title or "Optional", name)
    return replace(attachment, alt_text=alt_text, title=title)


def _caption(draft: Draft, slot: FileField, index: int, field: str, label: str, placeholder: str, name: str) -> str:
    """A text field about one file; it is saved even when the next run does not draw the field."""
    attachment, key = getattr(draft, slot.field)[index], f"{field}-{name}"
    typed = st.text_input(
        label,
        getattr(attachment, field),
        key=key,
        live=True,
        placeholder=placeholder,
        on_change=errors.guarded(_keep_caption),
        args=(draft.draft_id, slot, attachment.file.sha256, field, key),
    )
    return typed or ""


def _keep_caption(of: str, slot: FileField, sha256: str, field: str, key: str) -> None:
    draft = editor.draft()
    if draft.draft_id == of and key in st.session_state:
        said = {field: st.session_state[key] or ""}
        files = (replace(a, **said) if a.file.sha256 == sha256 else a for a in getattr(draft, slot.field))
        editor.keep_draft(draft.changed(**{slot.field: tuple(files)}))


def put(field: str, name: str, content: bytes) -> None:
    """Attach a fetched picture to a field of the draft. Raises: MediaRefused, UploadRefused."""
    file = file_intake.kept(io.BytesIO(content), "image", name)
    editor.keep_draft(editor.draft().changed(**{field: (Attachment(file),)}))


def _take(key: str, slot: FileField) -> None:
    """Move the chosen files to disk: Streamlit would copy each whole file at every rerun."""
    if files := file_intake.chosen(key):
        refused = file_intake.take(files, lambda uploaded: _attach(uploaded, slot))
        here = session.mine()
        here.files_refused = {(editor.draft().draft_id, slot.field): refused}
        here.turns[slot.field] += 1


def _attach(uploaded: Any, slot: FileField) -> None:
    draft, file = editor.draft(), file_intake.kept(uploaded, slot.kind, uploaded.name)
    before = getattr(draft, slot.field) if slot.many else ()
    if not any(a.file.sha256 == file.sha256 for a in before):
        title = _title_of(file.name) if slot.kind == "document" else ""
        editor.keep_draft(draft.changed(**{slot.field: (*before, Attachment(file, title=title))}))


def _title_of(name: str) -> str:
    """What a document may be called until somebody finds a better title."""
    return " ".join(name.rpartition(".")[0].replace("_", " ").split())[: limits.ARTICLE_TITLE_MAX]
