"""A database brought to another, in every direction, and backups that can be restored."""

from __future__ import annotations

import hashlib
import io
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text, update

from dashboard.accounts.account import Account
from dashboard.db.database import now, open_database
from dashboard.db.locks import hold
from dashboard.db.tables import (
    accounts,
    calls_made,
    drafts,
    exchanges,
    file_blocks,
    interactions,
    kept_drafts,
    metadata,
    posts,
    sessions,
    sign_in_states,
)
from dashboard.drafts.draft import Draft
from dashboard.files.uploads import Uploads
from dashboard.maintenance import copy_database
from dashboard.maintenance.backup import backup, of_accounts
from dashboard.maintenance.copy_database import Location, MoveRefused, copy, files_of, move
from dashboard.posts.post import Posting, PostRow
from dashboard.services import Services
from tests.conftest import RunningSandbox
from tests.support.patience import until
from tests.support.services import MP4, PNG, ada, attached, draft_of, open_services, services
from tests.support.tables import with_tables

__all__ = ["ada", "services"]
DIRECTIONS = [(a, b) for a in ("sqlite", "postgresql") for b in ("sqlite", "postgresql")]
AWKWARD = 'Grüße 👩‍👩‍👧 ‘quoted’ \\ %s :name "x"\n\ttab'


@pytest.fixture
def databases(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Location]]:
    """Make empty databases, each with a folder for uploaded files."""
    opened: list[Location] = []
    postgres = None
    stack: list[Any] = []

    def make(kind: str) -> Location:
        nonlocal postgres
        folder = tmp_path / f"database-{len(opened)}"
        if kind == "sqlite":
            database = open_database(with_tables(folder / "dashboard.db"))
        else:
            postgres = postgres or request.getfixturevalue("postgres")
            stack.append(postgres.database(postgres.template()))
            database = open_database(stack[-1].__enter__().replace("postgresql://", "postgresql+psycopg://"))
        opened.append(Location(database, Uploads(folder / "uploads", database), f"the {kind} one"))
        return opened[-1]

    yield make
    for each in opened:
        each.database.dispose()
    for each in stack:
        each.__exit__(None, None, None)


def content(draft: Draft) -> dict[str, Any]:
    return draft.as_dict()


def fill(there: Location) -> dict[str, Any]:
    """One or two rows in every table, and the files that they name."""
    wanted, gone = there.uploads.keep(io.BytesIO(PNG))[0], "ab" * 32
    at = now().replace(microsecond=123_456)
    picture = {"file": media(wanted), "alt_text": AWKWARD, "title": "", "urn": None}
    lost = {**picture, "file": media(gone)}
    pictured = {**content(Draft(kind="image", text=AWKWARD)), "images": [picture, lost]}
    member = {"issuer": "https://x", "userinfo": {"sub": AWKWARD, "name": None}, "scopes": ["openid"]}
    row: dict[str, Any] = {
        "created_at": at,
        "kind": "image",
        "dialect": "v2",
        "visibility": "PUBLIC",
        "text": AWKWARD,
        "content": pictured,
    }
    with there.database.begin() as db:
        db.execute(insert(accounts).values(id=3, sub="a", token="locked", token_at=at, plan=["MO 09:00"], **member))
        db.execute(insert(accounts).values(id=7, sub="b", token="locked too", **member))
        db.execute(text("UPDATE accounts SET plan = NULL, organizations = NULL WHERE id = 7"))
        db.execute(insert(sessions).values(id=5, account_id=3, cookie_hash="c", expires_at=at))
        hashes = {"state_hash": "s", "browser_hash": "b", "redirect_uri": "http://x", "expires_at": at}
        db.execute(insert(sign_in_states).values(used=True, **hashes))
        db.execute(insert(drafts).values(account_id=3, draft_id="d", content=pictured, updated_at=at))
        kept = {"content": content(Draft(text="kept")), "updated_at": at}
        db.execute(insert(kept_drafts).values(draft_id="k", account_id=7, template="T", **kept))
        db.execute(
            insert(posts).values(id=11, draft_id="p", account_id=3, state="scheduled", due_at=at, job="j", **row)
        )
        db.execute(insert(posts).values(id=12, draft_id="q", account_id=7, state="sending", create_tries=1, **row))
        db.execute(metadata.tables["connections"].insert().values(account_id=3, other_id=7, since=at))
        db.execute(metadata.tables["tour_ticks"].insert().values(account_id=3, step="portal"))
        db.execute(metadata.tables["choices"].insert().values(whose="", name="mode", value="sandbox", at=at))
        db.execute(insert(calls_made).values(day="2026-11-23", client_id="c", account_id=3, calls=4))
        interaction = {"at": at, "kind": "comment", "text": AWKWARD, "actor": "urn:li:person:a"}
        db.execute(insert(interactions).values(id=21, account_id=3, post_id=11, **interaction))
        db.execute(insert(interactions).values(id=22, account_id=3, post_id=12, **interaction))
        said = {"at": at, "method": "GET", "url": "http://x", "duration_ms": 1.5, "exchange": {"body": AWKWARD}}
        db.execute(insert(exchanges).values(id=31, account_id=3, post_id=11, **said))
        db.execute(insert(exchanges).values(id=32, account_id=None, browser_hash="b", **said))
    return {"wanted": wanted, "gone": gone}


