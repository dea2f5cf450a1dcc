"""What a member has chosen for “Many at once”: the file, the pictures that go with it, and how it reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from dashboard import bulk, session
from dashboard.accounts import Account
from dashboard.bulk import Planned, Sheet
from dashboard.media import MediaFile, MediaRefused
from dashboard.row import Posting, Row
from dashboard.signatures import HEAD_BYTES, signature_of
from dashboard.store import now
from dashboard.uploads import UploadRefused
from dashboard.widgets import habits
from dashboard.widgets.attachments import kept, let_go

CHOSEN, TURN = "bulk_chosen", "bulk_turn"


@dataclass(frozen=True)
class Chosen:
    """What lies ready, of one member; sheet is None until there is a file of posts."""

    of: int
    name: str = ""
    content: bytes = b""
    files: dict[str, MediaFile] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # why pictures were not taken, one sentence each
    sheet: Sheet | None = None


def chosen() -> Chosen:
    """Nothing yet, or what this member chose in this tab."""
    me, found = session.member().id, st.session_state.get(CHOSEN)
    return found if isinstance(found, Chosen) and found.of == me else Chosen(me)


def present() -> Chosen:
    """The same, read again when it plans for a member who has left the list since."""
    ready = chosen()
    urns = {"", *(str(account.urn) for account in session.accounts_here())}
    return read_again() if ready.sheet and any(row.member not in urns for row in ready.sheet.rows) else ready


def turn() -> int:
    """Part of the uploaders' keys: a new one is an empty uploader."""
    return int(st.session_state.setdefault(TURN, 0))


def start_over() -> None:
    st.session_state.pop(CHOSEN, None)
    st.session_state[TURN] = turn() + 1


def take_csv(key: str) -> None:
    """Keep the file of posts, and read it."""
    uploaded: Any = st.session_state[key]
    if uploaded is None or not hasattr(uploaded, "getvalue"):
        return
    # No longer than it may be: read() says that the file is too large.
    uploaded.seek(0)
    content = uploaded.read(bulk.BYTES_MAX + 1)
    _keep(replace(chosen(), name=str(uploaded.name), content=content))
    let_go(uploaded)
    st.session_state[TURN] = turn() + 1


def take_files(key: str) -> None:
    """Keep the pictures and other files on disk, checked as in the composer, and read the file of posts again."""
    uploaded: Any = st.session_state[key]
    files, refused = dict(chosen().files), []
    for each in uploaded or ():
        if not hasattr(each, "seek"):
            return
        try:
            files[each.name] = _checked(each)
        except (MediaRefused, UploadRefused) as error:
            refused.append(str(error))
        let_go(each)
    st.session_state[TURN] = turn() + 1
    _keep(replace(chosen(), files=files, refused=tuple(refused)))


def _checked(uploaded: Any) -> MediaFile:
    """Raises: MediaRefused, UploadRefused."""
    uploaded.seek(0)
    kind = signature_of(uploaded.read(HEAD_BYTES)).kind
    if not kind:
        raise MediaRefused(f"{uploaded.name} is no picture, video, document or captions file. Choose another file.")
    uploaded.seek(0)
    return kept(uploaded, "video" if kind == "sound" else kind, uploaded.name)


def read_again() -> Chosen:
    """Read the file by the clock of now: what was ahead may have passed."""
    _keep(chosen())
    return chosen()


def _keep(changed: Chosen) -> None:
    sheet = bulk.read(changed.content, _desk(changed.files)) if changed.name else None
    st.session_state[CHOSEN] = replace(changed, sheet=sheet)


def _desk(files: dict[str, MediaFile]) -> bulk.Desk:
    me, *others = session.accounts_here()
    rooms = session.house()
    return bulk.Desk(
        me=_voice(me),
        now=now(),
        problems=lambda draft, author: draft.problems(author, rooms.uploads.has),
        time_zone=habits.zone_name(me),
        dialect=rooms.settings.dialect,
        others=tuple(_voice(other) for other in others),
        files=files,
    )


def _voice(account: Account) -> bulk.Voice:
    return bulk.Voice(str(account.urn), account.name, account.profile.email, dict(account.pages))


def postings(rows: Iterable[Planned]) -> list[Posting]:
    """What is put into the outbox for these rows."""
    me = session.member().id
    by_urn = {str(account.urn): account.id for account in session.accounts_here()}
    return [
        Posting(
            by_urn[row.member] if row.member else me,
            row.draft.changed(member=row.member),
            row.due_at,
            row.time_zone,
            me,
        )
        for row in rows
    ]


def in_file(rows: Iterable[Row], members: dict[int, str]) -> bytes:
    """These posts as a file that reads back; members: the URN by account, "" for oneself."""
    planned = (
        Planned(number, row.draft.unsent(), row.due_at, row.time_zone or "UTC", members[row.account_id])
        for number, row in enumerate(rows, 2)
        if row.due_at and row.state == "scheduled"
    )
    return bulk.write(planned)
