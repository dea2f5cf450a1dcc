"""Comments and reactions: against the sandbox, and against answers made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linkedin_api import (
    Comment,
    Forbidden,
    InvalidPost,
    InvalidRequest,
    NotFound,
    OtherThread,
    OutcomeUnknown,
    PostUnknown,
    RateLimited,
    Reaction,
    ServerError,
    Social,
    Transport,
    Urn,
    mention,
)
from sandbox.directory import apps
from tests.conftest import RunningSandbox
from tests.linkedin_api.auth.test_oauth import http_answer
from tests.linkedin_api.community.test_posts import (
    ADA,
    EVERYTHING,
    PAGE,
    SHARE,
    WHERE,
    ZOE,
    OpenTransport,
    post,
    signed_in,
    target,
    told,
    transport,
)
from tests.linkedin_api.http.test_transport import answering, raw_server, read_request

__all__ = ["signed_in", "transport"]  # fixtures

FEED = (*apps.SELF_SERVE, "w_member_social_feed")
COMMENT_URN = Urn("urn:li:comment:(urn:li:activity:7,6631349431612559360)")


@pytest.fixture
def social(transport: Transport, linkedin: RunningSandbox) -> Social:
    return Social(transport, api_url=linkedin.url, **WHERE)


@pytest.fixture
def urn(transport: Transport, linkedin: RunningSandbox) -> Urn:
    return post(transport, linkedin)


# Comments --------------------------------------------------------------------------------------------------------


def test_a_comment_arrives_unharmed(social: Social, urn: Urn) -> None:
    before = datetime.now(UTC)
    made = social.create_comment(urn, ADA, EVERYTHING)
    (found,) = social.comments(urn)

    assert (made.id, made.urn, made.actor, made.text) == (found.id, found.urn, ADA, EVERYTHING)
    assert found.text == EVERYTHING
    assert found.created_at is not None
    assert abs(found.created_at - before) < timedelta(minutes=1)
    assert made.urn is not None
    assert made.urn.kind == "comment"


def test_a_mention_in_a_comment_is_the_name_and_a_link(social: Social, urn: Urn) -> None:
    made = social.create_comment(urn, ADA, f"😀 {mention('Zoë Muster', ZOE)} of {mention('Analytical Engines', PAGE)}")

    assert [each.text for each in social.comments(urn)] == ["😀 Zoë Muster of Analytical Engines"]
    assert made.raw["message"]["attributes"] == [
        {"start": 3, "length": 10, "value": {"person": {"person": ZOE}}},
        {"start": 17, "length": 18, "value": {"organization": {"organization": PAGE}}},
    ]


def test_a_reply_names_the_comment_above_it(social: Social, urn: Urn) -> None:
    above = social.create_comment(urn, ADA, "What do you think?")
    assert above.urn is not None
    reply = social.create_comment(urn, ADA, "I like it", parent=above.urn)

    assert reply.parent == above.urn
    assert reply.id != above.id


def test_a_page_comments_in_its_own_name(social: Social, urn: Urn) -> None:
    made = social.create_comment(urn, PAGE, "We like it")

    assert [each.actor for each in social.comments(urn)] == [PAGE]
    social.delete_comment(urn, made.id, PAGE)
    assert len(social.comments(urn)) == 0


def test_an_edited_comment_has_the_new_text(social: Social, urn: Urn) -> None:
    made = social.create_comment(urn, ADA, "Befor")
    social.edit_comment(urn, made.id, ADA, f"Before (now right), {mention('Zoë', ZOE)}")

    assert [each.text for each in social.comments(urn)] == ["Before (now right), Zoë"]


def test_a_deleted_comment_is_gone_and_may_be_deleted_again(social: Social, urn: Urn) -> None:
    made = social.create_comment(urn, ADA, "Not for long")
    social.delete_comment(urn, made.id, ADA)
    social.delete_comment(urn, made.id, ADA)

    assert len(social.comments(urn)) == 0


def test_comments_come_page_by_page(social: Social, urn: Urn) -> None:
    made = [social.create_comment(urn, ADA, f"Number {number}").id for number in range(3)]
    first = social.comments(urn, 0, 2)
    last = social.comments(urn, first.next_start or 0, 2)

    assert sorted(each.id for page in (first, last) for each in page) == sorted(made)
    assert (len(first), len(last), last.next_start) == (2, 1, None)


@pytest.mark.parametrize("text", ["", " \n", "x" * 1251, "cut \ud83d"])
def test_a_comment_that_cannot_be_is_refused_before_it_is_sent(
    text: str, transport: Transport, linkedin: RunningSandbox
) -> None:
    social = Social(transport, api_url=linkedin.url, **WHERE)
    with pytest.raises(InvalidPost) as on_create:
        social.create_comment(SHARE, ADA, text)
    with pytest.raises(InvalidPost) as on_edit:
        social.edit_comment(SHARE, "1", ADA, text)

    assert [problem.field for problem in on_create.value.problems] == ["text"]
    assert on_edit.value.problems == on_create.value.problems
    assert linkedin.state.calls == []


def test_a_comment_may_have_1250_units(social: Social, urn: Urn) -> None:
    text = "😀" * 625
    social.create_comment(urn, ADA, text)
    with pytest.raises(InvalidPost, match=r"1,252 characters; LinkedIn takes 1,250\. Shorten it by 2"):
        social.create_comment(urn, ADA, text + "😀")

    assert [each.text for each in social.comments(urn)] == [text]


def test_the_planned_comment_is_what_is_sent(social: Social) -> None:
    call = social.planned_comment(SHARE, ADA, "Yes (of course)", COMMENT_URN)

    assert call.url.endswith(f"/rest/socialActions/{SHARE.encoded}/comments")
    assert call.body == {
        "actor": ADA,
        "object": SHARE,
        "message": {"text": "Yes (of course)", "attributes": []},
        "parentComment": COMMENT_URN,
    }


def test_a_comment_on_a_post_that_is_gone_is_not_found(social: Social) -> None:
    with pytest.raises(NotFound):
        social.create_comment(SHARE, ADA, "Anybody there?")


def test_nobody_comments_in_the_name_of_another(social: Social, urn: Urn) -> None:
    with pytest.raises(Forbidden, match="this actor"):
        social.create_comment(urn, ZOE, "I am Zoë")


def test_a_lost_comment_is_not_sent_again(transport: Transport) -> None:
    seen: list[bytes] = []

    def silent(connection: Any) -> None:
        seen.append(read_request(connection))

    with raw_server(silent) as url:
        social = Social(transport, api_url=url, **WHERE)
        with pytest.raises(OutcomeUnknown) as on_comment:
            social.create_comment(SHARE, ADA, "Hello?")
        with pytest.raises(OutcomeUnknown) as on_reaction:
            social.react(SHARE, ADA, Reaction.LIKE)

    assert [request.split(b" ")[0] for request in seen] == [b"POST", b"POST"]
    assert not on_comment.value.retryable
    assert not on_reaction.value.retryable


def test_a_fault_of_linkedins_is_not_a_reason_to_comment_twice(social: Social, urn: Urn, linkedin: Any) -> None:
    linkedin.state.faults.arm("server_error")
    with pytest.raises(ServerError) as caught:
        social.create_comment(urn, ADA, "Hello?")

    assert not caught.value.retryable
    assert len(social.comments(urn)) == 0


@pytest.mark.parametrize(
    ("headers", "body", "comment_id"),
    [
        (b"x-restli-id: 66\r\n", "", "66"),
        (b"x-linkedin-id: 66\r\n", "{}", "66"),
        (b"", '{"id": "66"}', "66"),
        (b"", '{"id": 66}', "66"),
        (b"", f'{{"$URN": "{COMMENT_URN}"}}', "6631349431612559360"),
        (b"", f'{{"commentUrn": "{COMMENT_URN}"}}', "6631349431612559360"),
    ],
)
def test_the_id_of_a_comment_stands_in_one_of_many_places(
    headers: bytes, body: str, comment_id: str, transport: Transport
) -> None:
    answer = b"HTTP/1.1 201 X\r\n%sContent-Length: %d\r\n\r\n%s" % (headers, len(body), body.encode())
    with raw_server(answering(answer)) as url:
        made = Social(transport, api_url=url, **WHERE).create_comment(SHARE, ADA, "Hello")

    assert (made.id, made.text, made.actor) == (comment_id, "Hello", ADA)


def test_a_comment_without_an_id_may_have_been_published(transport: Transport) -> None:
    with told("<html>", status=201) as url, pytest.raises(OutcomeUnknown, match="did not say its id"):
        Social(transport, api_url=url, **WHERE).create_comment(SHARE, ADA, "Hello")


def test_a_throttled_comment_waits_a_minute(transport: Transport) -> None:
    message = "Comment create throttled: creation rate limit exceeded for member"
    with told({"status": 429, "message": message}, status=429) as url, pytest.raises(RateLimited) as caught:
        Social(transport, api_url=url, **WHERE).create_comment(SHARE, ADA, "Hello")

    assert "minute" in caught.value.advice


def test_what_a_comment_lacks_is_empty() -> None:
    found = Comment.read({"id": "66", "message": None, "created": 7, "actor": "?"})

    assert found is not None
    assert (found.text, found.actor, found.created_at, found.urn) == ("", None, None, None)
    assert Comment.read({"message": {"text": "no id"}}) is None


# Reactions -------------------------------------------------------------------------------------------------------


def test_reactions_have_the_names_of_the_buttons() -> None:
    assert {str(each): each.label for each in Reaction} == {
        "LIKE": "Like",
        "PRAISE": "Celebrate",
        "EMPATHY": "Love",
        "INTEREST": "Insightful",
        "APPRECIATION": "Support",
        "ENTERTAINMENT": "Funny",
    }


@pytest.mark.parametrize("reaction", list(Reaction))
def test_a_reaction_arrives(reaction: Reaction, social: Social, urn: Urn) -> None:
    made = social.react(urn, ADA, reaction)
    (found,) = social.reactions(urn)

    assert (made.actor, made.entity, made.reaction) == (ADA, urn, reaction)
    assert (found.actor, found.entity, found.reaction) == (ADA, urn, reaction)
    assert found.created_at is not None


def test_a_comment_can_be_liked(social: Social, urn: Urn) -> None:
    made = social.create_comment(urn, ADA, "Like this")
    assert made.urn is not None
    social.react(made.urn, ADA, Reaction.LIKE)

    assert [each.reaction for each in social.reactions(made.urn)] == [Reaction.LIKE]


def test_a_reaction_can_be_taken_back_twice(social: Social, urn: Urn) -> None:
    social.react(urn, ADA, Reaction.FUNNY)
    social.remove_reaction(urn, ADA)
    social.remove_reaction(urn, ADA)

    assert len(social.reactions(urn)) == 0


def test_the_address_of_a_reaction_is_encoded_inside_its_brackets(transport: Transport) -> None:
    seen: list[bytes] = []
    with raw_server(answering(b"HTTP/1.1 204 X\r\n\r\n", seen)) as url:
        Social(transport, api_url=url, **WHERE).remove_reaction(COMMENT_URN, ADA)

    assert target(seen[0]) == f"/rest/reactions/(actor:{ADA.encoded},entity:{COMMENT_URN.encoded})"


def test_a_reaction_that_is_not_known_yet_is_still_one(transport: Transport) -> None:
    element = {"id": f"urn:li:reaction:({ADA},urn:li:activity:7)", "reactionType": "MAYBE", "root": SHARE}
    with told({"elements": [element, {}]}) as url:
        found = tuple(Social(transport, api_url=url, **WHERE).reactions(SHARE))

    assert [(each.actor, each.reaction, each.entity) for each in found] == [(ADA, None, SHARE), (None, None, None)]


def test_a_post_tells_how_much_was_said(social: Social, urn: Urn, signed_in: OpenTransport, linkedin: Any) -> None:
    of_zoe = Social(signed_in(ZOE), api_url=linkedin.url, **WHERE)
    above = social.create_comment(urn, ADA, "One")
    social.create_comment(urn, ADA, "Two", parent=above.urn)
    social.react(urn, ADA, Reaction.LIKE)
    of_zoe.react(urn, ZOE, Reaction.CELEBRATE)
    counts = social.metadata(urn)

    assert counts.reactions == {Reaction.LIKE: 1, Reaction.CELEBRATE: 1}
    assert (sum(counts.reactions.values()), counts.comments, counts.first_level_comments) == (2, 2, 1)


@pytest.mark.parametrize(
    "comments",
    [
        {"count": 3, "topLevelCount": 2},
        {"count": 2, "aggregatedTotalComments": 3},
        {"aggregatedTotalComments": 3, "totalFirstLevelComments": 2},
    ],
)
def test_comments_are_counted_under_any_of_their_names(comments: dict[str, int], transport: Transport) -> None:
    with told({"commentSummary": comments}) as url:
        counts = Social(transport, api_url=url, **WHERE).metadata(SHARE)

    assert (counts.comments, counts.first_level_comments) == (3, 2)


@pytest.mark.parametrize("answer", [{}, {"reactionSummaries": [], "commentSummary": {"count": "2"}}])
def test_counts_that_are_missing_are_none_at_all(answer: dict[str, Any], transport: Transport) -> None:
    with told(answer) as url:
        counts = Social(transport, api_url=url, **WHERE).metadata(SHARE)

    assert (counts.reactions, counts.comments, counts.first_level_comments) == ({}, 0, 0)


# Two gateways, threads, young posts ---------------------------------------------------------------------------------


def paths(linkedin: RunningSandbox) -> list[str]:
    return [f"{method} {path.partition('?')[0][:9]} {status}" for method, path, status in linkedin.state.calls][1:]


@pytest.mark.parametrize(
    ("scopes", "given", "sent"),
    [
        (apps.SELF_SERVE, apps.SELF_SERVE, ["POST /v2/socia 201", "POST /v2/react 201"]),
        (apps.SELF_SERVE, (), ["POST /rest/soc 403", "POST /v2/socia 201", "POST /rest/rea 403", "POST /v2/react 201"]),
        (FEED, FEED, ["POST /rest/soc 201", "POST /rest/rea 201"]),
        (FEED, (), ["POST /rest/soc 201", "POST /rest/rea 201"]),
    ],
    ids=["self-serve", "self-serve, not known", "feed", "feed, not known"],
)
def test_each_app_comments_and_reacts_through_the_gateway_that_takes_it(
    scopes: tuple[str, ...],
    given: tuple[str, ...],
    sent: list[str],
    signed_in: OpenTransport,
    linkedin: RunningSandbox,
) -> None:
    transport = signed_in(scopes=scopes)
    urn, social = post(transport, linkedin), Social(transport, api_url=linkedin.url, scopes=given, **WHERE)
    made = social.create_comment(urn, ADA, "Hello")
    social.react(urn, ADA, Reaction.LOVE)

    assert paths(linkedin) == sent
    assert [each.text for each in linkedin.state.social.comments()] == ["Hello"]
    social.edit_comment(urn, made.id, ADA, "Better")
    assert [each.text for each in linkedin.state.social.comments()] == ["Better"]
    social.remove_reaction(urn, ADA)
    social.delete_comment(urn, made.id, ADA)
    assert linkedin.state.social.comments() == []


def test_another_thread_that_a_400_names_is_followed_once(social: Social, linkedin: RunningSandbox, urn: Urn) -> None:
    other = Urn(urn.replace("share", "ugcPost"))
    made = social.create_comment(other, ADA, "Hello")
    social.react(other, ADA, Reaction.LIKE)

    assert [each.id for each in social.comments(urn)] == [made.id]
    assert paths(linkedin)[:4] == [
        "POST /rest/soc 400",
        "POST /rest/soc 201",
        "POST /rest/rea 400",
        "POST /rest/rea 201",
    ]
    message = f"Provided threadUrn: {urn} is not the same as the actual threadUrn: urn:li:activity:7"
    seen: list[bytes] = []
    with raw_server(answering(http_answer(400, json.dumps({"message": message, "status": 400})), seen)) as url:
        lost = Social(Transport(access_token="a"), api_url=url, **WHERE)
        with pytest.raises(OtherThread) as caught:
            lost.create_comment(urn, ADA, "Hello")
    assert caught.value.urn == "urn:li:activity:7"
    assert [target(each).split("/")[3] for each in seen] == [urn.encoded, "urn%3Ali%3Aactivity%3A7"]


@pytest.mark.parametrize("status", [404, 400])
def test_a_post_that_is_too_young_says_so_and_nothing_was_done(status: int, transport: Transport) -> None:
    body = {"status": status, "message": f"Unable to obtain activity for urn: '{SHARE}'"}
    with told(body, status=status) as url, pytest.raises(PostUnknown) as caught:
        Social(transport, api_url=url, **WHERE).react(SHARE, ADA, Reaction.LIKE)

    assert caught.value.retryable
    assert "30 seconds" in caught.value.advice


def test_a_reaction_that_is_there_already_is_done(transport: Transport) -> None:
    with told({"status": 409, "message": "Reaction already exists"}, status=409) as url:
        made = Social(transport, api_url=url, **WHERE).react(SHARE, ADA, Reaction.LIKE)

    assert made.reaction is Reaction.LIKE


# Permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda social, urn: social.comments(urn),
        lambda social, urn: social.reactions(urn),
        lambda social, urn: social.metadata(urn),
    ],
    ids=["comments", "reactions", "metadata"],
)
def test_a_self_serve_app_may_write_and_not_read(
    act: Callable[[Social, Urn], object], signed_in: OpenTransport, linkedin: RunningSandbox
) -> None:
    transport = signed_in(scopes=apps.SELF_SERVE)
    urn, social = post(transport, linkedin), Social(transport, api_url=linkedin.url, **WHERE)
    social.create_comment(urn, ADA, "Hello")
    social.react(urn, ADA, Reaction.LIKE)
    with pytest.raises(Forbidden) as caught:
        act(social, urn)

    assert caught.value.missing_scope == "r_member_social_feed"
    assert caught.value.product == "Community Management API"


@pytest.mark.parametrize(
    "act",
    [
        lambda social, urn: social.create_comment(urn, ADA, "Hello"),
        lambda social, urn: social.delete_comment(urn, "1", ADA),
        lambda social, urn: social.react(urn, ADA, Reaction.LIKE),
        lambda social, urn: social.remove_reaction(urn, ADA),
    ],
    ids=["comment", "delete comment", "react", "remove reaction"],
)
def test_without_a_scope_nothing_is_said(
    act: Callable[[Social, Urn], object], signed_in: OpenTransport, linkedin: RunningSandbox
) -> None:
    social = Social(signed_in(scopes=("openid", "profile")), api_url=linkedin.url, **WHERE)
    with pytest.raises(Forbidden) as caught:
        act(social, SHARE)

    assert caught.value.missing_scope == "w_member_social"


def test_a_refused_comment_says_why(transport: Transport) -> None:
    body = '{"status":400,"code":"FIELD_LENGTH_TOO_LONG","message":"text length 1251 can\'t exceeded maximum 1250"}'
    with raw_server(answering(http_answer(400, body))) as url, pytest.raises(InvalidRequest, match="text length 1251"):
        Social(transport, api_url=url, **WHERE).create_comment(SHARE, ADA, "Hello")
