"""Who is signed in: tokens at rest, the key, states, sessions, and when a new sign-in is needed."""

from __future__ import annotations

import io
import os
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, select, update

from dashboard.accounts.account import Account
from dashboard.accounts.encryption import Encryption, secret_key
from dashboard.accounts.repository import Accounts, StateRefused
from dashboard.accounts.sign_in import with_token
from dashboard.db.database import DatabaseUnavailable, now, open_database
from dashboard.db.locks import hold
from dashboard.db.tables import accounts, sessions, sign_in_states
from dashboard.files.uploads import Uploads
from dashboard.services import Services
from linkedin_api import Token
from sandbox import Sandbox
from sandbox.directory.members import ADA, ZOE
from tests.conftest import RunningSandbox
from tests.support.services import BOTH, PNG, SCOPES, new_database, profile, services

__all__ = ["services"]

KEY = "the key of this test, 32 characters or more"
ACCESS_TOKEN = "AQX" + "very-secret-token" * 15
BACK = "http://localhost:8501/auth/linkedin/callback"

on_both_databases = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def kept(database: Engine) -> Accounts:
    return Accounts(database, Encryption(KEY), "https://www.linkedin.com")


def token(text: str = ACCESS_TOKEN, expires_in_s: int = 60 * 86_400) -> Token:
    return Token(access_token=text, expires_in_s=expires_in_s, scopes=("openid", "w_member_social"))


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def expire(database: Engine, table: Table, column: str = "expires_at") -> None:
    with database.begin() as db:
        db.execute(update(table).values({column: now() - timedelta(seconds=1)}))


# The vault and its key.


def test_what_was_locked_opens_with_the_same_key_only() -> None:
    locked = Encryption(KEY).lock("secret")

    assert Encryption(KEY).unlock(locked) == "secret"
    assert Encryption(KEY + "!").unlock(locked) is None
    assert Encryption(KEY).unlock("no such thing") is None


def test_the_same_secret_never_looks_the_same_twice() -> None:
    assert Encryption(KEY).lock("secret") != Encryption(KEY).lock("secret")


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert secret_key(KEY, tmp_path / "data") == KEY
    assert not (tmp_path / "data").exists()


