"""One program in JavaScript for several requests: an ES module for Node 18 and later."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from linkedin_api.snippets.program_call import ADDRESS, ProgramCall, constants, literal, pieces
from linkedin_api.snippets.snippet import Language

_MADE = {"state": "randomUUID()", "when": "new Date().toISOString()"}
_IMPORTS = {
    "createPublicKey, randomUUID, verify": "node:crypto",
    "readFileSync": "node:fs",
    "createInterface": "node:readline/promises",
}
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_SEND = Path(__file__).with_name("program_tools.mjs").read_text(encoding="utf-8")


def program(calls: Sequence[ProgramCall], body: str) -> str:
    """The whole program: imports, what the environment gives, then the lines of the calls."""
    begin = "".join(f"const {name} = {code};\n" for name, code in constants(calls, _MADE, _read))
    code = f"{begin}\n{_SEND}\n{body}"
    lines = []
    for names, module in _IMPORTS.items():
        wanted = [name for name in names.split(", ") if f"{name}(" in code]
        lines += [f'import {{ {", ".join(wanted)} }} from "{module}";\n'] if wanted else []
    return "// node program.mjs\n" + "".join([*lines, *["\n"][: len(lines)]]) + code


def part(call: ProgramCall) -> str:
    """The lines of one call."""
    title = f"// {call.title}\n"
    if call.own is not None:
        own = call.own.get(Language.JAVASCRIPT, "")
        return title + own.replace(ADDRESS, _written(call.address, encoded=True)) if own else ""
    options = ["may_fail: true"] if call.may_fail else []
    if call.headers:
        options.append(f"headers: {_object(call.headers)}")
    if call.form is not None:
        options.append(f"body: new URLSearchParams({_object(call.form)})")
    if call.body is not None:
        options.append(f"body: JSON.stringify({_object(call.body)})")
    if call.uploads:
        options.append("body: readFileSync(file)")
    arguments = [_written(call.title), _written(call.method), _written(call.address, encoded=True)]
    told = ", {\n" + "".join(f"  {each},\n" for each in options) + "}" if options else ""
    sent = f"answer = await send({', '.join(arguments)}{told});\n"
    given = "".join(_given(name, place) for name, place in call.gives.items())
    return title + sent + given + call.after.get(Language.JAVASCRIPT, "")


def _given(name: str, place: str) -> str:
    if place.startswith("header "):
        return f'const {name} = decodeURIComponent(answer.headers.get("{place.removeprefix("header ")}"));\n'
    keys = "".join(map(_key, place.split("/")))
    return f'const {name} = answer.json(){keys} ?? "";\n'


def _key(key: str) -> str:
    if key.isdecimal():
        return f"[{key}]"
    return f".{key}" if _PLAIN.fullmatch(key) else f'["{key}"]'


def _read(variable: str, default: str | None) -> str:
    return f"process.env.{variable}" + ("" if default is None else f' ?? "{default}"')


def _object(value: object) -> str:
    return literal(value, _written, json.dumps, "  ")


def _written(text: str, *, encoded: bool = False) -> str:
    found = pieces(text)
    if len(found) == 1 and found[0][1]:
        return found[0][0]
    if not any(is_gap for _, is_gap in found):
        return json.dumps(text, ensure_ascii=False)
    inside = ""
    for number, (piece, is_gap) in enumerate(found):
        if is_gap:
            inside += f"${{encodeURIComponent({piece})}}" if encoded and number else f"${{{piece}}}"
        else:
            inside += re.sub(r"([\\`]|\$(?=\{))", r"\\\1", piece)
    return f"`{inside}`"
