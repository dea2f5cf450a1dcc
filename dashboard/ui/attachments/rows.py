"""The attached files, one compact row each: a component draws them, as twenty rows of widgets would be slow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.drafts.arrangement import arranged, file_id
from dashboard.drafts.draft import Attachment, Draft, Files
from dashboard.files.documents import PDF
from dashboard.files.media import MediaFile
from dashboard.preview import from_post
from dashboard.ui.attachments.changes import clean
from dashboard.ui.attachments.slots import FileField
from dashboard.ui.common import errors, file_intake
from dashboard.ui.common.text import whole
from dashboard.ui.state import editor
from linkedin_api.content.subrip import WEBVTT_TYPE

HERE = Path(__file__).parent
AS_SRT = "Goes as SRT, all that LinkedIn takes: times and text stay; styles, positions and speakers' tags are left out."
TAKE_OUT = "Take out place, time and camera"
GIF = "image/gif"
_mount = st.components.v2.component(
    "attached_files",
    html='<ul class="files" role="list"></ul>\n<div class="live" aria-live="polite"></div>',
    css=(HERE / "rows.css").read_text(),
    js=(HERE / "rows.js").read_text(),
)


def rows(draft: Draft, slot: FileField) -> str | None:
    """Draw the attached files of a field; returns the file_id() of the picture that is to be cropped, or None."""
    key = f"rows-{slot.field}-{draft.draft_id}"
    told = st.session_state.get(key, {}).get("told") or {}
    data = {
        "label": f"{slot.label}: attached files",
        "many": slot.many,
        "serial": told.get("serial", 0),
        "files": [_row(each, draft, slot) for each in getattr(draft, slot.field)],
    }
    asked = _mount(
        key=key,
        data=data,
        on_told_change=errors.guarded(lambda: _keep(draft.draft_id, slot.field, key)),
        on_asked_change=errors.guarded(lambda: _clean(draft.draft_id, slot.field, key)),
    ).asked
    return str(asked["id"]) if asked and asked["does"] == "crop" else None


def _row(attachment: Attachment, draft: Draft, slot: FileField) -> dict[str, Any]:
    file = attachment.file
    return {
        "id": file_id(file),
        "name": file.name,
        "about": file.about,
        "thumb": _thumbnail(file),
        "film": file.kind == "video",
        "letters": file.name.rpartition(".")[2][:4].upper(),
        "words": _words(attachment, draft, slot),
        "crops": file.kind == "image" and file.content_type != GIF,
        "notes": list(_notes(file)),
        "clean": _clean_switch(file) if file.private and file.is_ready else None,
    }


def _notes(file: MediaFile) -> Iterator[dict[str, str]]:
    if file.content_type == WEBVTT_TYPE:
        yield {"text": AS_SRT}
    if file.change_line:
        # Beside the name, which need not be said again.
        text = f"It {file.change_line.removeprefix(file.name).strip()}"
        yield {"text": text, "href": from_post.chosen_address(file) if file.original_sha256 else ""}


def _clean_switch(file: MediaFile) -> dict[str, Any]:
    return {"label": TAKE_OUT, "text": file.private_line, "on": file.clean}


def _thumbnail(file: MediaFile) -> str:
    if file.content_type == PDF:
        return from_post.page_addresses(file.sha256, 1)[0]
    return from_post.address(file) if file.kind in ("image", "video") else ""


def _words(attachment: Attachment, draft: Draft, slot: FileField) -> dict[str, dict[str, str]]:
    """The text fields of a row, by the field of the attachment."""
    of = f" of {attachment.file.name}" if slot.many else ""
    found = {}
    if slot.alt_text:
        found["alt_text"] = ("Alt", f"Alt text of {attachment.file.name}", "What the picture shows")
    if slot.title or (slot.alt_text and draft.speaks == "v2"):
        found["title"] = ("Title", f"Title{of}", slot.title or "Optional")
    return {
        name: {"shown": shown, "label": label, "placeholder": placeholder, "text": getattr(attachment, name)}
        for name, (shown, label, placeholder) in found.items()
    }


def _keep(of: str, field: str, key: str) -> None:
    """Save what the browser tells of the rows, unless another draft is in the composer by now."""
    draft, told = editor.draft(), st.session_state[key]["told"]
    if draft.draft_id == of:
        before: Files = getattr(draft, field)
        typed = {of: {name: whole(text) for name, text in words.items()} for of, words in told["typed"].items()}
        left = arranged(before, {**told, "typed": typed})
        editor.keep_draft(draft.changed(**{field: left}))
        for file in {each.file for each in before} - {each.file for each in left}:
            file_intake.taken_off(file)


def _clean(of: str, field: str, key: str) -> None:
    asked = st.session_state[key]["asked"]
    if asked and asked["does"] == "clean":
        clean(of, field, asked["id"], wanted=bool(asked["on"]))
