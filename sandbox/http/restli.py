"""Rest.li 2.0's syntax in addresses: (k:v,k:(…)), List(a,b), values percent-encoded; and pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import unquote, unquote_plus

from starlette.responses import JSONResponse, Response

from sandbox.http.gateway import Call
from sandbox.protocol import errors
from sandbox.protocol.errors import ApiError

Value = str | list[Any] | dict[str, Any]
T = TypeVar("T")

STRUCTURE = "(),:"
COUNT_DEFAULT, COUNT_MAX = 10, 100  # [D]
DEPTH_MAX, DIGITS_MAX = 8, 9
IDS_MAX = 100  # [I]


def parse(text: str) -> Value:
    """A value as it was sent: a record becomes a dict, a List a list, everything else a decoded string.

    Raises ApiError 400 for broken syntax, such as a raw colon inside a URN.
    """
    value, end = _value(text, 0, 0)
    if end != len(text):
        raise errors.path_syntax()
    return value


def parameter(call: Call, name: str) -> Value | None:
    """A query parameter in Rest.li's syntax, or None. Raises ApiError 400."""
    for pair in call.request.url.query.split("&"):
        found, _, value = pair.partition("=")
        if unquote_plus(found) == name:
            return parse(value)
    return None


def record(value: Value | None, *names: str) -> dict[str, str]:
    """The value as a record of exactly these strings. Raises ApiError 400."""
    if not isinstance(value, dict) or set(value) != set(names) or not all(isinstance(v, str) for v in value.values()):
        raise errors.path_syntax()
    return value


def batch(call: Call, read: Callable[[str], Any]) -> Response:
    """Answer with {"results", "statuses", "errors"} by each key of ?ids=List(…), as it was sent, decoded. [C]

    `read` gives the JSON of one key, or raises the ApiError that stands in its place. Raises ApiError 400.
    """
    ids = parameter(call, "ids")
    if not isinstance(ids, list) or not all(isinstance(key, str) for key in ids) or len(ids) > IDS_MAX:
        raise errors.bad_parameter("ids", call.request.query_params["ids"])
    results, statuses, failures = {}, {}, {}
    for key in dict.fromkeys(ids):
        try:
            results[key] = read(key)
            statuses[key] = 200
        except ApiError as error:
            failures[key] = error.body
            statuses[key] = error.status
    return JSONResponse({"results": results, "statuses": statuses, "errors": failures})


def paged(
    call: Call, items: Sequence[T], default: int = COUNT_DEFAULT, most: int = COUNT_MAX
) -> tuple[Sequence[T], dict[str, Any]]:
    """The requested part of a list, and its `paging`. Raises ApiError 400. [I] the links stay empty"""
    start = _number(call, "start", 0)
    count = _number(call, "count", default)
    if count > most:
        raise errors.bad_parameter("count", count)
    paging = {"start": start, "count": count, "total": len(items), "links": []}
    return items[start : start + count], paging


def _number(call: Call, name: str, default: int) -> int:
    text = call.request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX):
        raise errors.bad_parameter(name, text)
    return int(text)


def _value(text: str, at: int, depth: int) -> tuple[Value, int]:
    if depth > DEPTH_MAX:
        raise errors.path_syntax()
    if text.startswith("List(", at):
        return _list(text, at + len("List("), depth)
    if text.startswith("(", at):
        return _record(text, at + 1, depth)
    return _string(text, at)


def _list(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while not text.startswith(")", at):
        value, at = _value(text, at, depth + 1)
        found.append(value)
        at = _after_comma(text, at)
    return found, at + 1


def _record(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while not text.startswith(")", at):
        name, at = _string(text, at)
        if not name or name in found or not text.startswith(":", at):
            raise errors.path_syntax()
        found[name], at = _value(text, at + 1, depth + 1)
        at = _after_comma(text, at)
    return found, at + 1


def _after_comma(text: str, at: int) -> int:
    if text.startswith(",", at) and not text.startswith((",)", ",,"), at):
        return at + 1
    if not text.startswith(")", at):
        raise errors.path_syntax()
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in STRUCTURE:
        end += 1
    return unquote(text[at:end]), end
