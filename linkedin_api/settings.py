"""An app's settings by the names of .env.example: checked here, read from the environment by whoever has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

LINKEDIN_AUTH_URL = "https://www.linkedin.com"
LINKEDIN_API_URL = "https://api.linkedin.com"
SANDBOX_URL = "http://127.0.0.1:9200"  # where `python -m sandbox` listens
NO_PASSWORD = "must not hold a user name or password"  # noqa: S105 - words, no password
CALLBACK_PATH = "/auth/linkedin/callback"
SANDBOX_PATH = "/sandbox"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# The guide's names are accepted where ours are not set.
GUIDE_NAMES = {
    "LINKEDIN_CLIENT_ID": "CLIENT_ID",
    "LINKEDIN_CLIENT_SECRET": "CLIENT_SECRET",
    "LINKEDIN_REDIRECT_URI": "URI",
    "LINKEDIN_ACCESS_TOKEN": "ACCESS_TOKEN",
}
DEFAULTS = {
    "LINKEDIN_SCOPES": "openid profile email w_member_social",
    "LINKEDIN_VERSION": "202609",  # not derived from today's date: a new month goes live mid-month
    "LINKEDIN_DIALECT": "v2",
}

Value = Callable[[str], str]


class SettingsError(ValueError):
    """A setting that cannot be used: which variable, what is wrong, an example value."""

    def __init__(self, variable: str, wrong: str, example: str) -> None:
        super().__init__(f"{variable} {wrong}. Example: {variable}={example}")
        self.variable = variable


@dataclass(frozen=True)
class LinkedInSettings:
    """Which app speaks to which LinkedIn. Secrets stay out of repr()."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    access_token: str = field(repr=False)
    scopes: tuple[str, ...]
    version: str
    dialect: str
    auth_url: str
    api_url: str
    built_in_sandbox: bool  # nothing is set: LinkedIn is the sandbox that a dashboard carries inside
    redirect_uri_is_set: bool

    @property
    def sandbox(self) -> bool:
        """Nothing leaves this machine: both hosts are on it."""
        return all(urlsplit(url).hostname in LOOPBACK for url in (self.auth_url, self.api_url))


def read(given: Mapping[str, str]) -> LinkedInSettings:
    """The settings among these names and texts, as the environment or a .env file has them.

    Raises: SettingsError, a sentence that names the variable and shows an example.
    """

    def value(name: str) -> str:
        return value_of(given, name, DEFAULTS)

    client_id, client_secret = _credentials(value)
    access_token = in_one_piece("LINKEDIN_ACCESS_TOKEN", value("LINKEDIN_ACCESS_TOKEN"), "AQX…")
    hosts_set = bool(value("LINKEDIN_AUTH_URL") or value("LINKEDIN_API_URL"))
    built_in = not (client_id or access_token or hosts_set)
    redirect_uri = value("LINKEDIN_REDIRECT_URI") or f"http://localhost:8501{CALLBACK_PATH}"
    auth_url, api_url = _hosts(value, needs_both=not client_id)
    # The sandbox accepts any client; LinkedIn never sees these names.
    if built_in or (hosts_set and not client_id):
        client_id, client_secret = "sandbox-client", "sandbox-secret"
    here = f"http://localhost:8501{SANDBOX_PATH}"  # a dashboard takes the port that it was given
    return LinkedInSettings(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=_redirect_uri(redirect_uri),
        access_token=access_token,
        scopes=_scopes(value("LINKEDIN_SCOPES")),
        version=_version(value("LINKEDIN_VERSION")),
        dialect=_dialect(value("LINKEDIN_DIALECT")),
        auth_url=here if built_in else auth_url,
        api_url=here if built_in else api_url,
        built_in_sandbox=built_in,
        redirect_uri_is_set=bool(value("LINKEDIN_REDIRECT_URI")),
    )


