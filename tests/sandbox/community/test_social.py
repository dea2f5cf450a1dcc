"""Comments, reactions, organizations and numbers: what the Community Management API answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from sandbox.directory.organizations import BRIDGE, ENGINES
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_rest_posts import PNG, WRITE, ZOE_URN, encoded, post, posted, token, uploaded
from tests.sandbox.api.test_v2_posts import ME, REQUIRED, mention, publish, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, ZOE, Clock, clock, timed
from tests.support.patience import PATIENCE_S

__all__ = ["clock", "timed"]
FEED = ("r_member_social_feed", "r_organization_social_feed")
SAY = ("w_member_social_feed", "w_organization_social_feed")


def comments_url(sandbox: RunningSandbox, entity: str) -> str:
    return f"{sandbox.url}/rest/socialActions/{encoded(entity)}/comments"


def comment(
    sandbox: RunningSandbox, entity: str, text: str = "Hi", headers: dict[str, str] | None = None, **changes: Any
) -> requests.Response:
    body = {"actor": ME, "object": entity, "message": {"text": text, "attributes": []}} | changes
    return requests.post(
        comments_url(sandbox, entity), json=body, headers=headers or token(sandbox, *SAY), timeout=PATIENCE_S
    )


def listed(sandbox: RunningSandbox, entity: str, query: str = "") -> dict[str, Any]:
    where, headers = comments_url(sandbox, entity) + query, token(sandbox, *FEED)
    answer: dict[str, Any] = requests.get(where, headers=headers, timeout=PATIENCE_S).json()
    return answer


def react(
    sandbox: RunningSandbox, root: str, kind: str = "LIKE", actor: str = ME, headers: dict[str, str] | None = None
) -> requests.Response:
    where, body = f"{sandbox.url}/rest/reactions?actor={encoded(actor)}", {"root": root, "reactionType": kind}
    return requests.post(where, json=body, headers=headers or token(sandbox, *SAY), timeout=PATIENCE_S)


def key(actor: str, entity: str) -> str:
    return f"(actor:{encoded(actor)},entity:{encoded(entity)})"


def activity(urn: str) -> str:
    return f"urn:li:activity:{urn.rpartition(':')[2]}"


# Comments.


def test_a_comment_is_named_in_header_and_body(timed: RunningSandbox, clock: Clock) -> None:
    urn = posted(timed)
    answer = comment(timed, urn, r"Not \(escaped\) 😀")

    found = answer.json()
    number = found["id"]
    stamp = {"actor": ME, "time": int(clock.now) * 1000}
    assert answer.status_code == 201
    assert answer.headers["x-restli-id"] == number
    assert re.fullmatch(r"\d+", number)
    assert found == {
        "id": number,
        "$URN": f"urn:li:comment:({activity(urn)},{number})",
        "commentUrn": f"urn:li:comment:({activity(urn)},{number})",
        "actor": ME,
        "object": urn,
        "created": stamp,
        "lastModified": stamp,
        "message": {"text": r"Not \(escaped\) 😀", "attributes": []},
    }


@pytest.mark.parametrize(
    ("scope", "sub", "actor", "closed"),
    [
        ("w_member_social", ADA, ME, True),
        ("w_member_social_feed", ADA, ME, False),
        ("w_organization_social", ZOE, ENGINES.urn, True),
        ("w_organization_social_feed", ZOE, ENGINES.urn, False),
    ],
)
def test_the_versioned_gateway_wants_the_feed_scopes_and_the_older_one_takes_both(
    linkedin: RunningSandbox, scope: str, sub: str, actor: str, closed: bool
) -> None:
    urn, headers = posted(linkedin), token(linkedin, scope, sub=sub)
    below = {"actor": actor, "message": {"text": "Hi"}}
    on_rest = [comment(linkedin, urn, headers=headers, actor=actor), react(linkedin, urn, "LIKE", actor, headers)]
    del headers["LinkedIn-Version"]
    v2 = f"{linkedin.url}/v2"
    on_v2 = [
        requests.post(f"{v2}/socialActions/{encoded(urn)}/comments", json=below, headers=headers, timeout=PATIENCE_S),
        requests.post(
            f"{v2}/reactions?actor={encoded(actor)}",
            json={"root": urn, "reactionType": "PRAISE"},
            headers=headers,
            timeout=PATIENCE_S,
        ),
    ]

    assert [each.status_code for each in on_v2] == [201, 201]
    assert [each.status_code for each in on_rest] == ([403, 403] if closed else [201, 201])
    assert not closed or [each.json()["message"].rpartition(" ")[2] for each in on_rest] == [
        "partnerApiSocialActions.CREATE.20260901",
        "partnerApiReactions.CREATE.20260901",
    ]


def test_a_post_takes_no_comment_in_its_first_seconds(timed: RunningSandbox, clock: Clock) -> None:
    requests.post(f"{timed.url}/_sandbox/faults", json={"activity_delay_s": 20}, timeout=PATIENCE_S)
    urn = publish(timed, share("x"), token(timed)).json()["id"]
    early = [comment(timed, urn), react(timed, urn)]
    clock.now += 20
    late = comment(timed, urn)

    refusal = {"status": 404, "message": f"Unable to obtain activity for urn: '{urn}'"}
    assert [(each.status_code, each.json()) for each in early] == [(404, refusal)] * 2
    assert late.status_code == 201
    assert comment(timed, "urn:li:share:1").json()["message"] == "Unable to obtain activity for urn: 'urn:li:share:1'"


def test_a_missing_activity_can_be_had_at_will(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    linkedin.state.faults.arm("activity_missing", times=2)

    assert [comment(linkedin, urn).status_code for _ in range(3)] == [404, 404, 201]


def test_another_thread_is_refused_with_the_urn_of_the_right_one(linkedin: RunningSandbox) -> None:
    urn, other = posted(linkedin), posted(linkedin, "other")
    below = comment(linkedin, other).json()["commentUrn"]
    as_video = urn.replace("share", "ugcPost")
    answers = [
        (comment(linkedin, urn, object=other), other),
        (comment(linkedin, urn, parentComment=below), below),
        (comment(linkedin, as_video), as_video),
        (react(linkedin, as_video), as_video),
    ]

    assert [(answer.status_code, answer.json()["message"]) for answer, _ in answers] == [
        (400, f"Provided threadUrn: {given} is not the same as the actual threadUrn: {urn}") for _, given in answers
    ]
    assert comment(linkedin, urn, object=None).status_code == 201
    assert comment(linkedin, urn, object=as_video).status_code == 201


def test_the_activity_of_a_post_is_the_post(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    comment(linkedin, activity(urn), "below")

    assert listed(linkedin, urn)["elements"][0]["object"] == urn


def test_a_reply_belongs_to_its_comment(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    first = comment(linkedin, urn, "first").json()["commentUrn"]
    by_post = comment(linkedin, urn, "one", parentComment=first).json()
    by_comment = comment(linkedin, first, "two", object=urn, parentComment=first).json()
    deeper = comment(linkedin, urn, "three", parentComment=by_post["commentUrn"])

    assert (by_post["parentComment"], by_comment["parentComment"]) == (first, first)
    assert [each["message"]["text"] for each in listed(linkedin, urn)["elements"]] == ["first"]
    assert [each["message"]["text"] for each in listed(linkedin, first)["elements"]] == ["one", "two"]
    assert deeper.json()["message"].startswith("parentComment can't be set to")


def test_a_comment_may_show_the_actors_own_image(linkedin: RunningSandbox) -> None:
    urn, image = posted(linkedin), uploaded(linkedin, "image", PNG)
    entity = [{"entity": {"image": image}}]
    own = comment(linkedin, urn, "", content=entity)
    foreign = comment(linkedin, urn, "", token(linkedin, *SAY, sub=ZOE), actor=ZOE_URN, content=entity)

    assert own.json()["content"][0]["entity"] == {"image": image}
    assert foreign.status_code == 403


def test_a_mention_in_a_comment_comes_back_with_its_range(linkedin: RunningSandbox) -> None:
    documented = {"start": 3, "length": 3, "value": {"person": {"person": ZOE_URN}}}
    messages = [{"text": "😀 Zoë", "attributes": [attribute]} for attribute in (documented, mention(3, 3))]
    urn = posted(linkedin)
    answers = [comment(linkedin, urn, message=message) for message in messages]

    assert [answer.json()["message"] for answer in answers] == [messages[0]] * 2


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"message": {"text": "x" * 1251}}, 400, "text length 1251 can't exceeded maximum 1250 length"),
        ({"message": {"text": "😀" * 626}}, 400, "text length 1252 can't exceeded maximum 1250 length"),
        ({"message": {"text": " "}}, 400, "text can't be blank"),
        ({"message": None}, 422, f"ERROR :: /message :: {REQUIRED}\n"),
        ({"message": {}}, 422, f"ERROR :: /message/text :: {REQUIRED}\n"),
        ({"actor": None}, 422, f"ERROR :: /actor :: {REQUIRED}\n"),
        ({"object": "urn:li:share:1"}, 400, "Provided threadUrn: urn:li:share:1 is not the same as the actual"),
        ({"object": "share:1"}, 400, "object can't be set to share:1"),
        ({"colour": "red"}, 422, "ERROR :: /colour :: unrecognized field found but not allowed\n"),
        ({"parentComment": "urn:li:comment:(urn:li:activity:1,2)"}, 404, "Could not find entity"),
        ({"message": {"text": "x", "attributes": [mention(0, 2)]}}, 422, "ERROR :: /message/attributes/0 :: start 0"),
        ({"content": [{}]}, 422, f"ERROR :: /content/0/entity :: {REQUIRED}\n"),
        ({"content": [{}, {}]}, 422, "ERROR :: /content :: only one entity is allowed\n"),
    ],
)
def test_a_comment_is_checked(linkedin: RunningSandbox, changes: dict[str, Any], status: int, message: str) -> None:
    urn = posted(linkedin)
    answer = comment(linkedin, urn, **changes)

    assert answer.status_code == status
    assert answer.json()["message"].startswith(message)
    assert listed(linkedin, urn)["elements"] == []


@pytest.mark.parametrize("path", ["urn:li:share:1/comments", "urn%3Ali%3Ashare%3A1/comments"])
def test_an_unknown_post_has_no_comments(linkedin: RunningSandbox, path: str) -> None:
    answer = requests.get(
        f"{linkedin.url}/rest/socialActions/{path}", headers=token(linkedin, *FEED), timeout=PATIENCE_S
    )

    code = "ILLEGAL_ARGUMENT" if ":" in path else "NOT_FOUND"
    assert (answer.status_code, answer.json()["code"]) == (400 if ":" in path else 404, code)


@pytest.mark.parametrize(
    ("actor", "scopes", "sub", "status"),
    [
        (ENGINES.urn, SAY[1:], ZOE, 201),
        (ENGINES.urn, ("w_member_social", "w_member_social_feed"), ADA, 403),
        (BRIDGE.urn, SAY, ZOE, 403),
        (ZOE_URN, SAY, ADA, 403),
    ],
)
def test_the_actor_is_oneself_or_ones_organization(
    linkedin: RunningSandbox, actor: str, scopes: tuple[str, ...], sub: str, status: int
) -> None:
    urn, headers = posted(linkedin), token(linkedin, *scopes, sub=sub)
    said = comment(linkedin, urn, "as them", headers, actor=actor)
    felt = react(linkedin, urn, "LIKE", actor, headers)

    assert (said.status_code, felt.status_code) == (status, status)
    for answer in (said, felt):
        assert answer.status_code == 201 or answer.json()["message"].endswith("processing fields [/actor]")


def test_comments_come_in_pages_oldest_first(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    for text in ("one", "two", "three"):
        comment(linkedin, urn, text)
    found = listed(linkedin, urn, "?start=1&count=1")

    assert [each["message"]["text"] for each in found["elements"]] == ["two"]
    assert found["paging"] == {"start": 1, "count": 1, "total": 3, "links": []}


def test_reading_what_people_said_is_closed_to_self_serve_apps(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    headers = token(linkedin, "w_member_social", "w_member_social_feed")
    comments = requests.get(comments_url(linkedin, urn), headers=headers, timeout=PATIENCE_S)
    metadata = requests.get(f"{linkedin.url}/rest/socialMetadata/{encoded(urn)}", headers=headers, timeout=PATIENCE_S)
    reactions = f"{linkedin.url}/rest/reactions/(entity:{encoded(urn)})?q=entity"

    assert comments.status_code == 403
    assert requests.get(reactions, headers=headers, timeout=PATIENCE_S).status_code == 403
    assert metadata.json() == {
        "status": 403,
        "serviceErrorCode": 100,
        "code": "ACCESS_DENIED",
        "message": "Not enough permissions to access: partnerApiSocialMetadata.GET.20260901",
    }


def test_comments_are_read_below_ones_own_posts(linkedin: RunningSandbox) -> None:
    where = comments_url(linkedin, posted(linkedin))
    statuses = [
        requests.get(where, headers=token(linkedin, *scopes, sub=sub), timeout=PATIENCE_S).status_code
        for sub, scopes in ((ADA, FEED[:1]), (ADA, ("r_member_social",)), (ADA, FEED[1:]), (ZOE, FEED))
    ]

    assert statuses == [200, 200, 403, 403]


def test_an_organizations_comments_are_for_its_people(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin, "ours", token(linkedin, *WRITE), author=BRIDGE.urn)
    where = comments_url(linkedin, urn)
    member_only = requests.get(where, headers=token(linkedin, FEED[0]), timeout=PATIENCE_S)
    stranger = requests.get(where, headers=token(linkedin, *FEED, sub=ZOE), timeout=PATIENCE_S)
    own = requests.get(where, headers=token(linkedin, FEED[1]), timeout=PATIENCE_S)

    assert [each.status_code for each in (member_only, stranger, own)] == [403, 403, 200]


def test_a_comment_is_edited_by_either_patch(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    where = f"{comments_url(linkedin, urn)}/{comment(linkedin, urn).json()['id']}"
    headers = token(linkedin, *SAY) | {"X-RestLi-Method": "PARTIAL_UPDATE"}
    patches = [{"message": {"$set": {"text": "one"}}}, {"$set": {"message": {"text": "two"}}}]
    statuses = [
        requests.post(where, json={"patch": p}, headers=headers, timeout=PATIENCE_S).status_code for p in patches
    ]
    found = requests.get(where, headers=token(linkedin, *FEED), timeout=PATIENCE_S).json()
    stranger = token(linkedin, *SAY, sub=ZOE) | {"X-RestLi-Method": "PARTIAL_UPDATE"}

    assert (statuses, found["message"]["text"]) == ([204, 204], "two")
    assert requests.post(where, json={"patch": patches[0]}, headers=stranger, timeout=PATIENCE_S).status_code == 403
    assert requests.post(where, json={"patch": {}}, headers=headers, timeout=PATIENCE_S).status_code == 422
    assert (
        requests.post(where, json={"patch": patches[0]}, headers=token(linkedin, *SAY), timeout=PATIENCE_S).status_code
        == 400
    )


def test_a_deleted_comment_takes_its_replies_and_reactions_along(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    first = comment(linkedin, urn, "first").json()
    react(linkedin, comment(linkedin, urn, "reply", parentComment=first["commentUrn"]).json()["commentUrn"])
    where = f"{comments_url(linkedin, urn)}/{first['id']}"
    stranger = requests.delete(where, headers=token(linkedin, *SAY, sub=ZOE), timeout=PATIENCE_S)
    as_other = requests.delete(f"{where}?actor={encoded(ZOE_URN)}", headers=token(linkedin, *SAY), timeout=PATIENCE_S)
    deleted = requests.delete(f"{where}?actor={encoded(ME)}", headers=token(linkedin, *SAY), timeout=PATIENCE_S)
    again = requests.delete(where, headers=token(linkedin, *SAY), timeout=PATIENCE_S)

    assert [each.status_code for each in (stranger, as_other, deleted, again)] == [403, 403, 204, 404]
    assert (linkedin.state.social.comments(), linkedin.state.social.reactions()) == ([], [])


# Reactions.


def test_a_reaction_is_named_in_header_and_body(timed: RunningSandbox, clock: Clock) -> None:
    urn = posted(timed)
    answer = react(timed, urn, "PRAISE")

    stamp = {"actor": ME, "time": int(clock.now) * 1000}
    name = f"urn:li:reaction:({ME},{urn})"
    assert (answer.status_code, answer.headers["x-restli-id"]) == (201, name)
    assert answer.json() == {
        "id": name,
        "reactionType": "PRAISE",
        "created": stamp,
        "lastModified": stamp,
        "root": urn,
    }


def test_the_second_reaction_replaces_the_first(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    statuses = [react(linkedin, urn, kind).status_code for kind in ("LIKE", "EMPATHY")]
    react(linkedin, activity(urn), "INTEREST", ZOE_URN, token(linkedin, *SAY, sub=ZOE))

    assert statuses == [201, 201]
    assert [each.type for each in linkedin.state.social.reactions(urn)] == ["INTEREST", "EMPATHY"]


@pytest.mark.parametrize("kind", ["MAYBE", "like", ""])
def test_a_reaction_that_linkedin_does_not_know_is_refused(linkedin: RunningSandbox, kind: str) -> None:
    answer = react(linkedin, posted(linkedin), kind)

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_VALUE_FOR_FIELD")


def test_a_reaction_needs_an_actor_and_something_to_react_to(linkedin: RunningSandbox) -> None:
    where, body = f"{linkedin.url}/rest/reactions", {"root": posted(linkedin), "reactionType": "LIKE"}
    nobody = requests.post(where, json=body, headers=token(linkedin, *SAY), timeout=PATIENCE_S)

    assert nobody.json()["message"] == "actor is required but missing"
    assert react(linkedin, "urn:li:share:1").status_code == 404
    assert react(linkedin, "urn:li:comment:(urn:li:activity:1,2)").status_code == 404


def test_a_reaction_is_taken_back_once(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    below = comment(linkedin, urn).json()["commentUrn"]
    for entity in (urn, below):
        react(linkedin, entity)
    where = f"{linkedin.url}/rest/reactions"
    statuses = [
        requests.delete(f"{where}/{key(ME, entity)}", headers=token(linkedin, *SAY), timeout=PATIENCE_S).status_code
        for entity in (urn, below, urn)
    ]
    foreign = requests.delete(f"{where}/{key(ZOE_URN, urn)}", headers=token(linkedin, *SAY), timeout=PATIENCE_S)

    assert statuses == [204, 204, 404]
    assert foreign.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        f"(actor:{ME},entity:urn%3Ali%3Ashare%3A1)",
        "(actor:x)",
        "(actor:x,entity:y,colour:z)",
        "(actor:x,entity:(a:b))",
        "(actor:x,entity:y",
        "(actor:x,,entity:y)",
        "(actor:x,actor:y)",
        "%28actor%3Ax%2Centity%3Ay%29",
        "x",
    ],
)
def test_a_broken_key_is_a_syntax_exception(linkedin: RunningSandbox, path: str) -> None:
    answer = requests.delete(f"{linkedin.url}/rest/reactions/{path}", headers=token(linkedin, *SAY), timeout=PATIENCE_S)

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "code": "ILLEGAL_ARGUMENT",
        "message": "Syntax exception in path variables",
    }


def test_reactions_are_listed_newest_first(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    react(linkedin, urn)
    react(linkedin, urn, "PRAISE", ZOE_URN, token(linkedin, *SAY, sub=ZOE))
    where, headers = f"{linkedin.url}/rest/reactions/(entity:{encoded(urn)})", token(linkedin, *FEED)
    found = requests.get(
        f"{where}?q=entity&sort=(value:REVERSE_CHRONOLOGICAL)", headers=headers, timeout=PATIENCE_S
    ).json()

    assert [each["reactionType"] for each in found["elements"]] == ["PRAISE", "LIKE"]
    assert found["paging"]["total"] == 2
    by_query = requests.get(
        f"{linkedin.url}/rest/reactions?q=entity&entity={encoded(urn)}", headers=headers, timeout=PATIENCE_S
    )
    assert by_query.json()["elements"] == found["elements"]
    assert requests.get(where, headers=headers, timeout=PATIENCE_S).status_code == 400


def test_the_metadata_counts_reactions_and_comments(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    first = comment(linkedin, urn).json()["commentUrn"]
    comment(linkedin, urn, "reply", parentComment=first)
    react(linkedin, urn)
    react(linkedin, first, "EMPATHY")
    where, headers = f"{linkedin.url}/rest/socialMetadata", token(linkedin, *FEED)
    of_post = requests.get(f"{where}/{encoded(urn)}", headers=headers, timeout=PATIENCE_S).json()
    of_comment = requests.get(f"{where}/{encoded(first)}", headers=headers, timeout=PATIENCE_S).json()

    assert of_post["commentSummary"] == {"count": 2, "topLevelCount": 1}
    assert of_post["reactionSummaries"] == {"LIKE": {"reactionType": "LIKE", "count": 1}}
    assert of_comment["commentSummary"]["count"] == 1
    assert of_comment["reactionSummaries"] == {"EMPATHY": {"reactionType": "EMPATHY", "count": 1}}


# What surrounds them.


def test_what_was_said_goes_with_the_post_and_with_a_reset(linkedin: RunningSandbox) -> None:
    gone, kept = posted(linkedin, "gone"), posted(linkedin, "kept")
    for urn in (gone, kept):
        react(linkedin, comment(linkedin, urn).json()["commentUrn"])
        react(linkedin, urn)
    requests.delete(f"{linkedin.url}/rest/posts/{encoded(gone)}", headers=token(linkedin), timeout=PATIENCE_S)
    left = (len(linkedin.state.social.comments()), len(linkedin.state.social.reactions()))
    linkedin.state.reset()

    assert left == (1, 2)
    assert (linkedin.state.social.comments(), linkedin.state.social.reactions()) == ([], [])


def test_social_calls_are_not_creates_and_count_in_the_day(timed: RunningSandbox) -> None:
    urn = publish(timed, share("x"), token(timed)).json()["id"]
    timed.state.faults.arm("server_error", target="create")
    timed.state.faults.arm("dropped_answer")
    answers = [comment(timed, urn).status_code, *(react(timed, urn).status_code for _ in range(5))]

    assert answers == [201, 201, 201, 201, 201, 429]


def test_posts_over_http_carry_comments_reactions_and_everything_else(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin, "#tag")
    said = comment(linkedin, urn, "Well said").json()
    react(linkedin, urn)
    react(linkedin, said["commentUrn"], "EMPATHY")
    (found,) = requests.get(f"{linkedin.url}/_sandbox/posts", timeout=PATIENCE_S).json()["posts"]

    assert found["marks"] == [{"start": 0, "length": 4, "kind": "hashtag", "urn": "urn:li:hashtag:tag"}]
    assert {name: found[name] for name in ("poll", "parent", "edited_at")} == dict.fromkeys(
        ("poll", "parent", "edited_at")
    )
    assert [(each["text"], each["actor_name"], each["urn"]) for each in found["comments"]] == [
        ("Well said", "Ada Example", said["commentUrn"])
    ]
    assert found["comments"][0]["reactions"][0]["type"] == "EMPATHY"
    assert [(each["actor"], each["type"]) for each in found["reactions"]] == [(ME, "LIKE")]


# Organizations.


def acls(sandbox: RunningSandbox, query: str, headers: dict[str, str]) -> requests.Response:
    return requests.get(f"{sandbox.url}/rest/organizationAcls?{query}", headers=headers, timeout=PATIENCE_S)


@pytest.mark.parametrize("scope", ["rw_organization_admin", "r_organization_admin"])
def test_a_members_organizations_are_listed_with_their_roles(linkedin: RunningSandbox, scope: str) -> None:
    query = "q=roleAssignee&role=ADMINISTRATOR&state=APPROVED&start=0&count=100"
    answer = acls(linkedin, query, token(linkedin, scope)).json()
    zoes = acls(linkedin, "q=roleAssignee", token(linkedin, scope, sub=ZOE)).json()

    role = {"roleAssignee": ME, "role": "ADMINISTRATOR", "state": "APPROVED"}
    assert answer["elements"] == [
        {"organization": ENGINES.urn} | role,
        {"organization": "urn:li:organization:5515715"} | role,
    ]
    assert answer["paging"] == {"start": 0, "count": 100, "total": 2, "links": []}
    assert [(each["organization"], each["role"]) for each in zoes["elements"]] == [
        ("urn:li:organization:2414183", "CONTENT_ADMINISTRATOR")
    ]


def test_organizations_are_closed_to_self_serve_apps(linkedin: RunningSandbox) -> None:
    answer = acls(linkedin, "q=roleAssignee", token(linkedin))

    assert answer.status_code == 403
    name = "organizationAcls.FINDER-roleAssignee.20260901"
    assert answer.json()["message"] == f"Not enough permissions to access: {name}"


@pytest.mark.parametrize(
    ("query", "status"),
    [("q=organization", 404), ("q=roleAssignee&role=OWNER", 400), ("q=roleAssignee&count=x", 400), ("", 404)],
)
def test_a_wrong_question_about_organizations_is_refused(linkedin: RunningSandbox, query: str, status: int) -> None:
    assert acls(linkedin, query, token(linkedin, "r_organization_admin")).status_code == status


# Numbers.


def numbers(sandbox: RunningSandbox, query: str, version: str = "202609") -> requests.Response:
    headers = token(sandbox, "r_member_postAnalytics", version=version)
    return requests.get(f"{sandbox.url}/rest/memberCreatorPostAnalytics?{query}", headers=headers, timeout=PATIENCE_S)


def total(sandbox: RunningSandbox, metric: str, entity: str | None = None) -> int:
    which = "q=me" if entity is None else f"q=entity&entity=(share:{encoded(entity)})"
    (element,) = numbers(sandbox, f"{which}&queryType={metric}&aggregation=TOTAL").json()["elements"]
    return int(element["count"])


def test_the_numbers_are_what_happened(linkedin: RunningSandbox) -> None:
    first, second = posted(linkedin, "first"), posted(linkedin, "second")
    for urn in (first, second):
        react(linkedin, urn)
    comment(linkedin, first)
    post(linkedin, rest_post("", author=ZOE_URN, reshareContext={"parent": first}), token(linkedin, sub=ZOE))
    requests.get(f"{linkedin.url}/feed/update/{first}/", timeout=PATIENCE_S)
    metrics = ("REACTION", "COMMENT", "RESHARE", "IMPRESSION", "MEMBERS_REACHED", "POST_SAVE")

    assert [total(linkedin, metric) for metric in metrics] == [2, 1, 1, 1, 0, 0]
    assert [total(linkedin, metric, first) for metric in metrics] == [1, 1, 1, 1, 0, 0]
    assert [total(linkedin, metric, second) for metric in metrics] == [1, 0, 0, 0, 0, 0]


def test_a_metric_is_an_object_before_may_2026(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin)
    query = f"q=entity&entity=(share:{encoded(urn)})&queryType=COMMENT&aggregation=TOTAL"
    name = "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1"
    types = [numbers(linkedin, query, v).json()["elements"][0]["metricType"] for v in ("202605", "202604")]

    assert types == ["COMMENT", {name: "COMMENT"}]
    assert numbers(linkedin, query).json()["elements"][0]["targetEntity"] == {"share": urn}


def test_days_are_counted_one_by_one_without_the_last(timed: RunningSandbox, clock: Clock) -> None:
    urn = posted(timed)
    clock.now += 86400
    react(timed, urn)
    start, end = "(day:22,month:11,year:2026)", "(day:25,month:11,year:2026)"
    asked = f"q=me&queryType=REACTION&aggregation=DAILY&dateRange=(start:{start},end:{end})"
    found = numbers(timed, asked).json()["elements"]

    assert [element["count"] for element in found] == [0, 0, 1]
    assert found[2]["dateRange"] == {
        "start": {"day": 24, "month": 11, "year": 2026},
        "end": {"day": 25, "month": 11, "year": 2026},
    }


@pytest.mark.parametrize(
    ("query", "version", "status"),
    [
        ("q=me&queryType=MEMBERS_REACHED&aggregation=DAILY", "202609", 400),
        ("q=entity&entity=(share:{urn})&queryType=IMPRESSION&aggregation=DAILY", "202609", 400),
        ("q=me&queryType=IMPRESSION&aggregation=DAILY", "202609", 200),
        ("q=me&queryType=COMMENT&aggregation=TOTAL&fields=count", "202609", 200),
        ("q=me&queryType=POST_SAVE", "202603", 400),
        ("q=me&queryType=LIKES", "202609", 400),
        ("q=me&queryType=COMMENT&aggregation=WEEKLY", "202609", 400),
        ("q=me&queryType=COMMENT&entity=(share:{urn})", "202609", 400),
        ("q=entity&queryType=COMMENT", "202609", 400),
        ("q=entity&queryType=COMMENT&entity=(ugc:{urn})", "202609", 400),
        ("q=entity&queryType=COMMENT&entity=(share:urn:li:share:1)", "202609", 400),
        ("q=entity&queryType=COMMENT&entity=(share:urn%3Ali%3Ashare%3A1)", "202609", 404),
        ("q=me&queryType=COMMENT&dateRange=(start:(day:31,month:2,year:2026))", "202609", 400),
        ("q=me&queryType=COMMENT&dateRange=(end:(day:1,month:2,year:2026))", "202609", 400),
        ("q=you&queryType=COMMENT", "202609", 404),
    ],
)
def test_what_linkedin_does_not_count_is_refused(
    linkedin: RunningSandbox, query: str, version: str, status: int
) -> None:
    urn = posted(linkedin)

    assert numbers(linkedin, query.format(urn=encoded(urn)), version).status_code == status


@pytest.mark.parametrize("q", ["me", "entity"])
def test_numbers_need_their_scope(linkedin: RunningSandbox, q: str) -> None:
    where = f"{linkedin.url}/rest/memberCreatorPostAnalytics?q={q}"
    answer = requests.get(where, headers=token(linkedin, *SAY), timeout=PATIENCE_S)

    assert answer.status_code == 403
    name = f"memberCreatorPostAnalytics.FINDER-{q}.20260901"
    assert answer.json()["message"] == f"Not enough permissions to access: {name}"


# Pages.


def page_of(sandbox: RunningSandbox, urn: str) -> str:
    return requests.get(f"{sandbox.url}/feed/update/{urn}/", timeout=PATIENCE_S).text


def test_the_page_of_a_post_shows_what_was_said(linkedin: RunningSandbox) -> None:
    urn = posted(linkedin, f"Hi @[Zoë]({ZOE_URN}) #tag", token(linkedin, *WRITE), author=BRIDGE.urn)
    first = comment(linkedin, urn, "<b>first</b>").json()["commentUrn"]
    comment(linkedin, urn, "a reply", token(linkedin, *SAY, sub=ZOE), actor=ZOE_URN, parentComment=first)
    react(linkedin, urn, "APPRECIATION")
    shown = page_of(linkedin, urn)

    assert "Bridge &amp; Sons" in shown
    assert f'<b class="mark" title="{ZOE_URN}">Zoë</b> <b class="mark" title="urn:li:hashtag:tag">#tag</b>' in shown
    assert "&lt;b&gt;first&lt;/b&gt;" in shown
    assert "2 comments" in shown
    assert "Support 1" in shown
    assert shown.index("first") < shown.index("a reply")


def test_the_page_shows_polls_reshares_and_edits(linkedin: RunningSandbox) -> None:
    settings = {"duration": "SEVEN_DAYS"}
    options = [{"text": "<i>Yes</i>"}, {"text": "No"}]
    poll = posted(linkedin, content={"poll": {"question": "Tea?", "options": options, "settings": settings}})
    reshare = posted(linkedin, "Look", reshareContext={"parent": poll})
    headers = token(linkedin) | {"X-RestLi-Method": "PARTIAL_UPDATE"}
    body = {"patch": {"$set": {"commentary": "Look here"}}}
    requests.post(f"{linkedin.url}/rest/posts/{encoded(reshare)}", json=body, headers=headers, timeout=PATIENCE_S)
    before = page_of(linkedin, reshare)
    requests.delete(f"{linkedin.url}/rest/posts/{encoded(poll)}", headers=token(linkedin), timeout=PATIENCE_S)
    after = page_of(linkedin, reshare)

    assert all(words in before for words in ("Look here", "Edited", "Tea?", "&lt;i&gt;Yes&lt;/i&gt;", "1 week"))
    assert "does not exist any more" in after
    assert "Tea?" not in after


def test_the_page_links_to_a_document(linkedin: RunningSandbox) -> None:
    media = {"id": uploaded(linkedin, "document", b"%PDF-1.7\n<pages>"), "title": "A <report>"}
    urn = posted(linkedin, content={"media": media})
    shown = page_of(linkedin, urn)

    path = linkedin.state.posts[urn].media[0].path
    assert "A &lt;report&gt;" in shown
    assert f'href="{linkedin.url}{path}"' in shown


def test_an_office_document_is_saved_and_not_shown(linkedin: RunningSandbox) -> None:
    word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"words" * 1000
    urn = posted(linkedin, content={"media": {"id": uploaded(linkedin, "document", word), "title": "Letter"}})
    answer = requests.get(linkedin.url + linkedin.state.posts[urn].media[0].path, timeout=PATIENCE_S)

    assert answer.content == word
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/msword"
