"""Every way in which a sign-in may end, with AppTest on the real pages and LinkedIn's consent over HTTP."""

from __future__ import annotations

import pytest
import requests

from dashboard.db.tables import accounts
from dashboard.services import Services, get_services
from dashboard.web.cookies import BROWSER_COOKIE, SESSION_COOKIE
from sandbox.directory.members import ZOE
from tests.conftest import RunningSandbox
from tests.support.patience import PATIENCE_S
from tests.support.services import new_token, profile
from tests.ui.test_pages import (
    CALLBACK,
    SessionMiddleware,
    linkedin,
    member,
    opened,
    query_of,
    said,
    services,
    sign_in_link,
    visitor,
)

__all__ = ["linkedin", "member", "services", "visitor"]


def new_state() -> str:
    return query_of(sign_in_link(opened()))["state"]


def connecting(services: Services, visitor: SessionMiddleware, member: int) -> str:
    """The link of “Connect another member”."""
    sign_in = services.sign_in(visitor.cookies[BROWSER_COOKIE], lambda: member)
    return sign_in.link(CALLBACK, ("openid", "profile"), None, None, member)


@pytest.mark.parametrize(
    ("error", "description", "sentence"),
    [
        ("user_cancelled_login", "The user cancelled LinkedIn login", "LinkedIn's login page was left without"),
        ("user_cancelled_authorize", "The user cancelled the authorization", "Access was not allowed on LinkedIn"),
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
    services: Services, visitor: SessionMiddleware, error: str, description: str, sentence: str
) -> None:
    app = opened(error=error, error_description=description, state=new_state())

    assert sentence in said(app)
    assert sign_in_link(app)
    assert not app.exception


def test_the_page_says_before_the_click_what_is_asked(services: Services, visitor: SessionMiddleware) -> None:
    assert "publish, comment and react as you" in said(opened())


def test_a_state_from_another_browser_is_refused_and_not_burnt(services: Services, visitor: SessionMiddleware) -> None:
    state = new_state()
    visitor.cookies[BROWSER_COOKIE] = "a-stranger's"
    stranger = said(opened(code="AQ-stolen", state=state))
    visitor.cookies[BROWSER_COOKIE] = "this-browser"

    assert "started in another browser" in stranger
    assert "login page was left" in said(opened(error="user_cancelled_login", state=state))
    assert "was already used" in said(opened(code="AQ-y", state=state))


@pytest.mark.parametrize(
    "query", [{"code": "AQ-x", "state": "invented"}, {"code": "AQ-x"}, {"error": "user_cancelled_login"}]
)
def test_a_state_that_is_invented_or_missing_is_refused(
    services: Services, visitor: SessionMiddleware, query: dict[str, str]
) -> None:
    assert "its state is unknown" in said(opened(**query))


def test_an_expired_state_is_refused(services: Services, visitor: SessionMiddleware) -> None:
    state = new_state()
    with services.database.begin() as db:
        db.exec_driver_sql("UPDATE sign_in_states SET expires_at = '2020-01-01 00:00:00.000000'")

    assert "longer than 10 minutes" in said(opened(code="AQ-x", state=state))


def test_an_unknown_code_is_explained_and_its_exchange_shown(services: Services, visitor: SessionMiddleware) -> None:
    app = opened(code="AQ-unknown-code", state=new_state())

    assert "The sign-in stopped here" in [status.label for status in app.status]
    assert "authorization code not found" in said(app)
    assert "AQ-unknown-code" not in said(app)


def test_an_address_that_linkedin_does_not_lead_back_to_is_told(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_REDIRECT_URI", "http://localhost:9/auth/linkedin/callback")
    get_services.cache_clear()
    app = opened()
    app.context["url"] = "http://localhost:8501/login"

    assert "LinkedIn will send you back to http://localhost:9." in said(app.run())


def test_a_member_without_picture_or_email_is_welcome(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    zoe = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    _, ticket = services.accounts.open_session(zoe.id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))
    app = opened("profile")

    assert "No email address" in said(app)
    assert "Locale de-DE" in said(app)
    assert ">ZM<" in "".join(each.proto.body for each in app.get("html"))


def test_the_profile_warns_before_the_sign_in_ends_and_shows_linkedins_own_answer(
    member: int, services: Services
) -> None:
    with services.database.begin() as db:
        db.exec_driver_sql("UPDATE accounts SET token_expires_at = datetime('now', '+3 days') || '.000000'")
    app = opened("profile")

    assert "Your LinkedIn sign-in ends in 3.0 days." in said(app)
    assert '"given_name": "Ada"' in said(app)


def test_disconnecting_revokes_and_deletes_the_token(member: int, services: Services, linkedin: RunningSandbox) -> None:
    app = opened("profile")
    next(button for button in app.button if button.label == "Disconnect").click().run()

    with services.database.connect() as db:
        assert db.execute(accounts.select()).one().token is None
    assert ("POST", "/oauth/v2/revoke", 200) in linkedin.state.calls
    assert sign_in_link(app)


def test_who_connects_themselves_is_told_what_to_do(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    answer = requests.get(connecting(services, visitor, member), allow_redirects=False, timeout=PATIENCE_S)
    app = opened(**query_of(answer.headers["location"]))

    assert "You have chosen yourself again" in said(app)
    assert "You are signed in as **Ada Example**" in said(app)
    assert services.connections.of(member) == []


def test_a_connection_that_is_cancelled_at_linkedin_leaves_everything_as_it_was(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    state = query_of(connecting(services, visitor, member))["state"]
    app = opened(error="user_cancelled_authorize", error_description="The user cancelled", state=state)

    assert "Access was not allowed on LinkedIn" in said(app)
    assert "You are signed in as **Ada Example**" in said(app)
