"""One row of a file of planned posts made a draft: whose it is, what it says, and the files that go with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from dashboard.csv_import.cells import Cells, due_at, short
from dashboard.csv_import.columns import (
    DIALECTS,
    NAMES,
    NEEDED,
    OWN,
    Planned,
    file_columns,
    is_address,
    kind_by_name,
    listed,
    unlisted,
)
from dashboard.csv_import.moments import MonthFirst
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from linkedin_api import Kind, PollDuration, Problem, Urn, Visibility
from linkedin_api.reference import limits

# What each of a draft's fields takes, as MediaFile.kind has it, and in words.
_TAKES = {"images": "image", "video": "video", "document": "document"}
_TAKES |= {"thumbnail": "image", "captions": "captions", "cover": "image"}
_BETWEEN = re.compile(r"[\s,;]+(?=https?://)", re.IGNORECASE)
_LIST = re.compile(r"\s*\[\s*[\]\"{]")  # JSON, as the interfaces of other planners give it
_IN_WORDS = {"image": "picture", "video": "video", "document": "document", "captions": "captions file"}


@dataclass(frozen=True)
class ImportAuthor:
    """A member who may speak here, and the company pages they may speak for, each with its given name or ""."""

    urn: str
    name: str
    email: str | None = None
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportContext:
    """What is known where a file is read: who reads it, who else may speak, and the files chosen along with it.

    problems tells what keeps a draft from being sent by a member, as Draft.problems does:
    ImportContext(me, now, lambda draft, author: draft.problems(author, uploads.has)).
    """

    me: ImportAuthor
    now: datetime  # aware
    problems: Callable[[Draft, Urn], Iterable[Problem]]
    time_zone: str = "UTC"  # the member's own
    dialect: str = "v2"
    others: tuple[ImportAuthor, ...] = ()
    files: Mapping[str, MediaFile] = field(default_factory=dict)
    month_first: bool | None = None  # what 12/1/2026 means where the file does not show it; None: it is asked
    second: bool | None = None  # which of two moments a repeated hour means, where the table has no column for it
    worksheet: str = ""  # the chosen one; "" for the first that can be read
    meanings: tuple[str, ...] | None = None  # of each column, as a person has said


def planned(row: Cells, context: ImportContext, order: MonthFirst) -> Planned | None:
    """The post that a row plans, None without a moment; it may be scheduled when nothing was found wrong in the row.

    order: of day and month in the table's dates.
    """
    if any("\0" in cell for cell in row.cells.values()):
        row.wrong("", "The row holds a NUL character, which no text may hold; write the row again.")
    due, zone = due_at(row, context.time_zone, context.now, order, context.second)
    voice = _voice(row, context)
    draft = _draft(row, context, voice)
    if not row.is_wrong("kind"):
        _judge(row, draft, context.problems, voice)
    if due is None:
        return None
    return Planned(row.number, draft, due, str(zone), "" if voice is context.me else voice.urn)


# Who.


def _voice(row: Cells, context: ImportContext) -> ImportAuthor:
    said = row.said("member")
    if not said:
        return context.me
    voices = (context.me, *context.others)
    by_urn = [voice for voice in voices if voice.urn == said]
    known = by_urn or [voice for voice in voices if _same(said, voice.email, voice.name)]
    if len(known) == 1:
        return known[0]
    if known:
        row.wrong("member", f"{len(known)} members are called {short(said)}; write the email or the URN instead.")
    else:
        advice = "write the name, email or URN of a member who is, or empty this cell"
        row.wrong("member", f"{short(said)} is not connected with you; {advice}.")
    return context.me


def _author(row: Cells, voice: ImportAuthor) -> str:
    """The URN of the company page that speaks, "" for the member."""
    said = row.said("author")
    if not said or said in voice.pages or row.is_wrong("member"):
        return said if said in voice.pages else ""
    known = [urn for urn, name in voice.pages.items() if _same(said, name)]
    if len(known) == 1:
        return known[0]
    if known:
        row.wrong("author", f"{len(known)} company pages are called {short(said)}; write the URN instead.")
    else:
        who = f"{short(said)} is no company page that {short(voice.name or voice.urn)} may speak for"
        row.wrong("author", f"{who}; write the URN or name of one, or empty this cell.")
    return ""


def _same(said: str, *names: str | None) -> bool:
    return any(said.casefold() == name.strip().casefold() for name in names if name)


# What.


def _draft(row: Cells, context: ImportContext, voice: ImportAuthor) -> Draft:
    kind = row.choice("kind", Kind, Kind.TEXT.value if "kind" in row.cells else _kind(row, context.files))
    if "kind" not in row.cells and kind in (Kind.IMAGE, Kind.VIDEO, Kind.DOCUMENT):
        _fit(row)
    draft = Draft(
        kind=kind,
        text=row.written("text"),
        first_comment=row.written("first_comment"),
        author=_author(row, voice),
        member="" if voice is context.me else voice.urn,  # which also says by which way it goes
        visibility=row.choice("visibility", Visibility, Visibility.PUBLIC.value),
        dialect=row.choice("dialect", DIALECTS, context.dialect),
    )
    if draft.author and draft.visibility != Visibility.PUBLIC:
        row.wrong("visibility", "A company page has no connections and speaks to everybody; write PUBLIC.")
    if row.is_wrong("kind"):
        return draft
    _refuse_strange(row, kind)
    return draft.changed(**_own(row, kind), **_attached(row, kind, context.files))


def _kind(row: Cells, at_hand: Mapping[str, MediaFile]) -> str:
    """The kind of a row in a table without that column, as other planners' are: by its files, else by its link."""
    if not (named := _names(row.written("files"))):
        return str(Kind.ARTICLE.value if row.said("url") else Kind.TEXT.value)
    file = _file(named[0], at_hand)
    kinds = {"video": Kind.VIDEO, "document": Kind.DOCUMENT}
    return str(kinds.get(file.kind if file else kind_by_name(named[0]), Kind.IMAGE).value)


