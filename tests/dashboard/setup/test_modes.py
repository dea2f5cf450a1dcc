"""The sandbox beside LinkedIn: one database, one worker, and nothing of the one is seen in the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from starlette.requests import HTTPConnection

from dashboard.accounts.repository import StateRefused
from dashboard.config import settings
from dashboard.db.database import now
from dashboard.db.tables import choices, sign_in_states
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from dashboard.services import Services, get_services, take_settings
from dashboard.setup.choices import LIVE, SANDBOX
from dashboard.web.cookies import SESSION_COOKIE
from dashboard.web.visitor import member
from linkedin_api import Token
from sandbox import Sandbox, create_app
from sandbox.directory.members import ADA
from tests.conftest import RunningSandbox, served
from tests.support.patience import until
from tests.support.services import SCOPES, profile
from tests.support.tables import with_tables

EARLIER = ("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_ACCESS_TOKEN", "LINKEDIN_REDIRECT_URI")


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[RunningSandbox]:
    """What stands for the sandbox inside the dashboard, on a server of its own."""
    state = Sandbox(tmp_path / "inside", activity_delay_s=0)
    with served(create_app(state)) as url:
        yield RunningSandbox(url, state)


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process without any app, and the file that it reads."""
    for name in (*EARLIER, "CLIENT_ID", "CLIENT_SECRET", "LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{with_tables(tmp_path / 'd.db')}")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / ".env"))
    get_services.cache_clear()
    yield tmp_path / ".env"
    if get_services.opened:
        get_services.opened.worker.stop()
        get_services.opened.database.dispose()
    get_services.cache_clear()


def member_of(services: Services, state: Sandbox) -> int:
    token = state.tokens.new_access_token("sandbox-client", ADA.sub, SCOPES)
    return services.accounts.save(profile(), Token(access_token=token, expires_in_s=9_000, scopes=tuple(SCOPES))).id


def both(env: Path, inside: RunningSandbox, linkedin: RunningSandbox) -> tuple[Services, Services]:
    """A sandbox with members of its own, and then, without a restart, LinkedIn too."""
    get_services().own["url"] = inside.url
    env.write_text(f"LINKEDIN_AUTH_URL={linkedin.url}\nLINKEDIN_API_URL={linkedin.url}\n")
    live = take_settings()
    return live.in_sandbox, live


