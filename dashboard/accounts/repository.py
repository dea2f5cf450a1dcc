"""Who is signed in: sign-in states, sessions, and tokens encrypted at rest."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Select, bindparam, delete, insert, select, true, union_all, update
from sqlalchemy.exc import OperationalError

from dashboard.accounts.account import ZERNIO, Account, account_of, written
from dashboard.accounts.encryption import Encryption
from dashboard.accounts.sign_in_state import SignInStates, StateRefused
from dashboard.db.database import new_id, now, upsert
from dashboard.db.tables import accounts, connections, sessions
from linkedin_api import OrganizationProfile, Profile, Token, Urn

__all__ = ["Account", "Accounts", "StateRefused"]

TICKET_LIFE = timedelta(minutes=1)
IDLE_LIFE = timedelta(days=14)  # of a session that nobody uses
SEEN_EVERY = timedelta(hours=1)  # a use is written down no more often
UNREADABLE = "unreadable"  # of a token: encrypted with a SECRET_KEY that is not known any more
Also = Callable[[ColumnElement[int]], ColumnElement[str]]
SESSION_LIFE = timedelta(days=60)  # as long as LinkedIn's token, which may end sooner
log = logging.getLogger(__name__)


class Accounts(SignInStates):
    """The accounts, sessions and sign-in states in the database."""

    def __init__(self, engine: Engine, encryption: Encryption, issuer: str) -> None:
        super().__init__(engine, issuer)
        self._encryption = encryption

    # Sessions: an account, a one-time ticket, then an HttpOnly cookie.

    def open_session(self, account_id: int, instead_of: int | None = None) -> tuple[int, str]:
        """A new session's id, and the ticket that `redeem_ticket` swaps for its cookie.

        It ends the session `instead_of`, which was this browser's.
        """
        ticket = secrets.token_urlsafe(32)
        with self._engine.begin() as db:
            db.execute(delete(sessions).where(~_live() | (sessions.c.id == instead_of)))
            made = db.execute(
                insert(sessions).values(
                    account_id=account_id,
                    ticket_hash=self._encryption.digest(ticket),
                    ticket_expires_at=now() + TICKET_LIFE,
                    expires_at=now() + SESSION_LIFE,
                )
            )
            return new_id(made), ticket

    def redeem_ticket(self, ticket: str) -> str | None:
        """The value of a fresh session cookie, or None for a wrong, used or expired ticket."""
        cookie = secrets.token_urlsafe(32)
        in_time = sessions.c.ticket_expires_at > now()
        valid = (sessions.c.ticket_hash == self._encryption.digest(ticket)) & in_time & self._of_mine()
        if self._value(select(sessions.c.id).where(valid)) is None:  # a stranger's guess waits for no lock
            return None
        kept = {"cookie_hash": self._encryption.digest(cookie), "ticket_hash": None}
        done = self._write(update(sessions).where(valid).values(kept))
        return cookie if done == 1 else None

    def session(self, cookie: str) -> int | None:
        """The id of the live session that this cookie opens."""
        mine = (sessions.c.cookie_hash == self._encryption.digest(cookie)) & self._of_mine()
        return self._value(select(sessions.c.id).where(mine, _live()))

    def _of_mine(self) -> ColumnElement[bool]:
        """The sessions of members of this LinkedIn."""
        return sessions.c.account_id.in_(select(accounts.c.id).where(accounts.c.issuer == self._issuer))

    def session_account(self, session_id: int) -> Account | None:
        """The account of a session, which this uses; None once it was signed out, has expired or was idle too long."""
        mine = (sessions.c.id == session_id) & (accounts.c.issuer == self._issuer)
        row = self._row(select(accounts, sessions.c.seen_at).join(sessions).where(mine, _live()))
        if row is None:
            return None
        self._note_use(session_id, row.seen_at)
        return account_of(row)

    def in_session(self, session_id: int, also: Also) -> tuple[list[Account], str]:
        """The account of a session, then those that it may publish as; nobody once it was signed out or has expired.

        In the same statement, because every key in the composer asks for both: also(id of the account), "" for nobody.
        """
        with self._engine.connect() as db:
            at = now()
            values = {"session": session_id, "now": at, "idle_since": at - IDLE_LIFE}
            found = db.execute(_in_session(self._issuer, also), values).all()
        if found:
            self._note_use(session_id, found[0].seen_at)
        return [account_of(row) for row in found], (found[0].also or "") if found else ""

    def _note_use(self, session_id: int, seen_at: datetime) -> None:
        if seen_at < now() - SEEN_EVERY:
            with contextlib.suppress(OperationalError):  # of a database that is busy: the next use writes it down
                self._write(update(sessions).where(sessions.c.id == session_id).values(seen_at=now()))

    def close_session(self, session_id: int) -> None:
        """Sign one browser out."""
        self._write(delete(sessions).where(sessions.c.id == session_id))

    # Accounts and their tokens.

    def save(
        self,
        profile: Profile,
        token: Token,
        *,
        token_at: datetime | Literal["now"] | None = "now",  # noqa: S107
        client_id: str | None = None,
    ) -> Account:
        """Keep a member and their token, made at `token_at` (None: nobody knows); an earlier account is updated."""
        values: dict[str, Any] = {
            "userinfo": dict(profile.raw),
            "scopes": list(token.scopes),
            "token": self._encryption.lock(token.access_token),
            "token_at": now() if token_at == "now" else token_at,  # noqa: S105
            # None or 0: nobody has told when it ends.
            "token_expires_at": now() + timedelta(seconds=token.expires_in_s) if token.expires_in_s else None,
            "token_refused": None,
            "client_id": client_id,
        }
        mine = (accounts.c.issuer == self._issuer) & (accounts.c.sub == profile.sub)
        with self._engine.begin() as db:
            upsert(db, accounts, {"issuer": self._issuer, "sub": profile.sub}, values)
            return account_of(db.execute(select(accounts).where(mine)).one())

    def get(self, account_id: int) -> Account:
        """The account with this id. Raises: sqlalchemy.exc.NoResultFound."""
        with self._engine.connect() as db:
            return account_of(db.execute(select(accounts).where(accounts.c.id == account_id)).one())

    def access_token(self, account_id: int) -> str | None:
        """The token in the clear, for one use; None without one, for another issuer, or when no key opens it."""
        return self._secret(account_id, accounts.c.client_id.is_distinct_from(ZERNIO))

    def zernio_key(self, account_id: int) -> str | None:
        """The key of an account that publishes through Zernio, in the clear, for one use; as access_token()."""
        return self._secret(account_id, accounts.c.client_id == ZERNIO)

    def _secret(self, account_id: int, way: ColumnElement[bool]) -> str | None:
        # The token of one LinkedIn must not reach another, such as the sandbox after the settings have changed.
        mine = (accounts.c.id == account_id) & (accounts.c.issuer == self._issuer) & way
        locked = self._value(select(accounts.c.token).where(mine))
        return self._encryption.unlock(locked) if locked else None

    def lock(self, secret: str) -> str:
        """A secret that is kept elsewhere, encrypted."""
        return self._encryption.lock(secret)

    def unlock(self, locked: str) -> str | None:
        """It in the clear; None when no key opens it."""
        return self._encryption.unlock(locked)

    def relock_tokens(self, also: Callable[[Callable[[str], str | None]], None] = lambda _: None) -> None:
        """Encrypt with SECRET_KEY what SECRET_KEY_OLD has encrypted, and mark what neither opens.

        also: does the same with secrets that are kept elsewhere, given what encrypts one anew.
        """
        try:
            also(self._encryption.relock)
            for row in self._rows(select(accounts).where(accounts.c.token.is_not(None))):
                if (changed := self._relocked(row)) != (row.token, row.token_refused):
                    same = (accounts.c.id == row.id) & (accounts.c.token == row.token)
                    token, why = changed
                    self._write(update(accounts).where(same).values(token=token, token_refused=why))
        except OperationalError:  # of a database that is busy
            log.warning("Not every token was encrypted anew with SECRET_KEY: the database is busy. Start once more.")

    def _relocked(self, row: Any) -> tuple[str, str | None]:
        """The token as it is to be kept, and why it is no good."""
        token = self._encryption.relock(row.token)
        if token is None:
            return row.token, row.token_refused or UNREADABLE
        return token, None if row.token_refused == UNREADABLE else row.token_refused

    def token_of_another_app(self, sub: str, client_id: str | None) -> tuple[str, str | None] | None:
        """The token and client id of this member's last sign-in, if it was another app's."""
        row = self._row(select(accounts).where(accounts.c.issuer == self._issuer, accounts.c.sub == sub))
        if row is None or row.token is None or row.client_id == client_id:
            return None
        token = self._encryption.unlock(row.token)
        return (token, row.client_id) if token else None

    def refuse_token(self, account_id: int, reason: str | None, used: str | None = None) -> None:
        """Remember that LinkedIn answered 401, and why: invalid, revoked or expired; None: it is taken after all.

        A refusal of the token `used` says nothing about a newer one: a new sign-in may revoke the old token.
        """
        if used is not None and used != self._secret(account_id, true()):
            return
        self._set(account_id, token_refused=reason)

    def keep_organizations(
        self, account_id: int, urns: Iterable[Urn], told: Mapping[Urn, OrganizationProfile] | None = None
    ) -> None:
        """Remember the company pages that the member may post for, with what LinkedIn has just told of them.

        Of the others the names stay: those that LinkedIn told before, and those that the member gave.
        """
        known = self._organizations(account_id)
        fresh = {urn: written(page, now()) for urn, page in (told or {}).items()}
        self._set(account_id, organizations={urn: fresh.get(urn, known.get(urn, "")) for urn in urns})

    def name_organization(self, account_id: int, urn: str, name: str) -> None:
        """Give a company page a name of the member's own, where LinkedIn tells only its number."""
        if isinstance((known := self._organizations(account_id)).get(urn), str):
            self._set(account_id, organizations={**known, urn: name})

    def _organizations(self, account_id: int) -> dict[str, Any]:
        return self._value(select(accounts.c.organizations).where(accounts.c.id == account_id)) or {}

    def all(self) -> list[Account]:
        """Every account of this LinkedIn."""
        return [account_of(row) for row in self._rows(select(accounts).where(accounts.c.issuer == self._issuer))]

    def park(self, account_id: int, until: datetime | None) -> None:
        """Send nothing of this account before a moment; None: send again."""
        self._set(account_id, parked_until=until)

    def keep_habits(self, account_id: int, *, time_zone: str, plan: Iterable[str], when_late: str) -> None:
        """Remember the member's time zone, weekly slots, and what becomes of posts that are late."""
        self._set(account_id, time_zone=time_zone, plan=list(plan), when_late=when_late)

    def _set(self, account_id: int, **values: Any) -> None:
        self._write(update(accounts).where(accounts.c.id == account_id).values(values))

    def disconnect(self, account_id: int) -> None:
        """Delete the token, sign every browser of this account out, and forget who could publish as whom."""
        with self._engine.begin() as db:
            db.execute(
                update(accounts)
                .where(accounts.c.id == account_id)
                .values(token=None, token_at=None, token_expires_at=None)
            )
            db.execute(delete(sessions).where(sessions.c.account_id == account_id))
            db.execute(delete(connections).where(connections.c.account_id == account_id))
            db.execute(delete(connections).where(connections.c.other_id == account_id))


def _live() -> ColumnElement[bool]:
    """The sessions that have not ended."""
    return (sessions.c.expires_at > now()) & (sessions.c.seen_at > now() - IDLE_LIFE)


@cache
def _in_session(issuer: str, also: Also) -> Select[*tuple[Any, ...]]:
    """The statement of in_session(), made once: to make it takes as long as to run it."""
    in_time = (sessions.c.expires_at > bindparam("now")) & (sessions.c.seen_at > bindparam("idle_since"))
    live = select(sessions.c.account_id, sessions.c.seen_at).where(sessions.c.id == bindparam("session"), in_time)
    own = live.cte("own")
    me = own.c.account_id.label("me")
    others = select(connections.c.other_id, me, own.c.seen_at).join(own, connections.c.account_id == me)
    here = union_all(select(own.c.account_id, me, own.c.seen_at), others).subquery("here")
    columns = (accounts, here.c.seen_at, also(here.c.me).label("also"))
    found = select(*columns).join(here, (accounts.c.id == here.c.account_id) & (accounts.c.issuer == issuer))
    return found.order_by((accounts.c.id == here.c.me).desc(), accounts.c.id)
