"""Workers that are killed at any instant while they publish through Zernio: in the end every post is there, once."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from sandbox.zernio.state import Zernio
from tests.chaos.test_kills import AT_REST_S, LATENCY_S, Chaos, seed, survive
from tests.support.many_posts import ENDLESS, Crowd, sign_in
from tests.support.services import BOTH, database_url

__all__ = ["seed"]
POSTS = int(os.environ.get("CHAOS_ZERNIO_POSTS", "12"))  # more of them for a night's run: 200, for example
MEMBERS = min(20, POSTS // 3)
KILLS = POSTS // 3


class ZernioChaos(Chaos):
    """Posts that leave through Zernio, and workers that die after one call or some."""

    kills, calls_each = KILLS, 2

    def schedule(self) -> list[PostRow]:
        """Posts of all accounts of a key, which one member has written."""
        zernio = Zernio(self.crowd.state)
        zernio.set(requests_per_minute=ENDLESS, posts_per_hour=ENDLESS, posts_per_day=ENDLESS)
        for each in self.crowd.members.values():
            zernio.connect(each, each)
        way, key = self.services.zernio, zernio.new_key()
        writer = self.services.accounts.get(sign_in(self.services, self.crowd.tokens())[0])
        accounts = [way.add(found, key, writer) for found in way.enter_key(writer, key)]
        postings = [self._of(account, writer, n) for account in accounts for n in range(POSTS // MEMBERS)]
        return self.services.outbox.select(posts.c.id.in_(self.services.outbox.put_all(postings)))

    def _of(self, account: Account, writer: Account, number: int) -> Posting:
        draft = Draft(member=str(account.urn), text=f"Post {number} of {account.name}")
        return Posting(account.id, draft, now(), "Europe/Zurich", written_by=writer.id)

    def _let_them_work(self, calls: int) -> None:
        for _ in range(self.random.randint(1, max(4, calls))):
            self.crowd.came.acquire(timeout=AT_REST_S)


@pytest.fixture
def zernio_crowd(tmp_path: Path) -> Iterator[Crowd]:
    with Crowd(tmp_path / "sandbox", MEMBERS, LATENCY_S) as found:
        yield found


@pytest.fixture
def chaos(request: pytest.FixtureRequest, tmp_path: Path, zernio_crowd: Crowd, seed: int) -> Iterator[ZernioChaos]:
    url = {"ZERNIO_API_URL": f"{zernio_crowd.url}/zernio"}
    found = ZernioChaos(tmp_path, zernio_crowd, database_url(request, tmp_path), seed, **url)
    yield found
    found.services.database.dispose()


@pytest.mark.parametrize("chaos", BOTH, indirect=True)
def test_workers_that_are_killed_again_and_again_publish_everything_through_zernio_once(
    chaos: ZernioChaos, seed: int
) -> None:
    planned, killed = survive(chaos, 1 if "sqlite" in chaos.environ["DATABASE_URL"] else 2)

    rows = chaos.services.outbox.select()
    logging.getLogger(__name__).info("%s kills, %s posts", killed, len(rows))  # with --log-cli-level INFO it is shown
    assert killed, seed
    assert [(row.id, row.state, row.error, row.create_tries) for row in rows if row.state != "published"] == [], seed
    assert len(planned) == POSTS // MEMBERS * MEMBERS
    assert Counter(post.text for post in chaos.crowd.state.feed()) == Counter(row.text for row in planned)
    assert {row.text: row.urn for row in rows} == {post.text: post.urn for post in chaos.crowd.state.feed()}
