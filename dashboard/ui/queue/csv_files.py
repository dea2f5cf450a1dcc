"""The files that were chosen for “Many at once”: the table of posts, its pictures, and the posts that it gives."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import Account
from dashboard.csv_import import read
from dashboard.csv_import.columns import is_address
from dashboard.csv_import.headings import JOINED, headings
from dashboard.csv_import.read import Planned
from dashboard.db.database import now
from dashboard.files.conversions import Conversion
from dashboard.files.media import MediaFile, MediaRefused
from dashboard.files.signatures import HEAD_BYTES, signature_of
from dashboard.posts.post import Posting, PostRow
from dashboard.ui.common import file_intake
from dashboard.ui.state import dates, session
from dashboard.ui.state.member_state import Chosen

log = logging.getLogger(__name__)
REFUSED, NOT_FETCHED = ("queue", "files"), ("queue", "fetched")  # whose refusals they are, beside those of drafts


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
    for file in chosen().files.values():
        file_intake.taken_off(file)
    session.mine().csv = Chosen()
    for each in (REFUSED, NOT_FETCHED):
        session.mine().files_refused.pop(each, None)
    session.mine().turns["csv"] += 1


def take_csv(key: str) -> None:
    """Keep the table of posts, and read it."""
    for uploaded in file_intake.chosen(key):
        # No longer than it may be: opened() says that the file is too large.
        uploaded.seek(0)
        content = uploaded.read(read.WORKBOOK_BYTES_MAX + 1)
        session.mine().turns["csv"] += 1
        file_intake.let_go(uploaded)
        now_chosen = chosen()
        fresh = Chosen(str(uploaded.name), read.opened(content), now_chosen.files)
        _keep(_as_before(fresh))


def order_days(month_first: bool | None) -> None:
    """Read the table again, with what its dates such as 12/1/2026 mean."""
    _keep(replace(chosen(), month_first=month_first))


def choose_second(second: bool | None) -> None:
    """Read the table again, with which of its two moments a repeated hour means."""
    _keep(replace(chosen(), second=second))


def choose_worksheet(name: str) -> None:
    """Read another worksheet of the workbook."""
    _keep(_as_before(replace(chosen(), worksheet=name, meanings=None)))


def choose_meaning(place: int, meaning: str) -> None:
    """Read the table again, with what a column means; kept for the next table with these columns."""
    ready = chosen()
    if not (ready.sheet and (heads := ready.sheet.headings)):
        return
    others = ["" if each == meaning and meaning not in JOINED else each for each in heads.meanings]
    meanings = (*others[:place], meaning, *others[place + 1 :])
    _remember(heads.key, meanings)
    _keep(replace(ready, meanings=meanings, remembered=False))


def forget_meanings() -> None:
    """Read the names of the columns as if nobody had ever said what they mean."""
    ready = chosen()
    if ready.sheet and ready.sheet.headings:
        _remember(ready.sheet.headings.key, ())
    _keep(replace(ready, meanings=None, remembered=False))


def _remember(table: str, meanings: Sequence[str]) -> None:
    session.mine().turns["columns"] += 1
    try:
        session.get_services().choices.keep_meanings(session.member().id, table, meanings)
    except SQLAlchemyError:  # it holds for this file
        log.exception("What the columns of a table mean was not kept")


def _as_before(ready: Chosen) -> Chosen:
    """With what this member said of an earlier table with the same columns."""
    session.mine().turns["columns"] += 1
    if ready.file is None or ready.file.refused:
        return ready
    table = read.chosen_table(ready.file, ready.worksheet)
    heads = headings(table) if table.rows else None
    try:
        kept = session.get_services().choices.meanings(session.member().id, heads.key) if heads else {}
    except SQLAlchemyError:
        kept = {}
    meanings = tuple(kept[place] for place in sorted(kept))
    return replace(ready, meanings=meanings or None, remembered=bool(meanings))


def take_files(key: str) -> None:
    """Keep pictures and other files on disk, checked as in the composer, and read the table again."""
    fresh: dict[str, MediaFile] = {}

    def keep(uploaded: Any) -> None:
        file = checked(uploaded, uploaded.name)
        if fresh.setdefault(uploaded.name, file) != file:
            raise MediaRefused(f"Of two files called {uploaded.name} the first was taken. Rename the other one.")

    if uploaded := file_intake.chosen(key):
        refused = file_intake.take(uploaded, keep)
        session.mine().turns["csv"] += 1
        file_intake.refuse(REFUSED, refused)
        _keep(replace(chosen(), files={**chosen().files, **fresh}))


def take_fetched(files: Mapping[str, MediaFile], refused: Sequence[str]) -> None:
    """Keep files that were fetched, by their address, and why others were not; read the table again."""
    ready = chosen()
    session.mine().files_refused.pop(NOT_FETCHED, None)  # those of the fetch before
    file_intake.refuse(NOT_FETCHED, refused)
    _keep(replace(ready, files={**ready.files, **files}))


def fetched_bytes() -> list[int]:
    """The sizes of the files that were fetched for the table."""
    return [file.size_bytes for name, file in chosen().files.items() if is_address(name)]


def checked(stream: Any, name: str) -> MediaFile:
    """A picture, video, document or captions file on disk, judged by its bytes. Raises: MediaRefused, UploadRefused."""
    stream.seek(0)
    kind = signature_of(stream.read(HEAD_BYTES)).kind
    if not kind:
        raise MediaRefused(f"{name} is no picture, video, document or captions file. Choose another file.")
    stream.seek(0)
    return file_intake.kept(stream, "video" if kind == "sound" else kind, name)


def encode(name: str) -> None:
    """Draw how far a chosen film is that must be encoded; when that is done, the table is read with the MP4."""
    file_intake.conversion(lambda: chosen().files.get(name), partial(_encoded, name))


def _encoded(name: str, _film: MediaFile, job: Conversion) -> None:
    """Put the MP4 in the film's place, or say why there is none."""
    files = {**chosen().files}
    if job.made:
        files[name] = job.made
    else:
        del files[name]
        file_intake.refuse(REFUSED, [job.refusal])
    _keep(replace(chosen(), files=files))


def read_again() -> Chosen:
    """Read the table again: a moment in it may have passed since."""
    _keep(chosen())
    return chosen()


def _keep(changed: Chosen) -> None:
    sheet = read.read_tables(changed.file, _desk(changed)) if changed.file else None
    session.mine().csv = replace(changed, sheet=sheet)


def _desk(ready: Chosen) -> read.ImportContext:
    me, *others = session.accounts_here()
    services = session.get_services()
    return read.ImportContext(
        me=_voice(me),
        now=now(),
        problems=lambda draft, author: draft.problems(author, services.uploads.has, session.voice(draft).zernio_kind),
        time_zone=dates.zone_name(me),
        dialect=services.settings.dialect,
        others=tuple(_voice(other) for other in others),
        files=ready.files,
        month_first=ready.month_first,
        second=ready.second,
        worksheet=ready.worksheet,
        meanings=ready.meanings,
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
