"""The truth ledger: on what evidence each route and each error stands, as JSON, as a page, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.http.request import base_url
from sandbox.protocol.evidence import ERROR_ROWS, SOURCES, TAGS, LedgerRow, rows_of, told
from sandbox.protocol.left_out import PATHS, RESOURCES
from sandbox.web import pages

Line = dict[str, Any]


def whole(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The ledger: {"tags", "sources", "routes", "errors", "left_out"}, for JSON."""
    return {
        "tags": TAGS,
        "sources": {key: {"title": title, "date": date} for key, (title, date) in SOURCES.items()},
        "routes": list(_of_routes(routes)),
        "errors": [_line(row) for row in sorted(ERROR_ROWS.values(), key=lambda row: (row.what[:3], row.name))],
        "left_out": {kind: sorted(names.split()) for kind, names in RESOURCES.items()} | {"paths": sorted(PATHS)},
    }


def as_markdown(routes: Iterable[BaseRoute]) -> str:
    """The ledger as tables for the README."""
    ledger = whole(routes)
    routes_table = [
        f"| `{line['method']} {line['path']}` | `{line['operation'] or '–'}` | {_cell(line['what'])} | {_tag(line)} |"
        for line in ledger["routes"]
    ]
    errors_table = [f"| `{line['operation']}` | {_cell(line['what'])} | {_tag(line)} |" for line in ledger["errors"]]
    sources = [f"| {key} | {source['title']} | {source['date']} |" for key, source in ledger["sources"].items()]
    left_out = [f"* {kind}: {', '.join(f'`{name}`' for name in names)}" for kind, names in ledger["left_out"].items()]
    return "\n".join(
        [
            *("| request | operation | what | evidence |", "|---|---|---|---|", *routes_table, ""),
            *("| error | when | evidence |", "|---|---|---|", *errors_table, ""),
            *("| source | what | date |", "|---|---|---|", *sources, ""),
            *("These names below `/v2` and `/rest` answer 501:", *left_out, ""),
        ]
    )


def as_json(request: Request) -> Response:
    """The ledger as JSON: tags, sources, routes, errors, and what is left out."""
    return JSONResponse(whole(request.app.routes))


def page(request: Request) -> Response:
    """The ledger as a page."""
    return pages.ledger(base_url(request), whole(request.app.routes))


def _of_routes(routes: Iterable[BaseRoute]) -> Iterator[Line]:
    for route in routes:
        if isinstance(route, Route):
            for row in rows_of(route.endpoint):
                yield {"method": _verbs(route), "path": route.path, **_line(row), "scopes": list(row.scopes)}


def _line(row: LedgerRow) -> Line:
    return {"operation": row.name, "what": row.what, **row.evidence.as_json()}


def _verbs(route: Route) -> str:
    return ", ".join(sorted((route.methods or set()) - {"HEAD"}))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _tag(line: Line) -> str:
    return f"{line['evidence']} {line['source']}, {line['date']}" if line["evidence"] != "I" else "I"


ROUTES = [
    Route("/_sandbox/ledger", told("I", as_json)),
    Route("/ledger", told("I", page)),
]
