"""Tables as other programs write them: workbooks, other planners' columns, and what a person says of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from dashboard.csv_import.read import read, sample, sample_workbook
from dashboard.files.media import MediaFile
from tests.dashboard.csv_import.test_csv_import import BRIDGE, DESK, FILM, NOW

SAMPLES = Path(__file__).parents[2] / "support/samples/planned_posts"
SAVED_AT = datetime(2035, 11, 23, 12, tzinfo=UTC)
NEW_YEARS_EVE = datetime(2026, 12, 31, 13, 5, tzinfo=UTC)  # 14:05 in Berlin


def workbook(fill: Callable[[Workbook, Any], None]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    fill(book, book.active)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", sorted(each.name for each in SAMPLES.iterdir() if each.suffix != ".md"))
def test_the_samples_that_libreoffice_saved_give_the_same_posts(name: str) -> None:
    desk = replace(DESK, now=SAVED_AT)
    sheet = read((SAMPLES / name).read_bytes(), desk)
    wanted = read(sample(SAVED_AT, "Europe/Berlin"), desk)

    assert sheet.ok
    ids = [each.draft.draft_id for each in wanted.rows]
    found = [replace(row, draft=row.draft.changed(draft_id=each)) for row, each in zip(sheet.rows, ids, strict=True)]
    assert [replace(row, number=0) for row in found] == [replace(row, number=0) for row in wanted.rows]


def test_the_sample_workbook_passes_its_own_dry_run() -> None:
    sheet = read(sample_workbook(NOW, "America/St_Johns", "rest"), DESK)

    assert sheet.ok
    assert [each.due_at for each in sheet.rows] == [
        each.due_at for each in read(sample(NOW, "America/St_Johns", "rest"), DESK).rows
    ]


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_the_cells_of_a_workbook_are_what_they_show(epoch: datetime) -> None:
    def fill(book: Workbook, page: Any) -> None:
        book.epoch = epoch
        book.create_sheet("Notes", 0).append(["Ideas for", 2027])
        hidden = book.create_sheet("Old", 0)
        hidden.sheet_state = "hidden"
        hidden.append(["date", "time", "text"])
        hidden.append([date(2026, 12, 31), time(9), "Hidden"])
        page.append(["Our plan"])
        page.append(["Date", "Time", "Text", "First comment"])
        page.append([date(2026, 12, 31), time(14, 5), "One\nand 😀", 5])
        page.append([None, timedelta(hours=14, minutes=25), True, None])
        page.append([None, "2:45 PM", " =1+1", 5.5])
        page["C5"].data_type = "s"
        page.merge_cells("A3:A5")
        page.row_dimensions[4].hidden = page.column_dimensions["D"].hidden = True

    sheet = read(workbook(fill), DESK)

    assert (sheet.problems, sheet.worksheet, sheet.worksheets) == ((), "Sheet", ("Notes", "Sheet"))
    assert [each.due_at for each in sheet.rows] == [NEW_YEARS_EVE + timedelta(minutes=each) for each in (0, 20, 40)]
    assert [each.draft.text for each in sheet.rows] == ["One\nand 😀", "TRUE", " =1+1"]
    assert [each.draft.first_comment for each in sheet.rows] == ["5", "", "5.5"]
    assert [each.number for each in sheet.rows] == [3, 4, 5]
    assert (
        sheet.notes[0]
        == 'The spreadsheet hides "First comment", which is used all the same, unless you take it out there.'
    )
    assert "row 2; what is above them was not read" in sheet.notes[1]
    assert sheet.notes[2].startswith("Row 4: the spreadsheet hides this row; it is planned all the same")


def test_another_worksheet_is_read_when_it_is_chosen() -> None:
    def fill(book: Workbook, page: Any) -> None:
        for each, text in ((page, "First"), (book.create_sheet("Second"), "Second")):
            each.append(["date", "time", "text"])
            each.append([date(2026, 12, 31), time(9), text])

    content = workbook(fill)

    assert read(content, DESK).rows[0].draft.text == "First"
    assert read(content, replace(DESK, worksheet="Second")).rows[0].draft.text == "Second"


def test_a_workbook_that_cannot_be_read_says_why() -> None:
    def far(_: Workbook, page: Any) -> None:
        page["A1"], page["XFD1048576"] = "date", "far away"  # a table of 17,000,000,000 cells

    whole = workbook(lambda _, page: page.append(["date", "time", "text"]))
    said = {
        name: [problem.message for problem in read(content, DESK).problems]
        for name, content in {
            "far": workbook(far),
            "cut": whole[: len(whole) // 2],
            "empty": workbook(lambda _, page: None),
            "large": b"PK\x03\x04" + bytes(20_000_001),
            "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
            "bare": whole,
        }.items()
    }

    assert {name: each[0][:26] for name, each in said.items()} == {
        "far": "The workbook cannot be rea",
        "cut": "The workbook cannot be rea",
        "old": "The workbook cannot be rea",
        "empty": "The file is empty; write a",
        "large": "The workbook is larger tha",
        "bare": "The file has no post; writ",
    }


def test_a_formula_without_a_result_is_told_where_its_cell_is_used() -> None:
    def fill(book: Workbook, page: Any) -> None:
        page.append(["date", "time", "text", "first_comment", "ideas"])
        page.append(["=DATE(2026,12,31)", time(14, 5), "Hello", "#REF!", "=1+1"])
        page.append([date(2026, 12, 31), time(14, 5), "Good day", "#N/A", ""])
        page.append([date(2026, 12, 31), time(14, 25), "Well", "", "=1+1"])
        page.append(["", "", "", "", "=1+1"])  # copied down below the posts
        page["D3"].data_type = "s"  # as a text, and in row 2 as an error
        book.create_sheet("Sums").append(["=1+1"])

    sheet = read(workbook(fill), DESK)

    assert [(each.row, each.column) for each in sheet.problems] == [
        (2, "date"),
        (2, "first_comment"),
        (3, "first_comment"),
    ]
    assert "shows an error, or was saved without its result. Mend it, or save" in sheet.problems[0].message
    assert [each.draft.text for each in sheet.rows] == ["Well"]


# Other planners.

PUBLER = (
    "Date - Intl. format or prompt,Text,Link(s) - Separated by comma,Media URL(s) - Separated by comma,Title,"
    "Label(s) - Separated by comma,Alt text(s) - Separated by ||,Comment(s),Post subtype\n"
)
BEE = "text,link,imageUrls,gifUrls,videoUrls,postAtSpecificTime"
HIGHLEVEL = "postAtSpecificTime (YYYY-MM-DD HH:mm:ss),content"
PICTURE, CLIP = "https://cdn.example/a/bridge.png?w=1", "https://cdn.example/clip.mp4"


@pytest.mark.parametrize(
    ("table", "kind", "url"),
    [
        ("12/31/2026 14:05,Hello,https://x.example/a\n", "article", "https://x.example/a"),  # Hootsuite
        ("31/12/2026 14:05,Hello\n1/2/2027 9:00,More\n", "text", ""),
        (f"Caption,Scheduled At,Media URL,Profile\nHello,2026-12-31T13:05:00Z,{PICTURE},ada\n", "image", ""),  # Later
        ("textContent,featuredImageFilename,scheduledPostDate\nHello,,2026-12-31T14:05\n", "text", ""),  # Postiz
        (PUBLER + f'2026/12/31 14:05,Hello,,"{PICTURE}, {PICTURE}",,x,A || B,,\n', "image", ""),
        ("date,time_24hr,message_text,image_url\n31/12/2026,14:05,Hello,\n", "text", ""),  # Sprout Social
        (f"{BEE}\nHello,,,,{CLIP},2026-12-31 14:05:00\n", "video", ""),  # SocialBee
        (f"All Social,All Social\n{HIGHLEVEL}\n2026-12-31 14:05:00,Hello\n", "text", ""),  # two rows of names
        ("post,platforms,mediaUrls,scheduleDate\nHello,linkedin,,2026-12-31T13:05:00Z\n", "text", ""),  # Ayrshare
        ("platforms,schedule_time,tz,post_content\nlinkedin,2026-12-31 13:05,UTC,Hello\n", "text", ""),  # Zernio
        ("Scheduled Time,Scheduled Date,Message\n2:05 PM,12/31/2026,Hello\n", "text", ""),
        (f'content,date,image\nHello,2026-12-31 14:05,"[{{""path"":""{PICTURE}""}}]"\n', "image", ""),
        (f"Datum;Uhrzeit;Beitrag;Bild 1;Bild 2\n31.12.2026;14:05;Hello;{PICTURE};{PICTURE}\n", "image", ""),
        ("DATE;TIME (24H);COPY;SOURCE\n31.12.26;14:05;Hello;https://x.example/a\n", "article", "https://x.example/a"),
        ("Time Zone,Date,Time,Image URL 1,Post\nEurope/London,12/31/2026,1:05 PM,,Hello\n", "text", ""),
        ("Datum;Uhrzeit;Beitrag;Wer\n31.12.2026;14:05;Hello;A.\n", "text", ""),  # by what stands in the columns
    ],
)
def test_tables_of_planners_are_read_by_their_names_or_their_values(table: str, kind: str, url: str) -> None:
    fetched: dict[str, MediaFile] = {PICTURE: BRIDGE, CLIP: FILM}
    sheet = read(table.encode(), replace(DESK, files=fetched))

    assert sheet.problems == ()
    first = sheet.rows[0]
    assert (first.due_at, first.draft.text) == (NEW_YEARS_EVE, "Hello")
    assert (first.draft.kind, first.draft.url) == (kind, url)
    if "||" in table:
        assert [each.alt_text for each in first.draft.images] == ["A", "B"]


def test_a_row_with_files_and_a_link_keeps_both() -> None:
    table = f"Date,Message,Link,Image,Title\n2026-12-31 14:05,Hello,https://x.example/a,{PICTURE},A bridge\n"
    missing = read(table.encode(), DESK)
    sheet = read(table.encode(), replace(DESK, files={PICTURE: BRIDGE}))

    assert missing.addresses == ()  # a chosen file of that name is taken
    assert sheet.rows[0].draft.text == "Hello\n\nhttps://x.example/a"
    assert sheet.rows[0].draft.images[0].title == "A bridge"
    assert sheet.notes == ("Row 2: a post with files has no link of its own, so it stands below the text.",)


def test_what_linkedin_has_no_place_for_is_said() -> None:
    table = "Date,Text,Comment(s)\n2026-12-31 14:05,<p>Hello</p>,First || Second\n"
    sheet = read(table.encode(), DESK)

    assert sheet.rows[0].draft.first_comment == "First"
    assert sheet.notes == (
        "Row 2: of several comments the first is sent.",
        "Row 2: the text holds HTML, which LinkedIn shows as it is written here.",
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('["a.png"]', '"a.png" was not chosen along'),
        ('["https:\\/\\/x.example\\/a,b.png"]', '"https://x.example/a,b.png" is not here yet'),
        ('[{"id": "7"}]', """"{"id": "7"}" was not chosen along"""),
        ('["a.png', """"["a.png" was not chosen along"""),
    ],
)
def test_no_file_of_a_list_in_a_cell_is_passed_over(cell: str, said: str) -> None:
    quoted = cell.replace('"', '""')
    sheet = read(f'text,date,image\nHello,2026-12-31 14:05,"{quoted}"\n'.encode(), DESK)

    assert [problem.message[: len(said)] for problem in sheet.problems] == [said]


