"""The sandbox's RSA key pair: signs id_tokens, and gives the public key for JWKS."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import uuid
from collections.abc import Callable
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from sandbox.directory.members import Member
from sandbox.model.store import Store

ID_TOKEN_LIFE_S = 3600  # [C]

# LinkedIn's header holds an invalid "zip": "RS256", which joserfc writes only when it is not strict. [C]
REGISTRY = jws.JWSRegistry(strict_check_header=False)


class Identity:
    """Keys, created on first use and kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._key: RSAKey | None = None

    @property
    def key(self) -> RSAKey:
        """The RSA key pair; its kid is a UUID, as LinkedIn's."""
        with self._lock:
            if self._key is None:
                self._key = RSAKey.import_key(self._stored("rsa", _new_key))
            return self._key

    def jwks(self) -> dict[str, Any]:
        """The public key with the four members that LinkedIn's JWKS has. [C]"""
        public = self.key.as_dict(private=False)
        return {"keys": [{name: public[name] for name in ("kty", "e", "kid", "n")}]}

    def id_token(self, member: Member, scopes: list[str], *, client_id: str, base_url: str, now_s: int) -> str:
        """A signed id_token: exp after one hour, never a nonce."""
        claims = member.claims(scopes, base_url)
        claims |= {"iss": f"{base_url}/oauth", "aud": client_id, "iat": now_s, "exp": now_s + ID_TOKEN_LIFE_S}
        if "locale" in claims:
            claims["locale"] = f"{member.language}-{member.country}"  # [I] its form in an id_token is not known
        if "email_verified" in claims:
            claims["email_verified"] = "true"  # [C] a string here, a boolean in userinfo
        header = {"alg": "RS256", "typ": "JWT", "kid": self.key.kid, "zip": "RS256"}
        return jwt.encode(header, claims, self.key, registry=REGISTRY)

    def sign(self, text: str) -> str:
        """A short signature, for upload URLs and ETags."""
        secret = bytes.fromhex(self._stored("hmac", _new_secret)["hex"])
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]

    def _stored(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        with self._store.transaction():
            stored = self._store.get("secret", name)
            if stored is None:
                stored = make()
                self._store.put("secret", name, stored)
        return stored


def _new_key() -> dict[str, Any]:
    return dict(RSAKey.generate_key(2048, {"kid": str(uuid.uuid4())}).as_dict(private=True))


def _new_secret() -> dict[str, Any]:
    return {"hex": secrets.token_hex(32)}
