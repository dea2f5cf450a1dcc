"""Exchanges as a HAR 1.2 file, which browsers, proxies and test tools open; an exchange holds no secret."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from linkedin_api import Exchange
from linkedin_api.http.redaction import HIDDEN

_HTTP = "HTTP/1.1"
_UNKNOWN = -1  # HAR's own sign for a size that is not known
_CREATOR = {"name": "LinkedIn API Dashboard", "version": "1"}


def har(exchanges: Iterable[Exchange]) -> str:
    """The text of the file, in ASCII; what stood in place of a secret stays hidden."""
    return json.dumps({"log": {"version": "1.2", "creator": _CREATOR, "entries": [_entry(each) for each in exchanges]}})


def _entry(exchange: Exchange) -> dict[str, Any]:
    said = f"No answer: {exchange.error}" if exchange.error else ""
    return {
        "startedDateTime": exchange.started_at.isoformat(timespec="milliseconds"),
        "time": exchange.duration_ms,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": exchange.duration_ms, "receive": 0},
        **({"comment": said} if said else {}),
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    body, url = exchange.request_body, exchange.url.replace(HIDDEN, quote(HIDDEN))
    mime_type = _value(exchange.request_headers, "content-type")
    return {
        "method": exchange.method,
        "url": url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(exchange.request_headers.items()),
        "queryString": _pairs(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
        **({"postData": {"mimeType": mime_type, "text": body}} if body else {}),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if body.startswith("<") else _bytes(body),  # of a file only its description is kept
    }


def _response(exchange: Exchange) -> dict[str, Any]:
    status, body = exchange.status or 0, exchange.response_body  # 0 is how browsers write that there was no answer
    content = {"size": _bytes(body), "mimeType": _value(exchange.response_headers, "content-type"), "text": body}
    return {
        "status": status,
        "statusText": exchange.reason,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _pairs(exchange.response_headers.items()),
        "content": content,
        "redirectURL": _value(exchange.response_headers, "location"),
        "headersSize": _UNKNOWN,
        "bodySize": _bytes(body) if status else _UNKNOWN,
    }


def _pairs(named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in named]


def _value(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted), "")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
