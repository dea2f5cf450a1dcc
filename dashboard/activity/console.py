"""Sends what was typed on the Console page, by the way of all other calls: recorded, redacted, counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.accounts.account import Account
from dashboard.activity.exchange_log import ExchangeLog, in_turn
from dashboard.activity.typed_call import CallRefused, TypedCall
from linkedin_api import Exchange, LinkedInError, Transport
from linkedin_api.errors.sign_in import refusal
from linkedin_api.http.redaction import HIDDEN

CONSOLE = "console:"  # begins the origin of its exchanges; a digest of the call follows
_LEFT = re.compile(r"\{\w+\}|" + re.escape(HIDDEN))


@dataclass(frozen=True)
class ConsoleAnswer:
    """What came of a call: its exchange, and the error with its next step."""

    exchange: Exchange | None
    error: LinkedInError | None = None


@dataclass(frozen=True)
class Console:
    """The calls of one member. transport is made with the member's token, by on_exchange and origin."""

    account: Account
    token: str
    client: tuple[str, str]  # id and secret of the app
    auth_url: str
    api_url: str
    log: ExchangeLog
    transport: Callable[[Callable[[Exchange], None], str], Transport]

    def may_have_happened(self, call: TypedCall) -> Exchange | None:
        """The last exchange of this very call, if it creates something and may have done so without telling."""
        if call.method != "POST" or call.to_sign_in:
            return None
        last = self.log.last_from(self.account.id, CONSOLE + call.digest)
        return last if last and (last.status is None or last.status >= 500) else None

    def send(self, call: TypedCall) -> ConsoleAnswer:
        """Send it once, whatever the answer. Raises: CallRefused for what would not be sent as it is meant."""
        self._check(call)
        seen: list[Exchange] = []
        error = None
        try:
            if call.to_sign_in:
                self._sign_in(call, seen.append)
            else:
                with self.transport(seen.append, CONSOLE + call.digest) as line:
                    line.send(
                        call.method, self.api_url + call.path, headers=call.headers, json=call.json, form=call.form
                    )
        except LinkedInError as failed:
            error = failed
        answer = seen[-1] if seen else None
        succeeded = answer and answer.status and answer.status < 400  # a redirect is an answer like any other
        return ConsoleAnswer(answer, None if succeeded else error)

    def _check(self, call: TypedCall) -> None:
        if not call.to_sign_in and not self.token:
            raise CallRefused({"path": "There is no token to send with it: sign in with LinkedIn again."})
        if self.token and any(self.token in value for value in call.headers.values()):
            raise CallRefused({"headers": "Leave your token out: it is added when the request is sent."})
        if HIDDEN in call.path:
            raise CallRefused({"path": f"{HIDDEN} stands where a secret was taken out: write a value of your own."})

    def _sign_in(self, call: TypedCall, seen: Callable[[Exchange], None]) -> None:
        """Call the sign-in service: secret and token are filled into the form, and no header has the token."""
        client_id, client_secret = self.client
        values = {"{client_id}": client_id, "{client_secret}": client_secret, "{token}": self.token}
        form = call.form and {name: values.get(value, value) for name, value in call.form.items()}
        for name, value in (form or {}).items():
            if _LEFT.fullmatch(value):
                raise CallRefused({"body": f"Write a value for {name} in the place of {value}."})
        keep = self.log.recorder(account_id=self.account.id, origin=CONSOLE + call.digest)
        sent: dict[str, Any] = {"headers": call.headers, "json": call.json, "form": form}
        with Transport(on_exchange=in_turn(seen, keep)) as line:
            line.send(
                call.method,
                self.auth_url + call.path,
                error_for=refusal,
                secrets=[secret for secret in (client_secret, self.token) if secret],
                **sent,
            )
