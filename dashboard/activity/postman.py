"""Exchanges as a Postman collection, format 2.1. Secrets are Postman variables, an upload asks for its file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from linkedin_api import Exchange
from linkedin_api.reference.endpoints import endpoint_of, path_of
from linkedin_api.snippets.request import FormPart, Piece, Request, Text, Variable, request

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_NAME = "LinkedIn API Dashboard"


def postman(exchanges: Iterable[Exchange]) -> str:
    """The text of the file; the variables that its requests need are listed in it, empty."""
    used: dict[str, None] = {}
    items = [_item(each, used) for each in exchanges]
    variables = [{"key": name, "value": ""} for name in used]
    return json.dumps({"info": {"name": _NAME, "schema": _SCHEMA}, "item": items, "variable": variables})


def _item(exchange: Exchange, used: dict[str, None]) -> dict[str, Any]:
    sent = request(exchange.method, exchange.url, exchange.request_headers, exchange.request_body)
    path = path_of(exchange.url)
    known = endpoint_of(exchange.method, path, exchange.request_body)
    asked = {
        "method": exchange.method,
        "header": [{"key": name, "value": _text(pieces, used)} for name, pieces in sent.headers],
        "url": _text(sent.url, used),
        **({"body": body} if (body := _body(sent, used)) else {}),
        **({"description": known.about} if known else {}),
    }
    name = known.title if known else f"{exchange.method} {path.partition('?')[0] or 'upload'}"
    return {"name": name, "request": asked, "response": [_answer(exchange, asked)] if exchange.status else []}


def _answer(exchange: Exchange, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": f"{exchange.status} {exchange.reason}".strip(),
        "originalRequest": asked,
        "status": exchange.reason,
        "code": exchange.status,
        "header": [{"key": name, "value": value} for name, value in exchange.response_headers.items()],
        "cookie": [],
        "body": exchange.response_body,
        "responseTime": round(exchange.duration_ms),
    }


def _body(sent: Request, used: dict[str, None]) -> dict[str, Any] | None:
    if sent.file:
        return {"mode": "file", "file": {"src": None}}
    if sent.parts:
        return {"mode": "formdata", "formdata": [_part(each) for each in sent.parts]}
    if sent.form is not None:
        return {
            "mode": "urlencoded",
            "urlencoded": [{"key": name, "value": _text([piece], used)} for name, piece in sent.form],
        }
    if not sent.body:
        return None
    return {"mode": "raw", "raw": sent.body, "options": {"raw": {"language": "json"}}}


def _part(part: FormPart) -> dict[str, Any]:
    kind = {"type": "file", "src": None} if part.json is None else {"type": "text", "value": part.json}
    return {"key": part.name, "contentType": part.content_type, **kind}


def _text(pieces: Sequence[Piece], used: dict[str, None]) -> str:
    used.update(dict.fromkeys(piece.name for piece in pieces if isinstance(piece, Variable)))
    return "".join(piece.text if isinstance(piece, Text) else f"{{{{{piece.name}}}}}" for piece in pieces)
