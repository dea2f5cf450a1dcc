"""A post through Zernio in a process that is killed before a line of its flow: the next run publishes it, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from dashboard.services import Services
from sandbox.directory.members import ADA, ZOE
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.dashboard.zernio.test_zernio_flow import flow
from tests.support.kill_at_line import Lines, Point, dies
from tests.support.services import open_services, signed_in

FILES = ("zernio/flow.py", "publishing/flow.py")
AGAIN_MOST = 3  # runs after the one that was killed


def test_a_post_through_zernio_is_published_once_wherever_its_process_dies(
    tmp_path: Path, linkedin: RunningSandbox
) -> None:
    zernio = Zernio(linkedin.state)
    zernio.connect(ADA, ADA)
    zernio.set(requests_per_minute=100_000, posts_per_hour=10_000, posts_per_day=10_000)
    environ = {"ZERNIO_API_URL": f"{linkedin.url}/zernio"}
    services = open_services(tmp_path, linkedin.url, **environ)
    member = signed_in(services, linkedin, ZOE)
    (found,) = services.zernio.enter_key(member, key := zernio.new_key())
    account = services.zernio.add(found, key, member)

    def put(text: str) -> int:
        draft = Draft(member=str(account.urn), text=text)
        return services.outbox.put(Posting(account.id, draft, now() - timedelta(seconds=1), "UTC", member.id))

    def run(on: Services, post_id: int) -> None:
        row = on.outbox.get(post_id)
        if row and (begun := on.outbox.begin(post_id, str(row.job))):
            flow(on).run(begun)

    points: list[Point] = []
    first = put("Whole")
    with Lines(FILES, points.append):
        run(services, first)

    for number, point in enumerate([point for point in dict.fromkeys(points) if point[2] == 1][::3]):
        post_id = put(f"Post {number}")
        services.database.dispose()  # a child must not have the connections of its parent

        def work(before: Callable[[Point], object], post_id: int = post_id) -> None:
            on = open_services(tmp_path, linkedin.url, **environ)
            on.jobs.prepare()
            with Lines(FILES, before):
                run(on, post_id)

        assert dies(work, point), point
        for _ in range(AGAIN_MOST):
            run(services, post_id)
        row = services.outbox.get(post_id)
        there = [post.urn for post in linkedin.state.feed() if post.text == f"Post {number}"]
        assert row
        assert (row.state, there) == ("published", [row.urn]), point
    assert len(points) > 30
    services.database.dispose()
