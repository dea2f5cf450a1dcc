"""The Setup page as a visitor sees it: what may be changed from where, and that nothing typed is lost or shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.accounts.account import Account
from dashboard.services import Services, get_services, sandbox
from dashboard.web.cookies import SANDBOX_COOKIE, SESSION_COOKIE
from linkedin_api import Token
from sandbox.directory.members import ZOE
from tests.support.services import profile
from tests.support.tables import with_tables
from tests.ui.test_pages import SessionMiddleware, opened, said, visitor

__all__ = ["visitor"]
SECRET = "s3cret-of-the-app"
NOT_SET = [
    "LINKEDIN_CLIENT_ID",
    "LINKEDIN_CLIENT_SECRET",
    "LINKEDIN_ACCESS_TOKEN",
    "LINKEDIN_AUTH_URL",
    "LINKEDIN_API_URL",
    "CLIENT_ID",
    "CLIENT_SECRET",
]


@pytest.fixture(autouse=True)
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visitor: SessionMiddleware) -> Iterator[Path]:
    """A dashboard without any app, and its .env; the browser is on this machine."""
    for name in (*NOT_SET, "LINKEDIN_AUTH_URL", "LINKEDIN_API_URL", "LINKEDIN_REDIRECT_URI", "URI", "ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{with_tables(tmp_path / 'd.db')}")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / ".env"))
    visitor.headers = [("Host", "localhost:8501"), ("Origin", "http://localhost:8501")]
    get_services.cache_clear()
    yield tmp_path / ".env"
    get_services().database.dispose()
    get_services.cache_clear()
    sandbox.cache_clear()


def typed(app: AppTest, client_id: str, secret: str) -> AppTest:
    by_label = {each.label: each for each in app.text_input}
    by_label["Client id"].input(client_id)
    by_label["Client secret"].input(secret)
    [save] = [each for each in app.button if each.label == "Save and use them"]
    return save.click().run()


def signed_in(services: Services, visitor: SessionMiddleware, cookie: str) -> Account:
    kept = Token(access_token="AQX-of-zoe-long-enough", expires_in_s=9_000, scopes=("openid", "w_member_social"))
    account = services.accounts.save(profile(ZOE), kept)
    _, ticket = services.accounts.open_session(account.id)
    visitor.cookies[cookie] = str(services.accounts.redeem_ticket(ticket))
    return account


def test_credentials_are_taken_without_a_restart_and_the_sandboxs_member_stays_there(
    env: Path, visitor: SessionMiddleware
) -> None:
    env.write_text("# mine\nOTHER=1\n")
    zoe = signed_in(get_services(), visitor, SANDBOX_COOKIE)
    get_services().drafts.save(zoe.id, get_services().drafts.get(zoe.id).changed(text="Of the sandbox"))
    app = opened("setup")
    assert "LinkedIn is not set up yet" in said(app)

    half = typed(app, "86abc", "")
    assert "LINKEDIN_CLIENT_SECRET is missing" in said(half)
    assert [each.value for each in half.text_input if each.label == "Client id"] == ["86abc"]
    done = typed(half, "86abc", SECRET)

    assert env.read_text() == f"# mine\nOTHER=1\nLINKEDIN_CLIENT_ID=86abc\nLINKEDIN_CLIENT_SECRET={SECRET}\n"
    assert "in use without a restart" in said(done)
    assert SECRET not in said(done) + str([each.value for each in done.text_input])
    assert "is signed in" not in said(done)
    assert get_services().api_url == "https://api.linkedin.com"

    [switch] = [each for each in done.get("button_group") if each.label == "This browser works with"]
    again = switch.set_value("sandbox").run()
    for each in (again, opened("setup")):
        assert "is signed in, in the sandbox" in said(each)
    assert get_services().in_sandbox.drafts.get(zoe.id).text == "Of the sandbox"


@pytest.mark.parametrize(
    "headers",
    [
        [("Host", "dashboard.example.com"), ("Origin", "https://dashboard.example.com")],
        [("Host", "localhost:8501"), ("Origin", "http://localhost:8501"), ("X-Forwarded-For", "203.0.113.9")],
    ],
    ids=["another host", "a proxy"],
)
def test_a_visitor_from_elsewhere_changes_nothing_and_calls_nobody(
    headers: list[tuple[str, str]], visitor: SessionMiddleware
) -> None:
    visitor.headers = headers
    app = opened("setup")

    assert not [each for each in app.text_input if each.label.startswith("Client")]
    assert [each.disabled for each in app.button if each.label == "Check now"] == [True]
    assert {each.disabled for each in app.checkbox} == {True}
    assert "on the dashboard's own machine only" in said(app)


def test_a_browser_from_elsewhere_is_never_in_the_sandbox_of_a_real_dashboard(
    env: Path, visitor: SessionMiddleware
) -> None:
    typed(opened("setup"), "86abc", SECRET)
    signed_in(get_services().in_sandbox, visitor, SESSION_COOKIE)
    get_services().choices.choose("this-browser", "sandbox")
    assert "is signed in" in said(opened("setup"))
    visitor.headers = [("Host", "dashboard.example.com"), ("Origin", "https://dashboard.example.com")]

    assert "is signed in" not in said(opened("setup"))


def test_a_tick_is_kept_and_a_pasted_redirect_url_is_compared(visitor: SessionMiddleware) -> None:
    app = opened("setup")
    [page] = [each for each in app.checkbox if each.key == "tick-page"]
    page.check().run()
    pasted = next(each for each in app.text_input if each.label == "As the app's Auth tab shows it")
    pasted.input("http://localhost:8501/auth/linkedin/callback/").run()

    assert "One ends with a slash" in app.error[0].value
    assert "You say that you have a Page" in said(opened("setup"))


def test_a_tab_from_elsewhere_that_was_in_the_sandbox_before_leaves_it(env: Path, visitor: SessionMiddleware) -> None:
    own, visitor.headers = visitor.headers, [("Host", "example.com"), ("Origin", "https://example.com")]
    signed_in(get_services(), visitor, SESSION_COOKIE)
    stranger = opened("setup")
    assert "is signed in" in said(stranger)
    stranger_headers, visitor.headers = visitor.headers, own
    typed(opened("setup"), "86abc", SECRET)
    visitor.headers = stranger_headers

    assert "is signed in" not in said(stranger.run())
