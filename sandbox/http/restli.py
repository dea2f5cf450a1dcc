"""What a call asks in Rest.li's syntax: parameters, keys of a batch, pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from starlette.responses import JSONResponse, Response

from sandbox.http.gateway import Call
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.restli_values import Value, pairs, parse

T = TypeVar("T")

COUNT_DEFAULT, COUNT_MAX = 10, 100  # [D]
DIGITS_MAX = 9
IDS_MAX = 100  # [I]


def parameter(call: Call, name: str) -> Value | None:
    """A query parameter in Rest.li's syntax, or None. Raises ApiError 400."""
    return next((parse(value) for found, value in pairs(call.request.url.query) if found == name), None)


def only_parameters(call: Call, known: Collection[str]) -> None:
    """Raise ApiError 400 for another query parameter [I]; `fields` and `projection` are taken everywhere [C]."""
    given = call.request.query_params
    if unknown := sorted(set(given) - {*known, "fields", "projection"}):
        raise refused("bad_parameter", unknown[0], given[unknown[0]])


def record(value: Value | None, *names: str) -> dict[str, str]:
    """The value as a record of exactly these strings. Raises ApiError 400."""
    if not isinstance(value, dict) or set(value) != set(names) or not all(isinstance(v, str) for v in value.values()):
        raise refused("path_syntax")
    return value


def batch(call: Call, read: Callable[[Any], Any], kind: type[str] | type[dict[str, Any]] = str) -> Response:
    """Answer with {"results", "statuses", "errors"} by each key of ?ids=List(…), as it was sent, decoded. [C]

    `read` gives the JSON of one key, or raises the ApiError that stands in its place. `kind` is dict where a key is a
    record. Raises ApiError 400.
    """
    ids = parameter(call, "ids")
    if isinstance(ids, str) and not call.protocol_2:  # [C] the older protocol repeats the parameter
        ids = list(call.request.query_params.getlist("ids"))
    if not isinstance(ids, list) or not all(isinstance(key, kind) for key in ids) or len(ids) > IDS_MAX:
        raise refused("bad_parameter", "ids", call.request.query_params["ids"])
    results, statuses, failures = {}, {}, {}
    for name, key in {_name(key): key for key in ids}.items():
        try:
            results[name] = read(key)
            statuses[name] = 200
        except ApiError as error:
            failures[name] = error.body
            statuses[name] = error.status
    return JSONResponse({"results": results, "statuses": statuses, "errors": failures})


def listed(
    call: Call,
    items: Sequence[T],
    write: Callable[[T], object],
    default: int = COUNT_DEFAULT,
    most: int = COUNT_MAX,
) -> Response:
    """Answer with the requested part of a list: {"elements", "paging"}. Raises ApiError 400. [I] links stay empty"""
    start, count, paging = page(call, len(items), default, most)
    return JSONResponse({"elements": [write(item) for item in items[start : start + count]], "paging": paging})


def page(
    call: Call, total: int, default: int = COUNT_DEFAULT, most: int = COUNT_MAX
) -> tuple[int, int, dict[str, Any]]:
    """Where the requested part of a list begins, how long it may be, and its `paging`. Raises ApiError 400."""
    start = _number(call, "start", 0)
    count = _number(call, "count", default)
    if count > most:
        raise refused("bad_parameter", "count", count)
    return start, count, {"start": start, "count": count, "total": total, "links": []}


def _name(key: Value) -> str:
    """A key as LinkedIn names it in the answer to a batch: a record as (name:value,…)."""
    if isinstance(key, dict):
        return f"({','.join(f'{name}:{_name(value)}' for name, value in key.items())})"
    return str(key)


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX):
        raise refused("bad_parameter", name, text)
    return int(text)
