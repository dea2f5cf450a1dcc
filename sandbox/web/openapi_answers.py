"""The answers in the OpenAPI document: which statuses an operation has, what their bodies are, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.http.doorway import UPLOADS_PATH
from sandbox.protocol.evidence import ERROR_ROWS, LedgerRow
from sandbox.protocol.fields import ANSWERS, fields_of

Document = dict[str, Any]
OAUTH, REST, V2, CONTROL = "/oauth/", "/rest/", "/v2/", "/_sandbox/"
CONSENT = f"{OAUTH}v2/authorization"
JSON, HTML = "application/json", "text/html"
STATUSES = {"CREATE": ("201",), "DELETE": ("204",), "PARTIAL_UPDATE": ("200", "204")}
WITHOUT_BODY = {  # operations, also where another one of the same path answers with JSON
    "partnerApiPostsExternal.CREATE",
    "partnerApiVideosExternal.ACTION-finalizeUpload",
    "assets.ACTION-completeMultiPartUpload",
}
# Of the ledger's errors: a redirect is no refusal in itself, and a verb without an operation is described nowhere.
NOT_LISTED = ("302", "405")
AT_THE_DOOR = ("413", "414")  # before the path is looked at; of a POST also OF_POST
OF_POST = "411"
OF_CONTROL = {"400": "The request is not understood.", "403": "Another machine or page may not control the sandbox."}
EVIDENCE_HEADER = {
    "X-Sandbox-Evidence": {
        "description": "D documented, C seen, I inferred or decided here",
        "schema": {"type": "string", "enum": ["D", "C", "I"]},
    }
}
NUMBER, TEXT = {"type": "integer"}, {"type": "string"}
ERRORS: dict[str, Document] = {
    "error": {
        "type": "object",
        "required": ["status", "message"],
        "properties": {"status": NUMBER, "serviceErrorCode": NUMBER, "code": TEXT, "message": TEXT},
    },
    "oauthError": {
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {"error": TEXT, "error_description": TEXT},
    },
    "controlError": {"type": "object", "required": ["error"], "properties": {"error": TEXT}},
}


def responses(path: str, verb: str, rows: tuple[LedgerRow, ...]) -> Document:
    """Each status that an operation answers with, and its response."""
    if path == CONSENT:
        page = _response("A page for the member", HTML)
        return {"302": _response("Back to the program"), "200": page, "400": page} | _at_the_door(verb)
    ways = [STATUSES.get(row.name.rpartition(".")[2], ("200",)) for row in rows]
    statuses = dict.fromkeys(status for way in ways for status in way)
    if path.startswith(UPLOADS_PATH):
        statuses |= dict.fromkeys(["201"])
    return {status: _answer(status, rows) for status in statuses} | _refused(path, verb)


def refusals() -> Document:
    """The refusals that many operations share, by name: what each status may mean, as the ledger has it."""
    oauth = {f"oauth{status}": _named(rows, "oauthError") for status, rows in _ledgers(oauth=True).items()}
    return {status: _named(rows, "error") for status, rows in _ledgers(oauth=False).items()} | oauth


def schemas() -> Document:
    """A schema for each resource. The names stand for fields at any depth, so none of them is said to be at the top."""
    resources: dict[str, Document] = {name: {"type": "object"} for name in ANSWERS}
    fields = {
        resource: {name: f"{field.tag} {field.source}" for name, field in fields_of(resource).items()}
        for resource in (*resources, *ERRORS)
    }
    return {name: schema | {"x-fields": fields[name]} for name, schema in (resources | ERRORS).items()}


def _answer(status: str, rows: tuple[LedgerRow, ...]) -> Document:
    resource = rows[0].name.partition(".")[0] if rows else ""
    empty = [row for row in rows if row.name in WITHOUT_BODY]
    if status == "204" or resource not in ANSWERS or len(empty) == len(rows):
        return _response("The answer")
    exceptions = [f"; without a body for {row.query}" for row in empty]
    return _response("".join(("The answer", *exceptions)), JSON, resource)


def _refused(path: str, verb: str) -> Document:
    if path.startswith(CONTROL):
        found = {status: _response(why, JSON, "controlError") for status, why in OF_CONTROL.items()}
        return found | _shared(["413"])
    if path.startswith(OAUTH):
        return {status: _ref(f"oauth{status}") for status in _ledgers(oauth=True)} | _at_the_door(verb)
    left_out = {"426"} - ({"426"} if path.startswith(REST) else set()) | ({OF_POST} if verb != "POST" else set())
    found = _shared(status for status in _ledgers(oauth=False) if status not in left_out)
    if path.startswith(UPLOADS_PATH):  # which answers a Content-Type that no file has with a page
        found["400"] = _response("Refused", JSON, "error")
        found["400"]["content"][HTML] = {"schema": TEXT}
    return found


def _at_the_door(verb: str) -> Document:
    return _shared((*AT_THE_DOOR, OF_POST) if verb == "POST" else AT_THE_DOOR)


def _shared(statuses: Iterable[str]) -> Document:
    return {status: _ref(status) for status in statuses}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/responses/{name}"}


def _ledgers(*, oauth: bool) -> dict[str, list[LedgerRow]]:
    """The ledger's errors by status: those of signing in, or all others."""
    found: dict[str, list[LedgerRow]] = {}
    for row in sorted(ERROR_ROWS.values(), key=lambda row: row.what):
        status = row.what[:3]
        if (row.section == "sign_in") is oauth and status not in NOT_LISTED:
            found.setdefault(status, []).append(row)
    return found


def _named(rows: list[LedgerRow], schema: str) -> Document:
    return _response("\n".join(f"* {row.name}: {row.what}" for row in rows), JSON, schema)


def _response(description: str, content_type: str = "", schema: str = "") -> Document:
    found: Document = {"description": description, "headers": EVIDENCE_HEADER}
    if content_type:
        shown = {"$ref": f"#/components/schemas/{schema}"} if schema else TEXT
        found["content"] = {content_type: {"schema": shown}}
    return found
