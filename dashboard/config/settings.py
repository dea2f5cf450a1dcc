"""The dashboard's settings, from .env and the environment; linkedin_api/settings.py checks those of the app."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values

from linkedin_api.settings import (
    CALLBACK_PATH,
    GUIDE_NAMES,
    LOOPBACK,
    SANDBOX_PATH,
    LinkedInSettings,
    SettingsError,
    in_one_piece,
    read,
    split,
    value_of,
)
from zernio_api import ZernioSettings
from zernio_api import read as read_zernio
from zernio_api.settings import without_key

__all__ = ["CALLBACK_PATH", "GUIDE_NAMES", "LOOPBACK", "ROOT", "SANDBOX_PATH", "Settings", "SettingsError", "load"]
ROOT = Path(__file__).resolve().parents[2]
ENV_FILE = ROOT / ".env"  # unless the environment names another one in ENV_FILE
DEFAULTS = {
    "DATABASE_URL": f"sqlite:///{ROOT / 'data' / 'dashboard.db'}",
    "DASHBOARD_PUBLISHES": "yes",
}


@dataclass(frozen=True)
class Settings(LinkedInSettings):
    """Everything that can be set: the app and its LinkedIn, and where the dashboard keeps what it has."""

    database: Path | str = field(repr=False)  # a SQLite file, or the URL of a PostgreSQL with its password
    data_folder: Path  # where uploaded files, the key and the sandbox live; a SQLite file too, unless told otherwise
    publishes: bool  # this dashboard is a worker too
    secret_key: str = field(repr=False)
    secret_key_old: str = field(repr=False)  # opens tokens that were kept before SECRET_KEY was changed
    zernio: ZernioSettings  # the second way to LinkedIn; its key may be empty
    sandbox_key: str = field(repr=False)  # lets other machines control the built-in sandbox; "": none may

    @property
    def https(self) -> bool:
        """Members reach the dashboard over https: LinkedIn sends them back to such an address."""
        return urlsplit(self.redirect_uri).scheme == "https"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything set that no log line may hold."""
        typed = (urlsplit(self.database).password or "") if isinstance(self.database, str) else ""
        keys = (self.secret_key, self.secret_key_old, self.sandbox_key, self.zernio.api_key)
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
    """Whether the environment sets this variable, also to nothing, so that a line in the file does not count."""
    return name in os.environ or bool(os.environ.get(GUIDE_NAMES.get(name, ""), "").strip())


def load(environ: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE) -> Settings:
    """Settings from `environ` (the process's own unless given) over those of `env_file`; see env_path().

    Raises: SettingsError, a sentence that names the variable and shows an example.
    """
    where = env_path() if env_file == ENV_FILE else env_file
    given = {k: v or "" for k, v in (dotenv_values(where) if where else {}).items()}
    given.update(os.environ if environ is None else environ)

    def value(name: str) -> str:
        return value_of(given, name, DEFAULTS)

    app = read(given)
    database = _database(value("DATABASE_URL"))
    return Settings(
        **vars(app),
        database=database,
        data_folder=_data_folder(value("DATA_FOLDER"), database),
        publishes=_yes("DASHBOARD_PUBLISHES", value("DASHBOARD_PUBLISHES")),
        secret_key=_secret_key("SECRET_KEY", value("SECRET_KEY"), needed=isinstance(database, str)),
        secret_key_old=_secret_key("SECRET_KEY_OLD", value("SECRET_KEY_OLD")),
        zernio=read_zernio(given) or without_key(given),
        sandbox_key=in_one_piece("SANDBOX_KEY", value("SANDBOX_KEY"), "a-long-random-text-of-your-own"),
    )


def addresses_of_move() -> tuple[str, str]:
    """From which database to which one `python -m dashboard move` copies, as far as the environment says it."""
    return os.environ.get("MOVE_FROM", ""), os.environ.get("MOVE_TO", "")


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
    url = split(text)
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
