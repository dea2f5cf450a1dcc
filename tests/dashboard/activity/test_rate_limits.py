"""What is counted here against what the sandbox counts: calls of a UTC day, by member and by app."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from dashboard.accounts.account import Account
from dashboard.activity.rate_limits import KEPT_DAYS, UNNAMED_APP, RateLimits, Spent, needed
from dashboard.db.database import now, open_database
from dashboard.db.tables import calls_made, exchanges
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.posts.schedule import next_day
from dashboard.publishing.progress import Waits
from dashboard.publishing.publish_flow import PublishFlow
from dashboard.services import Services, get_services
from linkedin_api import LinkedInError, RateLimited, Token, Unauthorized
from linkedin_api.community.social_models import Reaction
from linkedin_api.reference import limits
from sandbox import Sandbox, create_app
from sandbox.directory.members import ADA, ZOE
from tests.conftest import ROOT, RunningSandbox, free_port, served
from tests.support.patience import PATIENCE_S
from tests.support.services import SECRET_KEY, ada, draft_of, open_services, profile, services, signed_in

__all__ = ["ada", "services"]
CLIENT = "sandbox-client"
QUICK = Waits(upload_s=(0.1, 0.2), ask_s=(0.3,), picture_s=(0.2,), video_s=(0.2,))
THREADS, CALLS_EACH = 8, 25
EVERY_KIND = [("v2", kind) for kind in ("text", "article", "image", "images", "video")] + [
    ("rest", kind) for kind in ("text", "card", "image", "images", "document", "poll", "captioned")
]
MINUTE = timedelta(minutes=1)
COUNT = """
import sys
from dashboard.services import get_services
for _ in range(25):
    get_services().rate_limits.count(get_services().accounts.get(int(sys.argv[1])))
"""


@pytest.fixture
def linkedin(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A sandbox whose files are ready at once, and whose members may do everything."""
    state = Sandbox(tmp_path / "sandbox", processing_s=0.1)
    with served(create_app(state)) as url:
        yield RunningSandbox(url, state)


def publish(services: Services, account: Account, draft: Draft) -> PostRow:
    post_id = services.outbox.put(Posting(account.id, draft))
    flow = PublishFlow(
        accounts=services.accounts,
        outbox=services.outbox,
        uploads=services.uploads,
        schedule=services.schedule,
        connect=services.connect,
        stopping=threading.Event(),
        resend_after_s=0.05,
        waits=QUICK,
    )
    [row] = [each for each in services.outbox.waiting() if each.id == post_id]
    flow.run(row)
    done = services.outbox.get(post_id)
    assert done
    return done


def counted_by_linkedin(tmp_path: Path, sub: str = ADA.sub, client_id: str = CLIENT) -> tuple[int, int]:
    """The sandbox's own counters, from its file: the member's, and the app's."""
    day = datetime.now(UTC).date().isoformat()
    with contextlib.closing(sqlite3.connect(tmp_path / "sandbox" / "sandbox.sqlite3")) as db:
        found = dict(db.execute("SELECT key, count FROM counters").fetchall())
    return found.get(f"{day} {client_id} {sub}", 0), found.get(f"{day} {client_id}", 0)


def counted_here(services: Services, account: Account) -> tuple[int, int]:
    spent = services.rate_limits.today(account)
    return spent.member_calls, spent.app_calls


def environ(linkedin: RunningSandbox, tmp_path: Path) -> dict[str, str]:
    """The settings of `rooms`, for a process or a page of its own."""
    return {
        "LINKEDIN_AUTH_URL": linkedin.url,
        "LINKEDIN_API_URL": linkedin.url,
        "DATABASE_URL": f"sqlite:///{tmp_path}/dashboard.db",
        "SECRET_KEY": SECRET_KEY,
    }


def used(services: Services, account: Account, calls: int) -> None:
    for _ in range(calls):
        services.rate_limits.count(account)


# The same count as LinkedIn's.


@pytest.mark.parametrize(("dialect", "kind"), EVERY_KIND)
def test_what_is_counted_here_is_what_linkedin_counts(
    services: Services, ada: Account, tmp_path: Path, dialect: str, kind: str
) -> None:
    done = publish(services, ada, draft_of(services, kind, dialect))

    assert done.state == "published"
    assert counted_here(services, ada) == counted_by_linkedin(tmp_path)


