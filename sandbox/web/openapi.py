"""The sandbox as an OpenAPI document, made from its routes and its ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.directory.apps import IN_WORDS
from sandbox.http.doorway import UPLOADS_PATH
from sandbox.http.request import base_url
from sandbox.protocol.evidence import LedgerRow, rows_of, told
from sandbox.web.openapi_answers import CONTROL, OAUTH, REST, V2, Document, refusals, responses, schemas

DESCRIBED = (OAUTH, REST, V2, CONTROL, UPLOADS_PATH)
PARAMETER = re.compile(r"\{(\w+)(:\w+)?\}")
TAKES = {
    OAUTH: ("application/x-www-form-urlencoded",),
    UPLOADS_PATH: ("application/octet-stream", "multipart/form-data"),
}


def document(routes: Iterable[BaseRoute], base: str) -> Document:
    """The whole document, for a sandbox at this address."""
    paths: dict[str, Document] = {}
    for route in routes:
        if isinstance(route, Route) and route.path.startswith(DESCRIBED):
            path = PARAMETER.sub(r"{\1}", route.path)
            paths.setdefault(path, {}).update(_verbs(route))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LinkedIn, as a sandbox imitates it",
            "version": "1",
            "description": "Made from the sandbox's own table of routes; it is no description by LinkedIn.",
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": schemas(), "responses": refusals(), "securitySchemes": _schemes(base)},
    }


def as_json(request: Request) -> Response:
    """The sandbox as an OpenAPI document."""
    return JSONResponse(document(request.app.routes, base_url(request)))


def _verbs(route: Route) -> Iterator[tuple[str, Document]]:
    rows = rows_of(route.endpoint)
    for verb in sorted((route.methods or set()) - {"HEAD"}):
        described: Document = {
            "operationId": f"{verb.lower()}{re.sub(r'[^A-Za-z0-9]+', '_', route.path)}".rstrip("_"),
            "summary": " / ".join(dict.fromkeys(row.what for row in rows)),
            "x-operations": [_operation(row) for row in rows],
            "parameters": [*_parameters(route.path), *_choosing(rows)],
            "responses": responses(route.path, verb, rows),
            "security": _security(route.path),
        }
        if verb in ("POST", "PUT"):
            described["requestBody"] = {"content": _body(route.path)}
        yield verb.lower(), described


def _operation(row: LedgerRow) -> Document:
    return {"name": row.name, "query": row.query, "scopes": list(row.scopes), **row.evidence.as_json()}


def _body(path: str) -> Document:
    schema = {"type": "string", "format": "binary"} if path.startswith(UPLOADS_PATH) else {"type": "object"}
    takes = next((types for start, types in TAKES.items() if path.startswith(start)), ("application/json",))
    return {content_type: {"schema": schema} for content_type in takes}


def _parameters(path: str) -> Iterator[Document]:
    for name, kind in PARAMETER.findall(path):
        schema = {"type": "integer", "minimum": 0} if kind == ":int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if path.startswith(REST):
        version = {"type": "string", "pattern": "^[0-9]{6}$", "example": "202609"}
        yield {"name": "LinkedIn-Version", "in": "header", "required": True, "schema": version}
    if path.startswith((REST, V2)):
        protocol = {"type": "string", "enum": ["1.0.0", "2.0.0"]}
        yield {"name": "X-Restli-Protocol-Version", "in": "header", "required": False, "schema": protocol}


def _choosing(rows: tuple[LedgerRow, ...]) -> Iterator[Document]:
    """The query parameters that choose among the operations of a path; needed where every operation has the same."""
    chosen: dict[str, list[str]] = {}
    for name, _, value in (row.query.partition("=") for row in rows):
        chosen.setdefault(name, []).append(value)
    for name, values in chosen.items():
        if name:
            schema: Document = {"type": "string", "enum": values} if all(values) else {"type": "string"}
            yield {"name": name, "in": "query", "required": len(chosen) == 1, "schema": schema}


def _security(path: str) -> list[Document]:
    if path.startswith(V2):
        return [{"bearer": []}, {"query": []}]
    return [{"bearer": []}] if path.startswith(REST) else []


def _schemes(base: str) -> Document:
    flow = {
        "authorizationUrl": f"{base}/oauth/v2/authorization",
        "tokenUrl": f"{base}/oauth/v2/accessToken",
        "scopes": IN_WORDS,
    }
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "query": {"type": "apiKey", "in": "query", "name": "oauth2_access_token"},
        "sign-in": {"type": "oauth2", "flows": {"authorizationCode": flow}},
    }


ROUTES = [Route("/_sandbox/openapi.json", told("I", as_json))]
