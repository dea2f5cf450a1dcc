"""Settings from .env and the environment: read here and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[2]
ENV_FILE = ROOT / ".env"  # unless the environment names another one in ENV_FILE
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
    "DATABASE_URL": f"sqlite:///{ROOT / 'data' / 'dashboard.db'}",
    "DASHBOARD_PUBLISHES": "yes",
}


class SettingsError(ValueError):
    """A setting that cannot be used: which variable, what is wrong, an example value."""

    def __init__(self, variable: str, wrong: str, example: str) -> None:
        super().__init__(f"{variable} {wrong}. Example: {variable}={example}")
        self.variable = variable


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Secrets stay out of repr()."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    access_token: str = field(repr=False)
    scopes: tuple[str, ...]
    version: str
    dialect: str
    auth_url: str
    api_url: str
    database: Path | str = field(repr=False)  # a SQLite file, or the URL of a PostgreSQL with its password
    data_folder: Path  # where uploaded files, the key and the sandbox live; a SQLite file too, unless told otherwise
    publishes: bool  # this dashboard is a worker too
    secret_key: str = field(repr=False)
    secret_key_old: str = field(repr=False)  # opens tokens that were kept before SECRET_KEY was changed
    sandbox_key: str = field(repr=False)  # lets other machines control the built-in sandbox; "": none may
    built_in_sandbox: bool
    redirect_uri_is_set: bool

    @property
    def sandbox(self) -> bool:
        """Nothing leaves this machine: both hosts are on it."""
        return all(urlsplit(url).hostname in LOOPBACK for url in (self.auth_url, self.api_url))

    @property
    def https(self) -> bool:
        """Members reach the dashboard over https: LinkedIn sends them back to such an address."""
        return urlsplit(self.redirect_uri).scheme == "https"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything set that no log line may hold."""
        typed = (urlsplit(self.database).password or "") if isinstance(self.database, str) else ""
        keys = (self.secret_key, self.secret_key_old, self.sandbox_key)
        return (self.client_secret, self.access_token, *keys, typed, unquote(typed))

    @property
    def database_name(self) -> str:
        """The database as people may see it: the file, or the server without its password."""
        if isinstance(self.database, Path):
            return str(self.database)
        url = urlsplit(self.database)
        return f"PostgreSQL at {url.hostname}{f':{url.port}' if url.port else ''}{url.path}"

    @property
    def callback_path(self) -> str:
        """The path of the redirect URI, where LinkedIn sends the browser after a sign-in."""
        return urlsplit(self.redirect_uri).path or "/"


def env_path() -> Path:
    """The file whose settings count where the environment has none; the Setup page writes credentials into it."""
    return Path(os.environ.get("ENV_FILE") or ENV_FILE)


def in_environment(name: str) -> bool:
    """Whether the environment sets this variable, so that a line in the file does not count."""
    return bool(os.environ.get(name, "").strip())


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE) -> Settings:
    """Settings from `environ` (the process's own unless given) over those of `env_file`; see env_path().

    Raises: SettingsError, a sentence that names the variable and shows an example.
    """
    where = env_path() if env_file == ENV_FILE else env_file
    given = {k: v or "" for k, v in (dotenv_values(where) if where else {}).items()}
    given.update(os.environ if environ is None else environ)

    def value(name: str) -> str:
        text = given.get(name, "").strip() or given.get(GUIDE_NAMES.get(name, ""), "").strip()
        return text or DEFAULTS.get(name, "")

    client_id, client_secret = _credentials(value)
    access_token = _in_one_piece("LINKEDIN_ACCESS_TOKEN", value("LINKEDIN_ACCESS_TOKEN"), "AQX…")
    hosts_set = bool(value("LINKEDIN_AUTH_URL") or value("LINKEDIN_API_URL"))
    built_in = not (client_id or access_token or hosts_set)
    redirect_uri = value("LINKEDIN_REDIRECT_URI") or f"http://localhost:8501{CALLBACK_PATH}"
    auth_url, api_url = _hosts(value, needs_both=not client_id)
    # The sandbox accepts any client; LinkedIn never sees these names.
    if built_in or (hosts_set and not client_id):
        client_id, client_secret = "sandbox-client", "sandbox-secret"
    here = f"http://localhost:8501{SANDBOX_PATH}"  # the port is replaced by the server's own, see linkedin_hosts.py
    database = _database(value("DATABASE_URL"))
    return Settings(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=_redirect_uri(redirect_uri),
        access_token=access_token,
        scopes=_scopes(value("LINKEDIN_SCOPES")),
        version=_version(value("LINKEDIN_VERSION")),
        dialect=_dialect(value("LINKEDIN_DIALECT")),
        auth_url=here if built_in else auth_url,
        api_url=here if built_in else api_url,
        database=database,
        data_folder=_data_folder(value("DATA_FOLDER"), database),
        publishes=_yes("DASHBOARD_PUBLISHES", value("DASHBOARD_PUBLISHES")),
        secret_key=_secret_key("SECRET_KEY", value("SECRET_KEY"), needed=isinstance(database, str)),
        secret_key_old=_secret_key("SECRET_KEY_OLD", value("SECRET_KEY_OLD")),
        sandbox_key=_in_one_piece("SANDBOX_KEY", value("SANDBOX_KEY"), "a-long-random-text-of-your-own"),
        built_in_sandbox=built_in,
        redirect_uri_is_set=bool(value("LINKEDIN_REDIRECT_URI")),
    )


