"""One program in Python for several requests; it needs the package requests."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from linkedin_api.snippets.program_call import ADDRESS, ProgramCall, constants, literal, pieces
from linkedin_api.snippets.snippet import Language

_MADE = {"state": "secrets.token_urlsafe()", "when": 'datetime.now().isoformat(timespec="seconds")'}
_IMPORTS = {
    "import json": "json.dumps",
    "import os": "os.environ",
    "import secrets": "secrets.",
    "import time": "time.time",
    "from datetime import datetime": "datetime.",
}
_FROM_URLLIB = ("parse_qs", "quote", "unquote", "urlsplit")
_PACKAGES = {"from joserfc import jws, jwt": "jwt.", "from joserfc.jwk import KeySet": "KeySet."}
_SEND = '''
def send(title, method, url, may_fail=False, **request):
    """Send one request, say how it went, and stop the program when LinkedIn refuses."""
    answer = requests.request(method, url, allow_redirects=False, timeout=60, **request)
    print(title, answer.status_code)
    if not answer.ok:
        print(answer.text)
        if not may_fail:
            raise SystemExit(1)
    return answer

'''


def program(calls: Sequence[ProgramCall], body: str) -> str:
    """The whole program: imports, what the environment gives, then the lines of the calls."""
    begin = "".join(f"{name} = {code}\n" for name, code in constants(calls, _MADE, _read))
    code = f"{begin}\n{_SEND}\n{body}"
    imports = [line for line, sign in _IMPORTS.items() if sign in code]
    if names := [name for name in _FROM_URLLIB if re.search(rf"\b{name}\(", code)]:
        imports.append(f"from urllib.parse import {', '.join(names)}")
    packages = ["import requests", *(line for line, sign in _PACKAGES.items() if sign in code)]
    needs = "requests joserfc" if len(packages) > 1 else "requests"
    return f"# pip install {needs}\n" + "\n".join([*imports, *[""][: len(imports)], *packages]) + f"\n\n{code}"


def part(call: ProgramCall) -> str:
    """The lines of one call."""
    title = f"# {call.title}\n"
    if call.own is not None:
        own = call.own.get(Language.PYTHON, "")
        return title + own.replace(ADDRESS, url_of(call)) if own else ""
    arguments = [_written(call.title), _written(call.method), url_of(call)]
    if call.may_fail:
        arguments.append("may_fail=True")
    if call.headers:
        arguments.append(f"headers={literal(call.headers, _written, repr, '    ')}")
    if call.form is not None:
        arguments.append(f"data={literal(call.form, _written, repr, '    ')}")
    if call.body is not None:
        arguments.append(f"json={literal(call.body, _written, repr, '    ')}")
    if call.uploads:
        arguments.append('data=open(file, "rb")')
    sent = "answer = send(\n" + "".join(f"    {each},\n" for each in arguments) + ")\n"
    return (
        title
        + sent
        + "".join(_given(name, place) for name, place in call.gives.items())
        + call.after.get(Language.PYTHON, "")
    )


def url_of(call: ProgramCall) -> str:
    """The address as an expression."""
    return _written(call.address, encoded=True)


def _given(name: str, place: str) -> str:
    if place.startswith("header "):
        return f'{name} = unquote(answer.headers["{place.removeprefix("header ")}"])\n'
    *way, last = place.split("/")
    keys = "".join(f"[{key}]" if key.isdecimal() else f'["{key}"]' for key in way)
    return f'{name} = answer.json(){keys}.get("{last}", "")\n'


def _read(variable: str, default: str | None) -> str:
    return f'os.environ["{variable}"]' if default is None else f'os.environ.get("{variable}", "{default}")'


def _written(text: str, *, encoded: bool = False) -> str:
    found = pieces(text)
    if len(found) == 1 and found[0][1]:
        return found[0][0]
    has_gap = any(is_gap for _, is_gap in found)
    inside = ""
    for number, (piece, is_gap) in enumerate(found):
        if is_gap:
            inside += f"{{quote({piece}, safe='')}}" if encoded and number else f"{{{piece}}}"
        else:
            plain = json.dumps(piece, ensure_ascii=False)[1:-1]
            inside += plain.replace("{", "{{").replace("}", "}}") if has_gap else plain
    return f'{"f" if has_gap else ""}"{inside}"'
