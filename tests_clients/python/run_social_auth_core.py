"""social-auth-core: both of its ways to sign in with LinkedIn, with the smallest strategy that it allows."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from sandbox_hosts import CALLBACK, COMMUNITY, SECRET, SELF_SERVE, Outcomes, consent

from social_core.backends.linkedin import LinkedinOAuth2, LinkedinOpenIdConnect  # isort: skip
from social_core.storage import BaseStorage, NonceMixin  # isort: skip
from social_core.strategy import BaseStrategy  # isort: skip


class Nonces(NonceMixin):
    """Values that are good once."""

    good: ClassVar[set[tuple[Any, ...]]] = set()

    @classmethod
    def use(cls, server_url: str, timestamp: int, salt: str) -> bool:
        """Keep one."""
        cls.good.add((server_url, timestamp, salt))
        return True

    @classmethod
    def consume(cls, server_url: str, timestamp: int, salt: str) -> bool:
        """Take one out. Returns whether it was there."""
        known = (server_url, timestamp, salt) in cls.good
        cls.good.discard((server_url, timestamp, salt))
        return known


class Storage(BaseStorage):
    """What the strategy keeps: nothing but these values."""

    nonce = Nonces


class Strategy(BaseStrategy):
    """A web framework with one session, whose pages are what is returned."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(Storage)
        self.settings, self.session, self.data = settings, {}, {}

    def get_setting(self, name: str) -> Any:
        return self.settings[name]

    def request_data(self, merge: bool = True) -> dict[str, Any]:
        return self.data

    def redirect(self, url: str) -> str:
        return url

    def session_get(self, name: str, default: Any = None) -> Any:
        return self.session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self.session[name] = value

    def session_pop(self, name: str) -> Any:
        return self.session.pop(name, None)

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or CALLBACK

    def authenticate(self, backend: Any, *args: Any, **kwargs: Any) -> Any:
        return backend.get_user_details(kwargs["response"]) | {"uid": backend.get_user_id({}, kwargs["response"])}


def sign_in(kind: Any, **settings: Any) -> dict[str, Any]:
    strategy = Strategy(**settings)
    backend = kind(strategy, redirect_uri=CALLBACK)
    address = consent(backend.start())
    backend.data = strategy.data = dict(parse_qsl(urlsplit(address).query))
    return dict(backend.complete())


outcomes = Outcomes()
openid = sign_in(
    LinkedinOpenIdConnect,
    SOCIAL_AUTH_LINKEDIN_OPENIDCONNECT_KEY=SELF_SERVE,
    SOCIAL_AUTH_LINKEDIN_OPENIDCONNECT_SECRET=SECRET,
)
outcomes.add("sign in with OpenID Connect", f"{openid['fullname']}, {openid['email']}")
oauth2 = sign_in(
    LinkedinOAuth2,
    SOCIAL_AUTH_LINKEDIN_OAUTH2_KEY=COMMUNITY,
    SOCIAL_AUTH_LINKEDIN_OAUTH2_SECRET=SECRET,
    SOCIAL_AUTH_LINKEDIN_OAUTH2_SCOPE=["r_basicprofile"],
    SOCIAL_AUTH_LINKEDIN_OAUTH2_IGNORE_DEFAULT_SCOPE=True,
)
outcomes.add("sign in by /v2/me", f"{oauth2['first_name']} {oauth2['last_name']}, {oauth2['uid']}")
outcomes.print()
