"""What is kept in the database and in files, for one LinkedIn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Engine as Database

from dashboard.accounts.connections import Connections
from dashboard.accounts.encryption import Encryption, secret_key
from dashboard.accounts.repository import Accounts
from dashboard.accounts.sign_in_state import BUILT_IN
from dashboard.activity.exchange_log import ExchangeLog
from dashboard.activity.rate_limits import RateLimits
from dashboard.config.linkedin_hosts import LinkedInHosts
from dashboard.drafts.repository import Drafts
from dashboard.files.conversions import Conversions
from dashboard.files.uploads import Uploads
from dashboard.posts.history import History
from dashboard.posts.interactions import Interactions
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox
from dashboard.posts.queue import Queue
from dashboard.publishing.background import Background
from dashboard.setup.choices import Choices


@dataclass(frozen=True)
class Repositories(LinkedInHosts):
    """The repositories, each made when it is first asked for; what they know of an account is of one LinkedIn."""

    database: Database
    shared: Background | None = field(default=None, kw_only=True)  # the worker, which another LinkedIn has too

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts, with their tokens, sessions and sign-in states."""
        key = secret_key(self.settings.secret_key, self.settings.data_folder)
        return Accounts(self.database, Encryption(key, self.settings.secret_key_old), self.issuer)

    @cached_property
    def connections(self) -> Connections:
        """Who may publish as whom."""
        return Connections(self.database, self.issuer)

    @cached_property
    def choices(self) -> Choices:
        """What was chosen for a browser or for this dashboard."""
        return Choices(self.database)

    @property
    def issuer(self) -> str:
        """Whose accounts these are. The built-in sandbox stays the same one whatever port it is served on."""
        return BUILT_IN if self.settings.built_in_sandbox else self.settings.auth_url

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts and templates."""
        return Drafts(self.database, self.settings.dialect)

    @cached_property
    def jobs(self) -> Jobs:
        """The jobs of the worker."""
        return self.shared.jobs if self.shared else Jobs(self.database)

    @cached_property
    def outbox(self) -> Outbox:
        """The posts, from the moment they are queued or scheduled."""
        return self.shared.outbox if self.shared else Outbox(self.database, self.jobs)

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
    def interactions(self) -> Interactions:
        """What was done to published posts."""
        return self.outbox.interactions

    @cached_property
    def uploads(self) -> Uploads:
        """The uploaded files."""
        return Uploads(self.settings.data_folder / "uploads", self.database)

    @cached_property
    def conversions(self) -> Conversions:
        """The films that are being made into MP4s."""
        return Conversions(self.uploads)
