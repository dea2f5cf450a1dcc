"""What came of the steps of the tour, and the values that one step gives to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linkedin_api import Exchange, LinkedInError
from linkedin_api.snippets.program_call import ProgramCall

# The values that no page, log or address may show, each with the mark that stands for it.
SECRETS = {
    "client_secret": "client secret",
    "code": "code, 30 minutes",
    "access_token": "token, 60 days",
    "id_token": "id_token, 1 hour",
    "refresh_token": "refresh token, 1 year",
    "app_token": "token of the app, 30 minutes",
    "upload_url": "upload address",
    "zernio_key": "key of Zernio",
}


class TourRefused(Exception):
    """A step that cannot be done here; the message says what to do first."""


@dataclass(frozen=True)
class Answered:
    """One request of a step with its answer; error is LinkedIn's refusal, or why nothing was sent."""

    call: ProgramCall
    exchange: Exchange | None
    error: LinkedInError | TourRefused | None = None


@dataclass(frozen=True)
class TourResult:
    """What came of a step. error: what stopped it; claims: of the id_token, when it is genuine."""

    answers: tuple[Answered, ...] = ()
    error: Exception | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False  # it was made to fail
    before: tuple[int, ...] = ()  # numbers of the steps that were done for it

    @property
    def is_done(self) -> bool:
        """Whether everything went as the step tells it."""
        return bool(self.answers) and self.error is None and not self.broken

    @property
    def trouble(self) -> Exception | None:
        """What was refused: what stopped it, else the last refusal that the step goes on after."""
        return self.error or next((each.error for each in reversed(self.answers) if each.error), None)


@dataclass
class TourState:
    """Where somebody is on the tour. The values are secrets and stay on the server."""

    host: str = ""  # whose values these are
    values: dict[str, str] = field(default_factory=dict, repr=False)
    results: dict[str, TourResult] = field(default_factory=dict)
    ticks: set[str] = field(default_factory=set)

    def belong_to(self, host: str) -> None:
        """Forget what another LinkedIn gave: its token must not reach this one."""
        if self.host != host:
            self.host, self.values, self.results = host, {}, {}
