"""Apps of several kinds: with and without OpenID Connect, of unknown age, with company pages that have names."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard.accounts.account import Account
from dashboard.accounts.sign_in import (
    COMMUNITY_CLIENT,
    COMMUNITY_SCOPES,
    EVERY_PRODUCT_CLIENT,
    EVERY_PRODUCT_SCOPES,
    steps_of,
)
from dashboard.db.database import now
from dashboard.db.tables import accounts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from dashboard.services import Services, get_services
from linkedin_api import OAuth, Token, Unauthorized, Urn
from sandbox.directory.members import ADA
from sandbox.directory.organizations import BRIDGE, ENGINES
from tests.conftest import RunningSandbox, served
from tests.dashboard.accounts.test_connections import connect_link, enter
from tests.linkedin_api.auth.test_oauth import http_answer
from tests.linkedin_api.http.test_transport import answering, raw_server
from tests.support.patience import PATIENCE_S, until
from tests.support.services import PNG, profile
from tests.ui.test_pages import (
    CALLBACK,
    SessionMiddleware,
    linkedin,
    member,
    opened,
    said,
    services,
    sign_in_link,
    visitor,
)

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures


def came_back(link: str) -> dict[str, str]:
    """What LinkedIn's callback brings from an app that is allowed at once."""
    answer = requests.get(link, allow_redirects=False, timeout=PATIENCE_S)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def signed_in_through(services: Services, client_id: str, scopes: tuple[str, ...]) -> Account:
    sign_in = services.sign_in("this-browser")
    back = came_back(sign_in.link(CALLBACK, scopes, None, client_id))
    assert list(sign_in.finish(back["code"], back["state"]))
    assert sign_in.account
    return sign_in.account


@pytest.fixture
def of_pages(services: Services, visitor: SessionMiddleware) -> Account:
    """Ada, signed in here through an app that may write for her company pages, which are found."""
    account = signed_in_through(services, EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES)
    services.engagement.find_organizations(account)
    enter(services, visitor, account.id)
    return services.accounts.get(account.id)


# Without OpenID Connect.


