"""The Console in a real browser: from an exchange of the Inspector to a call that is asked for and explained."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.conftest import Dashboard, settled
from tests.support.patience import until


def test_a_lost_create_is_taken_up_asked_for_and_explained(signed_in: Page, dashboard: Dashboard) -> None:
    page = signed_in
    dashboard.publish("Taken up in the Console")
    page.goto(f"{dashboard.url}/inspector")
    page.get_by_role("link", name="Open in Console").click()
    body = page.get_by_role("textbox", name="Body")
    expect(page.get_by_role("textbox", name="Path")).to_have_value("/v2/ugcPosts")
    expect(page.get_by_role("combobox", name="Method")).to_have_value("POST")
    expect(body).to_have_value(re.compile("Taken up"))
    body.fill(body.input_value().replace("Taken up", "Changed"))
    dashboard.fault("dropped_answer")
    page.get_by_role("button", name="Send", exact=True).dblclick()  # and it leaves once
    expect(page.get_by_role("alert").filter(has_text=re.compile("before you (send it|try) again"))).to_be_visible()
    assert len(dashboard.posts()) == 2

    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Send it").click()
    expect(page.get_by_role("alert").filter(has_text="LinkedIn already has this very post.")).to_be_visible()
    expect(
        page.get_by_role("cell", name="The name of one error in what was sent, such as DUPLICATE_POST.")
    ).to_be_visible()
    assert len(dashboard.posts()) == 2
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy a sandbox token").click()
    settled(page)
    until(lambda: page.evaluate("() => navigator.clipboard.readText()").startswith("AQ"))
    page.context.clear_permissions()