def test_what_is_scheduled_in_the_one_leaves_on_time_while_the_other_is_shown(
    env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    before = get_services()
    before.own["url"] = inside.url
    waiting = Posting(
        member_of(before, inside.state), Draft(text="Of the sandbox"), due_at=now() + timedelta(seconds=1)
    )
    before.outbox.put(waiting)
    before.worker.start()
    in_sandbox, live = both(env, inside, linkedin)
    live.outbox.put(Posting(member_of(live, linkedin.state), Draft(text="Of LinkedIn")))

    until(lambda: inside.state.feed() and linkedin.state.feed())

    assert [each.text for each in inside.state.feed()] == ["Of the sandbox"]
    assert [each.text for each in linkedin.state.feed()] == ["Of LinkedIn"]
    assert live.worker is in_sandbox.worker is before.worker


def test_a_worker_publishes_for_a_linkedin_that_another_process_was_set_up_for(
    env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    worker = get_services()
    worker.own["url"] = inside.url
    env.write_text(f"LINKEDIN_AUTH_URL={linkedin.url}\nLINKEDIN_API_URL={linkedin.url}\n")
    pages = Services(settings.load(), worker.database)
    pages.outbox.put(Posting(member_of(pages, linkedin.state), Draft(text="Of LinkedIn")))
    worker.worker.start()

    until(lambda: linkedin.state.feed())

    assert inside.state.feed() == []


def test_beside_linkedin_the_sandbox_is_asked_at_this_machines_own_address(env: Path) -> None:
    get_services().served_at("192.168.1.5", 8765)
    env.write_text("LINKEDIN_CLIENT_ID=86abc\nLINKEDIN_CLIENT_SECRET=WPL_AP1.abc123\n")

    assert take_settings().in_sandbox.api_url == "http://127.0.0.1:8765/sandbox"


def test_sessions_members_and_tokens_of_the_one_are_unknown_in_the_other(
    env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    in_sandbox, live = both(env, inside, linkedin)
    of_sandbox = member_of(in_sandbox, inside.state)
    _, ticket = in_sandbox.accounts.open_session(of_sandbox)

    assert live.accounts.redeem_ticket(ticket) is None
    cookie = in_sandbox.accounts.redeem_ticket(ticket)
    assert cookie
    assert (live.accounts.session(cookie), live.accounts.all()) == (None, [])
    assert live.accounts.access_token(of_sandbox) is None
    assert in_sandbox.accounts.session(cookie)
    assert live.issuer != in_sandbox.issuer == "sandbox"


@pytest.mark.parametrize("host", ["localhost", "dashboard.example.com"])
def test_beside_linkedin_a_session_of_the_sandbox_is_worth_nothing_elsewhere(
    host: str, env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    in_sandbox, _ = both(env, inside, linkedin)
    of_sandbox = member_of(in_sandbox, inside.state)
    cookie = in_sandbox.accounts.redeem_ticket(in_sandbox.accounts.open_session(of_sandbox)[1])
    headers = [(b"host", host.encode()), (b"cookie", f"{SESSION_COOKIE}={cookie}".encode())]

    found = member(HTTPConnection({"type": "http", "headers": headers, "client": ("127.0.0.1", 1)}))

    assert (found is not None) == (host == "localhost")


def test_a_sign_in_is_finished_where_it_was_started(
    env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    in_sandbox, live = both(env, inside, linkedin)
    state = in_sandbox.accounts.new_state("browser", redirect_uri="http://localhost/")
    of_earlier = live.accounts.new_state("browser", redirect_uri="http://localhost/")
    with live.database.begin() as db:
        db.execute(update(sign_in_states).where(sign_in_states.c.issuer != "sandbox").values(issuer=None))

    with pytest.raises(StateRefused, match="Switch back on the Setup page"):
        live.accounts.redeem_state(state, "browser")

    assert in_sandbox.accounts.redeem_state(state, "browser").redirect_uri == "http://localhost/"
    assert in_sandbox.accounts.redeem_state(of_earlier, "browser")


def test_a_browser_of_this_machine_keeps_its_choice_and_no_other_has_one(
    env: Path, inside: RunningSandbox, linkedin: RunningSandbox
) -> None:
    in_sandbox, live = both(env, inside, linkedin)
    live.choices.choose("mine", SANDBOX)
    with live.database.begin() as db:
        db.execute(update(choices).values(at=now() - timedelta(days=364)))

    assert live.chosen("mine", on_this_machine=True) is in_sandbox
    assert {live.chosen(each, on_this_machine=True) for each in ("another", None)} == {live}
    assert live.chosen("mine", on_this_machine=False) is live
    live.choices.choose("mine", LIVE)
    assert live.chosen("mine", on_this_machine=True) is live
    with live.database.connect() as db:
        assert "mine" not in str(db.execute(select(choices)).all())


def test_what_a_person_has_ticked_stays_ticked(env: Path) -> None:
    found = get_services().choices
    found.tick("page", done=True)
    found.tick("page", done=True)
    found.tick("verified", done=True)
    found.tick("verified", done=False)

    assert found.ticks() == {"page"}
    with get_services().database.begin() as db:
        db.execute(delete(choices))


def test_broken_settings_change_nothing(env: Path) -> None:
    before = get_services()
    env.write_text("LINKEDIN_CLIENT_ID=only-half\n")

    with pytest.raises(ValueError, match="LINKEDIN_CLIENT_SECRET is missing"):
        take_settings()

    assert get_services() is before
