"""axe-core on every page and in dialogs, light and dark, desk and phone: WCAG A and AA, and axe's best practices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from tests.conftest import ROOT, Dashboard, account_of, settled
from tests.support.patience import until

Step = tuple[str, str]  # a role, or "text", and a part of its element's name
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
# What is behind a click: tabs, menus, dialogs.
OPENED: list[tuple[str, tuple[Step, ...]]] = [
    ("composer", (("tab", "Request"), ("text", "v2 and rest side by side"))),
    ("composer", (("button", "Download the card"),)),
    ("composer", (("button", "Mention"),)),
    ("drafts", (("button", "Make a template"),)),
    ("drafts", (("button", "Use"),)),
    ("drafts", (("button", "Rename"),)),
    ("history?post=2", (("button", "Delete"),)),
    ("history", (("combobox", "State"),)),
    ("inspector", (("tab", "Python"),)),
    ("inspector", (("tab", "JavaScript"),)),
    ("queue", (("button", "Weekly plan"),)),
    ("queue", (("button", "Actions for"),)),
    ("queue", (("button", "Actions for"), ("menuitem", "Reschedule"))),
    ("queue", (("button", "Actions for"), ("menuitem", "Publish now"))),
    ("queue", (("button", "Actions for"), ("menuitem", "Cancel"))),
    ("queue", (("button", "It is there"),)),
    ("queue", (("button", "Send again"),)),
    ("queue", (("button", "Give up"),)),
    ("queue", (("radio", "Week"),)),
    ("queue", (("radio", "Month"), ("button", "Ada Example: Planned"))),
    ("setup", (("button", "Probe my app"),)),
    ("queue", (("text", "Many at once"), ("button", "What the columns mean"))),
]
DESK, PHONE = (1280, 800), (390, 844)
LOOKS = ((DESK, "light"), (PHONE, "dark"))  # every colour and every width; a colour depends on no width
STILL = """() => document.getAnimations().every(
    each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"""
DIALOG = '[role="dialog"]'
axe = Axe()


def fill(dashboard: Dashboard) -> None:
    """Posts of several states, a draft and a template, so that pages have something to show."""
    dashboard.fault("forbidden", target="create")
    dashboard.publish("Refused", "Arrived: #maths, and https://example.com", "Nobody knows")
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
    for role, name in steps:
        found = page.get_by_text(name) if role == "text" else page.get_by_role(role, name=name)  # type: ignore[arg-type]
        found.first.click()
        settled(page)


def shown(page: Page, url: str, *, signed_in: bool = True) -> None:
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    if signed_in:  # a part of the page's own that comes after it
        page.wait_for_function("() => window.linkedinDashboardNames")
    settled(page)


def test_axe_finds_nothing_on_any_page(
    signed_in: Page, dashboard: Dashboard, open_browser: Callable[..., BrowserContext]
) -> None:
    stranger = open_browser().new_page()
    shown(stranger, dashboard.url, signed_in=False)
    found = [*violations(stranger, "signed out")]
    fill(dashboard)
    for name in PAGES:
        shown(signed_in, f"{dashboard.url}/{'' if name == 'home' else name}")
        found += violations(signed_in, name)

    assert found == []


def test_axe_finds_nothing_in_what_a_click_opens(signed_in: Page, dashboard: Dashboard) -> None:
    fill(dashboard)
    found: list[str] = []
    for name, steps in OPENED:
        shown(signed_in, f"{dashboard.url}/{name}")
        opened(signed_in, steps)
        found += violations(signed_in, f"{name} {steps[-1]}")

    assert found == []
