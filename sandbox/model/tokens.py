"""Issues authorization codes and tokens, and stores only their hashes."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.directory.members import MEMBERS, Member
from sandbox.model.store import Store
from sandbox.protocol.errors import refused

CODE_LIFE_S = 30 * 60  # [D]
TOKEN_LIFE_S = 60 * 24 * 3600  # [D]
REFRESH_LIFE_S = 365 * 24 * 3600  # [D]
APP_TOKEN_LIFE_S = 30 * 60  # [D]


@dataclass(frozen=True)
class Grant:
    """What a code or token grants. Times are epoch seconds; `sub` is "" for an application's own token."""

    client_id: str
    sub: str
    scopes: list[str]
    authorized_at: int
    created_at: int
    expires_at: int
    revoked: bool = False

    @property
    def member(self) -> Member:
        """The member who gave the permission."""
        return MEMBERS[self.sub]

    def status(self, now_s: float) -> str:
        """active, expired or revoked."""
        if self.revoked:
            return "revoked"
        return "active" if now_s < self.expires_at else "expired"


class Tokens:
    """Codes, access tokens and refresh tokens of one sandbox."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self.clock = clock

    def new_code(self, client_id: str, sub: str, scopes: list[str], redirect_uri: str) -> str:
        """Issue an authorization code: about 170 URL-safe characters, valid once and for 30 minutes."""
        code = "AQ" + secrets.token_urlsafe(126)
        document = {"client_id": client_id, "sub": sub, "scopes": scopes, "redirect_uri": redirect_uri}
        self._store.put("code", _hash(code), document | {"expires_at": int(self.clock()) + CODE_LIFE_S})
        return code

    def code(self, code: str) -> dict[str, Any] | None:
        """The grant of an unused code, also of an expired one, or None."""
        return self._store.get("code", _hash(code))

    def spend(self, code: str) -> bool:
        """Mark a code as used; False when it was used already."""
        return self._store.pop("code", _hash(code)) is not None

    def new_access_token(self, client_id: str, sub: str, scopes: list[str], **times: int) -> str:
        """Issue an access token for 60 days; another scope set than before revokes the earlier ones. [D]

        `times` may set authorized_at and expires_at, in epoch seconds.
        """
        with self._store.transaction():
            self._revoke_other_scopes(client_id, sub, scopes)
            return self._new("token", "AQX", self._grant(client_id, sub, scopes, TOKEN_LIFE_S, **times))

    def new_refresh_token(self, client_id: str, sub: str, scopes: list[str]) -> str:
        """Issue a refresh token; its 365 days are never extended."""
        return self._new("refresh", "AQW", self._grant(client_id, sub, scopes, REFRESH_LIFE_S))

    def new_app_token(self, client_id: str) -> str:
        """Issue a token of the application itself, for 30 minutes."""
        return self._new("token", "AQV", self._grant(client_id, "", [], APP_TOKEN_LIFE_S))

    def find(self, token: str, kind: str = "token") -> Grant | None:
        """The grant of an access token (kind "token") or refresh token ("refresh"), or None."""
        document = self._store.get(kind, _hash(token))
        return Grant(**document) if document else None

    def active(self, token: str) -> Grant:
        """The grant of a valid token. Raises ApiError 401 otherwise."""
        grant = self.find(token)
        if grant is None:
            raise refused("invalid_token")
        status = grant.status(self.clock())
        if status == "revoked":
            raise refused("revoked_token")
        if status == "expired":
            raise refused("expired_token")
        return grant

    def granted(self, client_id: str, sub: str, scopes: list[str]) -> bool:
        """Whether this member has an active token of this client with exactly these scopes."""
        grants = (Grant(**document) for _, document in self._store.all("token"))
        wanted = (client_id, sub, scopes)
        return any((g.client_id, g.sub, g.scopes) == wanted for g in grants if g.status(self.clock()) == "active")

    def revoke(self, token: str) -> None:
        """Revoke an access or refresh token; an unknown one is no error."""
        self._update(lambda key, _: key == _hash(token), {"revoked": True})

    def revoke_all(self) -> None:
        """Revoke every token: it answers 401 REVOKED."""
        self._update(lambda *_: True, {"revoked": True})

    def expire_all(self) -> None:
        """Expire every token that is not revoked: it answers 401 EXPIRED."""
        self._update(lambda *_: True, {"expires_at": int(self.clock())})

    def _revoke_other_scopes(self, client_id: str, sub: str, scopes: list[str]) -> None:
        def other(_: str, document: dict[str, Any]) -> bool:
            same = (document["client_id"], document["sub"]) == (client_id, sub)
            return same and document["scopes"] != scopes

        self._update(other, {"revoked": True})

    def _update(self, chosen: Callable[[str, dict[str, Any]], bool], change: dict[str, Any]) -> None:
        with self._store.transaction():
            for kind in ("token", "refresh"):
                for key, document in self._store.all(kind):
                    if chosen(key, document):
                        self._store.put(kind, key, document | change)

    def _grant(self, client_id: str, sub: str, scopes: list[str], life_s: int, **times: int) -> dict[str, Any]:
        now = int(self.clock())
        grant = {"client_id": client_id, "sub": sub, "scopes": scopes, "created_at": now}
        return grant | {"authorized_at": now, "expires_at": now + life_s} | times

    def _new(self, kind: str, prefix: str, document: dict[str, Any]) -> str:
        token = prefix + secrets.token_urlsafe(260)  # about 350 characters, as LinkedIn's
        self._store.put(kind, _hash(token), document)
        return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
