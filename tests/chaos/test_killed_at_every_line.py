"""The flow of one post in a process that is killed before any line of it: the next run brings the post on, once.

What a killed process leaves is what it has committed and what it has sent. So of all lines between two commits or
calls one is tried.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.posts.post import Posting, PostRow
from dashboard.publishing.delivery import Delivery
from dashboard.publishing.progress import Waits
from dashboard.publishing.publish_flow import PublishFlow
from dashboard.services import Services
from tests.conftest import RunningSandbox
from tests.support.kill_at_line import Lines, Point, dies
from tests.support.services import RESEND_AFTER_S, draft_of, open_services, signed_in

FILES = (
    "publishing/flow.py",
    "publishing/publish_flow.py",
    "publishing/media_upload.py",
    "posts/outbox.py",
    "posts/schedule.py",
    "posts/interactions.py",
    "db/repository.py",
)
OF_COMMENTS = ("publishing/delivery.py", "posts/interactions.py")
QUICK = Waits(upload_s=(0.05,), ask_s=(0.05,), picture_s=(0.05,), video_s=(0.05,))
REGISTERS = ("/v2/assets", "/rest/images", "/rest/documents", "/rest/videos")
ON_POSTGRESQL = 8  # so many points there, where a new process takes longer
AGAIN_MOST = 3  # runs after the one that was killed


class Desk:
    """Ada, her posts, and the flow run by hand."""

    def __init__(self, folder: Path, linkedin: RunningSandbox, database: str) -> None:
        self.linkedin, self.number, self.is_fast = linkedin, 0, database.startswith("sqlite")
        linkedin.state.limits.member = linkedin.state.limits.app = 1_000_000
        linkedin.state.assets.processing_s = 0.0
        environ = {"DATABASE_URL": database, "DATA_FOLDER": str(folder)}
        self.open: Callable[[], Services] = lambda: open_services(folder, linkedin.url, **environ)
        self.services = self.open()
        self.ada: Account = signed_in(self.services, linkedin)

    def put(self, kind: str, dialect: str) -> PostRow:
        """A post that is due."""
        self.number += 1
        draft = draft_of(self.services, kind, dialect, f"Post {self.number}").changed(first_comment="Below")
        posting = Posting(self.ada.id, draft, now() - timedelta(seconds=1), "UTC")
        return self.row(self.services.outbox.put(posting))

    def row(self, post_id: int) -> PostRow:
        found = self.services.outbox.get(post_id)
        assert found
        return found

    def run(self, services: Services, row: PostRow) -> None:
        """As the job of the post does."""
        parts: Any = {
            name: getattr(services, name) for name in ("accounts", "outbox", "uploads", "schedule", "connect")
        }
        flow = PublishFlow(**parts, stopping=threading.Event(), resend_after_s=RESEND_AFTER_S, waits=QUICK)
        if begun := services.outbox.begin(row.id, str(row.job)):
            flow.run(begun)

    def points(self, names: tuple[str, ...], work: Callable[[], object]) -> list[Point]:
        """Where work that nothing happens to is to be cut off: the first line after each commit and each call."""
        commits: list[object] = []
        first: dict[tuple[int, int], Point] = {}

        def committed(connection: object) -> None:
            commits.append(connection)

        def before(point: Point) -> None:
            first.setdefault((len(commits), len(self.linkedin.state.calls)), point)

        event.listen(self.services.database, "commit", committed)
        with Lines(names, before):
            work()
        event.remove(self.services.database, "commit", committed)
        points = list(first.values())
        return points if self.is_fast else points[:: max(1, len(points) // ON_POSTGRESQL)]

    def killed(self, row: PostRow, at: Point) -> bool:
        self.services.database.dispose()  # a child must not have the connections of its parent

        def work(before: Callable[[Point], object]) -> None:
            services = self.open()
            services.jobs.prepare()  # as the engine does when it starts
            with Lines(FILES, before):
                self.run(services, row)

        return dies(work, at)

    def calls(self, paths: tuple[str, ...]) -> int:
        return sum(method == "POST" and path in paths for method, path, _ in self.linkedin.state.calls)

    def is_there_once(self, row: PostRow) -> bool:
        found = [post.urn for post in self.linkedin.state.feed() if post.text == row.text]
        comments = [(each.text, each.state) for each in self.services.interactions.of(row.id)]
        published = row.state == "published" and row.held is None
        return published and found == [row.urn] and comments == [("Below", "waiting")]

    def deliver(self, services: Services, post_id: int) -> None:
        """As the jobs of its first comment do, one after the other."""
        parts: Any = {"accounts": services.accounts, "outbox": services.outbox, "line": services.line}
        delivery = Delivery(**parts, stopping=threading.Event(), waits_s=(0, 0, 0))
        while (found := services.interactions.first_comments([post_id])[post_id]).on_its_way:
            delivery.run(found.id, str(found.job))

    def delivery_dies(self, post_id: int, at: Point) -> bool:
        self.services.database.dispose()

        def work(before: Callable[[Point], object]) -> None:
            services = self.open()
            services.jobs.prepare()
            with Lines(OF_COMMENTS, before):
                self.deliver(services, post_id)

        return dies(work, at)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, linkedin: RunningSandbox) -> Iterator[Desk]:
    sqlite = request.param == "sqlite"
    found = Desk(
        tmp_path,
        linkedin,
        f"sqlite:///{tmp_path}/dashboard.db" if sqlite else request.getfixturevalue("tables_url"),
    )
    yield found
    found.services.database.dispose()


Left = tuple[PostRow, Point]


def cut_off(desk: Desk, kind: str, dialect: str, fault: str | None = None) -> Iterator[Left]:
    """Posts that were killed, each at another point of its way, as they were left; faults meet the first create."""

    def arm() -> None:
        desk.linkedin.state.faults.clear()
        desk.services.accounts.park(desk.ada.id, None)
        if fault:
            desk.linkedin.state.faults.arm(fault, target="create")

    arm()
    whole = desk.put(kind, dialect)
    points = desk.points(FILES, lambda: desk.run(desk.services, whole))
    reached = 0
    for point in points:
        arm()
        row = desk.put(kind, dialect)
        if desk.killed(row, point):
            reached += 1
            yield desk.row(row.id), point
    assert reached > max(5, len(points) / 2)


def brought_on(desk: Desk, left: PostRow) -> PostRow:
    """What the engine does next, as often as the post has a job; LinkedIn has recovered, and it is another day."""
    desk.linkedin.state.faults.clear()
    desk.services.accounts.park(desk.ada.id, None)
    ended = left
    for _ in range(AGAIN_MOST):
        if ended.waiting or ended.state == "scheduled":
            desk.run(desk.services, ended)
            ended = desk.row(left.id)
    return ended


def urns(row: PostRow) -> list[str]:
    return [each.urn for each in row.draft.attachments if each.urn]


def test_a_post_with_a_picture_is_published_once_and_its_picture_not_sent_again(desk: Desk) -> None:
    for left, point in cut_off(desk, "image", "v2"):
        registered = desk.calls(REGISTERS)
        ended = brought_on(desk, left)

        assert desk.is_there_once(ended), (point, left, ended)
        assert desk.calls(REGISTERS) - registered == (0 if urns(left) else 1), (point, left)


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_of_several_pictures_those_that_are_known_are_not_sent_again(desk: Desk) -> None:
    for left, point in cut_off(desk, "images", "rest"):
        ended = brought_on(desk, left)

        assert desk.is_there_once(ended), (point, left, ended)
        assert set(urns(left)) <= set(urns(ended)), (point, left, ended)


@pytest.mark.parametrize(
    ("desk", "fault"),
    [
        ("sqlite", "dropped_answer"),
        ("sqlite", "server_error"),
        ("sqlite", "rate_limited"),
        ("postgresql", "dropped_answer"),
    ],
    indirect=["desk"],
)
def test_a_post_in_trouble_is_published_once(desk: Desk, fault: str) -> None:
    for left, point in cut_off(desk, "text", "rest", fault):
        ended = brought_on(desk, left)

        assert desk.is_there_once(ended), (point, left, ended)


def test_a_first_comment_is_sent_once_or_a_person_is_asked(desk: Desk) -> None:
    desk.linkedin.state.social.activity_delay_s = 0

    def published() -> PostRow:
        row = desk.put("text", "v2")
        desk.run(desk.services, row)
        desk.linkedin.state.faults.arm("activity_missing")  # the first try comes too early
        return desk.row(row.id)

    whole = published()
    reached, states = 0, set()
    for point in desk.points(OF_COMMENTS, lambda: desk.deliver(desk.services, whole.id)):
        row = published()
        if not desk.delivery_dies(row.id, point):
            continue
        reached += 1
        left = desk.services.interactions.first_comments([row.id])[row.id]
        desk.deliver(desk.services, row.id)
        ended = desk.services.interactions.first_comments([row.id])[row.id]
        sent = len(desk.linkedin.state.social.comments(str(row.urn)))
        states.add((left.state, ended.state, sent))

        assert desk.row(row.id).state == "published"
        assert (ended.state, sent) in ((None, 1), ("unconfirmed", 0), ("unconfirmed", 1)), (point, left, ended)
        assert ended.state is None or left.state == "sending", (point, left, ended)  # only then somebody must look
    assert reached > ON_POSTGRESQL // 2
    assert {(None, None, 1), ("waiting", None, 1)} <= states or not desk.is_fast
