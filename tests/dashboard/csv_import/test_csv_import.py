"""Many posts in one file: what is written reads back as the same posts, and every fault is told at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.csv_import import read as bulk
from dashboard.csv_import.columns import OWN, listed, unlisted
from dashboard.csv_import.read import (
    COLUMNS,
    ImportAuthor,
    ImportContext,
    Planned,
    RowProblem,
    Sheet,
    read,
    sample,
    write,
)
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from linkedin_api import Kind, PollDuration, Problem, Urn
from linkedin_api.content.blank import is_blank

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADA = ImportAuthor("urn:li:person:782bbtaQ", "Ada Lovelace", "ada@example.com", {"urn:li:organization:1": "Engines"})
BOB = ImportAuthor(
    "urn:li:person:bob", "Bob", "bob@example.com", {"urn:li:organization:2": "Boats", "urn:li:organization:3": ""}
)
TWIN = ImportAuthor("urn:li:person:twin", "bob")
BRIDGE = MediaFile("ab" * 32, "bridge.png", "image", "image/png", 1_000, 640, 400)
BOAT = MediaFile("ac" * 32, "boat | sea\\.png", "image", "image/png", 1_000, 640, 400)
FILM = MediaFile("cd" * 32, "film.mp4", "video", "video/mp4", 100_000, 320, 180, 4.0)
PAPER = MediaFile("ef" * 32, " paper.pdf", "document", "application/pdf", 5_000, 794, 1123, pages=12)
WORDS = MediaFile("01" * 32, "words.vtt", "captions", "text/vtt", 500, 0, 0)
FILES = {file.name: file for file in (BRIDGE, BOAT, FILM, PAPER, WORDS)}


def judged(draft: Draft, author: Urn) -> tuple[Problem, ...]:
    return draft.problems(author, lambda _: True)


DESK = ImportContext(ADA, NOW, judged, "Europe/Berlin", others=(BOB,), files=FILES)


def file_of(*rows: Mapping[str, str], columns: tuple[str, ...] = bulk.NAMES, delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def row(**cells: str) -> dict[str, str]:
    return {"date": "2026-12-01", "time": "09:00", "text": "Hello"} | cells


def told(*rows: Mapping[str, str], desk: ImportContext = DESK) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in read(file_of(*rows), desk).problems]


def only(*rows: Mapping[str, str], desk: ImportContext = DESK) -> Planned:
    sheet = read(file_of(*rows), desk)
    assert sheet.problems == ()
    return sheet.rows[0]


# Any post comes back whole.

ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=25)
ODD = st.text(st.sampled_from("ab|\\ \n\r\t\",;='é😀\u2028\x1c\ufeff"), max_size=10)
WRITTEN = (ANY | ODD).filter(lambda text: "@[" not in text)
TITLE = WRITTEN.map(lambda text: f"{text}x")


def attached(file: MediaFile, titles: st.SearchStrategy[str] = WRITTEN) -> st.SearchStrategy[Attachment]:
    return st.builds(Attachment, st.just(file), WRITTEN, titles, st.none())


def some(*files: MediaFile, least: int = 0) -> st.SearchStrategy[tuple[Attachment, ...]]:
    one = st.one_of(*(attached(file) for file in files))
    return st.lists(one, min_size=least, max_size=3 if least and len(files) > 1 else 1).map(tuple)


WHO = st.sampled_from([("", ""), ("", "urn:li:organization:1"), (BOB.urn, ""), (BOB.urn, "urn:li:organization:3")])
OPTIONS = st.lists(TITLE.map(lambda text: text[-10:]), min_size=2, max_size=4).map(tuple)
OWN_FIELDS = {
    Kind.TEXT: {"text": TITLE},
    Kind.ARTICLE: {
        "url": st.sampled_from(["https://example.com/a", "http://b.example/?x=|"]),
        "title": WRITTEN.filter(lambda text: not is_blank(text)),  # the rest dialect needs one
        "description": WRITTEN,
        "thumbnail": some(BRIDGE, BOAT).map(lambda files: files[:1]),
    },
    Kind.IMAGE: {"images": some(BRIDGE, BOAT, least=1)},
    Kind.VIDEO: {"video": some(FILM, least=1), "captions": some(WORDS), "cover": some(BRIDGE)},
    Kind.DOCUMENT: {"document": attached(PAPER, TITLE).map(lambda one: (one,))},
    Kind.POLL: {
        "question": TITLE,
        "options": OPTIONS,
        "duration": st.sampled_from([each.value for each in PollDuration]),
    },
    Kind.RESHARE: {"parent": st.sampled_from(["urn:li:share:71", " https://x.example/urn%3Ali%3AugcPost%3A5/ "])},
}


@st.composite
def posts(draw: st.DrawFn) -> Planned:
    kind = draw(st.sampled_from(list(Kind)))
    member, author = draw(WHO)
    own = {"text": WRITTEN, "first_comment": WRITTEN} | OWN_FIELDS[kind]
    draft = Draft(
        kind=kind.value,
        author=author,
        visibility="PUBLIC" if author else draw(st.sampled_from(["PUBLIC", "CONNECTIONS"])),
        dialect=draw(st.sampled_from(["v2", "rest"])),
        **{name: draw(values) for name, values in own.items()},
    )
    minutes, microseconds = draw(st.integers(1, 40_000_000)), draw(st.sampled_from([0, 0, 1, 30_000_000, 59_999_999]))
    due_at = NOW + timedelta(minutes=minutes, microseconds=microseconds)
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]))
    return Planned(2, draft.changed(member=member), due_at, zone, member)


def numbered(rows: list[Planned], like: tuple[Planned, ...]) -> tuple[Planned, ...]:
    """The same rows, counted as in a file; with the draft ids of others, as a file holds none."""
    return tuple(
        replace(each, number=number, draft=each.draft.unsent().changed(draft_id=other.draft.draft_id))
        for number, (each, other) in enumerate(zip(rows, like, strict=True), 2)
    )


@given(st.lists(posts(), min_size=1, max_size=4))
def test_any_posts_that_were_written_are_read_as_the_same(rows: list[Planned]) -> None:
    apart = [replace(each, due_at=each.due_at + timedelta(days=number)) for number, each in enumerate(rows)]
    content = write(apart)
    sheet = read(content, DESK)

    assert sheet.problems == ()
    assert sheet.rows == numbered(apart, sheet.rows)
    assert write(sheet.rows) == content


@given(st.lists(ANY | ODD, max_size=5).map(tuple))
@example(("a | b", "\\", " c\n", "", "\\|"))
def test_any_values_in_one_cell_come_back(values: tuple[str, ...]) -> None:
    assert unlisted(listed(values)) == (() if values == ("",) else values)


def test_a_post_at_the_second_of_two_times_comes_back() -> None:
    first = Planned(2, Draft(text="First"), datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "Europe/Berlin")
    second = Planned(3, Draft(text="Second"), datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "Europe/Berlin")
    content = write([first, second])

    assert b"2027-10-31,02:30,Europe/Berlin,second," in content
    assert [each.due_at for each in read(content, DESK).rows] == [first.due_at, second.due_at]


def test_a_file_is_as_rfc_4180_has_it_and_begins_with_the_mark_that_spreadsheets_want() -> None:
    content = write([Planned(2, Draft(text='=1+1\r\n"so",\n'), NOW + timedelta(days=1), "UTC")])
    head, _, rest = content.partition(b"\r\n")

    assert head == b"\xef\xbb\xbf" + ",".join(bulk.NAMES).encode()
    assert rest == b'2026-11-24,12:00,UTC,,,,PUBLIC,v2,text,"\'=1+1\r\n""so"",\n"' + b"," * 13 + b"\r\n"


def test_no_spreadsheet_runs_a_cell_of_a_downloaded_file_and_every_text_comes_back() -> None:
    texts = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " \u00a0=1+1", "＝1", "'=1", "''@a", "'tis")
    rows = [Planned(n, Draft(text=text), NOW + timedelta(days=n), "UTC") for n, text in enumerate(texts, 2)]
    content = write(rows)
    written = [line["text"] for line in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]

    assert all(text.startswith("'") for text in written)
    assert [post.draft.text for post in read(content, DESK).rows] == list(texts)
    noted = b"\r\n".join(b"Notes" + b"," + line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\r\n")[:4])
    assert [post.draft.text for post in read(noted, DESK).rows] == list(texts[:3])  # with a column of one's own


def test_two_files_of_one_name_are_two() -> None:
    other, taken = replace(BRIDGE, sha256="ba" * 32), replace(BRIDGE, sha256="bb" * 32, name="bridge (2).png")
    images = tuple(Attachment(file) for file in (BRIDGE, other, taken, BRIDGE))
    rows = [Planned(2, Draft(kind="image", images=images), NOW + timedelta(days=1), "UTC")]
    files = bulk.names(rows)
    sheet = read(write(rows), replace(DESK, files=files))

    assert files == {"bridge.png": BRIDGE, "bridge (3).png": other, "bridge (2).png": taken}
    assert sheet.rows[0].draft.images == images


def test_what_a_company_page_shows_to_everybody_is_written_so() -> None:
    draft = Draft(text="Hello", author="urn:li:organization:1", visibility="CONNECTIONS")
    sheet = read(write([Planned(2, draft, NOW + timedelta(days=1), "UTC")]), DESK)

    assert sheet.rows[0].draft.visibility == draft.seen_by == "PUBLIC"


# What people and spreadsheets write.


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("lines", [b"\r\n", b"\n"])
def test_spreadsheets_everywhere_may_write_it(delimiter: str, mark: bytes, lines: bytes) -> None:
    content = file_of(row(text="One, two; three\tfour"), columns=("date", "time", "text"), delimiter=delimiter)
    sheet = read(mark + content.replace(b"\r\n", lines), DESK)

    assert sheet.ok
    assert sheet.rows[0].draft.text == "One, two; three\tfour"


def test_empty_cells_mean_what_is_usual() -> None:
    found = only(row(), desk=replace(DESK, dialect="rest"))

    assert found.due_at == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert (found.time_zone, found.member, found.number) == ("Europe/Berlin", "", 2)
    assert found.draft.changed(draft_id="") == Draft(draft_id="", text="Hello", dialect="rest")


def test_a_header_in_capitals_and_cells_with_spaces_are_read() -> None:
    content = b" Date ,TIME,Time Zone,Text,Kind,Visibility,\r\n2026-12-01 , 9:05,UTC , Hi ,TEXT,connections,\r\n,,,\r\n"
    (found,) = read(content, DESK).rows

    assert found.due_at == datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
    assert (found.draft.text, found.draft.visibility) == (" Hi ", "CONNECTIONS")


def test_a_time_that_happens_twice_is_the_first_unless_said() -> None:
    night = row(date="2027-10-31", time="02:30")

    assert only(night).due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert only(night | {"again": "Second"}).due_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["Bob", " bob@EXAMPLE.com", BOB.urn])
def test_a_member_is_known_by_name_email_and_urn(said: str) -> None:
    found = only(row(member=said, author="boats"))

    assert (found.member, found.draft.author) == (BOB.urn, "urn:li:organization:2")


def test_naming_oneself_is_the_same_as_naming_nobody() -> None:
    assert only(row(member="ada lovelace")).member == ""


@pytest.mark.parametrize(
    ("cells", "due"),
    [
        ({"date": "31.12.2026"}, "2026-12-31T09:00"),
        ({"date": "2026/12/31"}, "2026-12-31T09:00"),
        ({"date": "2026-12-31 00:00:00"}, "2026-12-31T09:00"),
        ({"date": "2026-12-31T14:05", "time": ""}, "2026-12-31T14:05"),
        ({"date": "2026-12-31T14:05:00Z", "time": ""}, "2026-12-31T15:05"),
        ({"date": "31/12/2026", "time": "2:05 PM"}, "2026-12-31T14:05"),
        ({"date": "12/31/2026", "time": "2:05\u202fPM"}, "2026-12-31T14:05"),
        ({"date": "12/31/26 12:00 am", "time": "09:00"}, "2026-12-31T09:00"),
        ({"date": "31 Dec 2026", "time": "1899-12-30 14:05:00"}, "2026-12-31T14:05"),
        ({"date": "December 31st, 2026", "time": "9 am"}, "2026-12-31T09:00"),
        ({"date": "12.31.2026", "time": "14:05"}, "2026-12-31T14:05"),
        ({"date": "31/Dec/26", "time": "14:05 Uhr"}, "2026-12-31T14:05"),
        ({"date": "Thursday, December 31, 2026", "time": "2:05 p. m."}, "2026-12-31T14:05"),
        ({"date": "Thu, 31 Dec 2026 14:05:00 +01", "time": ""}, "2026-12-31T14:05"),
        ({"date": "jeu. 31 déc. 2026", "time": "14h"}, "2026-12-31T14:00"),
        ({"date": "31 de diciembre de 2026", "time": "9:00"}, "2026-12-31T09:00"),
        ({"date": "2026年12月31日 14:05", "time": ""}, "2026-12-31T14:05"),
        ({"date": "\u200f٣١/١٢/٢٠٢٦", "time": "14:05"}, "2026-12-31T14:05"),
        ({"date": "31. 12. 2026 um 14:05", "time": ""}, "2026-12-31T14:05"),
    ],
)
def test_dates_and_times_are_read_as_spreadsheets_write_them(cells: dict[str, str], due: str) -> None:
    local = only(row(**cells)).due_at.astimezone(ZoneInfo("Europe/Berlin"))

    assert local.isoformat()[:16] == due


def test_which_of_day_and_month_comes_first_is_seen_in_the_file_or_asked_once() -> None:
    asked = file_of(row(date="12/1/2027"), row(date="12/2/2027"))
    sheets = [read(asked, replace(DESK, month_first=said)) for said in (None, True, False)]
    shown = read(file_of(row(date="12/31/2026"), row(date="1/2/2027")), DESK)

    assert [sheet.two_meanings for sheet in (*sheets, shown)] == [True, False, False, False]
    assert [f"{each.due_at:%d.%m}" for each in sheets[1].rows] == ["01.12", "02.12"]
    assert [(each.row, each.column) for each in sheets[2].problems] == []
    assert [f"{each.due_at:%d.%m}" for each in sheets[2].rows] == ["12.01", "12.02"]
    assert [f"{each.due_at:%d.%m}" for each in shown.rows] == ["31.12", "02.01"]
    pointed = [read(file_of(row(date=first), row(date="1.2.2027")), DESK).rows for first in ("12.31.2026", "2.1.2027")]
    assert [f"{rows[1].due_at:%d.%m}" for rows in pointed] == ["02.01", "01.02"]


@pytest.mark.parametrize("slashed", ["2/1/2027", "12/31/2026"])
def test_a_date_with_points_is_day_first_whatever_is_said_of_slashes(slashed: str) -> None:
    mixed = file_of(row(date="1.12.2027"), row(date=slashed), row(date="31.12.2027"))
    asked, month, day = (read(mixed, replace(DESK, month_first=said)) for said in (None, True, False))

    assert [(each.row, each.column) for each in asked.problems] == ([(3, "date")] if slashed == "2/1/2027" else [])
    for sheet in (month, day):
        assert [f"{each.due_at:%d.%m}" for each in sheet.rows[::2]] == ["01.12", "31.12"]
    assert f"{month.rows[1].due_at:%d.%m}" == {"2/1/2027": "01.02"}.get(slashed, "31.12")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"date": "2026-12-31 24:00", "time": ""}, "2026-12-31 24:00 has no time of a day; write one from"),
        ({"date": "29.2.2027"}, "29.2.2027 is not in the calendar; choose another day."),
        ({"date": "0/12/2026"}, "0/12/2026 is not in the calendar; choose another day."),
        ({"date": "0001-01-01"}, "Mon 1 Jan 1, 09:00 (Europe/Berlin, UTC+0:53:28) is past; choose a later time."),
        ({"date": "46387"}, '"46387" is no date that can be read; give the column the format of a date'),
        ({"time": "0.586805"}, '"0.586805" is no time that can be read; give the column the format of a time'),
        ({"date": "mar 31"}, '"mar 31" is no date that can be read; write year, month and day'),
    ],
)
def test_a_moment_that_is_none_is_said_once(cells: dict[str, str], said: str) -> None:
    (problem,) = read(file_of(row(**cells)), DESK).problems

    assert problem.message.startswith(said)


@pytest.mark.parametrize(("name", "day"), [("Date (mm/dd/yyyy hh:mm)", "02 Jan"), ("DATE (DD.MM.YYYY)", "01 Feb")])
def test_the_name_of_a_column_may_say_whether_month_or_day_comes_first(name: str, day: str) -> None:
    sheet = read(f'"{name}",Message\n01/02/2027 14:05,Hello\n'.encode(), DESK)

    assert [f"{each.due_at:%d %b}" for each in sheet.rows] == [day]


def test_a_name_with_points_says_it_of_dates_with_points() -> None:
    sheet = read(b"Date (MM.DD.YYYY),time,text\n01.02.2027,14:05,Hello\n", DESK)

    assert [f"{each.due_at:%d %b}" for each in sheet.rows] == ["02 Jan"]


@pytest.mark.parametrize(
    ("name", "zone", "note"),
    [
        ("Date (GMT)", "UTC", "The times are read as UTC"),
        ("Scheduled At (UTC+02:00)", "Etc/GMT-2", "The times are read as Etc/GMT-2"),
        ("Date (Etc/GMT+2)", "Etc/GMT+2", "The times are read as Etc/GMT+2"),
        ("Date (America/New_York)", "America/New_York", "The times are read as America/New_York"),
        ("Date (UTC\u22123:30)", "Europe/Berlin", "The name of a column tells a time zone that is not known"),
        ("Date (EST)", "Europe/Berlin", "The name of a column tells a time zone that is not known"),
    ],
)
def test_the_name_of_a_column_may_say_the_time_zone(name: str, zone: str, note: str) -> None:
    sheet = read(
        f"{name},Message,Timezone\n2026-12-31 14:05,Hello,\n2026-12-31 14:05,Other,Asia/Tokyo\n".encode(), DESK
    )

    assert [each.time_zone for each in sheet.rows] == [zone, "Asia/Tokyo"]
    assert sheet.rows[0].due_at == datetime(2026, 12, 31, 14, 5, tzinfo=ZoneInfo(zone))
    assert [each[: len(note)] for each in sheet.notes] == [note]


@pytest.mark.parametrize("tool", ["buffer", "publer6", "socialbee", "sprout"])
def test_tables_of_other_planners_are_read(tool: str) -> None:
    head = {
        "buffer": "Text,Image URL,Tags,Posting Time\nHello,https://x.example/Bridge.PNG,launch,2026-12-31 14:05",
        "publer6": "Date,Message,Link,Media URL,Title,Labels\n2026/12/31 14:05,Hello,https://x.example,,,",
        "socialbee": "text,link,imageUrls,gifUrls,videoUrls,postAtSpecificTime\nHello,,,,,2026-12-31 14:05:00",
        "sprout": "Date,Time,Message,Link,Image\n12/31/2026,2:05 PM,Hello,https://x.example,",
    }[tool]
    sheet = read(head.encode(), DESK)
    (found,) = sheet.rows

    assert (found.draft.text, found.due_at) == ("Hello", datetime(2026, 12, 31, 13, 5, tzinfo=UTC))
    kinds = {"buffer": "image", "socialbee": "text"}
    assert found.draft.kind == kinds.get(tool, "article")
    assert (found.draft.url, [each.file for each in found.draft.images]) == (
        ("https://x.example", []) if found.draft.kind == "article" else ("", [BRIDGE] if tool == "buffer" else [])
    )
    assert sheet.notes == {"buffer": ('Not used here: "Tags".',), "publer6": ('Not used here: "Labels".',)}.get(
        tool, ()
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_table_in_another_encoding_is_read_when_it_is_sure(encoding: str) -> None:
    sheet = read("date,time,text\r\n2026-12-01,09:00,Grüße – „süß“ à 5 € im Café\r\n".encode(encoding), DESK)

    assert sheet.rows[0].draft.text == "Grüße – „süß“ à 5 € im Café"
    assert [note[:34] for note in sheet.notes] == (
        ["The file was read as Windows-1252;"] if encoding == "cp1252" else []
    )


@pytest.mark.parametrize(
    "text",
    [
        *("We did it—again", "Berlin–Paris", "Wait…what", "Only £10", "A naïve idea", "¡ya!", "El niño está aquí"),
        *("Así es", "«Bonjour»", "Foo•Bar", "50 °C und 3 m²", "½ price: it’s “new”", "São Paulo não é longe"),
        *("Es ist da–as promised für alle", "A new tool–a first for cafés", "rock—n—roll café"),
    ],
)
def test_a_short_text_of_windows_1252_is_read(text: str) -> None:
    sheet = read(f"date,time,text\r\n2026-12-01,09:00,{text}\r\n".encode("cp1252"), DESK)

    assert [row.draft.text for row in sheet.rows] == [text]


@pytest.mark.parametrize("text", ["El año que viene", "La publicación", "Diseños de España", "Niñas y niños"])
def test_a_short_text_of_the_macintosh_is_not_read_as_windows_1252(text: str) -> None:
    sheet = read(f"date,time,text\r\n2026-12-01,09:00,{text}\r\n".encode("mac-roman"), DESK)

    assert "is not UTF-8" in sheet.problems[0].message


def test_what_cannot_be_seen_in_front_of_a_table_means_nothing() -> None:
    content = "\ufeff\ufeffsep=;\r\n\u200bdate;ti\u00adme;\ufefftext\u2060\r\n2026-12-01;09:00;Hi;there\r\n".encode()
    sheet = read(content.replace(b"Hi;there", b'"Hi;there"'), DESK)

    assert sheet.problems == ()
    assert (sheet.rows[0].number, sheet.rows[0].draft.text) == (2, "Hi;there")


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;;;\rdate;time;text\r2026-12-01;09:00;Hello\r",  # a line that a spreadsheet saved again
        b"sep=;\r\ndate,time,text\r\n2026-12-01,09:00,Hello\r\n",  # and one that is not true
        b'sep="\r\ndate,time,text\r\n2026-12-01,09:00,Hello\r\n',  # which newer Pythons refuse
        b"sep=\r\ndate,time,text\r\n2026-12-01,09:00,Hello\r\n",
        b"date,time,text\r\n2026-12-01,09:00,Hello\r\n\x1a\0\0\0",
        "date\ttime\ttext\tnote\n2026-12-01\t09:00\tHello\t{}\n".format("日本語" * 200).encode("utf-16-le"),
        "\ufeffdate,time,text\n2026-12-01,09:00,Hello\n".encode("utf-32"),
        "Unser Plan;;\nfür alle;;\n\nDatum;Uhrzeit;Beitrag\n1.12.2026;09:00;Hello\n".encode(),
        b"01.12.2026 09:00,Hello\n",
    ],
)
def test_a_table_is_read_whatever_stands_around_it(content: bytes) -> None:
    sheet = read(content, DESK)

    assert sheet.problems == ()
    assert [(each.due_at.hour, each.draft.text) for each in sheet.rows] == [(8, "Hello")]


def test_a_file_is_found_whatever_the_form_case_and_spaces_of_its_name() -> None:
    here = replace(BRIDGE, name="Mein Foto é.png")
    desk = replace(DESK, files={here.name: here})
    found = only(row(kind="image", files="mein\u00a0foto e\u0301.PNG"), desk=desk)
    twins = replace(DESK, files={"A.png": here, "a.png": BRIDGE})

    assert found.draft.images[0].file == here
    assert only(row(kind="image", files="a.png"), desk=twins).draft.images[0].file == BRIDGE
    assert told(row(kind="image", files="a.PNG"), desk=twins) == [(2, "files")]


# What is wrong is told, all at once.


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"date": "soon"}, "date", '"soon" is no date that can be read; write year, month and day'),
        ({"date": "12/1/2026"}, "date", '"12/1/2026" means 12 Jan or 1 Dec 2026; say below the file which'),
        ({"date": "2026-12-31 14:05"}, "time", "The date names 14:05 and this cell 09:00; keep one of them."),
        ({"date": "2026-12-31 00:00:00", "time": ""}, "time", "The time is missing"),
        ({"date": "2027-02-29"}, "date", "2027-02-29 is not in the calendar"),
        ({"date": ""}, "date", "The date is missing"),
        ({"date": "2026-11-23"}, "date", "is past; choose a later time."),
        ({"date": "9999-12-31", "time": "23:59", "time_zone": "America/New_York"}, "time", "outside the calendar"),
        ({"time": "9"}, "time", '"9" is no time that can be read'),
        ({"time": "24:00"}, "time", "24:00 is no time of a day"),
        ({"date": "2027-03-28", "time": "02:30"}, "time", "02:30 does not exist on 28 Mar 2027 in Europe/Berlin"),
        ({"time_zone": "europe/berlin"}, "time_zone", "write one such as Europe/Berlin."),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "is no time zone that is known here"),
        ({"again": "yes"}, "again", 'write "second", or empty this cell'),
        ({"again": "second"}, "again", "09:00 comes only once on 2026-12-01 in Europe/Berlin"),
        ({"member": "Eve"}, "member", '"Eve" is not connected with you'),
        ({"author": "Boats"}, "author", '"Boats" is no company page that "Ada Lovelace" may speak for'),
        ({"author": "Engines", "visibility": "CONNECTIONS"}, "visibility", "write PUBLIC"),
        ({"visibility": "ALL"}, "visibility", "write one of PUBLIC, CONNECTIONS."),
        ({"dialect": "v3"}, "dialect", "write one of v2, rest."),
        ({"kind": "story"}, "kind", "write one of text, article"),
        ({"text": ""}, "text", "The post is empty"),
        ({"text": "Null\0"}, "", "NUL"),
        ({"first_comment": "x" * 1251}, "first_comment", "The comment is 1,251 characters"),
        ({"url": "https://example.com"}, "url", "A post of kind text has no url"),
        ({"kind": "document", "files": r"\ paper.pdf", "file_titles": "P", "title": "P"}, "title", "in file_titles"),
        ({"kind": "document", "files": r"\ paper.pdf"}, "file_titles", "A document needs a title"),
        ({"kind": "article"}, "url", "The article has no address"),
        ({"kind": "article", "url": "https://a.example", "title": "x" * 401}, "title", "401 characters"),
        ({"kind": "article", "url": "https://a.example", "dialect": "rest"}, "title", "An article needs a title"),
        ({"kind": "article", "url": "https://a.example", "author": "Engines"}, "title", "An article needs a title"),
        ({"kind": "article", "url": "https://a.example", "files": "bridge.png"}, "title", "An article needs a title"),
        ({"text": "Hi @[Acme [UK]](urn:li:organization:1)"}, "text", r"Write @[Acme \[UK\]](urn:li:organization:1)"),
        ({"text": "@[](urn:li:person:1) hi"}, "text", "A mention has no name"),
        ({"text": "\u200b\u3164"}, "text", "The post is empty"),
        ({"kind": "image"}, "files", "Choose a picture"),
        ({"kind": "image", "files": "lost.png"}, "files", '"lost.png" was not chosen along with this file'),
        ({"kind": "image", "files": "film.mp4"}, "files", '"film.mp4" is no picture'),
        ({"kind": "image", "files": "bridge.png", "alt_text": "a | b"}, "alt_text", "2 values for 1 files"),
        ({"kind": "image", "files": "bridge.png", "alt_text": "x" * 4087}, "alt_text", "4,087 characters"),
        ({"kind": "video", "files": "film.mp4 | film.mp4"}, "files", "room for one video"),
        ({"kind": "image", "files": listed(["bridge.png"] * 21), "dialect": "rest"}, "files", "room for 20 pictures"),
        ({"kind": "image", "files": listed(["bridge.png"] * 10), "dialect": "v2"}, "files", "up to 9 images"),
        ({"kind": "video", "files": "film.mp4", "cover": "words.vtt"}, "cover", '"words.vtt" is no picture'),
        ({"kind": "poll", "options": "Yes | No"}, "question", "The poll has no question"),
        ({"kind": "poll", "question": "Tea?", "options": "Yes"}, "options", "this one has 1"),
        ({"kind": "poll", "question": "Tea?", "options": "A | B", "duration": "1"}, "duration", "one of ONE_DAY"),
        ({"kind": "reshare", "parent": "that one"}, "parent", "Enter the post to share"),
        ({"kind": "reshare", "parent": "urn:li:share:" + "1" * 300}, "parent", "longer than LinkedIn's"),
    ],
)
def test_one_fault_is_one_sentence_in_its_column(cells: dict[str, str], column: str, said: str) -> None:
    sheet = read(file_of(row(**cells)), DESK)

    assert [(each.row, each.column) for each in sheet.problems] == [(2, column)]
    assert said in sheet.problems[0].message
    assert (sheet.rows, sheet.ok) == ((), False)


def test_every_fault_of_every_row_is_told_in_order() -> None:
    wrong = row(date="soon", author="Nobody", kind="image", files="lost.png", text="x" * 3001, alt_text="y" * 4087)
    sheet = read(file_of(wrong, row(), row(time="noon")), DESK)

    told = [(each.row, each.column) for each in sheet.problems]
    assert told == [(2, "date"), (2, "author"), (2, "text"), (2, "files"), (2, "alt_text"), (4, "time")]
    assert [each.number for each in sheet.rows] == [3]
    assert not sheet.ok


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    content = b'date,time,text\r\n2026-12-01,09:00,"two\r\nlines"\r\n\r\nsoon,09:00,Hello\r\n'

    assert [(each.row, each.column) for each in read(content, DESK).problems] == [(4, "date")]


def test_a_name_that_two_members_have_is_asked_for_again() -> None:
    sheet = read(file_of(row(member="Bob")), replace(DESK, others=(BOB, TWIN)))

    assert sheet.problems == (
        RowProblem(2, "member", '2 members are called "Bob"; write the email or the URN instead.'),
    )


def test_two_posts_alike_within_ten_minutes_are_told_at_the_later_row() -> None:
    assert told(row(), row(time="09:09")) == [(3, "text")]
    assert told(row(time="09:09"), row(text="Other"), row()) == [(4, "text")]
    assert told(row(), row(time="09:10")) == []
    assert told(row(), row(member="Bob")) == []
    assert told(row(), row(author="Engines")) == []


def test_posts_with_other_pictures_are_not_alike() -> None:
    one, other = (row(kind="image", files=listed([name])) for name in ("bridge.png", BOAT.name))

    assert told(one, other) == []
    assert told(one, one) == [(3, "text")]


# Whole files that cannot be read.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        ("date,time,text\r\n2026-12-01,09:00,Příliš žluťoučký".encode("cp1250"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,Привет всем".encode("cp1251"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,Café für Größe".encode("mac-roman"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,Gyűjtse össze".encode("cp1250"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,Cieszymy się".encode("cp1250"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,São Paulo".encode("mac-roman"), "not UTF-8"),
        ("date,time,text\r\n2026-12-01,09:00,Nur 5 €".encode("iso8859-15"), "not UTF-8"),
        (b"<!DOCTYPE html><table><tr><td>date</td></tr></table>", "This is a web page, not a table of posts. Save"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is a PNG picture, not a table of posts. Save"),
        (b"date,time,text\r\n,,\r\n", "The file has no post"),
        (b"Who,Where\r\nAda,Paris", "The first row names no column"),
        (b",,,\r\n", "The first row names no column"),
        (b"date," * 1_000 + b"text\r\n2026-12-01,Hello", "The first row has 1,001 columns"),
        (b'date,time,text\r\n2026-12-01,09:00,"open', "A quotation mark is not closed"),
        (b'date,time,"text"x\r\n', "A quotation mark is not closed"),
        (b"date,time,text\r\n2026-12-01,09:00," + b"x" * 140_000, "more than 131,072 characters"),
        (b"date,time,text\r\n" + b"x" * 5_000_000, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, said: str) -> None:
    (problem,) = read(content, DESK).problems

    assert said in problem.message


def test_what_is_wrong_with_the_columns_is_told_once() -> None:
    content = b"date,Text,txt,date,visibilty\r\n2026-12-01,Hello,,,\r\n2026-12-02,Hi,,,\r\n"
    problems = read(content, DESK).problems

    either = "Rename it, or choose its meaning under “Columns”."
    assert [(each.row, each.message) for each in problems] == [
        (1, f'The column "txt" is not known here; perhaps it is text. {either}'),
        (
            1,
            f'The column "visibilty" is not known here; perhaps it is visibility. {either}',
        ),
        (1, 'The column "date" is there twice; take one out, or choose one under “Columns”.'),
        (1, "The column time is missing; choose one under “Columns”, or add it."),
    ]


def test_a_file_without_texts_is_told_so_once() -> None:
    content = b"date,time\r\n2026-12-01,09:00\r\n2026-12-01,09:00\r\n"

    assert read(content, DESK).problems[0] == RowProblem(
        1, "text", "The column text is missing; choose one under “Columns”, or add it."
    )
    assert [each.row for each in read(content, DESK).problems] == [1, 3]  # and the third is the second again


def test_a_row_with_too_many_cells_is_told() -> None:
    content = b"date,time,text\r\n2026-12-01,09:00,Hello, dear reader\r\n2026-12-01,09:00,Hi,,\r\n"
    (problem,) = read(content, DESK).problems

    assert (problem.row, problem.message[:34]) == (2, "The row has 4 cells for 3 columns;")


def test_a_thousand_posts_are_read_and_no_more() -> None:
    rows = [row(text=f"Post {number}") for number in range(bulk.ROWS_MAX + 1)]

    assert len(read(file_of(*rows[:-1]), DESK).rows) == bulk.ROWS_MAX
    assert [(each.row, each.column) for each in read(file_of(*rows), DESK).problems] == [(bulk.ROWS_MAX + 2, "")]


HOSTILE = st.lists(st.sampled_from([*(f"{name}," for name in bulk.NAMES), '"', "\r", "\n", ";", "|", "\0", "é", ","]))
ROWS = st.lists(st.fixed_dictionaries({}, optional={name: st.text() | st.sampled_from(
    ["image", "poll", "reshare", "video", "0001-01-01", "9999-12-31", "00:00", "second", "Asia/Tokyo", "a | b", "Bob"]
) for name in bulk.NAMES}), max_size=3)  # fmt: skip


@given(st.binary() | HOSTILE.map("".join).map(str.encode))
def test_no_bytes_whatever_make_reading_fail(content: bytes) -> None:
    sheet = read(content, DESK)

    assert sheet.problems
    assert not sheet.ok


@given(ROWS)
def test_no_cells_whatever_make_reading_fail(rows: list[dict[str, str]]) -> None:
    try:
        content = file_of(*rows)
    except (UnicodeEncodeError, csv.Error):
        content = b"\xff"
    sheet = read(content, DESK)

    assert sheet.ok == (bool(sheet.rows) and not sheet.problems)
    assert [each.row for each in sheet.problems] == sorted(each.row for each in sheet.problems)
    assert all(each.message.endswith(".") for each in sheet.problems)


# The file to begin with, and the columns in words.


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_the_example_passes_its_own_dry_run(zone: str, dialect: str) -> None:
    content = sample(NOW, zone, dialect)
    sheet = read(content, DESK)

    assert sheet.ok
    assert [each.draft.kind for each in sheet.rows] == ["text", "article", "poll"]
    assert write(sheet.rows) == content


def test_every_column_is_explained_with_an_example() -> None:
    own = {name for names in OWN.values() for name in names}

    assert own < set(bulk.NAMES)
    assert all(column.about.endswith(".") and column.example for column in COLUMNS)
    assert len(set(bulk.NAMES)) == len(COLUMNS)


def test_nothing_read_is_nothing_to_schedule() -> None:
    assert not Sheet().ok


def test_a_post_through_zernio_is_judged_by_what_zernio_takes() -> None:
    through = ImportAuthor("urn:li:person:zernio-1", "Grace")
    row = {"date": "2026-12-01", "time": "10:00", "kind": "text", "text": "Hello", "visibility": "CONNECTIONS"}

    sheet = read(file_of({**row, "member": "Grace"}), replace(DESK, others=(through,)))

    assert [problem.column for problem in sheet.problems] == ["visibility"]
    assert "every post is public" in sheet.problems[0].message
