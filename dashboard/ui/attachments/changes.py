"""What may be changed in an attached file: the part of a picture that is kept, and what it says of place and camera."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.drafts.arrangement import file_id
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.conversions import Conversion
from dashboard.files.fitting import SHAPES
from dashboard.files.media import MediaFile, MediaRefused
from dashboard.files.uploads import UploadRefused
from dashboard.ui.attachments.slots import FileField
from dashboard.ui.common import errors, file_intake
from dashboard.ui.common.text import plain
from dashboard.ui.state import editor
from dashboard.ui.state.clicks import clicked

CROPS = {"": "Original", **SHAPES}
REFUSED = (MediaRefused, UploadRefused)


def attached(draft: Draft, field: str, of: str) -> Attachment | None:
    """The attachment of a field whose file has this file_id(); None when it was removed."""
    return next((each for each in getattr(draft, field) if file_id(each.file) == of), None)


def change(draft_id: str, field: str, of: str, *, clean: bool, shape: str, offset: float) -> None:
    """Make an attached file anew, and attach that in its place, with the same words.

    Raises: MediaRefused, UploadRefused, SQLAlchemyError.
    """
    if old := _here(draft_id, field, of):
        _put(field, old, file_intake.changed(old.file, clean=clean, shape=shape, offset=offset))


def _here(draft_id: str, field: str, of: str) -> Attachment | None:
    """The same as attached(), of this draft alone."""
    draft = editor.draft()
    return attached(draft, field, of) if draft.draft_id == draft_id else None


def _put(field: str, old: Attachment, file: MediaFile | None) -> None:
    """Attach a file in the place of another, which goes when there is none."""
    draft = editor.draft()
    new = (replace(old, file=file, urn=None),) if file else ()
    files = (one for each in getattr(draft, field) for one in (new if each is old else (each,)))
    editor.keep_draft(draft.changed(**{field: tuple(files)}))


def encode(draft_id: str, field: str, of: str) -> None:
    """Draw how far an attached film is that must be encoded; when it is done, the draft has the MP4 in its place."""

    def film() -> MediaFile | None:
        here = _here(draft_id, field, of)
        return here.file if here else None

    def done(film: MediaFile, job: Conversion) -> None:
        if job.refusal:
            file_intake.refuse((draft_id, field), [job.refusal])
        if (here := _here(draft_id, field, of)) and here.file == film:
            _put(field, here, job.made)

    file_intake.conversion(film, done)


def clean(draft_id: str, field: str, of: str, *, wanted: bool) -> None:
    """Take place and camera out of an attached file, or leave them in; why not, as a sentence at the field."""
    if old := attached(editor.draft(), field, of):
        try:
            change(draft_id, field, of, clean=wanted, shape=old.file.shape, offset=old.file.offset)
        except REFUSED as error:
            file_intake.refuse((draft_id, field), [str(error)])


@errors.dialog("Crop")
def crop(draft: Draft, slot: FileField, of: str) -> None:
    """Ask which part of a picture is kept, and show it."""
    old = attached(editor.draft(), slot.field, of)
    if old is None:
        st.caption("This picture is no longer attached.")
        return
    file, key = old.file, f"{slot.field}-{of}"
    shape = st.radio(
        "Shape",
        list(CROPS),
        list(CROPS).index(file.shape),
        format_func=CROPS.__getitem__,
        horizontal=True,
        key=f"shape-{key}",
    )
    shape, place = shape or "", round(file.offset * 100)
    if shape:
        place = st.slider("Place of the part", 0, 100, place, format="%d %%", help=PLACE, key=f"place-{key}")
    try:
        st.image(file_intake.crop_preview(file, shape, place / 100), alt="The part that is kept", width=320)
        if clicked("Use this part" if shape else "Use all of it", type="primary"):
            with st.spinner("Making the picture"):
                wanted = file.clean or not file.private
                change(draft.draft_id, slot.field, of, clean=wanted, shape=shape, offset=place / 100)
            st.rerun()
    except REFUSED as error:
        st.error(plain(str(error)))


PLACE = "0 % is the left or upper end of the picture, 100 % the right or lower one."
