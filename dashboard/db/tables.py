"""The tables of the database. A change here needs a migration, see migrations/."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData()


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """The moment as it is stored: naive, in UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """The moment as it is read: aware, in UTC."""
        return value.replace(tzinfo=UTC) if value else None


class Words(TypeDecorator[str]):
    """Text that every database takes: PostgreSQL refuses a NUL, and what is longer than its column."""

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__()
        self.length = length  # by this name it is part of the key under which statements are kept

    def load_dialect_impl(self, _: Dialect) -> TypeEngine[str]:
        """VARCHAR with a length, else TEXT."""
        return String(self.length) if self.length else Text()

    def process_bind_param(self, value: str | None, _: Dialect) -> str | None:
        """The text without NUL, cut to the column's length."""
        return value.replace("\0", "")[: self.length] if value else value


accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issuer", Words(255), nullable=False),  # the sandbox's Ada is not LinkedIn's
    Column("sub", Words(255), nullable=False),
    Column("userinfo", JSON, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("token", Words()),  # encrypted, see encryption.py; NULL after Disconnect
    Column("token_at", Moment),
    Column("token_expires_at", Moment),
    Column(
        "token_refused", Words(16)
    ),  # invalid, revoked or expired: LinkedIn's own word; unreadable: see encryption.py
    Column("client_id", Words(255)),  # the app whose token it is; NULL: the one of the settings
    Column("organizations", JSON),  # the company pages by URN, see account.account_of(); NULL: never asked
    Column("parked_until", Moment),  # LinkedIn's daily limit is reached: nothing is sent before then
    Column("time_zone", Words(64)),  # the IANA name the member chose; NULL: the browser's
    Column("plan", JSON),  # the weekly slots, such as ["MO 09:00"]
    Column("when_late", Words(16)),  # what was due while nothing was running: publish (NULL too) or hold
    UniqueConstraint("issuer", "sub"),
)
sign_in_states = Table(
    "sign_in_states",
    metadata,
    Column("state_hash", Words(64), primary_key=True),
    Column("browser_hash", Words(64), nullable=False),
    Column("redirect_uri", Words(), nullable=False),
    Column("next_page", Words(64)),
    Column("client_id", Words(255)),  # which app was asked for; NULL: the one of the settings
    Column("connect_to", Integer),  # the account that wants to publish for this member too; NULL: a plain sign-in
    Column("expires_at", Moment, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
    Column("issuer", Words(255)),  # the LinkedIn that it was started for; NULL: by an earlier version
)
choices = Table(
    "choices",
    metadata,
    Column("whose", Words(64), primary_key=True),  # the hash of a browser's secret, "account 1"; "": everybody's
    Column("name", Words(64), primary_key=True),
    Column("value", Words(255), nullable=False),
    Column("at", Moment, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("ticket_hash", Words(64), unique=True),  # one time, until the cookie is set
    Column("ticket_expires_at", Moment),
    Column("cookie_hash", Words(64), unique=True),
    Column("expires_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, default=lambda: datetime.now(UTC)),  # to the hour
)
drafts = Table(
    "drafts",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("draft_id", Words(32), nullable=False),
    Column("content", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
kept_drafts = Table(
    "kept_drafts",
    metadata,
    Column("draft_id", Words(32), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("template", Words(80)),  # its name, when it is a template; NULL: a draft that waits
    Column("content", JSON, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", Words(32), nullable=False, unique=True),  # one draft is published once
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", Words(16), nullable=False),
    Column("kind", Words(16), nullable=False),
    Column("dialect", Words(8), nullable=False),
    Column("visibility", Words(16), nullable=False),
    Column("text", Words(), nullable=False),
    Column("content", JSON, nullable=False),  # the whole draft; its media get their URNs here
    Column("urn", Words(255)),
    Column("calls", Integer, nullable=False, default=0),
    Column("duration_ms", Float, nullable=False, default=0.0),
    Column("error", Words()),
    Column("advice", Words()),
    Column("note", Words()),  # what a person should know about the post for good, such as another way it took
    Column("delayed_by", Words(16)),  # why it leaves after its moment: limit, not_running or unreachable
    Column("delayed_until", Moment),  # until when
    Column("unreachable_since", Moment),  # the first try that did not get through to LinkedIn
    Column("sent_again", Boolean, nullable=False, default=False),  # a person sent it once more, unconfirmed as it was
    Column("sent_bytes", Integer, nullable=False, default=0),
    Column("total_bytes", Integer, nullable=False, default=0),
    Column("cancel_requested", Boolean, nullable=False, default=False),
    Column("create_sent_at", Moment),  # when the first create left: the clock of "A lost answer"
    Column("create_tries", Integer, nullable=False, default=0),
    Column("finished_at", Moment),
    Column("brought_back", Boolean, nullable=False, default=False),  # a failed post was put into the composer again
    Column("seen", Boolean, nullable=False, default=False),  # the composer has told its outcome
    Column("due_at", Moment),  # when it should leave; NULL: at once
    Column("time_zone", Words(64)),  # in which zone due_at was chosen
    Column("job", Words(64)),  # the one job of the engine that may bring it on; another is out of date
    Column("run", Words(32)),  # the one run of the flow that may send it; another has been overtaken
    Column("held", Words()),  # why a scheduled post does not leave by itself
    Column("failures", Integer),  # how often the dashboard itself has failed at it
    Column("written_by", Integer),  # the account that wrote it; NULL: the same as account_id
    Index("posts_by_account", "account_id", "id"),
    Index("posts_by_state", "account_id", "state", "id", "kind"),  # each filters by the other too without the rows
    Index("posts_by_kind", "account_id", "kind", "id", "state"),
    Index("posts_unseen", "account_id", "seen", "id"),  # the composer asks at every key
    Index("posts_waiting", "state", "id"),
    Index("posts_due", "account_id", "state", "due_at"),  # the queue, and which slots are taken
)
connections = Table(
    "connections",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),  # may see and publish as
    Column("other_id", ForeignKey("accounts.id"), primary_key=True),
    Column("since", Moment, nullable=False),
)
tour_ticks = Table(
    "tour_ticks",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("step", Words(32), primary_key=True),
)
calls_made = Table(
    "calls_made",
    metadata,
    Column("day", Words(10), primary_key=True),  # UTC, as LinkedIn counts
    Column("client_id", Words(255), primary_key=True),
    Column("account_id", Integer, primary_key=True, autoincrement=False),  # 0 while a sign-in has no member yet
    Column("calls", Integer, nullable=False),
)
file_blocks = Table(
    "file_blocks",
    metadata,
    Column("sha256", Words(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("kept_at", Moment, nullable=False),  # of block 0: when the file was chosen last
)
interactions = Table(
    "deeds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("post_id", ForeignKey("posts.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", Words(16), nullable=False),  # comment, first_comment, reaction or edit
    Column("text", Words(), nullable=False),  # the comment, the reaction's name, or the text from before the edit
    Column("actor", Words(255), nullable=False),
    Column("given_id", Words(255)),  # LinkedIn's name for the comment
    Column("undone", Boolean, nullable=False, default=False),
    Column("state", Words(16)),  # NULL: LinkedIn has it; waiting, sending, unconfirmed or failed
    Column("tries", Integer),  # how often LinkedIn did not take it yet
    Column("error", Words()),
    Column("advice", Words()),
    Column("job", Words(64)),  # the one job of the engine that may send it
    Index("deeds_open", "state"),  # what waits
)
exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer),  # NULL while a sign-in has no member yet
    Column("browser_hash", Words(64)),
    Column("post_id", Integer, index=True),
    Column("at", Moment, nullable=False),
    Column("method", Words(8), nullable=False),
    Column("url", Words(), nullable=False),
    Column("status", Integer),
    Column("duration_ms", Float, nullable=False),
    Column("request_id", Words(255)),
    Column("exchange", JSON, nullable=False),  # the whole Exchange, redacted at birth
    Column("origin", Words(64)),  # of the Console: a digest of what was typed; NULL: the dashboard itself
    Index("exchanges_by_account", "account_id", "id"),
    Index("exchanges_by_origin", "account_id", "origin"),
)
