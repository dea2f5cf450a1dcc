"""The demo: filled once whatever is pressed, never sent by mistake, reset without losing sight, and moved in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard.accounts.account import Account
from dashboard.accounts.sign_in import EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.demo import faults, time_machine
from dashboard.demo.content import content, file_of, moment, path_of
from dashboard.demo.fill import NoSandbox, fill
from dashboard.demo.reset import reset
from dashboard.drafts.draft import Draft
from dashboard.files.media import inspect
from dashboard.posts.history import Wanted
from dashboard.posts.post import Posting, PostRow
from dashboard.posts.schedule import next_day
from dashboard.scheduling.clock import zone_of
from dashboard.services import Services, get_services, sandbox
from linkedin_api import Kind, Token, Unauthorized, Urn, VersionRetired
from sandbox import create_app
from sandbox.directory.members import ADA, ZOE, Member
from tests.conftest import served
from tests.support.patience import until
from tests.support.services import SCOPES, profile
from tests.support.tables import with_tables

ENGINES = "urn:li:organization:2414183"


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A dashboard with its own sandbox, mounted as the server does, and a worker that is not started yet."""
    monkeypatch.setenv("DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{with_tables(tmp_path / 'd.db')}")
    for name in ("CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN", "REDIRECT_URI", "AUTH_URL", "API_URL", "VERSION"):
        monkeypatch.setenv(f"LINKEDIN_{name}", "")
    get_services.cache_clear()
    sandbox.cache_clear()
    found = get_services()
    with served(Starlette(routes=[Mount("/sandbox", app=create_app(sandbox()))])) as url:
        where = urlsplit(url)
        found.served_at(str(where.hostname), int(where.port or 0))
        yield found
        found.worker.stop()
    found.database.dispose()
    get_services.cache_clear()
    sandbox.cache_clear()


def sign_in(services: Services, member: Member = ADA, *, every_product: bool = False) -> Account:
    client_id, scopes = "sandbox-client", tuple(SCOPES)
    if every_product:
        client_id, scopes = EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES
    token = sandbox().tokens.new_access_token(client_id, member.sub, list(scopes))
    given = Token(access_token=token, expires_in_s=60 * 86_400, scopes=scopes)
    return services.accounts.save(profile(member), given, client_id=client_id)


@pytest.fixture
def ada(services: Services) -> Account:
    return sign_in(services)


def again(services: Services, account: Account) -> Account:
    return services.accounts.get(account.id)


def rows(services: Services, account: Account) -> list[PostRow]:
    return services.outbox.select(posts.c.account_id == account.id)


def publish(services: Services, account: Account, text: str) -> PostRow:
    """A post for now, as far as it comes."""
    post_id = services.outbox.put(Posting(account.id, Draft(text=text)))
    until(lambda: not services.outbox.waiting())
    row = services.outbox.get(post_id)
    assert row
    return row


def test_the_files_are_what_the_table_says_of_them() -> None:
    for name in content()["files"]:
        said = file_of(name)
        read = inspect(path_of(name), kind=said.kind, name=name, sha256=said.sha256)

        assert replace(said, duration_s=read.duration_s) == read
        assert read.duration_s is None or said.duration_s == pytest.approx(read.duration_s, abs=0.1)


def test_a_filled_demo_has_every_kind_and_every_state_and_may_be_published(services: Services, ada: Account) -> None:
    new = fill(services, ada, "Europe/Berlin")
    found = rows(services, ada)
    feed = sandbox().feed()

    assert {post.kind for post in feed} == set(map(str, Kind))
    assert [post.created_at for post in feed] == sorted((post.created_at for post in feed), reverse=True)
    assert len({post.author for post in feed}) >= 5
    assert all(post.created_at < now() for post in feed)
    assert sum(sandbox().social.count_comments(post.urn) for post in feed) > 10
    assert all(comment.created_at < now().timestamp() for comment in sandbox().social.comments())
    assert {row.state for row in found} >= {"published", "failed", "unconfirmed", "cancelled", "deleted", "scheduled"}
    assert {row.urn for row in found if row.state == "published"} <= {post.urn for post in feed}
    assert not [problem for row in found for problem in row.draft.problems(ada.urn, services.uploads.has)]
    planned = [
        row.due_at.astimezone(zone_of("Europe/Berlin")) for row in found if row.state == "scheduled" and row.due_at
    ]
    assert len({moment.date() for moment in planned}) == 5
    assert not [each for each in planned if each.weekday() > 4 or each <= now()]
    drafts = services.drafts.kept(ada.id)
    assert new == len(found) + len(drafts)


