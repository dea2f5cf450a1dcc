"""Publish later, in a real browser: choose a moment, make a weekly plan, change what waits, and see it go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import text

from dashboard.db.database import now
from dashboard.posts.post import PostRow
from dashboard.scheduling import clock
from dashboard.scheduling.weekly_plan import WeeklyPlan, next_free
from dashboard.services import Services
from tests.browser.test_publish import post_box, preview
from tests.conftest import Dashboard, account_of, settled

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


def leave(page: Page, label: str = "Schedule in the sandbox") -> Locator:
    return page.get_by_role("button", name=label, exact=True)


def only_row(services: Services) -> PostRow:
    [row] = services.outbox.select()
    return row


def test_a_post_for_tomorrow_waits_in_the_queue_and_the_composer_is_empty(composer: Page, services: Services) -> None:
    today = now().astimezone(BERLIN).date()
    write(composer, "For tomorrow")
    later(composer)
    leave(composer).click()

    expect(post_box(composer)).to_have_value("")
    row = only_row(services)
    assert (row.state, row.text, row.time_zone) == ("scheduled", "For tomorrow", ZONE)
    assert row.due_at
    due = row.due_at.astimezone(BERLIN)
    assert due.time() == time(9)
    assert today < due.date() <= now().astimezone(BERLIN).date() + timedelta(days=1)
    expect(composer.get_by_text(f"Your post waits for {clock.said_with_zone(due, BERLIN)}.")).to_be_visible()
    composer.get_by_role("link", name="See the queue").click()
    expect(composer.get_by_role("heading", name="Queue", exact=True)).to_be_visible()


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
