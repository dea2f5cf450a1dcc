"""What a key in the composer costs: raw websocket clients against a dashboard that logs its statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psutil
import pytest

from benchmarks.tab import Tab, sign_in
from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from tests.conftest import Dashboard, account_of

SAYS = "statement: "
# Logs the first word of each statement of a page's run; the worker has threads of its own.
LOGGED = f"""
import sys, threading
from sqlalchemy import Engine, event
from streamlit.web.cli import main

@event.listens_for(Engine, "before_cursor_execute")
def say(db, cursor, statement, *_):
    if threading.current_thread().name == "ScriptRunner.scriptThread":
        print({SAYS!r} + statement.split()[0], file=sys.stderr, flush=True)

sys.argv[0] = "streamlit"
main()
"""


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    running = Dashboard(tmp_path_factory.mktemp("logged"), streamlit=("-c", LOGGED))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def logged(talkative: Dashboard) -> Dashboard:
    talkative.wipe()
    return talkative


def statements(dashboard: Dashboard) -> list[str]:
    return [line.removeprefix(SAYS) for line in dashboard.log.splitlines() if line.startswith(SAYS)]


def test_a_key_writes_once_and_reads_once(logged: Dashboard) -> None:
    with Tab(logged.url, "composer", sign_in(logged.url)) as tab:
        tab.type("A draft that is new has more to do: n")
        before = len(statements(logged))
        tab.type("no")
        tab.type("now")

    assert statements(logged)[before:] == ["UPDATE", "WITH"] * 2
    assert logged.process  # asyncio's own loop would let TCP hold answers back for 40 ms
    assert any("uvloop" in each.path for each in psutil.Process(logged.process.pid).memory_maps())
    with logged.get_services() as services:
        assert services.drafts.get(account_of(services)).text == "now"


def test_a_key_after_a_reload_writes_once(logged: Dashboard) -> None:
    cookies = sign_in(logged.url)
    with logged.get_services() as services:
        services.drafts.save(account_of(services), Draft(text="Written before"))
    with Tab(logged.url, "composer", cookies) as tab:
        before = len(statements(logged))
        tab.type("Written before, and on")

    assert statements(logged)[before:] == ["UPDATE", "WITH"]


def test_what_another_tab_wrote_is_in_the_list_after_the_next_key(logged: Dashboard) -> None:
    cookies = sign_in(logged.url)
    with Tab(logged.url, "composer", cookies) as tab:
        tab.type("Here")
        with Tab(logged.url, "composer", cookies) as other:
            other.type("There, at length")
        tab.type("Here again")

    with logged.get_services() as services:
        me = account_of(services)
        assert services.drafts.get(me).text == "Here again"
        assert [each.draft.text for each in services.drafts.kept(me)] == ["There, at length"]


def buttons(tab: Tab) -> dict[str, bool]:
    """The buttons that the last run drew: whether each may be clicked."""
    return {button.label: not button.disabled for button, _ in tab.drawn("button")}


def preview(tab: Tab) -> str:
    return " ".join(html.body for html, _ in tab.drawn("html") if "lp-card" in html.body)


def test_a_key_draws_the_preview_and_nothing_around_it(logged: Dashboard) -> None:
    with Tab(logged.url, "composer", sign_in(logged.url)) as tab:
        tab.type("A first word")
        tab.type("A first word, and another")

        assert "A first word, and another" in preview(tab)
        assert buttons(tab) == {}
        assert len(tab.deltas) <= 8


def test_a_key_draws_the_rest_anew_when_it_changes_it(logged: Dashboard) -> None:
    publish = "Publish in the sandbox"
    with Tab(logged.url, "composer", sign_in(logged.url)) as tab:
        empty = buttons(tab)
        tab.type("W")
        begun = buttons(tab)
        tab.type("W" * 3_001)
        too_long = buttons(tab)
        tab.type("W" * 3_002)
        still_too_long = buttons(tab)
        tab.type("W" * 3_000)
        fits = buttons(tab)

    assert (empty[publish], begun[publish], too_long[publish], fits[publish]) == (False, True, False, True)
    assert "New draft" in begun
    assert "New draft" not in empty
    assert still_too_long == {}


def test_a_key_tells_of_another_posts_outcome(logged: Dashboard) -> None:
    with Tab(logged.url, "composer", sign_in(logged.url)) as tab, logged.get_services() as services:
        tab.type("Writing")
        tab.type("Writing on")
        me = account_of(services)
        post_id = services.outbox.put(Posting(me, Draft(text="Planned"), now() + timedelta(days=1)))
        row = services.outbox.get(post_id)
        assert row
        services.outbox.finish(row, "failed", error="It was refused.")
        tab.type("Writing on and on")
        told = " ".join(alert.body for alert, _ in tab.drawn("alert"))
        tab.type("Writing on and on and on")

        assert "It was refused" in told
        assert buttons(tab) == {}
