"""The truth ledger: every route and error has a row, every answer its letter, and the README says the same."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

import sandbox
from sandbox.auth.consent import CANCELLED
from sandbox.http.fault_injection import REFUSING_FAULTS
from sandbox.protocol.evidence import ERROR_ROWS, SOURCES, Evidence, rows_of
from sandbox.protocol.fields import ANSWERS, fields_of
from sandbox.server import ROUTES
from sandbox.web.ledger import as_markdown, whole
from sandbox.web.openapi import DESCRIBED
from tests.conftest import RunningSandbox
from tests.sandbox.answered_fields import names_in
from tests.sandbox.auth.test_oauth import asked, bearer
from tests.support.patience import PATIENCE_S
from tests.support.source import modules, nodes

FOLDER = Path(sandbox.__file__).parent
TABLES = re.compile(r"<!-- ledger -->\n(.*)<!-- end of the ledger -->", re.DOTALL)


def test_every_route_has_a_row() -> None:
    assert len(ROUTES) > 50
    assert [route.path for route in ROUTES if not rows_of(route.endpoint)] == []


def calls_of(names: set[str]) -> list[tuple[str, ast.Call]]:
    """Each call of these names in the sandbox, with the function that it stands in."""
    return [
        (function.name, node)
        for file in modules("sandbox")
        for function in nodes(file)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


def test_an_error_is_made_only_of_its_row() -> None:
    # "_http_error" passes on what Starlette refuses.
    making = {function for function, _ in calls_of({"ApiError", "OAuthError"})}
    calls = [node for _, node in calls_of({"refused", "sign_in_refused"})]
    named = [(node.args[0].value, len(node.args) - 1) for node in calls if isinstance(node.args[0], ast.Constant)]
    by_table = {*filter(None, REFUSING_FAULTS.values()), *CANCELLED.values(), "client_refused", "introspection_refused"}

    assert making == {"refused", "sign_in_refused", "_http_error"}
    assert len(calls) > 100
    assert {name for name, _ in named} | by_table == set(ERROR_ROWS)
    assert len(ERROR_ROWS) > 40
    for name, count in named:
        row = ERROR_ROWS[str(name)]
        gaps = {int(number) for number in re.findall(r"\{(\d)", f"{row.code} {row.message}")}
        assert len(gaps) - len(row.usual) <= count <= len(gaps), name


def test_every_source_has_a_date_and_a_wrong_evidence_is_refused() -> None:
    assert [key for key, (_, date) in SOURCES.items() if not re.fullmatch(r"\d{4}(-\d\d){0,2}", date)] == []
    for wrong in ("", "D", "X:S1", "D:S99", "I:S1"):
        with pytest.raises(ValueError, match="is no evidence"):
            Evidence.read(wrong)


def test_the_readme_holds_the_ledger() -> None:
    found = TABLES.search((FOLDER / "README.md").read_text(encoding="utf-8"))

    assert found is not None
    assert found[1] == as_markdown(ROUTES), "run: python -m sandbox --ledger"


def test_the_ledger_is_served_as_json_and_as_a_page(linkedin: RunningSandbox) -> None:
    found = requests.get(f"{linkedin.url}/_sandbox/ledger", timeout=PATIENCE_S).json()
    page = requests.get(f"{linkedin.url}/ledger", timeout=PATIENCE_S)
    me = next(line for line in found["routes"] if line["path"] == "/v2/me")

    assert (me["method"], me["operation"], me["scopes"]) == ("GET", "me.GET", ["r_basicprofile"])
    assert (me["evidence"], me["source"], me["date"]) == ("C", "P", "2026-11-26")
    assert {line["evidence"] for line in [*found["routes"], *found["errors"]]} == {"D", "C", "I"}
    assert [line for line in [*found["routes"], *found["errors"]] if not line["what"]] == []
    assert page.status_code == 200
    assert "GET /v2/me" in page.text
    assert f"{linkedin.url}/ledger" in requests.get(linkedin.url, timeout=PATIENCE_S).text


def test_every_answer_carries_its_letter(linkedin: RunningSandbox) -> None:
    def letter(path: str, method: str = "GET", **options: object) -> tuple[int, str]:
        answer = requests.request(  # type: ignore[call-overload]
            method, linkedin.url + path, timeout=PATIENCE_S, allow_redirects=False, **options
        )
        return answer.status_code, answer.headers["x-sandbox-evidence"]

    headers = bearer(linkedin.url)
    assert letter("/v2/userinfo", headers=headers) == (200, "D")
    assert letter("/v2/me", headers=headers) == (403, "C")
    assert letter("/v2/userinfo") == (401, "C")
    assert letter("/rest/posts", "POST", headers=headers, json={}) == (400, "D")
    assert letter("/v2/shares") == (501, "I")
    assert letter("/v2/nothing") == (404, "C")
    assert letter("/oauth/openid/jwks") == (200, "C")
    assert letter("/oauth/v2/accessToken", "POST", data={}) == (400, "D")
    assert letter("/oauth/v2/accessToken") == (405, "I")
    assert letter("/oauth/v2/authorization", params=asked()) == (200, "D")
    assert letter("/oauth/v2/authorization", params=asked("r_liteprofile")) == (302, "C")
    assert [letter(path) for path in ("/", "/_sandbox/calls", "/nowhere")] == [(200, "I"), (200, "I"), (404, "I")]


def test_the_command_line_prints_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    from sandbox.__main__ import main

    assert main(["--ledger"]) == 0
    assert capsys.readouterr().out == as_markdown(ROUTES)


def test_every_error_is_told_with_its_status() -> None:
    told = {name: row.what for name, row in ERROR_ROWS.items()}

    assert [name for name, what in told.items() if not re.match(r"\d{3}\b", what)] == []


def test_every_field_of_the_registry_has_evidence_and_no_other_name_is_in_it() -> None:
    assert {resource for resource in ANSWERS if not fields_of(resource)} == set()
    assert set(ANSWERS) <= {line["operation"].partition(".")[0] for line in whole(ROUTES)["routes"]}
    document = {"id": 1, "elements": [{"x~": {"urn:li:share:1": {"y": 1}}}], "en_US": "a", "LIKE": {"z": 2}, "7": 1}
    assert set(names_in(document)) == {"id", "elements", "x", "y", "z"}


def test_the_openapi_document_is_valid_and_has_every_route(linkedin: RunningSandbox) -> None:
    document = requests.get(f"{linkedin.url}/_sandbox/openapi.json", timeout=PATIENCE_S).json()

    OpenAPIV31SpecValidator(document).validate()
    described = {(verb.upper(), path) for path, verbs in document["paths"].items() for verb in verbs}
    assert described >= {("POST", "/rest/posts"), ("GET", "/v2/me"), ("POST", "/oauth/v2/accessToken")}
    assert len(described) == sum(
        len((route.methods or set()) - {"HEAD"}) for route in ROUTES if route.path.startswith(DESCRIBED)
    )
    assert document["servers"] == [{"url": linkedin.url}]
    me = document["paths"]["/v2/me"]["get"]
    assert me["x-operations"][0] | {"date": ""} == {
        "name": "me.GET",
        "query": "",
        "scopes": ["r_basicprofile"],
        "evidence": "C",
        "source": "P",
        "date": "",
    }
    assert document["components"]["schemas"]["userinfo"]["x-fields"]["sub"] == "D S4"
