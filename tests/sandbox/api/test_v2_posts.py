"""Publishing in both dialects, strict as LinkedIn: exact codes, bodies and headers."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.conftest import RunningSandbox
from tests.sandbox.auth.test_oauth import ADA, ZOE, Clock, bearer, clock, timed
from tests.support.patience import PATIENCE_S

__all__ = ["clock", "timed"]
ME = f"urn:li:person:{ADA}"


def share(text: str, category: str = "NONE", *media: dict[str, Any], **changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {"shareCommentary": {"text": text}, "shareMediaCategory": category}
    if media:
        content["media"] = [{"status": "READY"} | entry for entry in media]
    body = {
        "author": ME,
        "lifecycleState": "PUBLISHED",
        "specificContent": {"com.linkedin.ugc.ShareContent": content},
        "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
    }
    return body | changes


def rest_post(text: str, **changes: Any) -> dict[str, Any]:
    channels: dict[str, Any] = {"targetEntities": [], "thirdPartyDistributionChannels": []}
    body = {
        "author": ME,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"} | channels,
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return body | changes


def publish(sandbox: RunningSandbox, body: dict[str, Any], headers: dict[str, str] | None = None) -> requests.Response:
    headers = headers or bearer(sandbox.url)
    return requests.post(f"{sandbox.url}/v2/ugcPosts", json=body, headers=headers, timeout=PATIENCE_S)


def publish_rest(sandbox: RunningSandbox, body: dict[str, Any], version: str | None = "202609") -> requests.Response:
    headers = bearer(sandbox.url) | ({"LinkedIn-Version": version} if version else {})
    return requests.post(f"{sandbox.url}/rest/posts", json=body, headers=headers, timeout=PATIENCE_S)


def test_a_share_is_stored_and_named_in_header_and_body(linkedin: RunningSandbox) -> None:
    answer = publish(linkedin, share("Hello (world) #tag \\ <b>"))

    urn = answer.headers["x-restli-id"]
    post = linkedin.state.posts[urn]
    assert answer.status_code == 201
    assert answer.json() == {"id": urn}
    assert answer.headers["location"] == "/ugcPosts/" + quote(urn, safe="")
    assert (post.text, post.author, post.author_name) == ("Hello (world) #tag \\ <b>", ME, "Ada Example")
    assert (post.kind, post.dialect, post.visibility) == ("text", "v2", "PUBLIC")
    assert abs((int(urn.rpartition(":")[2]) >> 22) / 1000 - time.time()) < PATIENCE_S


def test_without_the_protocol_header_the_id_has_its_old_name(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    del headers["X-Restli-Protocol-Version"]
    answer = publish(linkedin, share("old"), headers)

    assert answer.headers["x-linkedin-id"] == answer.json()["id"]
    assert "x-restli-id" not in answer.headers
    assert answer.headers["x-restli-protocol-version"] == "1.0.0"


def test_every_answer_has_linkedins_headers(linkedin: RunningSandbox) -> None:
    answer = publish(linkedin, {})

    assert answer.headers["x-restli-error-response"] == "true"
    for name in ("x-li-uuid", "x-li-fabric", "x-li-pop", "x-li-request-id", "x-restli-protocol-version"):
        assert answer.headers[name]


def test_an_article_keeps_its_link_title_and_description(linkedin: RunningSandbox) -> None:
    entry = {"originalUrl": "https://example.com/", "title": {"text": "Title"}, "description": {"text": "Words"}}
    answer = publish(linkedin, share("Read", "ARTICLE", entry))

    post = linkedin.state.posts[answer.json()["id"]]
    assert post.kind == "article"
    assert post.article == {"url": "https://example.com/", "title": "Title", "description": "Words", "thumbnail": ""}


REQUIRED = "field is required but not found and has no default value"
CONTENT = "/specificContent/com.linkedin.ugc.ShareContent"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({key: value for key, value in share("x").items() if key != "author"}, f"/author :: {REQUIRED}"),
        (share("x", specificContent={}), f"{CONTENT} :: {REQUIRED}"),
        (share("x", "PICTURE"), f'{CONTENT}/shareMediaCategory :: "PICTURE" is not an enum symbol'),
        (share("x", "ARTICLE", {"status": None}), f"{CONTENT}/media/0/status :: {REQUIRED}"),
        (share("x", colour="red"), "/colour :: unrecognized field found but not allowed"),
    ],
)
def test_the_schema_is_checked_as_rest_li_does(linkedin: RunningSandbox, body: dict[str, Any], line: str) -> None:
    answer = publish(linkedin, body)

    assert answer.status_code == 422
    assert set(answer.json()) == {"message", "status"}
    assert f"ERROR :: {line}\n" in answer.json()["message"]


def test_a_missing_field_gives_exactly_one_line(linkedin: RunningSandbox) -> None:
    body = share("x")
    del body["visibility"]

    path = "/visibility/com.linkedin.ugc.MemberNetworkVisibility"
    assert publish(linkedin, body).json() == {
        "message": f"ERROR :: {path.rpartition('/')[0]} :: {REQUIRED}\n",
        "status": 422,
    }


@pytest.mark.parametrize("author", [f"urn:li:person:{ZOE}", ADA, "urn:li:organization:1"])
def test_only_the_tokens_member_may_be_the_author(linkedin: RunningSandbox, author: str) -> None:
    answer = publish(linkedin, share("x", author=author))

    assert answer.status_code == 403
    assert answer.json() == {
        "status": 403,
        "serviceErrorCode": 100,
        "code": "ACCESS_DENIED",
        "message": "Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing"
        " fields [/author]",
    }


def test_distribution_is_refused_for_a_member(linkedin: RunningSandbox) -> None:
    answer = publish(linkedin, share("x", distribution={"feedDistribution": "MAIN_FEED"}))

    assert answer.status_code == 403
    assert answer.json()["message"] == (
        "Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/distribution]"
    )


@pytest.mark.parametrize(("count", "maximum"), [(3001, 3000), (4318, 4000)])
def test_a_text_that_is_too_long_is_refused(linkedin: RunningSandbox, count: int, maximum: int) -> None:
    answer = publish(linkedin, share("x" * count))

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "message": "com.linkedin.content.common.exception.BadRequestResponseException: ShareCommentary text length"
        f" ({count} characters) exceeded the maximum allowed ({maximum} characters)",
    }


def test_three_thousand_characters_are_taken_and_emoji_count_twice(linkedin: RunningSandbox) -> None:
    assert publish(linkedin, share("😀" * 1500)).status_code == 201
    assert publish(linkedin, share("😀" * 1500 + "x")).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        share("x", "NONE", {"originalUrl": "https://example.com"}),
        share("x", "ARTICLE"),
        share("x", "IMAGE"),
        share("x", "VIDEO", {"media": "urn:li:digitalmediaAsset:1"}, {"media": "urn:li:digitalmediaAsset:2"}),
    ],
)
def test_the_category_must_fit_the_media(linkedin: RunningSandbox, body: dict[str, Any]) -> None:
    answer = publish(linkedin, body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "INVALID_VALUE_FOR_FIELD"


def test_a_duplicate_names_the_living_post_for_ten_minutes(timed: RunningSandbox, clock: Clock) -> None:
    headers = bearer(timed.url)
    urn = publish(timed, share("again"), headers).json()["id"]
    clock.now += 599
    refused = publish(timed, share("again"), headers)
    clock.now += 1
    taken = publish(timed, share("again"), headers)

    prefix = "com.linkedin.content.common.exception.BadRequestResponseException"
    detail = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    assert refused.status_code == 422
    assert refused.json() == {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": f"{prefix}: Content is a duplicate of {urn}",
        "errorDetails": {"inputErrors": [detail]},
        "status": 422,
    }
    assert taken.status_code == 201


def test_a_duplicate_is_one_by_author_and_whole_content(linkedin: RunningSandbox) -> None:
    zoe = f"urn:li:person:{ZOE}"
    article = share("same", "ARTICLE", {"originalUrl": "https://example.com"})
    publish(linkedin, share("same"))

    assert publish(linkedin, share("same", author=zoe), bearer(linkedin.url, ZOE)).status_code == 201
    assert publish(linkedin, article).status_code == 201


def test_the_same_post_from_many_threads_is_published_once(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: publish(linkedin, share("race"), headers).status_code, range(8)))

    assert sorted(answers) == [201] + [422] * 7
    assert len(linkedin.state.feed()) == 1


def mention(start: Any, length: Any, value: Any = None) -> dict[str, Any]:
    member = {"com.linkedin.common.MemberAttributedEntity": {"member": f"urn:li:person:{ZOE}"}}
    return {"start": start, "length": length, "value": member if value is None else value}


def mentioning(text: str, *attributes: Any) -> dict[str, Any]:
    body = share(text)
    body["specificContent"]["com.linkedin.ugc.ShareContent"]["shareCommentary"]["attributes"] = list(attributes)
    return body


def test_a_mention_is_found_by_its_utf16_range(linkedin: RunningSandbox) -> None:
    company = {"com.linkedin.common.CompanyAttributedEntity": {"company": "urn:li:organization:2414183"}}
    body = mentioning("😀 Zoë Muster of Analytical Engines #new", mention(3, 10), mention(17, 18, company))
    post = linkedin.state.posts[publish(linkedin, body).json()["id"]]

    found = [(post.text[mark.start : mark.start + mark.length], mark.kind, mark.urn) for mark in post.marks]
    assert found == [
        ("Zoë Muster", "mention", f"urn:li:person:{ZOE}"),
        ("Analytical Engines", "mention", "urn:li:organization:2414183"),
        ("#new", "hashtag", "urn:li:hashtag:new"),
    ]


def test_a_mention_by_another_name_is_plain_text(linkedin: RunningSandbox) -> None:
    urn = publish(linkedin, mentioning("zoë muster", mention(0, 10))).json()["id"]

    assert linkedin.state.posts[urn].marks == ()


AT = f"{CONTENT}/shareCommentary/attributes"
FOREIGN = {"com.linkedin.common.MemberAttributedEntity": {"member": "urn:li:organization:2414183"}}


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ([mention(0, 11)], f"{AT}/0 :: start 0 and length 11 are not a range of the text"),
        ([mention(-1, 2)], f"{AT}/0 :: start -1 and length 2 are not a range of the text"),
        ([mention(0, 0)], f"{AT}/0 :: start 0 and length 0 are not a range of the text"),
        ([mention(8, 1)], f"{AT}/0 :: start 8 and length 1 are not a range of the text"),
        ([mention(0, 3), mention(2, 2)], f"{AT}/1 :: overlaps another attribute"),
        ([mention(0, 3, FOREIGN)], "/member :: urn:li:organization:2414183 must be a person URN"),
        ([mention(0, 3, {"hashtag": {}})], f"{AT}/0/value :: ['hashtag'] is not a member type of the union"),
        ([mention("0", 3)], f"{AT}/0/start :: '0' cannot be coerced to Integer"),
        ([{"start": 0, "length": 3}], f"{AT}/0/value :: {REQUIRED}"),
        (["Zoë"], f"{AT}/0 :: 'Zoë' cannot be coerced to DataMap"),
    ],
)
def test_attributes_are_checked_strictly(linkedin: RunningSandbox, attributes: list[Any], line: str) -> None:
    answer = publish(linkedin, mentioning("Zoë and 😀", *attributes))

    assert answer.status_code == 422
    assert f"{line}\n" in answer.json()["message"]
    assert linkedin.state.feed() == []


def test_deleting_answers_204_and_then_404(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    urn = publish(linkedin, share("short"), headers).json()["id"]
    where = f"{linkedin.url}/v2/ugcPosts/{quote(urn, safe='')}"
    first = requests.delete(where, headers=headers, timeout=PATIENCE_S)
    second = requests.delete(where, headers=headers, timeout=PATIENCE_S)

    assert (first.status_code, first.text) == (204, "")
    assert second.json() == {"status": 404, "code": "NOT_FOUND", "message": "Could not find entity"}
    assert urn not in linkedin.state.posts
    assert linkedin.state.feed() == []


def test_a_colon_in_the_path_must_be_encoded(linkedin: RunningSandbox) -> None:
    where = f"{linkedin.url}/v2/ugcPosts/urn:li:share:1"
    answer = requests.delete(where, headers=bearer(linkedin.url), timeout=PATIENCE_S)

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "code": "ILLEGAL_ARGUMENT",
        "message": "Syntax exception in path variables",
    }


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/v2/ugcPosts/urn%3Ali%3Ashare%3A1", "ugcPosts.GET.NO_VERSION"),
        ("/v2/ugcPosts?q=authors", "ugcPosts.FINDER-authors.NO_VERSION"),
        ("/rest/posts/urn%3Ali%3Ashare%3A1", "partnerApiPostsExternal.GET.20260901"),
        ("/rest/posts?q=author", "partnerApiPostsExternal.FINDER-author.20260901"),
    ],
)
def test_reading_posts_is_forbidden(linkedin: RunningSandbox, path: str, operation: str) -> None:
    headers = bearer(linkedin.url) | {"LinkedIn-Version": "202609"}
    answer = requests.get(linkedin.url + path, headers=headers, timeout=PATIENCE_S)

    assert answer.status_code == 403
    assert answer.json()["message"] == f"Not enough permissions to access: {operation}"


def test_publishing_needs_its_scope(linkedin: RunningSandbox) -> None:
    answer = publish(linkedin, share("x"), bearer(linkedin.url, scope="openid profile"))

    assert answer.status_code == 403
    assert answer.json() == {
        "status": 403,
        "serviceErrorCode": 100,
        "code": "ACCESS_DENIED",
        "message": "Not enough permissions to access: ugcPosts.CREATE.NO_VERSION",
    }


def test_a_rest_post_answers_201_with_an_empty_body(linkedin: RunningSandbox) -> None:
    answer = publish_rest(linkedin, rest_post("Hello"))

    assert (answer.status_code, answer.content) == (201, b"")
    assert linkedin.state.posts[answer.headers["x-restli-id"]].dialect == "rest"


@pytest.mark.parametrize(
    ("commentary", "seen"),
    [
        ("plain", "plain"),
        (r"a \(b\) \#c \\ \_d", r"a (b) #c \ _d"),
        ("cut (here) and after", "cut "),
        ("1 < 2", "1 "),
        (r"#AI\_tools are fine", "#AI_tools are fine"),
        ("#AI_tools are not", "#AI"),
        ("C# is cut", "C"),
        (r"Hi @[Ada Example](urn:li:person:782bbtaQ)\!", "Hi Ada Example"),
        ("Hi @[Ada Example](urn:li:person:782bbtaQ)!", "Hi Ada Example!"),
        ("Hi @home", "Hi "),
        (r"{hashtag|\#|word} ends", "#word ends"),
        ("line\nline", "line\nline"),
    ],
)
def test_little_text_is_cut_silently(linkedin: RunningSandbox, commentary: str, seen: str) -> None:
    answer = publish_rest(linkedin, rest_post(commentary))

    assert answer.status_code == 201
    assert linkedin.state.posts[answer.headers["x-restli-id"]].text == seen


def test_distribution_is_required_on_rest(linkedin: RunningSandbox) -> None:
    body = rest_post("x")
    del body["distribution"]
    answer = publish_rest(linkedin, body)

    assert answer.status_code == 422
    assert answer.json() == {"message": f"ERROR :: /distribution :: {REQUIRED}\n", "status": 422}


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        (
            {"commentary": "x" * 3001},
            "FIELD_LENGTH_TOO_LONG",
            "commentary length 3001 can't exceeded maximum 3000 length",
        ),
        ({"commentary": ""}, "INVALID_VALUE_BLANK_FIELD", "commentary can't be blank"),
        ({"lifecycleState": "DRAFT"}, "INVALID_VALUE_FOR_FIELD", "lifecycleState can't be set to DRAFT"),
        ({"content": {"article": {"source": "", "title": ""}}}, "INVALID_VALUE_FOR_FIELD", "source can't be set to "),
        ({"content": {"media": {"id": "urn:li:image:x"}}}, "INVALID_IMAGE_ID", "This Image ID is invalid"),
    ],
)
def test_rest_refuses_with_its_documented_codes(
    linkedin: RunningSandbox, changes: dict[str, Any], code: str, message: str
) -> None:
    answer = publish_rest(linkedin, rest_post("x", **changes))

    assert answer.status_code == 400
    assert answer.json() == {"status": 400, "code": code, "message": message}


def test_the_limit_counts_what_a_reader_sees(linkedin: RunningSandbox) -> None:
    assert publish_rest(linkedin, rest_post(r"\(" * 3000)).status_code == 201


def test_a_rest_article_is_stored(linkedin: RunningSandbox) -> None:
    article = {"source": "https://example.com", "title": "Ti(tle", "description": "D"}
    answer = publish_rest(linkedin, rest_post("Read", content={"article": article}))

    stored = linkedin.state.posts[answer.headers["x-restli-id"]].article
    assert stored == {"url": "https://example.com", "title": "Ti(tle", "description": "D", "thumbnail": ""}


def test_a_version_must_be_present(linkedin: RunningSandbox) -> None:
    answer = publish_rest(linkedin, rest_post("x"), version=None)

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "code": "VERSION_MISSING",
        "message": "A version must be present. Please specify a version by adding the Linkedin-Version header.",
    }


@pytest.mark.parametrize("version", ["202411", "202511", "202512", "202610", "soon"])
def test_a_version_that_is_not_active_answers_426(timed: RunningSandbox, version: str) -> None:
    answer = publish_rest(timed, rest_post("x"), version)

    assert answer.status_code == 426
    assert answer.json() == {
        "status": 426,
        "code": "NONEXISTENT_VERSION",
        "message": f"Requested version {version}01 is not active",
    }


def test_a_version_ends_on_its_sunset(timed: RunningSandbox, clock: Clock) -> None:
    before = publish_rest(timed, rest_post("x"), "202601").status_code
    clock.now += 53 * 86400  # 2027-01-15
    after = publish_rest(timed, rest_post("y"), "202601").status_code

    assert (before, after) == (201, 426)


def test_the_version_is_checked_before_the_token(linkedin: RunningSandbox) -> None:
    assert requests.post(f"{linkedin.url}/rest/posts", json={}, timeout=PATIENCE_S).status_code == 400