def _fit(row: Cells) -> None:
    """Other planners give a row with files a link and a title, for which LinkedIn has no place of their own."""
    link, text = row.said("url"), row.written("text")
    if link:
        row.cells["url"] = ""
        row.notes.append("a post with files has no link of its own, so it stands below the text.")
        row.cells["text"] = text if link in text else f"{text}\n\n{link}".strip()
    if (title := row.written("title")) and not row.said("file_titles"):
        row.cells |= {"title": "", "file_titles": listed([title])}


def _names(cell: str) -> list[str]:
    """The files that a cell names; other planners put commas between web addresses, or give a list of JSON."""
    values = (_in_json(value) if _LIST.match(value) else _BETWEEN.split(value) for value in unlisted(cell) if value)
    return [name for names in values for name in names]


def _in_json(value: str) -> list[str]:
    """The names and addresses in a list; what is none of them stays, to be told, as no file has such a name."""
    try:
        several = json.loads(value)
    except (ValueError, RecursionError):
        return [value]
    found: list[str] = []
    for each in several:
        texts = [text for text in each.values() if isinstance(text, str)] if isinstance(each, dict) else []
        found += [each] if isinstance(each, str) else list(filter(is_address, texts)) or [json.dumps(each)]
    return list(filter(str.strip, found))


def _refuse_strange(row: Cells, kind: str) -> None:
    """A cell that the kind has no use for was meant somehow; to pass over it would lose what was meant."""
    own = OWN[Kind(kind)]
    strange = {name for names in OWN.values() for name in names}.difference(own)
    for column in (name for name in NAMES if name in strange and row.said(name)):
        more = "; a file's title is written in file_titles" if column == "title" and "file_titles" in own else ""
        row.wrong(column, f"A post of kind {kind} has no {column}; empty this cell, or write another kind{more}.")


