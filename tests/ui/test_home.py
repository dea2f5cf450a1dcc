"""The front page's doors, where a sign-in leads, and the bar of pages, with AppTest."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.services import Services
from dashboard.ui.account import browser, sign_in
from dashboard.ui.navigation import SECTIONS
from dashboard.ui.state.session import destination, wanted
from linkedin_api import Urn
from tests.conftest import ROOT, RunningSandbox
from tests.support.patience import PATIENCE_S
from tests.ui.test_pages import SessionMiddleware, linkedin, member, opened, said, services, sign_in_link, visitor

__all__ = ["linkedin", "member", "services", "visitor"]
PAGES = ("home", "login", "history", "composer", "tour")


def through(app: AppTest, door: str) -> AppTest:
    return next(button for button in app.button if button.label == door).click().run()


def leaves_for(app: AppTest) -> str:
    """Where the browser is sent."""
    [left] = [json.loads(each.proto.json)["url"] for each in app.get("bidi_component") if '"url"' in each.proto.json]
    return str(left)


def test_the_front_page_is_open_to_everybody_and_leads_to_every_page(
    services: Services, visitor: SessionMiddleware
) -> None:
    app = opened("home")

    assert [button.label for button in app.button] == ["Show it", "Write a post", "Learn the API"]
    assert sign_in_link(app).startswith(services.settings.auth_url)
    assert [title.value for title in app.title] == ["LinkedIn API Dashboard"]
    shown = [each.proto.page for each in app.get("page_link")]
    assert {name for names in SECTIONS.values() for name in names} - set(shown) == {"home", "feed"}  # no sandbox in it
    assert said(app).count("Sandbox · nothing leaves this machine") == 1


@pytest.mark.parametrize(("door", "page"), [("Write a post", "composer"), ("Show it", "history")])
def test_a_door_leads_through_the_sign_in_and_is_remembered_with_its_state(
    services: Services, visitor: SessionMiddleware, door: str, page: str
) -> None:
    left = leaves_for(through(opened("home"), door))
    answer = requests.get(left, allow_redirects=False, timeout=PATIENCE_S)
    back = {key: value[0] for key, value in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    app = opened(**back)
    assert "You are signed in as **Ada Example**" in said(app)

    app.query_params.clear()
    app.switch_page(str(ROOT / "pages" / "home.py")).run()

    assert app.title[0].value == page.capitalize()
    # The browser is asked for its cookie on whatever page it is: a reload would sign out who went on before.
    assert [each for each in app.get("bidi_component") if '"ticket"' in each.proto.json]
    assert "sandbox_consent" not in left  # it is another sandbox, as foreign as LinkedIn


def test_a_door_stays_open_until_the_browser_has_left(services: Services, visitor: SessionMiddleware) -> None:
    app = through(opened("home"), "Write a post")
    left = leaves_for(app)

    assert leaves_for(app.run()) == left  # another run came before the browser did what the first one said


def test_a_door_opens_anew_when_another_click_ended_its_sign_in(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(services.settings, "built_in_sandbox", True)
    app = through(opened("home"), "Write a post")
    left = leaves_for(app)
    with monkeypatch.context() as come_back:
        come_back.setattr(browser, "fetch_answer", lambda _: {"code": "c", "state": "s"})
        come_back.setattr(sign_in, "arrive", lambda *_: st.stop())
        app.run()

    assert leaves_for(app.run()) != left  # the browser fetches an address once


def test_write_a_post_has_a_text_ready_once_and_never_over_ones_own(member: int, services: Services) -> None:
    through(opened("home"), "Write a post")
    first = services.drafts.get(member)
    services.drafts.save(member, first.changed(text="My own"))
    through(opened("home"), "Write a post")

    assert first.text.startswith("Day 1 of automating")
    assert services.drafts.get(member).text == "My own"


def test_what_the_real_linkedin_publishes_is_nobodys_example(
    member: int, services: Services, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(services.settings), "sandbox", property(lambda _: False))

    app = through(opened("home"), "Write a post")

    assert app.title[0].value == "Composer"
    assert services.drafts.get(member).is_empty


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("history?post=7", ("history", {"post": "7"})),
        ("tour?present=1", ("tour", {"present": "1"})),
        ("composer", ("composer", {})),
        (None, ("home", {})),
        ("door:Show it", ("home", {})),
        ("https://evil.example/history", ("home", {})),
        ("//evil.example", ("home", {})),
        ("/\\evil.example", ("home", {})),
        ("../history", ("home", {})),
        ("javascript:alert(1)", ("home", {})),
    ],
)
def test_a_sign_in_leads_to_a_page_of_ours_and_nowhere_else(
    address: str | None, leads_to: tuple[str, dict[str, str]]
) -> None:
    assert destination(address, PAGES) == leads_to


def test_a_query_that_is_too_long_to_keep_is_left_out_whole() -> None:
    assert wanted("history", {"post": "7", "code": "AQ", "state": "s"}) == "history?post=7"
    assert wanted("console", {"exchange": "7" * 99}) == "console"


@pytest.mark.parametrize("path", ["login", "profile"])
def test_both_addresses_of_me_show_who_is_signed_in_how_and_the_keys(member: int, path: str) -> None:
    shown = said(opened(path))

    assert "You are signed in as **Ada Example**" in shown
    assert Urn("urn:li:person:782bbtaQ") in shown
    assert "**id_token verified**" in shown
    assert "| `Ctrl+Enter` | Publish" in shown


def test_learn_the_api_asks_nobody_to_sign_in(services: Services, visitor: SessionMiddleware) -> None:
    app = through(opened("home"), "Learn the API")

    assert app.title[0].value == "Tour"
