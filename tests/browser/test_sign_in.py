"""Signing in, in a real browser, against the sandbox that the dashboard carries."""

from __future__ import annotations

import re
import sqlite3

import requests
from playwright.sync_api import Page, expect

from dashboard.web.cookies import BROWSER_COOKIE
from tests.conftest import Dashboard, sign_in
from tests.support.patience import PATIENCE_S

SIGN_IN = "Sign in with LinkedIn"
SESSION = "linkedin_dashboard_session"


def test_a_member_comes_and_goes_and_leaves_no_secret_behind(page: Page, dashboard: Dashboard) -> None:
    dashboard.forget_members()
    page.context.add_cookies([{"name": SESSION, "value": "planted", "url": dashboard.url}])

    sign_in(page, dashboard)

    expect(page).to_have_url(f"{dashboard.url}/")
    assert len(page.context.pages) == 1
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies[SESSION]["httpOnly"]
    assert cookies["linkedin_dashboard_browser"]["httpOnly"]
    assert cookies[SESSION]["value"] != "planted"
    page.go_back()
    page.wait_for_load_state()
    assert "code=" not in page.url
    page.goto(f"{dashboard.url}/inspector")
    expect(page.get_by_role("tab", name="curl")).to_be_visible()
    assert secrets_in("\n".join(kept(dashboard)), dashboard.log, page.content()) == []

    page.goto(f"{dashboard.url}/profile")
    expect(page.get_by_text("id_token verified")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name=SIGN_IN)).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name=SIGN_IN)).to_be_visible()
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        assert db.execute("SELECT token IS NOT NULL FROM accounts").fetchall() == [(1,)]  # it stays


def kept(dashboard: Dashboard) -> list[str]:
    """Everything in the database, as statements."""
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        return list(db.iterdump())


def secrets_in(*places: str) -> list[str]:
    # LinkedIn's codes and tokens start like this, and the sandbox's; inside an encrypted one it is chance.
    kinds = (r"(?<![A-Za-z0-9_-])AQ[A-Za-z0-9_-]{60,}", "sandbox-secret", r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{20,}\.")
    return [found for place in places for kind in kinds for found in re.findall(kind, place)]


def test_a_browser_that_kept_the_page_and_lost_its_cookies_gets_one(dashboard: Dashboard) -> None:
    kept = requests.get(dashboard.url, timeout=PATIENCE_S).headers["etag"]
    asked = {"If-None-Match": kept, "Accept": "text/html,*/*"}
    again = requests.get(dashboard.url, headers=asked, timeout=PATIENCE_S)

    assert again.status_code == 304
    assert again.cookies[BROWSER_COOKIE]


def test_a_deep_link_on_a_fresh_server_asks_for_the_sign_in_which_outlasts_a_restart(
    page: Page, fresh_dashboard: Dashboard
) -> None:
    page.goto(f"{fresh_dashboard.url}/history?post=7")
    expect(page).to_have_url(re.compile(r"/login(\?|$)"))
    expect(page.get_by_text("Download CSV")).to_have_count(0)

    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("button", name="Allow").click()

    expect(page).to_have_url(f"{fresh_dashboard.url}/history?post=7")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    fresh_dashboard.stop()
    fresh_dashboard.start()
    page.goto(f"{fresh_dashboard.url}/profile")
    expect(page.get_by_text("ada@example.com")).to_be_visible()


def test_a_cookie_that_the_server_refuses_is_explained(page: Page, dashboard: Dashboard) -> None:
    refusal = {"error": "foreign origin: it must pass on the browser's Host header."}
    page.route("**/auth/session", lambda route: route.fulfill(status=403, json=refusal))
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("radio", name="Ada Example").check()
    page.get_by_role("button", name="Allow").click()

    expect(page.get_by_text("it must pass on the browser's Host header")).to_be_visible()
    expect(page.get_by_text("You will be asked to sign in again after a reload.")).to_be_visible()


def test_the_ticket_route_refuses_strangers(dashboard: Dashboard) -> None:
    url = f"{dashboard.url}/auth/session"

    assert requests.post(url, json={"ticket": "x"}, timeout=PATIENCE_S).status_code == 403
    assert (
        requests.post(url, json={"ticket": "x"}, headers={"origin": dashboard.url}, timeout=PATIENCE_S).status_code
        == 403
    )
    assert requests.post(url, data="]", headers={"origin": dashboard.url}, timeout=PATIENCE_S).status_code == 403
    assert requests.post(url, json={}, headers={"origin": "http://evil.test"}, timeout=PATIENCE_S).status_code == 403


def test_every_answer_carries_the_security_headers(dashboard: Dashboard) -> None:
    headers = requests.get(f"{dashboard.url}/login", timeout=PATIENCE_S).headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
