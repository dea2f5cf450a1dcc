"""What one running dashboard works with, made once; the server and the pages both use it."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from urllib.parse import urlsplit

from sqlalchemy import Engine as Database

from dashboard.accounts.account import Account
from dashboard.accounts.connections import Connections
from dashboard.accounts.encryption import Encryption, secret_key
from dashboard.accounts.given_token import GivenToken
from dashboard.accounts.repository import Accounts
from dashboard.accounts.sign_in import SignIn
from dashboard.activity.exchange_log import ExchangeLog
from dashboard.activity.rate_limits import CountedTransport, RateLimits
from dashboard.config import settings as configuration
from dashboard.config.linkedin_hosts import LinkedInHosts
from dashboard.db.database import open_database
from dashboard.drafts.repository import Drafts
from dashboard.files.uploads import Uploads
from dashboard.opening import Opening
from dashboard.posts.history import History
from dashboard.posts.interactions import Interactions
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.posts.queue import Queue
from dashboard.posts.schedule import Schedule
from dashboard.publishing.delivery import Delivery
from dashboard.publishing.engagement import Engagement
from dashboard.publishing.publish_flow import RESEND_AFTER_S, PublishFlow
from dashboard.publishing.versioned_api import VersionedApi
from dashboard.publishing.worker import DAY_S, Worker
from dashboard.untrusted.fetch import INTERNET, Internet
from dashboard.untrusted.opengraph import PageCard, fetch_card
from linkedin_api import Exchange, LinkedInError, OAuth, Publisher, Transport, Unreachable, Urn, publisher
from sandbox import Sandbox

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services(LinkedInHosts):
    """Everything that lives longer than one run of a page."""

    database: Database
    resend_after_s: float = RESEND_AFTER_S
    internet: Internet = INTERNET

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts, with their tokens, sessions and sign-in states."""
        key = secret_key(self.settings.secret_key, self.settings.data_folder)
        return Accounts(self.database, Encryption(key, self.settings.secret_key_old), self._issuer)

    @cached_property
    def connections(self) -> Connections:
        """Who may publish as whom."""
        return Connections(self.database, self._issuer)

    @property
    def _issuer(self) -> str:
        """Whose accounts these are. The built-in sandbox stays the same one whatever port it is served on."""
        return "sandbox" if self.settings.built_in_sandbox else self.settings.auth_url

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts and templates."""
        return Drafts(self.database, self.settings.dialect)

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs of the worker."""
        return Jobs(self.database)

    @cached_property
    def outbox(self) -> Outbox:
        """The posts, from the moment they are queued or scheduled."""
        return Outbox(self.database, self.jobs)

    @cached_property
    def schedule(self) -> Schedule:
        """When posts leave."""
        return Schedule(self.database, self.outbox, self.accounts, lambda: self.worker.awake_since)

    @cached_property
    def queue(self) -> Queue:
        """What the Queue page reads."""
        return Queue(self.database)

    @cached_property
    def history(self) -> History:
        """What the History page reads."""
        return History(self.database)

    @cached_property
    def exchange_log(self) -> ExchangeLog:
        """The last exchanges with LinkedIn."""
        return ExchangeLog(self.database)

    @cached_property
    def rate_limits(self) -> RateLimits:
        """The calls of each day."""
        return RateLimits(self.database, self.settings.client_id)

    @cached_property
    def engagement(self) -> Engagement:
        """Edits, comments, reactions and figures of published posts."""
        return Engagement(self.accounts, self.interactions, self._line, lambda of: self._api(of, self._silent).social)

    @cached_property
    def interactions(self) -> Interactions:
        """What was done to published posts."""
        return self.outbox.interactions

    @cached_property
    def uploads(self) -> Uploads:
        """The uploaded files."""
        return Uploads(self.settings.data_folder / "uploads", self.database)

    # Speaking to LinkedIn.

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

        def seen(exchange: Exchange) -> None:
            keep(exchange)
            on_exchange(exchange)

        return CountedTransport(
            partial(self.rate_limits.count, of),
            partial(self.accounts.refuse_token, of.id, used=token),
            access_token=token,
            on_exchange=seen,
            upload_hosts={urlsplit(url).netloc for url in (self.auth_url, self.api_url)},
        )

    @contextlib.contextmanager
    def _line(self, account: Account, row: PostRow | None) -> Iterator[VersionedApi]:
        """The versioned API for one member; its calls are recorded, and counted for the post that they are about."""
        token = self.accounts.access_token(account.id) or ""
        called = (lambda _: self.outbox.called(row.id)) if row else (lambda _: None)
        with self.transport(account, token, called, row.id if row else None) as speak:
            yield self._api(account, speak)

    def _api(self, account: Account, transport: Transport) -> VersionedApi:
        return VersionedApi.over(transport, self.api_url, self.settings.version, account.scopes)

    def publisher(self, dialect: str, transport: Transport | None = None) -> Publisher:
        """A publisher of a dialect; without a transport it can only say what it would send."""
        return publisher(dialect, transport or self._silent, api_url=self.api_url, version=self.settings.version)

    @cached_property
    def _silent(self) -> Transport:
        """A transport for those who only ask what would be sent: the composer does at every key."""
        return Transport()

    def delete_post(self, row: PostRow) -> None:
        """Delete a published post at LinkedIn, and say so in its row. Raises: LinkedInError."""
        token = self.accounts.access_token(row.account_id) or ""
        transport, speaker = self.connect(row, token, lambda _: self.outbox.called(row.id))
        with transport:
            try:
                speaker.delete_post(Urn(str(row.urn)))
            except Unreachable:  # it never left; once more for a network that stumbles
                time.sleep(0.5)
                speaker.delete_post(Urn(str(row.urn)))
        self.outbox.set_deleted(row.id)

    def fetch_card(self, url: str) -> PageCard:
        """What a page says about itself. Raises: PageRefused."""
        return fetch_card(url, self.internet)

    # Publishing in the background.

    @cached_property
    def _stopping(self) -> threading.Event:
        return threading.Event()

    @cached_property
    def worker(self) -> Worker:
        """The worker of this process; it works once it is started."""
        flow = PublishFlow(
            accounts=self.accounts,
            outbox=self.outbox,
            uploads=self.uploads,
            schedule=self.schedule,
            connect=self.connect,
            stopping=self._stopping,
            resend_after_s=self.resend_after_s,
        )
        delivery = Delivery(accounts=self.accounts, outbox=self.outbox, line=self._line, stopping=self._stopping)
        return Worker(
            self.database,
            self.outbox,
            self.jobs,
            flow.run,
            stopping=self._stopping,
            ready=self.is_there,
            daily=self._sweep,
            delivery=delivery,
            just_before=self.schedule.just_before,
        )

    def _sweep(self) -> None:
        self.uploads.sweep(self.outbox.wanted_files() | self.drafts.wanted_files())
        self.rate_limits.sweep()
        self.engagement.refresh_organizations()

    def start(self) -> None:
        """Go on with what an earlier process left, unless others do; sweep old uploads now and every day."""
        if self.settings.publishes:
            self.worker.start()
        elif not self._sweeper.is_alive():
            with contextlib.suppress(RuntimeError):  # another thread has started it, or it has ended
                self._sweeper.start()

    @cached_property
    def _sweeper(self) -> threading.Thread:
        return threading.Thread(target=self._sweep_daily, name="sweeper", daemon=True)

    def _sweep_daily(self) -> None:
        while True:
            try:
                self._sweep()
            except Exception:
                log.exception("Old uploads could not be deleted")
            if self._stopping.wait(DAY_S):
                return


def _open() -> Services:
    found = configuration.load()
    made = Services(found, open_database(found.database))
    made.accounts.relock_tokens()
    return made


get_services = Opening(_open)  # those of this process


@cache
def sandbox() -> Sandbox:
    """The LinkedIn that is mounted into this dashboard."""
    given = configuration.load()
    return Sandbox(given.data_folder / "sandbox", control_key=given.sandbox_key or None)
