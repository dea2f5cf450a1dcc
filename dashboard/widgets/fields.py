"""The fields of the composer besides its text, and the problems at each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.drafts import Draft
from dashboard.widgets.words import plain
from linkedin_api import Kind, Problem

KINDS = {Kind.TEXT: "Text", Kind.ARTICLE: "Article", Kind.IMAGE: "Image", Kind.VIDEO: "Video"}
VISIBILITIES = {"PUBLIC": "Public", "CONNECTIONS": "Connections"}
DIALECTS = {"v2": "v2 (ugcPosts)", "rest": "rest (versioned)"}


def kind(draft: Draft) -> str:
    """What kind of post it is."""
    return _choose("Kind", {str(k): v for k, v in KINDS.items()}, draft.kind, f"kind-{draft.draft_id}")


def article(draft: Draft) -> Draft:
    """The address of the article, and what its card says."""
    key = draft.draft_id
    url = st.text_input("URL", draft.url, key=f"url-{key}", live=True, placeholder="https://example.com/an-article")
    title = st.text_input(
        "Title",
        draft.title,
        key=f"title-{key}",
        live=True,
        placeholder="LinkedIn does not fetch it: write it here",
    )
    about = st.text_input("Description", draft.description, key=f"about-{key}", live=True, placeholder="Optional")
    return draft.changed(url=url or "", title=title or "", description=about or "")


def options(draft: Draft) -> Draft:
    """Who may see the post, and which of LinkedIn's two APIs carries it."""
    with st.container(horizontal=True, gap="medium"):
        visibility = _choose("Visibility", VISIBILITIES, draft.visibility, f"visibility-{draft.draft_id}")
        dialect = _choose(
            "Dialect",
            DIALECTS,
            draft.dialect,
            f"dialect-{draft.draft_id}",
            help="v2 is what “Share on LinkedIn” gives every app; rest, the versioned API, has an alt text field.",
        )
    return draft.changed(visibility=visibility, dialect=dialect)


def around(aside: list[Draft], lost_files: list[str], back: Callable[[], None]) -> None:
    """What else belongs to the draft: files that it had once, and drafts that were set aside for it."""
    if lost_files:
        st.info(f"No longer on this machine, so choose again: {plain(', '.join(lost_files))}.")
    count = f" ({len(aside)})" if len(aside) > 1 else ""
    if aside and st.button(f"Back to the draft from before{count}", icon=":material/undo:"):
        back()
        st.rerun()


def show(problems: tuple[Problem, ...], *names: str, calm: bool = False) -> None:
    """The problems of these fields, each in its own line; calm while nobody has begun to write."""
    for problem in problems:
        if problem.field in names and calm:
            st.caption(plain(problem.message))
        elif problem.field in names:
            st.markdown(f":orange[:material/error: {plain(problem.message)}]")


def _choose(label: str, options: dict[str, str], chosen: str, key: str, help: str | None = None) -> str:  # noqa: A002
    names = list(options)
    return st.radio(
        label,
        names,
        index=names.index(chosen),
        format_func=options.__getitem__,
        key=key,
        horizontal=True,
        help=help,
    )
