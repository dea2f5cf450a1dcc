"""Who is signed in: sign-in states, sessions, and tokens encrypted at rest."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Engine, Select, bindparam, delete, insert, select, union_all, update

from dashboard.account import Account, account_of
from dashboard.repository import Repository
from dashboard.store import new_id, now, upsert
from dashboard.tables import accounts, connections, sessions, sign_in_states
from dashboard.vault import Vault, digest
from linkedin_api import Profile, Token, Urn

__all__ = ["Account", "Accounts", "SignInState", "StateRefused"]

STATE_LIFE = timedelta(minutes=10)
TICKET_LIFE = timedelta(minutes=1)
Also = Callable[[ColumnElement[int]], ColumnElement[bool]]
SESSION_LIFE = timedelta(days=60)  # as long as LinkedIn's token, which may end sooner


class StateRefused(ValueError):
    """The state that came back is not one that this browser may use; the message is for the page."""


@dataclass(frozen=True)
class SignInState:
    """What was remembered when the member left for LinkedIn."""

    redirect_uri: str
    next_page: str | None
    client_id: str | None = None
    connect_to: int | None = None  # the account that wants to publish for the member who signs in


class Accounts(Repository):
    """The accounts, sessions and sign-in states in the database."""

    def __init__(self, engine: Engine, vault: Vault, issuer: str) -> None:
        super().__init__(engine)
        self._vault, self._issuer = vault, issuer

    # Sign-in states: random, expiring, single use, bound to one browser.

    def new_state(
        self,
        browser: str,
        *,
        redirect_uri: str,
        next_page: str | None = None,
        client_id: str | None = None,
        connect_to: int | None = None,
    ) -> str:
        """A state for one sign-in; what it remembers comes back from redeem_state()."""
        state = secrets.token_urlsafe(32)
        with self._engine.begin() as db:
            db.execute(delete(sign_in_states).where(sign_in_states.c.expires_at < now() - timedelta(days=1)))
            db.execute(
                insert(sign_in_states).values(
                    state_hash=digest(state),
                    browser_hash=digest(browser),
                    redirect_uri=redirect_uri,
                    next_page=next_page,
                    client_id=client_id,
                    connect_to=connect_to,
                    expires_at=now() + STATE_LIFE,
                    used=False,
                )
            )
        return state

    def redeem_state(self, state: str, browser: str) -> SignInState:
        """What was remembered under `state`, once. Raises: StateRefused."""
        mine = sign_in_states.c.state_hash == digest(state)
        with self._engine.begin() as db:
            row = db.execute(select(sign_in_states).where(mine)).one_or_none()
            if row is None:
                raise StateRefused("This sign-in was not started here: its state is unknown.")
            # Checked before it is marked as used: another browser must not use up somebody's sign-in.
            if row.browser_hash != digest(browser):
                raise StateRefused("This sign-in was started in another browser, so it cannot be finished in this one.")
            if row.expires_at < now():
                raise StateRefused("This sign-in took longer than 10 minutes and has expired.")
            taken = db.execute(update(sign_in_states).where(mine, sign_in_states.c.used.is_(False)).values(used=True))
            if taken.rowcount != 1:
                raise StateRefused("This sign-in link was already used.")
        return SignInState(row.redirect_uri, row.next_page, row.client_id, row.connect_to)

    # Sessions: an account, a one-time ticket, then an HttpOnly cookie.

    def open_session(self, account_id: int) -> tuple[int, str]:
        """A new session's id, and the ticket that `redeem_ticket` swaps for its cookie."""
        ticket = secrets.token_urlsafe(32)
        with self._engine.begin() as db:
            db.execute(delete(sessions).where(sessions.c.expires_at < now()))
            made = db.execute(
                insert(sessions).values(
                    account_id=account_id,
                    ticket_hash=digest(ticket),
                    ticket_expires_at=now() + TICKET_LIFE,
                    expires_at=now() + SESSION_LIFE,
                )
            )
            return new_id(made), ticket

    def redeem_ticket(self, ticket: str) -> str | None:
        """The value of a fresh session cookie, or None for a wrong, used or expired ticket."""
        cookie = secrets.token_urlsafe(32)
        valid = (sessions.c.ticket_hash == digest(ticket)) & (sessions.c.ticket_expires_at > now())
        done = self._write(update(sessions).where(valid).values(cookie_hash=digest(cookie), ticket_hash=None))
        return cookie if done == 1 else None

    def session(self, cookie: str) -> int | None:
        """The id of the live session that this cookie opens."""
        live = (sessions.c.cookie_hash == digest(cookie)) & (sessions.c.expires_at > now())
        return self._value(select(sessions.c.id).where(live))

    def session_account(self, session_id: int) -> Account | None:
        """The account of a session, or None once it was signed out or has expired."""
        live = (sessions.c.id == session_id) & (sessions.c.expires_at > now())
        row = self._row(select(accounts).join(sessions).where(live, accounts.c.issuer == self._issuer))
        return account_of(row) if row else None

    def in_session(self, session_id: int, also: Also) -> tuple[list[Account], bool]:
        """The account of a session, then those that it may publish as; nobody once it was signed out or has expired.

        In the same statement, because every key in the composer asks for both: whether also(id of the account) is true.
        """
        with self._engine.connect() as db:
            found = db.execute(_in_session(self._issuer, also), {"session": session_id, "now": now()}).all()
        return [account_of(row) for row in found], bool(found and found[0].also)

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
            "token": self._vault.lock(token.access_token),
            "token_at": now() if token_at == "now" else token_at,  # noqa: S105
            # 0 seconds: a token pasted into the settings, whose end nobody told us.
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
        """The token in the clear, for one use; None without one, for another issuer, or after a new SECRET_KEY."""
        # The token of one LinkedIn must not reach another, such as the sandbox after the settings have changed.
        mine = (accounts.c.id == account_id) & (accounts.c.issuer == self._issuer)
        locked = self._value(select(accounts.c.token).where(mine))
        return self._vault.unlock(locked) if locked else None

    def token_of_another_app(self, sub: str, client_id: str | None) -> tuple[str, str | None] | None:
        """The token and client id of this member's last sign-in, if it was another app's."""
        row = self._row(select(accounts).where(accounts.c.issuer == self._issuer, accounts.c.sub == sub))
        if row is None or row.token is None or row.client_id == client_id:
            return None
        token = self._vault.unlock(row.token)
        return (token, row.client_id) if token else None

    def refuse_token(self, account_id: int, reason: str, used: str | None = None) -> None:
        """Remember that LinkedIn answered 401, and why: invalid, revoked or expired.

        A refusal of the token `used` says nothing about a newer one: a new sign-in may revoke the old token.
        """
        if used is not None and used != self.access_token(account_id):
            return
        self._set(account_id, token_refused=reason)

    def keep_organizations(self, account_id: int, urns: Iterable[Urn]) -> None:
        """Remember the company pages that the member may post for; names that were given stay."""
        names = self.get(account_id).organizations or {}
        self._set(account_id, organizations={urn: names.get(urn, "") for urn in urns})

    def name_organization(self, account_id: int, urn: str, name: str) -> None:
        """Give a company page a name, as LinkedIn names only its number."""
        known = self.get(account_id).organizations or {}
        self._set(account_id, organizations={**known, urn: name} if urn in known else known)

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


@cache
def _in_session(issuer: str, also: Also) -> Select[*tuple[Any, ...]]:
    """The statement of in_session(), made once: to make it takes as long as to run it."""
    live = (sessions.c.id == bindparam("session")) & (sessions.c.expires_at > bindparam("now"))
    own = select(sessions.c.account_id).where(live)
    others = select(connections.c.other_id).where(connections.c.account_id == own.scalar_subquery())
    here = accounts.c.id.in_(union_all(own, others)) & (accounts.c.issuer == issuer)
    oneself = accounts.c.id == sessions.c.account_id
    query = select(accounts, also(sessions.c.account_id).label("also")).join(sessions, live)
    return query.where(here).order_by(oneself.desc(), accounts.c.id)
