"""One program for bash and curl for several requests; it needs nothing else."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence

from linkedin_api.snippets.program_call import ADDRESS, VARIABLES, ProgramCall, pieces, used
from linkedin_api.snippets.snippet import Language

_MADE = {"state": "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')", "when": "$(date -u +%Y-%m-%dT%H:%M:%S)"}
_TOOLS = r"""
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Sends one request, says how it went, and shows LinkedIn's refusal.
send() {
  local title=$1 status
  shift
  : >"$work/body"
  status=$(curl --silent --show-error --max-time 60 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@") || exit 1
  echo "$title $status"
  [ "$status" -lt 400 ] || { cat "$work/body"; echo; return 1; }
}
# A text of the answer's JSON by its path, a header of the answer, and a text as it may stand in an address.
field() {
  tr '\r\n' '  ' <"$work/body" | grep -oE '"([^"\\]|\\.)*"|[][{}:,]|[^][{}:," ]+' | awk -v wanted="$1" '
    /^[[{]$/ { depth++; list[depth] = $0 == "["; at[depth] = 0; is_name = !list[depth]; next }
    /^[]}]$/ { depth--; next }
    $0 == "," { if (list[depth]) at[depth]++; is_name = !list[depth]; next }
    $0 == ":" { is_name = 0; next }
    { text = $0; gsub(/^"|"$/, "", text) }
    is_name { at[depth] = text; next }
    { path = at[1]; for (n = 2; n <= depth; n++) path = path "/" at[n]; if (path == wanted) { print text; exit } }'
}
header() { grep -i "^$1:" "$work/head" | head -n 1 | sed 's/^[^:]*: *//; s/%3[Aa]/:/g' | tr -d '\r'; }
encoded() {
  local LC_ALL=C text=$1 at
  for ((at = 0; at < ${#text}; at++)); do
    case ${text:at:1} in [a-zA-Z0-9._~-]) printf %s "${text:at:1}" ;; *) printf %%%02X "'${text:at:1}" ;; esac
  done
}
"""


def program(calls: Sequence[ProgramCall], body: str) -> str:
    """The whole program: what the environment gives, then the lines of the calls."""
    constants = "".join(f"{name}={_constant(name)}\n" for name in used(calls))
    return f"#!/usr/bin/env bash\n{constants}{_TOOLS}\n{body}"


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


def _constant(name: str) -> str:
    if name in _MADE:
        return _MADE[name]
    variable, default = VARIABLES[name]
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
