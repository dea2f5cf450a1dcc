"""What the checks look at: settings, what a person ticked, the member, and what a checkup has found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from dashboard.accounts.account import Account
from dashboard.config.settings import Settings
from linkedin_api import Introspection


@dataclass(frozen=True)
class HostAnswer:
    """How one of LinkedIn's hosts has answered: why it was not reached, or by how much this machine's clock is off."""

    trouble: str = ""
    advice: str = ""
    clock_ahead_s: float | None = None  # this machine's clock against the Date of the answer; None: it had none


@dataclass(frozen=True)
class Findings:
    """What only a call could tell."""

    hosts: Mapping[str, HostAnswer] = field(default_factory=dict)  # by address
    introspection: Introspection | None = None
    introspection_refused: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that the checks read; they make no call and ask no clock."""

    app: Settings  # of LinkedIn, as far as it is set up
    shown: Settings  # of the LinkedIn that this tab works with
    today: date
    redirect_uri: str
    origin: str | None = None  # as the browser shows it
    ticks: Collection[str] = ()
    account: Account | None = None
    findings: Findings | None = None
    env_file_mode: int | None = None  # of .env; None: there is none

    @property
    def is_set_up(self) -> bool:
        """Whether there is an app of LinkedIn's."""
        return not self.app.built_in_sandbox
