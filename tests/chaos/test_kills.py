"""Workers that are killed at any instant: in the end every post is at LinkedIn, once."""

from __future__ import annotations

import io
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from dashboard.posts.interactions import Interaction
from dashboard.posts.post import Posting, PostRow
from dashboard.publishing.job_engine import AT_ONCE
from tests.conftest import RunningSandbox
from tests.support.kill_at_line import Workers
from tests.support.many_posts import Crowd, sign_in
from tests.support.patience import PATIENCE_S, until
from tests.support.services import PNG, SECRET_KEY, open_services, signed_in

KILLS = int(os.environ.get("CHAOS_KILLS", "15"))  # more of them for a night's run
POSTS, MEMBERS = 4 * KILLS, 20
CALLS_EACH = 3  # register, upload, create
LATENCY_S = 0.03
DUE_WITHIN_S = KILLS / 12.5
AT_REST_S = 4.0  # so long nobody waits for a call


class Chaos:
    """Posts that wait, workers that die, and what must be true afterwards."""

    kills, calls_each = KILLS, CALLS_EACH

    def __init__(self, folder: Path, crowd: Crowd, database: str, seed: int, **environ: str) -> None:
        self.environ = {"DATABASE_URL": database, "SECRET_KEY": SECRET_KEY, "DATA_FOLDER": str(folder)}
        self.environ |= {"LINKEDIN_AUTH_URL": crowd.url, "LINKEDIN_API_URL": crowd.url, **environ}
        self.services = open_services(folder, crowd.url, **self.environ)
        self.crowd, self.folder, self.random = crowd, folder, random.Random(seed)
        self.uploaded: dict[int, str] = {}  # the URN that a row's picture had when somebody looked
        self.changed: list[tuple[int, str, str]] = []

    def schedule(self) -> list[PostRow]:
        """Posts of all members, each with a picture of its own, in both dialects."""
        accounts = sign_in(self.services, self.crowd.tokens())
        postings = [self._posting(number, accounts[number % len(accounts)]) for number in range(POSTS)]
        ids = self.services.outbox.put_all(postings)
        return self.services.outbox.select(posts.c.id.in_(ids))

    def _posting(self, number: int, account_id: int) -> Posting:
        content = PNG + f"picture {number}".encode()
        sha256, _ = self.services.uploads.keep(io.BytesIO(content))
        file = MediaFile(sha256, f"{number}.png", "image", "image/png", len(content), 640, 400)
        dialect = ("v2", "rest")[number % 2]
        draft = Draft(kind="image", text=f"Post {number}", dialect=dialect, images=(Attachment(file),))
        due_at = now() + timedelta(seconds=self.random.uniform(0, DUE_WITHIN_S))
        return Posting(account_id, draft, due_at, "Europe/Zurich")

    def kill_them(self, workers: Workers, many: int) -> int:
        """Let `many` work and kill one at a random instant, again and again; how often while posts were waiting."""
        for killed in range(self.kills):
            while len(workers.alive) < many:
                workers.start()
            if not (left := self.look()):
                return killed
            self._let_them_work(len(left) * self.calls_each // (self.kills - killed))
            workers.kill(self.random.choice(workers.alive))
        return self.kills

    def _let_them_work(self, calls: int) -> None:
        """Until a random number of calls came, and a moment longer; or for a moment only, while a worker starts."""
        if self.random.random() < 0.2:
            time.sleep(self.random.uniform(0, 0.5))
            return
        end = time.monotonic() + AT_REST_S
        for _ in range(self.random.randint(1, max(1, 3 * calls // 2))):
            self.crowd.came.acquire(timeout=max(0, end - time.monotonic()))
        time.sleep(self.random.uniform(0, LATENCY_S * 3))
        while self.crowd.came.acquire(blocking=False):
            pass

    def look(self) -> list[PostRow]:
        """The posts that are not at their end; and whether a picture's URN is another one than before."""
        rows = self.services.outbox.select()
        for row in rows:
            urn = row.draft.images[0].urn if row.draft.images else None
            before = self.uploaded.get(row.id)
            if before and before != urn:
                self.changed.append((row.id, before, str(urn)))
            if urn:
                self.uploaded[row.id] = urn
        return [row for row in rows if row.waiting or row.state == "scheduled"]

    def wait(self) -> None:
        """Until every post is at its end; it is over too when LinkedIn has heard nothing for so long."""
        heard_at = time.monotonic()
        while left := self.look():
            heard_at = time.monotonic() if self.crowd.came.acquire(timeout=0.2) else heard_at
            stuck = [(row.id, row.state, row.held, row.remarks, row.failures) for row in left]
            assert time.monotonic() - heard_at < PATIENCE_S, stuck


def survive(chaos: Chaos, many: int) -> tuple[list[PostRow], int]:
    planned = chaos.schedule()
    with Workers(chaos.folder / "workers.log", chaos.environ) as workers:
        killed = chaos.kill_them(workers, many)
        while len(workers.alive) < many:
            workers.start()
        chaos.wait()
    return planned, killed


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    with Crowd(tmp_path / "sandbox", MEMBERS, LATENCY_S) as found:
        yield found


@pytest.fixture
def seed() -> int:
    """Another one every time; a failing test shows it, to be written here."""
    return random.SystemRandom().randrange(1_000_000)


def everything_is_there_once(chaos: Chaos, planned: list[PostRow], killed: int) -> None:
    rows = {row.text: row for row in chaos.services.outbox.select()}
    found = {post.text: post for post in chaos.crowd.state.feed()}
    arrived = [(asset["sha256"], urn) for urn, asset in chaos.crowd.state.store.all("asset") if asset["sha256"]]
    newest = dict(reversed(arrived))

    assert killed == KILLS
    others = [row for row in rows.values() if row.state != "published"]
    assert [(row.id, row.state, row.error, row.create_tries, row.failures) for row in others] == []
    assert len(rows) == POSTS
    assert Counter(post.text for post in chaos.crowd.state.feed()) == Counter(row.text for row in planned)
    for row in planned:
        post, ended = found[row.text], rows[row.text]
        sha256 = row.draft.images[0].file.sha256
        member = chaos.services.accounts.get(row.account_id).urn
        assert (post.urn, post.author, post.dialect) == (ended.urn, member, row.dialect)
        assert [(each.sha256, each.urn) for each in post.media] == [(sha256, ended.draft.images[0].urn)]
        # Of a picture that was sent twice, the last one counts: none was sent again once its URN was known.
        assert post.media[0].urn.endswith(newest[sha256])
    chaos.services.database.dispose()
    assert chaos.changed == []
    assert len(arrived) <= POSTS + KILLS * AT_ONCE


def test_on_sqlite_a_worker_that_is_killed_again_and_again_publishes_everything_once(
    tmp_path: Path, crowd: Crowd, seed: int
) -> None:
    chaos = Chaos(tmp_path, crowd, f"sqlite:///{tmp_path}/dashboard.db", seed)
    planned, killed = survive(chaos, 1)

    everything_is_there_once(chaos, planned, killed)


def test_on_postgresql_two_workers_that_are_killed_again_and_again_publish_everything_once(
    tmp_path: Path, crowd: Crowd, seed: int, tables_url: str
) -> None:
    chaos = Chaos(tmp_path, crowd, tables_url, seed)
    planned, killed = survive(chaos, 2)

    everything_is_there_once(chaos, planned, killed)


def test_a_worker_that_is_killed_with_a_first_comment_on_its_way_leaves_it_to_a_person(
    tmp_path: Path, linkedin: RunningSandbox
) -> None:
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path}/dashboard.db", "SECRET_KEY": SECRET_KEY}
    environ |= {"DATA_FOLDER": str(tmp_path), "LINKEDIN_AUTH_URL": linkedin.url, "LINKEDIN_API_URL": linkedin.url}
    services = open_services(tmp_path, linkedin.url, **environ)
    ada = signed_in(services, linkedin)
    linkedin.state.faults.arm("activity_missing")  # the first try: only the second one is held back
    post_id = services.outbox.put(Posting(ada.id, Draft(text="Hello", first_comment="Once")))

    def comment() -> Interaction | None:
        return services.interactions.first_comments([post_id]).get(post_id)

    with Workers(tmp_path / "workers.log", environ) as workers:
        worker = workers.start()
        until(lambda: (found := comment()) and found.tries)
        linkedin.state.faults.latency_s = 3600
        until(lambda: linkedin.state.social.comments())
        workers.kill(worker)
        linkedin.state.faults.latency_s = 0
        workers.start()
        until(lambda: (found := comment()) and not found.on_its_way)
    (ended,) = services.interactions.of(post_id)
    row = services.outbox.get(post_id)
    services.database.dispose()

    assert row
    assert (row.state, ended.state) == ("published", "unconfirmed")
    assert [each.text for each in linkedin.state.social.comments()] == ["Once"]
