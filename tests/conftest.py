"""Real parts for every test: a sandbox on a real socket, a dashboard in its own process, a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import importlib
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import uvicorn
from hypothesis import HealthCheck, settings
from joserfc.jwk import RSAKey
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from sqlalchemy import text
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner

from benchmarks import tab
from dashboard.config.settings import load
from dashboard.db import database
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from dashboard.services import Services
from sandbox import Sandbox, create_app
from tests.sandbox.answered_fields import AnsweredFields
from tests.support.patience import PATIENCE_S, until
from tests.support.postgres import postgres, postgres_url, tables_url

__all__ = ["postgres", "postgres_url", "tables_url"]
ROOT = Path(__file__).resolve().parent.parent
PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23  # linux/prctl.h, linux/capability.h
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EVENT_LOST = ["TargetClosedError", "it did not happen in time", "Timeout .* exceeded", "Locator expected"]
BROWSER_HANGS_S = 400.0  # more than any test needs of a browser, less than pytest's own limit
with contextlib.suppress(OSError):  # Started by root, Chromium would run before the servers that it waits for.
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)
# On a busy machine any example may take its time.
settings.register_profile("ours", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")
database.ANSWER_S = PATIENCE_S  # and a database that answers late has answered
expect.set_options(timeout=PATIENCE_S * 1000)
# At each run of an AppTest Streamlit reads what every package in the environment says of itself.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
# An AppTest asks a thousand times a second whether its script has ended: it is asked once, when its thread has.
_has_ended = local_script_runner.require_widgets_deltas


def _ended(runner: local_script_runner.LocalScriptRunner, timeout: float = PATIENCE_S) -> None:
    if runner._script_thread:
        runner._script_thread.join(timeout)
    _has_ended(runner, 0.1)


local_script_runner.require_widgets_deltas = _ended


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect without looking for garbage: nothing of what is made is any, and looking takes a quarter of the time."""
    gc.disable()
    try:
        import_tests(session.config)
        return (yield)
    finally:
        gc.enable()


