"""The sandbox's sign-in, token endpoint and OpenID Connect, each against LinkedIn's documented answer."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from sandbox import Sandbox, create_app
from tests.conftest import RunningSandbox, served
from tests.support.patience import PATIENCE_S

REDIRECT_URI = "http://localhost:8501/auth/linkedin/callback"
SCOPES = "openid profile email w_member_social"
ADA, ZOE = "782bbtaQ", "k4Zu-E_9"
CLIENT = {"client_id": "my-client", "client_secret": "my-secret"}
V2 = {"X-Restli-Protocol-Version": "2.0.0"}


def asked(scope: str = SCOPES, **changes: str) -> dict[str, str]:
    params = {"response_type": "code", "client_id": "my-client", "redirect_uri": REDIRECT_URI, "scope": scope}
    return params | {"state": "a b&c"} | changes


def decided(url: str, choice: str = "allow", member: str = ADA, scope: str = SCOPES) -> dict[str, str]:
    form = asked(scope) | {"choice": choice, "member": member}
    answer = requests.post(f"{url}/oauth/v2/authorization", data=form, allow_redirects=False, timeout=PATIENCE_S)
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def code_form(code: str, **changes: str) -> dict[str, str]:
    return CLIENT | {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI} | changes


def token_call(url: str, form: dict[str, str], **options: Any) -> requests.Response:
    return requests.post(f"{url}/oauth/v2/accessToken", data=form, timeout=PATIENCE_S, **options)


def signed_in(url: str, member: str = ADA, scope: str = SCOPES) -> dict[str, Any]:
    code = decided(url, member=member, scope=scope)["code"]
    answer: dict[str, Any] = token_call(url, code_form(code)).json()
    return answer


def bearer(url: str, member: str = ADA, scope: str = SCOPES) -> dict[str, str]:
    return V2 | {"Authorization": f"Bearer {signed_in(url, member, scope)['access_token']}"}


class Clock:
    """A clock that only moves when told to: 2026-11-23 12:00 UTC."""

    def __init__(self) -> None:
        self.now = 1_795_435_200.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(tmp_path: Path, clock: Clock) -> Iterator[RunningSandbox]:
    state = Sandbox(tmp_path / "timed", clock=clock, member_daily_limit=5, partner=True, activity_delay_s=0)
    with served(create_app(state)) as url:
        yield RunningSandbox(url, state)


def test_the_consent_page_names_both_members_and_both_buttons(linkedin: RunningSandbox) -> None:
    page = requests.get(f"{linkedin.url}/oauth/v2/authorization", params=asked(), timeout=PATIENCE_S)

    assert page.status_code == 200
    assert "Sandbox – nothing leaves this machine" in page.text
    for text in ("Ada Example", "Zoë Muster", ">Allow<", ">Cancel<"):
        assert text in page.text
    assert "form-action" not in page.headers["content-security-policy"]


def test_allow_returns_with_a_code_and_the_same_state(linkedin: RunningSandbox) -> None:
    answer = decided(linkedin.url)

    assert answer["state"] == "a b&c"
    assert re.fullmatch(r"AQ[\w-]{148,248}", answer["code"])


@pytest.mark.parametrize(
    ("choice", "error", "description"),
    [
        ("cancel", "user_cancelled_authorize", "The user cancelled the authorization"),
        ("leave", "user_cancelled_login", "The user cancelled LinkedIn login"),
    ],
)
def test_cancelling_returns_linkedins_error(
    linkedin: RunningSandbox, choice: str, error: str, description: str
) -> None:
    assert decided(linkedin.url, choice) == {"error": error, "error_description": description, "state": "a b&c"}


def test_an_unprovisioned_scope_fails_the_whole_request(linkedin: RunningSandbox) -> None:
    page = requests.get(
        f"{linkedin.url}/oauth/v2/authorization",
        params=asked("openid r_liteprofile"),
        allow_redirects=False,
        timeout=PATIENCE_S,
    )

    assert page.status_code == 302
    assert parse_qs(urlsplit(page.headers["location"]).query)["error"] == ["unauthorized_scope_error"]
    assert parse_qs(urlsplit(page.headers["location"]).query)["error_description"] == [
        'Scope "r_liteprofile" is not authorized for your application'
    ]


FEEDS = "w_member_social_feed w_organization_social_feed r_organization_social_feed"
PAGES = "w_organization_social r_organization_social rw_organization_admin r_organization_followers"
FIGURES = "r_basicprofile r_1st_connections_size r_member_postAnalytics r_member_profileAnalytics"
COMMUNITY = f"w_member_social {FEEDS} {PAGES} {FIGURES}"
CLOSED = "r_member_social r_member_social_feed r_organization_admin"
EVERY_PRODUCT = f"{SCOPES} {CLOSED} {COMMUNITY.removeprefix('w_member_social ')}"


def consent_page(url: str, scope: str, client_id: str) -> requests.Response:
    where, params = f"{url}/oauth/v2/authorization", asked(scope, client_id=client_id)
    return requests.get(where, params=params, allow_redirects=False, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("client_id", "scope"), [("sandbox-community", COMMUNITY), ("sandbox-every-product", EVERY_PRODUCT)]
)
def test_every_scope_of_an_app_is_explained_in_words(linkedin: RunningSandbox, client_id: str, scope: str) -> None:
    page = consent_page(linkedin.url, scope, client_id)

    assert page.status_code == 200
    wishes = re.findall(r"<li>([^<]+) <code>([^<]+)</code></li>", page.text)
    assert {name for _, name in wishes} == set(scope.split())
    assert [name for words, name in wishes if words == name or " " not in words] == []


@pytest.mark.parametrize("client_id", ["sandbox-client", "my-client"])
@pytest.mark.parametrize("scope", (FEEDS + " " + FIGURES).split())
def test_a_self_serve_app_gets_none_of_them(linkedin: RunningSandbox, client_id: str, scope: str) -> None:
    page = consent_page(linkedin.url, f"openid {scope}", client_id)

    assert parse_qs(urlsplit(page.headers["location"]).query)["error_description"] == [
        f'Scope "{scope}" is not authorized for your application'
    ]


@pytest.mark.parametrize("scope", [*SCOPES.split()[:3], *CLOSED.split()])
def test_an_app_with_community_management_has_no_openid_connect(linkedin: RunningSandbox, scope: str) -> None:
    page = consent_page(linkedin.url, f"r_basicprofile {scope}", "sandbox-community")

    assert parse_qs(urlsplit(page.headers["location"]).query)["error_description"] == [
        f'Scope "{scope}" is not authorized for your application'
    ]


def test_scopes_that_are_given_outright_hold_for_every_client(tmp_path: Path) -> None:
    with served(create_app(Sandbox(tmp_path, allowed_scopes=["openid", "r_events"]))) as url:
        mine = consent_page(url, "r_events", "sandbox-client")
        community = consent_page(url, "w_organization_social", "sandbox-community")

    assert (mine.status_code, community.status_code) == (200, 302)


@pytest.mark.parametrize("uri", ["http://localhost:8501/other", "/callback", "http://[", "javascript:alert(1)", ""])
def test_a_wrong_redirect_uri_gets_linkedins_own_page(tmp_path: Path, uri: str) -> None:
    state = Sandbox(tmp_path, redirect_uris=[REDIRECT_URI])
    with served(create_app(state)) as url:
        page = requests.get(f"{url}/oauth/v2/authorization", params=asked(redirect_uri=uri), timeout=PATIENCE_S)

    assert page.status_code == 400
    assert "Bummer, something went wrong." in page.text
    assert "The redirect_uri does not match the registered value" in page.text


def test_the_query_of_a_redirect_uri_is_ignored_and_kept(tmp_path: Path) -> None:
    state = Sandbox(tmp_path, redirect_uris=[REDIRECT_URI], auto_approve=True)
    with served(create_app(state)) as url:
        page = requests.get(
            f"{url}/oauth/v2/authorization",
            params=asked(redirect_uri=REDIRECT_URI + "?id=1"),
            allow_redirects=False,
            timeout=PATIENCE_S,
        )

    assert page.headers["location"].startswith(REDIRECT_URI + "?id=1&code=AQ")


def test_a_foreign_client_gets_linkedins_own_page(tmp_path: Path) -> None:
    with served(create_app(Sandbox(tmp_path, client_id="other", client_secret="secret"))) as url:
        page = requests.get(f"{url}/oauth/v2/authorization", params=asked(), timeout=PATIENCE_S)

    assert page.status_code == 400
    assert "Client_id doesn't match" in html.unescape(page.text)


def test_what_the_client_sends_is_escaped(linkedin: RunningSandbox) -> None:
    params = asked(client_id="<script>", state='"><b>')
    page = requests.get(f"{linkedin.url}/oauth/v2/authorization", params=params, timeout=PATIENCE_S)

    assert "<script>" not in page.text
    assert '"><b>' not in page.text


def test_consent_is_asked_once_when_the_option_is_on(tmp_path: Path) -> None:
    browser = requests.Session()
    with served(create_app(Sandbox(tmp_path, skip_consent=True))) as url:
        where = f"{url}/oauth/v2/authorization"
        form = asked() | {"choice": "allow", "member": ZOE}
        first = browser.post(where, data=form, allow_redirects=False, timeout=PATIENCE_S)
        token_call(url, code_form(parse_qs(urlsplit(first.headers["location"]).query)["code"][0]))
        again = browser.get(where, params=asked(), allow_redirects=False, timeout=PATIENCE_S)
        other_scopes = browser.get(where, params=asked("openid"), allow_redirects=False, timeout=PATIENCE_S)
        other_browser = requests.get(where, params=asked(), allow_redirects=False, timeout=PATIENCE_S)

    assert (again.status_code, other_scopes.status_code, other_browser.status_code) == (302, 200, 200)


ELSEWHERE = [
    "https://evil.example/back",
    "https://localhost.evil.example/back",
    "http://localhost@evil.example/back",
    "http://evil.example\\@localhost/back",
    "http://127.0.0.1.evil.example/back",
]
HERE = ["http://localhost:3000/cb", "http://127.0.0.1/cb", "http://[::1]:8501/cb", "{own}/cb"]


def ask(url: str, **changes: str) -> requests.Response:
    params = asked(**changes)
    return requests.get(f"{url}/oauth/v2/authorization", params=params, allow_redirects=False, timeout=PATIENCE_S)


@pytest.mark.parametrize("uri", ELSEWHERE)
def test_nobody_is_sent_elsewhere_without_having_agreed(tmp_path: Path, uri: str) -> None:
    with served(create_app(Sandbox(tmp_path, auto_approve=True, skip_consent=True))) as url:
        plain = ask(url, redirect_uri=uri)
        no_scope, no_code = ask(url, scope="r_all", redirect_uri=uri), ask(url, response_type="token", redirect_uri=uri)

    assert [each.status_code for each in (plain, no_scope, no_code)] == [200, 200, 200]
    assert "Allow this program to use your account?" in plain.text
    assert "Scope &#34;r_all&#34; is not authorized for your application" in no_scope.text
    assert "Go on to " in no_scope.text
    assert "error=unauthorized_scope_error" in html.unescape(no_scope.text)


@pytest.mark.parametrize("uri", HERE)
def test_on_this_machine_and_back_to_itself_auto_approve_answers_at_once(tmp_path: Path, uri: str) -> None:
    with served(create_app(Sandbox(tmp_path, auto_approve=True))) as url:
        answers = [ask(url, redirect_uri=uri.format(own=url), **more) for more in ({}, {"scope": "r_all"})]

    assert [each.status_code for each in answers] == [302, 302]
    assert "code=AQ" in answers[0].headers["location"]
    assert "error=unauthorized_scope_error" in answers[1].headers["location"]


def test_a_page_of_this_server_may_say_that_consent_was_given(linkedin: RunningSandbox) -> None:
    def given(site: str, scope: str = SCOPES) -> requests.Response:
        where, params = f"{linkedin.url}/oauth/v2/authorization", asked(scope, sandbox_consent="given")
        headers = {"Sec-Fetch-Site": site}
        return requests.get(where, params=params, headers=headers, allow_redirects=False, timeout=PATIENCE_S)

    own, foreign, too_much = given("same-origin"), given("cross-site"), given("same-origin", "r_all")
    far = ask(linkedin.url, sandbox_consent="given", redirect_uri="https://evil.example/back")

    assert (own.status_code, foreign.status_code, far.status_code) == (302, 200, 200)
    code = parse_qs(urlsplit(own.headers["location"]).query)["code"][0]
    assert token_call(linkedin.url, code_form(code)).status_code == 200
    assert "error=unauthorized_scope_error" in too_much.headers["location"]


def test_a_member_who_agrees_is_sent_elsewhere(linkedin: RunningSandbox) -> None:
    form = asked(redirect_uri="https://app.example/back") | {"choice": "allow", "member": ADA}
    where = f"{linkedin.url}/oauth/v2/authorization"
    own_form = requests.post(
        where, data=form, headers={"Origin": linkedin.url}, allow_redirects=False, timeout=PATIENCE_S
    )

    assert own_form.status_code == 302
    assert own_form.headers["location"].startswith("https://app.example/back?code=AQ")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("choice", ["allow", "cancel", "leave"])
def test_a_page_of_another_origin_cannot_agree_for_the_member(
    linkedin: RunningSandbox, headers: dict[str, str], choice: str
) -> None:
    form = asked() | {"choice": choice, "member": ADA}
    where = f"{linkedin.url}/oauth/v2/authorization"
    answer = requests.post(where, data=form, headers=headers, allow_redirects=False, timeout=PATIENCE_S)

    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert "Allow this program to use your account?" in answer.text


def test_a_code_becomes_a_token(linkedin: RunningSandbox) -> None:
    answer = token_call(linkedin.url, code_form(decided(linkedin.url)["code"]))

    token = answer.json()
    assert answer.status_code == 200
    assert set(token) == {"access_token", "expires_in", "scope", "token_type", "id_token"}
    assert token["expires_in"] == 5_184_000
    assert token["scope"] == "email,openid,profile,w_member_social"
    assert token["token_type"] == "Bearer"
    assert 340 <= len(token["access_token"]) <= 500


def test_token_parameters_are_taken_from_the_query_too(linkedin: RunningSandbox) -> None:
    code = decided(linkedin.url)["code"]
    answer = requests.post(f"{linkedin.url}/oauth/v2/accessToken", params=code_form(code), timeout=PATIENCE_S)

    assert answer.status_code == 200


def test_scopes_may_be_separated_by_commas(linkedin: RunningSandbox) -> None:
    assert signed_in(linkedin.url, scope="openid,profile, w_member_social")["scope"] == "openid,profile,w_member_social"


def test_the_token_endpoint_is_asked_by_post_alone(linkedin: RunningSandbox) -> None:
    params = code_form(decided(linkedin.url)["code"])

    assert requests.get(f"{linkedin.url}/oauth/v2/accessToken", params=params, timeout=PATIENCE_S).status_code == 405


def test_userinfo_tells_by_scope(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url, scope="openid")

    assert requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).json() == {"sub": ADA}


def test_a_code_is_good_once(linkedin: RunningSandbox) -> None:
    code = decided(linkedin.url)["code"]
    token_call(linkedin.url, code_form(code))
    again = token_call(linkedin.url, code_form(code))

    assert again.status_code == 401
    assert again.json() == {
        "error": "invalid_request",
        "error_description": "Unable to retrieve access token: authorization code not found",
    }


MISMATCH = {
    "error": "invalid_redirect_uri",
    "error_description": "Unable to retrieve access token: appid/redirect uri/code verifier does not match"
    " authorization code. Or authorization code expired. Or external member binding exists",
}


def test_another_redirect_uri_than_before_is_refused(linkedin: RunningSandbox) -> None:
    form = code_form(decided(linkedin.url)["code"], redirect_uri=REDIRECT_URI + "/")
    answer = token_call(linkedin.url, form)

    assert (answer.status_code, answer.json()) == (400, MISMATCH)


def test_a_code_lives_thirty_minutes(timed: RunningSandbox, clock: Clock) -> None:
    code = decided(timed.url)["code"]
    clock.now += 1800
    answer = token_call(timed.url, code_form(code))

    assert (answer.status_code, answer.json()) == (400, MISMATCH)


@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "client_id", "client_secret"])
def test_a_missing_parameter_is_named(linkedin: RunningSandbox, name: str) -> None:
    form = code_form("AQ")
    del form[name]
    answer = token_call(linkedin.url, form)

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": f'A required parameter "{name}" is missing',
    }


def test_basic_authentication_is_not_looked_at(linkedin: RunningSandbox) -> None:
    form = code_form(decided(linkedin.url)["code"])
    del form["client_id"], form["client_secret"]
    answer = token_call(linkedin.url, form, auth=("my-client", "my-secret"))

    assert answer.status_code == 400
    assert answer.json()["error_description"] == 'A required parameter "client_id" is missing'


def test_a_code_verifier_is_refused(linkedin: RunningSandbox) -> None:
    answer = token_call(linkedin.url, code_form(decided(linkedin.url)["code"], code_verifier="x" * 43))

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_a_wrong_secret_is_refused(tmp_path: Path) -> None:
    with served(create_app(Sandbox(tmp_path, client_id="my-client", client_secret="another"))) as url:
        answer = token_call(url, code_form(decided(url)["code"]))

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client", "error_description": "Client authentication failed"}


def test_ordinary_programs_cannot_refresh(linkedin: RunningSandbox) -> None:
    answer = token_call(linkedin.url, CLIENT | {"grant_type": "refresh_token", "refresh_token": "AQW"})

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_request",
        "error_description": "The provided authorization grant or refresh token is invalid, expired or revoked",
    }


def test_a_partners_refresh_token_is_never_prolonged(timed: RunningSandbox, clock: Clock) -> None:
    refresh_token = signed_in(timed.url)["refresh_token"]
    clock.now += 360 * 86400
    answer = token_call(timed.url, CLIENT | {"grant_type": "refresh_token", "refresh_token": refresh_token}).json()

    assert answer["refresh_token"] == refresh_token
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (5 * 86400, 5 * 86400)


def test_application_tokens_are_off_by_default(linkedin: RunningSandbox) -> None:
    answer = token_call(linkedin.url, CLIENT | {"grant_type": "client_credentials"})

    assert answer.status_code == 401
    assert answer.json() == {
        "error": "access_denied",
        "error_description": "This application is not allowed to create application tokens",
    }


def test_introspection_tells_what_a_token_is_worth(timed: RunningSandbox, clock: Clock) -> None:
    token = signed_in(timed.url)["access_token"]
    where, form = f"{timed.url}/oauth/v2/introspectToken", CLIENT | {"token": token}
    answer = requests.post(where, data=form, timeout=PATIENCE_S).json()
    foreign = requests.post(where, data=form | {"client_id": "other"}, timeout=PATIENCE_S).json()
    clock.now += 5_184_000
    later = requests.post(where, data=form, timeout=PATIENCE_S).json()

    assert answer == {
        "active": True,
        "client_id": "my-client",
        "authorized_at": 1_795_435_200,
        "created_at": 1_795_435_200,
        "status": "active",
        "expires_at": 1_800_619_200,
        "scope": "email,openid,profile,w_member_social",
        "auth_type": "3L",
    }
    assert foreign == {"active": False}
    assert (later["active"], later["status"]) == (False, "expired")


def test_a_revoked_token_answers_401(linkedin: RunningSandbox) -> None:
    token = signed_in(linkedin.url)["access_token"]
    answer = requests.post(f"{linkedin.url}/oauth/v2/revoke", data=CLIENT | {"token": token}, timeout=PATIENCE_S)
    headers = {"Authorization": f"Bearer {token}"}
    userinfo = requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S)

    assert (answer.status_code, answer.text) == (200, "")
    assert userinfo.status_code == 401
    assert userinfo.json()["serviceErrorCode"] == 65601


def test_another_scope_set_revokes_earlier_tokens_and_the_same_does_not(linkedin: RunningSandbox) -> None:
    def userinfo(headers: dict[str, str]) -> int:
        return requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).status_code

    first, second = bearer(linkedin.url), bearer(linkedin.url)
    before = userinfo(first), userinfo(second)
    third = bearer(linkedin.url, scope="openid profile")

    assert before == (200, 200)
    assert (userinfo(first), userinfo(second), userinfo(third)) == (401, 401, 200)


def test_discovery_has_the_members_that_linkedins_has(linkedin: RunningSandbox) -> None:
    url = linkedin.url
    answer = requests.get(f"{url}/oauth/.well-known/openid-configuration", timeout=PATIENCE_S).json()

    assert answer == {
        "issuer": f"{url}/oauth",
        "authorization_endpoint": f"{url}/oauth/v2/authorization",
        "token_endpoint": f"{url}/oauth/v2/accessToken",
        "userinfo_endpoint": f"{url}/v2/userinfo",
        "jwks_uri": f"{url}/oauth/openid/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email"],
        "claims_supported": [
            *("iss", "aud", "iat", "exp", "sub", "name", "given_name", "family_name", "picture"),
            *("email", "email_verified", "locale"),
        ],
    }


def test_the_id_token_is_signed_and_has_no_nonce(linkedin: RunningSandbox) -> None:
    id_token = signed_in(linkedin.url)["id_token"]
    keys = KeySet.import_key_set(requests.get(f"{linkedin.url}/oauth/openid/jwks", timeout=PATIENCE_S).json())
    read = jwt.decode(id_token, keys, registry=jws.JWSRegistry(strict_check_header=False))

    assert set(read.header) == {"alg", "typ", "kid", "zip"}
    assert read.claims["iss"] == f"{linkedin.url}/oauth"
    assert read.claims["aud"] == "my-client"
    assert read.claims["exp"] - read.claims["iat"] == 3600
    assert (read.claims["sub"], read.claims["email_verified"]) == (ADA, "true")
    assert "nonce" not in read.claims


def test_userinfo_of_a_member_with_everything(linkedin: RunningSandbox) -> None:
    answer = requests.get(f"{linkedin.url}/v2/userinfo", headers=bearer(linkedin.url), timeout=PATIENCE_S).json()

    assert answer == {
        "sub": ADA,
        "name": "Ada Example",
        "given_name": "Ada",
        "family_name": "Example",
        "picture": f"{linkedin.url}/pictures/{ADA}",
        "locale": {"country": "US", "language": "en"},
        "email": "ada@example.com",
        "email_verified": True,
    }
    assert requests.get(answer["picture"], timeout=PATIENCE_S).headers["content-type"] == "image/svg+xml"


def test_userinfo_of_a_member_without_picture_and_email(linkedin: RunningSandbox) -> None:
    answer = requests.get(f"{linkedin.url}/v2/userinfo", headers=bearer(linkedin.url, ZOE), timeout=PATIENCE_S).json()

    assert answer == {
        "sub": ZOE,
        "name": "Zoë Muster",
        "given_name": "Zoë",
        "family_name": "Muster",
        "locale": {"country": "DE", "language": "de"},
    }


def me(linkedin: RunningSandbox, member: str, **params: str) -> Any:
    token = linkedin.state.tokens.new_access_token("sandbox-community", member, ["r_basicprofile"])
    headers = V2 | {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{linkedin.url}/v2/me", params=params, headers=headers, timeout=PATIENCE_S)
    assert answer.status_code == 200
    return answer.json()


def test_me_tells_who_signed_in_without_openid_connect(linkedin: RunningSandbox) -> None:
    locale = {"country": "US", "language": "en"}

    assert me(linkedin, ADA) == {
        "id": ADA,
        "vanityName": "ada-example",
        "localizedFirstName": "Ada",
        "firstName": {"localized": {"en_US": "Ada"}, "preferredLocale": locale},
        "localizedLastName": "Example",
        "lastName": {"localized": {"en_US": "Example"}, "preferredLocale": locale},
        "localizedHeadline": "Writes programs for engines",
        "headline": {"localized": {"en_US": "Writes programs for engines"}, "preferredLocale": locale},
        "profilePicture": {"displayImage": f"urn:li:digitalmediaAsset:C4E03AQ{ADA}"},
    }
    assert "profilePicture" not in me(linkedin, ZOE)


@pytest.mark.parametrize("path", ["userinfo", "me"])
def test_reading_a_member_without_the_scope_is_forbidden(linkedin: RunningSandbox, path: str) -> None:
    headers = bearer(linkedin.url, scope="w_member_social")
    answer = requests.get(f"{linkedin.url}/v2/{path}", headers=headers, timeout=PATIENCE_S)

    assert answer.status_code == 403
    assert answer.json() == {
        "status": 403,
        "serviceErrorCode": 100,
        "code": "ACCESS_DENIED",
        "message": f"Not enough permissions to access: {path}.GET.NO_VERSION",
    }


def test_secrets_are_kept_as_hashes(linkedin: RunningSandbox, tmp_path: Path) -> None:
    code = decided(linkedin.url)["code"]
    token = signed_in(linkedin.url)["access_token"]
    kept = b"".join(file.read_bytes() for file in (tmp_path / "sandbox").rglob("*") if file.is_file())

    assert code.encode() not in kept
    assert token.encode() not in kept
