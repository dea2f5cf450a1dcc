"""The form of a file of planned posts: its columns, and how several values stand in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.drafts.draft import FIELDS, Draft
from linkedin_api import Kind, PollDuration, Visibility

DIALECTS = ("v2", "rest")
SECOND = "second"
_SEPARATOR = "|"
_TOKEN = re.compile(r"\\[\\|\s]|.", re.DOTALL)
_EDGES = re.compile(r"\A\s+|\s+\Z")


@dataclass(frozen=True)
class Column:
    """One column of the file, as the page and the documentation explain it; a needed one must be in every file."""

    name: str
    about: str
    example: str
    needed: bool = False


COLUMNS = (
    Column("date", "The day, as YYYY-MM-DD or as spreadsheets write it; a time may follow.", "2026-12-31", needed=True),
    Column("time", "The time of that day, as HH:MM or 2:05 PM.", "09:00", needed=True),
    Column("time_zone", "The time zone of date and time by its IANA name; empty for your own.", "Europe/Berlin"),
    Column("again", 'Write "second" for the second of a time that happens twice, when clocks go back.', SECOND),
    Column("member", "Whose post it is: name, email or URN of a connected member; empty for yourself.", "Ada Lovelace"),
    Column("author", "A company page by its URN or given name; empty for the member.", "urn:li:organization:1"),
    Column("visibility", f"Who sees it: {' or '.join(Visibility)}; empty for PUBLIC.", "PUBLIC"),
    Column("dialect", f"The API that carries it: {' or '.join(DIALECTS)}; empty for the usual one.", "rest"),
    Column("kind", f"One of {', '.join(Kind)}; empty for text.", "article"),
    Column("text", "The text of the post, exactly as written; line breaks may be part of it.", "Hello", needed=True),
    Column("first_comment", "The first comment, sent below the post once it is out; empty for none.", "The source: …"),
    Column("url", "For an article: the address that is shared.", "https://example.com/article"),
    Column("title", "For an article: the title on its card; the rest dialect needs one.", "Our new bridge"),
    Column("description", "For an article: the description on its card.", "How it was built"),
    Column("files", "The names of the pictures, the video, the document or an article's thumbnail.", "a.png | b.png"),
    Column("alt_text", "What each file shows, in the order of files, captions and cover.", "A bridge | A boat"),
    Column("file_titles", "Titles of the same files in the same order; a document needs one.", "Yearly report"),
    Column("captions", "For a video: the name of its captions file, English SRT or WebVTT.", "film.srt"),
    Column("cover", "For a video: the name of its cover picture.", "cover.png"),
    Column("question", "For a poll: the question.", "Tea or coffee?"),
    Column("options", "For a poll: its two to four answers.", "Tea | Coffee"),
    Column("duration", f"For a poll: {', '.join(PollDuration)}; empty for THREE_DAYS.", "ONE_DAY"),
    Column("parent", "For a reshare: the post to share again, its link or URN.", "urn:li:share:7106697166089269248"),
)
SEVERAL = (
    "Several values in one cell stand between bars: a.png | b.png. A bar that belongs to a value is written \\|, a "
    "backslash \\\\, and a space at either end of a value has a backslash before it."
)
NAMES = tuple(column.name for column in COLUMNS)
NEEDED = tuple(column.name for column in COLUMNS if column.needed)
# The columns of a kind's own; every other column of this table must be empty in its rows.
_FILE = ("files", "alt_text", "file_titles")
OWN = {
    Kind.TEXT: (),
    Kind.ARTICLE: ("url", "title", "description", *_FILE),
    Kind.IMAGE: _FILE,
    Kind.VIDEO: (*_FILE, "captions", "cover"),
    Kind.DOCUMENT: _FILE,
    Kind.POLL: ("question", "options", "duration"),
    Kind.RESHARE: ("parent",),
}

_ENDINGS = {
    "image": "jpg jpeg jfif png gif webp heic heif avif tif tiff bmp",
    "video": "mp4 m4v mov",
    "document": "pdf ppt pptx doc docx",
    "captions": "srt vtt",
}
_ENDING = re.compile(r"\.(\w{2,5})\s*\Z", re.ASCII)
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}


@dataclass(frozen=True)
class Planned:
    """One row: a draft and when it is due; member is the URN of a connected member, "" for oneself.

    number is the row's place as a spreadsheet counts (the header is 1); writing does not look at it.
    """

    number: int
    draft: Draft
    due_at: datetime  # aware UTC
    time_zone: str  # IANA name
    member: str = ""


def is_address(name: str) -> bool:
    """Whether a file is named by its web address."""
    return name.strip().lower().startswith(("http://", "https://"))


def kind_by_name(name: str) -> str:
    """What a file or an address is by the end of its name: image, video, document or captions; "" for the rest."""
    ending = _ENDING.search(name.partition("?")[0] if is_address(name) else name)
    return _KINDS.get(ending[1].lower(), "") if ending else ""


def file_columns(kind: str) -> dict[str, str]:
    """The columns that hold a kind's file names, each with the draft's field, in the order of its attachments."""
    fields = FIELDS.get(Kind(kind), ())
    return {("files" if place == 0 else name): name for place, name in enumerate(fields)}


def listed(values: Iterable[str]) -> str:
    """Several values as one cell: "a.png | b.png"; unlisted() gives the same values back, whatever they hold."""
    return f" {_SEPARATOR} ".join(_escaped(value) for value in values)


def unlisted(cell: str) -> tuple[str, ...]:
    r"""The values in a cell; none in an empty one. A backslash before anything but \ | and space is itself."""
    found: list[list[str]] = [[]]
    for token in _TOKEN.findall(cell):
        if token == _SEPARATOR:
            found.append([])
        else:
            found[-1].append(token)
    values = tuple("".join(token[-1] for token in _trimmed(tokens)) for tokens in found)
    return () if values == ("",) else values


def _escaped(value: str) -> str:
    whole = value.replace("\\", "\\\\").replace(_SEPARATOR, f"\\{_SEPARATOR}")
    return _EDGES.sub(lambda edge: "".join(f"\\{space}" for space in edge[0]), whole)


def _trimmed(tokens: list[str]) -> list[str]:
    """Without the spaces at both ends; an escaped one is no space."""
    kept = [place for place, token in enumerate(tokens) if not token.isspace()]
    return tokens[kept[0] : kept[-1] + 1] if kept else []
