"""python -m linkedin_api against the sandbox: what it prints, where the token is kept, and how each error ends."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from linkedin_api.cli import environment, login
from linkedin_api.cli.failures import Exit
from linkedin_api.cli.main import main
from linkedin_api.settings import GUIDE_NAMES, read
from tests.conftest import ROOT, RunningSandbox
from tests.linkedin_api.auth.test_oauth import SECRET, allow, app, token_for
from tests.support.media import pdf, picture
from tests.support.patience import PATIENCE_S

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, with the sandbox as LinkedIn and a place of its own for the token."""
    for name in [*os.environ]:
        if name.startswith("LINKEDIN_") or name in GUIDE_NAMES.values():
            monkeypatch.delenv(name)
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, linkedin.url)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command; gives its exit code, stdout and stderr."""

    def once(*words: str, piped: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
        code = main(words)
        return code, *capsys.readouterr()

    return once


@pytest.fixture
def ada(run: Run, linkedin: RunningSandbox) -> Run:
    """The same; Ada has signed in."""
    with app(linkedin.url) as oauth:
        token = token_for(oauth, linkedin)
    found = environment.SignedIn(token.access_token, "urn:li:person:782bbtaQ", token.scopes)
    environment.keep(kept_at(linkedin), found)
    return run


def kept_at(linkedin: RunningSandbox) -> Path:
    return environment.token_file(read({"LINKEDIN_AUTH_URL": linkedin.url, "LINKEDIN_API_URL": linkedin.url}))


@pytest.fixture
def begin_login(here: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Begin a sign-in in a process of its own; gives the process and the address that it prints."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*words: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "linkedin_api", "login", "--no-browser", *words]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
        begun.append(process)
        assert process.stderr
        assert process.stderr.readline() == "Open this address to sign in:\n"
        return process, process.stderr.readline().strip()

    yield begin
    for process in begun:
        process.kill()
        process.wait(PATIENCE_S)


def come_back(address: str, **parameters: str) -> int:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    given = {"state": asked["state"], **parameters}
    return requests.get(asked["redirect_uri"], given, timeout=PATIENCE_S).status_code


def test_a_refused_userinfo_hides_nobody_whom_the_id_token_names(here: Path, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("forbidden")

    def go(said: str) -> None:
        address = said.split("\n")[1]
        threading.Thread(target=lambda: come_back(address, code=allow(address))).start()

    with app(linkedin.url) as oauth:
        settings = environment.settings(None)
        _, profile = login.sign_in(settings, oauth, timeout_s=PATIENCE_S, tell=go, browser=False)

    assert (profile.urn, profile.name) == ("urn:li:person:782bbtaQ", "Ada Example")
    assert "iss" in profile.raw  # of the id_token; userinfo has none
    assert "iat" in profile.raw


def test_a_sign_in_is_kept_for_its_owner_alone(
    begin_login: Callable[..., tuple[subprocess.Popen[str], str]], run: Run, linkedin: RunningSandbox
) -> None:
    process, address = begin_login("--json")
    strangers = [come_back(address, code="x", state="guessed"), come_back(address, code="")]
    came = come_back(address, code=allow(address))
    said, told = process.communicate(timeout=PATIENCE_S)
    file, found = kept_at(linkedin), json.loads(said)

    assert (strangers, came, process.returncode, told) == ([401, 400], 200, 0, "")
    assert found["kept_in"] == str(file)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert json.loads(file.read_text())["access_token"] not in said
    code, said, told = run("whoami")
    assert (code, said) == (0, "urn:li:person:782bbtaQ\n")
    assert told.startswith(f"Ada Example <ada@example.com>, in the sandbox at {linkedin.url}.")


def test_a_cancelled_sign_in_says_so(
    begin_login: Callable[..., tuple[subprocess.Popen[str], str]], linkedin: RunningSandbox
) -> None:
    process, address = begin_login()
    come_back(address, error="user_cancelled_authorize", error_description="The user cancelled")
    said, told = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, said) == (Exit.NOT_SIGNED_IN, "")
    assert told == "Access was not allowed on LinkedIn's page. Next: Sign in again: python -m linkedin_api login\n"
    assert not kept_at(linkedin).exists()


def test_nobody_waits_for_ever(run: Run) -> None:
    code, _, told = run("login", "--no-browser", "--timeout", "0.01")

    assert code == Exit.NOT_SIGNED_IN
    assert "Nobody came back from LinkedIn within 0.01 seconds." in told


def test_a_redirect_uri_must_be_free_and_on_this_machine(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        in_use = run("login", "--redirect-uri", f"http://localhost:{port}/callback")
    elsewhere = run("login", "--redirect-uri", "https://dash.example.com/callback")

    assert (in_use[0], elsewhere[0]) == (Exit.WRONG, Exit.WRONG)
    assert f"LINKEDIN_REDIRECT_URI names port {port}, which is not free (Address already in use)" in in_use[2]
    assert "LINKEDIN_REDIRECT_URI leads to another place than this terminal." in elsewhere[2]


def test_a_text_is_published_as_it_was_typed_or_piped_in(ada: Run, linkedin: RunningSandbox) -> None:
    typed = ada("post", "1 + 1 = 2 (mostly) #maths", "--visibility", "connections")
    piped = ada("post", "--rest", "--json", piped="Zoë said:\n\n“hello” 🎉\n".encode())
    posts = linkedin.state.posts
    first, second = typed[1].strip(), json.loads(piped[1])["urn"]

    assert (typed[0], piped[0], piped[2]) == (0, 0, "")
    assert (posts[first].text, posts[first].visibility) == ("1 + 1 = 2 (mostly) #maths", "CONNECTIONS")
    assert posts[second].text == "Zoë said:\n\n“hello” 🎉"


@pytest.mark.parametrize("words", [(), ("--rest",)])
def test_pictures_go_with_their_descriptions(
    ada: Run, here: Path, linkedin: RunningSandbox, words: tuple[str, ...]
) -> None:
    (here / "a.png").write_bytes(picture())
    uploaded = ada("upload", "a.png", *words)[1].strip()
    code, said, told = ada("post", "--image", "a.png", "--alt", "A mill", "--image", uploaded, "--alt", "A dam", *words)

    assert (code, told.startswith("Published in the sandbox")) == (0, True)
    assert [media.alt_text for media in linkedin.state.posts[said.strip()].media] == ["A mill", "A dam"]


def test_what_only_one_api_has_goes_by_it(ada: Run, here: Path, linkedin: RunningSandbox) -> None:
    (here / "slides.pdf").write_bytes(pdf())
    code, said, told = ada("post", "Slides", "--document", "slides.pdf", "--title", "Mine")

    assert code == 0, told
    assert linkedin.state.posts[said.strip()].media[0].title == "Mine"


def test_a_lost_answer_has_a_code_of_its_own_and_a_way_to_find_out(ada: Run, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("dropped_answer")
    lost = ada("post", "Once", "--json")
    again = ada("post", "Once", "--json")
    error, found = json.loads(lost[1])["error"], json.loads(again[1])["error"]

    assert (lost[0], error["kind"], error["exit_code"]) == (Exit.UNKNOWN, "MayHaveHappened", 3)
    assert error["message"].endswith("The post may have been published, or not.")
    assert error["advice"].startswith("Run the same command within 8 minutes")
    assert lost[2] == f"{error['message']} Next: {error['advice']}\n"
    (urn,) = linkedin.state.posts
    assert (again[0], found["kind"], found["urn"]) == (Exit.REFUSED, "DuplicatePost", urn)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("forbidden", Exit.REFUSED),
        ("server_error", Exit.UNKNOWN),
        ("expired_token", Exit.NOT_SIGNED_IN),
        ("rate_limited", Exit.LIMIT),
    ],
)
def test_an_error_of_linkedins_is_one_line(ada: Run, linkedin: RunningSandbox, fault: str, code: Exit) -> None:
    linkedin.state.faults.arm(fault)

    ended, said, told = ada("post", "Hello")
    assert (ended, said, told.count("\n")) == (code, "", 1)
    assert " Next: " in told


def test_nothing_leaves_when_nobody_listens(ada: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", "AQX")
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert ada("post", "Hello")[0] == Exit.UNREACHABLE


WRONG: list[tuple[tuple[str, ...], dict[str, str], str]] = [
    (("post",), {}, "The post is empty; write something first."),
    (("post", "x", "--image", "none.png"), {}, "There is no file none.png."),
    (("post", "x", "--document", "a.png"), {}, "a.png is not a PDF, DOC(X) or PPT(X) document by its name."),
    (("post", "x", "--alt", "y"), {}, "There are more --alt than files"),
    (("post", "x", "--article", "example.com"), {}, "The address must begin with http:// or https://"),
    (("post", "x" * 3001), {}, "The post is 3,001 characters; LinkedIn takes 3,000."),
    (("post", "x", "--visibility", "s3cret"), {}, "Argument --visibility: this value is not possible (choose"),
    (("post", "x", "--token", "s3cret"), {}, "There is a word or an option too many."),
    (("comment", "1234", "x"), {}, "'1234' is not a LinkedIn URN"),
    (("delete", "urn:li:person:1"), {}, "urn:li:person:1 is the URN of no post and no comment."),
    (("whoami",), {"LINKEDIN_ACCESS_TOKEN": "Bearer s3cret"}, "LINKEDIN_ACCESS_TOKEN begins with “Bearer ”, which"),
    (("whoami",), {"LINKEDIN_ACCESS_TOKEN": "s3 cret"}, "LINKEDIN_ACCESS_TOKEN has a space"),
    (("whoami",), {"LINKEDIN_CLIENT_ID": "86abc"}, "LINKEDIN_CLIENT_SECRET is missing"),
    (("whoami", "--env", "a.png"), {}, "--env names a.png, which is no text file"),
]


def test_what_is_typed_wrong_is_one_sentence_and_sends_nothing(
    ada: Run, here: Path, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.png").write_bytes(picture())
    before = len(linkedin.state.calls)
    for words, environ, sentence in WRONG:
        with monkeypatch.context() as only_here:
            for name, value in environ.items():
                only_here.setenv(name, value)
            code, said, told = ada(*words)
        assert (code, said, told.count("\n"), told.startswith(sentence)) == (Exit.WRONG, "", 1, True), told
        assert "s3" not in told

    assert len(linkedin.state.calls) == before


def test_an_access_token_in_the_settings_is_enough(run: Run, here: Path, linkedin: RunningSandbox) -> None:
    with app(linkedin.url) as oauth:
        token = token_for(oauth, linkedin)
    (here / ".env").write_text(
        f"LINKEDIN_ACCESS_TOKEN={token.access_token}\nLINKEDIN_CLIENT_SECRET={SECRET}\n"
        "LINKEDIN_CLIENT_ID=861hhm46p48to2\n"
    )

    code, said, _ = run("post", "By a token alone", "--json")
    assert code == 0
    assert json.loads(said)["author"] == "urn:li:person:782bbtaQ"


def test_without_a_sign_in_the_next_step_is_to_sign_in(run: Run, linkedin: RunningSandbox) -> None:
    never = run("whoami")
    environment.keep(
        kept_at(linkedin),
        environment.SignedIn("AQX", "urn:li:person:1", (), environment.datetime.min.replace(tzinfo=environment.UTC)),
    )
    ended = run("whoami")

    assert (never[0], ended[0]) == (Exit.NOT_SIGNED_IN, Exit.NOT_SIGNED_IN)
    assert never[2] == f"Nobody has signed in in the sandbox at {linkedin.url}. Next: Run login first.\n"
    assert "Run login again." in ended[2]


def test_comments_and_posts_are_deleted_by_their_urn(ada: Run, linkedin: RunningSandbox) -> None:
    post = ada("post", "To be talked about")[1].strip()
    comment = ada("comment", post, "First!")[1].strip()
    copied = comment.replace("(urn:li:", "(")  # as a link on linkedin.com has it
    reply = json.loads(ada("comment", copied, "Second", "--json")[1])
    deleted = [ada("delete", urn) for urn in (reply["urn"], comment, post, post)]

    assert [each[0] for each in deleted] == [0, 0, 0, 0]
    assert linkedin.state.posts == {}


def test_the_readme_and_the_help_list_every_exit_code(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    table = re.findall(r"^\| (\d+) \|", (ROOT / "linkedin_api" / "README.md").read_text(), re.MULTILINE)
    with pytest.raises(SystemExit):
        main(["--help"])
    told: Any = capsys.readouterr().out

    assert [int(code) for code in table] == [*Exit]
    assert [code for code in Exit if not re.search(rf"\b{int(code)} ", told)] == []