def addresses_of_move() -> tuple[str, str]:
    """From which database to which one `python -m dashboard move` copies, as far as the environment says it."""
    return os.environ.get("MOVE_FROM", ""), os.environ.get("MOVE_TO", "")


def _credentials(value) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    client_id, client_secret = value("LINKEDIN_CLIENT_ID"), value("LINKEDIN_CLIENT_SECRET")
    wrong = "is missing; LinkedIn's developer portal shows it on your app's Auth tab"
    if client_id and not client_secret:
        raise SettingsError("LINKEDIN_CLIENT_SECRET", wrong, "WPL_AP1.abc123")
    if client_secret and not client_id:
        raise SettingsError("LINKEDIN_CLIENT_ID", wrong, "86abcdefgh1234")
    return (
        _in_one_piece("LINKEDIN_CLIENT_ID", client_id, "86abcdefgh1234"),
        _in_one_piece("LINKEDIN_CLIENT_SECRET", client_secret, "WPL_AP1.abc123"),
    )


def _in_one_piece(name: str, text: str, example: str) -> str:
    """A secret as it is. The error never repeats it: errors are shown and logged."""
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
    url = _split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname or "#" in text:
        raise SettingsError(
            "LINKEDIN_REDIRECT_URI",
            "must be an absolute http(s) address without #",
            f"http://localhost:8501{CALLBACK_PATH}",
        )
    if "@" in url.netloc:
        raise SettingsError("LINKEDIN_REDIRECT_URI", NO_PASSWORD, f"http://localhost:8501{CALLBACK_PATH}")
    return text


def _hosts(value, *, needs_both: bool) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    """The addresses for signing in and for the API."""
    names = {"LINKEDIN_AUTH_URL": LINKEDIN_AUTH_URL, "LINKEDIN_API_URL": LINKEDIN_API_URL}
    auth_url, api_url = (_host(name, value, default) for name, default in names.items())
    missing = [name for name in names if not value(name)]
    # Without credentials of LinkedIn both are another LinkedIn, or its tokens would go to the real one.
    if needs_both and len(missing) == 1:
        (given,) = names.keys() - missing
        raise SettingsError(missing[0], f"is missing: without credentials {given} needs it too", SANDBOX_URL)
    return auth_url, api_url


def _host(name: str, value, default: str) -> str:  # type: ignore[no-untyped-def]
    text = (value(name) or default).rstrip("/")
    url = _split(text)
    if url is None or url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise SettingsError(name, "must be an http(s) address without a query", default)
    if "@" in url.netloc:
        raise SettingsError(name, NO_PASSWORD, default)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise SettingsError(name, "must start with https:// unless it is on this machine", default)
    return text


def _database(text: str) -> Path | str:
    example = "sqlite:///data/dashboard.db"
    if text.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        return _postgresql(text)
    if not text.startswith("sqlite:///") or not text.removeprefix("sqlite:///"):
        raise SettingsError("DATABASE_URL", "must name a SQLite file or a PostgreSQL database", example)
    if ":memory:" in text:  # uploads, key and worker lie beside the file, and posts outlive a restart
        raise SettingsError("DATABASE_URL", "must name a file on disk, not :memory:", example)
    return (ROOT / text.removeprefix("sqlite:///")).resolve()


def _postgresql(text: str) -> str:
    """The URL as SQLAlchemy wants it. The error never repeats it: it holds a password."""
    url = _split(text)
    if url is None or not url.hostname or not url.path.strip("/"):
        example = "postgresql://dashboard:password@localhost:5432/dashboard"
        raise SettingsError("DATABASE_URL", "names no server or no database", example)
    return f"postgresql+psycopg://{text.partition('://')[2]}"


def _data_folder(text: str, database: Path | str) -> Path:
    if text:
        return (ROOT / text).resolve()
    return database.parent if isinstance(database, Path) else ROOT / "data"


def _yes(name: str, text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise SettingsError(name, "must be yes or no", "yes")
    return text.lower() == "yes"


def _secret_key(name: str, text: str, *, needed: bool = False) -> str:
    example = "a-long-random-text-of-your-own-…"
    if text and len(text) < 32:
        raise SettingsError(name, "is too short: 32 characters or more", example)
    if needed and not text:  # a key of its own for each machine could not read the others' tokens
        wrong = "is missing: every dashboard and worker on a PostgreSQL database needs the same one"
        raise SettingsError(name, wrong, example)
    return text


def _split(text: str):  # type: ignore[no-untyped-def]
    try:
        url = urlsplit(text)
        _ = url.port  # urlsplit checks the port only when it is read
    except ValueError:
        return None
    return url
