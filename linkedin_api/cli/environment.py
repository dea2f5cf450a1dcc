"""What surrounds the program: the settings in .env and the environment, and the file that keeps the sign-in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from linkedin_api.settings import LinkedInSettings, SettingsError, read

FOLDER = "linkedin-dashboard-client"


@dataclass(frozen=True)
class SignedIn:
    """A token and whose it is; member and expires_at (aware UTC) are None when they are not known."""

    access_token: str = field(repr=False)
    member: str | None = None
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


def settings(env_file: Path, **typed: str) -> LinkedInSettings:
    """What was typed over the environment over a .env file, which may be missing. Raises: SettingsError."""
    try:
        given = {name: text or "" for name, text in dotenv_values(env_file).items()}
    except (OSError, UnicodeDecodeError):
        raise SettingsError("--env", f"names {env_file}, which is no text file that can be read", ".env") from None
    return read({**given, **os.environ, **typed})


def token_file(to: LinkedInSettings) -> Path:
    """Where the sign-in at this LinkedIn is kept: one file for each host, so that sandbox and LinkedIn never mix."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    url = urlsplit(to.api_url)
    return state / FOLDER / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', url.netloc + url.path)}.json"


def keep(file: Path, found: SignedIn) -> None:
    """Write the sign-in for its owner alone to read (0600, the folder 0700). Raises: OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    expires_at = found.expires_at.isoformat() if found.expires_at else None
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        json.dump({**vars(found), "expires_at": expires_at}, written)
    new.replace(file)


def kept(file: Path) -> SignedIn | None:
    """The sign-in of a file; None without one, or when the file does not hold one."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(file.read_text(encoding="utf-8"))
        return _read(found)
    return None


def _read(found: Mapping[str, Any]) -> SignedIn:
    ends = datetime.fromisoformat(found["expires_at"]).astimezone(UTC) if found["expires_at"] else None
    return SignedIn(str(found["access_token"]), str(found["member"]), tuple(map(str, found["scopes"])), ends)
