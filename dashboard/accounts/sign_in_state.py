"""Sign-in states: what is remembered while the member is at LinkedIn, and the refusal of one that is not theirs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, delete, insert, select, update

from dashboard.accounts.encryption import digest
from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import sign_in_states

BUILT_IN = "sandbox"  # the issuer of the sandbox inside, whatever port it has
STATE_LIFE = timedelta(minutes=10)
OTHER_LINKEDIN = (
    "This sign-in was started for the other one of sandbox and LinkedIn. Switch back on the Setup page, and sign in "
    "there."
)


class StateRefused(ValueError):
    """The state that came back is not one that this browser may use; the message is for the page."""


@dataclass(frozen=True)
class SignInState:
    """What was remembered when the member left for LinkedIn."""

    redirect_uri: str
    next_page: str | None
    client_id: str | None = None
    connect_to: int | None = None  # the account that wants to publish for the member who signs in


class SignInStates(Repository):
    """The states of one issuer in the database: random, expiring, single use, bound to one browser."""

    def __init__(self, engine: Engine, issuer: str) -> None:
        super().__init__(engine)
        self._issuer = issuer

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
                    issuer=self._issuer,
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
            if row.issuer and BUILT_IN in {row.issuer, self._issuer} and row.issuer != self._issuer:
                raise StateRefused(OTHER_LINKEDIN)
            if row.expires_at < now():
                raise StateRefused("This sign-in took longer than 10 minutes and has expired.")
            taken = db.execute(update(sign_in_states).where(mine, sign_in_states.c.used.is_(False)).values(used=True))
            if taken.rowcount != 1:
                raise StateRefused("This sign-in link was already used.")
        return SignInState(row.redirect_uri, row.next_page, row.client_id, row.connect_to)
