"""What only a call can tell, asked on threads of its own, within a time limit: hosts, clock, and the token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dashboard.activity.exchange_log import in_turn
from dashboard.setup.facts import Findings, HostAnswer
from linkedin_api import APIError, Exchange, Forbidden, Introspection, LinkedInError, Transport, VersionRetired
from linkedin_api.community.organizations import Organizations

CONNECT_S, ANSWER_S = 4.0, 8.0
FRESH_S = 60.0  # so long what was found is shown again, and asked for no second time
# Addresses of which LinkedIn asks for no token, or refuses one politely: any answer says that it is there.
WWW, API = "/oauth/.well-known/openid-configuration", "/v2/userinfo"
Ask = Callable[[], Introspection]


class Checkup:
    """One round of questions; `findings` is None until all are answered, or have taken too long."""

    def __init__(
        self, auth_url: str, api_url: str, introspect: Ask | None, record: Callable[[Exchange], None] | None
    ) -> None:
        self._auth_url, self._api_url, self._introspect, self._record = auth_url, api_url, introspect, record
        self.findings: Findings | None = None
        self._made_at = time.monotonic()
        threading.Thread(target=self._run, name="checkup", daemon=True).start()

    @property
    def is_fresh(self) -> bool:
        """Whether it was made a moment ago."""
        return time.monotonic() - self._made_at < FRESH_S

    def _run(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            www = pool.submit(ask_host, f"{self._auth_url}{WWW}", self._record)
            api = pool.submit(ask_host, f"{self._api_url}{API}", self._record)
            token, refused = self._ask_of_token()
            hosts = {self._api_url: api.result(), self._auth_url: www.result()}
        self.findings = Findings(hosts, token, refused)

    def _ask_of_token(self) -> tuple[Introspection | None, str]:
        if self._introspect is None:
            return None, ""
        try:
            return self._introspect(), ""
        except LinkedInError as error:
            return None, f"{error} {error.advice}"


def ask_host(url: str, record: Callable[[Exchange], None] | None = None) -> HostAnswer:
    """How a host answers a call without a token."""
    seen: list[Exchange] = []
    told = in_turn(seen.append, record) if record else seen.append
    try:
        with Transport(on_exchange=told, connect_timeout_s=CONNECT_S, read_timeout_s=ANSWER_S) as transport:
            transport.send("GET", url)
    except APIError:  # an answer too
        pass
    except LinkedInError as error:
        return HostAnswer(f"{url.partition('/oauth')[0].partition('/v2')[0]} cannot be reached: {error}", error.advice)
    return HostAnswer(clock_ahead_s=clock_ahead_s(seen[-1], datetime.now(UTC)) if seen else None)


def clock_ahead_s(exchange: Exchange, now: datetime) -> float | None:
    """By how many seconds this machine's clock is ahead of the answer's Date; None when it has none."""
    told = next((value for name, value in exchange.response_headers.items() if name.lower() == "date"), "")
    try:
        return (now - parsedate_to_datetime(told).astimezone(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None


def version_answers(transport: Transport, api_url: str, version: str) -> bool:
    """Whether LinkedIn takes this version: it refuses an inactive one (§5.1) before it looks at the scopes [I].

    Raises: LinkedInError when the answer does not tell.
    """
    try:
        Organizations(transport, api_url=api_url, version=version).administered()
    except VersionRetired:
        return False
    except Forbidden:  # the version is fine; the scope is missing
        pass
    return True
