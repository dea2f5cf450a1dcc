"""What one running dashboard works with, made once; the server and the pages both use it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from dashboard.accounts.account import ZERNIO, Account
from dashboard.accounts.given_token import GivenToken
from dashboard.accounts.sign_in import SignIn
from dashboard.accounts.sign_in_state import BUILT_IN
from dashboard.activity.exchange_log import in_turn
from dashboard.activity.rate_limits import CountedTransport
from dashboard.config import logs
from dashboard.config import settings as configuration
from dashboard.config.linkedin_hosts import in_sandbox
from dashboard.config.settings import LOOPBACK, SettingsError
from dashboard.db.database import open_database
from dashboard.drafts.draft import Draft
from dashboard.opening import Opening
from dashboard.posts.post import PostRow
from dashboard.posts.schedule import Schedule
from dashboard.preview.from_post import Planner
from dashboard.publishing.background import Background
from dashboard.publishing.engagement import Engagement
from dashboard.publishing.publish_flow import RESEND_AFTER_S, PublishFlow
from dashboard.publishing.versioned_api import VersionedApi
from dashboard.publishing.worker import Worker
from dashboard.repositories import Repositories
from dashboard.setup.app_tests import AppTests
from dashboard.setup.choices import SANDBOX
from dashboard.untrusted.fetch import INTERNET, Internet
from dashboard.untrusted.opengraph import PageCard, fetch_card
from dashboard.zernio.flow import ZernioFlow
from dashboard.zernio.way import NOT_THROUGH_ZERNIO, ZernioWay
from linkedin_api import Exchange, LinkedInError, OAuth, PlannedCall, Publisher, Transport, Unreachable, Urn, publisher
from sandbox import Sandbox
from sandbox.zernio.state import Zernio
from zernio_api import ZernioSettings


@dataclass(frozen=True)
class Services(Repositories):
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

    # Speaking to LinkedIn.

    @cached_property
    def engagement(self) -> Engagement:
        """Edits, comments, reactions and figures of published posts."""
        return Engagement(
            self.accounts, self.interactions, self.line, lambda of: self._api(of, self._silent).social, self.zernio.edit
        )

    def oauth(self, on_exchange: Callable[[Exchange], None], client_id: str | None = None) -> OAuth:
        """The sign-in service, for the app of the settings unless another client of the sandbox is named."""
        given = self.settings
        return OAuth(
            auth_url=self.auth_url,
            api_url=self.api_url,
            client_id=client_id or given.client_id,
            client_secret=given.client_secret,
            on_exchange=on_exchange,
        )

    def sign_in(self, browser: str, here: Callable[[], int | None] = lambda: None) -> SignIn:
        """A sign-in of one browser, in which `here` is signed in. What is sent is for its caller to record."""
        seen: list[Exchange] = []
        return SignIn(
            self.accounts,
            self.connections,
            lambda client_id: self.oauth(seen.append, client_id),
            browser,
            here,
            self.settings.scopes,
            exchanges=seen,
        )

    @cached_property
    def given_token(self) -> GivenToken:
        """Whose LINKEDIN_ACCESS_TOKEN is."""
        return GivenToken(self.settings, self.accounts, self.exchange_log.record, self.oauth)

    def disconnect(self, account: Account) -> None:
        """Revoke the token at LinkedIn if it answers, and delete it here in any case."""
        if token := self.accounts.access_token(account.id):
            with contextlib.suppress(LinkedInError):
                self.oauth(self.exchange_log.recorder(account_id=account.id), account.client_id).revoke(token)
        self.accounts.disconnect(account.id)

    def connect(self, row: PostRow, token: str, on_exchange: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        """A transport with this token, and the publisher of the row's dialect; both record to the exchange log."""
        transport = self.transport(self.accounts.get(row.account_id), token, on_exchange, row.id)
        return transport, self.publisher(row.dialect, transport)

    def transport(
        self, of: Account, token: str, on_exchange: Callable[[Exchange], None], post_id: int | None, origin: str = ""
    ) -> Transport:
        """The way of every call with a member's token: recorded, counted, and a 401 is remembered."""
        keep = self.exchange_log.recorder(account_id=of.id, post_id=post_id, origin=origin or None)
        return CountedTransport(
            partial(self.rate_limits.count, of),
            partial(self.accounts.refuse_token, of.id, used=token),
            access_token=token,
            on_exchange=in_turn(keep, on_exchange),
            upload_hosts={urlsplit(url).netloc for url in (self.auth_url, self.api_url)},
        )

    @contextlib.contextmanager
    def line(self, account: Account, row: PostRow | None, *, counted: bool = False) -> Iterator[VersionedApi]:
        """The versioned API for one member; its calls are recorded with the post that they are about.

        counted: they are calls that publishing the post makes, as its first comment is; what follows later is not.
        """
        if account.is_zernio:
            raise LinkedInError(NOT_THROUGH_ZERNIO, advice="Do it at LinkedIn itself.")
        token = self.accounts.access_token(account.id) or ""
        called = (lambda _: self.outbox.called(row.id)) if row and counted else (lambda _: None)
        with self.transport(account, token, called, row.id if row else None) as speak:
            yield self._api(account, speak)

    def _api(self, account: Account, transport: Transport) -> VersionedApi:
        return VersionedApi.over(transport, self.api_url, self.settings.version, account.scopes)

    def publisher(self, dialect: str, transport: Transport | None = None) -> Publisher:
        """A publisher of a dialect; without a transport it can only say what it would send."""
        return publisher(dialect, transport or self._silent, api_url=self.api_url, version=self.settings.version)

    def planner(self, account: Account, draft: Draft) -> Planner:
        """What says which calls publishing a draft of this account makes."""
        return self.zernio.planner(account) if draft.speaks == ZERNIO else self.publisher(draft.speaks)

    @cached_property
    def zernio(self) -> ZernioWay:
        """The way through Zernio: the sandbox's own, unless the settings have a key."""
        own = self.settings.built_in_sandbox and not self.settings.zernio.api_key
        return ZernioWay(
            self.accounts,
            self.connections,
            self.choices,
            self.outbox,
            self.exchange_log,
            lambda: ZernioSettings("", f"{self.api_url}/zernio/v1") if own else self.settings.zernio,
            of=BUILT_IN if own else self.settings.zernio.api_url,
        )

    @cached_property
    def _silent(self) -> Transport:
        """A transport for those who only ask what would be sent: the composer does at every key."""
        return Transport()

    def planned(self, account: Account, draft: Draft) -> tuple[PlannedCall, ...]:
        """The calls that publishing this draft makes, in order: its files, the create, its first comment.

        One is either a call of the API, which counts against the day's limit, or the upload of a file's bytes. The
        composer shows them, the row keeps them when publishing begins, and History tells what was made beside them.
        """
        if draft.speaks == ZERNIO:
            return self.zernio.planned(account, draft)
        calls = self.publisher(draft.speaks).planned(draft.as_post(account.urn), draft.planned_files())
        return (*calls, *self.engagement.planned_comment(account, draft))

    def planned_of(self, row: PostRow) -> tuple[PlannedCall, ...]:
        """The same of a post in the outbox."""
        return self.planned(self.accounts.get(row.account_id), row.draft.changed(dialect=row.dialect))

    def delete_post(self, row: PostRow) -> None:
        """Delete a published post at LinkedIn, and say so in its row. Raises: LinkedInError."""
        if row.dialect == ZERNIO:
            self.zernio.unpublish(row)
            return
        token = self.accounts.access_token(row.account_id) or ""
        transport, speaker = self.connect(row, token, lambda _: None)
        with transport:
            try:
                speaker.delete_post(Urn(str(row.urn)))
            except Unreachable:  # it never left; once more for a network that stumbles
                time.sleep(0.5)
                speaker.delete_post(Urn(str(row.urn)))
        self.outbox.set_deleted(row.id)

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
        return Schedule(self.database, self.outbox, self.accounts, lambda: self.worker.awake_since)

    def publish(self, row: PostRow) -> None:
        """Bring one post to its end, in the way that its account goes."""
        common: dict[str, Any] = {
            "accounts": self.accounts,
            "outbox": self.outbox,
            "uploads": self.uploads,
            "schedule": self.schedule,
            "plan": self.planned_of,
            "stopping": self.background.stopping,
        }
        if row.dialect == ZERNIO:
            ZernioFlow(way=self.zernio, still_a_draft_s=6 * self.resend_after_s, **common).run(row)
        else:
            PublishFlow(connect=self.connect, resend_after_s=self.resend_after_s, **common).run(row)

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
        each.accounts.relock_tokens()
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