def test_an_app_with_community_management_alone_signs_in(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKEDIN_CLIENT_ID", COMMUNITY_CLIENT)
    monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", "sandbox-secret")
    monkeypatch.setenv("LINKEDIN_SCOPES", " ".join(COMMUNITY_SCOPES))
    get_services.cache_clear()

    app = opened(**came_back(sign_in_link(opened())))

    assert "You are signed in as **Ada Example**" in said(app)
    assert "id_token" not in said(app)
    called = [path for _, path, _ in linkedin.state.calls]
    assert "/v2/me" in called
    assert "/v2/userinfo" not in called
    [account] = get_services().accounts.all()
    enter(get_services(), visitor, account.id)
    shown = said(opened("profile"))
    assert "Writes programs for engines" in shown
    assert "linkedin.com/in/ada-example" in shown
    assert "No email address: /v2/me tells none" in shown
    assert "“Sign In with LinkedIn using OpenID Connect”" not in shown  # such an app cannot have it
    assert str(account.profile.picture).startswith(linkedin.url)


def test_the_given_token_of_such_an_app_needs_no_openid(
    services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = linkedin.state.tokens.new_access_token(COMMUNITY_CLIENT, ADA.sub, list(COMMUNITY_SCOPES))
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", token)
    monkeypatch.setenv("LINKEDIN_SCOPES", " ".join(COMMUNITY_SCOPES))
    get_services.cache_clear()

    assert "Ada Example" in said(opened("profile"))


def test_an_expired_sign_in_is_renewed_through_the_app_that_the_member_came_with(
    services: Services, visitor: SessionMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):  # the built-in sandbox, which has other apps
        monkeypatch.setenv(name, "")
    get_services.cache_clear()
    token = Token("AQX", 3_600, EVERY_PRODUCT_SCOPES)
    account = get_services().accounts.save(profile(), token, client_id=EVERY_PRODUCT_CLIENT)
    enter(get_services(), visitor, account.id)
    before = asked_of(connect_link(opened(), "Sign in again"))

    get_services().accounts.refuse_token(account.id, "expired")

    assert before == asked_of(sign_in_link(opened())) == (EVERY_PRODUCT_CLIENT, set(EVERY_PRODUCT_SCOPES))


def asked_of(link: str) -> tuple[str, set[str]]:
    asked = parse_qs(urlsplit(link).query)
    return asked["client_id"][0], set(asked["scope"][0].split())


# Of unknown age.


def test_a_sign_in_that_linkedin_sets_no_end_to_is_kept_and_said_wherever_days_are(
    services: Services, visitor: SessionMiddleware
) -> None:
    answer = json.dumps({"access_token": "AQX", "scope": "w_member_social", "sub": "7", "name": "Bo"})
    sign_in = services.sign_in("this-browser")
    state = parse_qs(urlsplit(sign_in.link(CALLBACK, ("openid",))).query)["state"][0]
    with raw_server(answering(http_answer(200, answer))) as url:
        sign_in.oauth_of = lambda _: OAuth(auth_url=url, api_url=url, client_id="app", client_secret="s")
        told = list(sign_in.finish("AQ-code", state))
    assert sign_in.account
    assert steps_of(sign_in.account) == told
    enter(services, visitor, sign_in.account.id)
    services.outbox.put(Posting(sign_in.account.id, Draft(text="Later"), now() + timedelta(days=90), "UTC"))

    assert any("did not say how long it is valid" in step.detail for step in told)
    assert "LinkedIn did not say when this sign-in ends" in said(opened("login"))
    assert "LinkedIn did not say when Bo's sign-in ends." in said(opened("queue"))
    metrics = {each.label: each.value for each in opened("profile").metric}
    assert metrics["Days left"] == "unknown"


# A 401, wherever it comes.


@pytest.mark.parametrize("call", ["delete", "figures", "pages", "upload"])
def test_a_401_of_any_call_marks_the_token(
    services: Services, linkedin: RunningSandbox, visitor: SessionMiddleware, call: str
) -> None:
    account = signed_in_through(services, EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES)
    post_id = services.outbox.put(Posting(account.id, Draft(text="Out there", dialect="rest")))
    row = services.outbox.get(post_id)
    assert row
    services.outbox.finish(row, "published", urn=Urn("urn:li:share:7"))
    row = services.outbox.get(post_id)
    assert row
    linkedin.state.faults.arm("revoked_token", target="upload" if call == "upload" else "any")
    transport, publisher = services.connect(row, str(services.accounts.access_token(account.id)), lambda _: None)
    calls: dict[str, Any] = {
        "delete": lambda: services.delete_post(row),
        "figures": lambda: services.engagement.figures(row),
        "pages": lambda: services.engagement.find_organizations(account),
        "upload": lambda: publisher.upload_image(
            account.urn, io.BytesIO(PNG), size_bytes=len(PNG), content_type="image/png"
        ),
    }

    with transport, pytest.raises(Unauthorized):
        calls[call]()

    assert services.accounts.get(account.id).sign_in_needed == "Access was revoked at LinkedIn."


# Company pages.


def test_company_pages_have_names_and_logos_as_in_the_feed(
    of_pages: Account, services: Services, linkedin: RunningSandbox
) -> None:
    services.drafts.save(of_pages.id, Draft(text="By the page", author=ENGINES.urn, dialect="rest"))
    app = opened("composer")
    card = next(each.proto.body for each in app.get("html") if "By the page" in each.proto.body)
    publish = next(each for each in app.button if each.label.startswith("Publish in the sandbox"))
    publish.click().run()
    [post] = until(linkedin.state.feed)

    assert post.author_name == of_pages.name_of(ENGINES.urn) == "Analytical Engines"
    logo = str(of_pages.picture_of(ENGINES.urn))
    assert logo == f"{linkedin.url}{ENGINES.picture_path}"
    assert requests.get(logo, timeout=PATIENCE_S).headers["content-type"].startswith("image/")
    assert f'<img class="lp-avatar lp-square" src="{logo}"' in card
    assert "Analytical Engines" in card
    assert publish.label == "Publish in the sandbox as Analytical Engines"
    assert "Bridge & Sons" in said(opened("profile"))


def test_a_page_without_a_name_keeps_its_number_and_takes_the_members_own(
    of_pages: Account, services: Services
) -> None:
    services.accounts.keep_organizations(of_pages.id, [Urn(ENGINES.urn), Urn("urn:li:organization:77")])
    assert services.accounts.get(of_pages.id).name_of("urn:li:organization:77") == "Company page 77"

    app = opened("profile")
    app.text_input(key="name-urn:li:organization:77").set_value("Ours").run()

    services.accounts.name_organization(of_pages.id, ENGINES.urn, "Not theirs to name")
    found = services.accounts.get(of_pages.id)
    assert found.pages == {ENGINES.urn: "Analytical Engines", "urn:li:organization:77": "Ours"}
    assert f"name-{ENGINES.urn}" not in [each.key for each in app.text_input]


def test_names_and_logos_are_read_anew_once_a_week(of_pages: Account, services: Services) -> None:
    def age(days: int) -> None:
        old = {"name": "Old name", "logo": None, "read_at": (now() - timedelta(days=days)).isoformat()}
        with services.database.begin() as db:
            db.execute(update(accounts).values(organizations={ENGINES.urn: old}))
        services.engagement.refresh_organizations()

    age(days=6)
    kept = services.accounts.get(of_pages.id).name_of(ENGINES.urn)
    age(days=8)

    assert kept == "Old name"
    assert services.accounts.get(of_pages.id).pages == {
        ENGINES.urn: "Analytical Engines",
        BRIDGE.urn: "Bridge & Sons",
    }


def test_a_name_that_linkedin_refuses_to_tell_leaves_the_page(
    of_pages: Account, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = [{"organization": ENGINES.urn, "role": "ADMINISTRATOR", "state": "APPROVED"}]
    with told_roles_only(roles) as url:
        monkeypatch.setenv("LINKEDIN_API_URL", url)
        monkeypatch.setenv("LINKEDIN_AUTH_URL", services.settings.auth_url)
        get_services.cache_clear()
        get_services().engagement.find_organizations(of_pages)

    assert services.accounts.get(of_pages.id).pages == {ENGINES.urn: "Analytical Engines"}  # told before


@contextmanager
def told_roles_only(roles: list[dict[str, str]]) -> Iterator[str]:
    """A LinkedIn that tells for which pages the member may act, and fails at their names."""

    def answer(request: Request) -> JSONResponse:
        if request.url.path.endswith("organizationAcls"):
            return JSONResponse({"elements": roles})
        return JSONResponse({"status": 500, "message": "Internal error"}, 500)

    with served(Starlette(routes=[Route("/{rest:path}", answer)])) as url:
        yield url
