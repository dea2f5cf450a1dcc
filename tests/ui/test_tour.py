"""The Tour with AppTest: readable by everybody, its steps at the sandbox and at LinkedIn itself, and on a wall."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.activity.exchange_log import ExchangeLog
from dashboard.services import Services, get_services
from dashboard.tour.results import TourState
from dashboard.tour.steps import STEPS
from dashboard.tour.ticks import TourTicks
from tests.conftest import RunningSandbox
from tests.ui.test_pages import SessionMiddleware, linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]


def button(app: AppTest, label: str) -> AppTest:
    [found] = [each for each in app.button if each.label == label]
    return found.click().run()


def labels(app: AppTest) -> list[str]:
    return [each.label for each in app.button]


def address(app: AppTest) -> dict[str, str]:
    """The query in the address bar; AppTest has a list for what a test has set, and a text for what the page has."""
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def whole(app: AppTest) -> str:
    """What the page says in words and in tables."""
    return said(app) + "\n".join(str(each.proto.body) for each in app.get("html"))


def state(app: AppTest) -> TourState:
    found: TourState = app.session_state["member_state"].tour
    return found


def test_whoever_is_not_signed_in_goes_the_whole_way(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    app = opened("tour")
    assert "0 of 14 steps done" in str(app.get("progress")[0].proto)
    for step in STEPS:
        assert not app.exception
        assert not app.error, step.name
        assert [each.value for each in app.header] == [f"{STEPS.index(step) + 1} · {step.title}"]
        if step.calls:
            app = button(app, "Do it")
            assert ("Done." in said(app)) != (step.name == "errors")
        if step is not STEPS[-1]:
            app = button(app, "Next")

    assert len(linkedin.state.feed()) == 5
    assert address(app)["step"] == "beyond"
    assert "WaLead" in said(app)
    assert state(app).ticks == {step.name for step in STEPS}
    secrets = [value for name, value in state(app).values.items() if name in ("access_token", "id_token", "code")]
    assert [value for value in secrets if value in whole(app)] == []


def test_a_members_steps_are_kept_and_stand_in_the_inspector(
    services: Services, member: int, linkedin: RunningSandbox
) -> None:
    app = button(opened("tour", step="text"), "Do it")
    again = opened("tour")

    assert not app.exception
    assert "Open in Console" in labels(app)
    assert TourTicks(services.database).done(member) == {"authorization", "token", "userinfo", "text"}
    assert address(again)["step"] == "portal"
    assert ExchangeLog(services.database).count(member) == 4


def test_a_broken_step_tells_the_error_and_the_way_out(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    app = button(opened("tour", step="text"), "Break it")

    assert "It broke. LinkedIn already has this very post." in said(app).replace("**", "")
    assert "The way out: The post is already on LinkedIn" in said(app).replace("**", "")
    assert "text" not in state(app).ticks


def test_on_a_wall_the_page_names_nobody(services: Services, member: int, linkedin: RunningSandbox) -> None:
    app = button(opened("tour", step="userinfo"), "Do it")
    assert "ada@example.com" in whole(app)
    app = button(app, "Present")

    assert address(app)["present"] == "1"
    assert [
        word for word in ("Ada", "Example", "ada@example.com", "782bbtaQ", "/pictures/") if word in whole(app)
    ] == []
    assert "•••" in whole(app)
    assert "userinfo" in whole(app)
    app = button(button(app, "Next"), "End presentation")
    assert address(app)["step"] == "text"
    assert "present" not in address(app)


@pytest.fixture
def live(services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings name LinkedIn itself, by an address that nothing can be sent to."""
    for name, value in {
        "LINKEDIN_AUTH_URL": "https://linkedin.invalid",
        "LINKEDIN_API_URL": "https://linkedin.invalid",
        "LINKEDIN_CLIENT_ID": "86abcdefgh1234",
        "LINKEDIN_CLIENT_SECRET": "WPL_AP1.abc123",
    }.items():
        monkeypatch.setenv(name, value)
    services.database.dispose()
    get_services.cache_clear()


def test_at_linkedin_itself_a_post_asks_first_and_nothing_is_broken(live: None) -> None:
    app = button(opened("tour", step="text"), "Do it")

    assert "Break it" not in labels(app)
    assert {"Post it", "Do not post"} <= set(labels(app))
    assert "This is no sandbox" in said(app)
    assert state(app).results == {}
    recorded = opened("tour", step="token")
    assert "Do it" not in labels(recorded)
    assert "A code works once" in said(recorded)


def test_a_stranger_causes_no_call_to_linkedin_itself(live: None, visitor: SessionMiddleware) -> None:
    visitor.headers = [("Host", "dashboard.example.com"), ("Origin", "https://dashboard.example.com")]
    app = button(opened("tour", step="portal"), "Do it")

    assert "Sign in first" in app.error[0].value
    assert state(app).results["portal"].answers == ()


def dialog(turn: int) -> None:
    """What the dialog's fragment draws; a dialog that closes lets the page run again."""
    import inspect

    import streamlit as st

    from dashboard.tour.steps import BY_NAME
    from dashboard.ui.tour import step_view

    if st.session_state.setdefault("opened", 0) == 0:
        st.session_state["opened"] = 1
        inspect.unwrap(step_view._ask)(BY_NAME["text"], turn)


def test_the_second_of_two_clicks_closes_the_dialog_and_makes_no_second_post(live: None) -> None:
    asked = AppTest.from_function(dialog, args=(0,)).run()
    late = AppTest.from_function(dialog, args=(-1,)).run()

    assert labels(asked) == ["Post it", "Do not post"]
    assert labels(late) == []
    assert not late.exception
