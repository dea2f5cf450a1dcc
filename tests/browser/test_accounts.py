"""Several accounts in a real browser: connect a member, choose who publishes each post, and take them off again."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from sandbox.directory.members import ADA, ZOE
from tests.conftest import Dashboard, fits
from tests.support.patience import choose_option

MEMBER = "Zoë Muster"


def connect(page: Page, dashboard: Dashboard, member: str = MEMBER) -> None:
    """Let another member sign in at LinkedIn in this browser, for the one who is here."""
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name="Connect another member").click()
    page.get_by_role("radio", name=member).check()
    page.get_by_role("button", name="Allow").click()


def line_of(page: Page, name: str) -> str:
    """What the page Me says of a member."""
    return page.locator("[class*=st-key-member-]", has_text=name).inner_text()


def write(page: Page, dashboard: Dashboard, text: str) -> None:
    page.goto(f"{dashboard.url}/composer")
    page.get_by_label("Post", exact=True).fill(text)
    expect(page.locator(".lp-card").get_by_text(text)).to_be_visible()


def test_each_post_is_published_by_whom_it_names(signed_in: Page, dashboard: Dashboard) -> None:
    connect(signed_in, dashboard)
    expect(signed_in.get_by_text(f"{MEMBER} is connected.")).to_be_visible()
    expect(signed_in.get_by_text("You are signed in as Ada Example.")).to_be_visible()
    expect(signed_in).to_have_url(f"{dashboard.url}/login")
    assert "60 days left" in line_of(signed_in, MEMBER)
    assert "60 days left" in line_of(signed_in, "Ada Example (you)")
    expect(signed_in.get_by_role("button", name="Take off the list")).to_be_visible()
    assert fits(signed_in, 390, 844)
    signed_in.set_viewport_size({"width": 1280, "height": 800})

    write(signed_in, dashboard, "Zoë says this")
    choose_option(signed_in, "Author", MEMBER)
    expect(signed_in.locator(".lp-card").get_by_text(MEMBER)).to_be_visible()
    signed_in.get_by_role("button", name=f"Publish in the sandbox as {MEMBER}").click()
    expect(signed_in.get_by_text("Published.", exact=True)).to_be_visible()
    signed_in.get_by_label("Post", exact=True).fill("Ada says that")
    choose_option(signed_in, "Author", "Ada Example")
    signed_in.get_by_role("button", name="Publish in the sandbox", exact=True).click()
    expect(signed_in.get_by_text("“Ada says that”")).to_be_visible()

    assert [(post["author"], post["text"]) for post in dashboard.posts()] == [
        (ADA.urn, "Ada says that"),
        (ZOE.urn, "Zoë says this"),
    ]
    signed_in.get_by_role("link", name="History").first.click()
    expect(signed_in.get_by_text("2 posts, newest first")).to_be_visible()


def test_a_member_who_leaves_the_list_is_not_replaced_in_a_draft(signed_in: Page, dashboard: Dashboard) -> None:
    connect(signed_in, dashboard)
    expect(signed_in.get_by_text("is connected.")).to_be_visible()
    composer = signed_in.context.new_page()
    write(composer, dashboard, "Whose will it be?")
    choose_option(composer, "Author", MEMBER)
    expect(composer.get_by_role("button", name=f"Publish in the sandbox as {MEMBER}")).to_be_enabled()

    signed_in.get_by_role("button", name="Take off the list").click()
    expect(signed_in.get_by_text("Their token, posts and history stay")).to_be_visible()
    signed_in.get_by_role("button", name="Take them off").click()
    expect(signed_in.locator("[class*=st-key-member-]")).to_have_count(0)
    composer.get_by_role("button", name=f"Publish in the sandbox as {MEMBER}").click()

    expect(composer.get_by_text("is not connected to you any more")).to_be_visible()
    assert dashboard.posts() == []
    choose_option(composer, "Author", "Ada Example")
    composer.get_by_role("button", name="Publish in the sandbox", exact=True).click()
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert [post["author"] for post in dashboard.posts()] == [ADA.urn]


def test_whoever_is_published_as_ends_it(
    signed_in: Page, dashboard: Dashboard, open_browser: Callable[..., BrowserContext]
) -> None:
    connect(signed_in, dashboard)
    expect(signed_in.get_by_text("is connected.")).to_be_visible()
    browser = open_browser()
    browser.add_cookies(dashboard.enter(member=ZOE.sub))
    zoe = browser.new_page()
    zoe.goto(f"{dashboard.url}/login")

    zoe.get_by_role("button", name="End this").click()
    zoe.get_by_role("button", name="End it").click()

    expect(zoe.get_by_text("Members who publish as you")).to_have_count(0)
    signed_in.goto(f"{dashboard.url}/login")
    expect(signed_in.get_by_text("You are signed in as Ada Example.")).to_be_visible()
    expect(signed_in.locator("[class*=st-key-member-]")).to_have_count(0)
