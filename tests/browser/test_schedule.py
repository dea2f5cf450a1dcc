"""Publish later, in a real browser: choose a moment, make a weekly plan, change what waits, and see it go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import text

from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.scheduling import clock
from dashboard.scheduling.weekly_plan import WeeklyPlan, next_free
from dashboard.services import Services
from tests.browser.test_publish import post_box, preview
from tests.conftest import Dashboard, account_of, settled
from tests.support.patience import until

ZONE = "Europe/Berlin"
BERLIN = clock.zone_of(ZONE)


@pytest.fixture
def services(signed_in: Page, dashboard: Dashboard) -> Iterator[Services]:
    """The house of the running dashboard, as another process sees it; Ada plans in Berlin."""
    with dashboard.get_services() as found:
        with found.database.begin() as db:
            db.execute(text("UPDATE accounts SET time_zone = :zone"), {"zone": ZONE})
        yield found


@pytest.fixture
def composer(services: Services, signed_in: Page, dashboard: Dashboard) -> Page:
    signed_in.goto(f"{dashboard.url}/composer")
    expect(post_box(signed_in)).to_be_visible()
    return signed_in


def write(page: Page, words: str) -> None:
    post_box(page).fill(words)
    expect(preview(page)).to_contain_text(words)


def later(page: Page) -> None:
    page.get_by_role("radiogroup", name="When").get_by_text("Later", exact=True).click()
    expect(page.get_by_label("Time zone")).to_be_visible()
    settled(page)


def leave(page: Page, label: str = "Schedule") -> Locator:
    return page.get_by_role("button", name=label, exact=True)


def enter(page: Page, label: str, digits: str) -> None:
    """Type into a date or a time, part after part, as people do."""
    page.get_by_role("spinbutton").and_(page.get_by_label(label)).first.click()
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    settled(page)


def only_row(services: Services) -> PostRow:
    [row] = services.outbox.select()
    return row


def in_queue(services: Services, words: str, due_at: datetime) -> int:
    return services.outbox.put(Posting(account_of(services), Draft(text=words), due_at, ZONE, account_of(services)))


def edit(page: Page, dashboard: Dashboard) -> None:
    """Take the only post that waits into the composer."""
    page.goto(f"{dashboard.url}/queue")
    page.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Edit").click()


def test_a_post_for_tomorrow_waits_in_the_queue_and_the_composer_is_empty(composer: Page, services: Services) -> None:
    write(composer, "For tomorrow")
    later(composer)
    leave(composer).click()

    tomorrow = datetime.combine(now().astimezone(BERLIN).date() + timedelta(days=1), time(9), tzinfo=BERLIN)
    said = clock.said_with_zone(tomorrow, BERLIN)
    expect(composer.get_by_text(f"Your post waits for {said}.")).to_be_visible()
    expect(post_box(composer)).to_have_value("")
    row = only_row(services)
    assert (row.state, row.text, row.due_at, row.time_zone) == ("scheduled", "For tomorrow", tomorrow, ZONE)
    composer.get_by_role("link", name="See the queue").click()
    expect(composer.get_by_role("heading", name="Queue", exact=True)).to_be_visible()


def test_any_minute_can_be_typed_and_a_time_that_does_not_exist_is_told(composer: Page, services: Services) -> None:
    write(composer, "In spring")
    later(composer)
    enter(composer, "Date", "20270328")
    enter(composer, "Time", "0230")

    expect(composer.get_by_text("02:30 does not exist on 28 Mar 2027 in Europe/Berlin")).to_be_visible()
    expect(leave(composer)).to_be_disabled()

    enter(composer, "Time", "0307")
    expect(composer.get_by_text("Sun 28 Mar 2027, 03:07 (Europe/Berlin, UTC+2), in ")).to_be_visible()
    leave(composer).click()

    expect(post_box(composer)).to_have_value("")
    assert only_row(services).due_at == datetime(2027, 3, 28, 1, 7, tzinfo=UTC)


def test_a_plan_is_made_by_keyboard_and_its_next_slot_is_taken(composer: Page, services: Services) -> None:
    write(composer, "In my usual slot")
    later(composer)
    composer.get_by_role("button", name="Make a weekly plan").press("Enter")
    expect(composer.get_by_role("dialog")).to_be_visible()
    wednesday = composer.get_by_label("Wednesday")
    wednesday.focus()
    composer.keyboard.type("17:41")
    composer.keyboard.press("Enter")
    expect(composer.get_by_text("Next: Wed")).to_be_visible()
    composer.keyboard.press("Tab")
    composer.get_by_text("Hold it until I decide").click()
    composer.get_by_role("button", name="Save", exact=True).press("Enter")

    slot = next_free(WeeklyPlan.parse(["WE 17:41"]), BERLIN, now(), set())
    assert slot
    composer.get_by_role("button", name=f"Next free slot: {clock.said(slot, BERLIN)}").click()
    expect(composer.get_by_text(f"{clock.said_with_zone(slot, BERLIN)}, in ")).to_be_visible()
    leave(composer).click()

    expect(post_box(composer)).to_have_value("")
    account = services.accounts.get(account_of(services))
    assert only_row(services).due_at == slot
    assert (account.plan, account.when_late, account.time_zone) == (("WE 17:41",), "hold", ZONE)


def test_what_is_no_time_is_told_and_not_saved(composer: Page) -> None:
    later(composer)
    composer.get_by_role("button", name="Make a weekly plan").click()
    composer.get_by_label("Monday").focus()
    composer.keyboard.type("25:00")
    composer.keyboard.press("Enter")

    expect(composer.get_by_text("25:00 is not a time of day. Write it such as 09:00.")).to_be_visible()
    composer.keyboard.press("Tab")
    expect(composer.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_a_post_that_comes_due_is_published_and_told_at_the_next_visit(
    composer: Page, services: Services, dashboard: Dashboard
) -> None:
    post_id = in_queue(services, "Due in a moment", now() + timedelta(seconds=3))
    until(dashboard.posts)
    composer.reload()

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(composer.get_by_text("“Due in a moment”")).to_be_visible()
    row = services.outbox.get(post_id)
    assert row
    assert [post["urn"] for post in dashboard.posts()] == [row.urn]


def test_a_waiting_post_is_edited_in_place_and_survives_a_reload(
    composer: Page, services: Services, dashboard: Dashboard
) -> None:
    due_at = (now() + timedelta(days=2)).replace(second=0, microsecond=0)
    post_id = in_queue(services, "First words", due_at)
    edit(composer, dashboard)
    expect(post_box(composer)).to_have_value("First words")
    expect(composer.get_by_text(f"waits in the queue for {clock.said(due_at, BERLIN)}")).to_be_visible()

    write(composer, "Better words")
    composer.reload()
    expect(post_box(composer)).to_have_value("Better words")
    expect(composer.get_by_text(f"{clock.said_with_zone(due_at, BERLIN)}, in ")).to_be_visible()
    leave(composer, "Save in the queue").click()

    expect(post_box(composer)).to_have_value("")
    row = only_row(services)
    assert (row.id, row.state, row.text, row.due_at) == (post_id, "scheduled", "Better words", due_at)
    assert dashboard.posts() == []


def test_publish_now_lets_the_waiting_post_go_and_no_second_one(
    composer: Page, services: Services, dashboard: Dashboard
) -> None:
    in_queue(services, "Why wait?", now() + timedelta(days=2))
    edit(composer, dashboard)
    expect(post_box(composer)).to_have_value("Why wait?")
    composer.get_by_role("radiogroup", name="When").get_by_text("Now", exact=True).click()
    leave(composer, "Publish now").click()

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert [post["text"] for post in dashboard.posts()] == ["Why wait?"]
    assert only_row(services).state == "published"


def test_a_post_that_leaves_while_it_is_edited_is_told_and_not_sent_twice(
    composer: Page, services: Services, dashboard: Dashboard
) -> None:
    in_queue(services, "As it was", now() + timedelta(days=2))
    edit(composer, dashboard)
    expect(post_box(composer)).to_have_value("As it was")
    write(composer, "As it will never be")
    assert services.schedule.publish_now(only_row(services))
    until(dashboard.posts)
    leave(composer, "Save in the queue").click()

    expect(composer.get_by_text("This post has left the queue.", exact=True)).to_be_visible()
    expect(post_box(composer)).to_have_value("As it will never be")
    assert [post["text"] for post in dashboard.posts()] == ["As it was"]
    assert len(services.outbox.select()) == 1


def test_everything_about_later_fits_on_a_phone(
    composer: Page, open_browser: Callable[..., BrowserContext], dashboard: Dashboard
) -> None:
    context = open_browser(390, 844, dark=True)
    context.add_cookies(composer.context.cookies())  # type: ignore[arg-type]
    phone = context.new_page()
    phone.goto(f"{dashboard.url}/composer")
    expect(post_box(phone)).to_be_visible()
    later(phone)
    phone.get_by_role("button", name="Make a weekly plan").click()
    expect(phone.get_by_label("Sunday")).to_be_visible()

    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
