"""Signing in: against the sandbox, and against keys and answers made here."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from linkedin_api import (
    ClientRejected,
    CodeRejected,
    Exchange,
    Forbidden,
    IdTokenInvalid,
    Language,
    LinkedInError,
    OAuth,
    OutcomeUnknown,
    Profile,
    RedirectMismatch,
    ServerError,
    SignInError,
    Token,
    Transport,
    Unauthorized,
    Unreachable,
    snippet,
)
from linkedin_api.auth.id_token import IdTokenVerifier
from tests.conftest import RunningSandbox
from tests.linkedin_api.http.test_transport import Clock, answering, everything_in, free_port, raw_server, trickling

SAMPLES = Path(__file__).parents[2] / "support" / "samples"
BACK = "http://localhost:8501/auth/linkedin/callback"
SCOPES = ("openid", "profile", "email", "w_member_social")
SECRET = "WPL_AP1.very-secret=="
KEY = RSAKey.generate_key(2048, {"kid": "key-1"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "key-2"})


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def oauth(linkedin: RunningSandbox, exchanges: list[Exchange]) -> Iterator[OAuth]:
    with app(linkedin.url, exchanges) as ready:
        yield ready


def app(url: str, exchanges: list[Exchange] | None = None) -> OAuth:
    keep = exchanges.append if exchanges is not None else None
    return OAuth(auth_url=url, api_url=url, client_id="861hhm46p48to2", client_secret=SECRET, on_exchange=keep)


def token_for(oauth: OAuth, linkedin: RunningSandbox, scopes: tuple[str, ...] = SCOPES) -> Token:
    return oauth.exchange_code(code_for(oauth, scopes), redirect_uri=BACK)


def code_for(oauth: OAuth, scopes: tuple[str, ...] = SCOPES) -> str:
    return allow(oauth.authorize_url(redirect_uri=BACK, scopes=scopes, state="s"))


def allow(url: str, member: str = "782bbtaQ") -> str:
    """Click Allow on the consent page, as a member would, and give the code that comes back."""
    parts = urlsplit(url)
    form = urlencode({**dict(parse_qsl(parts.query)), "member": member, "choice": "allow"})
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("POST", parts.path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    with connection.getresponse() as answer:
        back = urlsplit(answer.headers["Location"])
    connection.close()
    return parse_qs(back.query)["code"][0]


def test_the_address_of_the_consent_page_is_encoded() -> None:
    with app("https://www.linkedin.com/") as oauth:
        url = oauth.authorize_url(redirect_uri=BACK, scopes=("openid", "w_member_social"), state="a b&c")

    assert url.startswith("https://www.linkedin.com/oauth/v2/authorization?response_type=code&")
    assert "scope=openid%20w_member_social" in url
    assert parse_qs(urlsplit(url).query)["state"] == ["a b&c"]
    assert SECRET not in url


def test_a_code_becomes_a_token_and_a_member(oauth: OAuth, linkedin: RunningSandbox) -> None:
    token = token_for(oauth, linkedin)
    member = oauth.userinfo(token.access_token)
    claims = oauth.verify_id_token(token.id_token or "")

    assert token.scopes == ("email", "openid", "profile", "w_member_social")
    assert token.expires_in_s == 5_184_000
    assert member.sub == claims["sub"]
    assert member.locale == "en-US"


def test_no_secret_of_a_sign_in_is_in_any_exchange(
    oauth: OAuth, linkedin: RunningSandbox, exchanges: list[Exchange]
) -> None:
    code = code_for(oauth)
    token = oauth.exchange_code(code, redirect_uri=BACK)
    oauth.userinfo(token.access_token)
    oauth.verify_id_token(token.id_token or "")
    oauth.introspect(token.access_token)
    oauth.revoke(token.access_token)

    shown = json.dumps([kept.as_dict() for kept in exchanges])
    assert [kept.url.rpartition("/")[2] for kept in exchanges] == [
        "accessToken",
        "userinfo",
        "jwks",
        "introspectToken",
        "revoke",
    ]
    for secret in (code, SECRET, SECRET.replace("=", "%3D"), token.access_token, token.id_token or ""):
        assert secret not in shown


def test_a_code_works_once(oauth: OAuth) -> None:
    code = code_for(oauth)
    oauth.exchange_code(code, redirect_uri=BACK)

    with pytest.raises(CodeRejected) as caught:
        oauth.exchange_code(code, redirect_uri=BACK)
    assert code not in everything_in(caught.value)


def test_an_invented_code_is_rejected(oauth: OAuth) -> None:
    with pytest.raises(CodeRejected):
        oauth.exchange_code("AQinvented", redirect_uri=BACK)


def test_another_redirect_uri_is_a_mismatch(oauth: OAuth) -> None:
    with pytest.raises(RedirectMismatch):
        oauth.exchange_code(code_for(oauth), redirect_uri=BACK + "/")


def test_a_revoked_token_is_unauthorized(oauth: OAuth, linkedin: RunningSandbox) -> None:
    token = token_for(oauth, linkedin)
    oauth.revoke(token.access_token)

    with pytest.raises(Unauthorized) as caught:
        oauth.userinfo(token.access_token)
    assert caught.value.reason == "revoked"
    assert oauth.introspect(token.access_token).active is False


def test_introspection_tells_scopes_and_times(oauth: OAuth, linkedin: RunningSandbox) -> None:
    found = oauth.introspect(token_for(oauth, linkedin).access_token)

    assert (found.active, found.status, found.auth_type) == (True, "active", "3L")
    assert found.scopes == ("email", "openid", "profile", "w_member_social")
    assert found.expires_at is not None
    assert found.expires_at > datetime.now(UTC)


def test_userinfo_without_its_scope_names_it(oauth: OAuth, linkedin: RunningSandbox) -> None:
    token = token_for(oauth, linkedin, ("w_member_social",))

    with pytest.raises(Forbidden) as caught:
        oauth.userinfo(token.access_token)
    assert caught.value.missing_scope == "openid profile"


# Answers made here -------------------------------------------------------------------------------------------


def http_answer(status: int, body: str) -> bytes:
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body.encode()), body.encode())


def sample(name: str) -> bytes:
    status = int("".join(filter(str.isdigit, name))[:3])
    return http_answer(status, (SAMPLES / f"{name}.json").read_text())


def test_the_credentials_go_in_the_body_and_nowhere_else() -> None:
    seen: list[bytes] = []
    with raw_server(answering(sample("oauth_200_token"), seen)) as url, app(url) as oauth:
        token = oauth.exchange_code("AQcode", redirect_uri=BACK)

    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /oauth/v2/accessToken HTTP/1.1\r\n")
    assert b"Authorization" not in head
    assert parse_qs(body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["AQcode"],
        "redirect_uri": [BACK],
        "client_id": ["861hhm46p48to2"],
        "client_secret": [SECRET],
    }
    assert token.id_token == "eyJmadeUp"


@pytest.mark.parametrize("secret", ["MYCODE123456", "123456", "1F3_", "AQTx-9_secret"])
@pytest.mark.parametrize("call", ["exchange_code", "refresh", "introspect", "revoke", "userinfo"])
@pytest.mark.parametrize("status", [200, 400, 503])
def test_what_is_spent_survives_nowhere_however_it_looks(secret: str, call: str, status: int) -> None:
    body = json.dumps({"code": secret, "error": "invalid_request", "error_description": f'"{secret}" is not for us'})
    exchanges: list[Exchange] = []
    failure: Exception | None = None
    with raw_server(answering(http_answer(status, body))) as url, app(url, exchanges) as oauth:
        try:
            calls(oauth, secret)[call]()
        except LinkedInError as error:
            failure = error

    (kept,) = exchanges
    shown = json.dumps(kept.as_dict()) + snippet(kept, Language.CURL) + (everything_in(failure) if failure else "")
    assert secret not in shown.replace(url, "")
    assert "is not for us" in kept.response_body


def calls(oauth: OAuth, secret: str) -> dict[str, Callable[[], object]]:
    return {
        "exchange_code": lambda: oauth.exchange_code(secret, redirect_uri=BACK),
        "refresh": lambda: oauth.refresh(secret),
        "introspect": lambda: oauth.introspect(secret),
        "revoke": lambda: oauth.revoke(secret),
        "userinfo": lambda: oauth.userinfo(secret),
    }


@pytest.mark.parametrize(
    "scope",
    [
        "email,openid,profile",
        "openid profile email",
        "openid%20profile%2Cemail",
        "openid+profile+email",
        "openid, profile email",
    ],
)
def test_scopes_may_be_listed_in_any_way(scope: str) -> None:
    body = json.dumps({"access_token": "AQX", "expires_in": 1, "scope": scope})
    with raw_server(answering(http_answer(200, body))) as url, app(url) as oauth:
        token = oauth.exchange_code("AQcode", redirect_uri=BACK)

    assert token.scopes == ("email", "openid", "profile")


def test_a_lifetime_may_be_a_string() -> None:
    with raw_server(answering(sample("oauth_200_client_credentials"))) as url, app(url) as oauth:
        assert oauth.client_credentials().expires_in_s == 1800


@pytest.mark.parametrize("endless", [10**18, str(10**18), "9" * 5000])
def test_a_lifetime_without_end_still_fits_a_date(endless: int | str) -> None:
    body = json.dumps({"access_token": "AQX", "expires_in": endless, "refresh_token_expires_in": endless})
    with raw_server(answering(http_answer(200, body))) as url, app(url) as oauth:
        token = oauth.exchange_code("AQcode", redirect_uri=BACK)

    ten_years_s = 10 * 365 * 86_400
    assert (token.expires_in_s, token.refresh_token_expires_in_s) == (ten_years_s, ten_years_s)
    assert datetime.now(UTC) + timedelta(seconds=token.expires_in_s)


def test_a_lifetime_below_zero_is_none() -> None:
    body = json.dumps({"access_token": "AQX", "expires_in": -1})
    with raw_server(answering(http_answer(200, body))) as url, app(url) as oauth, pytest.raises(SignInError):
        oauth.exchange_code("AQcode", redirect_uri=BACK)


@pytest.mark.parametrize("rest", [{}, {"expires_in": None}])
def test_a_token_of_which_nobody_says_how_long_it_lasts_is_a_token(rest: dict[str, None]) -> None:
    body = json.dumps({"access_token": "AQX", "scope": "openid", **rest})
    with raw_server(answering(http_answer(200, body))) as url, app(url) as oauth:
        token = oauth.exchange_code("AQcode", redirect_uri=BACK)

    assert (token.access_token, token.expires_in_s) == ("AQX", None)


def test_an_app_without_openid_reads_v2_me(linkedin: RunningSandbox, exchanges: list[Exchange]) -> None:
    asked = ("r_basicprofile", "w_member_social")
    keep: dict[str, Any] = {"client_secret": SECRET, "on_exchange": exchanges.append}
    with OAuth(auth_url=linkedin.url, api_url=linkedin.url, client_id="sandbox-community", **keep) as oauth:
        token = token_for(oauth, linkedin, asked)
        found = oauth.member(token, scopes=asked)

    assert token.id_token is None
    assert [urlsplit(each.url).path for each in exchanges][1:] == ["/v2/me"]
    assert (found.sub, found.name, found.email) == ("782bbtaQ", "Ada Example", None)
    assert (found.headline, found.vanity_name, found.locale) == (
        "Writes programs for engines",
        "ada-example",
        "en-US",
    )
    assert Profile.read(found.raw) == found


def test_an_app_with_openid_may_not_read_v2_me(oauth: OAuth, linkedin: RunningSandbox) -> None:
    with pytest.raises(Forbidden) as caught:
        oauth.me(token_for(oauth, linkedin).access_token)

    assert (caught.value.missing_scope, caught.value.product) == ("r_basicprofile", "Community Management API")
    assert "Put openid and profile into LINKEDIN_SCOPES" in caught.value.advice


@pytest.mark.parametrize(
    ("granted", "asked", "path"),
    [
        (("openid", "r_basicprofile"), (), "/v2/userinfo"),
        ((), ("openid",), "/v2/userinfo"),
        (("w_member_social",), ("openid", "w_member_social"), "/v2/userinfo"),  # its 403 says what is missing
        (("r_basicprofile",), ("openid",), "/v2/me"),
        ((), ("w_member_social",), "/v2/me"),
    ],
)
def test_who_the_member_is_is_asked_where_the_scopes_allow_it(
    granted: tuple[str, ...], asked: tuple[str, ...], path: str
) -> None:
    seen: list[bytes] = []
    body = json.dumps({"sub": "7", "id": "7"})
    with raw_server(answering(http_answer(200, body), seen)) as url, app(url) as oauth:
        assert oauth.member(Token("AQX", None, granted), scopes=asked).sub == "7"

    assert seen[0].split()[1].split(b"?")[0].decode() == path


def test_the_documented_introspection_is_read() -> None:
    with raw_server(answering(sample("oauth_200_introspection"))) as url, app(url) as oauth:
        found = oauth.introspect("AQX")

    assert found.created_at == datetime(2017, 4, 24, 17, 39, 56, tzinfo=UTC)


def test_a_wrong_secret_is_a_rejected_client() -> None:
    with (
        raw_server(answering(sample("oauth_401_client"))) as url,
        app(url) as oauth,
        pytest.raises(ClientRejected) as caught,
    ):
        oauth.exchange_code("AQcode", redirect_uri=BACK)

    assert SECRET not in everything_in(caught.value)


@pytest.mark.parametrize(
    "body", ["<html>Bummer</html>", "", "[]", "{}", '{"access_token":7}', '{"access_token":"AQX","expires_in":"soon"}']
)
@pytest.mark.parametrize("call", ["exchange_code", "introspect", "userinfo"])
def test_a_page_where_an_answer_should_be_is_a_sign_in_error(body: str, call: str) -> None:
    calls: dict[str, Callable[[OAuth], Any]] = {
        "exchange_code": lambda oauth: oauth.exchange_code("AQcode", redirect_uri=BACK),
        "introspect": lambda oauth: oauth.introspect("AQX"),
        "userinfo": lambda oauth: oauth.userinfo("AQX"),
    }
    with (
        raw_server(answering(http_answer(200, body))) as url,
        app(url) as oauth,
        pytest.raises(SignInError, match="cannot be read"),
    ):
        calls[call](oauth)


def test_linkedin_being_down_is_a_server_error() -> None:
    with raw_server(answering(http_answer(503, "<html>"))) as url, app(url) as oauth, pytest.raises(ServerError):
        oauth.exchange_code("AQcode", redirect_uri=BACK)


@pytest.mark.parametrize("call", ["exchange_code", "refresh", "introspect", "revoke", "userinfo"])
@pytest.mark.parametrize("status", [302, 500, 503])
def test_a_fault_during_a_sign_in_does_not_talk_of_posts_or_the_inspector(status: int, call: str) -> None:
    with (
        raw_server(answering(http_answer(status, "<html>"))) as url,
        app(url) as oauth,
        pytest.raises(LinkedInError) as caught,
    ):
        calls(oauth, "AQX")[call]()

    assert "a minute" in caught.value.advice
    assert not [word for word in ("profile", "Inspector", "send") if word in caught.value.advice]


def test_after_a_fault_of_userinfo_the_member_signs_in_again() -> None:
    with (
        raw_server(answering(http_answer(503, "<html>"))) as url,
        app(url) as oauth,
        pytest.raises(ServerError) as caught,
    ):
        oauth.userinfo("AQX")

    assert caught.value.advice == "Wait a minute, then sign in again."


@pytest.mark.parametrize("call", ["userinfo", "verify_id_token"])
def test_after_a_lost_answer_of_a_sign_in_the_member_signs_in_again(call: str) -> None:
    with (
        raw_server(lambda connection: connection.recv(9999) and None) as url,
        app(url) as oauth,
        pytest.raises(OutcomeUnknown) as caught,
    ):
        getattr(oauth, call)(signed(claims()))

    assert caught.value.advice == "Wait a minute, then sign in again."


@pytest.mark.parametrize("call", ["exchange_code", "userinfo", "verify_id_token"])
def test_an_answer_of_a_sign_in_that_trickles_is_given_up(call: str) -> None:
    trickle = trickling(Clock(), b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{", b" ")
    with (
        raw_server(trickle) as url,
        OAuth(auth_url=url, api_url=url, client_id="a", client_secret=SECRET, read_timeout_s=0.5) as oauth,
        pytest.raises(OutcomeUnknown, match="did not answer in time") as caught,
    ):
        (calls(oauth, "AQX") | {"verify_id_token": lambda: oauth.verify_id_token(signed(claims()))})[call]()

    assert "a minute" in caught.value.advice


def test_linkedin_being_away_is_unreachable() -> None:
    with app(f"http://127.0.0.1:{free_port()}") as oauth, pytest.raises(Unreachable) as caught:
        oauth.exchange_code("AQ" + "code" * 9, redirect_uri=BACK)

    assert SECRET not in everything_in(caught.value)
    assert "codecode" not in everything_in(caught.value)


def test_a_lost_answer_of_a_sign_in_does_not_talk_of_posts() -> None:
    with (
        raw_server(lambda connection: connection.recv(9999) and None) as url,
        app(url) as oauth,
        pytest.raises(OutcomeUnknown) as caught,
    ):
        oauth.exchange_code("AQcode", redirect_uri=BACK)

    assert "try again" in caught.value.advice


# id_tokens ---------------------------------------------------------------------------------------------------


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": "https://x/oauth", "aud": "app", "iat": now, "exp": now + 3600, "sub": "782bbtaQ"}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def signed(payload: dict[str, Any], key: RSAKey = KEY, **header: Any) -> str:
    names = {"alg": "RS256", "kid": "key-1", **header}
    registry = jws.JWSRegistry(algorithms=[names["alg"]], strict_check_header=False)
    return jwt.encode({name: value for name, value in names.items() if value}, payload, key, registry=registry)


class Keys:
    """A JWKS that counts how often it is fetched."""

    def __init__(self, *keys: RSAKey) -> None:
        self.keys, self.fetched = keys, 0

    def __call__(self) -> dict[str, Any]:
        self.fetched += 1
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def verifier(keys: Callable[[], Any]) -> IdTokenVerifier:
    return IdTokenVerifier(issuer="https://x/oauth", audience="app", get_jwks=keys)


@pytest.mark.parametrize("extra", [{}, {"zip": "RS256"}, {"typ": "JWT", "zip": "RS256"}])
def test_a_good_id_token_gives_its_claims(extra: dict[str, str]) -> None:
    assert verifier(Keys(KEY)).claims(signed(claims(), **extra))["sub"] == "782bbtaQ"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://x"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["another"]},
        {"aud": ["app", "another"]},
        {"aud": ["app", "another"], "azp": "another"},
        {"aud": ["another", "third"], "azp": "app"},
        {"aud": "app", "azp": "another"},
        {"aud": []},
        {"aud": [["app"]]},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": int(time.time()) + 86_400},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_claim_that_is_wrong_spoils_the_id_token(changes: dict[str, Any]) -> None:
    with pytest.raises(IdTokenInvalid):
        verifier(Keys(KEY)).claims(signed(claims(**changes)))


@pytest.mark.parametrize("changes", [{"aud": ["app"]}, {"aud": ["another", "app"], "azp": "app"}, {"azp": "app"}])
def test_an_audience_of_several_is_ours_when_we_are_the_authorized_party(changes: dict[str, Any]) -> None:
    assert verifier(Keys(KEY)).claims(signed(claims(**changes)))


def test_userinfo_has_to_name_the_member_of_the_id_token(linkedin: RunningSandbox) -> None:
    with app(linkedin.url) as oauth:
        token = oauth.exchange_code(
            allow(oauth.authorize_url(redirect_uri=BACK, scopes=SCOPES, state="s")), redirect_uri=BACK
        )
        sub = oauth.verify_id_token(token.id_token or "")["sub"]

        assert oauth.userinfo(token.access_token, sub=sub).sub == sub
        with pytest.raises(IdTokenInvalid, match="two members"):
            oauth.userinfo(token.access_token, sub=f"{sub}x")


@pytest.mark.parametrize("depth", [101, 900, 200_000])
@pytest.mark.parametrize("call", ["exchange_code", "refresh", "introspect", "userinfo", "verify_id_token"])
def test_json_that_is_nested_too_deep_is_one_clear_error(call: str, depth: int) -> None:
    exchanges: list[Exchange] = []
    body = '{"keys":' * depth + '"AQXsecret"' + "}" * depth
    with raw_server(answering(http_answer(200, body))) as url, app(url, exchanges) as oauth:
        every = {**calls(oauth, "AQ-x-123"), "verify_id_token": lambda: oauth.verify_id_token(signed(claims()))}
        with pytest.raises(SignInError, match="cannot be read"):
            every[call]()

    assert exchanges[0].response_body == "[hidden]"


def deep(depth: int) -> str:
    return base64.urlsafe_b64encode(b'{"a":' * depth + b"1" + b"}" * depth).decode().rstrip("=")


def test_a_clock_a_little_off_is_forgiven() -> None:
    late = claims(exp=int(time.time()) - 20, iat=int(time.time()) + 20)

    assert verifier(Keys(KEY)).claims(signed(late))


def test_a_nonce_is_neither_needed_nor_checked() -> None:
    assert verifier(Keys(KEY)).claims(signed(claims(nonce="whatever")))


def unsigned() -> str:
    parts = [{"alg": "none", "kid": "key-1"}, claims()]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def with_the_public_key_as_a_password() -> str:
    signed_part = signed(claims(), alg="RS256").rpartition(".")[0].partition(".")[2]
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"key-1"}').decode().rstrip("=")
    text = f"{header}.{signed_part}"
    mac = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    "make",
    [
        unsigned,
        with_the_public_key_as_a_password,
        lambda: signed(claims(), OTHER_KEY),
        lambda: signed(claims(), kid=None),
        lambda: signed(claims(), alg="RS512"),
        lambda: signed(claims())[:-4] + "AAAA",
        lambda: "",
        lambda: "not.a.token",
        lambda: "eyJhbGciOiJSUzI1NiJ9",
        lambda: "é.é.é",
        lambda: "." * 10,
        lambda: f"{deep(200_000)}.{deep(2)}.AAAA",
        lambda: f"{signed(claims()).partition('.')[0]}.{deep(200_000)}.AAAA",
    ],
)
def test_a_forged_id_token_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(IdTokenInvalid) as caught:
        verifier(Keys(KEY)).claims(make())
    assert "782bbtaQ" not in everything_in(caught.value)


def test_keys_are_fetched_once_and_again_for_a_new_one() -> None:
    keys = Keys(KEY)
    checks = verifier(keys)
    checks.claims(signed(claims()))
    checks.claims(signed(claims()))
    before = keys.fetched
    keys.keys = (KEY, OTHER_KEY)
    checks.claims(signed(claims(), OTHER_KEY, kid="key-2"))

    assert (before, keys.fetched) == (1, 2)


def test_a_key_that_nobody_publishes_is_asked_for_once_more_only() -> None:
    keys = Keys(KEY)
    checks = verifier(keys)
    checks.claims(signed(claims()))
    with pytest.raises(IdTokenInvalid, match="does not publish"):
        checks.claims(signed(claims(), OTHER_KEY, kid="key-2"))

    assert keys.fetched == 2


@pytest.mark.parametrize("jwks", [{}, {"keys": None}, {"keys": ["x", {}]}, {"keys": [{"kty": "RSA", "kid": "key-1"}]}])
def test_odd_keys_are_no_trap(jwks: dict[str, Any]) -> None:
    with pytest.raises(IdTokenInvalid):
        verifier(lambda: jwks).claims(signed(claims()))


def test_a_transport_does_not_show_its_token() -> None:
    with Transport(access_token="AQX-secret") as transport:
        assert "AQX-secret" not in repr(transport)
