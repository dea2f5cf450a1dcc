"""Publish later with AppTest on the real pages: the moment, the queue, and that nothing leaves twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from dashboard.db.database import now
from dashboard.db.tables import accounts, posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import NOT_RUNNING, Posting, PostRow
from dashboard.posts.schedule import next_day
from dashboard.scheduling import clock as times
from dashboard.scheduling.weekly_plan import WeeklyPlan, upcoming
from dashboard.services import Services
from dashboard.ui.common.datetime_picker import cautions, in_words
from dashboard.ui.common.weekly_plan import clock_of
from linkedin_api import Urn
from tests.conftest import ROOT
from tests.support.patience import PATIENCE_S
from tests.ui.test_pages import linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures
BERLIN = times.zone_of("Europe/Berlin")
SHARE = Urn("urn:li:share:7106697166089269248")


def write(services: Services, member: int, text: str = "For later") -> Draft:
    """A draft that lies in the composer."""
    draft = Draft(text=text)
    services.drafts.save(member, draft)
    return draft


def later(app: AppTest) -> AppTest:
    return app.radio[[each.label for each in app.radio].index("When")].set_value("later").run()


def labelled(kind: Any, label: str) -> Any:
    return next(each for each in kind if each.label == label)


def choose(app: AppTest, day: date, clock: time, zone: str = "Europe/Berlin") -> AppTest:
    labelled(app.date_input, "Date").set_value(day)
    labelled(app.time_input, "Time").set_value(clock)
    labelled(app.selectbox, "Time zone").set_value(zone)
    return app.run()


def leave(app: AppTest) -> Any:
    """The button that publishes, schedules or saves."""
    return next(each for each in app.button if str(each.key).startswith("leave-"))


def scheduled(services: Services, member: int, text: str = "In the queue", days: int = 3) -> PostRow:
    """A post of the member that waits."""
    due_at = (now() + timedelta(days=days)).replace(second=0, microsecond=0)
    row = services.outbox.get(services.outbox.put(Posting(member, Draft(text=text), due_at, "Europe/Berlin", member)))
    assert row
    return row


def edit(row: PostRow) -> AppTest:
    """A page that takes the post into the composer, as the Queue page does."""

    def script(post_id: int) -> None:
        import streamlit as st

        from dashboard.ui.state import editor, session

        row = session.get_services().outbox.get(post_id)
        st.text(f"taken: {bool(row and editor.edit_waiting(row))}")

    return AppTest.from_function(script, kwargs={"post_id": row.id}, default_timeout=PATIENCE_S).run()


def only_row(services: Services) -> PostRow:
    [row] = services.outbox.select()
    return row


# A moment is chosen.


def test_a_post_is_put_into_the_queue_for_the_minute_that_was_chosen(services: Services, member: int) -> None:
    draft = write(services, member)
    app = choose(later(opened("composer")), date(2027, 7, 1), time(9, 7))
    leave(app).click().run()

    row = only_row(services)
    assert (row.state, row.draft_id, row.text) == ("scheduled", draft.draft_id, "For later")
    assert (row.due_at, row.time_zone) == (datetime(2027, 7, 1, 7, 7, tzinfo=UTC), "Europe/Berlin")
    assert (row.account_id, row.written_by, row.seen) == (member, member, False)
    assert services.drafts.get(member).is_empty
    assert services.drafts.kept(member) == []
    assert "Your post waits for Thu 1 Jul 2027, 09:07 (Europe/Berlin, UTC+2)." in said(app)
    assert not app.exception


def test_the_moment_is_said_in_full_before_it_is_chosen(services: Services, member: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), date(2027, 7, 1), time(9))

    assert "Thu 1 Jul 2027, 09:00 (Europe/Berlin, UTC+2), in " in said(app)
    assert leave(app).label == "Schedule in the sandbox"


def test_a_time_that_the_clocks_jump_over_cannot_be_chosen(services: Services, member: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), date(2027, 3, 28), time(2, 30))

    assert "02:30 does not exist on 28 Mar 2027 in Europe/Berlin" in said(app)
    assert leave(app).disabled
    assert not app.exception


@pytest.mark.parametrize(("which", "hour_utc"), [(0, 0), (1, 1)])
def test_of_a_time_that_happens_twice_one_is_chosen(services: Services, member: int, which: int, hour_utc: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), date(2027, 10, 31), time(2, 30))
    two = next(each for each in app.radio if "twice" in each.label)
    two.set_value(two.value if which == 0 else 1).run()
    leave(app).click().run()

    assert only_row(services).due_at == datetime(2027, 10, 31, hour_utc, 30, tzinfo=UTC)


def test_a_time_that_has_passed_is_told_and_cannot_be_chosen(services: Services, member: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), now().date(), time(0, 0), "Pacific/Kiritimati")

    assert "has passed. Choose a later time" in said(app)
    assert leave(app).disabled
    assert services.outbox.select() == []


def test_the_next_free_slot_passes_over_one_that_is_taken(services: Services, member: int) -> None:
    services.accounts.keep_habits(member, time_zone="Europe/Berlin", plan=["WE 17:30"], when_late="publish")
    plan = WeeklyPlan.parse(["WE 17:30"])
    first, second = upcoming(plan, BERLIN, now(), 2)
    services.outbox.put(Posting(member, Draft(text="Took the first"), first, "Europe/Berlin"))
    draft = write(services, member)
    app = choose(later(opened("composer")), date(2027, 7, 1), time(9))

    labelled(app.button, f"Next free slot: {times.said(second, BERLIN)}").click().run()
    leave(app).click().run()

    row = services.outbox.of_draft(draft.draft_id)
    assert row
    assert (row.state, row.due_at) == ("scheduled", second)


def test_without_a_plan_tomorrow_is_offered_and_a_plan(services: Services, member: int) -> None:
    today = now().date()
    write(services, member)
    app = later(opened("composer"))
    tomorrow = labelled(app.date_input, "Date").value

    assert today < tomorrow <= now().date() + timedelta(days=1)
    assert labelled(app.button, "Make a weekly plan")
    assert not [each for each in app.button if each.label.startswith("Next free slot")]

    leave(app).click().run()
    write(services, member)
    app = later(opened("composer"))

    assert labelled(app.date_input, "Date").value == tomorrow + timedelta(days=1)  # the first day without a post
    assert labelled(app.time_input, "Time").value == time(9)


def test_a_sign_in_that_ends_before_then_is_told_now(services: Services, member: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), (now() + timedelta(days=90)).date(), time(9))

    assert "before this post is due. Sign in again before then, or it will be held." in said(app)
    assert not leave(app).disabled


def test_an_ended_sign_in_stops_now_but_not_later(services: Services, member: int) -> None:
    write(services, member)
    services.accounts.refuse_token(member, "revoked")
    app = opened("composer")
    stopped_now = leave(app).disabled
    app = later(app)

    assert stopped_now
    assert not leave(app).disabled
    assert "or it will be held" in said(app)


def test_what_is_allowed_but_odd_is_told() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    far, same = noon + timedelta(days=400), noon + timedelta(days=1)

    assert cautions(same, BERLIN, noon, set()) == []
    assert "more than a year ahead" in " ".join(cautions(far, times.zone_of("UTC"), noon, set()))
    assert "same minute" in " ".join(cautions(same, BERLIN, noon, times.minutes([same + timedelta(seconds=20)])))
    assert "change on 28 Mar 2027" in " ".join(cautions(noon + timedelta(days=200), BERLIN, noon, set()))
    assert in_words(same, BERLIN, noon) == "Tue 24 Nov 2026, 13:00 (Europe/Berlin, UTC+1), in 1 day"


def test_the_choice_stays_while_another_page_is_open(services: Services, member: int) -> None:
    write(services, member)
    app = choose(later(opened("composer")), date(2027, 7, 1), time(9, 7))

    app.switch_page(str(ROOT / "pages" / "drafts.py")).run()
    app.switch_page(str(ROOT / "pages" / "composer.py")).run()

    assert labelled(app.date_input, "Date").value == date(2027, 7, 1)
    assert labelled(app.time_input, "Time").value == time(9, 7)
    assert leave(app).label == "Schedule in the sandbox"


def test_the_choice_survives_a_reload(services: Services, member: int) -> None:
    draft = write(services, member)
    choose(later(opened("composer")), date(2027, 7, 1), time(9, 7))
    services.drafts.save(member, draft.changed(text="And typed on"))

    app = opened("composer")

    assert labelled(app.date_input, "Date").value == date(2027, 7, 1)
    assert labelled(app.time_input, "Time").value == time(9, 7)
    assert labelled(app.selectbox, "Time zone").value == "Europe/Berlin"
    assert leave(app).label == "Schedule in the sandbox"
    assert services.drafts.get(member) == draft.changed(text="And typed on")


# A post that waits is changed.


def test_a_moment_that_was_changed_in_the_queue_is_not_undone_by_the_composer(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    app = choose(opened("composer"), date(2027, 7, 1), time(9))
    moved = datetime(2027, 9, 1, 12, tzinfo=UTC)
    services.schedule.reschedule(row, moved, "Europe/Berlin")
    app.switch_page(str(ROOT / "pages" / "drafts.py")).run()
    app.switch_page(str(ROOT / "pages" / "composer.py")).run()
    reloaded = labelled(opened("composer").date_input, "Date").value
    leave(app).click().run()

    assert only_row(services).due_at == moved
    assert reloaded == date(2027, 9, 1)


def test_a_waiting_post_is_changed_where_it_waits(services: Services, member: int) -> None:
    row = scheduled(services, member)
    taken = edit(row)
    app = opened("composer")
    when = times.said(row.due_at or now(), BERLIN)
    shown = said(app)
    services.drafts.save(member, services.drafts.get(member).changed(text="Changed there"))
    app = choose(opened("composer"), date(2027, 7, 1), time(9))
    label = leave(app).label
    leave(app).click().run()

    changed = only_row(services)
    assert "taken: True" in said(taken)
    assert f"This post waits in the queue for {when}." in shown
    assert label == "Save in the queue"
    assert (changed.id, changed.state, changed.text) == (row.id, "scheduled", "Changed there")
    assert changed.due_at == datetime(2027, 7, 1, 7, tzinfo=UTC)
    assert services.drafts.get(member).is_empty


def test_leaving_a_waiting_post_changes_and_keeps_nothing(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    app = opened("composer")

    labelled(app.button, "New draft").click().run()

    assert only_row(services) == row
    assert services.drafts.get(member).is_empty
    assert services.drafts.kept(member) == []


def test_what_was_begun_in_a_waiting_post_is_there_when_it_is_edited_again(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    services.drafts.save(member, services.drafts.get(member).changed(text="Half a thought"))
    labelled(opened("composer").button, "New draft").click().run()
    kept = [each.draft.text for each in services.drafts.kept(member)]

    edit(row)

    assert kept == ["Half a thought"]
    assert services.drafts.get(member).text == "Half a thought"
    assert only_row(services) == row


def test_publish_now_takes_the_waiting_post_instead_of_another(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    app = opened("composer")
    app.radio[[each.label for each in app.radio].index("When")].set_value("now").run()
    leave(app).click().run()

    left = only_row(services)
    assert left.id == row.id
    assert left.state != "scheduled"
    assert left.due_at is None


def test_a_post_that_left_while_it_was_edited_is_told_and_never_sent_twice(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    services.drafts.save(member, services.drafts.get(member).changed(text="Too late"))
    app = opened("composer")
    services.outbox.finish(row, "published", urn=SHARE)

    leave(app).click().run()

    assert only_row(services).text == "In the queue"
    assert "This post has left the queue." in said(app)
    assert not [each for each in app.button if str(each.key).startswith("leave-")]
    assert services.drafts.get(member).text == "Too late"


def test_what_is_left_of_it_may_become_a_post_of_its_own(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    services.outbox.finish(row, "published", urn=SHARE)
    app = opened("composer")

    labelled(app.button, "Make it a new post").click().run()

    assert services.drafts.get(member).draft_id != row.draft_id
    assert services.drafts.get(member).text == "In the queue"
    assert leave(app).label == "Publish in the sandbox"


def test_a_post_that_was_cancelled_while_it_was_edited_is_told_first(services: Services, member: int) -> None:
    row = scheduled(services, member)
    edit(row)
    app = opened("composer")
    services.outbox.request_cancel(row.id)

    leave(app).click().run()
    told, count = said(app), len(services.outbox.select())
    labelled(later(app).button, "Schedule in the sandbox").click().run()

    assert "taken out of the queue" in told
    assert count == 1
    assert [each.state for each in services.outbox.select()] == ["cancelled", "scheduled"]


def test_a_post_that_left_the_queue_is_not_taken_into_the_composer(services: Services, member: int) -> None:
    row = scheduled(services, member)
    services.outbox.finish(row, "published", urn=SHARE)

    app = edit(row)

    assert "taken: False" in said(app)
    assert services.drafts.get(member).is_empty


# What the composer tells of the queue.


def test_a_post_that_merely_waits_is_no_outcome_until_it_has_one(services: Services, member: int) -> None:
    row = scheduled(services, member)
    before = said(opened("composer"))
    services.outbox.see_ended(member, but=0)  # the member goes on with another post
    services.outbox.finish(row, "published", urn=SHARE)
    after = said(opened("composer"))

    assert "In the queue" not in before
    assert "Published." in after
    assert "In the queue" in after


def test_a_late_post_says_why_with_its_outcome(services: Services, member: int) -> None:
    row = scheduled(services, member)
    services.outbox.move(row, due_at=now() - timedelta(hours=2))
    services.outbox.leaves_late(row, NOT_RUNNING)
    services.outbox.finish(row, "published", urn=SHARE)

    assert "nothing was running then, so it left 2 h late." in said(opened("composer"))


def test_posts_at_the_limit_wait_and_may_be_tried_now(services: Services, member: int) -> None:
    first, second = scheduled(services, member, "First", days=0), scheduled(services, member, "Second", days=0)
    for row in (first, second):
        with services.database.begin() as db:
            db.execute(update(posts).where(posts.c.id == row.id).values(state="queued"))
        services.schedule.park(row, next_day())
    services.accounts.park(member, next_day())
    app = opened("composer")
    told = said(app)

    labelled(app.button, "Try now").click().run()

    assert "LinkedIn's limit for the day was reached, so this post waits until 00:00 UTC. 1 more waits" in told
    assert {row.state for row in services.outbox.select()}.isdisjoint({"scheduled"})
    assert services.accounts.get(member).parked_until is None


def test_a_limit_that_ends_before_a_post_is_due_is_not_mentioned(services: Services, member: int) -> None:
    services.accounts.park(member, next_day())
    write(services, member)
    app = opened("composer")
    at_once = said(app)

    app = choose(later(app), date(2027, 7, 1), time(9))

    assert "LinkedIn's limit is reached. Posts wait until 00:00 UTC" in at_once
    assert "Posts wait until" not in said(app)
    assert "calls for today are used" in said(app)


def test_a_held_post_says_why_in_the_composer(services: Services, member: int) -> None:
    row = scheduled(services, member)
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == row.id).values(held="Your LinkedIn sign-in has expired."))

    app = opened("composer")

    assert "Held. “In the queue” Your LinkedIn sign-in has expired." in said(app).replace("**", "")
    assert not app.exception


# Habits.


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("09:07", time(9, 7)),
        (" 9:05 ", time(9, 5)),
        ("9.30", time(9, 30)),
        ("0905", time(9, 5)),
        ("23:59", time(23, 59)),
        ("24:00", None),
        ("9", None),
        ("9:60", None),
        ("noon", None),
        ("", None),
    ],
)
def test_a_time_of_day_is_understood_as_people_write_it(typed: str, clock: time | None) -> None:
    assert clock_of(typed) == clock


def test_a_plan_that_cannot_be_read_is_no_plan(services: Services, member: int) -> None:
    with services.database.begin() as db:
        db.execute(update(accounts).where(accounts.c.id == member).values(plan=["someday"]))
    write(services, member)

    app = later(opened("composer"))

    assert labelled(app.button, "Make a weekly plan")
    assert not app.exception
