"""The table of known calls: each example is a whole request, told apart from the others, and the sandbox knows it."""

from __future__ import annotations

import json
import re

import pytest

from linkedin_api.reference import documents
from linkedin_api.reference.answer_fields import explained, explained_headers
from linkedin_api.reference.endpoints import Endpoint, endpoint_of, endpoints
from linkedin_api.reference.products import product_of


def known(title: str, group: str = "") -> Endpoint:
    return next(each for each in endpoints() if each.title == title and each.group.startswith(group))


def test_every_example_is_whole_and_is_known_again_by_its_request() -> None:
    examples = {each.name: each.example() for each in endpoints()}
    found = {name: endpoint_of(it.method, it.path, it.body) for name, it in examples.items()}

    assert len(examples) == len(endpoints()) > 40
    assert {name: each and each.name for name, each in found.items()} == {name: name for name in examples}
    secrets = {"{client_id}", "{client_secret}", "{token}", "{code}", "{refresh_token}"}
    assert {name for it in examples.values() for name in re.findall(r"\{\w+\}", it.path + it.body)} <= secrets
    assert all(json.loads(it.body) for it in examples.values() if "json" in it.headers.get("Content-Type", ""))


def test_every_row_names_a_page_a_scope_and_a_sentence_that_exist() -> None:
    assert {each.page for each in endpoints()} - {""} <= documents.PAGES.keys()
    scopes = {scope for each in endpoints() for scope in each.scope.split()}
    assert [scope for scope in scopes if product_of(scope) is None] == ["r_member_social"]  # closed to new apps
    assert [each.name for each in endpoints() if not each.about.endswith(".")] == []


def test_an_example_takes_the_members_own_urns_and_encodes_them_in_the_address_only() -> None:
    comment = known("Comment on a post").example(member="urn:li:person:ada", post="urn:li:share:1")
    edit = known("Edit a post").example(post="urn:li:share:1", version="202608")

    assert comment.path == "/v2/socialActions/urn%3Ali%3Ashare%3A1/comments"
    assert json.loads(comment.body)["object"] == "urn:li:share:1"
    assert edit.headers["LinkedIn-Version"] == "202608"
    assert edit.headers["X-RestLi-Method"] == "PARTIAL_UPDATE"


@pytest.mark.parametrize(
    ("method", "path", "body", "title"),
    [
        ("POST", "/v2/ugcPosts", '{"x": {"shareMediaCategory":   "VIDEO"}}', "Publish a video"),
        ("POST", "/rest/posts", '{"content": {"media": {"id": "urn:li:video:1"}}}', "Publish an image"),
        ("POST", "/rest/socialActions/urn%3Ali%3Ashare%3A1/comments", "{}", "Comment on a post"),
        ("GET", "/v2/me?projection=(id)", "", "Who is signed in, without OpenID Connect"),
        ("GET", "/v2/unknown", "", None),
        ("PUT", "/v2/userinfo", "", None),
    ],
)
def test_a_request_is_told_by_method_path_and_kind_of_body(
    method: str, path: str, body: str, title: str | None
) -> None:
    found = endpoint_of(method, path, body)

    assert (found and found.title) == title


def test_fields_are_explained_by_the_kind_of_answer() -> None:
    roles = {"elements": [{"role": "ADMINISTRATOR", "odd": 1}, {"role": "x"}], "paging": {"start": 0}}
    refusal = {"status": 422, "errorDetails": {"inputErrors": [{"code": "DUPLICATE_POST"}]}}
    told = {each.path: (each.value, each.meaning) for each in explained(roles, "organizationAcls")}
    refused = {each.path: each.meaning for each in explained(refusal, "created", refused=True)}

    assert told["elements.0.role"] == (
        "ADMINISTRATOR",
        "What the member may do: ADMINISTRATOR, CONTENT_ADMINISTRATOR and others.",
    )
    assert told["paging.start"][1].startswith("The number of the first entry")
    assert told["elements.0.odd"] == ("1", "")
    assert "elements.1.role" not in told
    assert refused["errorDetails.inputErrors.0.code"].endswith("such as DUPLICATE_POST.")
    assert refused["status"] == "The HTTP status again."
    assert [each.path for each in explained_headers({"X-RestLi-Id": "urn:li:share:1", "Date": "now"})] == [
        "X-RestLi-Id"
    ]
