"""HAR 1.2 and Postman 2.1: whole by their formats, without any secret, and true to what was sent."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from dashboard.accounts.account import Account
from dashboard.activity.har import har
from dashboard.activity.postman import postman
from dashboard.db.database import now
from dashboard.services import Services
from linkedin_api import Exchange, Language, Post, Urn, snippet
from tests.conftest import RunningSandbox
from tests.dashboard.activity.test_console import FORM, JSON, console_of, send, text_post
from tests.support.services import PNG, ada, services

__all__ = ["ada", "services"]


def record(required: str, optional: str = "", **kinds: Any) -> dict[str, Any]:
    """The schema of a record of the format: its fields are texts unless told otherwise, and there are no others."""
    names = [*required.split(), *optional.split()]
    fields = {name: kinds.get(name, {"type": "string"}) for name in names}
    return {"type": "object", "required": required.split(), "properties": fields, "additionalProperties": False}


def many(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


# HAR 1.2, as http://www.softwareishard.com/blog/har-12-spec/ tells of it.
WHOLE, TIME = {"type": "integer", "minimum": -1}, {"type": "number", "minimum": 0}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)$"}
PAIRS, SIZES = many(record("name value", "comment")), {"headersSize": WHOLE, "bodySize": WHOLE}
HAR_REQUEST = record(
    "method url httpVersion cookies headers queryString headersSize bodySize",
    "postData comment",
    url={"type": "string", "pattern": r"^https?://[^\s\[\]]+$"},
    cookies=PAIRS,
    headers=PAIRS,
    queryString=PAIRS,
    postData=record("mimeType text", "comment"),
    **SIZES,
)
HAR_RESPONSE = record(
    "status statusText httpVersion cookies headers content redirectURL headersSize bodySize",
    "comment",
    status=WHOLE,
    cookies=PAIRS,
    headers=PAIRS,
    content=record("size mimeType", "text comment", size=WHOLE),
    **SIZES,
)
HAR_ENTRY = record(
    "startedDateTime time request response cache timings",
    "comment",
    startedDateTime=MOMENT,
    time=TIME,
    request=HAR_REQUEST,
    response=HAR_RESPONSE,
    cache={"type": "object", "maxProperties": 0},
    timings=record("send wait receive", send=TIME, wait=TIME, receive=TIME),
)
HAR = record(
    "log",
    log=record(
        "version creator entries",
        version={"const": "1.2"},
        creator=record("name version"),
        entries=many(HAR_ENTRY),
    ),
)
# Postman's collection format 2.1.0, as far as it is used.
URL = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
NAMED = many(record("key value"))
FORM_FIELD = record(
    "key", "value type src contentType", type={"enum": ["text", "file"]}, src={"type": ["null", "string"]}
)
POSTMAN_BODY = record(
    "mode",
    "raw options urlencoded formdata file",
    mode={"enum": ["raw", "urlencoded", "formdata", "file"]},
    options={"type": "object"},
    urlencoded=NAMED,
    formdata=many(FORM_FIELD),
    file={"type": "object"},
)
POSTMAN_REQUEST = record("method header url", "body description", header=NAMED, body=POSTMAN_BODY)
POSTMAN_ANSWER = record(
    "name originalRequest status code header cookie body responseTime",
    originalRequest=POSTMAN_REQUEST,
    code={"type": "integer"},
    header=NAMED,
    cookie={"type": "array"},
    responseTime={"type": "integer"},
)
POSTMAN = record(
    "info item variable",
    info=record("name schema", schema={"const": URL}),
    item=many(record("name request response", request=POSTMAN_REQUEST, response=many(POSTMAN_ANSWER))),
    variable=NAMED,
)


@pytest.fixture
def kept(services: Services, ada: Account) -> list[Exchange]:
    """What the journal holds after calls of every kind, each with secrets: forms, uploads, refusals, no answer."""
    console = console_of(services, ada)
    form = "client_id={client_id}&client_secret={client_secret}&token={token}"
    send(console, "POST", "/oauth/v2/introspectToken", FORM, form)
    send(console, "GET", f"/v2/userinfo?oauth2_access_token={console.token}", "", "")
    send(console, "POST", "/v2/ugcPosts", JSON, text_post("Half \\u00e9 and [hidden]", ada))
    line = services.transport(ada, console.token, lambda _: None, None)
    with line:
        ours = services.publisher("v2", line)
        urn = ours.upload_image(Urn(ada.urn), io.BytesIO(PNG), size_bytes=len(PNG), content_type="image/png")
        assert ours.planned(Post(ada.urn, "x"))
    assert urn
    send(replace(console, api_url="http://127.0.0.1:9"), "POST", "/v2/ugcPosts", JSON, text_post("Nobody listens", ada))
    return list(services.exchange_log.whole(ada.id))


def secrets(services: Services, ada: Account, linkedin: RunningSandbox) -> list[str]:
    uploads = [str(path).partition("?")[2] for _, path, *_ in linkedin.state.calls if "ut=" in str(path)]
    return [str(services.accounts.access_token(ada.id)), services.settings.client_secret, *uploads]


def test_a_har_is_whole_and_holds_no_secret(
    kept: list[Exchange], services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    text = har(kept)
    document = json.loads(text)
    jsonschema.validate(document, HAR)
    entries = document["log"]["entries"]

    assert [each["response"]["status"] for each in entries] == [each.status or 0 for each in kept]
    assert len(entries) == 6
    assert entries[-1]["comment"].startswith("No answer: ")
    assert entries[2]["request"]["postData"]["text"] == kept[2].request_body
    assert entries[1]["request"]["queryString"] == [{"name": "oauth2_access_token", "value": "[hidden]"}]
    assert [secret for secret in secrets(services, ada, linkedin) if secret in text] == []


def test_a_postman_collection_is_whole_and_its_secrets_are_variables(
    kept: list[Exchange], services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    text = postman(kept)
    document = json.loads(text)
    jsonschema.validate(document, POSTMAN)
    items = document["item"]
    variables = {each["key"] for each in document["variable"]}

    assert variables == {"LINKEDIN_ACCESS_TOKEN", "LINKEDIN_CLIENT_SECRET", "UPLOAD_URL"}
    assert {"key": "client_secret", "value": "{{LINKEDIN_CLIENT_SECRET}}"} in items[0]["request"]["body"]["urlencoded"]
    assert items[0]["name"] == "Introspect a token"
    assert {"key": "Authorization", "value": "Bearer {{LINKEDIN_ACCESS_TOKEN}}"} in items[2]["request"]["header"]
    assert json.loads(items[2]["request"]["body"]["raw"]) == json.loads(kept[2].request_body)
    assert items[4]["request"]["body"]["mode"] == "file"
    assert [each["response"][0]["code"] if each["response"] else None for each in items] == [e.status for e in kept]
    assert [secret for secret in secrets(services, ada, linkedin) if secret in text] == []


@pytest.mark.parametrize("body", ["", '{"cut off": "in the mid', "[1]"])
def test_a_multipart_header_without_such_a_body_spoils_neither_code_nor_export(body: str) -> None:
    typed = Exchange(now(), "POST", "https://api.linkedin.com/v2/x", {"Content-Type": "multipart/form-data"}, body)

    assert json.loads(postman([typed]))["item"][0]["request"]["header"][0]["value"] == "multipart/form-data"
    assert all("multipart/form-data" in snippet(typed, language) for language in Language)
