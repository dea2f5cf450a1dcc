"""A redacted request as Python code that runs as printed; it needs the package requests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from linkedin_api.snippets.request import FilePart, FormPart, Piece, Request, Text, block, indented

_INDENT = "    "
_block = partial(block, _INDENT)
_OUTCOME = """
print(answer.status_code, answer.reason)
print(answer.text)
"""


def python(sent: Request) -> str:
    """The code; secrets come from os.environ, and an upload is streamed from the file named in FILE."""
    call = _call(sent)
    if sent.file or sent.parts:
        call = 'with open(os.environ["FILE"], "rb") as file:\n' + indented(_INDENT, _part(sent.file) + call)
    written = call + _OUTCOME
    return "\n".join([*_imports(sent, written), "", written])


def _imports(sent: Request, written: str) -> list[str]:
    encodes = any(getattr(piece, "encoded", False) for piece in sent.url)
    return [
        *(["import os"] if "os.environ[" in written else []),
        *(["from urllib.parse import quote"] if encodes else []),
        *([""] if "os.environ[" in written or encodes else []),
        "import requests",
    ]


def _call(sent: Request) -> str:
    arguments = [_quoted(sent.method), _joined(sent.url)]
    if sent.headers:
        arguments.append(_block("headers={", (f"{_quoted(n)}: {_joined(v)}" for n, v in sent.headers), "}"))
    if sent.file:
        arguments.append("data=part" if sent.file.is_part else "data=file")
    elif sent.parts:
        arguments.append(_block("files={", map(_part_of_form, sent.parts), "}"))
    elif sent.form is not None:
        pairs = (f"({_quoted(name)}, {_one(piece)})" for name, piece in sent.form)
        arguments.append(_block("data=[", pairs, "]") if sent.form else 'data=""')
    elif sent.body is not None:
        arguments.append(f"data={_quoted(sent.body)}.encode()")
    arguments += ["allow_redirects=False", "timeout=60"]
    return _block("answer = requests.request(", arguments, ")")


def _part(file: FilePart | None) -> str:
    if file is None or not file.is_part:
        return ""
    if file.first_byte is None:
        range_ = 'first, last = int(os.environ["FIRST_BYTE"]), int(os.environ["LAST_BYTE"])'
    else:
        range_ = f"first, last = {file.first_byte}, {file.last_byte}"
    return f"{range_}\nfile.seek(first)\npart = file.read(last - first + 1)\n"


def _part_of_form(part: FormPart) -> str:
    name, content = ("None", _quoted(part.json)) if part.json is not None else ('"file"', "file")
    return f"{_quoted(part.name)}: ({name}, {content}, {_quoted(part.content_type)})"


def _joined(pieces: Iterable[Piece]) -> str:
    return " + ".join(map(_one, pieces))


def _one(piece: Piece) -> str:
    if isinstance(piece, Text):
        return _quoted(piece.text)
    found = f'os.environ["{piece.name}"]'
    return f'quote({found}, safe="")' if piece.encoded else found


def _quoted(text: str) -> str:
    """A literal of exactly this text; characters that are not printable are escaped."""
    written = repr(text)
    if written.startswith("'") and '"' not in text:
        return f'"{written[1:-1]}"'
    return written
