"""The Tour in a browser: its buttons by their names, and the keys that a clicker sends."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.conftest import Dashboard, settled


def test_a_visitor_does_a_step_and_goes_on_by_key(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/tour?step=text")
    page.get_by_role("button", name="Do it", exact=True).click()
    expect(page.get_by_text("Each field of the answer is explained below.")).to_be_visible()
    page.get_by_role("button", name="Break it", exact=True).click()
    expect(page.get_by_text("The way out:")).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page.get_by_role("button", name="End presentation")).to_be_visible()
    expect(page.get_by_role("link", name="Composer")).to_have_count(0)
    settled(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="9 · Post an article")).to_be_visible()
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.get_by_role("heading", name="8 · Post a text")).to_be_visible()
    page.get_by_role("button", name="End presentation").click()
    expect(page.get_by_text("4 of 14 steps done")).to_be_visible()
    settled(page)
    page.keyboard.press("n")

    expect(page.get_by_role("heading", name="9 · Post an article")).to_be_visible()
    assert "step=article" in page.url
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_visible()
    assert len(dashboard.posts()) == 1
