"""Signing in with LinkedIn: where the link leads, and what is done with what comes back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from dashboard.accounts.account import Account
from dashboard.accounts.connections import Connections
from dashboard.accounts.repository import Accounts, StateRefused
from dashboard.accounts.sign_in_state import SignInState
from dashboard.db.database import now
from linkedin_api import (
    Exchange,
    Forbidden,
    Introspection,
    LinkedInError,
    OAuth,
    Profile,
    SignInError,
    Token,
    sign_in_error,
)
from linkedin_api.reference.products import COMMUNITY, SHARE, product_of

SCOPES = {
    "openid": "know who you are (your member id)",
    "profile": "see your name and picture",
    "email": "see your email address",
    "r_basicprofile": "know who you are, and see your name, headline and picture",
    "w_member_social": "publish, comment and react as you",
    "w_member_social_feed": "comment and react as you through the versioned API",
    "w_organization_social": "publish, comment and react as your company pages",
    "w_organization_social_feed": "comment and react as your company pages through the versioned API",
    "r_organization_social": "read the posts of your company pages",
    "r_organization_social_feed": "read the comments and reactions on their posts",
    "rw_organization_admin": "see which company pages you manage",
    "r_member_social": "read your own posts",
    "r_member_social_feed": "read the comments and reactions on your posts",
    "r_member_postAnalytics": "see the figures of your posts",
}
# A convenience of the sandbox: LinkedIn has no app with every product at once.
EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES = "sandbox-every-product", tuple(SCOPES)
# The Community Management API alone, as LinkedIn allows it: without OpenID Connect and what is closed to new apps.
COMMUNITY_CLIENT = "sandbox-community"
COMMUNITY_SCOPES = tuple(
    scope for scope in SCOPES if product_of(scope) in (COMMUNITY, SHARE) and scope != "r_member_social_feed"
)
DEMO_APPS = {EVERY_PRODUCT_CLIENT: EVERY_PRODUCT_SCOPES, COMMUNITY_CLIENT: COMMUNITY_SCOPES}  # of the sandbox


@dataclass(frozen=True)
class Step:
    """One finished step of the sign-in, for the page."""

    title: str
    detail: str


STATE_CHECKED = Step("State checked", "It was made for this browser, was less than 10 minutes old, and is used up.")
ID_TOKEN_VERIFIED = Step("id_token verified", "Signature, issuer, audience and expiry are right.")
TOKEN_STORED = Step("Token stored", "Encrypted on this machine; it is never shown, logged or put in an address.")


def _exchanged(expires_in_s: float | None, scopes: Iterable[str]) -> Step:
    valid = "LinkedIn did not say how long it is valid"
    if expires_in_s:
        valid = f"Valid for {expires_in_s / 86_400:.0f} days"
    return Step("Code exchanged for a token", f"{valid}; scopes: {', '.join(scopes)}.")


def _read(profile: Profile) -> Step:
    return Step("Profile read", f"LinkedIn says: {profile.name or profile.sub}.")


def steps_of(account: Account) -> list[Step]:
    """The steps of the sign-in that gave this account its present token, as SignIn.finish() has told them."""
    life = account.token_expires_at - account.token_at if account.token_expires_at and account.token_at else None
    return [
        STATE_CHECKED,
        _exchanged(life.total_seconds() if life else None, account.scopes),
        *([ID_TOKEN_VERIFIED] if "openid" in account.scopes else []),  # LinkedIn sends one with this scope only
        _read(account.profile),
        TOKEN_STORED,
    ]


@dataclass
class SignIn:
    """One sign-in in one browser: of its member, or of another one for whom they want to publish too."""

    accounts: Accounts
    connections: Connections
    oauth_of: Callable[[str | None], OAuth]  # by client id; None is the app of the settings
    browser: str
    here: Callable[[], int | None] = lambda: None  # the account that is signed in in this browser at this moment
    scopes: tuple[str, ...] = ("openid",)  # what the app of the settings asks for
    next_page: str | None = None
    account: Account | None = None  # who has signed in
    owner_id: int | None = None  # for whom they were connected; None: a plain sign-in
    exchanges: list[Exchange] = field(default_factory=list)  # what was sent and answered

    @property
    def is_same_member(self) -> bool:
        """Whether the owner signed in themselves, where another member was to be connected."""
        return self.account is not None and self.account.id == self.owner_id

    def link(
        self,
        redirect_uri: str,
        scopes: tuple[str, ...],
        next_page: str | None = None,
        client_id: str | None = None,
        connect_to: int | None = None,
    ) -> str:
        """LinkedIn's authorization page, with a fresh state of this browser."""
        state = self.accounts.new_state(
            self.browser, redirect_uri=redirect_uri, next_page=next_page, client_id=client_id, connect_to=connect_to
        )
        return self.oauth_of(client_id).authorize_url(redirect_uri=redirect_uri, scopes=scopes, state=state)

    def finish(self, code: str, state: str) -> Iterator[Step]:
        """Do the steps one by one; afterwards `.account` has signed in, or is connected to `.owner_id`.

        Raises: StateRefused, and LinkedInError with its advice.
        """
        remembered = self.accounts.redeem_state(state, self.browser)
        self._keep_first_leg(remembered, state, {"code": code})
        self.next_page, self.owner_id = remembered.next_page, remembered.connect_to
        self._owner_is_here()
        yield STATE_CHECKED
        oauth = self.oauth_of(remembered.client_id)
        token = oauth.exchange_code(code, redirect_uri=remembered.redirect_uri)
        yield _exchanged(token.expires_in_s, token.scopes)
        claims = None
        if token.id_token:
            claims = oauth.verify_id_token(token.id_token)
            yield ID_TOKEN_VERIFIED
        profile = _profile(oauth, token, claims, self._asked(remembered))
        yield _read(profile)
        self._owner_is_here()
        if before := self.accounts.token_of_another_app(profile.sub, remembered.client_id):
            token_before, client_before = before
            with contextlib.suppress(LinkedInError):  # it is replaced below, and could not be revoked afterwards
                self.oauth_of(client_before).revoke(token_before)
        self.account = self.accounts.save(profile, token, client_id=remembered.client_id)
        yield TOKEN_STORED
        if self.owner_id and not self.is_same_member:
            self.connections.add(self.owner_id, self.account.id)
            yield Step("Connected", "You are still signed in as before, and may now publish as this member too.")

    def _asked(self, remembered: SignInState) -> tuple[str, ...]:
        return DEMO_APPS.get(remembered.client_id or "", self.scopes)

    def _keep_first_leg(self, remembered: SignInState, state: str, answer: dict[str, str]) -> None:
        """The authorization as an exchange, although the browser made it: its address, and the one that it led to.

        How long it took says how long a person has read; that is no time of LinkedIn's, so it is 0.
        """
        oauth, back = self.oauth_of(remembered.client_id), remembered.redirect_uri
        url = oauth.authorize_url(redirect_uri=back, scopes=self._asked(remembered), state=state)
        parameters = urlencode({**answer, "state": state})
        led_to = {"Location": f"{back}{'&' if '?' in back else '?'}{parameters}"}
        secrets = [state, answer.get("code", "")]
        self.exchanges.append(Exchange(now(), "GET", url, status=302, response_headers=led_to, secrets=secrets))

    def _owner_is_here(self) -> None:
        """Refuse to connect a member to an owner who is not signed in here any more. Raises: StateRefused."""
        if self.owner_id is not None and self.here() != self.owner_id:
            raise StateRefused(
                "Nobody was connected: the member who wanted to connect somebody is not signed in here any more."
            )

    def refused(self, error: str, description: str, state: str) -> SignInError:
        """What to say when LinkedIn came back with `error=`. Raises: StateRefused."""
        remembered = self.accounts.redeem_state(state, self.browser)
        self._keep_first_leg(remembered, state, {"error": error, "error_description": description})
        return sign_in_error(error, description)


def _profile(
    oauth: OAuth, token: Token, claims: Mapping[str, Any] | None, asked: tuple[str, ...] = ("openid",)
) -> Profile:
    try:
        return oauth.member(token, scopes=asked, sub=claims["sub"] if claims else None)
    except Forbidden:
        # Seen once in public: userinfo refused although openid was granted; the id_token says the same.
        if claims:
            return Profile.from_claims(claims)
        raise


def with_token(
    accounts: Accounts, oauth: OAuth, access_token: str, *, can_introspect: bool, scopes: tuple[str, ...] = ("openid",)
) -> Account:
    """The account of LINKEDIN_ACCESS_TOKEN, made with `scopes` as far as nobody tells. Raises: LinkedInError."""
    known = Introspection(active=True)
    if can_introspect:
        with contextlib.suppress(LinkedInError):  # a token of another app: what it may do shows when it is used
            known = oauth.introspect(access_token)
    left_s = max(1, int((known.expires_at - now()).total_seconds())) if known.expires_at else None
    token = Token(access_token=access_token, expires_in_s=left_s, scopes=known.scopes, id_token=None)
    profile = oauth.member(token, scopes=scopes)
    return accounts.save(profile, token, token_at=known.created_at or known.authorized_at)
