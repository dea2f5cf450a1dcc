"""Choosing the files of a draft: the uploader of each field, what was refused, and the rows of what is attached."""

from __future__ import annotations

import io
from typing import Any

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.arrangement import file_id
from dashboard.drafts.draft import Attachment, Draft
from dashboard.ui.attachments import carousel, changes
from dashboard.ui.attachments.rows import rows
from dashboard.ui.attachments.slots import FileField
from dashboard.ui.common import errors, file_intake
from dashboard.ui.state import editor, session
from linkedin_api.reference import limits

V2_ALT = "LinkedIn gets the alt text as a description; “rest” under API options sends it as alt text."


def attachments(draft: Draft, slot: FileField) -> None:
    """Draw the uploader and the attached files; what is changed there is saved by itself."""
    key = f"upload-{slot.field}-{session.mine().turns[slot.field]}"
    with st.container(key=f"files-{slot.field}", gap="small"):
        # Of any type: Streamlit would drop a file with another ending without a word that stays.
        st.file_uploader(
            slot.label,
            accept_multiple_files=slot.many,
            key=key,
            max_upload_size=slot.max_mb,
            on_change=errors.guarded(_take),
            args=(key, slot),
        )
        st.caption(slot.through_zernio if slot.through_zernio and draft.speaks == ZERNIO else slot.about)
        file_intake.watch(f"upload-{slot.field}-", (draft.draft_id, slot.field))
        file_intake.refusals((draft.draft_id, slot.field))
        if getattr(draft, slot.field):
            if cropped := rows(draft, slot):
                changes.crop(draft, slot, cropped)
            for each in getattr(draft, slot.field):
                if not each.file.is_ready:
                    changes.encode(draft.draft_id, slot.field, file_id(each.file))
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                if slot.alt_text and draft.speaks == "v2":
                    st.caption(V2_ALT, width="content")
                if slot.field in ("images", "document"):
                    carousel.offer(draft)


def put(field: str, name: str, content: bytes) -> None:
    """Attach a fetched picture to a field of the draft. Raises: MediaRefused, UploadRefused."""
    file = file_intake.kept(io.BytesIO(content), "image", name)
    editor.keep_draft(editor.draft().changed(**{field: (Attachment(file),)}))


def _take(key: str, slot: FileField) -> None:
    """Move the chosen files to disk: Streamlit would copy each whole file at every rerun."""
    if files := file_intake.chosen(key):
        refused = file_intake.take(files, lambda uploaded: _attach(uploaded, slot))
        file_intake.refuse((editor.draft().draft_id, slot.field), refused)
        session.mine().turns[slot.field] += 1


def _attach(uploaded: Any, slot: FileField) -> None:
    draft, file = editor.draft(), file_intake.kept(uploaded, slot.kind, uploaded.name)
    before = getattr(draft, slot.field) if slot.many else ()
    if not any(file_id(each.file) == file_id(file) for each in before):
        title = _title_of(file.name) if slot.kind == "document" else ""
        for replaced in () if slot.many else getattr(draft, slot.field):
            file_intake.taken_off(replaced.file)
        editor.keep_draft(draft.changed(**{slot.field: (*before, Attachment(file, title=title))}))


def _title_of(name: str) -> str:
    """What a document may be called until somebody finds a better title."""
    return " ".join(name.rpartition(".")[0].replace("_", " ").split())[: limits.ARTICLE_TITLE_MAX]