def import_tests(config: pytest.Config) -> None:
    """Import the test modules in an order of each process's own: pytest takes longest to compile a module, which one
    process then does for all. A module that cannot be imported is told of when it is collected.
    """
    if found := getattr(config, "workerinput", None):
        named = [Path(each.partition("::")[0]) for each in config.args]
        files = sorted(file for each in named for file in (each.rglob("test_*.py") if each.is_dir() else [each]))
        first = len(files) * int(found["workerid"].removeprefix("gw")) // found["workercount"]
        for file in (*files[first:], *files[:first]):
            with contextlib.suppress(Exception):
                importlib.import_module(".".join(file.resolve().relative_to(ROOT).with_suffix("").parts))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a test of the browser wait once more for an event that never came: on a machine with more browsers than
    processors a button may move while the mouse is down on it, and no click comes of it. A wrong value fails at once.
    """
    if "page" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=EVENT_LOST))


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Print a failure as soon as it is known, also of a test that runs once more: a run that is cut off has said it."""
    if report.outcome in ("failed", "rerun") and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\n{report.when} of {report.nodeid} failed:\n{report.longreprtext}\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the browser showed to a failure: it cannot be seen afterwards."""
    report = yield
    tab = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and isinstance(tab, Page):
        with contextlib.suppress(Exception):
            shown = tab.locator("body").aria_snapshot(timeout=10_000)
            report.longrepr = f"{report.longreprtext}\n\nThe page {tab.url}:\n{shown[:4000]}"
    return report


class Server(uvicorn.Server):
    """One that stops when it is told to: uvicorn's own looks ten times a second, and then waits once more."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # it writes the date of its answers
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for each in self.servers:
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.002)
        await self.lifespan.shutdown()

    def stop(self) -> None:
        """Take no more calls, and end when those that came are answered."""
        self.should_exit = True
        with contextlib.suppress(RuntimeError):  # it has ended
            self._loop.call_soon_threadsafe(self._told.set)


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an ASGI app on a free port of 127.0.0.1 and give its base URL."""
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive(), every_s=0.005)
    assert server.started, "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        thread.join(PATIENCE_S)


@dataclass(frozen=True)
class RunningSandbox:
    """A LinkedIn to talk to: its base URL, and its state to look into."""

    url: str
    state: Sandbox


@cache
def rsa_key() -> RSAKey:
    """The key of every sandbox of a test process: to make one, or to read one, takes longer than most tests."""
    return RSAKey.generate_key(2048, {"kid": str(uuid.uuid4())})


@pytest.fixture
def linkedin(tmp_path: Path) -> Iterator[RunningSandbox]:
    state = Sandbox(tmp_path / "sandbox", activity_delay_s=0)
    state.identity._key = rsa_key()
    watched = AnsweredFields(create_app(state))
    with served(watched) as url:
        yield RunningSandbox(url, state)
    assert watched.unlisted == set(), "add them to the field registry"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Dashboard:
    """The dashboard as people start it, in a process of its own."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    streamlit: tuple[str, ...] = ("-m", "streamlit")  # what Python is to run
    process: subprocess.Popen[bytes] | None = None
    cookies: Any = None  # of a browser in which Ada is signed in
    signed_in: list[tuple[Any, ...]] | None = None  # what member() said when they were made

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text()

    def start(self) -> None:
        settings = {"DATABASE_URL": f"sqlite:///{self.folder / 'dashboard.db'}", **self.environ}
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LINKEDIN_", "STREAMLIT_"))}
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.streamlit, "run", "streamlit_app.py", "--server.port", str(self.port)],
                cwd=ROOT,
                env={**clean, **settings},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/_stcore/health", timeout=PATIENCE_S).ok
        return False

    def stop(self, *, kill: bool = False) -> None:
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:  # a busy machine: nothing may stay behind
                self.process.kill()
                self.process.wait(PATIENCE_S)

    def wipe(self) -> None:
        """Forget what the test before has left behind, once nothing is on its way any more."""
        if self.process is None or self.process.poll() is not None:
            self.start()
        until(lambda: requests.get(f"{self.url}/readyz", timeout=PATIENCE_S).ok)  # its tables are made by now
        assert requests.post(f"{self.url}/sandbox/_sandbox/reset", timeout=PATIENCE_S).ok
        until(lambda: requests.get(f"{self.url}/readyz", timeout=PATIENCE_S).ok)  # its tables are made
        with contextlib.closing(sqlite3.connect(self.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
            moving = "SELECT count(*) FROM posts WHERE state IN ('queued', 'uploading', 'sending')"
            until(lambda: not db.execute(moving).fetchone()[0])
            gone = ("deeds", "exchanges", "posts", "drafts", "kept_drafts", "sign_in_states", "calls_made")
            for table in (*gone, "connections"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            db.execute("UPDATE accounts SET parked_until = NULL, time_zone = NULL, plan = NULL, when_late = NULL")
            db.commit()

    def forget_members(self) -> None:
        """Nobody has ever signed in here."""
        with contextlib.closing(sqlite3.connect(self.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
            for table in ("deeds", "posts", "drafts", "kept_drafts", "sessions", "connections", "accounts"):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            db.commit()
        self.cookies = None

    def member(self) -> list[tuple[Any, ...]]:
        """Who is signed in, in which session, with a good token or not."""
        good = "token IS NOT NULL AND token_refused IS NULL"
        query = f"SELECT sub, cookie_hash, {good} FROM accounts LEFT JOIN sessions ON account_id = accounts.id"  # noqa: S608
        with contextlib.closing(sqlite3.connect(self.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
            return db.execute(query).fetchall()

    @contextlib.contextmanager
    def get_services(self) -> Iterator[Services]:
        """Its rooms, as another process sees them; the dashboard publishes what is put into the outbox."""
        given = load({"DATABASE_URL": f"sqlite:///{self.folder / 'dashboard.db'}"}, None)
        found = Services(given, database.open_database(given.database))
        try:
            yield found
        finally:
            found.database.dispose()

    def enter(self, **whom: str) -> list[Any]:
        """The cookies of a browser in which somebody has just signed in, as Playwright takes them; see tab.sign_in."""
        made = tab.sign_in(self.url, **whom).items()
        return [{"name": name, "value": value, "url": self.url, "httpOnly": True} for name, value in made]

    def publish(self, *words: str) -> None:
        """Posts of whoever has signed in, one after the other, each as far as it comes; quicker than by the browser."""
        with self.get_services() as services:
            for each in words:
                services.outbox.put(Posting(account_of(services), Draft(text=each)))
                until(lambda: not services.outbox.waiting())

    # The sandbox inside it, by its control routes.

    def fault(self, name: str, *, times: int | None = 1, target: str = "any") -> None:
        self._switch({"name": name, "times": times, "target": target})

    def _switch(self, body: dict[str, Any]) -> None:
        assert requests.post(f"{self.url}/sandbox/_sandbox/faults", json=body, timeout=PATIENCE_S).ok

    @contextlib.contextmanager
    def held(self, target: str) -> Iterator[None]:
        """LinkedIn carries calls of this kind out, and answers them when the block ends: a post stays where it is."""
        self._switch({"name": "slow", "times": None, "target": target, "slow_s": 10 * BROWSER_HANGS_S})
        try:
            yield
        finally:
            self._switch({"name": "slow", "times": 0, "slow_s": 0})

    def posts(self) -> list[dict[str, Any]]:
        """What is published in the sandbox, newest first."""
        found: list[dict[str, Any]] = requests.get(f"{self.url}/sandbox/_sandbox/posts", timeout=PATIENCE_S).json()[
            "posts"
        ]
        return found

    def armed(self) -> list[str]:
        """The names of the faults that are switched on."""
        answer = requests.get(f"{self.url}/sandbox/_sandbox/faults", timeout=PATIENCE_S).json()["faults"]
        return [fault["name"] for fault in answer if fault["armed"]]

    def calls(self) -> list[tuple[str, str, int]]:
        answer = requests.get(f"{self.url}/sandbox/_sandbox/calls", timeout=PATIENCE_S).json()["calls"]
        return [(call["method"], call["path"], call["status"]) for call in answer]


def account_of(services: Services) -> int:
    """Whose sign-in is the last one."""
    with services.database.connect() as db:
        return int(db.execute(text("SELECT max(account_id) FROM sessions")).scalar_one())


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One dashboard in sandbox mode for all tests of a process; `dashboard` wipes it for each."""
    running = Dashboard(tmp_path_factory.mktemp("standing"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def dashboard(standing: Dashboard) -> Dashboard:
    """A dashboard in sandbox mode that has nothing in it but, perhaps, a member who is signed in."""
    standing.wipe()
    return standing


@pytest.fixture
def fresh_dashboard(tmp_path: Path) -> Iterator[Dashboard]:
    """A dashboard in sandbox mode that was started a moment ago, with an empty database."""
    running = Dashboard(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def start_dashboard(tmp_path: Path) -> Iterator[Callable[..., Dashboard]]:
    """Start dashboards with settings of one's own; they stop with the test."""
    running: list[Dashboard] = []

    def start(**environ: str) -> Dashboard:
        running.append(Dashboard(tmp_path, environ))
        running[-1].start()
        return running[-1]

    yield start
    for each in running:
        each.stop()


class Chromium:
    """Debian's Chromium, as it is for one test process; launched anew when it is gone."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None
        self._warm: BrowserContext | None = None

    def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
            self._warm = None
        return self._browser

    def close(self) -> None:
        if self._browser:
            self._browser.close()

    def warm(self) -> BrowserContext:
        """One that has been here before: Streamlit's scripts are in its cache, which saves seconds on every page."""
        browser = self.browser()
        self._warm = self._warm or new_context(browser)
        return self._warm


def kill_chromium() -> None:
    """End every Chromium of this test process: a call to one that hangs would wait for ever."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.name() == "chromium":
                process.kill()


@contextlib.contextmanager
def watch() -> Iterator[None]:
    """Kill a Chromium that no longer answers in this block."""
    timer = threading.Timer(BROWSER_HANGS_S, kill_chromium)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.hookimpl(wrapper=True)
def watched(item: pytest.Item) -> Generator[None, None, None]:
    """Watch Chromium before, in and after a test of it; the test may run once more when it was killed."""
    with watch() if "chromiums" in getattr(item, "fixturenames", ()) else contextlib.nullcontext():
        return (yield)


pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = watched


@pytest.fixture(scope="session")
def chromiums() -> Iterator[Chromium]:
    if not Path(CHROMIUM).exists():
        reason = f"There is no browser at {CHROMIUM}. On Debian: apt-get install chromium, or set CHROMIUM."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        found = Chromium(playwright)
        yield found
        with watch():
            found.close()


@pytest.fixture
def chromium(chromiums: Chromium) -> Browser:
    return chromiums.browser()


def new_context(chromium: Browser, width: int = 1280, height: int = 800, **options: Any) -> BrowserContext:
    """A browser of its own, as patient as the tests."""
    # Each frame of an animation is drawn by the processor: a third of the time of a page that loads.
    calm: dict[str, Any] = {"viewport": {"width": width, "height": height}, "reduced_motion": "reduce"}
    context = chromium.new_context(**calm, **options)
    context.set_default_timeout(PATIENCE_S * 1000)
    return context


@pytest.fixture
def warm(chromiums: Chromium) -> BrowserContext:
    return chromiums.warm()


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open browsers that share no cookies: `open_browser(width=390, height=844, dark=True)`."""
    opened: list[BrowserContext] = []

    def open_one(width: int = 1280, height: int = 800, *, dark: bool = False) -> BrowserContext:
        opened.append(new_context(chromium, width, height, color_scheme="dark" if dark else "light"))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def page(warm: BrowserContext) -> Iterator[Page]:
    """A tab of a browser in which nobody is signed in. It is the same for many tests: a new one would compile anew."""
    warm.clear_cookies()
    tab = warm.pages[0] if warm.pages else warm.new_page()
    yield tab
    for each in warm.pages:
        if each is not tab:
            each.close()
    if not tab.is_closed():
        tab.unroute_all()
        tab.emulate_media(color_scheme="null")
        tab.set_viewport_size({"width": 1280, "height": 800})
        tab.evaluate("() => { try { sessionStorage.clear(); localStorage.clear() } catch {} }")
        tab.goto("about:blank")


def allow(page: Page) -> None:
    """Say yes at LinkedIn, and wait until the browser has its cookie: the page is drawn once more then."""
    with page.expect_response("**/auth/session"):
        page.get_by_role("button", name="Allow").click()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page is drawn: its script has ended, and the browser has shown what it said."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


# A run may be over within milliseconds: who asks now and then whether one is on its way would miss most of them.
NEXT_RUN = """patience_ms => new Promise((done, failed) => {
    const app = document.querySelector('[data-testid=stApp]');
    const seen = new MutationObserver(() => app.dataset.testScriptState === 'running' && (seen.disconnect(), done()));
    seen.observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
    setTimeout(() => failed(new Error('the page was not drawn again')), patience_ms);
})"""


def drawn_again(page: Page) -> None:
    """Wait until the page looks again by itself, and has."""
    page.evaluate(NEXT_RUN, PATIENCE_S * 1000)
    settled(page)


def fits(page: Page, width: int, height: int) -> bool:
    """Whether a window of this size shows the page without a scrollbar below it."""
    page.set_viewport_size({"width": width, "height": height})
    settled(page)
    wide = "width => innerWidth === width && document.querySelector('[data-testid=stMain]').scrollWidth <= width"
    return bool(page.wait_for_function(wide, arg=width).json_value())


def sign_in(page: Page, dashboard: Dashboard, member: str = "Ada Example") -> None:
    """Sign in as one of the sandbox's members, and wait until the browser has its cookie."""
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name="Sign in with LinkedIn").click()
    page.get_by_role("radio", name=member).check()
    allow(page)
    expect(page.get_by_text("You are signed in as")).to_be_visible()
    expect(page.get_by_role("link", name="Write", exact=True)).to_be_visible()


@pytest.fixture
def signed_in(page: Page, dashboard: Dashboard) -> Page:
    """An empty tab of Ada's browser; she signs in anew only when the test before has touched her account."""
    if not dashboard.signed_in or dashboard.member() != dashboard.signed_in:
        dashboard.forget_members()
        dashboard.cookies, dashboard.signed_in = dashboard.enter(), dashboard.member()
    page.context.add_cookies(dashboard.cookies)
    return page
