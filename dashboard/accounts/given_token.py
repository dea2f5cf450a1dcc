"""The account of LINKEDIN_ACCESS_TOKEN: LinkedIn is asked once a minute whose it is, however many tabs there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.accounts.sign_in import with_token
from dashboard.config.settings import Settings
from linkedin_api import Exchange, LinkedInError, OAuth

REMEMBERED_S = 60.0


class GivenToken:
    """Looks up the account of LINKEDIN_ACCESS_TOKEN, and remembers it or the failure for a minute."""

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        record: Callable[[int, list[Exchange]], None],
        oauth: Callable[[Callable[[Exchange], None]], OAuth],
    ) -> None:
        self._settings, self._accounts, self._record, self._oauth = settings, accounts, record, oauth
        self._asking, self._until = threading.Lock(), 0.0
        self._found: Account | LinkedInError | None = None

    def account(self) -> Account:
        """The account; its exchanges are recorded. Raises: LinkedInError."""
        with self._asking:
            if self._found is None or time.monotonic() >= self._until:
                try:
                    self._found = self._ask()
                except LinkedInError as error:
                    self._found = error
                self._until = time.monotonic() + REMEMBERED_S
            if isinstance(self._found, LinkedInError):
                raise self._found.with_traceback(None)
            return self._found

    def _ask(self) -> Account:
        seen: list[Exchange] = []
        oauth = self._oauth(seen.append)
        given = self._settings
        found = with_token(
            self._accounts, oauth, given.access_token, can_introspect=bool(given.client_id), scopes=given.scopes
        )
        self._record(found.id, seen)
        return found
