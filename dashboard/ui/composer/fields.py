"""The fields of the composer besides its text and files."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.draft import Draft
from dashboard.ui.attachments.carousel import kind_key
from dashboard.ui.common import errors, members
from dashboard.ui.common.labels import KINDS, VISIBILITIES
from dashboard.ui.state import editor, session
from linkedin_api import Kind, PollDuration
from linkedin_api.reference import limits

DIALECTS = {"v2": "v2 (ugcPosts)", "rest": "rest (versioned)"}
DURATIONS = {
    str(PollDuration.ONE_DAY): "1 day",
    str(PollDuration.THREE_DAYS): "3 days",
    str(PollDuration.SEVEN_DAYS): "1 week",
    str(PollDuration.FOURTEEN_DAYS): "2 weeks",
}
# Names of Material Symbols.
ICONS = {
    Kind.TEXT: "notes",
    Kind.IMAGE: "image",
    Kind.VIDEO: "movie",
    Kind.DOCUMENT: "description",
    Kind.POLL: "ballot",
    Kind.ARTICLE: "link",
    Kind.RESHARE: "repeat",
}
SEEN_BY = {"PUBLIC": "public", "CONNECTIONS": "group"}
AUDIENCES = {seen: f":material/{icon}: {VISIBILITIES[seen]}" for seen, icon in SEEN_BY.items()}
ONLY_REST = {
    Kind.DOCUMENT: "Documents exist",
    Kind.POLL: "Polls exist",
    Kind.RESHARE: "Reshares exist",
    Kind.ARTICLE: "A picture of an article exists",
    Kind.VIDEO: "Captions and cover exist",
}


def kind(draft: Draft) -> str:
    """Draw the kinds as a row of icons with their names; returns the chosen one."""
    names = {str(kind): f":material/{icon}: {KINDS[kind]}" for kind, icon in ICONS.items()}
    return _pick("Kind", names, draft.kind, kind_key(draft))


def line(draft: Draft, field: str, label: str, placeholder: str) -> Draft:
    """Draw a field of one line; it is saved even when the next run does not draw it."""
    key = f"{field}-{draft.draft_id}"
    typed = st.text_input(
        label,
        getattr(draft, field),
        key=key,
        live=True,
        placeholder=placeholder,
        on_change=errors.guarded(editor.keep_field),
        args=(draft.draft_id, field, key),
    )
    return draft.changed(**{field: typed or ""})


def poll(draft: Draft) -> Draft:
    """Draw the fields of a poll: a question, two to four options, and how long it is open."""
    count, most = len(draft.options), limits.POLL_OPTIONS.stop - 1
    draft = line(draft, "question", "Question", "What would you like to know?")
    options = [
        st.text_input(
            f"Option {number}",
            option,
            key=_option_key(draft, number),
            live=True,
            placeholder=f"Up to {limits.POLL_OPTION_MAX} characters",
            on_change=errors.guarded(_resize),
            args=(count,),
        )
        for number, option in enumerate(draft.options, 1)
    ]
    with st.container(horizontal=True):
        st.button(
            "Add an option",
            on_click=errors.guarded(_resize),
            args=(count + 1,),
            disabled=count == most,
            icon=":material/add:",
        )
        less = count == limits.POLL_OPTIONS.start
        st.button(
            "Take the last one out",
            on_click=errors.guarded(_resize),
            args=(count - 1,),
            disabled=less,
            icon=":material/remove:",
        )
    duration = _choose("Open for", DURATIONS, draft.duration, f"duration-{draft.draft_id}")
    return draft.changed(duration=duration, options=tuple(option or "" for option in options))


def _option_key(draft: Draft, number: int) -> str:
    return f"option-{draft.draft_id}-{number}-of-{len(draft.options)}"


def _resize(count: int) -> None:
    """One option more or less; what stands in the others stays, also what was typed a moment ago."""
    draft = editor.draft()
    typed = [st.session_state.get(_option_key(draft, n + 1), text) or "" for n, text in enumerate(draft.options)]
    editor.keep_draft(draft.changed(options=tuple([*typed, ""][:count])))


def reshare(draft: Draft) -> Draft:
    """Draw the field for the link or URN of the post that is shared."""
    return line(draft, "parent", "Shared link or URN", "https://www.linkedin.com/feed/update/urn:li:share:…")


def who(draft: Draft) -> Draft:
    """Draw author and audience in one line."""
    with st.container(horizontal=True, vertical_alignment="center", key="who"):
        draft = _author(draft)
        if draft.author:
            st.caption("Everybody sees what a company page writes.")
            return draft
        if draft.speaks == ZERNIO and draft.visibility == "PUBLIC":
            st.caption("Through Zernio everybody sees a post: it cannot be for your connections only.")
            return draft
        seen_by = _pick("Visibility", AUDIENCES, draft.visibility, f"visibility-{draft.draft_id}")
    return draft.changed(visibility=seen_by)


def dialect(draft: Draft, options: session.Place) -> Draft:
    """Draw the choice of the dialect among the API options; or say here why there is none."""
    if draft.changed(dialect="v2").speaks == "v2":  # nothing in the draft asks for the versioned API
        with options:
            chosen = _choose(
                "Dialect",
                DIALECTS,
                draft.dialect,
                f"dialect-{draft.draft_id}",
                help="v2 is the API of LinkedIn's page “Share on LinkedIn”; rest, the versioned API, has more kinds.",
            )
        return draft.changed(dialect=chosen)
    if draft.speaks == ZERNIO:
        card = ", and makes the card of the link by itself" if draft.kind == Kind.ARTICLE else ""
        st.caption(f"Zernio carries this post to LinkedIn{card}.")
        return draft
    what = "Company pages write" if draft.author else ONLY_REST[Kind(draft.kind)]
    st.caption(f"{what} in the versioned API only, so the rest dialect carries this one.")
    return draft


def _author(draft: Draft) -> Draft:
    names, chosen = _authors(), (draft.member, draft.author)
    if len(names) == 1 and chosen in names:
        return draft
    author = st.selectbox(
        "Author",
        list(names),
        # Nobody else is chosen in the place of one who may not speak any more.
        list(names).index(chosen) if chosen in names else None,
        format_func=names.__getitem__,
        placeholder="Choose who publishes this",
        key=f"author-{draft.draft_id}",
        label_visibility="collapsed",
    )
    return draft.changed(member=author[0], author=author[1]) if author else draft


def _authors() -> dict[tuple[str, str], str]:
    """Everybody as whom the draft may be published, by member and company page; no two have the same name."""
    me, *others = session.accounts_here()
    names_of = members.labels([me, *others])
    names = {("", ""): names_of[me.id], **{("", urn): me.name_of(urn) for urn in me.pages}}
    for other in others:
        names[other.urn, ""] = names_of[other.id]
        by = f" · by {names_of[other.id]}"
        names |= {(other.urn, urn): other.name_of(urn) + by for urn in other.pages}
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    return {
        who: f"{name} ({(who[1] or who[0]).rpartition(':')[2] or me.profile.sub})" if name in shared else name
        for who, name in names.items()
    }


def _pick(label: str, options: dict[str, str], chosen: str, key: str) -> str:
    """One of a few in a row of buttons, without a heading; a screen reader is told the label."""
    return st.segmented_control(
        label,
        list(options),
        default=chosen,
        required=True,
        format_func=options.__getitem__,
        key=key,
        label_visibility="collapsed",
    )


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
