"""Zernio's settings by the names of .env.example: checked here, read from the environment by whoever has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from linkedin_api.settings import SettingsError, api_address, in_one_piece

ZERNIO_API_URL = "https://zernio.com/api/v1"
KEY_NAMES = ("ZERNIO_API_KEY", "LATE_API_KEY")  # the second one from when Zernio was called Late [S]
KEY_EXAMPLE = "sk_0123456789abcdef…"
KEYS_PAGE = "https://zernio.com/dashboard/api-keys"  # [D1]
_VERSION = re.compile(r"/v\d+$")
_HOST = re.compile(r"[A-Za-z0-9.\[\]:-]{1,260}")


@dataclass(frozen=True)
class ZernioSettings:
    """The key and the address of Zernio's API, and further hosts to which files may go ("host" or "host:port")."""

    api_key: str = field(repr=False)
    api_url: str = ZERNIO_API_URL
    upload_hosts: tuple[str, ...] = ()


def read(given: Mapping[str, str]) -> ZernioSettings | None:
    """The settings among these names and texts; None without a key, when this way of publishing is not offered.

    Raises: SettingsError, a sentence that names the variable and shows an example, and never the key.
    """
    name = next((name for name in KEY_NAMES if given.get(name, "").strip()), None)
    return None if name is None else replace(without_key(given), api_key=checked_key(given[name], name))


def without_key(given: Mapping[str, str]) -> ZernioSettings:
    """The same but for the key, which somebody may enter later. Raises: SettingsError."""
    hosts = tuple(host for host in re.split(r"[,\s]+", given.get("ZERNIO_UPLOAD_HOSTS", "").lower()) if host)
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise SettingsError("ZERNIO_UPLOAD_HOSTS", "must be names of hosts, separated by commas", "files.example.com")
    return ZernioSettings("", _api_url(given.get("ZERNIO_API_URL", "")), hosts)


def checked_key(text: str, name: str = KEY_NAMES[0]) -> str:
    """A key as it was typed, without spaces around it. Its form is not checked further [I]. Raises: SettingsError."""
    key = in_one_piece(name, text.strip(), KEY_EXAMPLE)
    if not key.isascii():  # a header cannot hold it: the middle of a key that is shown shortened, for example
        raise SettingsError(name, "has a character that no key has, such as “…”; copy the whole key again", KEY_EXAMPLE)
    return key


def _api_url(text: str) -> str:
    """The address under which the calls lie, with its version; ZERNIO_API_URL for an empty text."""
    url = api_address("ZERNIO_API_URL", text.strip() or ZERNIO_API_URL, ZERNIO_API_URL)
    return url if _VERSION.search(url) else f"{url}/v1"


def trusted_hosts(settings: ZernioSettings) -> tuple[str, ...]:
    """The hosts that may get a file besides Zernio's: the one that gets the key anyway, and those of the settings."""
    return (urlsplit(settings.api_url).netloc, *settings.upload_hosts)
