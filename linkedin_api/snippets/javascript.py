"""A redacted request as JavaScript that runs as printed: an ES module for Node 18 and later, with fetch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial

from linkedin_api.snippets.request import FilePart, FormPart, Piece, Request, Text, block

_block = partial(block, "  ")
_SAFE_INTEGER = 2**53 - 1
_OUTCOME = """
console.log(answer.status, answer.statusText);
console.log(await answer.text());
"""


def javascript(sent: Request) -> str:
    """The code for a file that ends in .mjs; secrets come from process.env, an upload from the file in FILE."""
    call = f"const answer = await fetch({_joined(sent.url)}, {_block('{', _options(sent), '}')});"
    before = _opened(sent.file) if sent.file else _form(sent.parts) if sent.parts else ""
    return before + call + _OUTCOME


def _form(parts: Iterable[FormPart]) -> str:
    lines = ['import { readFileSync } from "node:fs";', "", "const form = new FormData();"]
    for part in parts:
        content = "readFileSync(process.env.FILE)" if part.json is None else _quoted(part.json)
        lines.append(
            f"form.set({_quoted(part.name)}, new Blob([{content}], {{ type: {_quoted(part.content_type)} }}));"
        )
    return "\n".join([*lines, ""])


def _opened(file: FilePart) -> str:
    functions = "createReadStream" if file.is_part else "createReadStream, statSync"
    lines = [f'import {{ {functions} }} from "node:fs";', 'import { Readable } from "node:stream";', ""]
    if not file.is_part:
        lines += ["const size = statSync(process.env.FILE).size;", "const file = createReadStream(process.env.FILE);"]
        return "\n".join([*lines, ""])
    told = "Number(process.env.FIRST_BYTE), Number(process.env.LAST_BYTE)"
    range_ = told if file.first_byte is None else f"{file.first_byte}, {file.last_byte}"
    lines += [f"const [first, last] = [{range_}];", "const size = last - first + 1;"]
    lines += ["const file = createReadStream(process.env.FILE, { start: first, end: last });"]
    return "\n".join([*lines, ""])


def _options(sent: Request) -> Iterable[str]:
    yield f"method: {_quoted(sent.method)}"
    headers = [f"{_quoted(name)}: {_joined(pieces)}" for name, pieces in sent.headers]
    if sent.file:
        headers.append('"Content-Length": String(size)')
    if headers:
        yield "headers: " + _block("{", headers, "}")
    if sent.file:
        yield "body: Readable.toWeb(file)"
        yield 'duplex: "half"'
    elif sent.parts:
        yield "body: form"
    elif sent.form is not None:
        pairs = (f"[{_quoted(name)}, {_one(piece)}]" for name, piece in sent.form)
        yield "body: new URLSearchParams(" + _block("[", pairs, "]") + ")"
    elif sent.body is not None:
        yield f"body: {_body(sent.body)}"
    yield 'redirect: "manual"'


def _body(text: str) -> str:
    """JSON as an object that is easy to change, if JSON.stringify() makes the same values of it; else the text."""
    try:
        document = json.loads(text)
        same = json.dumps(document, ensure_ascii=False) == text and _survives(document)
    except (ValueError, RecursionError):
        same = False
    return f"JSON.stringify({_literal(document)})" if same else _quoted(text)


def _survives(value: object) -> bool:
    """Whether JavaScript keeps the value: it sorts keys that are numbers, and its numbers are floats."""
    if isinstance(value, dict):
        plain = not any(key.isdecimal() or key == "__proto__" for key in value)
        return plain and all(map(_survives, value.values()))
    if isinstance(value, list):
        return all(map(_survives, value))
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) <= _SAFE_INTEGER)


def _literal(value: object) -> str:
    if isinstance(value, dict) and value:
        return _block("{", (f"{_quoted(name)}: {_literal(inner)}" for name, inner in value.items()), "}")
    if isinstance(value, list) and value:
        return _block("[", map(_literal, value), "]")
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _joined(pieces: Iterable[Piece]) -> str:
    return " + ".join(map(_one, pieces))


def _one(piece: Piece) -> str:
    if isinstance(piece, Text):
        return _quoted(piece.text)
    found = f"process.env.{piece.name}"
    return f"encodeURIComponent({found})" if piece.encoded else found


def _quoted(text: str) -> str:
    """A literal of exactly this text; characters that are not printable are escaped."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in written)
