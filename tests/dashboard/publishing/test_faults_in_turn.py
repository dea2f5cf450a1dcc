"""Each trouble that LinkedIn can have, in turn, with the real engine: what becomes of a plan of posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.services import Services
from sandbox import Sandbox, create_app
from sandbox.directory.members import ADA, ZOE
from sandbox.http.dropped_answer import DroppedAnswer
from tests.conftest import RunningSandbox, served
from tests.support.patience import FOREVER_S, until
from tests.support.services import draft_of, open_services, signed_in

CREATES = ("/v2/ugcPosts", "/rest/posts")
PLANNED = ("first", "second", "third")


class Plan:
    """Three posts of Ada in due order and one of Zoë, who signed in at the same dashboard."""

    def __init__(self, services: Services, linkedin: RunningSandbox) -> None:
        self.services, self.linkedin = services, linkedin
        self.ada, self.zoe = (signed_in(services, linkedin, member) for member in (ADA, ZOE))
        self.ids: dict[str, int] = {}

    def put(self, name: str, draft: Draft, account_id: int, due_at: datetime) -> None:
        posting = Posting(account_id, draft.changed(text=name), due_at, "Europe/Zurich")
        self.ids[name] = self.services.outbox.put(posting)

    def meet(self, fault: str, *, kind: str = "text", dialect: str = "v2", target: str = "create") -> None:
        """Let the fault meet Ada's first post; Zoë's is due when it has."""
        self.linkedin.state.faults.slow_s = FOREVER_S
        self.linkedin.state.faults.arm(fault, target=target)
        self.begin(lambda: not self.armed(), kind, dialect)

    def begin(self, met: Callable[[], bool], kind: str = "text", dialect: str = "v2") -> None:
        # Written in another order than they are due in, and due by the time the worker has started.
        first = now() - timedelta(seconds=len(PLANNED))
        for place in (2, 0, 1):
            drawn = draft_of(self.services, kind if place == 0 else "text", dialect)
            self.put(PLANNED[place], drawn, self.ada.id, first + timedelta(seconds=place))
        self.services.start()
        until(met)
        self.put("Zoë's", draft_of(self.services, "text"), self.zoe.id, now())

    def armed(self) -> bool:
        return any(each.armed for each in self.linkedin.state.faults.all())

    def __getitem__(self, name: str) -> PostRow:
        found = self.services.outbox.get(self.ids[name])
        assert found
        return found

    @property
    def states(self) -> list[str]:
        return [self[name].state for name in PLANNED]

    @property
    def order(self) -> list[str]:
        """What is at LinkedIn of Ada's, in the order of its arrival."""
        return [post.text for post in reversed(self.linkedin.state.feed()) if post.author == self.ada.urn]

    @property
    def creates(self) -> list[int]:
        """How LinkedIn answered every create, in turn; 0: not at all."""
        return [status for method, path, status in self.linkedin.state.calls if method == "POST" and path in CREATES]

    def ends(self, *states: str) -> None:
        until(lambda: tuple(self.states) == states and self["Zoë's"].state == "published")


@pytest.fixture
def plan(services: Services, linkedin: RunningSandbox) -> Iterator[Plan]:
    yield Plan(services, linkedin)
    services.worker.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest, tmp_path: Path, linkedin: RunningSandbox) -> Iterator[Services]:
    sqlite = request.param == "sqlite"
    database = f"sqlite:///{tmp_path}/dashboard.db" if sqlite else request.getfixturevalue("tables_url")
    found = open_services(tmp_path, linkedin.url, DATABASE_URL=database, DATA_FOLDER=str(tmp_path))
    yield found
    found.database.dispose()


def published_in_order(plan: Plan) -> None:
    plan.ends("published", "published", "published")

    assert plan.order == list(PLANNED)
    assert [plan[name].urn for name in PLANNED] == [
        post.urn for post in reversed(plan.linkedin.state.feed()) if post.author == plan.ada.urn
    ]


@pytest.mark.parametrize(
    ("services", "fault", "answer", "second"),
    [
        ("sqlite", "server_error", 500, 201),
        ("sqlite", "dropped_answer", 0, 422),
        ("postgresql", "dropped_answer", 0, 422),
    ],
    indirect=["services"],
)
def test_a_create_without_a_clear_answer_is_asked_about_once_and_the_plan_goes_on(
    plan: Plan, fault: str, answer: int, second: int
) -> None:
    plan.meet(fault)
    published_in_order(plan)

    assert sorted(plan.creates) == sorted([answer, second, 201, 201, 201])
    assert plan["first"].create_tries == 2


def test_a_slow_answer_holds_up_the_posts_behind_it_and_no_other_account(plan: Plan) -> None:
    plan.meet("slow")
    until(lambda: plan["Zoë's"].state == "published")
    meanwhile = plan.states
    plan.linkedin.state.faults.slow_s = 0
    published_in_order(plan)

    assert meanwhile == ["sending", "scheduled", "scheduled"]
    assert plan.creates == [201] * 4


