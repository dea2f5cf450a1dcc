"""When posts leave: what people decide about those that wait, what the clock decides, and in which order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.posts.post import AFTER_LIMIT, AT_LIMIT, AT_THROTTLED, SENT_AGAIN, THROTTLED, Posting, PostRow
from dashboard.posts.schedule import GIVEN_UP, Schedule, next_day
from dashboard.publishing.publish_flow import PublishFlow
from dashboard.services import Services
from linkedin_api import Urn
from linkedin_api.errors.from_response import api_error
from sandbox.directory.members import ZOE
from tests.conftest import RunningSandbox
from tests.dashboard.publishing.test_publish_flow import QUICK, creates, flow, left_in, row, run, stored
from tests.support.patience import FOREVER_S, until
from tests.support.services import ada, draft_of, on_both, services, signed_in

__all__ = ["ada", "services"]
BERLIN = "Europe/Berlin"
URN = Urn("urn:li:share:7")


def planned(services: Services, account: Account, in_s: float = 3600, text: str = "Hello") -> PostRow:
    """A post that is due in so many seconds, or was."""
    moment = now() + timedelta(seconds=in_s)
    return row(
        services, services.outbox.put(Posting(account.id, draft_of(services, "text", text=text), moment, BERLIN))
    )


def begun(services: Services, waits: PostRow) -> PostRow:
    found = services.outbox.begin(waits.id, waits.job or "")
    assert found
    return found


def unconfirmed(services: Services, account: Account, text: str = "Hello") -> PostRow:
    post_id = services.outbox.put(Posting(account.id, draft_of(services, "text", text=text)))
    sent = begun(services, row(services, post_id))
    services.outbox.may_send(sent)
    services.outbox.finish(sent, "unconfirmed", error="No answer came.", advice="Look at your profile.")
    return row(services, post_id)


def has_job(services: Services, post: PostRow) -> bool:
    return services.jobs.live([post.job or ""]) == {post.job}


# What waits.


def test_the_next_post_comes_first_and_only_those_of_the_accounts_that_were_asked_for(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(services, linkedin, ZOE)
    late, soon = planned(services, ada, 7200), planned(services, ada, 3600)
    at_once = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    between = planned(services, zoe, 5000)
    services.outbox.request_cancel(planned(services, ada, 60).id)

    assert [each.id for each in services.schedule.waiting([ada.id])] == [at_once, soon.id, late.id]
    assert [each.id for each in services.schedule.waiting([ada.id, zoe.id])] == [at_once, soon.id, between.id, late.id]
    assert services.schedule.waiting([]) == []


def test_what_nobody_knows_of_is_listed_for_a_person(services: Services, ada: Account) -> None:
    lost = unconfirmed(services, ada)
    planned(services, ada)

    assert services.queue.unconfirmed([ada.id], 5) == (1, [lost.id])
    assert services.queue.unconfirmed([ada.id + 1], 5) == (0, [])


def test_a_moment_is_taken_while_its_post_waits(services: Services, ada: Account) -> None:
    first, second = planned(services, ada), planned(services, ada, 60)
    services.outbox.request_cancel(second.id)

    assert services.schedule.taken(ada.id) == {first.due_at}
    assert services.schedule.taken(ada.id + 1) == set()


# What a person decides.


@on_both
def test_another_moment_is_another_job(services: Services, ada: Account) -> None:
    waits = planned(services, ada)
    moment = datetime(2030, 5, 1, 7, tzinfo=UTC)

    assert services.schedule.reschedule(waits, moment, "Asia/Tokyo")
    after = row(services, waits.id)
    assert (after.state, after.due_at, after.time_zone) == ("scheduled", moment, "Asia/Tokyo")
    assert has_job(services, after)
    assert not has_job(services, waits)


def test_another_moment_lets_a_held_post_go_on(services: Services, ada: Account) -> None:
    services.schedule.hold(begun(services, planned(services, ada, -1)), "Sign in again.")
    held = row(services, ada.id)

    assert held.held == "Sign in again."
    assert services.schedule.reschedule(held, now() + timedelta(hours=1), BERLIN)
    assert row(services, held.id).held is None


def test_publish_now_leaves_at_once_also_when_the_account_is_parked(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    services.accounts.park(ada.id, next_day())
    waits = planned(services, ada)

    assert services.schedule.publish_now(waits)
    assert row(services, waits.id).state == "queued"
    assert run(services, waits.id).state == "published"
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize(
    "decide",
    [
        lambda table, seen: table.reschedule(seen, now() + timedelta(days=2), BERLIN),
        lambda table, seen: table.publish_now(seen),
    ],
    ids=["reschedule", "publish_now"],
)
@pytest.mark.parametrize("moved_on", ["rescheduled", "left", "cancelled"])
def test_what_has_moved_on_since_is_refused(
    services: Services, ada: Account, moved_on: str, decide: Callable[[Schedule, PostRow], bool]
) -> None:
    seen = planned(services, ada)
    other_tab: dict[str, Callable[[], object]] = {
        "rescheduled": lambda: services.schedule.reschedule(seen, now() + timedelta(days=1), BERLIN),
        "left": lambda: begun(services, seen),
        "cancelled": lambda: services.outbox.request_cancel(seen.id),
    }
    other_tab[moved_on]()
    before = row(services, seen.id)

    assert not decide(services.schedule, seen)
    assert row(services, seen.id) == before


@on_both
@pytest.mark.parametrize("due", ["at once", "an hour ago"])
def test_what_the_limit_holds_back_may_be_tried_now(
    services: Services, ada: Account, linkedin: RunningSandbox, due: str
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    if due == "at once":
        post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    else:
        post_id = planned(services, ada, -3600).id
    parked = run(services, post_id)
    later = planned(services, ada, 60)

    assert parked.state == "scheduled"
    assert services.schedule.try_now(ada.id) == 1
    assert services.accounts.get(ada.id).parked_until is None
    assert run(services, post_id).state == "published"
    assert row(services, later.id) == later
    assert services.schedule.try_now(ada.id) == 0


def test_what_is_tried_now_leaves_in_the_order_in_which_it_was_due(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    services.accounts.park(ada.id, next_day())
    second, first = planned(services, ada, -60, "Second"), planned(services, ada, -120, "First")
    for each in (second, first):
        run(services, each.id)
    assert services.schedule.try_now(ada.id) == 2
    published(services, [first.id, second.id])

    assert [post.text for post in reversed(linkedin.state.feed())] == ["First", "Second"]


# What became of a lost answer.


@on_both
def test_a_person_who_has_seen_the_post_confirms_it_once(services: Services, ada: Account) -> None:
    lost = unconfirmed(services, ada)

    assert services.schedule.confirm(lost, URN)
    seen = row(services, lost.id)
    assert (seen.state, seen.urn, seen.error, seen.advice) == ("published", URN, None, None)
    assert not services.schedule.give_up(lost)
    assert not services.schedule.send_again(lost)
    assert row(services, lost.id) == seen


def test_what_a_person_gives_up_is_told_no_more(services: Services, ada: Account) -> None:
    lost = unconfirmed(services, ada)

    assert services.schedule.give_up(lost)
    ended = row(services, lost.id)
    assert (ended.state, ended.error, ended.seen, ended.brought_back) == ("failed", GIVEN_UP, True, True)
    assert not services.schedule.confirm(lost, URN)


def test_what_is_sent_again_and_was_there_all_the_time_is_published(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(services, ada)
    urn = stored(services, ada, linkedin, lost.draft)

    assert services.schedule.send_again(lost)
    assert row(services, lost.id).remarks == SENT_AGAIN
    done = run(services, lost.id)
    assert (done.state, done.urn, done.error) == ("published", urn, None)
    assert len(linkedin.state.feed()) == 1


def test_what_is_sent_again_and_waits_for_the_limits_end_is_still_known_to_be_sent_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(services, ada)
    urn = stored(services, ada, linkedin, lost.draft)
    linkedin.state.faults.arm("rate_limited", target="create")
    services.schedule.send_again(lost)
    parked = run(services, lost.id)
    services.schedule.try_now(ada.id)
    done = run(services, lost.id)

    assert (parked.state, parked.remarks) == ("scheduled", f"{AT_LIMIT.format('00:00')} {SENT_AGAIN}")
    assert (done.state, done.urn, done.remarks) == ("published", urn, SENT_AGAIN)


def test_what_was_planned_and_waited_for_the_limits_end_says_that_it_left_late(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = run(services, planned(services, ada, -60).id)
    services.schedule.try_now(ada.id)
    done = run(services, parked.id)

    assert (parked.state, parked.remarks) == ("scheduled", AT_LIMIT.format("00:00"))
    assert (done.state, done.remarks) == ("published", AFTER_LIMIT)


def test_what_is_stopped_while_it_waits_for_the_limits_end_has_not_left(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = run(services, planned(services, ada, -60).id)
    services.outbox.request_cancel(parked.id)

    ended = row(services, parked.id)
    assert (ended.state, ended.remarks) == ("cancelled", "")


def test_what_is_sent_again_and_was_not_there_is_published(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(services, ada)

    assert services.schedule.send_again(lost)
    assert not services.schedule.send_again(lost)
    done = run(services, lost.id)
    assert (done.state, done.urn, done.create_tries) == ("published", linkedin.state.feed()[0].urn, 1)


def test_what_is_sent_again_and_refused_leaves_open_what_became_of_the_first_one(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(services, ada)
    services.schedule.send_again(lost)
    linkedin.state.faults.arm("forbidden", target="create")
    done = run(services, lost.id)

    assert done.state == "failed"
    assert str(done.error).endswith("Nothing was published this time; what was sent before may be on LinkedIn.")


def test_a_post_that_is_sent_again_may_lose_its_answer_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(services, ada)
    services.schedule.send_again(lost)
    linkedin.state.faults.arm("dropped_answer", target="create")
    done = run(services, lost.id)

    assert (done.state, done.create_tries) == ("published", 2)
    assert (creates(linkedin), len(linkedin.state.feed())) == (2, 1)


# What the clock decides.


def test_a_post_whose_clock_was_put_back_waits_for_its_moment(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    early = planned(services, ada, 30)
    after = run(services, early.id)

    assert (after.state, after.due_at, after.remarks) == ("scheduled", early.due_at, "")
    assert after.job != early.job
    assert has_job(services, after)
    assert linkedin.state.calls == []


def awake_since(services: Services, moment: datetime) -> PublishFlow:
    """The flow of a worker that began to work at a moment."""
    table = Schedule(services.database, services.outbox, services.accounts, lambda: moment)
    found = flow(services, waits=QUICK)
    found._schedule = table
    return found


def late(
    services: Services, ada: Account, linkedin: RunningSandbox, by_s: float, awake_s: float, **habits: Any
) -> PostRow:
    """A post that is so late when its turn comes, at a worker that has been awake so long."""
    if habits:
        services.accounts.keep_habits(ada.id, time_zone=BERLIN, plan=(), **habits)
    waits = begun(services, planned(services, ada, -by_s))
    awake_since(services, now() - timedelta(seconds=awake_s)).run(waits)
    return row(services, waits.id)


def test_what_was_due_while_nothing_was_running_leaves_and_says_so(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    done = late(services, ada, linkedin, by_s=7200, awake_s=5)

    assert done.state == "published"
    assert done.remarks.startswith("It was due on ")
    assert "nothing was running then, so it left 2 h late." in done.remarks


def test_what_was_due_while_nothing_was_running_is_held_for_those_who_chose_so(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    held = late(services, ada, linkedin, by_s=7200, awake_s=5, when_late="hold")

    assert held.state == "scheduled"
    assert "It is held, as you chose for such posts" in str(held.held)
    assert linkedin.state.feed() == []
    assert services.schedule.publish_now(held)
    assert run(services, held.id).state == "published"


@pytest.mark.parametrize(("by_s", "awake_s"), [(60, 5), (7200, 10_000)], ids=["a little late", "the worker was awake"])
def test_what_is_late_for_another_reason_just_leaves(
    services: Services, ada: Account, linkedin: RunningSandbox, by_s: float, awake_s: float
) -> None:
    done = late(services, ada, linkedin, by_s=by_s, awake_s=awake_s, when_late="hold")

    assert (done.state, done.remarks) == ("published", "")


def test_what_has_left_already_is_never_held_back(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    services.accounts.keep_habits(ada.id, time_zone=BERLIN, plan=(), when_late="hold")
    services.accounts.park(ada.id, next_day())
    sent = planned(services, ada, -7200)
    left_in(services, sent.id, state="sending", create_tries=1, create_sent_at=now())

    assert run(services, sent.id).state == "published"


# The order in which they go.


def published(services: Services, ids: list[int]) -> None:
    """Let the engine work until these are at their end."""
    services.worker.start()
    until(lambda: all(row(services, each).state == "published" for each in ids))
    services.worker.stop()


@on_both
def test_overdue_posts_of_an_account_leave_in_the_order_of_their_moments(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    third, first = planned(services, ada, -10, "Third"), planned(services, ada, -30, "First")
    second, fourth = planned(services, ada, -20, "Second"), planned(services, ada, 1.5, "Fourth")
    published(services, [each.id for each in (first, second, third, fourth)])

    assert [post.text for post in reversed(linkedin.state.feed())] == ["First", "Second", "Third", "Fourth"]
    done = row(services, fourth.id)
    assert done.finished_at
    assert done.due_at
    assert done.finished_at >= done.due_at


def test_one_post_of_an_account_at_a_time_and_those_of_others_beside_it(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(services, linkedin, ZOE)
    linkedin.state.faults.latency_s = FOREVER_S
    ids = [planned(services, account, -5, f"{number}").id for number in range(3) for account in (ada, zoe)]
    services.worker.start()
    until(lambda: [row(services, each).state for each in ids].count("sending") == 2)
    linkedin.state.faults.latency_s = 0.1
    published(services, ids)

    def spans(account: Account) -> list[tuple[datetime, datetime]]:
        entries = services.exchange_log.entries(account.id)
        return sorted((each.at, each.at + timedelta(milliseconds=each.duration_ms)) for each in entries)

    def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
        return one[0] < other[1] and other[0] < one[1]

    adas, zoes = spans(ada), spans(zoe)
    assert (len(adas), len(zoes)) == (3, 3)
    assert not any(overlap(one, other) for all_of in (adas, zoes) for one, other in itertools.pairwise(all_of))
    assert any(overlap(one, other) for one in adas for other in zoes)


def test_a_held_post_does_not_leave_by_itself(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    held = planned(services, ada, -1, "Held")
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == held.id).values(held="It waits for a person."))
    after = planned(services, ada, -1, "After it")
    published(services, [after.id])

    assert row(services, held.id).state == "scheduled"
    assert [post.text for post in linkedin.state.feed()] == ["After it"]


def test_a_429_that_is_not_the_days_limit_waits_shortly_and_says_so(services: Services, ada: Account) -> None:
    waits, free = planned(services, ada, -1), planned(services, ada, 0)
    refused = api_error(429, "{}", {"Retry-After": "90"})
    services.flow._refused(begun(services, waits), refused)
    later = row(services, waits.id)
    assert later.delayed_until

    assert 80 < (later.delayed_until - now()).total_seconds() <= 90
    assert later.remarks == AT_THROTTLED.format(f"{later.delayed_until:%H:%M}")
    assert services.accounts.get(ada.id).parked_until is None
    assert run(services, free.id).delayed_by == THROTTLED  # the order of their moments is kept
    left_in(services, later.id, due_at=later.due_at, delayed_until=now())
    assert run(services, later.id).state == "published"


def test_all_held_posts_leave_in_their_order_and_those_that_cannot_are_held_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(services, linkedin, ZOE)
    late, early, limited = (planned(services, ada, -60 * n, f"Post {n}") for n in (2, 3, 1))
    other = planned(services, zoe, -60)
    for each in (late, early, other):
        services.schedule.hold(begun(services, each), "You wanted it.")
    services.accounts.park(ada.id, next_day())
    services.schedule.park(begun(services, limited), next_day())
    services.accounts.refuse_token(zoe.id, "revoked")
    held = [each.id for each in services.queue.held_up([ada.id, zoe.id])]
    assert sorted(held) == [late.id, early.id, limited.id, other.id]
    assert services.schedule.publish_all(held) == 4

    for post_id in (limited.id, other.id):  # the engine may begin with any of a second
        for each in [*services.schedule.just_before(post_id), row(services, post_id)]:
            run(services, each.id)
    assert [post.text for post in reversed(linkedin.state.feed())] == ["Post 3", "Post 2", "Post 1"]
    assert row(services, other.id).state == "scheduled"
    assert "revoked" in str(row(services, other.id).held)
