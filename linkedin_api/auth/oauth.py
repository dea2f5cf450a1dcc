"""Signing in: the authorization code flow, tokens, and who the member is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self
from urllib.parse import quote, urlencode

from linkedin_api.auth import responses
from linkedin_api.auth.id_token import IdTokenVerifier
from linkedin_api.auth.models import Introspection, Profile, Token
from linkedin_api.errors.sign_in import SIGN_IN_LATER, IdTokenInvalid, refusal, userinfo_refusal
from linkedin_api.errors.tree import OutcomeUnknown, ServerError
from linkedin_api.http.exchange import Exchange
from linkedin_api.http.response import Response
from linkedin_api.http.transport import ErrorFor, Transport

# With the picture's address, which is only a URN without "~" (§2.5).
_ME = (
    "?projection=(id,vanityName,localizedFirstName,localizedLastName,localizedHeadline,firstName,lastName,headline,"
    "profilePicture(displayImage~:playableStreams))"
)
_AGAIN = "Nothing is lost; try again in a minute."


class OAuth:
    """One app's sign-in. auth_url and api_url are LinkedIn's two hosts, or those of a stand-in."""

    def __init__(
        self,
        *,
        auth_url: str,
        api_url: str,
        client_id: str,
        client_secret: str,
        on_exchange: Callable[[Exchange], None] | None = None,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 30.0,
    ) -> None:
        self._auth_url = auth_url.rstrip("/")
        self._api_url = api_url.rstrip("/")
        # In the body, not as HTTP Basic: LinkedIn answers Basic with 'client_id is missing' (§1.3).
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._transport = Transport(
            on_exchange=on_exchange, connect_timeout_s=connect_timeout_s, read_timeout_s=read_timeout_s
        )
        self._verifier = IdTokenVerifier(issuer=f"{self._auth_url}/oauth", audience=client_id, get_jwks=self._get_jwks)

    def authorize_url(self, *, redirect_uri: str, scopes: Sequence[str], state: str) -> str:
        """The address of LinkedIn's login and consent page; sends nothing."""
        query = {
            "response_type": "code",
            "client_id": self._client["client_id"],
            "redirect_uri": redirect_uri,
            "scope": " ".join(scopes),
            "state": state,
        }
        return f"{self._auth_url}/oauth/v2/authorization?{urlencode(query, quote_via=quote)}"

    def exchange_code(self, code: str, *, redirect_uri: str) -> Token:
        """Exchange an authorization code for an access token.

        Sends:   POST /oauth/v2/accessToken, form with the client's id and secret.
        Returns: a Token; with an id_token if openid was granted.
        Raises:  CodeRejected, RedirectMismatch, ClientRejected, ParameterMissing, SignInError, Unreachable,
                 OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return responses.token(self._post("accessToken", form, secrets=[code]))

    def refresh(self, refresh_token: str) -> Token:
        """A new access token without the member; for approved partners only.

        Sends:   POST /oauth/v2/accessToken, form.
        Returns: a Token with the same refresh token, whose lifetime is not renewed.
        Raises:  RefreshRejected, ClientRejected, SignInError, Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return responses.token(self._post("accessToken", form, secrets=[refresh_token]))

    def client_credentials(self) -> Token:
        """A token of the app itself, for 30 minutes; off by default.

        Sends:   POST /oauth/v2/accessToken, form.
        Returns: a Token without scopes.
        Raises:  AppTokensRefused, ClientRejected, SignInError, Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/shared/authentication/client-credentials-flow
        """
        return responses.token(self._post("accessToken", {"grant_type": "client_credentials"}))

    def introspect(self, access_token: str) -> Introspection:
        """The state of a token of this app.

        Sends:   POST /oauth/v2/introspectToken, form.
        Returns: an Introspection; not active for another app's token.
        Raises:  ClientRejected, SignInError, Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/shared/authentication/token-introspection
        """
        return responses.introspection(self._post("introspectToken", {"token": access_token}, secrets=[access_token]))

    def revoke(self, token: str) -> None:
        """Revoke a token.

        Sends:   POST /oauth/v2/revoke, form. No page of LinkedIn's was found; many clients use it [C].
        Returns: nothing.
        Raises:  ClientRejected, SignInError, Unreachable, OutcomeUnknown.
        See:     no page of LinkedIn's was found.
        """
        self._post("revoke", {"token": token}, secrets=[token])

    def verify_id_token(self, id_token: str) -> Mapping[str, Any]:
        """The claims of an id_token after all checks: key, issuer, audience, azp, expiry; a nonce is not expected.

        Sends:   GET /oauth/openid/jwks the first time, and once more for a key not seen before.
        Returns: the claims.
        Raises:  IdTokenInvalid, Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
        """
        return self._verifier.claims(id_token)

    def userinfo(self, access_token: str, *, sub: str | None = None) -> Profile:
        """The member the token belongs to; `sub` is the id_token's, which has to name the same member.

        Sends:   GET /v2/userinfo with the token.
        Returns: a Profile; email and picture may be missing.
        Raises:  IdTokenInvalid when `sub` is another's; Unauthorized, Forbidden, RateLimited, SignInError,
                 Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
        """
        profile = responses.profile(self._get(f"{self._api_url}/v2/userinfo", userinfo_refusal, access_token))
        if sub not in (None, profile.sub):  # OpenID Connect Core 5.3.2
            raise IdTokenInvalid("LinkedIn's id_token and its userinfo name two members.")
        return profile

    def me(self, access_token: str) -> Profile:
        """The member the token belongs to, for an app without OpenID Connect: one with the Community Management API.

        Sends:   GET /v2/me with the token, which needs r_basicprofile.
        Returns: a Profile without email; its picture may be missing.
        Raises:  Unauthorized, Forbidden, RateLimited, SignInError, Unreachable, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/shared/integrations/people/profile-api
        """
        return responses.profile(self._get(f"{self._api_url}/v2/me{_ME}", userinfo_refusal, access_token))

    def member(self, token: Token, *, scopes: Sequence[str], sub: str | None = None) -> Profile:
        """Whose token this is: by userinfo with openid, else by /v2/me. `scopes` are those that were asked for.

        Sends, returns and raises what userinfo() or me() does.
        """
        openid = token.id_token or "openid" in token.scopes
        if openid or ("openid" in scopes and "r_basicprofile" not in token.scopes):
            return self.userinfo(token.access_token, sub=sub)
        return self.me(token.access_token)

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _post(self, endpoint: str, form: Mapping[str, str], *, secrets: Sequence[str] = ()) -> Response:
        url = f"{self._auth_url}/oauth/v2/{endpoint}"
        known = [self._client["client_secret"], *secrets]
        try:
            return self._transport.send("POST", url, form={**form, **self._client}, error_for=refusal, secrets=known)
        except (OutcomeUnknown, ServerError) as fault:  # their default advice is about posts
            fault.advice = _AGAIN
            raise

    def _get(self, url: str, error_for: ErrorFor, access_token: str | None = None) -> Response:
        bearer = {"Authorization": f"Bearer {access_token}"} if access_token is not None else None
        try:
            return self._transport.send("GET", url, headers=bearer, error_for=error_for, secrets=[access_token or ""])
        except (OutcomeUnknown, ServerError) as fault:
            fault.advice = SIGN_IN_LATER
            raise

    def _get_jwks(self) -> Mapping[str, Any]:
        return responses.json_of(self._get(f"{self._auth_url}/oauth/openid/jwks", refusal))
