"""The Console and the Inspector as they are drawn: what is typed, sent, asked, explained, compared and exported."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from streamlit.testing.v1 import AppTest

from dashboard.db.database import now
from dashboard.services import Services, get_services
from dashboard.ui.state.member_state import MEMBER
from dashboard.web.cookies import SESSION_COOKIE
from linkedin_api import Exchange, Token
from tests.conftest import ROOT, RunningSandbox
from tests.support.patience import PATIENCE_S
from tests.support.services import profile
from tests.ui.test_comments import press, publish
from tests.ui.test_pages import SessionMiddleware, linkedin, member, opened, said, services, sign_in_link, visitor

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures


def labelled(app: AppTest, kind: str, label: str) -> Any:
    return next(each for each in getattr(app, kind) if each.label == label)


def typed(app: AppTest) -> tuple[str, ...]:
    boxes = [labelled(app, "text_input", "Path"), *(labelled(app, "text_area", name) for name in ("Headers", "Body"))]
    return (labelled(app, "selectbox", "Method").value, *(box.value for box in boxes))


def html(app: AppTest) -> str:
    return "\n".join(each.proto.body for each in app.get("html"))


def test_a_documented_call_is_chosen_sent_and_explained(member: int, services: Services) -> None:
    app = opened("console")
    labelled(app, "selectbox", "Known call").set_value("Posts, v2: Publish a text").run()
    chosen = typed(app)
    press(app, "Send")
    answer = app.session_state[MEMBER].console_answer

    assert chosen[:2] == ("POST", "/v2/ugcPosts")
    assert json.loads(chosen[3])["author"] == services.accounts.get(member).urn
    assert answer.exchange.status == 201
    assert "The URN of the new post" in html(app)
    assert "x-restli-id" in html(app).lower()
    assert typed(app) == chosen
    assert services.accounts.access_token(member) not in said(app) + html(app)
    assert [each.status for each in services.exchange_log.of_console(member)] == [201]
    assert not app.exception


def test_what_is_wrong_is_said_and_everything_typed_stays(member: int, services: Services) -> None:
    app = opened("console")
    labelled(app, "selectbox", "Method").set_value("POST")
    labelled(app, "text_input", "Path").set_value("//evil.example/v2/x")
    labelled(app, "text_area", "Headers").set_value("Authorization: Bearer AQX")
    labelled(app, "text_area", "Body").set_value("{not json")
    press(app, "Send")
    before = typed(app)
    app.switch_page(str(ROOT / "pages" / "drafts.py")).run()
    app.switch_page(str(ROOT / "pages" / "console.py")).run()

    assert [each.value.split(":")[0].split(" ")[0] for each in app.error] == ["The", "Leave", "The"]
    assert before == ("POST", "//evil.example/v2/x", "Authorization: Bearer AQX", "{not json")
    assert typed(app) == before
    assert services.exchange_log.of_console(member) == []


def test_an_exchange_is_taken_up_and_what_stood_there_comes_back(member: int, services: Services) -> None:
    app = opened("console")
    press(app, "Send")
    (sent,) = services.exchange_log.of_console(member)
    app = opened("console")
    labelled(app, "text_input", "Path").set_value("/v2/mine").run()
    app.query_params["exchange"] = str(sent.id)
    app.run()
    taken = typed(app)
    press(app, "Back to the call before")

    assert taken == ("GET", "/v2/userinfo", "X-Restli-Protocol-Version: 2.0.0", "")
    assert typed(app)[1] == "/v2/mine"
    app.query_params["exchange"] = "999"
    assert "not kept any more" in app.run().warning[0].value


def test_a_lost_create_is_sent_again_only_after_a_question(member: int, linkedin: RunningSandbox) -> None:
    app = opened("console")
    labelled(app, "selectbox", "Known call").set_value("Posts, v2: Publish a text").run()
    linkedin.state.faults.arm("dropped_answer", times=1)
    press(app, "Send")
    press(app, "Send")

    assert "It may have happened all the same" in app.warning[0].value
    assert len(linkedin.state.posts) == 1
    assert [call[1] for call in linkedin.state.calls].count("/v2/ugcPosts") == 1
    assert {"Send it", "Cancel"} <= {each.label for each in app.button}


def test_the_sandboxes_token_is_shown_on_this_machine_only(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    app = press(opened("console"), "Copy a sandbox token")
    token = services.accounts.access_token(member)
    visitor.headers.append(("Host", "localhost:8501"))
    visitor.remote_ip = "203.0.113.7"  # it says localhost, and is another machine
    elsewhere = opened("console")

    assert token in [each.value for each in app.code]
    assert "Copy a sandbox token" not in [each.label for each in elsewhere.button]


def view(app: AppTest, name: str) -> AppTest:
    return labelled(app, "button_group", "View").select(name).run()


def test_the_inspector_groups_times_and_compares(member: int, services: Services) -> None:
    post_id = publish(services, member)
    press(opened("console"), "Send")
    app = opened("inspector")
    older = [each.id for each in services.exchange_log.entries(member)][-1]
    labelled(app, "selectbox", "Compare with").set_value(older).run()
    difference = next(each.value for each in app.code if each.language == "diff")
    by_post, figures = html(view(app, "By post")), view(app, "Figures")

    assert "+GET" in difference
    assert f"How post {post_id} was published: 1 request in" in by_post
    assert "POST /v2/ugcPosts" in list(figures.dataframe[0].value["Endpoint"])
    assert "calls by endpoint and status" in figures.get("vega_lite_chart")[0].proto.alt
    assert not app.exception


def test_the_first_leg_of_the_sign_in_is_an_exchange_without_state_and_code(
    services: Services, visitor: SessionMiddleware
) -> None:
    answer = requests.get(sign_in_link(opened()), allow_redirects=False, timeout=PATIENCE_S)
    back = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    opened(**back)
    first = next(services.exchange_log.whole(1))

    assert (first.method, first.status) == ("GET", 302)
    assert f"client_id={services.settings.client_id}" in first.url
    assert "state=[hidden]" in first.url
    assert first.response_headers["Location"].endswith("?code=[hidden]&state=[hidden]")
    assert back["state"] not in repr(first)
    assert back["code"] not in repr(first)


def test_an_upload_is_no_call_that_the_console_can_send(member: int, services: Services) -> None:
    upload = Exchange(now(), "PUT", "https://www.linkedin.com/[hidden]", request_body="<7 bytes, image/png>")
    services.exchange_log.record(member, [upload])
    app = opened("console", exchange=str(services.exchange_log.entries(member)[0].id))
    press(app, "Send")

    assert "An upload's address is a secret" in app.error[0].value
    assert len(services.exchange_log.entries(member)) == 1


def test_the_composers_request_is_taken_into_the_console(member: int, services: Services) -> None:
    services.drafts.save(member, services.drafts.get(member).changed(text="Begun in the composer"))
    app = opened("composer")
    app.session_state["look-at"] = "Request"
    app.run()
    press(app, "Open in Console")

    assert typed(app)[:2] == ("POST", "/v2/ugcPosts")
    assert "Authorization" not in typed(app)[2]
    assert "Begun in the composer" in typed(app)[3]


def test_on_linkedin_itself_a_change_is_asked_for_and_a_read_is_not(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, "https://linkedin.invalid")
    get_services.cache_clear()
    accounts = get_services().accounts
    account = accounts.save(profile(), Token(access_token="AQX-real-token", expires_in_s=60))
    visitor.cookies[SESSION_COOKIE] = str(accounts.redeem_ticket(accounts.open_session(account.id)[1]))
    app = press(opened("console"), "Send")
    read = get_services().exchange_log.of_console(account.id)
    labelled(app, "selectbox", "Method").set_value("DELETE").run()
    press(app, "Send")

    assert [(each.method, each.status) for each in read] == [("GET", None)]
    assert "is real" in said(app)
    assert {"Send it", "Cancel"} <= {each.label for each in app.button}
    assert "Copy a sandbox token" not in {each.label for each in app.button}
    assert len(get_services().exchange_log.of_console(account.id)) == 1


def dialog() -> None:
    """What the dialog's fragment draws for a call of Ada's; one that closes lets the page run again."""
    import inspect

    import streamlit as st

    from dashboard.activity.typed_call import TypedCall
    from dashboard.ui.console import form
    from dashboard.ui.state import session

    session.look_again()
    if st.session_state.setdefault("opened", 0) == 0:
        st.session_state["opened"] = 1
        call = TypedCall("DELETE", "/v2/ugcPosts/1", {})
        inspect.unwrap(form._ask)(session.get_services().accounts.get(1), call, None, 0)


def test_a_question_whose_member_has_signed_out_meanwhile_sends_nothing(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    asked = AppTest.from_function(dialog, default_timeout=PATIENCE_S).run()
    services.accounts.disconnect(member)
    late = AppTest.from_function(dialog, default_timeout=PATIENCE_S).run()

    assert [each.label for each in asked.button] == ["Send it", "Cancel"]
    assert [each.label for each in late.button] == []
    assert not late.exception


@pytest.mark.parametrize("post", ["0", "9" * 5_000, str(2**31), "x"])
def test_an_inspector_address_that_names_no_post_shows_every_exchange(post: str, member: int) -> None:
    app = opened("inspector", post=post)

    assert labelled(app, "number_input", "Post").value is None
    assert not app.error