@pytest.mark.parametrize(
    ("services", "fault"),
    [
        ("sqlite", "unavailable"),
        ("sqlite", "dropped_answer"),
        ("postgresql", "dropped_answer"),
    ],
    indirect=["services"],
)
def test_an_upload_that_fails_is_repeated_and_the_plan_keeps_its_order(plan: Plan, fault: str) -> None:
    plan.meet(fault, kind="image", target="upload")
    published_in_order(plan)

    assert plan.creates == [201] * 4
    assert plan["first"].create_tries == 1


def test_the_limit_of_the_day_lets_the_account_wait_and_no_other(plan: Plan) -> None:
    plan.meet("rate_limited")
    plan.ends("scheduled", "scheduled", "scheduled")
    until(lambda: all(plan[name].delayed_by for name in PLANNED))
    waiting = [plan[name] for name in PLANNED]
    before = plan.creates
    until_when = plan.services.accounts.get(plan.ada.id).parked_until
    moved = plan.services.schedule.try_now(plan.ada.id)
    published_in_order(plan)

    assert sorted(before) == [201, 429]
    assert until_when
    assert (until_when.hour, until_when.minute, until_when > now()) == (0, 0, True)
    assert [row.held for row in waiting] == [None] * 3
    assert {row.remarks for row in waiting} == {waiting[0].remarks}
    assert waiting[0].remarks.startswith("LinkedIn's limit for the day was reached")
    assert moved == 3
    assert sorted(plan.creates) == [201] * 4 + [429]


@pytest.mark.parametrize(
    ("services", "fault"),
    [
        ("sqlite", "revoked_token"),
        ("postgresql", "expired_token"),
    ],
    indirect=["services"],
)
def test_a_refused_token_holds_the_account_s_posts_until_somebody_signs_in(plan: Plan, fault: str) -> None:
    plan.meet(fault)
    until(lambda: all(plan[name].held for name in PLANNED) and plan["Zoë's"].state == "published")
    held, before = [str(plan[name].held) for name in PLANNED], plan.creates
    signed_in(plan.services, plan.linkedin, ADA)
    for name in PLANNED:
        assert plan.services.schedule.publish_now(plan[name])
        until(lambda each=name: plan[each].state == "published")

    assert sorted(before) == [201, 401]
    assert all("Sign in again" in sentence for sentence in held)
    assert plan.order == list(PLANNED)
    assert sorted(plan.creates) == [201] * 4 + [401]


@pytest.mark.parametrize("services", ["sqlite", "postgresql"], indirect=True)
def test_a_token_that_is_revoked_at_linkedin_holds_what_is_planned(plan: Plan) -> None:
    plan.linkedin.state.tokens.revoke(str(plan.services.accounts.access_token(plan.ada.id)))
    plan.begin(lambda: bool(plan.creates))
    until(lambda: all(plan[name].held for name in PLANNED) and plan["Zoë's"].state == "published")

    assert plan.states == ["scheduled"] * 3
    assert plan.services.accounts.get(plan.ada.id).token_refused == "revoked"
    assert sorted(plan.creates) == [201, 401]
    assert plan.order == []


@pytest.mark.parametrize("services", ["sqlite", "postgresql"], indirect=True)
def test_a_post_that_is_refused_fails_alone(plan: Plan) -> None:
    plan.meet("forbidden")
    plan.ends("failed", "published", "published")

    assert plan.order == ["second", "third"]
    assert sorted(plan.creates) == [201, 201, 201, 403]
    assert "Nothing was published." in str(plan["first"].error)


# A connection that breaks before LinkedIn has seen the request.


def breaking(app: Any, times: int) -> Any:
    """The same application; the first creates are lost on their way to it."""
    lost: list[str] = []

    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] in CREATES and len(lost) < times:
            lost.append(scope["path"])
            await DroppedAnswer()(scope, receive, send)
        else:
            await app(scope, receive, send)

    return breaks


@pytest.mark.parametrize(("times", "states"), [(1, "published"), (2, "unconfirmed")])
def test_a_create_that_is_lost_on_its_way_is_sent_once_more(tmp_path: Path, times: int, states: str) -> None:
    state = Sandbox(tmp_path / "sandbox")
    with served(breaking(create_app(state), times)) as url:
        services = open_services(tmp_path, url)
        plan = Plan(services, RunningSandbox(url, state))
        plan.begin(lambda: plan["first"].create_tries > 0)
        plan.ends(states, "published", "published")
        services.worker.stop()
        services.database.dispose()

    assert plan.creates == [201] * (4 if times == 1 else 3)
    assert plan.order == [name for name in PLANNED if name != "first" or times == 1]
