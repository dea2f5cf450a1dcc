"""Publishing throughput: the client's upload of a film against `curl -T` of the same file to the same sandbox."""

from __future__ import annotations

import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from benchmarks.figures import Figure
from linkedin_api import OAuth, Transport, Urn, publisher
from tests.conftest import ROOT
from tests.support.media import video

AIM = 0.8
SIZE_BYTES = 500_000_000
PAIRS = 7
CALLBACK = "http://localhost/callback"
RECIPE = "urn:li:digitalmediaRecipe:feedshare-video"
RELATION = {"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"}


def measure() -> Iterator[Figure]:
    """Pairs in turn, each with a fresh upload address; the address is asked for outside the time."""
    with tempfile.TemporaryDirectory() as folder, sandbox(Path(folder) / "sandbox") as url:
        film = video(Path(folder) / "film.mp4", at_least_bytes=SIZE_BYTES)
        film.read_bytes()  # into the page cache, for both
        token, owner = token_of(url)
        ours, curls = [], []
        for number in range(PAIRS + 1):  # the first pair warms up
            pair = [(ours, _ours), (curls, _curl)]
            for times_s, send in pair if number % 2 else reversed(pair):
                times_s.append(send(url, token, owner, film))
                _clear(Path(folder) / "sandbox")
        size_mb = film.stat().st_size / 1e6
    ratios = [theirs / mine for mine, theirs in zip(ours[1:], curls[1:], strict=True)]
    ratio = statistics.median(ratios)
    yield Figure("500 MB to the sandbox, curl -T", f"{size_mb / statistics.median(curls[1:]):.0f} MB/s")
    mine = f"{size_mb / statistics.median(ours[1:]):.0f} MB/s (pairs {min(ratios):.2f} to {max(ratios):.2f})"
    yield Figure("500 MB to the sandbox, linkedin_api", mine, ratio, f"≥ {AIM} × curl", ratio >= AIM)


@contextlib.contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    """A sandbox in a process of its own: its address."""
    folder.mkdir()
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--auto-approve", "--member-limit", "100000"]
    process = subprocess.Popen([*command, "--folder", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield re.findall(r"http://\S+", process.stdout.readline())[0]
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout
        process.stdout.close()


def token_of(url: str) -> tuple[str, Urn]:
    """Ada's access token and URN."""
    oauth = OAuth(auth_url=url, api_url=url, client_id="benchmarks", client_secret="any")
    scopes = ("openid", "profile", "w_member_social")
    asked = oauth.authorize_url(redirect_uri=CALLBACK, scopes=scopes, state="any")
    came_back = requests.get(asked, allow_redirects=False, timeout=30).headers["location"]
    token = oauth.exchange_code(parse_qs(urlsplit(came_back).query)["code"][0], redirect_uri=CALLBACK)
    return token.access_token, oauth.userinfo(token.access_token).urn


def _ours(url: str, token: str, owner: Urn, film: Path) -> float:
    """Seconds of upload_video: registering and the PUT, with progress told as the dashboard has it told."""
    told: list[int] = []
    with Transport(access_token=token, upload_hosts={urlsplit(url).netloc}) as transport, film.open("rb") as file:
        linkedin = publisher("v2", transport, api_url=url)
        start = time.perf_counter()
        linkedin.upload_video(
            owner, file, size_bytes=film.stat().st_size, content_type="video/mp4", on_progress=told.append
        )
        took_s = time.perf_counter() - start
    assert told[-1] == film.stat().st_size
    return took_s


def _curl(url: str, token: str, owner: Urn, film: Path) -> float:
    """Seconds of curl's PUT."""
    asked = {"recipes": [RECIPE], "owner": owner, "serviceRelationships": [RELATION]}
    answer = requests.post(
        f"{url}/v2/assets?action=registerUpload",
        json={"registerUploadRequest": {**asked, "supportedUploadMechanism": ["SINGLE_REQUEST_UPLOAD"]}},
        headers={"Authorization": f"Bearer {token}", "X-Restli-Protocol-Version": "2.0.0"},
        timeout=30,
    )
    answer.raise_for_status()
    [mechanism] = answer.json()["value"]["uploadMechanism"].values()
    curl = [shutil.which("curl") or "curl", "--silent", "--fail", "--header", "Content-Type: video/mp4"]
    start = time.perf_counter()
    subprocess.run([*curl, "-T", str(film), mechanism["uploadUrl"]], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _clear(folder: Path) -> None:
    """Delete what arrived, so that no upload pays for the disk that an earlier one filled."""
    for file in folder.rglob("*.mp4"):
        file.unlink()
