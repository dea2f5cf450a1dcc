"""Every page and every dialog, light and dark, desk and phone: axe-core (WCAG A and AA, its best practices), width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import update

from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from tests.conftest import ROOT, Dashboard, account_of, fits, settled
from tests.support.patience import until

Step = tuple[str, str]  # a role, or "text", and a part of its element's name
PAGES = {file.stem for file in (ROOT / "pages").glob("*.py")}
HEADINGS = {
    "home": "LinkedIn API Dashboard",
    "login": "Me",
    "profile": "Me",
    "composer": "Composer",
    "drafts": "Drafts",
    "queue": "Queue",
    "history": "History",
    "inspector": "Inspector",
    "console": "Console",
    "tour": "Tour",
    "setup": "Setup",
    "feed": "Sandbox feed",
}
# What is behind a click, by the address of its page: tabs, menus, dialogs. What changes the page itself comes last.
OPENED: dict[str, list[tuple[Step, ...]]] = {
    "composer": [
        (("button", "Mention"),),
        (("button", "Download the card"),),
        (("tab", "Request"), ("text", "v2 and rest side by side")),
    ],
    "drafts": [(("button", "Make a template"),), (("button", "Use"),), (("button", "Rename"),)],
    "history?post=2": [(("button", "Delete"),)],
    "history": [(("combobox", "State"),)],
    "inspector": [(("tab", "Python"),), (("tab", "JavaScript"),)],
    "queue": [
        (("button", "Weekly plan"),),
        (("button", "Actions for"),),
        (("button", "Actions for"), ("menuitem", "Reschedule")),
        (("button", "Actions for"), ("menuitem", "Publish now")),
        (("button", "Actions for"), ("menuitem", "Cancel")),
        (("button", "It is there"),),
        (("button", "Send again"),),
        (("button", "Give up"),),
        (("radio", "Week"),),
        (("radio", "Month"), ("button", "Ada Example: Planned")),
        (("text", "Many at once"), ("button", "What the columns mean")),
    ],
    "setup": [(("button", "Probe my app"),)],
}
DESK, PHONE = (1280, 800), (390, 844)
LOOKS = ((DESK, "light"), (PHONE, "dark"))  # every colour and every width; a colour depends on no width
STILL = """() => document.getAnimations().every(
    each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"""
DIALOG = '[role="dialog"]'
ABOVE = f'{DIALOG}, [role="menu"], [role="listbox"], [data-testid="stPopoverBody"]'  # what Escape closes
axe = Axe()


def fill(dashboard: Dashboard) -> None:
    """Posts of several states, a draft and a template, so that pages have something to show."""
    dashboard.fault("forbidden", target="create")
    dashboard.publish("Refused", f"Arrived: #maths, and https://example.com/{'x' * 300}", "Nobody knows")
    with dashboard.get_services() as services:
        me = account_of(services)
        with services.database.begin() as db:
            unsure = {
                "state": "unconfirmed",
                "create_sent_at": now(),
                "error": "No answer came.",
                "advice": "Look first.",
            }
            db.execute(update(posts).where(posts.c.id == 3).values(unsure))
        services.outbox.put(Posting(me, Draft(text="Planned"), now() + timedelta(days=1), "Europe/Berlin"))
        services.drafts.save(me, Draft(text="Half of a post"))
        services.drafts.save_template(me, "Weekly", Draft(text="Dear {{name}}"))


def violations(page: Page, where: str) -> Iterator[str]:
    """What axe-core finds wrong in a page or in its open dialog, a line for each element."""
    for (width, height), theme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        settled(page)
        until(lambda: page.evaluate(STILL))
        inside = DIALOG if page.locator(DIALOG).count() else None  # the page behind it cannot be reached
        answer: dict[str, Any] = axe.run(page, context=inside, options={"resultTypes": ["violations"]}).response
        for found in answer["violations"]:
            for node in found["nodes"]:
                why = node.get("failureSummary", "").partition("\n")[2]
                yield f"{where}, {width} px, {theme}: {found['id']}: {node['html'][:160]} {why.strip()[:300]}"


def opened(page: Page, steps: tuple[Step, ...]) -> None:
    """Close what is open, and open what these clicks lead to. The page is not loaded again: that takes longest."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    settled(page)
    if page.locator(ABOVE).count():
        page.keyboard.press("Escape")
        expect(page.locator(ABOVE)).to_have_count(0)
    for role, name in steps:
        found = page.get_by_text(name) if role == "text" else page.get_by_role(role, name=name)  # type: ignore[arg-type]
        found.first.click()
        settled(page)


def shown(page: Page, url: str, heading: str) -> None:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    settled(page)


def looked_at(page: Page, dashboard: Dashboard, address: str) -> Iterator[str]:
    """What axe-core finds wrong in a page and in what clicks on it open, and where it is wider than its window."""
    name = address.partition("?")[0]
    shown(page, f"{dashboard.url}/{'' if name == 'home' else address}", HEADINGS[name])
    page.wait_for_function("() => window.linkedinDashboardNames")  # a part of the page's own that comes after it
    expect(page.get_by_text("nothing leaves this machine")).to_be_visible()
    yield from violations(page, address)
    for width, height in (PHONE, DESK):  # it is a phone's by now
        if not fits(page, width, height):
            yield f"{address}: wider than {width} px"
    for steps in OPENED.get(address, []):
        opened(page, steps)
        yield from violations(page, f"{address} {steps[-1]}")


@pytest.fixture(scope="module")
def filled(standing: Dashboard) -> Dashboard:
    """A dashboard with something on every page, for all tests here: they look and change nothing."""
    standing.wipe()
    standing.forget_members()
    standing.cookies, standing.signed_in = standing.enter(), standing.member()
    fill(standing)
    return standing


# Whoever is signed in finds the same behind "login" as behind "profile".
@pytest.mark.parametrize("address", sorted((PAGES | {*OPENED}) - {"login"}))
def test_axe_finds_nothing_on_a_page_nor_in_what_a_click_on_it_opens(
    page: Page, filled: Dashboard, address: str
) -> None:
    page.context.add_cookies(filled.cookies)

    assert [*looked_at(page, filled, address)] == []


def test_axe_finds_nothing_on_the_page_for_strangers_and_its_theme_is_the_systems(
    page: Page, filled: Dashboard
) -> None:
    shown(page, filled.url, HEADINGS["home"])
    app = page.get_by_test_id("stApp")

    assert [*violations(page, "signed out")] == []
    for theme, colour in (("light", "rgb(244, 242, 238)"), ("dark", "rgb(20, 23, 26)")):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.reload()
        expect(app).to_have_css("background-color", colour)


def test_every_page_has_its_heading() -> None:
    assert HEADINGS.keys() == PAGES
