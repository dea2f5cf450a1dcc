"""One program for bash and curl for several requests; it needs nothing else."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from linkedin_api.snippets.program_call import ADDRESS, ProgramCall, constants, pieces
from linkedin_api.snippets.snippet import Language

_MADE = {"state": "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')", "when": "$(date -u +%Y-%m-%dT%H:%M:%S)"}
_TOOLS = Path(__file__).with_name("program_tools.sh").read_text(encoding="utf-8")


def program(calls: Sequence[ProgramCall], body: str) -> str:
    """The whole program: what the environment gives, then the lines of the calls."""
    begin = "".join(f"{name}={code}\n" for name, code in constants(calls, _MADE, _read))
    return f"#!/usr/bin/env bash\n{begin}\n{_TOOLS}\n{body}"


def part(call: ProgramCall) -> str:
    """The lines of one call."""
    title = f"# {call.title}\n"
    if call.own is not None:
        own = call.own.get(Language.CURL, "")
        return title + own.replace(ADDRESS, _written(call.address, encoded=True)) if own else ""
    lines = [f"send {shlex.quote(call.title)} -X {call.method} {_written(call.address, encoded=True)}"]
    lines += [f"-H {_written(f'{name}: {value}')}" for name, value in call.headers.items()]
    lines += [f"--data-urlencode {_written(f'{name}={value}')}" for name, value in (call.form or {}).items()]
    lines += ['--data-binary @"$file"'] if call.uploads else []
    lines += ["--data-binary @- <<JSON"] if call.body is not None else []
    sent = " \\\n  ".join(lines) + (" || true\n" if call.may_fail else " || exit 1\n")
    if call.body is not None:
        sent += f"{_inside(json.dumps(call.body, default=dict, ensure_ascii=False, indent=2), quoted=False)}\nJSON\n"
    return title + sent + "".join(map(_given, call.gives, call.gives.values())) + call.after.get(Language.CURL, "")


def _given(name: str, place: str) -> str:
    if place.startswith("header "):
        return f"{name}=$({place})\n"
    return f"{name}=$(field {shlex.quote(place)})\n"


def _read(variable: str, default: str | None) -> str:
    return f'"${{{variable}:?is not set}}"' if default is None else f'"${{{variable}:-{default}}}"'


def _written(text: str, *, encoded: bool = False) -> str:
    if not any(is_gap for _, is_gap in pieces(text)):
        return shlex.quote(text)
    return f'"{_inside(text, encoded=encoded)}"'


def _inside(text: str, *, encoded: bool = False, quoted: bool = True) -> str:
    """A text with gaps between double quotes, or in a here-document, where a double quote is none."""
    inside = ""
    for number, (piece, is_gap) in enumerate(pieces(text)):
        if is_gap:
            inside += f'$(encoded "${piece}")' if encoded and number else f"${{{piece}}}"
        else:
            inside += re.sub(r'([\\$`"])' if quoted else r"([\\$`])", r"\\\1", piece)
    return inside
