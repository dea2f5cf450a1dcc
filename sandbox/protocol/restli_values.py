"""Rest.li 2.0's syntax in addresses: (k:v,k:(…)), List(a,b), values percent-encoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, unquote_plus

from sandbox.protocol.errors import ApiError, refused

Value = str | list[Any] | dict[str, Any]

STRUCTURE = "(),:"
DEPTH_MAX = 8
# Their values have a syntax of their own, with raw colons: [C] projection, [I] the others
OTHER_SYNTAX = ("projection", "fields", "oauth2_access_token")


def parse(text: str) -> Value:
    """A value as it was sent: a record becomes a dict, a List a list, everything else a decoded string.

    Raises ApiError 400 for broken syntax, such as a raw colon inside a URN.
    """
    value, end = _value(text, 0, 0)
    if end != len(text):
        raise refused("path_syntax")
    return value


def pairs(query: str) -> Iterator[tuple[str, str]]:
    """The names of a query's parameters, decoded, each with its value as it was sent."""
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        yield unquote_plus(name), value


def check_query(query: str) -> None:
    """Raise ApiError 400 for a value with raw colons that form no (k:v), such as a URN that is not encoded. [C]"""
    for name, value in pairs(query):
        if name in OTHER_SYNTAX or ":" not in value:
            continue
        try:
            parse(value)
        except ApiError:
            raise refused("query_syntax") from None


def _value(text: str, at: int, depth: int) -> tuple[Value, int]:
    if depth > DEPTH_MAX:
        raise refused("path_syntax")
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
            raise refused("path_syntax")
        found[name], at = _value(text, at + 1, depth + 1)
        at = _after_comma(text, at)
    return found, at + 1


def _after_comma(text: str, at: int) -> int:
    if text.startswith(",", at) and not text.startswith((",)", ",,"), at):
        return at + 1
    if not text.startswith(")", at):
        raise refused("path_syntax")
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in STRUCTURE:
        end += 1
    return unquote(text[at:end]), end
