"""When posts leave: what people decide about those that wait, what the clock decides, and in which order."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from dashboard.accounts import Account
from dashboard.house import House
from dashboard.row import AFTER_LIMIT, AT_LIMIT, SENT_AGAIN, Posting, Row
from dashboard.store import now
from dashboard.tables import posts
from dashboard.timetable import GIVEN_UP, Timetable, next_day
from dashboard.worker import Flow
from linkedin_api import Urn
from sandbox.members import ZOE
from tests.conftest import RunningSandbox
from tests.patience import FOREVER_S, until
from tests.samples_house import ada, draft_of, on_both, rooms, signed_in
from tests.test_worker import QUICK, creates, flow, left_in, row, run, stored

__all__ = ["ada", "rooms"]
BERLIN = "Europe/Berlin"
URN = Urn("urn:li:share:7")


def planned(rooms: House, account: Account, in_s: float = 3600, text: str = "Hello") -> Row:
    """A post that is due in so many seconds, or was."""
    moment = now() + timedelta(seconds=in_s)
    return row(rooms, rooms.outbox.put(Posting(account.id, draft_of(rooms, "text", text=text), moment, BERLIN)))


def begun(rooms: House, waits: Row) -> Row:
    found = rooms.outbox.begin(waits.id, waits.job or "")
    assert found
    return found


def unconfirmed(rooms: House, account: Account, text: str = "Hello") -> Row:
    post_id = rooms.outbox.put(Posting(account.id, draft_of(rooms, "text", text=text)))
    sent = begun(rooms, row(rooms, post_id))
    rooms.outbox.may_send(sent)
    rooms.outbox.finish(sent, "unconfirmed", error="No answer came.", advice="Look at your profile.")
    return row(rooms, post_id)


def has_job(rooms: House, post: Row) -> bool:
    return rooms.jobs.live([post.job or ""]) == {post.job}


# What waits.


def test_the_next_post_comes_first_and_only_those_of_the_accounts_that_were_asked_for(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(rooms, linkedin, ZOE)
    late, soon = planned(rooms, ada, 7200), planned(rooms, ada, 3600)
    at_once = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text")))
    between = planned(rooms, zoe, 5000)
    rooms.outbox.request_cancel(planned(rooms, ada, 60).id)

    assert [each.id for each in rooms.timetable.waiting([ada.id])] == [at_once, soon.id, late.id]
    assert [each.id for each in rooms.timetable.waiting([ada.id, zoe.id])] == [at_once, soon.id, between.id, late.id]
    assert rooms.timetable.waiting([]) == []


def test_what_nobody_knows_of_is_listed_for_a_person(rooms: House, ada: Account) -> None:
    lost = unconfirmed(rooms, ada)
    planned(rooms, ada)

    assert rooms.agenda.unconfirmed([ada.id], 5) == (1, [lost.id])
    assert rooms.agenda.unconfirmed([ada.id + 1], 5) == (0, [])


def test_a_moment_is_taken_while_its_post_waits(rooms: House, ada: Account) -> None:
    first, second = planned(rooms, ada), planned(rooms, ada, 60)
    rooms.outbox.request_cancel(second.id)

    assert rooms.timetable.taken(ada.id) == {first.due_at}
    assert rooms.timetable.taken(ada.id + 1) == set()


# What a person decides.


@on_both
def test_another_moment_is_another_job(rooms: House, ada: Account) -> None:
    waits = planned(rooms, ada)
    moment = datetime(2030, 5, 1, 7, tzinfo=UTC)

    assert rooms.timetable.reschedule(waits, moment, "Asia/Tokyo")
    after = row(rooms, waits.id)
    assert (after.state, after.due_at, after.time_zone) == ("scheduled", moment, "Asia/Tokyo")
    assert has_job(rooms, after)
    assert not has_job(rooms, waits)


def test_another_moment_lets_a_held_post_go_on(rooms: House, ada: Account) -> None:
    rooms.timetable.hold(begun(rooms, planned(rooms, ada, -1)), "Sign in again.")
    held = row(rooms, ada.id)

    assert held.held == "Sign in again."
    assert rooms.timetable.reschedule(held, now() + timedelta(hours=1), BERLIN)
    assert row(rooms, held.id).held is None


def test_publish_now_leaves_at_once_also_when_the_account_is_parked(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    rooms.accounts.park(ada.id, next_day())
    waits = planned(rooms, ada)

    assert rooms.timetable.publish_now(waits)
    assert row(rooms, waits.id).state == "queued"
    assert run(rooms, waits.id).state == "published"
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
    rooms: House, ada: Account, moved_on: str, decide: Callable[[Timetable, Row], bool]
) -> None:
    seen = planned(rooms, ada)
    other_tab: dict[str, Callable[[], object]] = {
        "rescheduled": lambda: rooms.timetable.reschedule(seen, now() + timedelta(days=1), BERLIN),
        "left": lambda: begun(rooms, seen),
        "cancelled": lambda: rooms.outbox.request_cancel(seen.id),
    }
    other_tab[moved_on]()
    before = row(rooms, seen.id)

    assert not decide(rooms.timetable, seen)
    assert row(rooms, seen.id) == before


@on_both
@pytest.mark.parametrize("due", ["at once", "an hour ago"])
def test_what_the_limit_holds_back_may_be_tried_now(
    rooms: House, ada: Account, linkedin: RunningSandbox, due: str
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    if due == "at once":
        post_id = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text")))
    else:
        post_id = planned(rooms, ada, -3600).id
    parked = run(rooms, post_id)
    later = planned(rooms, ada, 60)

    assert parked.state == "scheduled"
    assert rooms.timetable.try_now(ada.id) == 1
    assert rooms.accounts.get(ada.id).parked_until is None
    assert run(rooms, post_id).state == "published"
    assert row(rooms, later.id) == later
    assert rooms.timetable.try_now(ada.id) == 0


def test_what_is_tried_now_leaves_in_the_order_in_which_it_was_due(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    rooms.accounts.park(ada.id, next_day())
    second, first = planned(rooms, ada, -60, "Second"), planned(rooms, ada, -120, "First")
    for each in (second, first):
        run(rooms, each.id)
    assert rooms.timetable.try_now(ada.id) == 2
    published(rooms, [first.id, second.id])

    assert [post.text for post in reversed(linkedin.state.feed())] == ["First", "Second"]


# What became of a lost answer.


@on_both
def test_a_person_who_has_seen_the_post_confirms_it_once(rooms: House, ada: Account) -> None:
    lost = unconfirmed(rooms, ada)

    assert rooms.timetable.confirm(lost, URN)
    seen = row(rooms, lost.id)
    assert (seen.state, seen.urn, seen.error, seen.advice) == ("published", URN, None, None)
    assert not rooms.timetable.give_up(lost)
    assert not rooms.timetable.send_again(lost)
    assert row(rooms, lost.id) == seen


def test_what_a_person_gives_up_is_told_no_more(rooms: House, ada: Account) -> None:
    lost = unconfirmed(rooms, ada)

    assert rooms.timetable.give_up(lost)
    ended = row(rooms, lost.id)
    assert (ended.state, ended.error, ended.seen, ended.brought_back) == ("failed", GIVEN_UP, True, True)
    assert not rooms.timetable.confirm(lost, URN)


def test_what_is_sent_again_and_was_there_all_the_time_is_published(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(rooms, ada)
    urn = stored(rooms, ada, linkedin, lost.draft)

    assert rooms.timetable.send_again(lost)
    assert row(rooms, lost.id).remarks == SENT_AGAIN
    done = run(rooms, lost.id)
    assert (done.state, done.urn, done.error) == ("published", urn, None)
    assert len(linkedin.state.feed()) == 1


def test_what_is_sent_again_and_waits_for_the_limits_end_is_still_known_to_be_sent_again(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(rooms, ada)
    urn = stored(rooms, ada, linkedin, lost.draft)
    linkedin.state.faults.arm("rate_limited", target="create")
    rooms.timetable.send_again(lost)
    parked = run(rooms, lost.id)
    rooms.timetable.try_now(ada.id)
    done = run(rooms, lost.id)

    assert (parked.state, parked.remarks) == ("scheduled", f"{AT_LIMIT.format('00:00')} {SENT_AGAIN}")
    assert (done.state, done.urn, done.remarks) == ("published", urn, SENT_AGAIN)


def test_what_was_planned_and_waited_for_the_limits_end_says_that_it_left_late(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = run(rooms, planned(rooms, ada, -60).id)
    rooms.timetable.try_now(ada.id)
    done = run(rooms, parked.id)

    assert (parked.state, parked.remarks) == ("scheduled", AT_LIMIT.format("00:00"))
    assert (done.state, done.remarks) == ("published", AFTER_LIMIT)


def test_what_is_stopped_while_it_waits_for_the_limits_end_has_not_left(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = run(rooms, planned(rooms, ada, -60).id)
    rooms.outbox.request_cancel(parked.id)

    ended = row(rooms, parked.id)
    assert (ended.state, ended.remarks) == ("cancelled", "")


def test_what_is_sent_again_and_was_not_there_is_published(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(rooms, ada)

    assert rooms.timetable.send_again(lost)
    assert not rooms.timetable.send_again(lost)
    done = run(rooms, lost.id)
    assert (done.state, done.urn, done.create_tries) == ("published", linkedin.state.feed()[0].urn, 1)


def test_a_post_that_is_sent_again_may_lose_its_answer_again(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    lost = unconfirmed(rooms, ada)
    rooms.timetable.send_again(lost)
    linkedin.state.faults.arm("dropped_answer", target="create")
    done = run(rooms, lost.id)

    assert (done.state, done.create_tries) == ("published", 2)
    assert (creates(linkedin), len(linkedin.state.feed())) == (2, 1)


# What the clock decides.


def test_a_post_whose_clock_was_put_back_waits_for_its_moment(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    early = planned(rooms, ada, 30)
    after = run(rooms, early.id)

    assert (after.state, after.due_at, after.remarks) == ("scheduled", early.due_at, "")
    assert after.job != early.job
    assert has_job(rooms, after)
    assert linkedin.state.calls == []


def awake_since(rooms: House, moment: datetime) -> Flow:
    """The flow of a worker that began to work at a moment."""
    table = Timetable(rooms.database, rooms.outbox, rooms.accounts, lambda: moment)
    found = flow(rooms, waits=QUICK)
    found._timetable = table
    return found


def late(rooms: House, ada: Account, linkedin: RunningSandbox, by_s: float, awake_s: float, **habits: Any) -> Row:
    """A post that is so late when its turn comes, at a worker that has been awake so long."""
    if habits:
        rooms.accounts.keep_habits(ada.id, time_zone=BERLIN, plan=(), **habits)
    waits = begun(rooms, planned(rooms, ada, -by_s))
    awake_since(rooms, now() - timedelta(seconds=awake_s)).run(waits)
    return row(rooms, waits.id)


def test_what_was_due_while_nothing_was_running_leaves_and_says_so(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    done = late(rooms, ada, linkedin, by_s=7200, awake_s=5)

    assert done.state == "published"
    assert done.remarks.startswith("It was due on ")
    assert "nothing was running then, so it left 2 h late." in done.remarks


def test_what_was_due_while_nothing_was_running_is_held_for_those_who_chose_so(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    held = late(rooms, ada, linkedin, by_s=7200, awake_s=5, when_late="hold")

    assert held.state == "scheduled"
    assert "It is held, as you chose for such posts" in str(held.held)
    assert linkedin.state.feed() == []
    assert rooms.timetable.publish_now(held)
    assert run(rooms, held.id).state == "published"


@pytest.mark.parametrize(("by_s", "awake_s"), [(60, 5), (7200, 10_000)], ids=["a little late", "the worker was awake"])
def test_what_is_late_for_another_reason_just_leaves(
    rooms: House, ada: Account, linkedin: RunningSandbox, by_s: float, awake_s: float
) -> None:
    done = late(rooms, ada, linkedin, by_s=by_s, awake_s=awake_s, when_late="hold")

    assert (done.state, done.remarks) == ("published", "")


def test_what_has_left_already_is_never_held_back(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    rooms.accounts.keep_habits(ada.id, time_zone=BERLIN, plan=(), when_late="hold")
    rooms.accounts.park(ada.id, next_day())
    sent = planned(rooms, ada, -7200)
    left_in(rooms, sent.id, state="sending", create_tries=1, create_sent_at=now())

    assert run(rooms, sent.id).state == "published"


# The order in which they go.


def published(rooms: House, ids: list[int]) -> None:
    """Let the engine work until these are at their end."""
    rooms.engine.start()
    until(lambda: all(row(rooms, each).state == "published" for each in ids))
    rooms.engine.stop()


@on_both
def test_overdue_posts_of_an_account_leave_in_the_order_of_their_moments(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    third, first = planned(rooms, ada, -10, "Third"), planned(rooms, ada, -30, "First")
    second, fourth = planned(rooms, ada, -20, "Second"), planned(rooms, ada, 1.5, "Fourth")
    published(rooms, [each.id for each in (first, second, third, fourth)])

    assert [post.text for post in reversed(linkedin.state.feed())] == ["First", "Second", "Third", "Fourth"]
    done = row(rooms, fourth.id)
    assert done.finished_at
    assert done.due_at
    assert done.finished_at >= done.due_at


def test_one_post_of_an_account_at_a_time_and_those_of_others_beside_it(
    rooms: House, ada: Account, linkedin: RunningSandbox
) -> None:
    zoe = signed_in(rooms, linkedin, ZOE)
    linkedin.state.faults.latency_s = FOREVER_S
    ids = [planned(rooms, account, -5, f"{number}").id for number in range(3) for account in (ada, zoe)]
    rooms.engine.start()
    until(lambda: [row(rooms, each).state for each in ids].count("sending") == 2)
    linkedin.state.faults.latency_s = 0.1
    published(rooms, ids)

    def spans(account: Account) -> list[tuple[datetime, datetime]]:
        entries = rooms.journal.entries(account.id)
        return sorted((each.at, each.at + timedelta(milliseconds=each.duration_ms)) for each in entries)

    def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
        return one[0] < other[1] and other[0] < one[1]

    adas, zoes = spans(ada), spans(zoe)
    assert (len(adas), len(zoes)) == (3, 3)
    assert not any(overlap(one, other) for all_of in (adas, zoes) for one, other in itertools.pairwise(all_of))
    assert any(overlap(one, other) for one in adas for other in zoes)


def test_a_held_post_does_not_leave_by_itself(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    held = planned(rooms, ada, -1, "Held")
    with rooms.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == held.id).values(held="It waits for a person."))
    after = planned(rooms, ada, -1, "After it")
    published(rooms, [after.id])

    assert row(rooms, held.id).state == "scheduled"
    assert [post.text for post in linkedin.state.feed()] == ["After it"]