def _own(row: Cells, kind: str) -> dict[str, Any]:
    """The fields that belong to the kind, but for its files."""
    texts = ("url", "title", "description", "question", "parent")
    found: dict[str, Any] = {name: row.written(name) for name in texts if name in OWN[Kind(kind)]}
    if kind == Kind.POLL:
        found["options"] = unlisted(row.written("options"))
        found["duration"] = row.choice("duration", PollDuration, PollDuration.THREE_DAYS.value)
    return found


def _attached(row: Cells, kind: str, at_hand: Mapping[str, MediaFile]) -> dict[str, tuple[Attachment, ...]]:
    """The files of the kind, by the draft's field; what is said of them is in one cell for all."""
    files = {field: _files(row, column, field, at_hand) for column, field in file_columns(kind).items()}
    count = sum(len(each) for each in files.values())
    alt_texts, titles = (iter(_said(row, column, count)) for column in ("alt_text", "file_titles"))
    return {
        field: tuple(Attachment(file, next(alt_texts), next(titles)) for file in each) for field, each in files.items()
    }


def _files(row: Cells, column: str, field: str, at_hand: Mapping[str, MediaFile]) -> list[MediaFile]:
    names = _names(row.written(column))
    what = _IN_WORDS[_TAKES[field]]
    most = limits.IMAGES_MAX["rest"] if field == "images" else 1
    if len(names) > most:
        room = f"one {what}" if most == 1 else f"{most} {what}s"
        row.wrong(column, f"There is room for {room} here and this cell names {len(names):,}; keep {most}.")
    found = []
    for name in names[:most]:
        file = _file(name, at_hand)
        if file is None and is_address(name):
            row.addresses.append(name)
            row.wrong(column, f"{short(name)} is not here yet; fetch it, or choose the file along with this one.")
        elif file is None:
            row.wrong(column, f"{short(name)} was not chosen along with this file; choose it too, or mend its name.")
        elif file.kind != _TAKES[field]:
            row.wrong(column, f"{short(name)} is no {what}; name a {what} here, or write another kind.")
        found.append(file or _stand_in(name, _TAKES[field]))
    return found


def _file(name: str, at_hand: Mapping[str, MediaFile]) -> MediaFile | None:
    """The file of a web address or name, or of an address's last part; one written otherwise where no other is like it.

    Systems write one name in several Unicode forms, letter cases and kinds of space.
    """
    if name in at_hand:
        return at_hand[name]
    last = unquote(_path_of(name).rpartition("/")[2]) if is_address(name) else name
    if last in at_hand:
        return at_hand[last]
    alike = [file for each, file in at_hand.items() if _bare(each) == _bare(last)]
    return alike[0] if len(alike) == 1 else None


def _path_of(address: str) -> str:
    with suppress(ValueError):  # a bracket that is not closed
        return urlsplit(address).path
    return ""


def _bare(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def _stand_in(name: str, kind: str) -> MediaFile:
    """For a file that was not chosen, so that the rest of its row is judged all the same."""
    return MediaFile(sha256(name.encode()).hexdigest(), name, kind, "", 0, 0, 0)


def _said(row: Cells, column: str, count: int) -> list[str]:
    """What is said of each file; "" for the last ones of which nothing is said."""
    said = unlisted(row.written(column))
    if len(said) > count and not row.is_wrong("files"):
        row.wrong(column, f"This cell has {len(said):,} values for {count:,} files; keep one for each file.")
    return [*said[:count], *[""] * (count - len(said))]


# What is wrong with it as a post.


def _judge(row: Cells, draft: Draft, problems: Callable[[Draft, Urn], Iterable[Problem]], voice: ImportAuthor) -> None:
    # What the whole file lacks is told once, at its header.
    told = {problem.column for problem in row.found} | set(NEEDED).difference(row.cells)
    for problem in dict.fromkeys(problems(draft.changed(member=voice.urn), Urn(voice.urn))):
        column = _column(problem.field, draft)
        if column not in told:
            row.wrong(column, problem.message)


def _column(field: str, draft: Draft) -> str:
    if field == "title" and draft.kind != Kind.ARTICLE:
        return "file_titles"
    column = {"media": "files"}.get(field, field)
    return column if column in NAMES else ""
