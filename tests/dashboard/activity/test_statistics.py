"""What the journal tells as a whole: endpoints without ids, percentiles, groups by post, and one publish in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from dashboard.activity.exchange_log import ExchangeLog, LoggedExchange, PostGroup
from dashboard.activity.statistics import EndpointFigures, endpoint_name, figures, waterfall
from dashboard.db.tables import exchanges
from linkedin_api import Exchange
from tests.support.services import BOTH, new_database

API, START = "https://api.linkedin.com", datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/v2/assets?action=registerUpload", "POST /v2/assets?action=registerUpload"),
        ("GET", "/v2/assets/D5622AQHabc", "GET /v2/assets/{id}"),
        ("GET", "/rest/posts?q=author&author=urn%3Ali%3Aperson%3Aa&start=0", "GET /rest/posts?q=author"),
        ("DELETE", "/rest/reactions/(actor:urn%3Ali%3Aa,entity:urn%3Ali%3Ab)", "DELETE /rest/reactions/{id}"),
        ("GET", "/v2/socialActions/urn%3Ali%3Ashare%3A1/comments/72?x=1", "GET /v2/socialActions/{id}/comments/{id}"),
        ("GET", "/oauth/.well-known/openid-configuration", "GET /oauth/.well-known/openid-configuration"),
        ("PUT", "/[hidden]", "PUT api.linkedin.com (upload)"),
    ],
)
def test_an_endpoint_has_one_name_whatever_it_is_about(method: str, path: str, name: str) -> None:
    assert endpoint_name(method, API + path) == name
    assert (
        endpoint_name(method, f"http://127.0.0.1:8501/sandbox{path}")
        .partition(" ")[2]
        .endswith(name.partition(" ")[2].replace("api.linkedin.com", "127.0.0.1:8501"))
    )


@pytest.mark.parametrize("api", ["https://zernio.com/api/v1", "http://127.0.0.1:8501/sandbox/zernio/v1"])
def test_a_call_of_zernio_has_its_path_for_a_name(api: str) -> None:
    path = api.partition("//")[2].partition("/")[2]

    assert endpoint_name("PUT", f"{api}/posts/abcdefabcdefabcdefabcdef") == f"PUT /{path}/posts/{{id}}"
    assert endpoint_name("GET", f"{api}/posts?accountId=1&limit=50") == f"GET /{path}/posts"
    assert endpoint_name("PUT", "https://media.zernio.com/[hidden]") == "PUT media.zernio.com (upload)"


def test_figures_count_every_answer_and_time_what_was_answered() -> None:
    timings = [("GET", f"{API}/v2/userinfo", 200, float(ms)) for ms in range(1, 101)]
    timings += [("GET", f"{API}/v2/userinfo", None, 30_000.0), ("GET", f"{API}/v2/userinfo", 401, 100.0)]
    found = figures([*timings, ("GET", f"{API}/oauth/v2/authorization?state=x", 302, 0.0)])

    assert found[0] == EndpointFigures("GET /v2/userinfo", {"200": 100, "401": 1, "no answer": 1}, 51.0, 96.0)
    assert found[1] == EndpointFigures("GET /oauth/v2/authorization", {"302": 1}, None, None)


def entry(number: int, method: str, path: str, after_s: float, ms: float = 100.0) -> LoggedExchange:
    return LoggedExchange(number, START + timedelta(seconds=after_s), method, API + path, 200, ms, None, 7, None)


def test_a_waterfall_is_the_last_publish_up_to_its_create() -> None:
    found = [
        entry(9, "POST", "/v2/socialActions/urn%3Ali%3Ashare%3A1/comments", 7300),
        entry(4, "POST", "/v2/ugcPosts", 7203.5, 250),
        entry(3, "PUT", "/[hidden]", 7200.5, 3000),
        entry(2, "POST", "/v2/assets?action=registerUpload", 7200),
        entry(1, "POST", "/v2/assets?action=registerUpload", 0),  # a try two hours before
    ]

    assert [(bar.entry.id, bar.start_ms, bar.duration_ms) for bar in waterfall(found)] == [
        (2, 0.0, 100.0),
        (3, 500.0, 3000.0),
        (4, 3500.0, 250.0),
    ]
    assert [bar.entry.id for bar in waterfall(found[2:])] == [3, 2][::-1]
    assert waterfall([]) == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_journal_is_grouped_by_post_and_tells_what_came_from_the_console(database: Engine) -> None:
    whole = Exchange(START, "POST", f"{API}/v2/ugcPosts", status=201).as_dict()
    rows = [
        {
            "account_id": 1 + number % 2,
            "post_id": number // 4 or None,
            "origin": "console:a" if number % 10 == 0 else None,
            "at": START + timedelta(seconds=number),
            "method": "POST",
            "url": f"{API}/v2/ugcPosts",
            "status": None if number % 10 == 3 else 422 if number % 10 == 9 else 201,
            "duration_ms": 5.0,
            "exchange": whole,
        }
        for number in range(40)
    ]
    with database.begin() as db:
        db.execute(insert(exchanges), rows)
    log = ExchangeLog(database)
    newest, *others = log.by_post(2)
    (posts,) = figures(log.timings(2, outcome="error"))

    assert newest == PostGroup(9, 2, 1, START + timedelta(seconds=37), START + timedelta(seconds=39))
    assert [each.post_id for each in others] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert posts.statuses == {"422": 4}
    assert [each.at for each in log.of_console(1)] == [START + timedelta(seconds=s) for s in (30, 20, 10, 0)]
    assert (log.last_from(1, "console:a"), log.last_from(1, "console:b")) == (Exchange.from_dict(whole), None)
    assert len(list(log.whole((1, 2), post_id=9))) == 4


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    yield engine
    engine.dispose()