def media(sha256: str) -> dict[str, Any]:
    return {"sha256": sha256, "name": "a.png", "kind": "image", "content_type": "image/png", "size_bytes": len(PNG)} | {
        "width_px": 640,
        "height_px": 400,
    }


def everything(database: Engine) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with database.connect() as db:
        for table in metadata.sorted_tables:
            if table is not file_blocks:
                rows = db.execute(select(table).order_by(*table.primary_key)).mappings()
                found[table.name] = [dict(row) for row in rows]
    return found


def ids(database: Engine, table: Any) -> list[int]:
    with database.connect() as db:
        return list(db.execute(select(table.c.id).order_by(table.c.id)).scalars())


# Rows and files.


@pytest.mark.parametrize(("source", "target"), DIRECTIONS)
def test_every_row_comes_along_with_its_id_and_every_file_that_is_there(
    databases: Callable[[str], Location], source: str, target: str
) -> None:
    given, taken = databases(source), databases(target)
    files = fill(given)
    moved = move(given, taken)

    rows = everything(given.database)
    assert all(rows.values())
    assert everything(taken.database) == rows
    assert moved.rows == {name: len(found) for name, found in rows.items()}
    assert moved.files == 1
    assert taken.uploads.path(files["wanted"]).read_bytes() == PNG
    assert not taken.uploads.has(files["gone"])


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_the_next_row_gets_the_next_id(databases: Callable[[str], Location], target: str) -> None:
    given, taken = databases("sqlite"), databases(target)
    fill(given)
    move(given, taken)
    with taken.database.begin() as db:
        new = db.execute(insert(sessions).values(account_id=3, expires_at=now())).inserted_primary_key
        first = db.execute(insert(accounts).values(issuer="i", sub="s", userinfo={}, scopes=[])).inserted_primary_key

    assert (new, first) == ((6,), (8,))


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_an_empty_database_moves_and_begins_to_count_at_one(databases: Callable[[str], Location], target: str) -> None:
    given, taken = databases("sqlite"), databases(target)
    moved = move(given, taken)
    with taken.database.begin() as db:
        first = db.execute(insert(accounts).values(issuer="i", sub="s", userinfo={}, scopes=[])).inserted_primary_key

    assert set(moved.rows.values()) == {0}
    assert first == (1,)


def test_nothing_stays_nothing_and_does_not_become_the_word_null(databases: Callable[[str], Location]) -> None:
    given, taken = databases("sqlite"), databases("postgresql")
    fill(given)
    move(given, taken)
    with taken.database.connect() as db:
        never = db.execute(text("SELECT id FROM accounts WHERE plan IS NULL AND organizations IS NULL")).scalars().all()

    assert never == [7]


def test_a_character_that_postgresql_has_not_got_is_left_out(databases: Callable[[str], Location]) -> None:
    given, taken = databases("sqlite"), databases("postgresql")
    fill(given)
    with given.database.begin() as db:
        db.execute(update(posts).values(text="a\0b"))
    move(given, taken)

    assert {row["text"] for row in everything(taken.database)["posts"]} == {"ab"}


def test_many_rows_come_in_parts(databases: Callable[[str], Location], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_database, "BATCH", 7)
    given, taken = databases("sqlite"), databases("postgresql")
    said = {"at": now(), "method": "GET", "url": "u", "duration_ms": 1.0, "exchange": {}}
    with given.database.begin() as db:
        db.execute(insert(exchanges), [{"id": number, **said} for number in range(1, 51)])
    move(given, taken)

    assert ids(taken.database, exchanges) == list(range(1, 51))


