"""The calls that say what an app can do: a round of checks, its newest version, and the probe."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import date
from typing import Protocol

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.activity.exchange_log import ExchangeLog, in_turn
from dashboard.config.settings import Settings
from dashboard.setup.checkup import Checkup, version_answers
from dashboard.setup.choices import Choices
from dashboard.setup.probe import Probe, delete_post
from linkedin_api import Exchange, LinkedInError, OAuth, Transport, Urn
from linkedin_api.reference import versions

Record = Callable[[Exchange], None]


class App(Protocol):
    """One LinkedIn, with the app of the settings."""

    @property
    def settings(self) -> Settings:
        """The settings."""

    @property
    def accounts(self) -> Accounts:
        """Its accounts."""

    @property
    def choices(self) -> Choices:
        """What was chosen here."""

    @property
    def api_url(self) -> str:
        """Where its API is."""

    @property
    def issuer(self) -> str:
        """Whose accounts they are."""


class AppTests:
    """Each call is recorded for the member whose token it has; without a member nothing is recorded."""

    def __init__(
        self,
        app: App,
        log: ExchangeLog,
        oauth: Callable[[Record, str | None], OAuth],
        transport: Callable[[Account, str, Record, int | None], Transport],
        stopping: threading.Event,
    ) -> None:
        self._app, self._log, self._oauth, self._transport, self._stopping = app, log, oauth, transport, stopping
        self.probes: dict[int, Probe] = {}  # the last one of each account since this process has started

    def checkup(self, account: Account | None, auth_url: str, api_url: str) -> Checkup:
        """Ask the two hosts, and the state of the member's token."""
        if account is None:
            return Checkup(auth_url, api_url, None, None)
        ours = api_url == self._app.api_url  # calls to the other LinkedIn are no part of this member's log
        keep, token = self._log.recorder(account_id=account.id), self._app.accounts.access_token(account.id)
        oauth = self._oauth(keep, account.client_id)
        return Checkup(auth_url, api_url, (lambda: oauth.introspect(token)) if token else None, keep if ours else None)

    def newest_version(self, account: Account, today: date) -> str | None:
        """The newest month that LinkedIn takes from this member; None when it takes none. Raises: LinkedInError."""
        with self._speaking(account) as speak:
            wanted = versions.candidates(today)
            return next((each for each in wanted if version_answers(speak, self._app.api_url, each)), None)

    def probe(self, account: Account) -> Probe:
        """Begin to find out what the app of an account may do; one at a time."""
        running = self.probes.get(account.id)
        if running and not running.is_done:
            return running
        keep = self._log.recorder(account_id=account.id)
        found = self.probes[account.id] = Probe(
            account,
            self._app.accounts.access_token(account.id) or "",
            api_url=self._app.api_url,
            version=self._app.settings.version,
            transport=lambda see: self._speaking(account, see),
            oauth=lambda see: self._oauth(in_turn(see, keep), account.client_id),
            choices=self._app.choices,
            stopping=self._stopping,
        )
        found.start()
        return found

    def sweep(self) -> None:
        """Delete the posts of a probe that was cut off."""
        running = {account_id for account_id, probe in self.probes.items() if not probe.is_done}
        for urn, account_id in self._app.choices.probes().items():
            account = self._app.accounts.get(account_id)
            if account_id in running or account.issuer != self._app.issuer or account.sign_in_needed:
                continue
            with contextlib.suppress(LinkedInError), self._speaking(account) as speak:
                delete_post(speak, self._app.api_url, self._app.settings.version, Urn(urn))
                self._app.choices.probe_is_gone(urn)

    def _speaking(self, account: Account, see: Record = lambda _: None) -> Transport:
        return self._transport(account, self._app.accounts.access_token(account.id) or "", see, None)
