"""Posts that are on LinkedIn already, the pages a member speaks for, and numbers: what LinkedIn told, and asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from linkedin_api import (
    Aggregation,
    Analytics,
    Forbidden,
    InvalidPost,
    Metric,
    NotFound,
    OrganizationProfile,
    OrganizationRole,
    Organizations,
    OutcomeUnknown,
    Post,
    Published,
    Statistic,
    Transport,
    Urn,
    mention,
    publisher,
)
from sandbox.directory import apps
from sandbox.directory.organizations import BRIDGE, ENGINES
from tests.conftest import RunningSandbox, served
from tests.linkedin_api.auth.test_oauth import http_answer
from tests.linkedin_api.http.test_transport import answering, raw_server

ADA, ZOE = Urn("urn:li:person:782bbtaQ"), Urn("urn:li:person:k4Zu-E_9")
PAGE = Urn(ENGINES.urn)
SHARE = Urn("urn:li:share:7106697166089269248")
EVERYTHING = "1 + 1 = 2 (mostly) #maths @home_ *bold* ~x~ [a] {b} <c> | \\ é 😀 שלום\nsecond line"
RANGE = "dateRange=(start:(day:4,month:5,year:2026),end:(day:6,month:5,year:2026))"
WHERE = {"version": "202609"}

OpenTransport = Callable[..., Transport]


@pytest.fixture
def signed_in(linkedin: RunningSandbox) -> Iterator[OpenTransport]:
    """A transport with a new token: of Ada and with every scope, unless told otherwise."""
    with ExitStack() as opened:

        def sign_in(member: Urn = ADA, scopes: tuple[str, ...] = apps.EVERY_PRODUCT) -> Transport:
            client = apps.EVERY_PRODUCT_CLIENT if set(scopes) - set(apps.SELF_SERVE) else "sandbox-client"
            token = linkedin.state.tokens.new_access_token(client, member.id, list(scopes))
            return opened.enter_context(Transport(access_token=token))

        yield sign_in


@pytest.fixture
def transport(signed_in: OpenTransport) -> Transport:
    return signed_in()


@pytest.fixture
def published(transport: Transport, linkedin: RunningSandbox) -> Published:
    return Published(transport, api_url=linkedin.url, **WHERE)


def post(transport: Transport, linkedin: RunningSandbox, text: str = "Hello", author: Urn = ADA) -> Urn:
    return publisher("rest", transport, api_url=linkedin.url).create_post(Post(author, text))


def told(answer: dict[str, Any] | str, seen: list[bytes] | None = None, status: int = 200) -> Any:
    """A server that gives this answer to everything."""
    body = answer if isinstance(answer, str) else json.dumps(answer)
    return raw_server(answering(http_answer(status, body), seen))


def target(request: bytes) -> str:
    return request.split(b" ")[1].decode()


# Posts -----------------------------------------------------------------------------------------------------------


def test_a_post_comes_back_as_it_was_written(
    published: Published, transport: Transport, linkedin: RunningSandbox
) -> None:
    before = datetime.now(UTC)
    urn = post(transport, linkedin, EVERYTHING)
    found = published.get_post(urn)

    assert (found.urn, found.author, found.text) == (urn, ADA, EVERYTHING)
    assert (found.visibility, found.state, found.edited) == ("PUBLIC", "PUBLISHED", False)
    assert found.state == "PUBLISHED"
    assert found.created_at is not None
    assert abs(found.created_at - before) < timedelta(minutes=1)
    assert found.created_at.tzinfo is UTC
    assert found.raw["id"] == urn


def test_a_mention_and_a_hashtag_come_back_as_spans(
    published: Published, transport: Transport, linkedin: RunningSandbox
) -> None:
    urn = post(transport, linkedin, f"Thanks, {mention('Zoë Muster', ZOE)}! #maths")
    found = published.get_post(urn)

    named = [(span.part, span.text, span.urn) for span in found.spans if span.part != "plain"]
    assert named == [("mention", "Zoë Muster", ZOE), ("hashtag", "#maths", None)]
    assert found.text == "Thanks, Zoë Muster! #maths"


def test_the_posts_of_an_author_come_page_by_page(
    published: Published, transport: Transport, linkedin: RunningSandbox
) -> None:
    urns = [post(transport, linkedin, f"Number {number}") for number in range(5)]
    post(transport, linkedin, "For the page", PAGE)
    first = published.posts_of(ADA, 0, 2)
    second = published.posts_of(ADA, first.next_start or 0, 2)
    last = published.posts_of(ADA, second.next_start or 0, 2)

    assert [each.urn for page in (first, second, last) for each in page] == urns[::-1]
    assert (first.next_start, second.next_start, last.next_start) == (2, 4, None)
    assert [each.author for each in published.posts_of(PAGE)] == [PAGE]


def test_a_changed_text_arrives_unharmed(published: Published, transport: Transport, linkedin: RunningSandbox) -> None:
    urn = post(transport, linkedin, "Before")
    published.update_text(urn, f"{EVERYTHING} {mention('Zoë Muster', ZOE)}")
    found = published.get_post(urn)

    assert linkedin.state.posts[urn].text == f"{EVERYTHING} Zoë Muster"
    assert found.edited
    assert found.last_modified_at is not None


def test_the_planned_change_is_what_is_sent(published: Published) -> None:
    call = published.planned_update(SHARE, "One (two)")

    assert call.url.endswith("/rest/posts/urn%3Ali%3Ashare%3A7106697166089269248")
    assert call.headers["X-RestLi-Method"] == "PARTIAL_UPDATE"
    assert call.headers["LinkedIn-Version"] == "202609"
    assert call.body == {"patch": {"$set": {"commentary": "One \\(two\\)"}}}


@pytest.mark.parametrize(
    ("urn", "text", "field"),
    [
        (SHARE, "x" * 3001, "text"),
        (SHARE, "Thanks, @[Ada]", "text"),
        (SHARE, "cut \ud83d", "text"),
        (ADA, "Hello", "parent"),
    ],
)
def test_a_text_that_cannot_be_is_refused_before_it_is_sent(
    published: Published, linkedin: RunningSandbox, urn: Urn, text: str, field: str
) -> None:
    with pytest.raises(InvalidPost) as caught:
        published.update_text(urn, text)

    assert [problem.field for problem in caught.value.problems] == [field]
    assert linkedin.state.calls == []


@pytest.mark.parametrize(
    "act",
    [
        lambda posts: posts.get_post(SHARE),
        lambda posts: posts.posts_of(ADA),
    ],
)
def test_a_self_serve_app_may_not_read(
    act: Callable[[Published], object], signed_in: OpenTransport, linkedin: RunningSandbox
) -> None:
    posts = Published(signed_in(scopes=apps.SELF_SERVE), api_url=linkedin.url, **WHERE)
    with pytest.raises(Forbidden) as caught:
        act(posts)

    assert caught.value.missing_scope == "r_member_social"
    assert "no new app" in caught.value.advice


def test_a_self_serve_app_may_change_its_post(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    transport = signed_in(scopes=apps.SELF_SERVE)
    urn = post(transport, linkedin, "Before")
    Published(transport, api_url=linkedin.url, **WHERE).update_text(urn, "After")

    assert linkedin.state.posts[urn].text == "After"


def test_a_post_that_is_not_there_is_not_found(published: Published) -> None:
    with pytest.raises(NotFound):
        published.get_post(SHARE)
    with pytest.raises(NotFound):
        published.update_text(SHARE, "After")


@pytest.mark.parametrize(
    ("answer", "state", "edited"),
    [
        ({"id": SHARE}, "", False),
        ({"id": SHARE, "lifecycleState": "DRAFT", "lifecycleStateInfo": {"isEditedByAuthor": True}}, "DRAFT", True),
        ({"id": SHARE, "author": 7, "commentary": None, "createdAt": "x", "publishedAt": 10**400}, "", False),
    ],
)
def test_a_post_may_lack_what_it_likes(answer: dict[str, Any], state: str, edited: bool, transport: Transport) -> None:
    with told(answer) as url:
        found = Published(transport, api_url=url, **WHERE).get_post(SHARE, as_author=True)

    assert (found.urn, found.state, found.edited, found.text) == (SHARE, state, edited, "")
    assert found.state != "PUBLISHED"
    assert found.created_at is None


def test_the_author_is_asked_for_as_the_author(transport: Transport) -> None:
    seen: list[bytes] = []
    with told({"id": SHARE}, seen) as url:
        Published(transport, api_url=url, **WHERE).get_post(SHARE, as_author=True)

    assert target(seen[0]) == f"/rest/posts/{SHARE.encoded}?viewContext=AUTHOR"


def test_a_post_without_its_urn_cannot_be_read(transport: Transport) -> None:
    with told({"author": ADA}) as url, pytest.raises(OutcomeUnknown):
        Published(transport, api_url=url, **WHERE).get_post(SHARE)


@pytest.mark.parametrize(("start", "count"), [(-1, 10), (0, 0), (0, 101)])
def test_a_page_that_cannot_be_is_not_asked_for(published: Published, start: int, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        published.posts_of(ADA, start, count)


@pytest.mark.parametrize(
    ("answer", "items", "next_start"),
    [
        ({"elements": [{"id": SHARE}, {"id": SHARE}]}, 2, 7),  # as many as asked for: there may be more
        ({"elements": [{"id": SHARE}]}, 1, None),
        ({"elements": [{"id": SHARE}], "paging": {"total": 9}}, 1, 6),  # LinkedIn gave fewer than it has
        ({"elements": [{"id": SHARE}, {"id": SHARE}], "paging": {"total": 7}}, 2, None),
        ({"elements": [{"id": "?"}, 7]}, 0, 7),
        ({"elements": [], "paging": {"total": 9}}, 0, None),
        ({"elements": None, "paging": 1}, 0, None),
    ],
)
def test_a_page_knows_where_the_next_one_begins(
    answer: dict[str, Any], items: int, next_start: int | None, transport: Transport
) -> None:
    with told(answer) as url:
        page = Published(transport, api_url=url, **WHERE).posts_of(ADA, 5, 2)

    assert (len(page), page.next_start) == (items, next_start)


# Company pages ---------------------------------------------------------------------------------------------------


def test_a_member_learns_for_whom_they_may_post(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    of_ada = Organizations(signed_in(ADA), api_url=linkedin.url, **WHERE).administered()
    of_zoe = Organizations(signed_in(ZOE), api_url=linkedin.url, **WHERE).administered()

    assert {role.organization for role in of_ada if role.may_post} == {ENGINES.urn, BRIDGE.urn}
    assert of_zoe == (OrganizationRole(PAGE, "CONTENT_ADMINISTRATOR", "APPROVED"),)
    assert of_zoe[0].may_post


def test_one_role_can_be_asked_for(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    organizations = Organizations(signed_in(ZOE), api_url=linkedin.url, **WHERE)

    assert organizations.administered("ADMINISTRATOR") == ()
    assert len(organizations.administered("CONTENT_ADMINISTRATOR")) == 1


def test_names_and_logos_of_pages_are_looked_up_in_one_call(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    wanted = [Urn(ENGINES.urn), Urn(BRIDGE.urn), Urn("urn:li:organization:404"), Urn("urn:li:organization:x")]

    found = Organizations(signed_in(ZOE), api_url=linkedin.url, **WHERE).lookup(wanted)

    assert [(each.name, each.vanity_name) for each in found.values()] == [
        ("Analytical Engines", ENGINES.vanity_name),
        ("Bridge & Sons", BRIDGE.vanity_name),
    ]
    assert found[Urn(ENGINES.urn)].logo == f"{linkedin.url}{ENGINES.picture_path}"
    assert len(linkedin.state.calls) == 1


def test_pages_are_looked_up_one_by_one_where_several_at_once_are_refused(transport: Transport) -> None:
    seen: list[str] = []

    def answer(request: Request) -> JSONResponse:
        seen.append(request.url.path)
        if request.url.path == f"/v2/organizations/{ENGINES.number}":
            return JSONResponse({"id": 1, "localizedName": "Engines", "logoV2": {"original": "urn:li:image:1"}})
        return JSONResponse({"status": 403, "message": "Not enough permissions to access: organizations.GET"}, 403)

    with served(Starlette(routes=[Route("/{rest:path}", answer)])) as url:
        found = Organizations(transport, api_url=url, **WHERE).lookup([Urn(BRIDGE.urn), Urn(ENGINES.urn)])

    assert found == {PAGE: OrganizationProfile(PAGE, "Engines")}
    assert seen[0] == "/v2/organizationsLookup"


def test_a_self_serve_app_may_not_ask_for_pages(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    with pytest.raises(Forbidden) as caught:
        Organizations(signed_in(scopes=apps.SELF_SERVE), api_url=linkedin.url, **WHERE).administered()

    assert caught.value.missing_scope == "rw_organization_admin"
    assert caught.value.product == "Community Management API"


@pytest.mark.parametrize("name", ["organization", "organizationTarget"])
def test_an_organization_goes_by_two_names(name: str, transport: Transport) -> None:
    roles = [{name: PAGE, "role": "ADMINISTRATOR", "state": "APPROVED"}, {"role": "ADMINISTRATOR"}]
    with told({"elements": roles}) as url:
        found = Organizations(transport, api_url=url, **WHERE).administered()

    assert found == (OrganizationRole(PAGE, "ADMINISTRATOR", "APPROVED"),)


@pytest.mark.parametrize(
    ("role", "state", "may_post"),
    [
        ("ADMINISTRATOR", "APPROVED", True),
        ("CONTENT_ADMINISTRATOR", "APPROVED", True),
        ("CONTENT_ADMIN", "APPROVED", True),
        ("ADMINISTRATOR", "REQUESTED", False),
        ("DIRECT_SPONSORED_CONTENT_POSTER", "APPROVED", False),
        ("RECRUITING_POSTER", "APPROVED", False),
        ("LEAD_GEN_FORMS_MANAGER", "APPROVED", False),
    ],
)
def test_some_roles_let_a_member_post(role: str, state: str, may_post: bool) -> None:
    assert OrganizationRole(PAGE, role, state).may_post is may_post


def test_many_roles_come_in_pages_and_an_endless_list_ends(transport: Transport) -> None:
    full = [{"organization": PAGE, "role": f"ROLE_{number}", "state": "APPROVED"} for number in range(100)]
    seen: list[bytes] = []
    with told({"elements": full}, seen) as url:
        found = Organizations(transport, api_url=url, **WHERE).administered()

    assert len(found) == 100
    assert len(seen) == 50
    assert target(seen[1]) == "/rest/organizationAcls?q=roleAssignee&state=APPROVED&start=100&count=100"


# Numbers ---------------------------------------------------------------------------------------------------------


def test_a_member_sees_the_numbers_of_a_post_and_of_all(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    transport = signed_in()
    urn = post(transport, linkedin)
    analytics = Analytics(transport, api_url=linkedin.url, **WHERE)

    for statistics in (analytics.post_statistics(urn), analytics.post_statistics()):
        assert len(statistics) == 1
        assert statistics[0].metric == "IMPRESSION"
        assert statistics[0].count >= 0


@pytest.mark.parametrize("version", ["202604", "202605"])
@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_is_named_in_its_answer(
    metric: Metric, version: str, transport: Transport, linkedin: RunningSandbox
) -> None:
    urn = post(transport, linkedin)
    (statistic,) = Analytics(transport, api_url=linkedin.url, version=version).post_statistics(urn, metric)

    assert statistic.metric == metric


def test_a_range_of_days_gives_one_number_for_each_day(transport: Transport, linkedin: RunningSandbox) -> None:
    post(transport, linkedin)
    today = datetime.now(UTC).date()
    days = {"start": today - timedelta(days=3), "end": today}
    analytics = Analytics(transport, api_url=linkedin.url, **WHERE)
    statistics = analytics.post_statistics(None, Metric.REACTION, Aggregation.DAILY, **days)

    assert [each.start for each in statistics] == [today - timedelta(days=back) for back in (3, 2, 1)]


def test_a_self_serve_app_may_not_see_numbers(signed_in: OpenTransport, linkedin: RunningSandbox) -> None:
    with pytest.raises(Forbidden) as caught:
        Analytics(signed_in(scopes=apps.SELF_SERVE), api_url=linkedin.url, **WHERE).post_statistics()

    assert caught.value.missing_scope == "r_member_postAnalytics"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ({}, "q=me&queryType=IMPRESSION&aggregation=TOTAL"),
        (
            {"entity": SHARE, "query_type": Metric.COMMENT, "aggregation": Aggregation.DAILY},
            f"q=entity&queryType=COMMENT&aggregation=DAILY&entity=(share:{SHARE.encoded})",
        ),
        (
            {"entity": Urn("urn:li:ugcPost:7"), "start": date(2026, 5, 4), "end": date(2026, 5, 6)},
            f"q=entity&queryType=IMPRESSION&aggregation=TOTAL&entity=(ugc:urn%3Ali%3AugcPost%3A7)&{RANGE}",
        ),
    ],
)
def test_numbers_are_asked_for_in_linkedins_words(arguments: dict[str, Any], asked: str, transport: Transport) -> None:
    seen: list[bytes] = []
    with told({"elements": []}, seen) as url:
        assert Analytics(transport, api_url=url, **WHERE).post_statistics(**arguments) == ()

    assert target(seen[0]) == f"/rest/memberCreatorPostAnalytics?{asked}"


@pytest.mark.parametrize(
    ("element", "statistic"),
    [
        ({"count": 2, "metricType": "COMMENT"}, Statistic(2, "COMMENT")),
        (
            {
                "count": 2,
                "metricType": {
                    "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1": "COMMENT"
                },
                "targetEntity": SHARE,
                "dateRange": {
                    "start": {"day": 4, "month": 5, "year": 2026},
                    "end": {"day": 5, "month": 5, "year": 2026},
                },
            },
            Statistic(2, "COMMENT", SHARE, date(2026, 5, 4), date(2026, 5, 5)),
        ),
        ({"count": 0, "metricType": {}, "targetEntity": {"share": SHARE}}, Statistic(0, "", SHARE)),
        ({"count": 1, "dateRange": {"start": {"day": 31, "month": 2, "year": 2026}}}, Statistic(1, "")),
        ({"count": "many", "metricType": "COMMENT"}, None),
    ],
)
def test_a_number_is_read_in_every_form(
    element: dict[str, Any], statistic: Statistic | None, transport: Transport
) -> None:
    with told({"elements": [element]}) as url:
        found = Analytics(transport, api_url=url, **WHERE).post_statistics()

    assert found == ((statistic,) if statistic else ())


@pytest.mark.parametrize(
    "arguments",
    [
        {"query_type": Metric.MEMBERS_REACHED, "aggregation": Aggregation.DAILY},
        {"entity": SHARE, "query_type": Metric.IMPRESSION, "aggregation": Aggregation.DAILY},
        {"entity": ADA},
        {"start": date(2026, 5, 4)},
        {"start": date(2026, 5, 4), "end": date(2026, 5, 4)},
    ],
)
def test_what_linkedin_cannot_count_is_not_asked_for(
    arguments: dict[str, Any], transport: Transport, linkedin: RunningSandbox
) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Analytics(transport, api_url=linkedin.url, **WHERE).post_statistics(**arguments)

    assert linkedin.state.calls == []


def test_the_answer_that_was_seen_for_reading_ones_own_post_names_the_scope(transport: Transport) -> None:
    text = (Path(__file__).parents[2] / "support" / "samples" / "403_read_own_post.json").read_text()
    with told(text, status=403) as url, pytest.raises(Forbidden) as caught:
        Published(transport, api_url=url, **WHERE).get_post(SHARE)

    assert caught.value.missing_scope == "r_member_social"