# All or nothing.


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_database_that_has_rows_is_refused_in_one_sentence(databases: Callable[[str], Location], target: str) -> None:
    given, taken = databases("sqlite"), databases(target)
    fill(given)
    fill(taken)
    before = everything(taken.database)

    with pytest.raises(MoveRefused) as caught:
        move(given, taken)
    assert str(caught.value) == f"The database the {target} one is not empty: it has accounts. Name one that is."
    assert everything(taken.database) == before


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_move_that_breaks_off_leaves_nothing_and_can_be_repeated(
    databases: Callable[[str], Location], target: str
) -> None:
    given, taken = databases("sqlite"), databases(target)
    fill(given)
    with given.database.begin() as db:
        db.execute(text("UPDATE exchanges SET at = 'yesterday'"))
    with pytest.raises(ValueError, match="yesterday"):
        move(given, taken)
    left = everything(taken.database)
    with given.database.begin() as db:
        db.execute(update(exchanges).values(at=now()))
    move(given, taken)

    assert not any(left.values())
    assert everything(taken.database) == everything(given.database)


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_database_from_which_somebody_publishes_is_not_moved(
    databases: Callable[[str], Location], source: str
) -> None:
    given, taken = databases(source), databases("sqlite")
    fill(given)
    lock = hold(given.database, "worker")
    assert lock
    with pytest.raises(MoveRefused, match=r"Something still publishes from .* Stop the dashboard and every worker"):
        move(given, taken)
    lock.close()
    refused = everything(taken.database)
    move(given, taken)

    assert not any(refused.values())
    assert everything(taken.database) == everything(given.database)


def test_nobody_begins_to_publish_from_a_file_that_is_being_moved(databases: Callable[[str], Location]) -> None:
    given, taken = databases("sqlite"), databases("sqlite")
    seen: list[object] = []

    class Curious(Uploads):
        def bring(self, sha256: str, source: Uploads) -> bool:
            seen.append(hold(given.database, "worker"))
            return super().bring(sha256, source)

    fill(given)
    move(given, replace(taken, uploads=Curious(taken.uploads.folder)))

    assert seen == [None, None]


# Some accounts, without secrets.


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_of_some_accounts_only_what_is_theirs_comes_along(databases: Callable[[str], Location], source: str) -> None:
    given, taken = databases(source), databases("sqlite")
    fill(given)
    copy(given.database, taken.database, accounts={3}, secrets=False)
    found = everything(taken.database)

    assert {name: len(rows) for name, rows in found.items() if rows} == {
        "accounts": 1,
        "drafts": 1,
        "posts": 1,
        "calls_made": 1,
        "deeds": 1,
        "exchanges": 1,
        "tour_ticks": 1,
    }
    assert (found["posts"][0]["id"], found["deeds"][0]["id"], found["exchanges"][0]["id"]) == (11, 21, 31)
    assert [(row["token"], row["token_at"]) for row in found["accounts"]] == [(None, None)]


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "b", "name": "Bea", "picture": "https://x/b.png", "email": "bea@secret.example", "locale": "de-DE"},
        {  # of an app without OpenID Connect
            "id": "b",
            "localizedFirstName": "Bea",
            "localizedHeadline": "secret",
            "profilePicture": {"displayImage~": {"elements": [{"identifiers": [{"identifier": "https://x/b.png"}]}]}},
        },
    ],
)
def test_of_a_connected_member_only_posts_name_and_picture_come_along(
    databases: Callable[[str], Location], claims: dict[str, Any]
) -> None:
    given, taken = databases("sqlite"), databases("sqlite")
    fill(given)
    theirs = {"organizations": {"urn:li:organization:1": "Secret Inc"}, "plan": ["MO 08:15"], "client_id": "their-app"}
    said = {"at": now(), "method": "GET", "url": "http://x", "duration_ms": 1.5, "exchange": {"body": "bea@secret"}}
    with given.database.begin() as db:
        db.execute(update(accounts).where(accounts.c.id == 7).values(userinfo=claims, scopes=["r_secret"], **theirs))
        db.execute(insert(exchanges).values(id=33, account_id=7, **said))  # their sign-in
        db.execute(insert(exchanges).values(id=34, account_id=7, post_id=12, **{**said, "exchange": {"body": "ok"}}))
        db.execute(insert(calls_made).values(day="2026-11-23", client_id="their-app", account_id=7, calls=4))
    copy(given.database, taken.database, accounts=[3, 7], secrets=False, visits=False)
    found = everything(taken.database)
    taken.database.dispose()
    raw = Path(str(taken.database.url.database)).read_bytes()

    (bea,) = [row for row in found["accounts"] if row["id"] == 7]
    assert {name: value for name, value in bea.items() if value} == {
        "id": 7,
        "issuer": "https://x",
        "sub": "b",
        "userinfo": {"sub": "b", "name": "Bea", "picture": "https://x/b.png"},
    }
    assert [row["id"] for row in found["posts"]] == [11, 12]
    assert [row["id"] for row in found["exchanges"]] == [31, 34]
    assert [row["account_id"] for row in found["calls_made"]] == [3]
    for secret in (b"secret", b"Secret Inc", b"08:15", b"their-app", b"locked"):
        assert secret not in raw


