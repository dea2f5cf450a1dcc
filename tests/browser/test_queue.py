"""The Queue page in a real browser: move posts, decide about them, the calendar, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text, update

from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.services import Services
from tests.conftest import Dashboard, account_of, drawn_again, fits, settled
from tests.support.patience import until

BERLIN = "Europe/Berlin"
URN = "urn:li:share:7106697166089269248"


@pytest.fixture
def services(signed_in: Page, dashboard: Dashboard) -> Iterator[Services]:
    """The house of the running dashboard, as another process sees it."""
    with dashboard.get_services() as found:
        with found.database.begin() as db:
            db.execute(text("UPDATE accounts SET time_zone = :zone"), {"zone": BERLIN})
        yield found


def plan(services: Services, *moments: datetime, words: str = "Planned") -> list[PostRow]:
    """Posts that wait, numbered when they are several."""
    account = account_of(services)
    names = [words] if len(moments) == 1 else [f"{words} {number}" for number in range(len(moments))]
    drafts = [Posting(account, Draft(text=name), due, BERLIN) for name, due in zip(names, moments, strict=True)]
    return [current(services, post_id) for post_id in services.outbox.put_all(drafts)]


def current(services: Services, post_id: int) -> PostRow:
    row = services.outbox.get(post_id)
    assert row
    return row


def change(services: Services, row: PostRow, **values: object) -> None:
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == row.id).values(values))


def comes_due(services: Services, row: PostRow) -> None:
    assert services.outbox.move(row, now(), states=("scheduled",), due_at=now())


def tomorrow(hour: int) -> datetime:
    return (now().astimezone(ZoneInfo(BERLIN)) + timedelta(days=1)).replace(
        hour=hour, minute=0, second=0, microsecond=0
    )


@pytest.fixture
def queue(signed_in: Page, dashboard: Dashboard) -> Callable[[], Page]:
    """Open the page."""

    def go() -> Page:
        signed_in.goto(f"{dashboard.url}/queue")
        expect(signed_in.get_by_text("Many at once", exact=True)).to_be_visible()
        return signed_in

    return go


def menu(page: Page, clock: str, action: str) -> Locator:
    """Choose an entry of a post's menu; the dialog that it opens."""
    page.get_by_role("button", name=f"Actions for {clock}").click()
    page.get_by_role("menuitem", name=action).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    settled(page)
    return page.get_by_role("dialog")


def fill_moment(dialog: Locator, day: str, clock: str) -> None:
    """Type a date such as 20270328 and a time such as 0230."""
    parts = dialog.get_by_role("spinbutton")
    for place, digits in ((0, day), (3, clock)):
        parts.nth(place).click()
        dialog.page.keyboard.type(digits, delay=30)
        dialog.get_by_role("heading").first.click()  # a field tells what is in it when it is left
        settled(dialog.page)


def test_a_post_gets_another_moment_unless_the_clocks_skip_it(queue: Callable[[], Page], services: Services) -> None:
    [row] = plan(services, tomorrow(12))
    dialog = menu(queue(), "12:00", "Reschedule")

    fill_moment(dialog, "20270328", "0230")
    expect(dialog.get_by_text("02:30 does not exist on 28 Mar 2027 in Europe/Berlin")).to_be_visible()
    expect(dialog.get_by_role("button", name="Reschedule")).to_be_disabled()
    fill_moment(dialog, "20271231", "0930")
    expect(dialog.get_by_text("Fri 31 Dec 2027, 09:30 (Europe/Berlin, UTC+1), in")).to_be_visible()
    dialog.get_by_role("button", name="Reschedule").click()

    expect(dialog).to_have_count(0)
    expect(dialog.page.get_by_role("heading", name="Fri 31 Dec 2027")).to_be_visible()
    assert current(services, row.id).due_at == datetime(2027, 12, 31, 8, 30, tzinfo=UTC)


def test_publish_now_and_cancel_ask_first(queue: Callable[[], Page], services: Services, dashboard: Dashboard) -> None:
    _, second = plan(services, tomorrow(9), tomorrow(15))
    page = queue()

    dialog = menu(page, "09:00", "Publish now")
    dialog.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("1 post waits")).to_be_visible()
    dialog = menu(page, "15:00", "Cancel the post")
    dialog.get_by_role("button", name="Keep it as it is").click()
    expect(dialog).to_have_count(0)
    assert current(services, second.id).state == "scheduled"
    dialog = menu(page, "15:00", "Cancel the post")
    dialog.get_by_role("button", name="Cancel the post").click()

    expect(page.get_by_text("Nothing is planned yet.")).to_be_visible()
    assert current(services, second.id).state == "cancelled"
    assert [post["text"] for post in dashboard.posts()] == ["Planned 0"]