def test_a_missing_key_is_made_for_its_owner_only_and_read_again(tmp_path: Path) -> None:
    made = secret_key("", tmp_path / "data")

    file = tmp_path / "data" / "secret_key"
    assert len(made) >= 32
    assert file.read_text() == made == secret_key("", tmp_path / "data")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_two_starts_at_once_get_the_same_key(tmp_path: Path) -> None:
    together = threading.Barrier(8)
    found: list[str] = []

    def start() -> None:
        together.wait()
        found.append(secret_key("", tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_that_cannot_be_kept_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(
        DatabaseUnavailable, match=r"^The key file .*/file/secret_key cannot be written\. Set SECRET_KEY"
    ):
        secret_key("", tmp_path / "file")


def test_an_old_key_still_opens_what_it_has_locked() -> None:
    locked = Encryption("old key").lock("secret")
    both = Encryption(KEY, "old key")
    again = str(both.relock(locked))

    assert both.unlock(locked) == "secret"
    assert Encryption(KEY).unlock(again) == "secret"
    assert both.relock(again) == again
    assert Encryption(KEY).relock(locked) is None


def test_folders_and_locks_beside_a_database_are_for_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        engine = open_database(tmp_path / "a" / "b" / "dashboard.db")
        (tmp_path / "a" / "b" / "dashboard.left").touch()  # by an earlier version, for everybody to read
        held = [hold(engine, name) for name in ("worker", "left")]
        Uploads(tmp_path / "c" / "uploads", engine).keep(io.BytesIO(PNG))
        secret_key("", tmp_path / "d" / "key")
        Sandbox(tmp_path / "sandbox").close()
    finally:
        os.umask(before)
    modes = {str(each.relative_to(tmp_path)): stat.S_IMODE(each.stat().st_mode) for each in tmp_path.rglob("*")}
    for each in held:
        assert each
        each.close()
    engine.dispose()

    assert {"a", "a/b/dashboard.worker", "a/b/dashboard.left", "c/uploads", "d/key/secret_key"} < set(modes)
    assert {name: mode for name, mode in modes.items() if mode not in (0o600, 0o700)} == {}


# Tokens.


def test_a_token_is_never_on_disk_in_the_clear(kept: Accounts, database: Engine, tmp_path: Path) -> None:
    saved = kept.save(profile(), token())
    with_log = bytes_on_disk(tmp_path)
    database.dispose()

    assert ACCESS_TOKEN.encode() not in with_log + bytes_on_disk(tmp_path)
    assert b"AQXvery" not in with_log + bytes_on_disk(tmp_path)
    assert b"Ada Example" in with_log
    assert kept.access_token(saved.id) == ACCESS_TOKEN


def test_no_account_shows_its_token(kept: Accounts) -> None:
    assert "AQX" not in repr(kept.save(profile(), token()))


def test_with_another_key_there_is_no_token(kept: Accounts, database: Engine) -> None:
    saved = kept.save(profile(), token())

    assert Accounts(database, Encryption("another key"), "https://www.linkedin.com").access_token(saved.id) is None


@on_both_databases
def test_a_token_from_before_the_key_was_changed_is_encrypted_anew(kept: Accounts, database: Engine) -> None:
    saved = kept.save(profile(), token())
    changed = Accounts(database, Encryption("new key", KEY), "https://www.linkedin.com")
    by_the_old_key = changed.access_token(saved.id)
    changed.relock_tokens()
    later = Accounts(database, Encryption("new key"), "https://www.linkedin.com")
    later.relock_tokens()

    assert (by_the_old_key, later.access_token(saved.id)) == (ACCESS_TOKEN, ACCESS_TOKEN)
    assert later.get(saved.id).sign_in_needed is None
    assert kept.access_token(saved.id) is None


@on_both_databases
def test_a_token_that_no_key_opens_is_said_until_one_does(kept: Accounts, database: Engine) -> None:
    saved, refused = kept.save(profile(), token()), kept.save(profile(ZOE), token("AQX-zoe"))
    kept.refuse_token(refused.id, "expired")
    lost = Accounts(database, Encryption("new key"), "https://www.linkedin.com")
    lost.relock_tokens()
    why = lost.get(saved.id).sign_in_needed
    kept.relock_tokens()

    assert why == "Your saved sign-in cannot be read: it was encrypted with another SECRET_KEY."
    assert kept.get(saved.id).sign_in_needed is None
    assert kept.get(refused.id).token_refused == "expired"


@on_both_databases
def test_signing_in_again_updates_the_account(kept: Accounts) -> None:
    first = kept.save(profile(), token())
    kept.refuse_token(first.id, "expired")
    second = kept.save(profile(), token("AQX-new"))

    assert second.id == first.id
    assert second.sign_in_needed is None
    assert kept.access_token(first.id) == "AQX-new"


def test_the_same_member_elsewhere_is_another_account(kept: Accounts, database: Engine) -> None:
    here = kept.save(profile(), token())
    sandbox = Accounts(database, Encryption(KEY), "sandbox")
    there = sandbox.save(profile(), token("AQX-sandbox"))
    session_id, _ = kept.open_session(here.id)

    assert here.id != there.id
    assert (kept.access_token(here.id), sandbox.access_token(there.id)) == (ACCESS_TOKEN, "AQX-sandbox")
    assert sandbox.session_account(session_id) is None


def test_a_token_is_only_given_out_for_the_linkedin_it_came_from(kept: Accounts, database: Engine) -> None:
    here = kept.save(profile(), token())

    assert Accounts(database, Encryption(KEY), "sandbox").access_token(here.id) is None


@on_both_databases
def test_a_refusal_of_an_earlier_token_does_not_touch_the_new_one(kept: Accounts) -> None:
    saved = kept.save(profile(), token("AQX-old"))
    kept.save(profile(), token("AQX-new"))

    kept.refuse_token(saved.id, "revoked", "AQX-old")

    assert kept.get(saved.id).sign_in_needed is None


# When a new sign-in is needed.


def test_days_left_and_age_are_told_in_days(kept: Accounts) -> None:
    saved = kept.save(profile(), token(expires_in_s=7 * 86_400))

    assert saved.token_days_left == pytest.approx(7, abs=0.01)
    assert saved.token_age_days == pytest.approx(0, abs=0.01)
    assert saved.sign_in_needed is None


def test_the_age_of_a_token_may_be_unknown(kept: Accounts) -> None:
    kept.save(profile(), token())
    saved = kept.save(profile(), token(), token_at=None)

    assert (saved.token_at, saved.token_age_days) == (None, None)


def test_a_given_token_is_as_old_as_linkedin_says(services: Services, linkedin: RunningSandbox) -> None:
    made_at_s = int(time.time()) - 20 * 86_400
    given = linkedin.state.tokens.new_access_token("sandbox-client", ADA.sub, SCOPES, created_at=made_at_s)

    found = with_token(services.accounts, services.oauth(lambda _: None), given, can_introspect=True)

    assert found.token_age_days == pytest.approx(20, abs=0.01)
    assert found.token_days_left == pytest.approx(60, abs=0.01)


def test_the_age_of_a_given_token_is_unknown_when_linkedin_does_not_say(
    services: Services, linkedin: RunningSandbox
) -> None:
    theirs = linkedin.state.tokens.new_access_token("another-app", ADA.sub, SCOPES)
    oauth = services.oauth(lambda _: None)

    found = [with_token(services.accounts, oauth, theirs, can_introspect=may) for may in (False, True)]

    assert [(each.token_age_days, each.token_days_left) for each in found] == [(None, None)] * 2


def test_a_token_without_a_known_end_is_good(kept: Accounts) -> None:
    saved = kept.save(profile(), token(expires_in_s=0))

    assert saved.token_days_left is None
    assert saved.sign_in_needed is None


def test_a_disconnected_account_has_no_days_left(kept: Accounts) -> None:
    saved = kept.save(profile(), token())
    kept.disconnect(saved.id)
    gone = kept.get(saved.id)

    assert (gone.token_days_left, gone.token_age_days) == (None, None)
    assert gone.sign_in_needed == "This account is disconnected."
    assert kept.access_token(saved.id) is None


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("revoked", "Access was revoked at LinkedIn."),
        ("expired", "Your LinkedIn sign-in has expired."),
        ("invalid", "LinkedIn no longer accepts this sign-in."),
    ],
)
def test_what_linkedin_refused_is_said(kept: Accounts, reason: str, sentence: str) -> None:
    saved = kept.save(profile(), token())
    kept.refuse_token(saved.id, reason)

    assert kept.get(saved.id).sign_in_needed == sentence


