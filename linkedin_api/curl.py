"""A redacted request as a curl command that runs as printed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from linkedin_api.redaction import HIDDEN

_VARIABLES = {
    "access_token": "LINKEDIN_ACCESS_TOKEN",
    "token": "LINKEDIN_ACCESS_TOKEN",
    "code": "LINKEDIN_CODE",
    "client_secret": "LINKEDIN_CLIENT_SECRET",
    "refresh_token": "LINKEDIN_REFRESH_TOKEN",
    "id_token": "LINKEDIN_ID_TOKEN",
}
_LEFT_OUT = ("content-length", "host", "connection", "accept-encoding", "cookie")  # curl's own business
_FILE = re.compile(r"<[\d,]+ bytes, [^>]*>")
_IN_QUERY = re.compile(rf"(\w+)={re.escape(HIDDEN)}")


def curl(method: str, url: str, headers: Mapping[str, str], body: str) -> str:
    """The command for bash; secrets are variables, and an upload is streamed from "$FILE"."""
    lines = [f"curl --globoff -X {method} {_url(url)}"]
    kept = ((name, value) for name, value in headers.items() if name.lower() not in _LEFT_OUT)
    lines += [f"-H {_header(name, value)}" for name, value in kept]
    if _FILE.fullmatch(body):
        lines.append('-T "$FILE"')
    elif "form-urlencoded" in _content_type(headers):
        lines += [_form_field(pair) for pair in body.split("&")] if body else ["--data-raw ''"]
    elif body or method in ("POST", "PUT"):
        lines.append(f"--data-raw {shlex.quote(body)}")
    return " \\\n  ".join(lines)


def _url(url: str) -> str:
    # --data-urlencode has no counterpart for URLs; LinkedIn's tokens and codes need no encoding there.
    pieces = _IN_QUERY.split(url)
    quoted = shlex.quote(pieces[0])
    for name, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        quoted += f'{name}="${_variable(name)}"' + (shlex.quote(rest) if rest else "")
    return quoted


def _header(name: str, value: str) -> str:
    if name.lower() == "authorization":
        return f'"{name}: Bearer $LINKEDIN_ACCESS_TOKEN"'
    return shlex.quote(f"{name}: {value}")


def _form_field(pair: str) -> str:
    name, _, value = pair.partition("=")
    if value == HIDDEN:
        return f'--data-urlencode {shlex.quote(name)}="${_variable(name)}"'
    return f"--data-raw {shlex.quote(pair)}"


def _variable(name: str) -> str:
    return _VARIABLES.get(name.lower(), "LINKEDIN_SECRET")


def _content_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")