def test_connected_accounts_come_along_together(databases: Callable[[str], Location]) -> None:
    given, taken = databases("sqlite"), databases("sqlite")
    fill(given)
    copy(given.database, taken.database, accounts=[3, 7], secrets=False)
    found = everything(taken.database)

    assert {row["token"] for row in found["accounts"]} == {None}
    assert [(row["account_id"], row["other_id"]) for row in found["connections"]] == [(3, 7)]
    assert len(found["deeds"]) == 2
    assert found["sessions"] == found["sign_in_states"] == []


# What waits.


def later(services: Services, ada: Account, draft: Draft, seconds: float) -> int:
    return services.outbox.put(Posting(ada.id, draft, due_at=now() + timedelta(seconds=seconds), time_zone="UTC"))


def row(services: Services, post_id: int) -> PostRow:
    found = services.outbox.get(post_id)
    assert found
    return found


def test_what_was_scheduled_on_sqlite_is_published_once_from_postgresql_at_its_time(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path, postgres_url: str
) -> None:
    folder = tmp_path / "other machine"
    soon = later(services, ada, draft_of(services, "images", text="Soon"), 4)
    much_later = later(services, ada, draft_of(services, "text", text="Later"), 3_600)
    due = row(services, soon).due_at
    there = open_services(folder, linkedin.url, DATABASE_URL=postgres_url, DATA_FOLDER=str(folder))
    move(Location(services.database, services.uploads, "old"), Location(there.database, there.uploads, "new"))
    there.start()
    until(lambda: row(there, soon).state == "published")
    after = there.outbox.put(Posting(ada.id, draft_of(there, "text", text="After it")))
    until(lambda: row(there, after).state == "published")
    there.worker.stop()
    published, left = row(there, soon), row(there, much_later)
    there.database.dispose()

    assert published.due_at == due
    assert published.finished_at
    assert due
    assert published.finished_at >= due
    assert [post.text for post in linkedin.state.feed()] == ["After it", "Soon"]
    assert len(linkedin.state.feed()[1].media) == 2
    assert left.state == "scheduled"


def test_a_post_that_was_on_its_way_goes_on_after_the_move(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path, postgres_url: str
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))
    begun = services.outbox.begin(post_id, str(row(services, post_id).job))
    assert begun
    services.outbox.uploading(begun, 10)
    there = open_services(tmp_path / "b", linkedin.url, DATABASE_URL=postgres_url, DATA_FOLDER=str(tmp_path / "b"))
    move(Location(services.database, services.uploads, "old"), Location(there.database, there.uploads, "new"))
    before = row(there, post_id).state
    there.start()
    until(lambda: not row(there, post_id).waiting)
    there.worker.stop()
    after = row(there, post_id).state
    there.database.dispose()

    assert (before, after) == ("uploading", "published")
    assert len(linkedin.state.feed()) == 1


# Backups.


def unpacked(file: Path, folder: Path) -> list[str]:
    with zipfile.ZipFile(file) as found:
        assert found.testzip() is None
        found.extractall(folder)
        return found.namelist()


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_backup_holds_the_database_the_files_and_how_to_restore_it(
    databases: Callable[[str], Location], tmp_path: Path, source: str
) -> None:
    given = databases(source)
    files = fill(given)
    file = tmp_path / "backup.zip"
    count = backup(given.database, given.uploads, file)
    names = unpacked(file, tmp_path / "restored")
    restored = open_database(tmp_path / "restored" / "dashboard.db")
    found = everything(restored)
    restored.dispose()
    rows = everything(given.database)

    assert count == 1
    assert names == ["README.txt", "dashboard.db", f"uploads/{files['wanted']}"]
    assert found == rows | {"sessions": [], "sign_in_states": []}
    assert (tmp_path / "restored" / "uploads" / files["wanted"]).read_bytes() == PNG
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {each.name for each in tmp_path.iterdir() if each.is_file()} == {"backup.zip"}