def test_filling_twice_adds_nothing_and_changes_nothing_that_was_written(services: Services, ada: Account) -> None:
    fill(services, ada)
    kept = services.drafts.kept(ada.id)[0].draft
    services.drafts.save(ada.id, kept.changed(text="Mine now"))
    before = [rows(services, ada), sandbox().feed(), len(services.drafts.kept(ada.id))]

    assert fill(services, ada) == 0
    assert [rows(services, ada), sandbox().feed(), len(services.drafts.kept(ada.id))] == before
    assert services.drafts.get(ada.id).text == "Mine now"


def test_both_members_may_fill_and_the_posts_of_others_are_there_once(services: Services, ada: Account) -> None:
    fill(services, ada)
    others = [post.urn for post in sandbox().feed() if post.author != ADA.urn]
    fill(services, sign_in(services, ZOE))

    assert [post.urn for post in sandbox().feed() if post.author not in (ADA.urn, ZOE.urn)] == others
    assert len([post for post in sandbox().feed() if post.author == ADA.urn]) == len(
        [post for post in sandbox().feed() if post.author == ZOE.urn]
    )


def test_a_page_that_the_member_may_write_for_has_its_posts_in_history(services: Services) -> None:
    account = sign_in(services, every_product=True)
    services.accounts.keep_organizations(account.id, [Urn(ENGINES)])

    fill(services, again(services, account))

    assert [row.draft.author for row in rows(services, account) if row.draft.author] == [ENGINES, ENGINES]


def test_links_are_right_after_the_sandbox_alone_was_emptied(services: Services, ada: Account) -> None:
    fill(services, ada)
    sandbox().reset()

    assert fill(services, ada) == 0
    published = {row.urn for row in rows(services, ada) if row.state == "published"}
    assert published
    assert published <= {post.urn for post in sandbox().feed()}


def test_the_worker_sends_the_one_post_for_now_and_nothing_of_the_past(services: Services, ada: Account) -> None:
    services.worker.start()
    fill(services, ada)
    until(lambda: not services.outbox.waiting())
    before = {row.id: row.state for row in rows(services, ada)}
    services.worker.stop()

    assert [call[:2] for call in sandbox().calls if "Posts" in call[1]] == [("POST", "/v2/ugcPosts")]
    assert list(before.values()).count("scheduled") == len(content()["planned"])
    assert services.exchange_log.count(ada.id) >= 3  # for the Inspector


def test_a_moment_is_a_working_day_there() -> None:
    friday, berlin = datetime(2026, 11, 27, tzinfo=UTC).date(), zone_of("Europe/Berlin")

    assert moment(1, "09:00", berlin, friday) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert moment(-5, "09:00", berlin, friday) == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_reset_empties_everything_and_cancels_what_waits(services: Services, ada: Account) -> None:
    fill(services, ada)
    services.drafts.save(ada.id, Draft(text="In the composer"))
    services.drafts.save_template(ada.id, "Weekly", Draft(text="Kept"))
    jobs = {str(row.job) for row in rows(services, ada) if row.job}
    faults.arm("slow", None)
    time_machine.go(services, time_machine.jumps(services, again(services, ada))[1])

    assert reset(services, ada, [ada.id]) == 0

    assert rows(services, ada) == []
    assert jobs
    assert services.jobs.live(jobs) == set()
    assert services.drafts.kept(ada.id) == []
    assert services.drafts.get(ada.id).is_empty
    assert [each.name for each in services.drafts.templates(ada.id)] == ["Weekly"]
    assert services.exchange_log.count(ada.id) == 0
    assert sandbox().feed() == []
    assert not [each for each in sandbox().faults.all() if each.armed]
    assert time_machine.where() == ""
    assert not again(services, ada).sign_in_needed
    assert fill(services, ada) > 0


def test_a_reset_keeps_what_is_on_its_way_and_what_others_have(services: Services, ada: Account) -> None:
    zoe = sign_in(services, ZOE)
    fill(services, ada)
    fill(services, zoe)
    services.worker.stop()  # it publishes this very post
    with services.database.begin() as db:
        sent = update(posts).where(posts.c.draft_id == f"demo-{ada.id}-node").values(state="sending", run="a-run")
        db.execute(sent)

    assert reset(services, ada, [ada.id]) == 1

    assert [row.state for row in rows(services, ada)] == ["sending"]
    assert services.history.count(Wanted(zoe.id)) == len(rows(services, zoe)) > 10


