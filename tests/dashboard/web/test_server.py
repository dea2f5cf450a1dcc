"""The server's own routes over a real socket: callback, session cookie, uploaded files, headers, sandbox."""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from dashboard.services import get_services, sandbox
from dashboard.web import server
from dashboard.web.cookies import BROWSER_COOKIE, SANDBOX_COOKIE, SESSION_COOKIE
from linkedin_api import Token
from tests.conftest import served
from tests.support.media import pdf
from tests.support.patience import PATIENCE_S
from tests.support.services import PNG, profile
from tests.support.tables import with_tables

SETTINGS = """LINKEDIN_CLIENT_ID LINKEDIN_CLIENT_SECRET LINKEDIN_REDIRECT_URI LINKEDIN_ACCESS_TOKEN LINKEDIN_SCOPES
LINKEDIN_VERSION LINKEDIN_DIALECT LINKEDIN_AUTH_URL LINKEDIN_API_URL SECRET_KEY
CLIENT_ID CLIENT_SECRET URI ACCESS_TOKEN"""
CALLBACK = "/auth/linkedin/callback"
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def forget() -> None:
    get_services.cache_clear()
    sandbox.cache_clear()


@pytest.fixture(autouse=True)
def a_house_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of this test only, whatever the environment and .env say."""
    for name in SETTINGS.split():
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{with_tables(tmp_path / 'dashboard.db')}")
    forget()
    yield
    if sandbox.cache_info().currsize:
        sandbox().close()
    if get_services.opened:
        get_services.opened.database.dispose()
    forget()


async def page(_: Request) -> HTMLResponse:
    return HTMLResponse("<h1>A page</h1>")


def app() -> Starlette:
    return Starlette(routes=[*server.routes(), Route("/login", page)], middleware=server.middleware)


@pytest.fixture
def url() -> Iterator[str]:
    with served(app()) as found:
        yield found


def get(address: str, **options: object) -> requests.Response:
    return requests.get(address, allow_redirects=False, timeout=PATIENCE_S, **options)  # type: ignore[arg-type]


def raw_get(url: str, path: str) -> int:
    """The status for a path exactly as it is written."""
    connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=PATIENCE_S)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def ticket() -> str:
    ada = get_services().accounts.save(profile(), Token(access_token="AQX-secret", expires_in_s=3_600))
    return get_services().accounts.open_session(ada.id)[1]


def swap(url: str, given: str, **headers: str) -> requests.Response:
    return requests.post(
        f"{url}/auth/session", json={"ticket": given}, headers={"Origin": url} | headers, timeout=PATIENCE_S
    )


# The callback.


def test_the_callback_hands_on_what_linkedin_sends(url: str) -> None:
    answer = get(
        f"{url}{CALLBACK}?code=AQ%2Bx&state=a%20b%26c&next=https://evil.example&access_token=x&code_verifier=y"
    )

    location = urlsplit(answer.headers["location"])
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert (location.scheme, location.netloc, location.path) == ("", "", "/login")
    assert parse_qs(location.query) == {"code": ["AQ+x"], "state": ["a b&c"]}


def test_the_callback_hands_on_an_error(url: str) -> None:
    answer = get(f"{url}{CALLBACK}?error=user_cancelled_login&error_description=The+user+left&state=s")

    assert parse_qs(urlsplit(answer.headers["location"]).query) == {
        "error": ["user_cancelled_login"],
        "error_description": ["The user left"],
        "state": ["s"],
    }


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=//evil.example",
        "?state=https://evil.example/&code=@evil.example",
        "?code=x%0d%0aLocation:%20https://evil.example",
        "?error=%2F%2Fevil.example&redirect_uri=https://evil.example",
        "?code=1&code=//evil.example",
        "?%2f%2fevil.example",
    ],
)
def test_the_callback_leads_nowhere_else(url: str, query: str) -> None:
    answer = get(f"{url}{CALLBACK}{query}")

    assert answer.headers["location"].startswith("/login?")
    assert re.fullmatch(r"/login\?[\w=&%.+~-]*", answer.headers["location"])


def test_a_path_of_ones_own_is_a_callback_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_REDIRECT_URI", "http://localhost:3000/cb")
    with served(app()) as url:
        answers = [get(f"{url}{path}?code=1&state=2") for path in ("/cb", CALLBACK)]

    assert [answer.headers["location"] for answer in answers] == ["/login?code=1&state=2"] * 2


def test_a_callback_on_the_login_page_leaves_it_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_REDIRECT_URI", "http://localhost:8501/login")
    with served(app()) as url:
        assert get(f"{url}/login?code=1&state=2").text == "<h1>A page</h1>"


# The session.


def test_a_ticket_is_swapped_for_a_cookie_once(url: str) -> None:
    one = ticket()
    first, second = swap(url, one), swap(url, one)

    cookie = first.headers["set-cookie"]
    assert (first.status_code, first.json(), second.status_code) == (200, {"ok": True}, 403)
    assert cookie.startswith(f"{SESSION_COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=5184000"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert get_services().accounts.session(first.cookies[SESSION_COOKIE])
    assert "set-cookie" not in second.headers


def test_behind_https_the_cookie_is_secure(url: str) -> None:
    assert "; Secure" in swap(url, ticket(), **{"X-Forwarded-Proto": "https"}).headers["set-cookie"]


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "http://127.0.0.1", "http://[::1", "http://evil@{host}", "file://"]
)
def test_a_page_of_another_origin_gets_no_session(url: str, origin: str) -> None:
    one = ticket()
    host = urlsplit(url).netloc
    answer = swap(url, one, Origin=origin.format(host=f"{host}.evil.example"))

    assert answer.status_code == 403
    assert answer.json()["error"].startswith("foreign origin: ")
    assert swap(url, one).ok


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"ticket": null}', b'{"ticket": {}}', b'{"ticket": "\\ud800"}', b"1"],
)
def test_a_strange_body_gets_no_session(url: str, body: bytes) -> None:
    answer = requests.post(f"{url}/auth/session", data=body, headers={"Origin": url}, timeout=PATIENCE_S)

    assert answer.status_code == 403
    assert answer.json() == {"error": "this ticket is unknown, used or expired"}


def test_a_session_is_only_made_by_post(url: str) -> None:
    assert get(f"{url}/auth/session?ticket={ticket()}").status_code == 405


# Uploaded files.


@pytest.fixture
def cookies(url: str) -> dict[str, str]:
    """The cookies of a browser in which Ada is signed in."""
    return {SESSION_COOKIE: swap(url, ticket()).cookies[SESSION_COOKIE]}


@pytest.fixture
def picture(url: str) -> str:
    return f"{url}/uploads/{get_services().uploads.keep(io.BytesIO(PNG))[0]}"


def test_a_member_sees_the_file(picture: str, cookies: dict[str, str]) -> None:
    answer = get(f"{picture}?type=image/png", cookies=cookies)

    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_video_can_be_wound_forward(picture: str, cookies: dict[str, str]) -> None:
    answer = get(f"{picture}?type=video/mp4", cookies=cookies, headers={"Range": "bytes=8-15"})

    assert (answer.status_code, answer.content) == (206, PNG[8:16])
    assert answer.headers["content-range"] == f"bytes 8-15/{len(PNG)}"


def test_a_file_as_it_was_chosen_is_a_download_of_its_own_name(picture: str, cookies: dict[str, str]) -> None:
    answer = get(f"{picture}/chosen?name=IMG%20%C3%A9.HEIC", cookies=cookies)

    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''IMG%20%C3%A9.HEIC"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert get(f"{picture}/chosen").status_code == 404


@pytest.mark.parametrize("cookie", ["", "made-up", "é"])
def test_a_stranger_sees_nothing(picture: str, cookie: str) -> None:
    answer = get(f"{picture}?type=image/png", headers={"Cookie": f"{SESSION_COOKIE}={cookie}".encode()})

    assert (answer.status_code, answer.content) == (404, b"")


def test_after_signing_out_the_file_is_gone(picture: str, cookies: dict[str, str]) -> None:
    accounts = get_services().accounts
    accounts.close_session(accounts.session(cookies[SESSION_COOKIE]) or 0)

    assert get(f"{picture}?type=image/png", cookies=cookies).status_code == 404


@pytest.mark.parametrize("kind", ["", "text/html", "image/svg+xml", "image/png; x", "application/javascript"])
def test_a_file_is_never_shown_as_a_page(picture: str, cookies: dict[str, str], kind: str) -> None:
    assert get(picture, params={"type": kind}, cookies=cookies).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../secret_key",
        "..%2fsecret_key",
        "%2e%2e/dashboard.db",
        "%2e%2e%2fdashboard.db",
        "a" * 64,
        "A" * 64,
        "",
        "x.part",
    ],
)
def test_no_other_file_can_be_read(url: str, cookies: dict[str, str], path: str) -> None:
    connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=PATIENCE_S)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", f"/uploads/{path}?type=image/png", headers={"Cookie": cookie})
    answer = connection.getresponse()

    assert answer.status == 404
    assert b"SQLite" not in answer.read()
    connection.close()


# Pages of an uploaded document.


@pytest.fixture
def document(url: str) -> str:
    return f"{url}/uploads/{get_services().uploads.keep(io.BytesIO(pdf(pages=2)))[0]}/pages"


def test_a_member_sees_the_pages(document: str, cookies: dict[str, str]) -> None:
    answer = get(f"{document}/2", cookies=cookies)

    page = Image.open(io.BytesIO(answer.content))
    assert answer.status_code == 200
    assert (page.format, page.width < page.height) == ("JPEG", True)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("cookie", ["", "made-up", "é"])
def test_a_stranger_sees_no_page(document: str, cookie: str) -> None:
    answer = get(f"{document}/1", headers={"Cookie": f"{SESSION_COOKIE}={cookie}".encode()})

    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1/2", "99999999999999999999"])
def test_there_are_no_other_pages(document: str, cookies: dict[str, str], number: str) -> None:
    assert get(f"{document}/{number}", cookies=cookies).status_code == 404


@pytest.mark.parametrize("name", ["a" * 64, "A" * 64, "..%2fsecret_key", "x.part"])
def test_no_other_file_has_pages(url: str, cookies: dict[str, str], name: str) -> None:
    assert get(f"{url}/uploads/{name}/pages/1", cookies=cookies).status_code == 404


def test_a_picture_has_no_pages(picture: str, cookies: dict[str, str]) -> None:
    assert get(f"{picture}/pages/1", cookies=cookies).status_code == 404


# Every answer.


@pytest.mark.parametrize("path", ["/login", CALLBACK, "/auth/session", f"/uploads/{'a' * 64}", "/nowhere"])
def test_every_answer_has_security_headers(url: str, path: str) -> None:
    answer = get(f"{url}{path}")

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'"):
        assert part in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' blob: 'sha256-" in policy


def test_another_linkedin_may_show_its_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9200")
    with served(app()) as url:
        policy = get(f"{url}/login").headers["content-security-policy"]

    (pictures,) = re.findall(r"img-src ([^;]*);", policy)
    assert pictures.split().count("http://127.0.0.1:9200") == 1


def test_a_browser_gets_its_cookie_with_the_first_page_only(url: str) -> None:
    browser = requests.Session()
    first = browser.get(f"{url}/login", timeout=PATIENCE_S)
    second = browser.get(f"{url}/login", timeout=PATIENCE_S)

    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{BROWSER_COOKIE}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=31536000"} <= set(cookie.split("; "))
    assert len(browser.cookies[BROWSER_COOKIE]) >= 40
    assert "set-cookie" not in second.headers
    browser.close()


def test_two_browsers_have_two_cookies(url: str) -> None:
    assert get(f"{url}/login").cookies[BROWSER_COOKIE] != get(f"{url}/login").cookies[BROWSER_COOKIE]


def test_only_pages_bring_the_browser_cookie(url: str) -> None:
    assert "set-cookie" not in get(f"{url}{CALLBACK}?code=1").headers
    assert "set-cookie" not in get(f"{url}/uploads/{'a' * 64}").headers


# The sandbox, and a house that cannot be opened.


def test_the_sandbox_is_part_of_the_server(url: str) -> None:
    found = get(f"{url}/sandbox/oauth/.well-known/openid-configuration")
    get_services()
    get(f"{url}/login")  # from here on the house knows its own address

    assert found.ok
    assert found.json()["userinfo_endpoint"] == f"{url}/sandbox/v2/userinfo"
    assert get_services().api_url == f"{url}/sandbox"
    assert BROWSER_COOKIE not in found.cookies


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:9999", "[::1]:1", "LOCALHOST"])
def test_a_picture_of_the_sandbox_is_found_whatever_the_port_was(url: str, host: str) -> None:
    get(f"{url}/login")

    assert get_services().for_browser(f"http://{host}/sandbox/media/a.png?b=1") == "/sandbox/media/a.png?b=1"
    assert get_services().for_browser(f"{url}/sandbox/media/a.png") == "/sandbox/media/a.png"


@pytest.mark.parametrize(
    "address",
    [
        "https://media.licdn.com/sandbox/a.png",
        "http://localhost.evil.example/sandbox/a.png",
        "http://localhost@evil.example/sandbox/a.png",
        "http://localhost:8501/sandboxes/a.png",
        "http://localhost:8501/uploads/a.png",
        "http://[::1",
        "",
        None,
    ],
)
def test_other_addresses_stay_as_they_are(address: str | None) -> None:
    assert get_services().for_browser(address) == address


def test_another_linkedin_on_this_machine_keeps_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9200")

    assert get_services().for_browser("http://127.0.0.1:9200/sandbox/a.png") == "http://127.0.0.1:9200/sandbox/a.png"


def test_with_credentials_the_sandbox_is_for_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_CLIENT_ID", "86abc")
    monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", "s3cret")
    with served(app()) as url:
        get_services()
        get(f"{url}/healthz")
        page = f"{url}/sandbox/oauth/.well-known/openid-configuration"
        proxied = {"X-Forwarded-For": "203.0.113.7"}
        statuses = [
            get(page).status_code,
            *(get(page, headers=each).status_code for each in (proxied, {"Host": "x.org"})),
        ]

        assert statuses == [200, 404, 404]
        assert get_services().api_url == "https://api.linkedin.com"
        assert get_services().in_sandbox.api_url == f"{url}/sandbox"


def test_the_sandbox_beside_linkedin_has_a_cookie_and_members_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_CLIENT_ID", "86abc")
    monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", "s3cret")
    beside = get_services().in_sandbox
    ada = beside.accounts.save(profile(), Token(access_token="AQX-secret", expires_in_s=3_600))
    with served(app()) as url:
        answer = swap(url, beside.accounts.open_session(ada.id)[1])
        of_linkedin = swap(url, ticket())
        picture = f"{url}/uploads/{get_services().uploads.keep(io.BytesIO(PNG))[0]}?type=image/png"
        seen = [
            get(picture, cookies=each).status_code for each in ({}, dict(answer.cookies), dict(of_linkedin.cookies))
        ]

    assert (list(answer.cookies.keys()), list(of_linkedin.cookies.keys())) == ([SANDBOX_COOKIE], [SESSION_COOKIE])
    assert seen == [404, 200, 200]
    assert get_services().accounts.session(answer.cookies[SANDBOX_COOKIE]) is None


@pytest.mark.parametrize(
    ("name", "value"), [("LINKEDIN_DIALECT", "v3"), ("DATABASE_URL", "sqlite:////proc/no/dashboard.db")]
)
def test_with_a_broken_setting_the_server_is_up_to_say_so(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with served(app()) as url:
        page, back = get(f"{url}/login"), get(f"{url}{CALLBACK}?code=1")

    assert page.ok
    assert page.headers["content-security-policy"]
    assert page.cookies[BROWSER_COOKIE]
    assert back.status_code == 303


def test_the_paths_of_pages_are_taken_by_the_letter(url: str) -> None:
    assert raw_get(url, "//evil.example/%2e%2e") == 404
    assert raw_get(url, "/auth/linkedin/callback/") in (307, 404)