def test_a_house_opens_in_an_unpacked_backup(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path
) -> None:
    later(services, ada, draft_of(services, "image", text="Tomorrow"), 86_400)
    backup(services.database, services.uploads, tmp_path / "b.zip")
    unpacked(tmp_path / "b.zip", tmp_path / "again")
    again = open_services(tmp_path / "again", linkedin.url)
    (waiting,) = again.outbox.select(posts.c.state == "scheduled")
    token = again.accounts.access_token(ada.id)
    has = again.uploads.has(waiting.draft.images[0].file.sha256)
    again.database.dispose()

    assert waiting.text == "Tomorrow"
    assert token == services.accounts.access_token(ada.id)
    assert has


def test_a_backup_is_of_one_moment_while_everything_runs(services: Services, ada: Account, tmp_path: Path) -> None:
    """Each post gets its deed in the same transaction: a backup never has one without the other."""
    stop = threading.Event()
    services.outbox.put(Posting(ada.id, Draft(text="The first")))

    def write() -> None:
        said = {"account_id": ada.id, "at": now(), "kind": "edit", "text": "", "actor": "a"}
        while not stop.is_set():
            with services.database.begin() as db:
                values = Posting(ada.id, Draft(text="x")).values()
                new = db.execute(insert(posts).values(created_at=now(), **values)).inserted_primary_key
                db.execute(insert(interactions).values(post_id=new[0], **said))

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    for number in range(4):
        backup(services.database, services.uploads, tmp_path / f"{number}.zip")
        unpacked(tmp_path / f"{number}.zip", tmp_path / str(number))
        copied = open_database(tmp_path / str(number) / "dashboard.db")
        with copied.connect() as db:
            counts.append(
                [db.execute(select(func.count()).select_from(each)).scalar_one() for each in (posts, interactions)]
            )
        copied.dispose()
        until(lambda: len(services.outbox.select()) > counts[-1][0])  # the writer goes on
    stop.set()
    writer.join()

    assert [post - interaction for post, interaction in counts] == [1] * 4
    assert counts[0] < counts[-1]


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_members_backup_has_nothing_of_others_and_no_token(
    databases: Callable[[str], Location], tmp_path: Path, source: str
) -> None:
    given = databases(source)
    files = fill(given)
    other = given.uploads.keep(io.BytesIO(MP4))[0]
    theirs = content(Draft(kind="image")) | {
        "images": [{"file": media(other), "alt_text": "", "title": "", "urn": None}]
    }
    with given.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == 12).values(content=theirs, text="Not yours"))
    with of_accounts(given.database, given.uploads, {3}) as stream:
        (tmp_path / "mine.zip").write_bytes(stream.read())
    names = unpacked(tmp_path / "mine.zip", tmp_path / "mine")
    raw = (tmp_path / "mine" / "dashboard.db").read_bytes()

    assert names == ["README.txt", "dashboard.db", f"uploads/{files['wanted']}"]
    assert b"locked" not in raw
    assert b"Not yours" not in raw
    assert "Tokens and sign-ins are not in it" in (tmp_path / "mine" / "README.txt").read_text()


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_damaged_file_is_left_out_and_spoils_nothing(
    databases: Callable[[str], Location], tmp_path: Path, source: str
) -> None:
    given = databases(source)
    files = fill(given)
    given.uploads.path(files["wanted"]).write_bytes(b"broken")

    assert backup(given.database, given.uploads, tmp_path / "b.zip") == 0
    assert unpacked(tmp_path / "b.zip", tmp_path / "x") == ["README.txt", "dashboard.db"]


def test_a_backup_that_fails_leaves_the_one_before(services: Services, ada: Account, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    backup(services.database, services.uploads, file)
    before = file.read_bytes()
    with services.database.begin() as db:
        db.execute(text("UPDATE accounts SET token_at = 'yesterday'"))

    with pytest.raises(ValueError, match="yesterday"):
        backup(services.database, services.uploads, file)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.glob("b*")] == ["b.zip"]


def test_which_files_are_named_is_known(services: Services, ada: Account) -> None:
    in_the_composer, in_a_post = attached(services, PNG + b"1"), attached(services, PNG + b"2")
    services.drafts.save(ada.id, Draft(kind="image", images=(in_the_composer,)))
    services.outbox.put(Posting(ada.id, Draft(kind="image", images=(in_a_post,))))

    assert files_of(services.database) == {hashlib.sha256(PNG + each).hexdigest() for each in (b"1", b"2")}
