"""The versioned dialect's posts: every kind, organizations as authors, editing and reading, strictly."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.directory.organizations import BRIDGE, ENGINES
from sandbox.protocol.little_text import Mark, read, written
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_v2_posts import ME, REQUIRED, mention, mentioning, publish, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, ZOE, Clock, clock, timed
from tests.support.patience import PATIENCE_S

__all__ = ["clock", "timed"]
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100
PDF = b"%PDF-1.7\n" + b"pages" * 100
ZOE_URN = f"urn:li:person:{ZOE}"
POLL = {
    "question": "Tea?",
    "options": [{"text": "Yes"}, {"text": "No"}],
    "settings": {"duration": "THREE_DAYS", "voteSelectionType": "SINGLE_VOTE", "isVoterVisibleToAuthor": True},
}
WRITE, READ = ("w_member_social", "w_organization_social"), ("r_member_social", "r_organization_social")


def token(sandbox: RunningSandbox, *scopes: str, sub: str = ADA, version: str = "202609") -> dict[str, str]:
    """Headers with a token of these scopes; an application of its own for each set, so that none revokes another."""
    scopes = scopes or ("w_member_social",)
    key = sandbox.state.tokens.new_access_token(" ".join(scopes), sub, sorted(scopes))
    return {"Authorization": f"Bearer {key}", "LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"}


def post(sandbox: RunningSandbox, body: dict[str, Any], headers: dict[str, str] | None = None) -> requests.Response:
    headers = headers or token(sandbox)
    return requests.post(f"{sandbox.url}/rest/posts", json=body, headers=headers, timeout=PATIENCE_S)


def posted(sandbox: RunningSandbox, text: str = "x", headers: dict[str, str] | None = None, **changes: Any) -> str:
    answer = post(sandbox, rest_post(text, **changes), headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["x-restli-id"]


def uploaded(sandbox: RunningSandbox, kind: str, data: bytes, owner: str = ME, sub: str = ADA) -> str:
    headers = token(sandbox, *WRITE, sub=sub)
    where = f"{sandbox.url}/rest/{kind}s?action=initializeUpload"
    answer = requests.post(
        where, json={"initializeUploadRequest": {"owner": owner}}, headers=headers, timeout=PATIENCE_S
    )
    value = answer.json()["value"]
    content = {"Authorization": headers["Authorization"], "Content-Type": "application/octet-stream"}
    assert requests.put(value["uploadUrl"], data=data, headers=content, timeout=PATIENCE_S).status_code == 201
    sandbox.state.assets.processing_s = 0
    return str(value[kind])


def get(sandbox: RunningSandbox, path: str, headers: dict[str, str], **more: str) -> requests.Response:
    return requests.get(f"{sandbox.url}/rest/posts{path}", headers=headers | more, timeout=PATIENCE_S)


def encoded(urn: str) -> str:
    return quote(urn, safe="")


def edit(
    sandbox: RunningSandbox, urn: str, changes: dict[str, Any], headers: dict[str, str] | None = None, **more: str
) -> requests.Response:
    headers = (headers or token(sandbox)) | {"X-RestLi-Method": "PARTIAL_UPDATE"} | more
    body = {"patch": {"$set": changes}}
    return requests.post(f"{sandbox.url}/rest/posts/{encoded(urn)}", json=body, headers=headers, timeout=PATIENCE_S)


# Every kind of post.


def test_a_poll_is_stored_and_not_given_twice(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin, "", content={"poll": POLL})
    again = post(linkedin, rest_post("", content={"poll": POLL}))
    other = post(linkedin, rest_post("", content={"poll": POLL | {"question": "Coffee?"}}))

    stored = linkedin.state.posts[urn]
    assert stored.kind == "poll"
    assert stored.poll == {"question": "Tea?", "options": ["Yes", "No"], "duration": "THREE_DAYS"}
    assert again.json()["message"].endswith(urn)
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"question": "x" * 141}, 400, "question length 141 can't exceeded maximum 140 length"),
        ({"question": " "}, 400, "question can't be blank"),
        ({"options": [{"text": "one"}]}, 400, "options can't be set to 1"),
        ({"options": [{"text": str(number)} for number in range(5)]}, 400, "options can't be set to 5"),
        ({"options": [{"text": "x" * 31}, {"text": "y"}]}, 400, "text length 31 can't exceeded maximum 30 length"),
        ({"options": ["one", "two"]}, 422, "/content/poll/options/0 :: 'one' cannot be coerced to DataMap"),
        ({"settings": {"duration": "ONE_WEEK"}}, 422, '/settings/duration :: "ONE_WEEK" is not an enum symbol'),
        ({"settings": {}}, 422, f"/content/poll/settings/duration :: {REQUIRED}"),
        ({"settings": None}, 422, f"/content/poll/settings :: {REQUIRED}"),
        ({"colour": "red"}, 422, "/content/poll/colour :: unrecognized field found but not allowed"),
    ],
)
def test_a_poll_is_checked(linkedin: RunningSandbox, changes: dict[str, Any], status: int, message: str) -> None:
    answer = post(linkedin, rest_post("x", content={"poll": POLL | changes}))

    assert answer.status_code == status
    assert message in answer.json()["message"]


def test_a_document_is_published_with_its_title(linkedin: RunningSandbox) -> None:
    urn = uploaded(linkedin, "document", PDF)
    without = post(linkedin, rest_post("x", content={"media": {"id": urn}}))
    stored = linkedin.state.posts[posted(linkedin, content={"media": {"id": urn, "title": "Report"}})]

    assert without.json() == {"status": 400, "code": "MISSING_FIELD", "message": "title is required but missing"}
    assert (stored.kind, stored.media[0].title, stored.media[0].urn) == ("document", "Report", urn)
    file = requests.get(linkedin.url + stored.media[0].path, timeout=PATIENCE_S)
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")


def test_an_article_shows_the_authors_own_thumbnail(linkedin: RunningSandbox) -> None:
    image = uploaded(linkedin, "image", PNG)
    article = {"source": "https://example.com", "title": "T", "description": "", "thumbnail": image}
    urn = posted(linkedin, content={"article": article})
    foreign = post(linkedin, rest_post("x", author=ZOE_URN, content={"article": article}), token(linkedin, sub=ZOE))

    path = (linkedin.state.posts[urn].article or {})["thumbnail"]
    assert requests.get(linkedin.url + path, timeout=PATIENCE_S).content == PNG
    assert foreign.status_code == 403
    assert f'src="{linkedin.url}{path}"' in requests.get(f"{linkedin.url}/feed/update/{urn}", timeout=PATIENCE_S).text
    read_back = get(linkedin, f"/{encoded(urn)}", token(linkedin, *READ)).json()["content"]["article"]
    assert read_back == {"source": "https://example.com", "title": "T", "thumbnail": image}


def test_several_images_are_two_to_twenty(linkedin: RunningSandbox) -> None:
    image = {"id": uploaded(linkedin, "image", PNG), "altText": "A map"}
    answers = [
        post(linkedin, rest_post(f"{count}", content={"multiImage": {"images": [image] * count}}))
        for count in (1, 2, 20, 21)
    ]

    assert [answer.status_code for answer in answers] == [400, 201, 201, 400]
    assert linkedin.state.feed()[0].media[19].alt_text == "A map"


def test_an_article_needs_a_title_which_may_be_empty(linkedin: RunningSandbox) -> None:
    article = {"source": "https://example.com"}
    refused = post(linkedin, rest_post("x", content={"article": article}))
    urn = posted(linkedin, content={"article": article | {"title": ""}})

    line = "ERROR :: /content/article/title :: field is required but not found and has no default value\n"
    assert (refused.status_code, refused.json()) == (422, {"message": line, "status": 422})
    assert list(linkedin.state.posts) == [urn]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"media": {"id": "urn:li:video:x"}}, 400, "INVALID_VIDEO_ID"),
        ({"media": {"id": "urn:li:document:x", "title": "T"}}, 400, "INVALID_URN_ID"),
        ({"media": {"id": "urn:li:share:1"}}, 400, "INVALID_URN_TYPE"),
        ({"media": {"id": "urn:li:image:x", "altText": "x" * 4087}}, 400, "FIELD_LENGTH_TOO_LONG"),
        ({"media": {"id": 1}}, 422, None),
        ({"media": {"id": "urn:li:image:x", "colour": "red"}}, 422, None),
        ({"multiImage": {"images": [{"id": "urn:li:video:x"}] * 2}}, 400, "INVALID_URN_TYPE"),
        ({"multiImage": {}}, 422, None),
        ({"article": {"source": "https://a.b", "title": "x" * 401}}, 400, "FIELD_LENGTH_TOO_LONG"),
        (
            {"article": {"source": "https://a.b", "title": "", "thumbnail": "https://a.b/c.png"}},
            400,
            "INVALID_URN_TYPE",
        ),
        ({"article": {"source": "https://a.b"}, "poll": POLL}, 400, "INVALID_VALUE_FOR_FIELD"),
        ({"carousel": {}}, 403, "ACCESS_DENIED"),
    ],
)
def test_content_that_cannot_be_is_refused(
    linkedin: RunningSandbox, content: dict[str, Any], status: int, code: str | None
) -> None:
    answer = post(linkedin, rest_post("x", content=content))

    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert linkedin.state.feed() == []


def test_a_post_is_reshared_without_words(linkedin: RunningSandbox) -> None:
    parent = posted(linkedin, "first")
    urn = posted(linkedin, "", token(linkedin, sub=ZOE), author=ZOE_URN, reshareContext={"parent": parent})

    stored = linkedin.state.posts[urn]
    assert (stored.kind, stored.parent, stored.text) == ("reshare", parent, "")


@pytest.mark.parametrize(
    ("parent", "code"), [("urn:li:share:1", "INVALID_URN_ID"), ("urn:li:person:1", "INVALID_URN_TYPE")]
)
def test_a_post_that_does_not_exist_cannot_be_reshared(linkedin: RunningSandbox, parent: str, code: str) -> None:
    answer = post(linkedin, rest_post("x", reshareContext={"parent": parent}))

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_the_author_may_forbid_reshares(linkedin: RunningSandbox) -> None:
    parent = posted(linkedin, isReshareDisabledByAuthor=True)
    answer = post(linkedin, rest_post("x", reshareContext={"parent": parent}))

    assert answer.json()["message"] == f"parent can't be set to {parent}"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"commentary": "\\ud800"}', b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(linkedin: RunningSandbox, body: bytes) -> None:
    headers = token(linkedin) | {"Content-Type": "application/json"}
    answer = requests.post(f"{linkedin.url}/rest/posts", data=body, headers=headers, timeout=PATIENCE_S)

    assert (answer.status_code, answer.json()["code"]) == (400, "ILLEGAL_ARGUMENT")


def test_a_post_of_an_older_sandbox_is_still_there(linkedin: RunningSandbox) -> None:
    fields = {"author": ADA, "text": "old", "kind": "text", "visibility": "PUBLIC", "dialect": "v2"}
    document = fields | {"media": [], "article": None, "created_at": 1_700_000_000.0}
    linkedin.state.store.put("post", "urn:li:share:1", document)
    shown = requests.get(f"{linkedin.url}/feed/update/urn:li:share:1/", timeout=PATIENCE_S)

    assert "old" in shown.text
    assert linkedin.state.posts["urn:li:share:1"].marks == ()


# Little text.


@pytest.mark.parametrize(
    ("commentary", "text", "marks"),
    [
        ("Hi @[Ada](urn:li:person:782bbtaQ)!", "Hi Ada!", (Mark(3, 3, "mention", "urn:li:person:782bbtaQ"),)),
        ("@[ada](urn:li:person:782bbtaQ)", "ada", ()),
        ("@[Example](urn:li:person:782bbtaQ)", "Example", (Mark(0, 7, "mention", "urn:li:person:782bbtaQ"),)),
        (f"@[Bridge](urn:li:organization:{BRIDGE.number})", "Bridge", ()),
        (f"@[Bridge & Sons]({BRIDGE.urn})", "Bridge & Sons", (Mark(0, 13, "mention", BRIDGE.urn),)),
        (r"@[A\(b\)](urn:li:person:other)", "A(b)", (Mark(0, 4, "mention", "urn:li:person:other"),)),
        ("@[A(b)](urn:li:person:other)", "", ()),
        ("@[Ada](urn:li:share:1)", "", ()),
        (r"{hashtag|\#|two\_parts} x", "#two_parts x", (Mark(0, 10, "hashtag", "urn:li:hashtag:two_parts"),)),
        (r"{hashtag|\#|two words}", "", ()),
        ("a #हिन्दी b", "a #हिन्दी b", (Mark(2, 7, "hashtag", "urn:li:hashtag:हिन्दी"),)),
        ("、#日本語", "、#日本語", (Mark(1, 4, "hashtag", "urn:li:hashtag:日本語"),)),
        ("#2026", "#2026", (Mark(0, 5, "hashtag", "urn:li:hashtag:2026"),)),
        (r"#AI\_tools ok", "#AI_tools ok", (Mark(0, 9, "hashtag", "urn:li:hashtag:AI_tools"),)),
        ("#AI_tools", "#AI", (Mark(0, 3, "hashtag", "urn:li:hashtag:AI"),)),
        ("# alone", "", ()),
        (r"a\_#b", "a_", ()),
        ("end \\", "end ", ()),
        ("😀 #x", "😀 #x", (Mark(2, 2, "hashtag", "urn:li:hashtag:x"),)),
    ],
)
def test_little_text_gives_text_and_marks(commentary: str, text: str, marks: tuple[Mark, ...]) -> None:
    assert read(commentary) == (text, marks)


@pytest.mark.parametrize("commentary", [r"1 \< 2 \_x", r"@[Ada Example](urn:li:person:782bbtaQ)\: {hashtag|\#|a\_b}"])
def test_what_is_given_back_means_the_same(commentary: str) -> None:
    text, marks = read(commentary)

    assert read(written(text, marks)) == (text, marks)


def test_a_mention_counts_as_its_name(linkedin: RunningSandbox) -> None:
    commentary = "@[Ada](urn:li:person:782bbtaQ)"

    assert post(linkedin, rest_post(commentary + "x" * 2997)).status_code == 201
    assert post(linkedin, rest_post(commentary + "x" * 2998)).status_code == 400


# Organizations.


def test_a_member_posts_for_an_organization_with_the_scope_for_it(linkedin: RunningSandbox) -> None:
    both = token(linkedin, *WRITE)
    image = uploaded(linkedin, "image", PNG, ENGINES.urn)
    urn = posted(linkedin, "ours", both, author=ENGINES.urn, content={"media": {"id": image}})

    stored = linkedin.state.posts[urn]
    assert (stored.author, stored.author_name, stored.author_picture) == (ENGINES.urn, "Analytical Engines", None)
    assert "Analytical Engines" in requests.get(f"{linkedin.url}/feed/update/{urn}", timeout=PATIENCE_S).text


@pytest.mark.parametrize(
    ("author", "scopes", "sub"),
    [
        (ENGINES.urn, ("w_member_social",), ADA),
        (BRIDGE.urn, WRITE, ZOE),
        ("urn:li:organization:1", WRITE, ADA),
        (ME, ("w_organization_social",), ADA),
        (ZOE_URN, WRITE, ADA),
    ],
)
def test_nobody_posts_as_somebody_else(
    linkedin: RunningSandbox, author: str, scopes: tuple[str, ...], sub: str
) -> None:
    answer = post(linkedin, rest_post("x", author=author), token(linkedin, *scopes, sub=sub))

    assert answer.status_code == 403
    assert answer.json()["message"].endswith("Data Processing Exception while processing fields [/author]")


def test_an_organizations_post_is_deleted_by_whoever_may_post_for_it(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin, "ours", token(linkedin, *WRITE), author=BRIDGE.urn)
    where = f"{linkedin.url}/rest/posts/{encoded(urn)}"
    stranger = requests.delete(where, headers=token(linkedin, *WRITE, sub=ZOE), timeout=PATIENCE_S)
    too_little = requests.delete(where, headers=token(linkedin), timeout=PATIENCE_S)
    deleted = requests.delete(where, headers=token(linkedin, *WRITE), timeout=PATIENCE_S)

    assert (stranger.status_code, too_little.status_code, deleted.status_code) == (404, 403, 204)


# Editing.


def test_the_text_of_an_own_post_can_be_changed(timed: RunningSandbox, clock: Clock) -> None:
    urn = posted(timed, "before #old")
    clock.now += 60
    answer = edit(timed, urn, {"commentary": r"after \(now\) #new (cut"})

    stored = timed.state.posts[urn]
    assert (answer.status_code, answer.content) == (204, b"")
    assert (stored.text, stored.marks) == ("after (now) #new ", (Mark(12, 4, "hashtag", "urn:li:hashtag:new"),))
    assert stored.edited_at is not None
    assert stored.edited_at.timestamp() == clock.now
    assert stored.created_at.timestamp() == clock.now - 60


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"visibility": "CONNECTIONS"}, 400, "visibility can't be set to CONNECTIONS"),
        ({"lifecycleState": "DRAFT"}, 400, "lifecycleState can't be set to DRAFT"),
        ({"commentary": "x" * 3001}, 400, "commentary length 3001 can't exceeded maximum 3000 length"),
        ({"commentary": " "}, 400, "commentary can't be blank"),
        ({}, 400, "commentary is required but missing"),
        ({"commentary": 1}, 422, "ERROR :: /patch/$set/commentary :: 1 cannot be coerced to String\n"),
        ({"colour": "red"}, 422, "ERROR :: /patch/$set/colour :: unrecognized field found but not allowed\n"),
    ],
)
def test_other_changes_are_refused(
    linkedin: RunningSandbox, changes: dict[str, Any], status: int, message: str
) -> None:
    urn = posted(linkedin, "kept")
    answer = edit(linkedin, urn, changes)

    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert linkedin.state.posts[urn].text == "kept"


def test_only_the_author_edits_and_only_by_the_right_method(linkedin: RunningSandbox) -> None:
    urn, changes = posted(linkedin, "kept"), {"commentary": "mine"}
    stranger = edit(linkedin, urn, changes, token(linkedin, sub=ZOE))
    gone = edit(linkedin, "urn:li:share:1", changes)
    wrong_method = edit(linkedin, urn, changes, **{"X-RestLi-Method": "UPDATE"})
    where, body = f"{linkedin.url}/rest/posts/{encoded(urn)}", {"patch": {"$set": changes}}
    no_method = requests.post(where, json=body, headers=token(linkedin), timeout=PATIENCE_S)

    assert [each.status_code for each in (stranger, gone, wrong_method, no_method)] == [404, 404, 400, 400]
    assert linkedin.state.posts[urn].text == "kept"


def test_faults_for_creates_leave_edits_alone(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    linkedin.state.faults.arm("server_error", target="create")

    assert edit(linkedin, urn, {"commentary": "y"}).status_code == 204


# Reading.


def test_an_own_post_is_read_back(timed: RunningSandbox, clock: Clock) -> None:
    text = r"Hi @[Ada Example](urn:li:person:782bbtaQ) \(1 \< 2\) #AI\_tools"
    urn = posted(timed, text, content={"poll": POLL})
    clock.now += 5
    edit(timed, urn, {"commentary": text + "!"})
    answer = get(timed, f"/{encoded(urn)}?viewContext=AUTHOR", token(timed, "r_member_social"))

    assert answer.status_code == 200
    assert answer.json() == {
        "id": urn,
        "author": ME,
        "commentary": r"Hi @[Ada Example](urn:li:person:782bbtaQ) \(1 \< 2\) {hashtag|\#|AI\_tools}!",
        "visibility": "PUBLIC",
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": True},
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "isReshareDisabledByAuthor": False,
        "content": {"poll": POLL},
        "createdAt": int(clock.now - 5) * 1000,
        "publishedAt": int(clock.now - 5) * 1000,
        "lastModifiedAt": int(clock.now) * 1000,
    }


def test_a_post_of_the_other_dialect_is_read_as_little_text(linkedin: RunningSandbox) -> None:
    body = mentioning("Zoë (and) #new", mention(0, 3))
    urn = publish(linkedin, body, token(linkedin)).json()["id"]
    read_back = get(linkedin, f"/{encoded(urn)}", token(linkedin, *READ)).json()

    assert read_back["commentary"] == rf"@[Zoë]({ZOE_URN}) \(and\) {{hashtag|\#|new}}"


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/urn%3Ali%3Ashare%3A1", "GET"),
        ("?q=author&author=urn%3Ali%3Aperson%3A782bbtaQ", "FINDER-author"),
        ("?ids=List(urn%3Ali%3Ashare%3A1)", "BATCH_GET"),
    ],
)
def test_reading_needs_more_than_publishing(linkedin: RunningSandbox, path: str, operation: str) -> None:
    answer = get(linkedin, path, token(linkedin, *WRITE))

    assert answer.status_code == 403
    name = f"partnerApiPostsExternal.{operation}.20260901"
    assert answer.json()["message"] == f"Not enough permissions to access: {name}"


def test_each_scope_reads_its_own_authors_posts(linkedin: RunningSandbox) -> None:
    mine = posted(linkedin, "mine")
    ours = posted(linkedin, "ours", token(linkedin, *WRITE), author=ENGINES.urn)
    theirs = posted(linkedin, "theirs", token(linkedin, sub=ZOE), author=ZOE_URN)
    member, organization = token(linkedin, READ[0]), token(linkedin, READ[1])

    def statuses(headers: dict[str, str]) -> list[int]:
        return [get(linkedin, f"/{encoded(urn)}", headers).status_code for urn in (mine, ours, theirs)]

    assert statuses(member) == [200, 403, 403]
    assert statuses(organization) == [403, 200, 403]
    assert get(linkedin, f"/{encoded('urn:li:share:1')}", member).status_code == 404


def test_an_authors_posts_come_in_pages_newest_first(linkedin: RunningSandbox) -> None:
    urns = [posted(linkedin, f"number {number}") for number in range(3)]
    posted(linkedin, "theirs", token(linkedin, sub=ZOE), author=ZOE_URN)
    headers = token(linkedin, "r_member_social")
    where = f"?q=author&author={encoded(ME)}&start=1&count=2&sortBy=LAST_MODIFIED"
    answer = get(linkedin, where, headers, **{"X-RestLi-Method": "FINDER"}).json()

    assert [element["id"] for element in answer["elements"]] == [urns[1], urns[0]]
    assert answer["paging"] == {"start": 1, "count": 2, "total": 3, "links": []}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("q=author&author=urn%3Ali%3Aperson%3Ak4Zu-E_9", 403),
        ("q=author", 400),
        ("q=authors&author=x", 404),
        (f"q=author&author={encoded(ME)}&count=101", 400),
        (f"q=author&author={encoded(ME)}&start=-1", 400),
        (f"q=author&author={encoded(ME)}&colour=red", 400),
        (f"q=author&author={encoded(ME)}&viewContext=STRANGER", 400),
        ("ids=urn%3Ali%3Ashare%3A1", 400),
        ("ids=List(urn:li:share:1)", 400),
        ("ids=List(urn%3Ali%3Ashare%3A1", 400),
    ],
)
def test_a_question_that_cannot_be_is_refused(linkedin: RunningSandbox, query: str, status: int) -> None:
    assert get(linkedin, f"?{query}", token(linkedin, "r_member_social")).status_code == status


def test_several_posts_are_read_at_once(linkedin: RunningSandbox) -> None:
    urn, gone = posted(linkedin, "one"), "urn:li:share:1"
    headers = token(linkedin, "r_member_social")
    answer = get(linkedin, f"?ids=List({encoded(urn)},{encoded(gone)})", headers, **{"X-RestLi-Method": "BATCH_GET"})

    assert answer.json()["statuses"] == {urn: 200, gone: 404}
    assert answer.json()["results"][urn]["commentary"] == "one"
    assert answer.json()["errors"][gone]["code"] == "NOT_FOUND"


def test_reading_counts_in_the_days_calls(timed: RunningSandbox) -> None:
    headers = token(timed, "r_member_social")
    answers = [get(timed, "/urn%3Ali%3Ashare%3A1", headers).status_code for _ in range(6)]

    assert answers == [404] * 5 + [429]


def test_a_share_and_a_rest_post_of_the_same_text_are_duplicates(linkedin: RunningSandbox) -> None:
    headers = token(linkedin)
    publish(linkedin, share("same"), headers)

    assert post(linkedin, rest_post("same"), headers).status_code == 422
