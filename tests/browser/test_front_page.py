"""From the front page to a published post in two clicks, the keys, and the bars on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.conftest import Dashboard, settled


def test_two_clicks_lead_to_a_published_post_and_keys_to_the_next(page: Page, dashboard: Dashboard) -> None:
    page.goto(dashboard.url)
    page.get_by_role("button", name="Write a post").click()
    page.get_by_role("button", name="Publish in the sandbox").click()
    expect(page.get_by_text("Published.", exact=True)).to_be_visible()
    assert [post["text"][:5] for post in dashboard.posts()] == ["Day 1"]
    assert "linkedin_dashboard_session" in [each["name"] for each in page.context.cookies()]  # a reload stays signed in

    box = page.get_by_role("textbox", name="Post", exact=True)
    box.fill("Typed to the last letter")
    expect(page.get_by_role("button", name="Publish in the sandbox")).to_be_enabled()
    box.press_sequentially("!")
    box.press("Control+Enter")
    expect(page.get_by_text("“Typed to the last letter!”")).to_be_visible()
    assert dashboard.posts()[0]["text"] == "Typed to the last letter!"

    page.get_by_role("heading", name="Composer").click()
    page.keyboard.press("g")
    page.keyboard.press("y")
    search = page.get_by_role("textbox", name="Search")
    expect(search).to_be_visible()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("g last?")
    expect(search).to_have_value("g last?")


def test_on_a_phone_the_badge_and_four_pages_stay_in_sight_and_cover_nothing(
    signed_in: Page, dashboard: Dashboard
) -> None:
    signed_in.set_viewport_size({"width": 390, "height": 844})
    signed_in.goto(f"{dashboard.url}/profile")
    last = signed_in.get_by_role("table").last
    expect(last).to_be_visible()
    settled(signed_in)
    signed_in.get_by_test_id("stMain").evaluate("each => each.scrollTo(0, each.scrollHeight)")
    badge, bar = signed_in.get_by_text("Sandbox · nothing leaves this machine"), signed_in.locator(".st-key-phone")

    expect(badge).to_be_in_viewport(ratio=1)
    for name in ("Write", "History", "Learn", "Me"):
        expect(bar.get_by_role("link", name=name, exact=True)).to_be_in_viewport(ratio=1)
    ends, begins = last.bounding_box(), bar.bounding_box()
    assert ends
    assert begins
    assert ends["y"] + ends["height"] <= begins["y"]

    signed_in.get_by_text("Menu", exact=True).click()
    signed_in.locator(".st-key-menu").get_by_role("link", name="Queue").click()
    expect(signed_in.get_by_role("heading", name="Queue", exact=True)).to_be_visible()
    expect(signed_in.locator(".st-key-menu").get_by_role("link")).to_have_count(0)