def test_another_linkedin_is_left_alone(services: Services, ada: Account) -> None:
    real = Services(replace(services.settings, built_in_sandbox=False), services.database)
    for act in (lambda: fill(real, ada), lambda: reset(real, ada, [ada.id])):
        with pytest.raises(NoSandbox):
            act()

    assert (rows(services, ada), sandbox().feed()) == ([], [])


def test_the_limit_switched_off_lifts_what_it_has_parked(services: Services, ada: Account) -> None:
    services.worker.start()
    faults.arm("rate_limited", None)
    parked = publish(services, ada, "Waits for midnight")
    assert (parked.state, faults.limit_is_armed()) == ("scheduled", True)

    assert faults.disarm(services, "rate_limited") == 1

    until(lambda: [post.text for post in sandbox().feed()] == ["Waits for midnight"])
    assert again(services, ada).parked_until is None


def test_a_limit_that_fired_once_can_be_lifted_and_midnight_lifts_it_too(services: Services, ada: Account) -> None:
    services.worker.start()
    faults.arm("rate_limited", 1)
    publish(services, ada, "Lifted by hand")
    assert (faults.limit_is_armed(), faults.parked_until(services)) == (False, next_day())
    assert faults.lift(services) == 1
    until(lambda: len(sandbox().feed()) == 1)

    faults.arm("rate_limited", 1)
    publish(services, ada, "Lifted by a new day")
    time_machine.go(services, jump(services, ada, "Midnight UTC"))
    until(lambda: len(sandbox().feed()) == 2)

    assert faults.parked_until(services) is None
    assert services.rate_limits.today(ada).member_calls <= 1  # that of the post, on the new day


def jump(services: Services, account: Account, label: str) -> time_machine.Jump:
    return next(each for each in time_machine.jumps(services, again(services, account)) if each.label.startswith(label))


def test_a_token_is_as_old_as_the_day_says_and_back_to_now_makes_it_good(services: Services, ada: Account) -> None:
    services.worker.start()
    time_machine.go(services, jump(services, ada, "Day 53"))
    assert again(services, ada).token_days_left == pytest.approx(7, abs=0.1)
    assert publish(services, ada, "A week is left").state == "published"

    time_machine.go(services, jump(services, ada, "Day 61"))
    assert again(services, ada).sign_in_needed == "Your LinkedIn sign-in has expired."
    with pytest.raises(Unauthorized, match="expired"):
        services.oauth(lambda _: None).userinfo(str(services.accounts.access_token(ada.id)))
    services.accounts.refuse_token(ada.id, "expired")
    assert publish(services, ada, "Too late").state == "failed"

    time_machine.back(services)
    assert again(services, ada).token_days_left == pytest.approx(60, abs=0.1)
    assert publish(services, ada, "As if nothing had been").state == "published"


def test_a_new_sign_in_on_day_61_is_good_there_and_no_younger_than_new_afterwards(
    services: Services, ada: Account
) -> None:
    time_machine.go(services, jump(services, ada, "Day 61"))
    renewed = sign_in(services)
    assert renewed.token_days_left == pytest.approx(60, abs=0.1)
    assert services.oauth(lambda _: None).userinfo(str(services.accounts.access_token(ada.id))).sub == ADA.sub
    assert jump(services, ada, "Day 53").seconds == pytest.approx((61 + 53) * 86_400, abs=100)

    time_machine.back(services)

    assert again(services, ada).token_days_left == pytest.approx(60, abs=0.1)
    assert (again(services, ada).token_age_days or 0) >= 0


def test_after_the_sunset_of_its_version_the_versioned_api_answers_426(services: Services, ada: Account) -> None:
    time_machine.go(services, jump(services, ada, f"Sunset of {services.settings.version}"))
    assert "table of versions" in time_machine.where()
    row = Posting(ada.id, Draft(text="Too old", dialect="rest"))
    transport, publisher = services.connect(
        services.outbox.select(posts.c.id == services.outbox.put(row))[0],
        str(services.accounts.access_token(ada.id)),
        lambda _: None,
    )

    with transport, pytest.raises(VersionRetired):
        publisher.create_post(row.draft.as_post(ada.urn))
    assert not again(services, ada).sign_in_needed
    time_machine.back(services)
    assert publisher.create_post(row.draft.as_post(ada.urn))
