"""A member's backup, as the browser gets it: from the server, in pieces, with nothing of other members."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dashboard.accounts.account import ZERNIO
from dashboard.db.database import now, open_database
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.maintenance import backup
from dashboard.posts.post import Posting
from dashboard.services import get_services
from dashboard.web import server
from dashboard.web.cookies import SESSION_COOKIE
from linkedin_api import Exchange, Profile, Token
from sandbox.directory.members import ZOE
from tests.conftest import ROOT, RunningSandbox, served
from tests.dashboard.web.test_limits import Asked, asked, waiting
from tests.dashboard.web.test_server import a_house_of_its_own, app, cookies, get, swap, url
from tests.support.patience import until
from tests.support.services import attached, new_token, profile

__all__ = ["a_house_of_its_own", "cookies", "url"]


def test_a_member_gets_their_own_posts_and_files(url: str, cookies: dict[str, str], tmp_path: Path) -> None:
    services = get_services()
    ada = services.accounts.save(profile(), Token(access_token="AQX-ada", expires_in_s=3_600))
    zoe = services.accounts.save(profile(ZOE), Token(access_token="AQX-zoe", expires_in_s=3_600))
    picture = attached(services)
    services.outbox.put(Posting(ada.id, Draft(kind="image", text="Mine", images=(picture,))))
    services.outbox.put(Posting(zoe.id, Draft(text="Not mine")))
    answer = get(f"{url}/backup.zip", cookies=cookies)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "mine")
    found = open_database(tmp_path / "mine" / "dashboard.db")
    with found.connect() as db:
        texts = db.execute(posts.select()).mappings().all()
    found.dispose()

    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="linkedin-dashboard.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert names == ["README.txt", "dashboard.db", f"uploads/{picture.file.sha256}"]
    assert [each["text"] for each in texts] == ["Mine"]


def test_with_it_come_the_members_they_publish_for_and_not_the_other_way(
    url: str, cookies: dict[str, str], tmp_path: Path
) -> None:
    services = get_services()
    ada = services.accounts.save(profile(), Token(access_token="AQX-ada", expires_in_s=3_600))
    zoe = services.accounts.save(profile(ZOE), Token(access_token="AQX-zoe", expires_in_s=3_600))
    services.outbox.put(Posting(zoe.id, Draft(text="Zoe's")))
    sizes = []
    for owner, other in ((zoe, ada), (ada, zoe)):
        services.connections.add(owner.id, other.id)
        with zipfile.ZipFile(io.BytesIO(get(f"{url}/backup.zip", cookies=cookies).content)) as packed:
            sizes.append(b"Zoe's" in packed.read("dashboard.db"))

    assert sizes == [False, True]


def test_of_a_connected_member_it_has_no_address_and_no_sign_in(
    url: str, cookies: dict[str, str], tmp_path: Path
) -> None:
    services = get_services()
    ada = services.accounts.save(profile(), Token(access_token="AQX-ada", expires_in_s=3_600))
    claims = {**profile(ZOE).raw, "email": "zoe@private.example", "locale": "de-DE"}
    zoe = services.accounts.save(Profile.from_claims(claims), Token(access_token="AQX-zoe", expires_in_s=3_600))
    services.connections.add(ada.id, zoe.id)
    services.outbox.put(Posting(zoe.id, Draft(text="Zoe's")))
    signing_in = Exchange(now(), "GET", "https://x/v2/userinfo", response_body='{"email": "zoe@private.example"}')
    services.exchange_log.recorder(account_id=zoe.id)(signing_in)
    with zipfile.ZipFile(io.BytesIO(get(f"{url}/backup.zip", cookies=cookies).content)) as packed:
        found = packed.read("dashboard.db")

    assert b"Zoe's" in found
    assert b"Muster" in found
    assert b"zoe@private" not in found
    assert b"de-DE" not in found


def test_a_stranger_in_an_open_sandbox_gets_no_posts_of_a_real_zernio(url: str, cookies: dict[str, str]) -> None:
    services = get_services()
    ada = services.accounts.save(profile(), Token(access_token="AQX-ada", expires_in_s=3_600))
    claims = {**profile(ZOE).raw, ZERNIO: {"of": "https://zernio.com/api/v1"}}
    real = services.accounts.save(
        Profile.from_claims(claims), Token(access_token="sk_key", expires_in_s=None), client_id=ZERNIO
    )
    services.connections.add(ada.id, real.id)
    services.outbox.put(Posting(real.id, Draft(text="Published for real")))
    found = []
    for headers in ({}, {"X-Forwarded-For": "203.0.113.9"}):
        with zipfile.ZipFile(io.BytesIO(get(f"{url}/backup.zip", cookies=cookies, headers=headers).content)) as packed:
            found.append(b"Published for real" in packed.read("dashboard.db"))

    assert found == [True, False]


def test_a_member_who_signs_out_while_it_is_made_gets_nothing_of_the_given_token(
    monkeypatch: pytest.MonkeyPatch, linkedin: RunningSandbox
) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, linkedin.url)
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", new_token(linkedin).access_token)
    with served(app()) as url:
        services = get_services()
        zoe = services.accounts.save(profile(ZOE), Token(access_token="AQX-zoe", expires_in_s=3_600))
        for account, text in ((services.given_token.account(), "Ada's"), (zoe, "Zoe's")):
            services.outbox.put(Posting(account.id, Draft(text=text)))
        session_id, ticket = services.accounts.open_session(zoe.id)
        cookie = f"{SESSION_COOKIE}={swap(url, ticket).cookies[SESSION_COOKIE]}"
        with backup._one_at_a_time:
            first = asked(url, "/backup.zip", {})
            until(lambda: waiting(server.BACKUPS) == 1)
            hers = Asked(url, "GET", "/backup.zip", {"Cookie": cookie, "X-Forwarded-For": "203.0.113.9"})
            until(lambda: waiting(server.BACKUPS) == 2)
            services.accounts.close_session(session_id)
        found = []
        for each in (first, hers):
            with zipfile.ZipFile(io.BytesIO(each.answer()[1])) as packed:
                written = packed.read("dashboard.db")
            found.append([text for text in (b"Ada's", b"Zoe's") if text in written])

    assert found == [[b"Ada's"], [b"Zoe's"]]


@pytest.mark.parametrize("cookie", ["", "made-up"])
def test_a_stranger_gets_no_backup(url: str, cookie: str) -> None:
    get_services().accounts.save(profile(), Token(access_token="AQX-ada", expires_in_s=3_600))
    answer = get(f"{url}/backup.zip", cookies={SESSION_COOKIE: cookie} if cookie else {})

    assert (answer.status_code, answer.content) == (404, b"")


def test_a_backup_leaves_nothing_on_the_disk(url: str, cookies: dict[str, str], tmp_path: Path) -> None:
    before = {each.name for each in tmp_path.iterdir()}
    get(f"{url}/backup.zip", cookies=cookies)

    assert {each.name for each in tmp_path.iterdir()} == before


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    program = (
        "import io, os, resource, sys; from pathlib import Path\n"
        "from dashboard.maintenance.backup import backup; from dashboard.drafts.draft import Attachment, Draft\n"
        "from dashboard.drafts.repository import Drafts; from dashboard.files.media import MediaFile\n"
        "from dashboard.db.database import open_database; from dashboard.files.uploads import Uploads\n"
        "from sqlalchemy import text\n"
        "folder = Path(sys.argv[1]); database = open_database(folder / 'dashboard.db')\n"
        "uploads = Uploads(folder / 'uploads', database)\n"
        "(folder / 'film').write_bytes(b''); os.truncate(folder / 'film', 150_000_000)\n"
        "with (folder / 'film').open('rb') as film: sha256, _ = uploads.keep(film)\n"
        "with database.begin() as db: db.execute(text('INSERT INTO accounts (issuer, sub, userinfo, scopes) VALUES"
        " (1, 1, 1, 1)'))\n"
        "file = MediaFile(sha256, 'a.mp4', 'video', 'video/mp4', 150_000_000, 320, 180, 4.0)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "backup(database, uploads, folder / 'empty.zip')\n"
        "Drafts(database, 'v2').save(1, Draft(kind='video', video=(Attachment(file),)))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(backup(database, uploads, folder / 'backup.zip'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True)

    assert done.stderr == ""
    files, grown_kib = map(int, done.stdout.split())
    assert files == 1
    assert grown_kib < 24 * 1024
    assert (tmp_path / "backup.zip").stat().st_size > 150_000_000
