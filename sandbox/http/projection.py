"""Cuts an answer of /v2 to a projection, and decorates URNs: (id,elements*(organization~(localizedName))). [D]"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.directory.authors import BY_URN
from sandbox.directory.members import Member
from sandbox.directory.pictures import streams
from sandbox.http.request import base_url

FIELD = re.compile(r"(?P<name>[\w$.-]+)(?P<each>\*)?(?P<decorated>~(?::\w+)?)?")
DEPTH_MAX = 8


@dataclass(frozen=True)
class ProjectedField:
    """One field of a projection: `each` of its elements, `decorated` with what its URN names, cut to `fields`."""

    name: str
    each: bool
    decorated: bool
    fields: tuple[ProjectedField, ...]


def projected(request: Request, response: Response) -> Response:
    """The answer as the request's projection wants it; a projection that is not understood changes nothing. [I]"""
    fields = read(request.query_params.get("projection", ""))
    if not fields or response.status_code != 200 or not isinstance(response, JSONResponse):
        return response
    return JSONResponse(_cut(json.loads(bytes(response.body)), fields, base_url(request)))


def read(text: str) -> tuple[ProjectedField, ...]:
    """The fields of a projection such as "(id,logoV2(original~:playableStreams))"; none when it is not understood."""
    try:
        fields, end = _fields(text, 0, 0)
    except ValueError:
        return ()
    return fields if end == len(text) else ()


def _fields(text: str, at: int, depth: int) -> tuple[tuple[ProjectedField, ...], int]:
    """The fields between brackets, and where they end. Raises ValueError."""
    if text[at : at + 1] != "(" or depth > DEPTH_MAX:
        raise ValueError(text)
    found: list[ProjectedField] = []
    while text[at : at + 1] in ("(", ","):
        match = FIELD.match(text, at + 1)
        if match is None:
            raise ValueError(text)
        at = match.end()
        inner: tuple[ProjectedField, ...] = ()
        if text[at : at + 1] == "(":
            inner, at = _fields(text, at, depth + 1)
        found.append(ProjectedField(match["name"], bool(match["each"]), bool(match["decorated"]), inner))
    if text[at : at + 1] != ")":
        raise ValueError(text)
    return tuple(found), at + 1


def _cut(document: Any, fields: tuple[ProjectedField, ...], base: str) -> Any:
    if not fields or not isinstance(document, dict):
        return document
    shown: dict[str, Any] = {}
    for field in fields:
        value = document.get(field.name)
        if value is None:
            continue
        if field.decorated:
            shown[field.name] = value
            if (named := _named(value, base)) is not None:
                shown[f"{field.name}~"] = _cut(named, field.fields, base)
        elif field.each:
            shown[field.name] = _each(value, field.fields, base)
        else:
            shown[field.name] = _cut(value, field.fields, base)
    return shown


def _each(value: Any, fields: tuple[ProjectedField, ...], base: str) -> Any:
    if isinstance(value, list):
        return [_cut(each, fields, base) for each in value]
    return {key: _cut(each, fields, base) for key, each in value.items()} if isinstance(value, dict) else value


def _named(urn: object, base: str) -> dict[str, Any] | None:
    """What a URN names: a member, an organization or a picture; None for anything else."""
    author = BY_URN.get(str(urn))
    if author is None:
        return streams(str(urn), base)
    return author.basic_profile() if isinstance(author, Member) else author.page(whole=False)
