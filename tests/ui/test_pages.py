"""Pages with AppTest on dashboard/ui/app.py: the gate, the whole sign-in without a browser, and what pages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from dashboard.accounts.sign_in import EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES, steps_of
from dashboard.db.tables import accounts, exchanges
from dashboard.drafts.draft import Draft
from dashboard.posts.history import Wanted
from dashboard.posts.post import Posting
from dashboard.services import Services, get_services, sandbox
from dashboard.ui.state.member_state import MemberState
from dashboard.web.cookies import BROWSER_COOKIE, SESSION_COOKIE
from linkedin_api import Profile, Token, Urn
from linkedin_api.community.social_models import Reaction
from sandbox import Sandbox, create_app
from sandbox.directory.members import ZOE
from tests.conftest import ROOT, RunningSandbox, rsa_key, served
from tests.support.internet import internet
from tests.support.media import photo, picture, video
from tests.support.patience import PATIENCE_S, until
from tests.support.services import new_token, profile
from tests.support.tables import with_tables

CALLBACK = "http://localhost:8501/auth/linkedin/callback"


@dataclass
class SessionMiddleware:
    """What the websocket would tell of this browser; AppTest itself knows no cookies."""

    cookies: dict[str, str] = field(default_factory=dict)
    headers: list[tuple[str, str]] = field(default_factory=list)
    remote_ip: str = "127.0.0.1"


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> SessionMiddleware:
    found = SessionMiddleware({BROWSER_COOKIE: "this-browser"})
    # An internal name of Streamlit 1.67, for cookies only: there is no public one in AppTest.
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: found)
    return found


@pytest.fixture
def linkedin(tmp_path: Path) -> Iterator[RunningSandbox]:
    state = Sandbox(tmp_path / "sandbox", auto_approve=True, activity_delay_s=0)
    state.identity._key = rsa_key()
    with served(create_app(state)) as url:
        yield RunningSandbox(url, state)


@pytest.fixture
def services(linkedin: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The house that the pages will find, talking to a sandbox on another port."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{with_tables(tmp_path / 'd.db')}")
    monkeypatch.setenv("LINKEDIN_AUTH_URL", linkedin.url)
    monkeypatch.setenv("LINKEDIN_API_URL", linkedin.url)
    for name in ("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_ACCESS_TOKEN", "LINKEDIN_REDIRECT_URI"):
        monkeypatch.setenv(name, "")
    get_services.cache_clear()
    yield get_services()
    get_services().worker.stop()
    get_services().database.dispose()
    get_services.cache_clear()
    sandbox.cache_clear()


def opened(page: str = "login", **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "ui" / "app.py"), default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
    return app.run()


def said(app: AppTest) -> str:
    """Everything that the page says in words."""
    kinds = (
        "markdown",
        "text",
        "caption",
        "error",
        "warning",
        "info",
        "success",
        "title",
        "header",
        "subheader",
        "code",
    )
    written = "\n".join(str(each.value) for kind in kinds for each in getattr(app, kind))
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", written)  # as a reader sees it: Markdown's escapes are not shown


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def sign_in_link(app: AppTest) -> str:
    [link] = [html for html in (e.proto.body for e in app.get("html")) if "Sign in with LinkedIn" in html]
    return str(link.split('href="')[1].split('"')[0].replace("&amp;", "&"))


@pytest.fixture
def member(services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox) -> int:
    """Ada's account, with a cookie in this browser and a token that the sandbox knows."""
    answer = requests.get(
        f"{linkedin.url}/oauth/v2/authorization",
        params={
            "response_type": "code",
            "client_id": services.settings.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid profile email w_member_social",
            "state": "s",
        },
        allow_redirects=False,
        timeout=PATIENCE_S,
    )
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    oauth = services.oauth(lambda _: None)
    token = oauth.exchange_code(code, redirect_uri=CALLBACK)
    account = services.accounts.save(oauth.userinfo(token.access_token), token)
    _, ticket = services.accounts.open_session(account.id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))
    return account.id


