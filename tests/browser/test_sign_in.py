"""Signing in, in a real browser, against the sandbox that the dashboard carries."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import Dashboard, sign_in
from tests.support.patience import PATIENCE_S

SIGN_IN = "Sign in with LinkedIn"


def link_of(page: Page, dashboard: Dashboard) -> str:
    page.goto(f"{dashboard.url}/login")
    return str(page.get_by_role("link", name=SIGN_IN).get_attribute("href"))


def state_of(page: Page, dashboard: Dashboard) -> str:
    return parse_qs(urlsplit(link_of(page, dashboard)).query)["state"][0]


def come_back(page: Page, dashboard: Dashboard, **query: str) -> None:
    page.goto(f"{dashboard.url}/auth/linkedin/callback?{urlencode(query)}")


def test_a_member_signs_in_and_the_code_leaves_the_address(page: Page, dashboard: Dashboard) -> None:
    sign_in(page, dashboard)

    expect(page).to_have_url(f"{dashboard.url}/")
    page.go_back()
    page.wait_for_load_state()
    assert "code=" not in page.url
    page.goto(f"{dashboard.url}/profile")
    expect(page.get_by_text("id_token verified")).to_be_visible()


def test_the_login_page_says_before_the_click_what_is_asked(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/login")

    expect(page.get_by_text("publish, comment and react as you")).to_be_visible()
    expect(page.get_by_text("Sandbox · nothing leaves this machine")).to_be_visible()
    page.get_by_role("link", name=SIGN_IN).click()
    expect(page.get_by_role("button", name="Allow")).to_be_visible()
    assert len(page.context.pages) == 1


def test_reload_second_tab_and_restart_keep_the_member_signed_in(signed_in: Page, dashboard: Dashboard) -> None:
    signed_in.goto(f"{dashboard.url}/login")
    signed_in.reload()
    expect(signed_in.get_by_text("You are signed in as")).to_be_visible()

    second = signed_in.context.new_page()
    second.goto(f"{dashboard.url}/profile")
    expect(second.get_by_text("ada@example.com")).to_be_visible()

    dashboard.stop()
    dashboard.start()
    signed_in.goto(f"{dashboard.url}/profile")
    expect(signed_in.get_by_text("urn:li:person:")).to_be_visible()


def test_a_deep_link_on_a_fresh_server_asks_for_the_sign_in_first_and_then_goes_there(
    page: Page, fresh_dashboard: Dashboard
) -> None:
    page.goto(f"{fresh_dashboard.url}/history")
    expect(page).to_have_url(re.compile(r"/login$"))
    expect(page.get_by_text("Download CSV")).to_have_count(0)

    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("button", name="Allow").click()

    expect(page).to_have_url(f"{fresh_dashboard.url}/history")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()


def test_cancel_at_consent_says_so(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("button", name="Cancel", exact=True).click()

    expect(page.get_by_text("Access was not allowed on LinkedIn")).to_be_visible()
    expect(page.get_by_role("link", name=SIGN_IN)).to_be_visible()


@pytest.mark.parametrize(
    ("error", "description", "sentence"),
    [
        (
            "user_cancelled_login",
            "The user cancelled LinkedIn login",
            "LinkedIn's login page was left without logging in.",
        ),
        (
            "unauthorized_scope_error",
            "Scope &quot;w_member_social&quot; is not authorized for your application",
            "The app may not ask for the scope w_member_social.",
        ),
        ("server_melted", "<script>alert(1)</script>", "LinkedIn refused the sign-in: <script>alert(1)</script>."),
        ("<b>x</b>", "", "LinkedIn refused the sign-in: <b>x</b>."),
        ("x", "[y](http://z.test)", "LinkedIn refused the sign-in: [y](http:\u2060//z.test)."),
    ],
)
def test_what_linkedin_refuses_is_said_in_a_sentence(
    page: Page, dashboard: Dashboard, error: str, description: str, sentence: str
) -> None:
    state = state_of(page, dashboard)

    come_back(page, dashboard, error=error, error_description=description, state=state)

    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("link", name=SIGN_IN)).to_be_visible()
    expect(page).to_have_url(f"{dashboard.url}/login")


def test_a_state_from_another_browser_is_refused_and_not_burnt(
    page: Page, dashboard: Dashboard, open_browser: Callable[..., BrowserContext]
) -> None:
    state = state_of(page, dashboard)
    stranger = open_browser().new_page()
    stranger.goto(f"{dashboard.url}/login")

    come_back(stranger, dashboard, code="AQ-stolen", state=state)
    expect(stranger.get_by_text("started in another browser")).to_be_visible()

    come_back(page, dashboard, error="user_cancelled_login", state=state)
    expect(page.get_by_text("login page was left")).to_be_visible()


def test_an_invented_and_a_replayed_state_are_refused(page: Page, dashboard: Dashboard) -> None:
    state = state_of(page, dashboard)

    come_back(page, dashboard, code="AQ-x", state="invented")
    expect(page.get_by_text("its state is unknown")).to_be_visible()

    come_back(page, dashboard, error="user_cancelled_login", state=state)
    expect(page.get_by_text("login page was left")).to_be_visible()
    come_back(page, dashboard, code="AQ-y", state=state)
    expect(page.get_by_text("was already used")).to_be_visible()


def test_an_expired_state_is_refused(page: Page, dashboard: Dashboard) -> None:
    state = state_of(page, dashboard)
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        db.execute("UPDATE sign_in_states SET expires_at = '2020-01-01 00:00:00.000000'")

    come_back(page, dashboard, code="AQ-x", state=state)

    expect(page.get_by_text("longer than 10 minutes")).to_be_visible()


def test_an_unknown_code_is_explained_and_its_exchange_shown(page: Page, dashboard: Dashboard) -> None:
    state = state_of(page, dashboard)

    come_back(page, dashboard, code="AQ-unknown-code", state=state)

    expect(page.get_by_text("The sign-in stopped here")).to_be_visible()
    page.get_by_text("What was sent and answered").click()
    expect(page.get_by_text("authorization code not found").first).to_be_visible()
    assert "AQ-unknown-code" not in page.content()


def test_a_cookie_that_the_server_refuses_is_explained(page: Page, dashboard: Dashboard) -> None:
    refusal = {"error": "foreign origin: it must pass on the browser's Host header."}
    page.route("**/auth/session", lambda route: route.fulfill(status=403, json=refusal))
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("radio", name="Ada Example").check()
    page.get_by_role("button", name="Allow").click()

    expect(page.get_by_text("it must pass on the browser's Host header")).to_be_visible()
    expect(page.get_by_text("You will be asked to sign in again after a reload.")).to_be_visible()


def test_signing_out_forgets_the_browser_and_keeps_the_token(signed_in: Page, dashboard: Dashboard) -> None:
    signed_in.goto(f"{dashboard.url}/login")
    signed_in.get_by_role("button", name="Sign out").click()
    expect(signed_in.get_by_role("link", name=SIGN_IN)).to_be_visible()

    signed_in.reload()
    expect(signed_in.get_by_role("link", name=SIGN_IN)).to_be_visible()
    assert token_in(dashboard) is not None


def test_disconnecting_revokes_and_deletes_the_token(signed_in: Page, dashboard: Dashboard) -> None:
    other_tab = signed_in.context.new_page()
    other_tab.goto(f"{dashboard.url}/profile")
    expect(other_tab.get_by_text("ada@example.com")).to_be_visible()

    signed_in.goto(f"{dashboard.url}/login")
    signed_in.get_by_role("button", name="Disconnect").click()
    expect(signed_in.get_by_role("link", name=SIGN_IN)).to_be_visible()

    assert token_in(dashboard) is None
    assert ("POST", "/oauth/v2/revoke", 200) in dashboard.calls()
    other_tab.reload()
    expect(other_tab.get_by_role("link", name=SIGN_IN)).to_be_visible()


def token_in(dashboard: Dashboard) -> str | None:
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        found: str | None = db.execute("SELECT token FROM accounts").fetchone()[0]
        return found


def test_no_secret_is_in_the_database_the_log_or_the_page(page: Page, dashboard: Dashboard) -> None:
    dashboard.forget_members()
    sign_in(page, dashboard)
    page.goto(f"{dashboard.url}/inspector")
    expect(page.get_by_role("tab", name="curl")).to_be_visible()

    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        kept = "\n".join(db.iterdump())
    for where in (kept, dashboard.log, page.content()):
        # LinkedIn's codes and tokens start like this, and the sandbox's; inside an encrypted one it is chance.
        assert not re.search(r"(?<![A-Za-z0-9_-])AQ[A-Za-z0-9_-]{60,}", where)
        assert "sandbox-secret" not in where
        assert not re.search(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{20,}\.", where)


def test_cookies_are_out_of_reach_for_scripts_and_a_planted_session_opens_nothing(
    signed_in: Page, dashboard: Dashboard, open_browser: Callable[..., BrowserContext]
) -> None:
    cookies = {cookie["name"]: cookie for cookie in signed_in.context.cookies()}
    assert cookies["linkedin_dashboard_session"]["httpOnly"]
    assert cookies["linkedin_dashboard_browser"]["httpOnly"]

    planted = open_browser()
    planted.add_cookies([{"name": "linkedin_dashboard_session", "value": "planted", "url": dashboard.url}])
    victim = planted.new_page()
    sign_in(victim, dashboard)

    fresh = {cookie["name"]: cookie["value"] for cookie in planted.cookies()}
    assert fresh["linkedin_dashboard_session"] != "planted"


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


def test_a_member_without_picture_or_email_is_welcome(page: Page, dashboard: Dashboard) -> None:
    sign_in(page, dashboard, "Zoë Muster")
    page.goto(f"{dashboard.url}/profile")

    expect(page.get_by_text("No email address")).to_be_visible()
    expect(page.get_by_text("Locale de-DE")).to_be_visible()
    expect(page.get_by_text("ZM", exact=True)).to_be_visible()


def test_a_sandbox_on_another_port_works_with_only_its_hosts_set(
    page: Page, linkedin: object, start_dashboard: Callable[..., Dashboard]
) -> None:
    url = linkedin.url  # type: ignore[attr-defined]
    port_of = start_dashboard(LINKEDIN_AUTH_URL=url, LINKEDIN_API_URL=url)
    # The redirect URI is a setting here, as with LinkedIn: the page must say when it names another address.
    page.goto(f"{port_of.url}/login")

    expect(page.get_by_text("LinkedIn will send you back to http://localhost:8501")).to_be_visible()


def test_the_account_page_offers_a_new_sign_in_at_any_time(signed_in: Page, dashboard: Dashboard) -> None:
    signed_in.goto(f"{dashboard.url}/login")
    signed_in.get_by_role("link", name="Sign in again").click()
    signed_in.get_by_role("button", name="Allow").click()

    expect(signed_in.get_by_text("Token stored")).to_be_visible()


@pytest.mark.parametrize("query", [{"code": "AQ-without-state"}, {"error": "user_cancelled_login"}])
def test_a_callback_without_a_state_is_refused_and_tidied(
    page: Page, dashboard: Dashboard, query: dict[str, str]
) -> None:
    page.goto(f"{dashboard.url}/login")
    come_back(page, dashboard, **query)

    expect(page.get_by_text("its state is unknown")).to_be_visible()
    expect(page).to_have_url(f"{dashboard.url}/login")


def test_a_deep_link_to_a_post_survives_the_sign_in(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/history?post=7")
    page.get_by_role("link", name=SIGN_IN).click()
    page.get_by_role("button", name="Allow").click()

    expect(page).to_have_url(f"{dashboard.url}/history?post=7")


def test_each_page_has_a_title_of_its_own(signed_in: Page, dashboard: Dashboard) -> None:
    signed_in.goto(f"{dashboard.url}/profile")
    expect(signed_in).to_have_title("Me · LinkedIn API Dashboard")
    signed_in.goto(f"{dashboard.url}/composer")
    expect(signed_in).to_have_title("Composer · LinkedIn API Dashboard")