def test_a_token_past_its_end_needs_a_sign_in(kept: Accounts) -> None:
    saved: Account = replace(kept.save(profile(), token()), token_expires_at=now() - timedelta(days=2))

    assert saved.token_days_left == pytest.approx(-2, abs=0.01)
    assert saved.sign_in_needed == "Your LinkedIn sign-in has expired."


# States.


@on_both_databases
def test_a_state_brings_back_what_was_remembered(kept: Accounts) -> None:
    state = kept.new_state("browser", redirect_uri=BACK, next_page="history")

    found = kept.redeem_state(state, "browser")

    assert (found.redirect_uri, found.next_page) == (BACK, "history")


def test_states_are_random_and_only_their_hashes_are_kept(kept: Accounts, tmp_path: Path) -> None:
    states = {kept.new_state("my-browser-secret", redirect_uri=BACK) for _ in range(20)}

    on_disk = bytes_on_disk(tmp_path)
    assert len(states) == 20
    assert all(len(state) >= 40 for state in states)
    assert not any(secret.encode() in on_disk for secret in (*states, "my-browser-secret"))


def test_a_state_works_once(kept: Accounts) -> None:
    state = kept.new_state("browser", redirect_uri=BACK)
    kept.redeem_state(state, "browser")

    with pytest.raises(StateRefused, match="already used"):
        kept.redeem_state(state, "browser")