@pytest.mark.parametrize(
    ("dialect", "kind", "calls"),
    [("v2", "text", 1), ("v2", "image", 2), ("v2", "images", 3), ("rest", "text", 1), ("rest", "card", 2)],
)
def test_a_post_takes_as_many_calls_as_were_promised(
    services: Services, ada: Account, dialect: str, kind: str, calls: int
) -> None:
    draft = draft_of(services, kind, dialect)
    planned = services.publisher(draft.speaks).planned(draft.as_post(ada.urn), draft.planned_files())
    publish(services, ada, draft)

    assert needed(planned) == services.rate_limits.today(ada).member_calls == calls


def test_the_bytes_of_a_picture_are_free(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    publish(services, ada, draft_of(services, "image"))

    methods = [method for method, _, _ in linkedin.state.calls]
    assert methods == ["POST", "PUT", "POST"]
    assert services.rate_limits.today(ada).member_calls == 2


def test_what_is_done_after_publishing_counts_too(services: Services, ada: Account, tmp_path: Path) -> None:
    row = publish(services, ada, draft_of(services, "text", "rest"))
    services.engagement.react(row, ada.urn, Reaction.LIKE)
    services.delete_post(row)

    assert counted_here(services, ada) == counted_by_linkedin(tmp_path)
    assert services.rate_limits.today(ada).member_calls == 3


def test_posts_of_several_threads_are_all_counted(services: Services, ada: Account, tmp_path: Path) -> None:
    drafts = [draft_of(services, kind, text=f"{kind} {number}") for number in range(4) for kind in ("text", "images")]
    threads = [threading.Thread(target=publish, args=(services, ada, draft)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert counted_here(services, ada) == counted_by_linkedin(tmp_path) == (16, 16)


def test_signing_in_is_free(services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path) -> None:
    token = services.accounts.access_token(ada.id)
    assert token
    services.oauth(lambda _: None).userinfo(token)

    assert [path for _, path, _ in linkedin.state.calls] == ["/v2/userinfo"]
    assert counted_here(services, ada) == counted_by_linkedin(tmp_path) == (0, 0)


def test_a_refused_call_counts(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("server_error")
    row = publish(services, ada, draft_of(services, "text"))

    creates = [call for call in linkedin.state.calls if call[1] == "/v2/ugcPosts"]
    assert services.rate_limits.today(ada).member_calls == len(creates) == row.calls


def test_a_lost_answer_counts(services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path) -> None:
    linkedin.state.faults.arm("dropped_answer", times=1)
    row = publish(services, ada, draft_of(services, "text"))

    assert row.state == "published"  # the second create was told of the first
    assert counted_here(services, ada) == counted_by_linkedin(tmp_path) == (2, 2)


def test_a_call_that_never_left_does_not_count(services: Services, ada: Account, tmp_path: Path) -> None:
    away = open_services(tmp_path / "away", f"http://127.0.0.1:{free_port()}")
    me = away.accounts.save(profile(), signed_token(services, ada))
    row = publish(away, me, draft_of(away, "text"))

    assert (row.state, row.calls) == ("failed", 3)
    assert counted_here(away, me) == (0, 0)
    away.database.dispose()


def signed_token(services: Services, account: Account) -> Token:
    return Token(access_token=str(services.accounts.access_token(account.id)), expires_in_s=3600, scopes=account.scopes)


# The limit.


def test_at_the_150th_call_nothing_is_left_and_linkedin_agrees(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path
) -> None:
    token = str(services.accounts.access_token(ada.id))
    row = publish(services, ada, draft_of(services, "text"))
    transport, _ = services.connect(row, token, lambda _: None)
    with transport:
        for _ in range(limits.MEMBER_CALLS_PER_DAY - 1):
            with contextlib.suppress(LinkedInError):
                transport.send("GET", f"{linkedin.url}/v2/assets/none")
    before = services.rate_limits.today(ada)
    refused = publish(services, ada, draft_of(services, "text", text="One too many"))

    assert 429 not in [status for _, _, status in linkedin.state.calls[:-1]]
    assert (before.member_calls, before.left) == (limits.MEMBER_CALLS_PER_DAY, 0)
    assert linkedin.state.calls[-1] == ("POST", "/v2/ugcPosts", 429)
    assert (refused.state, services.accounts.get(ada.id).parked_until) == ("scheduled", next_day())
    assert before.resets_at == refused.due_at == next_day()
    assert counted_here(services, ada) == counted_by_linkedin(tmp_path)


def test_the_apps_limit_leaves_nothing_for_anybody() -> None:
    resets_at = datetime(2026, 12, 2, tzinfo=UTC)

    assert Spent(10, 99_999, resets_at).left == 1
    assert Spent(10, 100_003, resets_at).left == 0
    assert Spent(151, 200, resets_at).left == 0
    assert Spent(10, 200, resets_at).left == 140


def test_the_apps_figure_matters_from_three_quarters_on() -> None:
    resets_at = datetime(2026, 12, 2, tzinfo=UTC)

    assert not Spent(0, 74_999, resets_at).app_matters
    assert Spent(0, 75_000, resets_at).app_matters


# Days, members and apps.


def test_a_day_ends_at_midnight_utc_whatever_the_clock_is_set_to(services: Services, ada: Account) -> None:
    midnight = datetime(2026, 12, 2, tzinfo=UTC)
    clock = [midnight - MINUTE]
    budget = RateLimits(services.database, CLIENT, lambda: clock[0])
    budget.count(ada)
    before = budget.today(ada)
    clock[0] = midnight.astimezone(datetime.fromisoformat("2026-12-01T14:00:00-10:00").tzinfo)  # Honolulu's 1 December
    after = budget.today(ada)

    assert (before.member_calls, before.resets_at) == (1, midnight)
    assert (after.member_calls, after.resets_at) == (0, midnight + timedelta(days=1))


def test_two_members_of_one_app_share_the_apps_count(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(services, linkedin, ZOE)
    used(services, ada, 3)
    used(services, zoe, 2)

    assert counted_here(services, ada) == (3, 5)
    assert counted_here(services, zoe) == (2, 5)


def test_another_app_has_a_count_of_its_own(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    used(services, ada, 3)
    token = signed_token(services, ada)
    elsewhere = services.accounts.save(profile(), token, client_id="sandbox-community")
    used(services, elsewhere, 1)

    assert counted_here(services, elsewhere) == (1, 1)
    assert counted_here(services, ada) == (3, 3)


def test_a_pasted_token_without_an_app_is_counted_under_a_name(services: Services, ada: Account) -> None:
    RateLimits(services.database, "").count(ada)
    with services.database.connect() as db:
        names = db.execute(select(calls_made.c.client_id)).scalars().all()

    assert names == [UNNAMED_APP]


def test_the_last_two_weeks_have_a_figure_for_every_day(services: Services, ada: Account) -> None:
    today = datetime(2026, 12, 20, 12, tzinfo=UTC)
    for ago, calls in ((14, 9), (13, 2), (1, 3), (0, 1)):
        budget = RateLimits(services.database, CLIENT, lambda: today - timedelta(days=ago))  # noqa: B023 - used at once
        for _ in range(calls):
            budget.count(ada)

    days = RateLimits(services.database, CLIENT, lambda: today).days(ada)

    assert list(days) == [date(2026, 12, 7) + timedelta(days=number) for number in range(14)]
    assert list(days.values()) == [2, *[0] * 11, 3, 1]


def test_old_days_are_forgotten_and_the_others_kept(services: Services, ada: Account) -> None:
    for ago in (KEPT_DAYS + 1, KEPT_DAYS, 0):
        RateLimits(services.database, CLIENT, lambda: now() - timedelta(days=ago)).count(ada)  # noqa: B023 - used at once
    services.rate_limits.sweep()

    with services.database.connect() as db:
        kept = db.execute(select(calls_made.c.day).order_by(calls_made.c.day)).scalars().all()
    assert kept == [(now() - timedelta(days=ago)).date().isoformat() for ago in (KEPT_DAYS, 0)]


# The page Me's figures.


def figures_page() -> None:
    from dashboard.ui.account import calls
    from dashboard.ui.state import member_state, session

    member_state.enter(session.get_services().accounts.get(1))  # who reads them
    member_state.tab().looked = True
    calls.figures(session.member())


@pytest.fixture
def page(
    services: Services, tmp_path: Path, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The figures of the account with the number 1, drawn from the database of `rooms`."""
    for name, value in environ(linkedin, tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_ACCESS_TOKEN", "LINKEDIN_REDIRECT_URI"):
        monkeypatch.setenv(name, "")
    get_services.cache_clear()
    yield AppTest.from_function(figures_page, default_timeout=PATIENCE_S)
    get_services().database.dispose()
    get_services.cache_clear()


def test_the_profile_shows_todays_calls_and_the_days_before(services: Services, ada: Account, page: AppTest) -> None:
    used(services, ada, 15)
    page.run()

    assert not page.exception
    assert [(each.label, each.value) for each in page.metric] == [
        ("Ada's calls", "15 of 150"),
        ("All calls of the app", "15 of 100,000"),
    ]
    assert list(page.metric[0].proto.chart_data) == [*[0] * 13, 15]
    assert "A new day begins at 00:00 UTC" in page.caption[0].value
    assert "a member has 100 and the app 500" in page.caption[0].value


def test_more_calls_than_allowed_still_draw(services: Services, ada: Account, page: AppTest) -> None:
    used(services, ada, 151)
    page.run()

    assert not page.exception
    assert page.metric[0].value == "151 of 150"


# Many at once, and a database that fails.


@pytest.mark.parametrize("where", ["sqlite", "postgresql"])
def test_no_call_is_lost_when_many_count_at_once(
    services: Services, ada: Account, request: pytest.FixtureRequest, where: str
) -> None:
    database = services.database
    if where == "postgresql":
        url = request.getfixturevalue("tables_url").replace("postgresql://", "postgresql+psycopg://")
        database = open_database(url)
    budget = RateLimits(database, CLIENT)
    gate = threading.Barrier(THREADS)

    def count() -> None:
        gate.wait(PATIENCE_S)
        for _ in range(CALLS_EACH):
            budget.count(ada)

    counting = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in counting:
        thread.start()
    for thread in counting:
        thread.join(PATIENCE_S)
    made = budget.today(ada)
    days = budget.days(ada)
    database.dispose()

    assert (made.member_calls, made.app_calls) == (THREADS * CALLS_EACH, THREADS * CALLS_EACH)
    assert list(days.values())[-1] == THREADS * CALLS_EACH


def test_two_processes_count_together(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", COUNT, str(ada.id)]
    given = environ(linkedin, tmp_path) | {"PATH": "/usr/bin:/bin"}
    running = [subprocess.Popen(command, cwd=ROOT, env=given) for _ in range(2)]
    used(services, ada, 25)

    assert [each.wait(PATIENCE_S) for each in running] == [0, 0]
    assert counted_here(services, ada) == (75, 75)


def test_a_post_is_published_although_its_calls_cannot_be_counted(
    services: Services, ada: Account, linkedin: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with services.database.begin() as db:
        calls_made.drop(db)
    with caplog.at_level(logging.WARNING, "dashboard.activity.rate_limits"):
        row = publish(services, ada, draft_of(services, "image"))

    assert row.state == "published"
    assert [record.getMessage() for record in caplog.records if record.name == "dashboard.activity.rate_limits"] == [
        "A call to LinkedIn could not be counted: OperationalError"
    ] * 2


def test_the_calls_of_a_post_are_known_although_no_exchange_can_be_kept(services: Services, ada: Account) -> None:
    with services.database.begin() as db:
        exchanges.drop(db)
    row = publish(services, ada, draft_of(services, "image"))

    assert (row.state, row.calls, row.uploads) == ("published", 3, 1)


def test_the_answer_comes_through_as_before(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    row = publish(services, ada, draft_of(services, "text"))
    for name, kind in (("rate_limited", RateLimited), ("revoked_token", Unauthorized)):
        linkedin.state.faults.arm(name, times=1)
        with pytest.raises(kind):
            services.delete_post(row)
    with services.database.connect() as db:
        lines = db.execute(select(func.count()).select_from(calls_made)).scalar_one()

    assert (lines, services.rate_limits.today(ada).member_calls) == (1, 3)
