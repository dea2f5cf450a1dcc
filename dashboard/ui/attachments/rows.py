"""The attached files, one compact row each: a component draws them, as twenty rows of widgets would be slow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.drafts.draft import Attachment, Draft, Files
from dashboard.files.documents import PDF
from dashboard.preview import from_post
from dashboard.ui.attachments.slots import FileField
from dashboard.ui.common import errors
from dashboard.ui.common.text import whole
from dashboard.ui.state import editor, session
from linkedin_api.content.subrip import WEBVTT_TYPE

HERE = Path(__file__).parent
AS_SRT = "Goes as SRT, all that LinkedIn takes: times and text stay; styles, positions and speakers' tags are left out."
WORDS = ("alt_text", "title")
_mount = st.components.v2.component(
    "attached_files",
    html='<ul class="files" role="list"></ul>\n<div class="live" aria-live="polite"></div>',
    css=(HERE / "rows.css").read_text(),
    js=(HERE / "rows.js").read_text(),
)


def rows(draft: Draft, slot: FileField) -> Mapping[str, Any] | None:
    """Draw the attached files of a field.

    Returns what was asked for by a button of a row: {"does": "crop", "id": file_id()}, or None.
    """
    files: Files = getattr(draft, slot.field)
    key = f"files-{slot.field}-{draft.draft_id}"
    told = st.session_state.get(key, {}).get("told") or {}
    data = {
        "label": f"{slot.label}: attached files",
        "many": slot.many,
        "serial": told.get("serial", 0),
        "files": [_row(each, draft, slot) for each in files],
    }
    asked: Mapping[str, Any] | None = _mount(
        key=key,
        data=data,
        on_told_change=errors.guarded(lambda: _keep(draft.draft_id, slot.field, key)),
        on_asked_change=lambda: None,
    ).asked
    return asked


def file_id(attachment: Attachment) -> str:
    """What names an attached file in its row: a file is attached once."""
    return attachment.file.sha256[:16]


def _row(attachment: Attachment, draft: Draft, slot: FileField) -> dict[str, Any]:
    file = attachment.file
    return {
        "id": file_id(attachment),
        "name": file.name,
        "about": file.about,
        "thumb": _thumbnail(attachment),
        "film": file.kind == "video",
        "letters": file.name.rpartition(".")[2][:4].upper(),
        "words": _words(attachment, draft, slot),
        "crops": False,
        "notes": [AS_SRT] if file.content_type == WEBVTT_TYPE else [],
    }


def _thumbnail(attachment: Attachment) -> str:
    file = attachment.file
    if file.content_type == PDF:
        return from_post.page_addresses(file.sha256, 1)[0]
    return from_post.address(file) if file.kind in ("image", "video") else ""


def _words(attachment: Attachment, draft: Draft, slot: FileField) -> dict[str, dict[str, str]]:
    """The text fields of a row, by the field of the attachment."""
    of = f" of {attachment.file.name}" if slot.many else ""
    found = {}
    if slot.alt_text:
        found["alt_text"] = (f"Alt text of {attachment.file.name}", "Alt text: what the picture shows")
    if slot.title or (slot.alt_text and draft.speaks == "v2"):
        found["title"] = (f"Title{of}", slot.title or "Title (optional)")
    return {
        name: {"label": label, "placeholder": placeholder, "text": getattr(attachment, name)}
        for name, (label, placeholder) in found.items()
    }


def _keep(of: str, field: str, key: str) -> None:
    """Save what the browser tells of the rows, unless another draft is in the composer by now."""
    draft, told = editor.draft(), st.session_state[key]["told"]
    if draft.draft_id == of:
        if told["removed"]:
            session.mine().files_refused = {}
        editor.keep_draft(draft.changed(**{field: arranged(getattr(draft, field), told)}))


def arranged(files: Files, told: Mapping[str, Any]) -> Files:
    """The files in the order, with the words and without those removed that the browser tells.

    told: {"order": [id], "removed": [id], "typed": {id: {"alt_text": …, "title": …}}}; ids of files that have gone
    count for nothing, and files that the browser did not know yet stay, behind the others.
    """
    known = {file_id(each): each for each in files}
    order = dict.fromkeys([each for each in told["order"] if each in known] + list(known))
    return tuple(_said(known[each], told["typed"].get(each, {})) for each in order if each not in told["removed"])


def _said(attachment: Attachment, typed: Mapping[str, object]) -> Attachment:
    alt_text, title = (whole(typed.get(name, getattr(attachment, name))) for name in WORDS)
    return attachment.captioned(alt_text, title)