@on_both_databases
def test_of_many_tabs_that_redeem_a_state_at_once_one_wins(kept: Accounts) -> None:
    state = kept.new_state("browser", redirect_uri=BACK)
    outcomes: list[str] = []

    def redeem() -> None:
        try:
            kept.redeem_state(state, "browser")
            outcomes.append("signed in")
        except StateRefused as refused:
            outcomes.append(str(refused))

    threads = [threading.Thread(target=redeem) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["This sign-in link was already used."] * 5 + ["signed in"]


def test_an_unknown_state_is_refused(kept: Accounts) -> None:
    with pytest.raises(StateRefused, match="unknown"):
        kept.redeem_state("made-up", "browser")


def test_a_state_expires_after_ten_minutes(kept: Accounts, database: Engine) -> None:
    before = now()
    state = kept.new_state("browser", redirect_uri=BACK)
    after = now()
    with database.connect() as db:
        ends = db.execute(select(sign_in_states.c.expires_at)).scalar_one()
    expire(database, sign_in_states)

    assert before <= ends - timedelta(minutes=10) <= after
    with pytest.raises(StateRefused, match="expired"):
        kept.redeem_state(state, "browser")


def test_a_stranger_cannot_use_a_state_nor_burn_it(kept: Accounts) -> None:
    state = kept.new_state("browser", redirect_uri=BACK)
    with pytest.raises(StateRefused, match="another browser"):
        kept.redeem_state(state, "stranger")

    assert kept.redeem_state(state, "browser").redirect_uri == BACK


@on_both_databases
def test_states_of_yesterday_are_swept(kept: Accounts, database: Engine) -> None:
    kept.new_state("browser", redirect_uri=BACK)
    with database.begin() as db:
        db.execute(update(sign_in_states).values(expires_at=now() - timedelta(days=2)))
    kept.new_state("browser", redirect_uri=BACK)

    with database.connect() as db:
        assert len(db.execute(select(sign_in_states)).all()) == 1


# Sessions.


@on_both_databases
def test_a_ticket_becomes_a_cookie_once(kept: Accounts) -> None:
    ada = kept.save(profile(), token())
    session_id, ticket = kept.open_session(ada.id)

    cookie = kept.redeem_ticket(ticket)

    assert cookie
    assert kept.redeem_ticket(ticket) is None
    assert kept.session(cookie) == session_id
    assert kept.session_account(session_id) == kept.get(ada.id)


def test_a_ticket_expires(kept: Accounts, database: Engine) -> None:
    _, ticket = kept.open_session(kept.save(profile(), token()).id)
    expire(database, sessions, "ticket_expires_at")

    assert kept.redeem_ticket(ticket) is None


def test_ticket_and_cookie_are_kept_as_hashes(kept: Accounts, database: Engine, tmp_path: Path) -> None:
    _, ticket = kept.open_session(kept.save(profile(), token()).id)
    cookie = str(kept.redeem_ticket(ticket))

    on_disk = bytes_on_disk(tmp_path)
    assert ticket.encode() not in on_disk
    assert cookie.encode() not in on_disk
    with database.connect() as db:
        assert db.execute(select(sessions.c.cookie_hash, sessions.c.ticket_hash)).one() == (
            Encryption(KEY).digest(cookie),
            None,
        )


@pytest.mark.parametrize("cookie", ["", "made-up"])
def test_a_made_up_cookie_opens_nothing(kept: Accounts, cookie: str) -> None:
    kept.open_session(kept.save(profile(), token()).id)

    assert kept.session(cookie) is None


@on_both_databases
def test_a_session_ends_with_its_time_also_in_an_open_tab(kept: Accounts, database: Engine) -> None:
    session_id, ticket = kept.open_session(kept.save(profile(), token()).id)
    cookie = str(kept.redeem_ticket(ticket))
    expire(database, sessions)

    assert kept.session(cookie) is None
    assert kept.session_account(session_id) is None


@on_both_databases
def test_a_session_that_nobody_uses_for_two_weeks_ends(kept: Accounts, database: Engine) -> None:
    session_id, ticket = kept.open_session(kept.save(profile(), token()).id)
    cookie = str(kept.redeem_ticket(ticket))

    def used(ago: timedelta) -> tuple[bool, bool]:
        with database.begin() as db:
            db.execute(update(sessions).values(seen_at=now() - ago))
        return kept.session(cookie) is not None, kept.session_account(session_id) is not None

    assert used(timedelta(days=13, hours=23)) == (True, True)
    assert used(timedelta(days=14)) == (False, False)


@on_both_databases
def test_a_use_is_written_down_once_an_hour(kept: Accounts, database: Engine) -> None:
    session_id, _ = kept.open_session(kept.save(profile(), token()).id)
    found = []
    for ago in (timedelta(minutes=59), timedelta(minutes=61)):
        before = now() - ago
        with database.begin() as db:
            db.execute(update(sessions).values(seen_at=before))
        kept.session_account(session_id)
        with database.connect() as db:
            found.append(db.execute(select(sessions.c.seen_at)).scalar_one() == before)

    assert found == [True, False]


@on_both_databases
def test_a_new_sign_in_ends_the_session_of_that_browser_only(kept: Accounts) -> None:
    ada = kept.save(profile(), token())
    (here, ticket), (there, _) = kept.open_session(ada.id), kept.open_session(ada.id)
    cookie = str(kept.redeem_ticket(ticket))
    new, _ = kept.open_session(ada.id, instead_of=here)

    assert kept.session(cookie) is None
    assert kept.session_account(here) is None
    assert kept.session_account(there) == kept.session_account(new) == kept.get(ada.id)


@on_both_databases
def test_a_new_secret_key_ends_every_session(kept: Accounts, database: Engine) -> None:
    ada = kept.save(profile(), token())
    cookie = str(kept.redeem_ticket(kept.open_session(ada.id)[1]))
    _, ticket = kept.open_session(ada.id)
    changed = Accounts(database, Encryption("new key", KEY), "https://www.linkedin.com")

    assert changed.session(cookie) is None
    assert changed.redeem_ticket(ticket) is None


def test_signing_out_ends_one_session(kept: Accounts) -> None:
    ada = kept.save(profile(), token())
    here, there = kept.open_session(ada.id)[0], kept.open_session(ada.id)[0]
    kept.close_session(here)

    assert kept.session_account(here) is None
    assert kept.session_account(there) is not None
    assert kept.access_token(ada.id) == ACCESS_TOKEN


def test_disconnecting_ends_every_session_of_that_member_only(kept: Accounts, database: Engine) -> None:
    ada, zoe = kept.save(profile(), token()), kept.save(profile(ZOE), token("AQX-zoe"))
    adas = [kept.open_session(ada.id)[0] for _ in range(2)]
    zoes = kept.open_session(zoe.id)[0]
    kept.disconnect(ada.id)

    assert [kept.session_account(each) for each in adas] == [None, None]
    assert kept.session_account(zoes) == kept.get(zoe.id)
    with database.connect() as db:
        assert db.execute(select(accounts.c.token).where(accounts.c.id == ada.id)).scalar_one() is None