def test_files_that_are_not_here_are_told_by_their_address() -> None:
    sheet = read(f"text,date,image\nHello,2026-12-31 14:05,{CLIP} {PICTURE}x\n".encode(), DESK)

    assert sheet.addresses == (CLIP,)  # a video post has room for one
    assert "is not here yet; fetch it" in " ".join(problem.message for problem in sheet.problems)


def test_what_a_person_says_of_the_columns_counts() -> None:
    table = b"Notes,Message,When,visibilty\nMeant,Not meant,2026-12-31 14:05,\n"
    first = read(table, DESK)
    assert first.headings
    said = read(table, replace(DESK, meanings=("text", "", "date", "")))

    assert first.headings.meanings == ("", "text", "date", "")
    assert (said.ok, said.rows[0].draft.text) == (True, "Meant")
    assert said.notes == ('Not used here: "Message", "visibilty".',)
    assert said.headings
    assert said.headings.key == first.headings.key


def test_a_repeated_hour_is_asked_for_where_the_table_cannot_say_it() -> None:
    table = b"date,time,text\n2027-10-31,02:30,Hello\n"
    asked, first, second = (read(table, replace(DESK, second=said)) for said in (None, False, True))
    told = read(b"date,time,text,again\n2027-10-31,02:30,Hello,\n", DESK)

    assert asked.twice == ("02:30 CEST (UTC+2)", "02:30 CET (UTC+1)")
    assert "this is 02:30 CEST (UTC+2) or 02:30 CET (UTC+1); say below" in asked.problems[0].message
    assert [each.rows[0].due_at.hour for each in (first, second, told)] == [0, 1, 0]
    assert told.notes[0].startswith("Row 2: 02:30 CEST (UTC+2) is meant; for 02:30 CET (UTC+1) write")
