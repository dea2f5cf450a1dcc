"""What one running dashboard works with, made once; the server and the pages both use it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from dashboard.accounts.account import ZERNIO
from dashboard.config import logs
from dashboard.config import settings as configuration
from dashboard.config.linkedin_hosts import in_sandbox
from dashboard.config.settings import LOOPBACK, SettingsError
from dashboard.db.database import open_database
from dashboard.opening import Opening
from dashboard.posts.post import PostRow
from dashboard.posts.schedule import Schedule
from dashboard.publishing.background import Background
from dashboard.publishing.publish_flow import RESEND_AFTER_S, PublishFlow
from dashboard.publishing.worker import Worker
from dashboard.setup.app_tests import AppTests
from dashboard.setup.choices import SANDBOX
from dashboard.untrusted.fetch import INTERNET, Internet
from dashboard.untrusted.opengraph import PageCard, fetch_card
from dashboard.ways_out import WaysOut
from dashboard.zernio.flow import ZernioFlow
from sandbox import Sandbox
from sandbox.zernio.state import Zernio


@dataclass(frozen=True)
class Services(WaysOut):
    """Everything that lives longer than one run of a page, for one LinkedIn: the real one, or the built-in sandbox.

    A process may have one of each, over one database and one worker. What keeps their data apart has been in every
    database since the first version: each account names the LinkedIn that it is of (`issuer`), and sessions, drafts,
    posts, queue and exchanges each belong to an account. So an older database opens with everything where it came
    from, and what is scheduled in one leaves on time while the pages show the other. A second database or process
    would need a second worker and a second file to back up and move.
    """

    resend_after_s: float = RESEND_AFTER_S
    internet: Internet = INTERNET

    @cached_property
    def in_sandbox(self) -> Services:
        """The same dashboard against the built-in sandbox; itself when it is that."""
        if self.settings.built_in_sandbox:
            return self
        return replace(self, settings=in_sandbox(self.settings), shared=self.background)

    def chosen(self, browser: str | None, *, on_this_machine: bool) -> Services:
        """Those that this browser has chosen, by its own secret: on this machine alone it may choose the sandbox.

        On others the sandbox would be a way in for strangers, beside members whom LinkedIn knows.
        """
        if not on_this_machine or self.settings.built_in_sandbox or browser is None:
            return self
        return self.in_sandbox if self.choices.of_browser(browser) == SANDBOX else self

    def served_at(self, host: str, port: int) -> None:
        """Learn our own address; beside LinkedIn the sandbox is for this machine only, see chosen()."""
        if self.settings.built_in_sandbox or host in LOOPBACK:
            super().served_at(host, port)

    @cached_property
    def app_tests(self) -> AppTests:
        """What only calls can tell about the app and its sign-ins."""
        return AppTests(self, self.exchange_log, self.oauth, self.transport, self.background.stopping)

    def fetch_card(self, url: str) -> PageCard:
        """What a page says about itself. Raises: PageRefused."""
        return fetch_card(url, self.internet)

    # Publishing in the background.

    @cached_property
    def background(self) -> Background:
        """The worker of this process, which all its LinkedIns share."""
        found = self.shared or Background(
            self.database, self.jobs, self.outbox, publishes=self.settings.publishes, renew=_renew
        )
        found.serve(self)
        return found

    @cached_property
    def schedule(self) -> Schedule:
        """When posts leave."""
        return Schedule(self.database, self.outbox, self.accounts, lambda: self.worker.time_awake_since())

    @cached_property
    def flow(self) -> PublishFlow:
        """How one post is published through LinkedIn's own API."""
        return PublishFlow(connect=self.connect, resend_after_s=self.resend_after_s, **self._common)

    @cached_property
    def zernio_flow(self) -> ZernioFlow:
        """How one post is published through Zernio."""
        return ZernioFlow(way=self.zernio, still_a_draft_s=6 * self.resend_after_s, **self._common)

    @property
    def _common(self) -> dict[str, Any]:
        return {
            "accounts": self.accounts,
            "outbox": self.outbox,
            "uploads": self.uploads,
            "schedule": self.schedule,
            "plan": self.planned_of,
            "stopping": self.background.stopping,
        }

    def publish(self, row: PostRow) -> None:
        """Bring one post to its end, in the way that its account goes."""
        (self.zernio_flow if row.dialect == ZERNIO else self.flow).run(row)

    @property
    def worker(self) -> Worker:
        """The worker of this process."""
        return self.background.worker

    def sweep(self) -> None:
        """Delete files that no post wants any more and old counts; read anew what is known of company pages."""
        self.uploads.sweep(self.outbox.wanted_files() | self.drafts.wanted_files())
        self.rate_limits.sweep()
        self.engagement.refresh_organizations()
        self.app_tests.sweep()

    def start(self) -> None:
        """Go on with what an earlier process left; see Background.start()."""
        self.background.start()


def _open() -> Services:
    found = configuration.load()
    return _served(Services(found, open_database(found.database)))


def _served(made: Services) -> Services:
    """Both, registered with the worker."""
    for each in (made, made.in_sandbox):
        each.background.serve(each)
        each.accounts.relock_tokens(each.choices.relock_keys)
    return made


get_services = Opening(_open)  # those of the settings: of LinkedIn, or of the sandbox while no app is set
OF_AN_APP = (
    *("client_id", "client_secret", "access_token", "redirect_uri", "redirect_uri_is_set", "scopes", "version"),
    *("dialect", "auth_url", "api_url", "built_in_sandbox"),
)


def take_settings() -> Services:
    """Go on with what the settings say now of LinkedIn and of the app; database, files and worker stay as they are.

    Raises: SettingsError; then everything goes on as before.
    """
    before, found = get_services(), configuration.load()
    logs.hide(found.secrets)
    fresh = {name: getattr(found, name) for name in OF_AN_APP}
    made = replace(before, settings=replace(before.settings, **fresh), shared=before.background)
    if (own := urlsplit(made.own.get("url", ""))).hostname not in (None, *LOOPBACK):
        made.served_at("127.0.0.1", own.port or 80)  # beside LinkedIn its sandbox is not there for other hosts
    get_services.opened = _served(made)
    return made


def _renew() -> None:
    """What a page in another process has written into .env counts for this worker too."""
    if get_services.opened:
        with contextlib.suppress(SettingsError):
            take_settings()


def sandbox_zernio_key() -> str:
    """A key of the Zernio in the built-in sandbox, as its dashboard would make one."""
    key: str = Zernio(sandbox()).new_key()
    return key


@cache
def sandbox() -> Sandbox:
    """The LinkedIn that is mounted into this dashboard."""
    given = configuration.load()
    return Sandbox(given.data_folder / "sandbox", control_key=given.sandbox_key or None)
