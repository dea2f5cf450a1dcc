"""Several requests as one program: the tour's, run to its end in each language, against a sandbox on a real socket."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright._impl._driver import compute_driver_executable

from dashboard.tour.picture import png
from dashboard.tour.steps import STEPS, program_until
from linkedin_api.snippets.program import program
from linkedin_api.snippets.program_call import ProgramCall
from linkedin_api.snippets.snippet import Language
from sandbox.directory.members import ADA
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.linkedin_api.auth.test_oauth import BACK, allow
from tests.support.patience import PATIENCE_S

RUN = {"bash": ["bash"], "python": [sys.executable], "javascript": [compute_driver_executable()[0]]}
ENDS = {"bash": "sh", "python": "py", "javascript": "mjs"}
SECRET = "a secret of the app"


def start(language: Language, code: str, folder: Path, **variables: str) -> subprocess.Popen[str]:
    """The program as a person would start it, in a process that knows nothing but the variables."""
    script = folder / f"tour.{ENDS[language]}"
    script.write_text(code)
    return subprocess.Popen(
        [*RUN[language], str(script)],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_whole_tour_runs_as_one_program(language: Language, linkedin: RunningSandbox, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(png())
    hosts = {"LINKEDIN_AUTH_URL": linkedin.url, "LINKEDIN_API_URL": linkedin.url, "LINKEDIN_REDIRECT_URI": BACK}
    app = {"LINKEDIN_CLIENT_ID": "sandbox-partner", "LINKEDIN_CLIENT_SECRET": SECRET, "FILE": "picture.png"}
    zernio = Zernio(linkedin.state)
    zernio.connect(ADA, ADA)
    key = zernio.new_key()
    app |= {"ZERNIO_API_URL": f"{linkedin.url}/zernio/v1", "ZERNIO_API_KEY": key}
    running = start(language, program(program_until(STEPS[-1]), language), tmp_path, **hosts, **app)
    assert running.stdin
    assert running.stdout
    said = []
    for line in running.stdout:  # as far as the address, which the member opens in a browser
        said.append(line)
        if "/oauth/v2/authorization?" in line:
            break
    asked = said[-1].strip()
    answer = {"code": allow(asked), "state": parse_qs(urlsplit(asked).query)["state"][0]}
    rest, _ = running.communicate(f"{BACK}?{urlencode(answer)}\n", timeout=PATIENCE_S)

    printed = "".join(said) + rest
    assert running.returncode == 0, printed
    posts = linkedin.state.feed()
    assert [post.text.partition(",")[0] for post in reversed(posts)] == [
        "My first post through LinkedIn's API",
        "Worth reading",
        "Look at this",
        "The same through the versioned API",
        "The same through Zernio",
    ]
    assert posts[2].media
    assert "12 Read your own post 403" in printed
    assert "email_verified" in printed
    assert "13d Ask what became of it 200" in printed
    assert not [sign for sign in (SECRET, key, "AQX", "AQV", "AQW", "eyJ", answer["code"]) if sign in printed]


NASTY = "a \"quote\", 'one', `ticks`, $HOME, $(id), ${ x }, \\n, {scope} and { two }, é 😀"


@pytest.mark.parametrize("language", list(Language))
def test_what_stands_between_the_gaps_arrives_to_the_letter(
    language: Language, linkedin: RunningSandbox, tmp_path: Path
) -> None:
    """And a refusal ends the program, with LinkedIn's sentence."""
    token = linkedin.state.tokens.new_access_token("c", "782bbtaQ", ["w_member_social"])
    share = {"shareCommentary": {"text": NASTY}, "shareMediaCategory": "NONE"}
    body = {
        "author": "urn:li:person:782bbtaQ",
        "lifecycleState": "PUBLISHED",
        "specificContent": {"com.linkedin.ugc.ShareContent": share},
        "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    post = ProgramCall("It's a post", "POST", "{api}/v2/ugcPosts", headers=headers, body=body)
    read = ProgramCall("Not there", "GET", "{api}/v2/ugcPosts/{scope}", headers=headers)
    code = program([post, read, post], language)
    running = start(language, code, tmp_path, LINKEDIN_API_URL=linkedin.url, LINKEDIN_SCOPES="urn:li:share:1")
    printed, _ = running.communicate(timeout=PATIENCE_S)

    assert [each.text for each in linkedin.state.feed()] == [NASTY.replace("{scope}", "urn:li:share:1")]
    assert linkedin.state.calls[-1][1:] in {
        ("/v2/ugcPosts/urn%3Ali%3Ashare%3A1", 403),
        ("/v2/ugcPosts/urn:li:share:1", 403),
    }
    assert running.returncode == 1
    assert "ACCESS_DENIED" in printed
