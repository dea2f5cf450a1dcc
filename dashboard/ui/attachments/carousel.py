"""Pictures as a document with a page for each, which is what people call a carousel, and back."""

from __future__ import annotations

import streamlit as st

from dashboard.drafts.draft import Attachment, Draft
from dashboard.files import carousel
from dashboard.files.fitting import SHAPES
from dashboard.files.media import MediaRefused
from dashboard.files.uploads import UploadRefused
from dashboard.ui.common import errors
from dashboard.ui.common.text import counted, plain
from dashboard.ui.state import editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Kind
from linkedin_api.content.blank import is_blank
from linkedin_api.reference import limits

PAGES = {"": "As the pictures", **SHAPES}
NO_ALT = "A document has a title and no alt texts: say in the post what the pages show. Animated pictures stand still."


def kind_key(draft: Draft) -> str:
    """The key of the widget that chooses the kind of a draft: another one once a carousel has changed the kind."""
    return f"kind-{draft.draft_id}-{session.mine().turns['kind']}"


def offer(draft: Draft) -> None:
    """Draw the button that makes a document of the pictures, or the one that goes back to them."""
    if draft.kind == Kind.IMAGE and draft.images:
        if clicked("Make a carousel", icon=":material/view_carousel:", help="One PDF, a page for each picture"):
            _make(draft)
    elif draft.kind == Kind.DOCUMENT and draft.images:
        again = f"Use the {counted(len(draft.images), 'picture')} again"
        st.button(again, icon=":material/undo:", on_click=errors.guarded(lambda: _become(editor.draft(), Kind.IMAGE)))


@errors.dialog("Make a carousel")
def _make(draft: Draft) -> None:
    old = draft.document[0].title if draft.document else ""
    title = st.text_input("Title", old, max_chars=limits.ARTICLE_TITLE_MAX, live=True, key=f"carousel-{draft.draft_id}")
    shape = st.radio("Pages", list(PAGES), format_func=PAGES.__getitem__, key="carousel-pages")
    st.caption(NO_ALT)
    pages = counted(len(draft.images), "page")
    if clicked(f"Make a document of {pages}", type="primary", disabled=is_blank(title or "")):
        try:
            with st.spinner("Making the document"):
                file = carousel.made_of(session.get_services().uploads, [a.file for a in draft.images], shape or "")
        except (MediaRefused, UploadRefused) as error:
            st.error(plain(str(error)))
            return
        _become(draft.changed(document=(Attachment(file, title=title or ""),)), Kind.DOCUMENT)
        st.rerun()


def _become(draft: Draft, kind: Kind) -> None:
    editor.keep_draft(draft.changed(kind=str(kind)))
    session.mine().turns["kind"] += 1
