"""Watches what a sandbox answers: every field's name must be in the field registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.protocol.evidence import rows_of
from sandbox.protocol.fields import fields_of

BY_KEY = ("results", "statuses", "errors")  # of an answer to a batch
LINKEDINS = ("/v2/", "/rest/", "/oauth/")


class AnsweredFields:
    """Serves a sandbox; `unlisted` collects "resource: name" of JSON answers that the registry does not list."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.unlisted: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and read the JSON answers of LinkedIn's paths on the way."""
        if scope["type"] != "http" or not scope["path"].startswith(LINKEDINS):
            await self._app(scope, receive, send)
            return
        body, head = bytearray(), {}

        async def read(message: Message) -> None:
            head.update({"status": message["status"], **_json(message)} if "status" in message else {})
            body.extend(message.get("body", b"") if head.get("is_json") else b"")
            await send(message)

        await self._app(scope, receive, read)
        if body:
            rows = rows_of(scope.get("endpoint")) if head["status"] < 400 else ()
            resource = rows[0].name.partition(".")[0] if rows else "error"
            names = set(names_in(json.loads(bytes(body)))) - set(fields_of(resource))
            self.unlisted |= {f"{resource}: {name}" for name in names}


def _json(message: Message) -> dict[str, Any]:
    return {"is_json": any(name == b"content-type" and b"json" in value for name, value in message["headers"])}


def names_in(document: Any) -> Iterator[str]:
    """The names of a JSON document's fields, at any depth. Keys that are data are left out: URNs, ids, locales, enums.

    What decorates a URN counts under the URN's name. The keys of an answer to a batch are whatever the caller sent.
    """
    if isinstance(document, list):
        for each in document:
            yield from names_in(each)
    elif isinstance(document, dict):
        for name, value in document.items():
            is_data = ":" in name or "." in name or name.isdigit() or name.isupper() or name[2:3] == "_"
            if not is_data:
                yield name.removesuffix("~")
            is_batch = name in BY_KEY and isinstance(value, dict)
            yield from names_in(list(value.values()) if is_batch else value)
