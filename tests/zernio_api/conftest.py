"""Zernio in the sandbox: a key, Ada's account, and a publisher that speaks to it over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from linkedin_api import Exchange, Transport
from sandbox.directory.members import ADA
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from zernio_api import ZernioAccounts, ZernioPublisher, ZernioSettings, connect


@dataclass
class Way:
    """The way through Zernio: both clients, the account, what was exchanged, and the sandbox behind it."""

    linkedin: RunningSandbox
    state: Zernio
    key: str
    transport: Transport
    account_id: str
    seen: list[Exchange] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.linkedin.url}/zernio/v1"

    @property
    def publisher(self) -> ZernioPublisher:
        return ZernioPublisher(self.transport, self.url)

    @property
    def accounts(self) -> ZernioAccounts:
        return ZernioAccounts(self.transport, self.url)

    def texts(self) -> list[str]:
        """The texts in LinkedIn's feed, newest first."""
        return [post.text for post in self.linkedin.state.feed()]


@pytest.fixture
def way(linkedin: RunningSandbox) -> Iterator[Way]:
    state = Zernio(linkedin.state)
    key, seen = state.new_key(), []
    settings = ZernioSettings(key, f"{linkedin.url}/zernio/v1")
    with connect(settings, on_exchange=seen.append) as transport:
        yield Way(linkedin, state, key, transport, state.connect(ADA, ADA), seen)
