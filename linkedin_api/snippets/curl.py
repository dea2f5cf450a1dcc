"""A redacted request as a curl command that runs as printed."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from urllib.parse import quote_plus

from linkedin_api.snippets.request import FilePart, FormPart, Piece, Request, Text, Variable


def curl(sent: Request) -> str:
    """The command for bash; secrets are variables, and an upload is streamed from "$FILE"."""
    lines = [f"curl --include --globoff -X {sent.method} {_joined(sent.url)}"]
    lines += [f"-H {_header(name, pieces)}" for name, pieces in sent.headers]
    if sent.file:
        lines.append("--data-binary @-" if sent.file.is_part else '-T "$FILE"')
    elif sent.parts:
        lines += [f"-F {_part_of_form(part)}" for part in sent.parts]
    elif sent.form is not None:
        lines += [_field(name, piece) for name, piece in sent.form] or ["--data-raw ''"]
    elif sent.body is not None:
        lines.append(f"--data-raw {shlex.quote(sent.body)}")
    before = f"{_part(sent.file)} |\n" if sent.file and sent.file.is_part else ""
    return before + " \\\n  ".join(lines)


def _part(file: FilePart) -> str:
    if file.first_byte is None:
        return 'tail -c +$((FIRST_BYTE + 1)) "$FILE" | head -c $((LAST_BYTE - FIRST_BYTE + 1))'
    return f'tail -c +{file.first_byte + 1} "$FILE" | head -c {file.size_bytes}'


def _part_of_form(part: FormPart) -> str:
    if part.json is None:
        return f'"{part.name}=@\\"$FILE\\";type={part.content_type}"'
    return shlex.quote(f"{part.name}={part.json};type={part.content_type}")


def _joined(pieces: Iterable[Piece]) -> str:
    # curl cannot percent-encode a part of an address; LinkedIn's tokens and codes need no encoding there.
    return "".join(shlex.quote(piece.text) if isinstance(piece, Text) else f'"${piece.name}"' for piece in pieces)


def _header(name: str, pieces: tuple[Piece, ...]) -> str:
    if any(isinstance(piece, Variable) for piece in pieces):
        inside = "".join(piece.text if isinstance(piece, Text) else f"${piece.name}" for piece in pieces)
        return f'"{name}: {inside}"'
    return shlex.quote(f"{name}: " + "".join(piece.text for piece in pieces if isinstance(piece, Text)))


def _field(name: str, piece: Piece) -> str:
    if isinstance(piece, Variable):
        return f'--data-urlencode {shlex.quote(quote_plus(name))}="${piece.name}"'
    return f"--data-raw {shlex.quote(f'{quote_plus(name)}={quote_plus(piece.text)}')}"
