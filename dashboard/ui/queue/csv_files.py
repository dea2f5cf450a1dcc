"""The files that were chosen for “Many at once”: the table of posts, its pictures, and the posts that it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboard.accounts.account import Account
from dashboard.csv_import import read
from dashboard.csv_import.read import Planned
from dashboard.db.database import now
from dashboard.files.media import MediaFile, MediaRefused
from dashboard.files.signatures import HEAD_BYTES, signature_of
from dashboard.posts.post import Posting, PostRow
from dashboard.ui.common import file_intake
from dashboard.ui.state import dates, session
from dashboard.ui.state.member_state import Chosen

REFUSED = ("queue", "files")  # whose refusals they are, beside those of drafts


def chosen() -> Chosen:
    """The files that this member chose in this tab."""
    return session.mine().csv


def present() -> Chosen:
    """The same; read again when it names a member who is not connected any more."""
    ready = chosen()
    urns = {"", *(str(account.urn) for account in session.accounts_here())}
    return read_again() if ready.sheet and any(row.member not in urns for row in ready.sheet.rows) else ready


def start_over() -> None:
    """Forget the chosen files."""
    session.mine().csv = Chosen()
    session.mine().files_refused.pop(REFUSED, None)
    session.mine().turns["csv"] += 1


def take_csv(key: str) -> None:
    """Keep the table of posts, and read it."""
    for uploaded in file_intake.chosen(key):
        # No longer than it may be: read() says that the file is too large.
        uploaded.seek(0)
        content = uploaded.read(read.BYTES_MAX + 1)
        session.mine().turns["csv"] += 1
        file_intake.let_go(uploaded)
        _keep(replace(chosen(), name=str(uploaded.name), content=content, month_first=None))


def order_days(month_first: bool | None) -> None:
    """Read the table again, with what its dates such as 12/1/2026 mean."""
    _keep(replace(chosen(), month_first=month_first))


def take_files(key: str) -> None:
    """Keep pictures and other files on disk, checked as in the composer, and read the table again."""
    if uploaded := file_intake.chosen(key):
        files = dict(chosen().files)
        refused = file_intake.take(uploaded, lambda each: files.update({each.name: _checked(each)}))
        session.mine().turns["csv"] += 1
        file_intake.refuse(REFUSED, refused)
        _keep(replace(chosen(), files=files))


def _checked(uploaded: Any) -> MediaFile:
    """Raises: MediaRefused, UploadRefused."""
    uploaded.seek(0)
    kind = signature_of(uploaded.read(HEAD_BYTES)).kind
    if not kind:
        raise MediaRefused(f"{uploaded.name} is no picture, video, document or captions file. Choose another file.")
    uploaded.seek(0)
    file = file_intake.kept(uploaded, "video" if kind == "sound" else kind, uploaded.name)
    if not file.is_ready:
        raise MediaRefused(
            f"{file.name} must be encoded anew, which takes minutes. Choose it in the composer, or export it as MP4."
        )
    return file


def read_again() -> Chosen:
    """Read the table again: a moment in it may have passed since."""
    _keep(chosen())
    return chosen()


def _keep(changed: Chosen) -> None:
    sheet = read.read(changed.content, _desk(changed)) if changed.name else None
    session.mine().csv = replace(changed, sheet=sheet)


def _desk(ready: Chosen) -> read.ImportContext:
    me, *others = session.accounts_here()
    services = session.get_services()
    return read.ImportContext(
        me=_voice(me),
        now=now(),
        problems=lambda draft, author: draft.problems(author, services.uploads.has),
        time_zone=dates.zone_name(me),
        dialect=services.settings.dialect,
        others=tuple(_voice(other) for other in others),
        files=ready.files,
        month_first=ready.month_first,
    )


def _voice(account: Account) -> read.ImportAuthor:
    return read.ImportAuthor(str(account.urn), account.name, account.profile.email, dict(account.pages))


def postings(rows: Iterable[Planned]) -> list[Posting]:
    """The rows as the outbox takes them."""
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


def in_file(rows: Iterable[PostRow], members: dict[int, str]) -> bytes:
    """These posts as a CSV that can be read back here. members: URN by account id, "" for oneself."""
    planned = (
        Planned(number, row.draft.unsent(), row.due_at, row.time_zone or "UTC", members[row.account_id])
        for number, row in enumerate(rows, 2)
        if row.due_at and row.state == "scheduled"
    )
    return read.write(planned)