def value_of(given: Mapping[str, str], name: str, defaults: Mapping[str, str]) -> str:
    """The text of a setting without spaces around it: by our name, else by the guide's, else the default or ""."""
    text = given.get(name, "").strip() or given.get(GUIDE_NAMES.get(name, ""), "").strip()
    return text or defaults.get(name, "")


def _credentials(value: Value) -> tuple[str, str]:
    client_id, client_secret = value("LINKEDIN_CLIENT_ID"), value("LINKEDIN_CLIENT_SECRET")
    wrong = "is missing; LinkedIn's developer portal shows it on your app's Auth tab"
    if client_id and not client_secret:
        raise SettingsError("LINKEDIN_CLIENT_SECRET", wrong, "WPL_AP1.abc123")
    if client_secret and not client_id:
        raise SettingsError("LINKEDIN_CLIENT_ID", wrong, "86abcdefgh1234")
    return (
        in_one_piece("LINKEDIN_CLIENT_ID", client_id, "86abcdefgh1234"),
        in_one_piece("LINKEDIN_CLIENT_SECRET", client_secret, "WPL_AP1.abc123"),
    )


def in_one_piece(name: str, text: str, example: str) -> str:
    """A secret as it is. The error never repeats it: errors are shown and logged. Raises: SettingsError."""
    if text[:7].lower() == "bearer ":
        raise SettingsError(name, "begins with “Bearer ”, which is no part of the token; leave that word out", example)
    if " " in text or not text.isprintable():
        raise SettingsError(name, "has a space, a line break or an invisible character inside; copy it again", example)
    return text


def _scopes(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(scope for scope in re.split(r"[,\s]+", text) if scope))
    if not found:
        raise SettingsError("LINKEDIN_SCOPES", "names no scope", DEFAULTS["LINKEDIN_SCOPES"])
    return found


def _version(text: str) -> str:
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", text):
        raise SettingsError("LINKEDIN_VERSION", "is not a month written as YYYYMM", "202609")
    return text


def _dialect(text: str) -> str:
    if text not in ("v2", "rest"):
        raise SettingsError("LINKEDIN_DIALECT", "must be v2 or rest", "v2")
    return text


def _redirect_uri(text: str) -> str:
    url = split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname or "#" in text:
        raise SettingsError(
            "LINKEDIN_REDIRECT_URI",
            "must be an absolute http(s) address without #",
            f"http://localhost:8501{CALLBACK_PATH}",
        )
    if "@" in url.netloc:
        raise SettingsError("LINKEDIN_REDIRECT_URI", NO_PASSWORD, f"http://localhost:8501{CALLBACK_PATH}")
    return text


def _hosts(value: Value, *, needs_both: bool) -> tuple[str, str]:
    """The addresses for signing in and for the API."""
    names = {"LINKEDIN_AUTH_URL": LINKEDIN_AUTH_URL, "LINKEDIN_API_URL": LINKEDIN_API_URL}
    auth_url, api_url = (api_address(name, value(name) or default, default) for name, default in names.items())
    missing = [name for name in names if not value(name)]
    # Without credentials of LinkedIn both are another LinkedIn, or its tokens would go to the real one.
    if needs_both and len(missing) == 1:
        (given,) = names.keys() - missing
        raise SettingsError(missing[0], f"is missing: without credentials {given} needs it too", SANDBOX_URL)
    return auth_url, api_url


def api_address(name: str, text: str, example: str) -> str:
    """The address of an API, without a slash at its end; https, or a server of this machine. Raises: SettingsError."""
    text = text.rstrip("/")
    url = split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise SettingsError(name, "must be an http(s) address without a query", example)
    if "@" in url.netloc:
        raise SettingsError(name, NO_PASSWORD, example)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise SettingsError(name, "must start with https:// unless it is on this machine", example)
    return text


def split(text: str) -> SplitResult | None:
    """The parts of an address; None when it cannot be read."""
    try:
        url = urlsplit(text)
        _ = url.port  # urlsplit checks the port only when it is read
    except ValueError:
        return None
    return url
