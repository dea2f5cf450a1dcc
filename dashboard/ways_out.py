"""The ways out of this process, for one LinkedIn: its API with a member's token, sign-ins, and Zernio."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import urlsplit

from dashboard.accounts.account import ZERNIO, Account
from dashboard.accounts.given_token import GivenToken
from dashboard.accounts.sign_in import SignIn
from dashboard.accounts.sign_in_state import BUILT_IN
from dashboard.activity.exchange_log import in_turn
from dashboard.activity.rate_limits import CountedTransport
from dashboard.config.settings import LOOPBACK
from dashboard.drafts.draft import Draft
from dashboard.posts.post import PostRow
from dashboard.preview.from_post import Planner
from dashboard.publishing.engagement import Engagement
from dashboard.publishing.versioned_api import VersionedApi
from dashboard.repositories import Repositories
from dashboard.zernio.way import NOT_THROUGH_ZERNIO, ZernioWay
from linkedin_api import Exchange, LinkedInError, OAuth, PlannedCall, Publisher, Transport, Unreachable, Urn, publisher
from zernio_api import ZernioSettings


@dataclass(frozen=True)
class WaysOut(Repositories):
    """Everything that sends: each call is kept in the exchange log of the account that it is for."""

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
        """Revoke the token at LinkedIn if it answers, and delete it here in any case.

        So are the member's keys of Zernio, but for those of accounts that others publish as, too.
        """
        for each in self.connections.of(account.id):
            if each.is_zernio and len(self.connections.holders(each.id)) == 1:
                self.accounts.disconnect(each.id)
        self.choices.forget_keys(account.id)
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

    def stays_here(self, account: Account) -> bool:
        """Whether posts of an account go no further than a sandbox.

        Through a real Zernio they are published at LinkedIn, also from a dashboard whose members are the sandbox's.
        """
        if not account.is_zernio:
            return self.settings.sandbox
        of = str(account.at_zernio.get("of", ""))
        return of == BUILT_IN or urlsplit(of).hostname in LOOPBACK

    def link_of(self, row: PostRow) -> str | None:
        """Where a published post can be seen; None while that is not known. Zernio tells the address itself."""
        return self.for_browser((row.remote or {}).get("url")) or (self.link(row.urn) if row.urn else None)

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

    def open_to(self, accounts: list[Account], is_this_machine: Callable[[], bool]) -> list[Account]:
        """The accounts that a browser may see: anybody may sign in to the built-in sandbox, but not publish from it."""
        if not self.settings.built_in_sandbox:
            return accounts
        return [each for each in accounts if self.stays_here(each) or is_this_machine()]

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