def test_a_post_that_leaves_takes_no_open_dialog_along(
    queue: Callable[[], Page], services: Services, dashboard: Dashboard
) -> None:
    [row] = plan(services, tomorrow(9), words="Leaves meanwhile")
    page = queue()
    page.get_by_role("button", name="Weekly plan").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Monday").click()
    page.keyboard.type("09:17")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("09:17").first).to_be_visible()
    expect(dialog.get_by_text("Next:")).to_be_visible()
    comes_due(services, row)
    until(lambda: current(services, row.id).state == "published")
    drawn_again(page)

    assert [post["text"] for post in dashboard.posts()] == ["Leaves meanwhile"]
    expect(dialog.get_by_text("09:17").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Nothing is planned yet.")).to_be_visible()


def turn_to(page: Page, day: datetime) -> None:
    """Turn this month to the next one unless a day of its whole weeks is this one."""
    after = (tomorrow(0) - timedelta(days=1)).date().replace(day=1) + timedelta(days=32)
    after = after.replace(day=1)
    if day.date() >= after + timedelta(days=-after.weekday() % 7):
        page.get_by_role("button", name="The month after").click()


def test_the_calendar_opens_a_post_with_the_keyboard_and_a_full_day_in_the_list(
    queue: Callable[[], Page], services: Services
) -> None:
    plan(services, tomorrow(9), words="On the calendar")
    plan(services, *(tomorrow(8) + timedelta(days=1, hours=hour / 10) for hour in range(29)), words="x" * 300)
    day = tomorrow(8) + timedelta(days=30)
    plan(services, *(day + timedelta(hours=hour) for hour in range(5)), words="Full day")
    page = queue()
    for view in ("List", "Week", "Month"):
        page.get_by_role("radio", name=view).click()
        for width, height in [(390, 844), (1280, 800)]:
            assert fits(page, width, height), view
    button = page.get_by_role("button", name="09:00, Text, Ada Example: On the calendar")
    turn_to(page, tomorrow(9))
    expect(button).to_be_visible()

    button.focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("article")).to_contain_text("On the calendar")
    dialog.get_by_role("button", name="Cancel the post").click()
    expect(page.get_by_role("dialog").get_by_text("It leaves the queue and is not published.")).to_be_visible()
    dialog.get_by_role("button", name="Keep it as it is").click()
    expect(dialog).to_have_count(0)
    settled(page)
    more = page.get_by_role("button", name=f"2 more on {day:%a} {day.day}")
    if not more.is_visible():
        page.get_by_role("button", name="The month after").click()
    more.click()

    expect(page.get_by_text("Full day 4", exact=True)).to_be_visible()
    expect(page.get_by_text("Full day 0", exact=True)).to_be_visible()
    expect(page.get_by_text("On the calendar", exact=True)).to_have_count(0)


def test_a_person_decides_about_a_post_that_nobody_confirmed(queue: Callable[[], Page], services: Services) -> None:
    first, second = plan(services, tomorrow(9), tomorrow(15))
    for row in (first, second):
        change(services, row, state="unconfirmed", create_sent_at=now(), error="No answer came.", advice="Look first.")
    page = queue()
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="It is there").first.click()
    dialog.get_by_label("Link or URN of the post").fill("https://www.linkedin.com/feed/")
    expect(dialog.get_by_text("No post is named here.")).to_be_visible()
    expect(dialog.get_by_role("button", name="It is this post")).to_be_disabled()
    dialog.get_by_label("Link or URN of the post").fill(f"https://www.linkedin.com/feed/update/{URN}/")
    dialog.get_by_role("button", name="It is this post").click()
    expect(page.get_by_role("button", name="Give up")).to_have_count(1)
    settled(page)
    page.get_by_role("button", name="Give up").click()
    dialog.get_by_role("button", name="Give it up").click()

    expect(page.get_by_role("button", name="Give up")).to_have_count(0)
    ended = [current(services, row.id) for row in (first, second)]
    assert [(row.state, row.urn) for row in ended] == [("published", URN), ("failed", None)]


DRAGGED_FROM_ELSEWHERE = """(day) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "1");
    return day.dispatchEvent(new DragEvent("dragover", {dataTransfer, bubbles: true, cancelable: true}));
}"""


def test_a_post_is_moved_by_hand_and_by_keyboard_and_another_begun_for_a_day(
    queue: Callable[[], Page], services: Services
) -> None:
    today = tomorrow(9) - timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    tuesday, wednesday = monday + timedelta(days=1), monday + timedelta(days=2)
    [row] = plan(services, monday, words="Moves")

    def next_week() -> Page:
        page = queue()
        page.get_by_role("radio", name="Week").click()
        page.get_by_role("button", name="The week after").click()
        expect(page.get_by_text(f"{monday.day}", exact=True).first).to_be_visible()
        return page

    def moved_to(moment: datetime) -> None:
        until(lambda: current(services, row.id).due_at == moment.astimezone(UTC))
        settled(page)

    page = next_week()
    button = page.get_by_role("button", name="09:00, Text, Ada Example: Moves")
    day = page.get_by_role("listitem", name=f"{tuesday:%a} {tuesday.day} {tuesday:%b}")
    button.drag_to(day)
    moved_to(tuesday)
    assert day.evaluate(DRAGGED_FROM_ELSEWHERE), "what is no post of the calendar is not taken"
    button.focus()
    page.keyboard.press("Shift+ArrowRight")
    moved_to(wednesday)
    expect(button).to_be_focused()
    for _ in range(2):  # to this week, or not; and to the last one, which is over
        page.keyboard.press("Shift+ArrowUp")
        drawn_again(page)
    expect(page.get_by_role("alert").filter(has_text="It was not moved")).to_contain_text("has passed")

    page = next_week()
    page.get_by_role("button", name=f"Write for {tuesday:%a} {tuesday.day}").click()
    page.get_by_text("Date and time").click()
    expect(page.get_by_text(f"{tuesday:%a} {tuesday.day} {tuesday:%b %Y}, 09:00 (Europe/Berlin, UTC+")).to_be_visible()
