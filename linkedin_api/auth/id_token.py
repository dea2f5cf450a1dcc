"""Checks an id_token: signature by LinkedIn's key, issuer, audience, authorized party, time. Sends nothing itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from linkedin_api.errors.sign_in import IdTokenInvalid

_LEEWAY_S = 60  # tolerance for this machine's clock
_FAULTS = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)

Keys = Mapping[str, Mapping[str, Any]]


class IdTokenVerifier:
    """Caches LinkedIn's keys, and fetches them once more when a token names an unknown key."""

    def __init__(self, *, issuer: str, audience: str, get_jwks: Callable[[], Mapping[str, Any]]) -> None:
        self._issuer, self._audience, self._get_jwks = issuer, audience, get_jwks
        self._keys: Keys = {}
        self._lock = threading.Lock()

    def claims(self, id_token: str) -> Mapping[str, Any]:
        """The verified claims. There is no nonce among them, even when one was sent [C].

        Raises: IdTokenInvalid.
        """
        key = self._key(_key_id(id_token))
        claims = _signed(id_token, key)
        fault = self._fault(claims)
        if fault:
            raise IdTokenInvalid(f"LinkedIn's id_token {fault}.")
        return claims

    def _key(self, key_id: str) -> Mapping[str, Any]:
        with self._lock:
            if key_id not in self._keys:
                self._keys = _by_id(self._get_jwks())
            found = self._keys.get(key_id)
        if found is None:
            raise IdTokenInvalid("LinkedIn's id_token is signed with a key that LinkedIn does not publish.")
        return found

    def _fault(self, claims: Mapping[str, Any]) -> str | None:
        now = time.time()
        if claims.get("iss") != self._issuer:
            return "comes from another issuer"
        if not self._is_for_us(claims):
            return "was made for another app"
        if not _number(claims.get("exp")) or claims["exp"] < now - _LEEWAY_S:
            return "has expired"
        if "iat" in claims and (not _number(claims["iat"]) or claims["iat"] > now + _LEEWAY_S):
            return "was made in the future"
        return None if isinstance(claims.get("sub"), str) and claims["sub"] else "names no member"

    def _is_for_us(self, claims: Mapping[str, Any]) -> bool:
        """OpenID Connect Core 3.1.3.7: the client must be an audience, and `azp` if there are several."""
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        party = claims.get("azp", self._audience if len(audiences) == 1 else None)
        return self._audience in audiences and party == self._audience


def _key_id(id_token: str) -> str:
    try:
        header = jws.extract_compact(id_token.encode()).headers()
    except _FAULTS:
        header = {}
    # Only RS256 [C, discovery document]; anything else, "none" above all, is refused unread.
    if header.get("alg") == "RS256" and isinstance(header.get("kid"), str):
        return str(header["kid"])
    raise IdTokenInvalid("LinkedIn's id_token cannot be read.")


def _signed(id_token: str, key: Mapping[str, Any]) -> dict[str, Any]:
    # LinkedIn's header has a stray "zip": "RS256" [C], so unknown members must not be an error.
    lenient = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    try:
        return jwt.decode(id_token, RSAKey.import_key(dict(key)), registry=lenient).claims
    except _FAULTS:
        pass
    raise IdTokenInvalid("LinkedIn's id_token does not bear LinkedIn's signature.")


def _by_id(jwks: Mapping[str, Any]) -> Keys:
    keys = jwks.get("keys")
    found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    return {str(key["kid"]): key for key in found if "kid" in key and key.get("kty") == "RSA"}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
