"""The Inspector's journal and History's table: whose rows, which rows, and how they leave as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from dashboard.accounts.encryption import Encryption
from dashboard.accounts.repository import Accounts
from dashboard.activity.exchange_log import KEPT, SWEEP_EVERY, ExchangeLog, LoggedExchange
from dashboard.db.tables import exchanges, posts
from dashboard.posts.history import COLUMNS, PAGE_ROWS, History, Wanted
from linkedin_api import Exchange, Language, Token, snippet
from sandbox.directory.members import ZOE
from tests.support.services import BOTH, new_database, profile

ADA_ID, ZOE_ID = 1, 2
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TOKEN = "AQX-" + "secret" * 20

on_both_databases = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    accounts = Accounts(engine, Encryption("key"), "sandbox")
    for each in (profile(), profile(ZOE)):
        accounts.save(each, Token(access_token="AQX", expires_in_s=60))
    yield engine
    engine.dispose()


@pytest.fixture
def exchange_log(database: Engine) -> ExchangeLog:
    return ExchangeLog(database)


@pytest.fixture
def results(database: Engine) -> History:
    return History(database)


def exchange(path: str = "/v2/ugcPosts", **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "started_at": AT,
        "method": "POST",
        "url": f"https://api.linkedin.com{path}",
        "request_headers": {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        "request_body": '{"text": "It\'s 😀 \\"quoted\\"\\nand $HOME"}',
        "status": 201,
        "response_headers": {"x-restli-id": "urn:li:share:7"},
        "response_body": "",
        "duration_ms": 12.5,
        "request_id": "ABC123==",
        "secrets": [TOKEN],
    }
    return Exchange(**values | changes)


def paths(entries: list[LoggedExchange]) -> list[str]:
    return [entry.url.removeprefix("https://api.linkedin.com") for entry in entries]


# The journal.


def test_an_entry_shows_the_exchange_in_one_line(exchange_log: ExchangeLog) -> None:
    exchange_log.recorder(account_id=ADA_ID, post_id=7)(exchange())

    (entry,) = exchange_log.entries(ADA_ID)
    assert (entry.at, entry.method, entry.url) == (AT, "POST", "https://api.linkedin.com/v2/ugcPosts")
    assert (entry.status, entry.duration_ms, entry.request_id) == (201, 12.5, "ABC123==")
    assert (entry.post_id, entry.error) == (7, None)


@on_both_databases
def test_an_exchange_comes_back_whole_and_as_the_same_command(exchange_log: ExchangeLog) -> None:
    kept = exchange()
    exchange_log.recorder(account_id=ADA_ID)(kept)
    (entry,) = exchange_log.entries(ADA_ID)
    found = exchange_log.exchange(ADA_ID, entry.id)

    assert found == kept
    assert '"Authorization: Bearer $LINKEDIN_ACCESS_TOKEN"' in snippet(found, Language.CURL)


def test_no_secret_reaches_the_file(exchange_log: ExchangeLog, database: Engine, tmp_path: Path) -> None:
    exchange_log.recorder(account_id=ADA_ID)(exchange(response_body=f'{{"access_token": "{TOKEN}"}}'))
    database.dispose()

    assert TOKEN.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_nobody_sees_the_exchanges_of_another(exchange_log: ExchangeLog) -> None:
    exchange_log.recorder(account_id=ADA_ID)(exchange())
    (entry,) = exchange_log.entries(ADA_ID)

    assert exchange_log.entries(ZOE_ID) == []
    assert exchange_log.exchange(ZOE_ID, entry.id) is None
    assert (exchange_log.count(ADA_ID), exchange_log.count(ZOE_ID)) == (1, 0)


@on_both_databases
def test_only_a_members_own_exchanges_push_their_old_ones_out(
    exchange_log: ExchangeLog, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.activity.exchange_log.KEPT", 2)
    monkeypatch.setattr("dashboard.activity.exchange_log.SWEEP_EVERY", 3)
    with database.begin() as db:  # of an earlier version: a sign-in that nobody finished
        said = {"browser_hash": "b", "at": AT, "method": "GET", "url": "/", "duration_ms": 1, "exchange": {}}
        db.execute(insert(exchanges).values(said))
    exchange_log.recorder(account_id=ZOE_ID)(exchange("/of-zoe"))
    exchange_log.record(ADA_ID, [exchange(f"/{number}") for number in range(7)])

    assert paths(exchange_log.entries(ADA_ID)) == ["/6", "/5"]
    assert paths(exchange_log.entries(ZOE_ID)) == ["/of-zoe"]
    with database.connect() as db:
        assert db.execute(select(exchanges.c.id).where(exchanges.c.account_id.is_(None))).all() == []


def test_the_newest_exchanges_come_first(exchange_log: ExchangeLog) -> None:
    for number in range(5):
        exchange_log.recorder(account_id=ADA_ID)(exchange(f"/{number}"))

    assert paths(exchange_log.entries(ADA_ID)) == ["/4", "/3", "/2", "/1", "/0"]
    assert paths(exchange_log.entries(ADA_ID, limit=2)) == ["/4", "/3"]


@on_both_databases
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"outcome": "ok"}, ["/post", "/me"]),
        ({"outcome": "error"}, ["/upload"]),
        ({"outcome": "none"}, ["/lost"]),
        ({"method": "PUT"}, ["/upload"]),
        ({"post_id": 7}, ["/upload", "/post"]),
        ({"post_id": 7, "outcome": "ok"}, ["/post"]),
        ({"search": "REQ-UP"}, ["/upload"]),
        ({"search": "/up"}, ["/upload"]),
        ({"search": "REQ-U"}, []),
    ],
)
def test_filters_narrow_the_list(exchange_log: ExchangeLog, wanted: dict[str, Any], found: list[str]) -> None:
    exchange_log.recorder(account_id=ADA_ID)(exchange("/me", method="GET", status=200))
    exchange_log.recorder(account_id=ADA_ID, post_id=7)(exchange("/post"))
    exchange_log.recorder(account_id=ADA_ID, post_id=7)(
        exchange("/upload", method="PUT", status=400, request_id="REQ-UP")
    )
    exchange_log.recorder(account_id=ADA_ID)(exchange("/lost", status=None, error="No answer came.", request_id=None))

    assert paths(exchange_log.entries(ADA_ID, **wanted)) == found


@on_both_databases
@pytest.mark.parametrize(("search", "found"), [("100%", ["/a?q=100%25"]), ("a_b", ["/a_b"]), ("\\", []), ("'", [])])
def test_a_search_is_taken_by_the_letter(exchange_log: ExchangeLog, search: str, found: list[str]) -> None:
    for path in ("/axb", "/a_b", "/a?q=100%25"):
        exchange_log.recorder(account_id=ADA_ID)(exchange(path))

    assert paths(exchange_log.entries(ADA_ID, search=search)) == found


@on_both_databases
def test_an_exchange_without_an_answer_says_why(exchange_log: ExchangeLog) -> None:
    exchange_log.recorder(account_id=ADA_ID)(exchange(status=None, error="No answer came."))

    (entry,) = exchange_log.entries(ADA_ID)
    assert (entry.status, entry.error) == (None, "No answer came.")


@on_both_databases
def test_the_oldest_exchanges_make_room(exchange_log: ExchangeLog, database: Engine) -> None:
    row = {"account_id": ADA_ID, "at": AT, "method": "GET", "url": "/", "duration_ms": 1.0, "exchange": {}}
    with database.begin() as db:
        db.execute(insert(exchanges), [row] * (KEPT + SWEEP_EVERY - 1))
    before = exchange_log.count(ADA_ID)
    exchange_log.recorder(account_id=ADA_ID)(exchange("/newest"))

    assert before == KEPT + SWEEP_EVERY - 1
    assert exchange_log.count(ADA_ID) == KEPT
    assert paths(exchange_log.entries(ADA_ID, limit=1)) == ["/newest"]


def test_clearing_takes_only_ones_own(exchange_log: ExchangeLog) -> None:
    exchange_log.recorder(account_id=ADA_ID)(exchange())
    exchange_log.recorder(account_id=ZOE_ID)(exchange())
    exchange_log.clear(ADA_ID)

    assert (exchange_log.count(ADA_ID), exchange_log.count(ZOE_ID)) == (0, 1)


@on_both_databases
def test_an_exchange_may_hold_any_character_and_any_length(exchange_log: ExchangeLog) -> None:
    strange = exchange(
        method="X" * 20, request_id="R" * 400, response_body="N\0UL \\u0000", error="Cut \0off", path="/" + "p" * 5_000
    )
    exchange_log.recorder(account_id=ADA_ID)(strange)

    (entry,) = exchange_log.entries(ADA_ID)
    found = exchange_log.exchange(ADA_ID, entry.id)
    assert found
    assert found.response_body.replace("\0", "") == "NUL \\u0000"
    assert str(entry.error).replace("\0", "") == "Cut off"
    assert exchange_log.entries(ADA_ID, search="p" * 300) == [entry]
    assert exchange_log.entries(ADA_ID, search="\0nothing") == []


# Results.


def fill(database: Engine, *rows: dict[str, Any]) -> None:
    with database.begin() as db:
        for number, changes in enumerate(rows):
            values = {
                "draft_id": f"{number:032}",
                "account_id": ADA_ID,
                "created_at": AT + timedelta(minutes=number),
                "state": "published",
                "kind": "text",
                "dialect": "v2",
                "visibility": "PUBLIC",
                "text": f"Post {number}",
                "content": {},
                "urn": f"urn:li:share:{number}",
            }
            db.execute(insert(posts).values(values | changes))


def texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def link(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"


def test_pages_are_newest_first_and_hold_every_row_once(results: History, database: Engine) -> None:
    fill(database, *[{}] * (2 * PAGE_ROWS + 3))
    wanted = Wanted(ADA_ID)
    pages = [results.page(wanted, number) for number in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [PAGE_ROWS, PAGE_ROWS, 3, 0]
    assert [text for page in pages for text in texts(page)] == [
        f"Post {number}" for number in reversed(range(2 * PAGE_ROWS + 3))
    ]
    assert results.count(wanted) == 2 * PAGE_ROWS + 3


def test_a_row_has_the_columns_of_the_table(results: History, database: Engine) -> None:
    fill(database, {"calls": 3, "duration_ms": 12.5, "error": "No answer."})

    (row,) = results.page(Wanted(ADA_ID))
    assert tuple(row) == COLUMNS
    assert row["created_at"] == AT
    assert row["created_at"].tzinfo is UTC
    assert (row["calls"], row["duration_ms"], row["error"]) == (3, 12.5, "No answer.")


@on_both_databases
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(ADA_ID), ["50% off", "A film", "snake_case", "Hello"]),
        (Wanted(ZOE_ID), ["Zoë's"]),
        (Wanted(99), []),
        (Wanted(ADA_ID, states=("failed",)), ["A film"]),
        (Wanted(ADA_ID, states=("failed", "published"), kinds=("video", "image")), ["50% off", "A film"]),
        (Wanted(ADA_ID, search="HELLO"), ["Hello"]),
        (Wanted(ADA_ID, search="share:0"), ["Hello"]),
        (Wanted(ADA_ID, search="token has"), ["A film"]),
        (Wanted(ADA_ID, search="%"), ["50% off"]),
        (Wanted(ADA_ID, search="e_c"), ["snake_case"]),
        (Wanted(ADA_ID, search="/"), []),
        (Wanted(ADA_ID, search="'; DROP TABLE posts; --"), []),
    ],
)
def test_filters_and_search(results: History, database: Engine, wanted: Wanted, found: list[str]) -> None:
    fill(
        database,
        {"text": "Hello"},
        {"text": "snake_case"},
        {"text": "A film", "kind": "video", "state": "failed", "urn": None, "error": "The token has expired."},
        {"text": "50% off", "kind": "image"},
        {"text": "Zoë's", "account_id": ZOE_ID},
    )

    assert texts(results.page(wanted)) == found
    assert results.count(wanted) == len(found)
    assert wanted.is_all == (wanted in (Wanted(ADA_ID), Wanted(ZOE_ID), Wanted(99)))


SURPRISING = ["one\ntwo\r\nthree", 'say "hi", twice', "😀 שלום é", "a,b;c\td", " leading", "'quoted'", "", "\u2028"]


@on_both_databases
def test_csv_follows_rfc_4180_and_loses_nothing(results: History, database: Engine) -> None:
    fill(database, *[{"text": text} for text in SURPRISING])
    text = results.csv(Wanted(ADA_ID), link)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)

    assert header == [*COLUMNS, "link"]
    assert [row[3] for row in rows] == SURPRISING[::-1]
    assert all(len(row) == len(header) for row in rows)
    assert text.endswith("\r\n")
    assert text.startswith(",".join(header) + "\r\n")
    assert '"say ""hi"", twice"' in text
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\n\u00a0@A1", '=HYPERLINK("http://x")']
)
def test_a_formula_is_only_text_in_a_spreadsheet(results: History, database: Engine, text: str) -> None:
    fill(database, {"text": text, "error": text})
    found = results.csv(Wanted(ADA_ID), link)
    (row,) = csv.DictReader(io.StringIO(found, newline=""))

    assert row["text"] == row["error"] == f"'{text}"


def test_csv_holds_all_wanted_rows_and_links_to_those_that_can_be_seen(results: History, database: Engine) -> None:
    fill(database, *[{}] * (PAGE_ROWS + 5), {"state": "deleted"}, {"state": "failed", "urn": None}, {"kind": "video"})
    rows = list(csv.DictReader(io.StringIO(results.csv(Wanted(ADA_ID, kinds=("text",)), link), newline="")))

    assert len(rows) == PAGE_ROWS + 7
    assert [row["link"] for row in rows[:3]] == ["", "", link("urn:li:share:54")]
    assert (rows[0]["urn"], rows[1]["urn"]) == ("", "urn:li:share:55")
    assert rows[2]["created_at"] == "2026-11-23T10:24:00+00:00"


@on_both_databases
def test_json_is_exact(results: History, database: Engine) -> None:
    fill(database, {"text": '=1+1\n"😀"', "calls": 1, "duration_ms": 12.5}, {"state": "failed", "urn": None})
    text = results.json(Wanted(ADA_ID), link)
    failed, published = json.loads(text)

    assert "😀" in text
    assert published == {
        "id": 1,
        "created_at": "2026-11-23T09:30:00+00:00",
        "kind": "text",
        "text": '=1+1\n"😀"',
        "visibility": "PUBLIC",
        "state": "published",
        "urn": "urn:li:share:0",
        "calls": 1,
        "duration_ms": 12.5,
        "error": None,
        "link": "https://www.linkedin.com/feed/update/urn:li:share:0/",
    }
    assert (failed["state"], failed["urn"], failed["link"]) == ("failed", None, None)


def test_without_rows_the_files_are_empty_tables(results: History) -> None:
    assert results.csv(Wanted(ADA_ID), link) == ",".join([*COLUMNS, "link"]) + "\r\n"
    assert json.loads(results.json(Wanted(ADA_ID), link)) == []