def test_the_requests_are_drawn_when_their_tab_is_open(services: Services, member: int) -> None:
    services.drafts.save(member, services.drafts.get(member).changed(text="Look at the request"))
    app = opened("composer")
    assert not app.code
    app.session_state["look-at"] = "Request"
    app.run()

    assert "Look at the request" in "\n".join(each.value for each in app.code)


@pytest.mark.parametrize("page", ["profile", "composer", "drafts", "history", "console", "inspector", "feed"])
def test_no_page_opens_without_a_sign_in(services: Services, visitor: SessionMiddleware, page: str) -> None:
    app = opened(page)

    assert "Sign in with LinkedIn" in "".join(e.proto.body for e in app.get("html"))
    assert not app.exception


def test_the_whole_sign_in_from_link_to_profile(services: Services, visitor: SessionMiddleware) -> None:
    link = sign_in_link(opened())
    answer = requests.get(link, allow_redirects=False, timeout=PATIENCE_S)
    back = query_of(answer.headers["location"])

    app = opened(**back)

    assert "You are signed in as **Ada Example**" in said(app)
    assert "id_token verified" in said(app)
    assert back["code"] not in said(app)
    assert not app.exception


def test_a_rerun_does_not_spend_the_code_twice(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    link = sign_in_link(opened())
    answer = requests.get(link, allow_redirects=False, timeout=PATIENCE_S)
    back = query_of(answer.headers["location"])
    app = opened(**back)

    app.run()
    app.run()

    spent = [call for call in linkedin.state.calls if call[1] == "/oauth/v2/accessToken"]
    assert len(spent) == 1
    assert "You are signed in as" in said(app)


def test_a_stranger_calls_linkedin_with_a_state_of_theirs_only_and_leaves_no_record(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    def recorded() -> list[str]:
        with services.database.connect() as db:
            urls = db.execute(select(exchanges.c.url)).scalars()
            return [str(url).partition("?")[0].rpartition("/")[2] for url in urls]

    opened(code="AQ-some-code", state="made-up")
    called = list(linkedin.state.calls)
    link = sign_in_link(opened())
    opened(code="AQ-some-code", state=parse_qs(urlsplit(link).query)["state"][0])
    after_a_wrong_code = recorded()
    answer = requests.get(sign_in_link(opened()), allow_redirects=False, timeout=PATIENCE_S)
    opened(**query_of(answer.headers["location"]))

    assert called == []
    assert after_a_wrong_code == []
    assert recorded() == ["authorization", "accessToken", "jwks", "userinfo"]


def test_an_unreachable_linkedin_is_a_sentence(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = parse_qs(urlsplit(sign_in_link(opened())).query)["state"][0]
    monkeypatch.setenv("LINKEDIN_AUTH_URL", "http://127.0.0.1:9")
    get_services.cache_clear()

    app = opened(code="AQ-some-code", state=state)

    assert "did not accept the connection" in app.error[0].value
    assert "**Next:**" in app.error[0].value
    assert "AQ-some-code" not in said(app)


def test_a_wrong_secret_and_another_redirect_uri_are_told_apart(
    services: Services, visitor: SessionMiddleware, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = Sandbox(tmp_path / "strict", client_id="app", client_secret="right", auto_approve=True)
    monkeypatch.setenv("LINKEDIN_CLIENT_ID", "app")
    monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", "wrong")
    with served(create_app(strict)) as url:
        monkeypatch.setenv("LINKEDIN_AUTH_URL", url)
        monkeypatch.setenv("LINKEDIN_API_URL", url)
        wrong_secret = come_back()
        monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", "right")
        other_uri = come_back(redirect_uri="http://localhost:8501/other")

    assert "LINKEDIN_CLIENT_SECRET" in wrong_secret
    assert "LINKEDIN_REDIRECT_URI" in other_uri
    assert "right" not in wrong_secret


def come_back(redirect_uri: str = CALLBACK) -> str:
    """What the login page says after a round trip with the settings of now, its code asked for with this URI."""
    get_services.cache_clear()
    asked = sign_in_link(opened())
    swapped = asked.replace(quote(CALLBACK, safe=""), quote(redirect_uri, safe=""))
    answer = requests.get(swapped, allow_redirects=False, timeout=PATIENCE_S)
    back = query_of(answer.headers["location"])
    return said(opened(**back))


def test_a_browser_without_cookies_is_told_so(services: Services, visitor: SessionMiddleware) -> None:
    visitor.cookies.clear()

    app = opened()

    assert "Allow cookies for this address" in said(app)
    assert not any("Sign in with LinkedIn" in e.proto.body for e in app.get("html"))


def test_the_profile_shows_what_was_granted(member: int) -> None:
    app = opened("profile")

    assert "urn:li:person:782bbtaQ" in said(app)
    assert "ada@example.com (verified)" in said(app)
    assert [metric.value for metric in app.metric] == ["0 days", "60", "4", "0 of 150", "0 of 100,000"]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("expired", "Your LinkedIn sign-in has expired."),
        ("revoked", "Access was revoked at LinkedIn."),
        ("invalid", "LinkedIn no longer accepts this sign-in."),
    ],
)
def test_a_refused_token_is_named_where_it_matters(member: int, services: Services, reason: str, sentence: str) -> None:
    services.accounts.refuse_token(member, reason)

    for page in ("profile", "composer", "login"):
        assert sentence in said(opened(page)), page
    assert next(b for b in opened("composer").button if b.label == "Publish in the sandbox").disabled


def test_a_token_without_the_posting_scope_says_which_product_grants_it(
    services: Services, visitor: SessionMiddleware
) -> None:
    profile = Profile.from_claims({"sub": "abc", "name": "Bo"})
    token = Token(access_token="AQ-x", expires_in_s=100, scopes=("openid", "profile"), id_token=None)
    _, ticket = services.accounts.open_session(services.accounts.save(profile, token).id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))

    app = opened("composer")

    assert "“Share on LinkedIn”" in said(app)


def test_a_draft_in_the_database_is_what_the_composer_shows(member: int, services: Services) -> None:
    draft = services.drafts.get(member).changed(kind="article", text="Kept", url="https://example.com", title="T")
    services.drafts.save(member, draft)

    app = opened("composer")
    app.session_state["look-at"] = "Request"
    app.run()

    assert app.text_input(key=f"url-{draft.draft_id}").value == "https://example.com"
    assert '"originalUrl": "https://example.com"' in said(app)
    assert not next(b for b in app.button if b.label == "Publish in the sandbox").disabled


def test_an_article_through_rest_asks_for_its_title(member: int, services: Services) -> None:
    draft = services.drafts.get(member).changed(kind="article", text="Look", url="https://example.com", dialect="rest")
    services.drafts.save(member, draft)
    app = opened("composer")

    assert "An article needs a title in the rest dialect" in said(app)
    assert next(b for b in app.button if b.label == "Publish in the sandbox").disabled
    app.text_input(key=f"title-{draft.draft_id}").set_value("A title").run()
    assert "An article needs a title" not in said(app)
    assert not next(b for b in app.button if b.label == "Publish in the sandbox").disabled


def test_publish_now_publishes_in_the_background(member: int, services: Services, linkedin: RunningSandbox) -> None:
    services.drafts.save(member, services.drafts.get(member).changed(text="From AppTest"))
    app = opened("composer")

    next(b for b in app.button if b.label == "Publish in the sandbox").click().run()

    until(lambda: app.run() and linkedin.state.posts)
    assert [post.text for post in linkedin.state.posts.values()] == ["From AppTest"]
    assert services.drafts.get(member).is_empty


def test_the_given_token_needs_no_sign_in(
    member: int, services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", str(services.accounts.access_token(member)))
    get_services.cache_clear()
    del visitor.cookies[SESSION_COOKIE]

    app = opened("profile")

    assert "urn:li:person:782bbtaQ" in said(app)
    assert not app.exception


def test_the_given_token_is_not_lent_to_a_page_of_another_host(
    member: int, services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", str(services.accounts.access_token(member)))
    get_services.cache_clear()
    del visitor.cookies[SESSION_COOKIE]
    visitor.headers.append(("Host", "evil.test:8501"))  # DNS rebinding: its page, our address

    app = opened("profile")

    assert "urn:li:person" not in said(app)
    assert "LINKEDIN_ACCESS_TOKEN is used on this machine only." in said(app)


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Forwarded-For", "203.0.113.9")],
        [("x-forwarded-host", "dash.example.com")],
        [("Forwarded", "for=203.0.113.9")],
        [("Via", "1.1 proxy")],
        [("X-Real-IP", "203.0.113.9")],
        [("Origin", "https://dash.example.com")],  # a proxy that rewrites Host and adds nothing
        [("Referer", "https://dash.example.com/login")],
        [("Origin", "null")],
        [("Origin", "http://[")],
    ],
)
def test_the_given_token_is_not_lent_through_a_proxy_that_hides_the_host(
    member: int,
    services: Services,
    visitor: SessionMiddleware,
    monkeypatch: pytest.MonkeyPatch,
    headers: list[tuple[str, str]],
) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", str(services.accounts.access_token(member)))
    get_services.cache_clear()
    del visitor.cookies[SESSION_COOKIE]
    visitor.headers += [("Host", "localhost:8501"), *headers]

    app = opened("profile")

    assert "urn:li:person" not in said(app)
    assert "LINKEDIN_ACCESS_TOKEN is used on this machine only." in said(app)
    assert "through a proxy it is never used" in said(app)


def test_the_given_token_is_for_browsers_of_this_machine(
    member: int, services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", str(services.accounts.access_token(member)))
    get_services.cache_clear()
    del visitor.cookies[SESSION_COOKIE]
    visitor.headers += [("Host", "localhost:8501"), ("Origin", "http://localhost:8501")]
    here = said(opened("profile"))
    visitor.remote_ip = "192.0.2.7"  # it says localhost, and is another machine

    assert "urn:li:person:782bbtaQ" in here
    assert "urn:li:person" not in said(opened("profile"))


def test_a_new_sign_in_ends_the_session_before(member: int, services: Services, visitor: SessionMiddleware) -> None:
    before = visitor.cookies[SESSION_COOKIE]
    link = services.sign_in(visitor.cookies[BROWSER_COOKIE]).link(CALLBACK, ("openid", "profile"))
    answer = requests.get(link, allow_redirects=False, timeout=PATIENCE_S)
    back = query_of(answer.headers["location"])
    was_good = services.accounts.session(before) is not None
    app = opened(**back)

    assert "You are signed in as **Ada Example**" in said(app)
    assert (was_good, services.accounts.session(before)) == (True, None)
    assert services.accounts.session_account(app.session_state["tab_state"].session_id)


def test_a_given_token_that_linkedin_refuses_is_a_sentence(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", "AQ-stale-token")
    get_services.cache_clear()

    app = opened("profile")

    assert "LINKEDIN_ACCESS_TOKEN was not accepted." in said(app)
    assert "AQ-stale-token" not in said(app)


def test_a_database_that_fails_while_writing_keeps_the_text(
    member: int, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("composer")
    with services.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE drafts RENAME TO lost")

    (kind,) = (each for each in app.get("button_group") if each.label == "Kind")
    kind.select("article").run()

    assert "The draft is not saved." in said(app)
    assert app.session_state["member_state"].draft.kind == "article"


def test_signing_out_elsewhere_ends_this_tab_too(member: int, services: Services) -> None:
    app = opened("profile")

    services.accounts.disconnect(member)
    app.run()

    assert any("Sign in with LinkedIn" in e.proto.body for e in app.get("html"))


def test_an_account_of_another_linkedin_is_not_this_one(member: int, services: Services) -> None:
    with services.database.begin() as db:
        db.execute(update(accounts).values(issuer="https://www.linkedin.com"))

    app = opened("profile")

    assert "urn:li:person" not in said(app)


def test_the_card_of_a_page_is_fetched_when_asked_for(member: int, services: Services) -> None:
    async def page(_: Request) -> HTMLResponse:
        return HTMLResponse(
            '<meta property="og:title" content="A &lt;bridge&gt;"><meta property="og:description" content="Long.">'
            '<meta property="og:image" content="/bridge.png">'
        )

    async def image(_: Request) -> Response:
        return Response(picture(), media_type="image/png")

    object.__setattr__(services, "internet", internet())  # the page is on this machine
    with served(Starlette(routes=[Route("/", page), Route("/bridge.png", image)])) as url:
        draft = services.drafts.get(member).changed(kind="article", text="Look", url=url)
        services.drafts.save(member, draft)
        app = opened("composer")
        next(b for b in app.button if b.label == "Fetch the page's card").click().run()

    assert app.text_input(key=f"title-{draft.draft_id}").value == "A <bridge>"
    assert app.text_input(key=f"description-{draft.draft_id}").value == "Long."
    kept = services.drafts.get(member)
    assert (kept.title, kept.description, kept.speaks) == ("A <bridge>", "Long.", "rest")
    assert [each.file.content_type for each in kept.thumbnail] == ["image/png"]
    assert not app.exception


@pytest.mark.parametrize("page", ["composer", "queue", "history"])
def test_a_database_file_that_is_gone_is_said_on_every_page(member: int, services: Services, page: str) -> None:
    file = Path(str(services.database.url.database))
    file.rename(file.with_suffix(".away"))
    gone = said(opened(page))
    file.with_suffix(".away").rename(file)

    assert "was deleted or replaced while the dashboard was running, so nothing is published" in gone
    assert "was deleted or replaced" not in said(opened(page))


def test_a_page_that_cannot_be_fetched_leaves_what_was_typed(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    draft = services.drafts.get(member).changed(kind="article", text="Look", url=linkedin.url, title="Mine")
    services.drafts.save(member, draft)
    app = opened("composer")

    next(b for b in app.button if b.label == "Fetch the page's card").click().run()

    assert "was not fetched" in said(app)
    assert app.text_input(key=f"title-{draft.draft_id}").value == "Mine"


def test_what_the_sign_in_lacks_names_the_product_that_grants_it(member: int) -> None:
    shown = said(opened("profile"))

    assert "publish, comment and react as your company pages" in shown.lower()
    assert "“Community Management API”" in shown
    assert "This sign-in may not look for them." in shown
    assert "202609 · answers until 15 September 2027" in shown


def test_a_version_that_ends_soon_is_a_warning(
    member: int, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_VERSION", "202601")
    get_services.cache_clear()

    assert "version 202601 off on 15 January 2027" in said(opened("profile"))


def test_drafts_and_templates_are_listed(member: int, services: Services) -> None:
    services.drafts.save(member, Draft(text="In the composer"), leaves=Draft(text="Waits **here**"))
    services.drafts.save_template(member, "Weekly", Draft(text="Hello {{name}}"))

    shown = said(opened("drafts"))

    assert "In the composer" in shown
    assert "Waits **here**" in shown
    assert "Weekly" in shown
    assert "asks for 1 word" in shown


def test_a_text_longer_as_sent_is_a_warning_and_no_stop(member: int, services: Services) -> None:
    services.drafts.save(member, Draft(text="(" * 2_000, dialect="rest"))
    app = opened("composer")

    assert "2,000 characters as shown and 4,000 as sent" in said(app)
    assert not next(b for b in app.button if b.label == "Publish in the sandbox").disabled


def test_another_member_in_the_same_browser_finds_nothing_of_the_one_before(
    member: int, services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    services.drafts.save(member, Draft(text="Ada's secret draft"))
    app = opened("composer")
    zoe = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    services.accounts.close_session(app.session_state["tab_state"].session_id)
    _, ticket = services.accounts.open_session(zoe.id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))

    app.run()
    app.run()

    assert app.session_state["member_state"].account.id == zoe.id
    assert "Ada's secret draft" not in said(app)
    assert app.session_state["member_state"].draft.is_empty
    assert services.drafts.get(zoe.id).is_empty


def test_nothing_that_a_tab_knows_of_one_member_is_left_for_the_next_one(
    member: int, services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    app = opened("composer")
    before, marks = app.session_state["member_state"], {each.name: object() for each in fields(MemberState)}
    for name in marks.keys() - {"account"}:
        setattr(before, name, marks[name])
    app.session_state["comment-1-0"] = "Ada's words in a widget"
    zoe = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    services.accounts.close_session(app.session_state["tab_state"].session_id)
    _, ticket = services.accounts.open_session(zoe.id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))

    app.run()
    app.run()

    after = app.session_state["member_state"]
    assert after.account.id == zoe.id
    assert [name for name, mark in marks.items() if getattr(after, name) is mark] == []
    assert "comment-1-0" not in app.session_state


def test_a_tab_is_empty_after_a_sign_out(member: int) -> None:
    app = opened()
    app.session_state["comment-1-0"] = "Ada's words in a widget"
    app.session_state["member_state"].scheduled = "Ada's post"

    next(b for b in app.button if b.label == "Sign out").click().run()

    assert app.session_state["member_state"].account is None
    assert app.session_state["member_state"].scheduled == ""
    assert app.session_state["tab_state"].session_id is None
    assert "comment-1-0" not in app.session_state


def test_another_app_for_the_same_member_leaves_no_living_token_behind(
    member: int, services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    before = str(services.accounts.access_token(member))
    sign_in = services.sign_in("this-browser")
    link = sign_in.link(CALLBACK, EVERY_PRODUCT_SCOPES, None, EVERY_PRODUCT_CLIENT)
    answer = requests.get(link, allow_redirects=False, timeout=PATIENCE_S)
    back = query_of(answer.headers["location"])

    steps = list(sign_in.finish(back["code"], back["state"]))
    assert sign_in.account
    assert steps_of(sign_in.account) == steps
    assert [step.title for step in steps][-3:] == ["id_token verified", "Profile read", "Token stored"]
    assert linkedin.state.tokens.find(before).status(linkedin.state.clock()) == "revoked"  # type: ignore[union-attr]
    assert services.accounts.get(member).client_id == EVERY_PRODUCT_CLIENT


def published(services: Services, member: int, urn: str) -> int:
    """A published post of the member, as History knows it."""
    post_id = services.outbox.put(Posting(member, Draft(text="Out there", dialect="rest")))
    row = services.outbox.get(post_id)
    assert row
    services.outbox.finish(row, "published", urn=Urn(urn))
    return post_id


def test_a_refused_reaction_is_sent_once(member: int, services: Services, linkedin: RunningSandbox) -> None:
    post_id = published(services, member, "urn:li:share:7106697166089269248")
    linkedin.state.faults.arm("forbidden")
    app = opened("history", post=str(post_id))

    app.button_group(f"react-{post_id}-0").select(Reaction.LIKE).run()
    app.run()
    app.run()

    sent = [path for method, path, _ in linkedin.state.calls if method == "POST" and path == "/v2/reactions"]
    assert len(sent) == 1
    assert "The permission w_member_social is missing" in said(app)


def test_what_linkedin_has_taken_and_the_database_has_not_is_not_sent_again(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    services.drafts.save(member, Draft(text="Comment on me"))
    next(b for b in opened("composer").button if b.label == "Publish in the sandbox").click().run()
    until(lambda: [row for row in services.history.page(Wanted(member)) if row["state"] == "published"])
    app = opened("history", post=str(services.history.page(Wanted(member))[0]["id"]))
    app.text_area[0].set_value("Well said").run()
    with services.database.begin() as db:
        db.exec_driver_sql("CREATE TRIGGER full BEFORE UPDATE ON deeds BEGIN SELECT RAISE(FAIL, 'disk full'); END")

    next(b for b in app.button if b.label == "Comment").click().run()

    assert [comment.text for comment in linkedin.state.social.comments()] == ["Well said"]
    assert any("Do not send it again" in error.value.replace("\\", "") for error in app.error)
    assert app.text_area[0].value in (None, "")
    assert not app.exception


def test_files_of_any_ending_are_attached_or_refused_with_a_sentence_that_stays(
    member: int, services: Services
) -> None:
    services.drafts.save(member, Draft(kind="image"))
    app = opened("composer")
    files = [
        ("broken.HEIC", b"\0\0\0\x18ftypheic" + bytes(40), "image/heic"),
        ("plain.png", picture(), "image/png"),
        ("shot.webp", picture((64, 48), "WEBP"), "image/webp"),
        ("saved.jfif", picture((64, 48), "JPEG"), "image/jpeg"),
    ]

    app.file_uploader[0].set_value(files).run()
    app.run()

    refused = [re.sub(r"\\([^A-Za-z0-9\s])", r"\1", each.value) for each in app.error]
    why = "it cannot be read to its end. Save it again, or choose another."
    assert refused == [f"broken.HEIC is damaged or cut off: {why}"]
    attached = [each.file for each in services.drafts.get(member).images]
    assert [each.name for each in attached] == ["plain.png", "shot.webp", "saved.jfif"]
    assert attached[1].change_line == "shot.webp became a JPEG."
    app.file_uploader[0].set_value([("later.txt", b"text", "text/plain")]).run()
    assert len(app.error) == 2
    next(b for b in app.button if b.label == "Dismiss").click().run()
    assert not app.error


def test_place_and_camera_stay_in_the_files_of_a_member_who_wants_it_so(member: int, services: Services) -> None:
    services.drafts.save(member, Draft(kind="image"))
    me = opened("profile")
    next(each for each in me.toggle if each.label.startswith("Take place")).set_value(False).run()

    app = opened("composer")
    app.file_uploader[0].set_value([("IMG_1.jpg", photo(), "image/jpeg")]).run()

    [attached] = services.drafts.get(member).images
    assert attached.file.private_line.startswith("This photo says where it was taken (48.85 N, 2.29 E), when")
    assert attached.file.private_line.endswith("That is published with it.")
    assert services.uploads.path(attached.file.sha256).read_bytes() == photo()


def test_a_film_that_is_encoded_is_in_the_draft_from_the_start_and_keeps_it_from_leaving(
    member: int, services: Services, tmp_path: Path
) -> None:
    services.drafts.save(member, Draft(kind="video", text="Our engine"))
    app = opened("composer")
    film = video(tmp_path / "a.mov", kind="mov", codec="mjpeg", at_least_bytes=0).read_bytes()

    app.file_uploader[0].set_value([("a.mov", film, "video/quicktime")]).run()

    [waits] = services.drafts.get(member).video
    assert (waits.file.name, waits.file.is_ready) == ("a.mov", False)
    assert "a.mov is being made into an MP4. Wait until that is done." in str(
        services.drafts.get(member).problems(Urn("urn:li:person:a"), lambda _: True)
    )
    until(lambda: app.run() and services.drafts.get(member).video[0].file.is_ready)
    [made] = services.drafts.get(member).video
    assert (made.file.content_type, made.file.change_line) == ("video/mp4", "a.mov was encoded as MP4 (H.264).")
    assert not app.exception
