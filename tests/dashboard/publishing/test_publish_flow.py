"""The flow of one post against the sandbox: published once, whatever happens on the way."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import update

from dashboard.accounts.account import Account
from dashboard.activity.rate_limits import needed
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.outbox import Overtaken
from dashboard.posts.post import AT_UNREACHABLE, UNREACHABLE, Posting, PostRow
from dashboard.posts.schedule import next_day
from dashboard.publishing.flow import NOT_PUBLISHED, UNCONFIRMED, UNCONFIRMED_ADVICE
from dashboard.publishing.media_upload import LATER
from dashboard.publishing.progress import Stopped, Waits
from dashboard.publishing.publish_flow import RESEND_WINDOW_S, PublishFlow
from dashboard.services import Services
from linkedin_api import Exchange, Post, Publisher, Reaction, Token, Transport, publisher
from sandbox import Sandbox, create_app
from sandbox.directory.members import ADA
from tests.conftest import RunningSandbox, free_port
from tests.support.patience import FOREVER_S, PATIENCE_S, until
from tests.support.services import (
    MP4,
    PNG,
    RESEND_AFTER_S,
    ada,
    attached,
    draft_of,
    new_token,
    on_both,
    open_services,
    profile,
    services,
)

__all__ = ["ada", "services"]
CREATES = {"v2": ("POST", "/v2/ugcPosts"), "rest": ("POST", "/rest/posts")}
ALL_WAYS = [("v2", kind) for kind in ("text", "article", "image", "images", "video")] + [
    ("rest", kind) for kind in ("text", "article", "image", "images")
]
QUICK = Waits(upload_s=(0.1, 0.2), ask_s=(0.3,), picture_s=(0.2,), video_s=(0.2,))


def flow(
    services: Services, stopping: threading.Event | None = None, connect: Any = None, **changes: Any
) -> PublishFlow:
    options: dict[str, Any] = {"resend_after_s": RESEND_AFTER_S, "waits": QUICK}
    return PublishFlow(
        accounts=services.accounts,
        outbox=services.outbox,
        uploads=services.uploads,
        schedule=services.schedule,
        connect=connect or services.connect,
        stopping=stopping or threading.Event(),
        **options | changes,
    )


def row(services: Services, post_id: int) -> PostRow:
    found = services.outbox.get(post_id)
    assert found
    return found


def run(services: Services, post_id: int, **changes: Any) -> PostRow:
    if begun := services.outbox.begin(post_id, row(services, post_id).job or ""):
        with contextlib.suppress(Overtaken):
            flow(services, **changes).run(begun)
    return row(services, post_id)


def publish(services: Services, ada: Account, draft: Draft) -> PostRow:
    return run(services, services.outbox.put(Posting(ada.id, draft)))


def left_in(services: Services, post_id: int, **values: Any) -> None:
    """The row as a process leaves it that dies."""
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == post_id).values(**values))


def creates(linkedin: RunningSandbox) -> int:
    return sum((method, path) in CREATES.values() for method, path, _ in linkedin.state.calls)


@contextmanager
def running(services: Services, post_id: int, **changes: Any) -> Iterator[None]:
    """The flow on a thread of its own; it must be at its end when the block is left."""
    thread = threading.Thread(target=run, args=(services, post_id), kwargs=changes)
    thread.start()
    yield
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


# Published.


@pytest.mark.parametrize(("dialect", "kind"), ALL_WAYS)
def test_each_kind_is_published(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, kind: str
) -> None:
    done = publish(services, ada, draft_of(services, kind, dialect, "Hello (all) #1"))

    assert done.state == "published"
    (post,) = linkedin.state.feed()
    assert done.urn == post.urn
    assert (post.text, post.kind, post.dialect) == ("Hello (all) #1", done.kind, dialect)
    asked = sum(call[0] == "GET" for call in linkedin.state.calls)
    assert done.calls - asked == {"text": 1, "article": 1, "image": 3, "images": 5, "video": 3}[kind]
    assert bool(asked) == (kind == "video")
    assert done.calls == len(linkedin.state.calls)
    assert (done.error, done.advice) == (None, None)
    assert done.duration_ms > 0
    assert done.finished_at
    assert done.sent_bytes == done.total_bytes


@pytest.mark.parametrize(("dialect", "kind"), [way for way in ALL_WAYS if way[1] in ("image", "images", "video")])
def test_files_arrive_whole_and_their_urns_are_kept(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, kind: str
) -> None:
    done = publish(services, ada, draft_of(services, kind, dialect))

    (post,) = linkedin.state.feed()
    sent = done.draft.attachments
    assert [media.urn for media in post.media] == [attachment.urn for attachment in sent]
    assert [media.sha256 for media in post.media] == [attachment.file.sha256 for attachment in sent]
    assert [media.content_type for media in post.media] == [attachment.file.content_type for attachment in sent]


def test_an_article_keeps_its_card(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    draft = draft_of(services, "article").changed(description="What it is about", visibility="CONNECTIONS")
    publish(services, ada, draft)

    (post,) = linkedin.state.feed()
    card = {"url": "https://example.com/a", "title": "A title", "description": "What it is about", "thumbnail": ""}
    assert post.article == card
    assert post.visibility == "CONNECTIONS"


def test_fields_of_another_kind_are_not_sent(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    done = publish(services, ada, draft_of(services, "images").changed(kind="text", url="https://example.com"))

    assert (done.state, done.calls) == ("published", 1)
    assert linkedin.state.feed()[0].kind == "text"


def test_the_journal_has_every_exchange_and_no_secret(
    services: Services, linkedin: RunningSandbox, tmp_path: Path
) -> None:
    token = new_token(linkedin)
    ada = services.accounts.save(profile(), token)
    done = publish(services, ada, draft_of(services, "image"))

    entries = services.exchange_log.entries(ada.id, post_id=done.id)
    assert [(entry.method, entry.status) for entry in entries] == [("POST", 201), ("PUT", 201), ("POST", 200)]
    for folder in (tmp_path, tmp_path / "uploads"):
        for file in folder.iterdir():
            assert file.is_dir() or token.access_token.encode() not in file.read_bytes()


# Refused: nothing was published, and the row says why.


@pytest.mark.parametrize(
    ("fault", "reason", "sentence"),
    [
        ("expired_token", "expired", "The access token has expired."),
        ("revoked_token", "revoked", "The access token has been revoked."),
        ("invalid_token", "invalid", "LinkedIn does not know this access token."),
    ],
)
@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_refused_token_ends_the_post_and_asks_for_a_sign_in(
    services: Services, ada: Account, linkedin: RunningSandbox, kind: str, fault: str, reason: str, sentence: str
) -> None:
    linkedin.state.faults.arm(fault)
    failed = publish(services, ada, draft_of(services, kind))

    assert (failed.state, failed.calls) == ("failed", 1)
    assert str(failed.error).startswith(sentence)
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert failed.advice == "Sign in with LinkedIn again."
    assert services.accounts.get(ada.id).token_refused == reason
    assert linkedin.state.feed() == []


def test_a_refused_token_is_not_used_again(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    services.accounts.refuse_token(ada.id, "expired")
    failed = publish(services, ada, draft_of(services, "text"))

    assert failed.error == f"Your LinkedIn sign-in has expired. {NOT_PUBLISHED}"
    assert "Sign in again" in str(failed.advice)
    assert linkedin.state.calls == []


def test_a_new_sign_in_during_the_post_stays_good(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.tokens.revoke_all()

    def signs_in_first(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        services.accounts.save(profile(), new_token(linkedin))
        return services.connect(row, token, keep)

    failed = run(services, services.outbox.put(Posting(ada.id, draft_of(services, "text"))), connect=signs_in_first)

    assert failed.state == "failed"
    assert services.accounts.get(ada.id).sign_in_needed is None
    assert publish(services, ada, draft_of(services, "text")).state == "published"


@pytest.mark.parametrize(("dialect", "fault"), [(d, "forbidden") for d in CREATES])
def test_a_refusal_is_passed_on_with_its_advice(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, fault: str
) -> None:
    linkedin.state.faults.arm(fault, target="create")
    failed = publish(services, ada, draft_of(services, "text", dialect))

    assert (failed.state, failed.calls, failed.urn) == ("failed", 1, None)
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert failed.advice
    assert failed.finished_at
    assert linkedin.state.feed() == []
    assert services.accounts.get(ada.id).sign_in_needed is None


@on_both
@pytest.mark.parametrize("target", ["create", "upload"])
def test_linkedins_limit_parks_the_post_and_its_account_until_the_next_day(
    services: Services, ada: Account, linkedin: RunningSandbox, target: str
) -> None:
    linkedin.state.faults.arm("rate_limited", target=target)
    parked = publish(services, ada, draft_of(services, "image"))
    second = publish(services, ada, draft_of(services, "text"))

    until_then = services.accounts.get(ada.id).parked_until
    assert until_then == next_day()
    for each in (parked, second):
        assert (each.state, each.due_at, each.create_tries, each.error) == ("scheduled", until_then, 0, None)
        assert each.remarks == "LinkedIn's limit for the day was reached, so this post waits until 00:00 UTC."
    assert second.calls == 0
    assert linkedin.state.feed() == []


def test_what_somebody_cancels_while_the_limit_is_reached_does_not_wait_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))
    begun = services.outbox.begin(post_id, row(services, post_id).job or "")
    assert begun
    services.outbox.uploading(begun)
    services.outbox.request_cancel(post_id)
    services.schedule.park(begun, next_day())

    ended = row(services, post_id)
    assert ended.state == "cancelled"
    assert ended.finished_at


@on_both
@pytest.mark.parametrize("fault", ["revoked_token", None])
def test_a_planned_post_without_a_good_token_waits_for_a_person(
    services: Services, ada: Account, linkedin: RunningSandbox, fault: str | None
) -> None:
    if fault:
        linkedin.state.faults.arm(fault)
    else:
        services.accounts.disconnect(ada.id)
    due_at = now() - timedelta(seconds=1)
    held = run(services, services.outbox.put(Posting(ada.id, draft_of(services, "text"), due_at, "Europe/Berlin")))

    assert (held.state, held.due_at, held.create_tries) == ("scheduled", due_at, 0)
    assert "Sign in again; then publish this post now" in str(held.held)
    assert linkedin.state.feed() == []
    services.accounts.save(profile(), new_token(linkedin))
    assert run(services, held.id).state == "scheduled"  # until a person says so
    assert services.schedule.publish_now(row(services, held.id))
    assert run(services, held.id).state == "published"


@pytest.mark.parametrize("dialect", CREATES)
def test_a_duplicate_at_the_first_try_is_no_success(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str
) -> None:
    first = publish(services, ada, draft_of(services, "text", dialect))
    second = publish(services, ada, draft_of(services, "text", dialect))

    assert (first.state, second.state, second.calls, second.urn) == ("published", "failed", 1, None)
    assert str(second.error).startswith("LinkedIn already has this very post")
    assert "change its text" in str(second.advice)
    assert len(linkedin.state.feed()) == 1


def test_a_switched_off_version_names_the_setting(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("version_retired")
    failed = publish(services, ada, draft_of(services, "text", "rest"))

    assert failed.state == "failed"
    assert "LINKEDIN_VERSION" in str(failed.advice)


def test_nobody_at_home_is_no_lost_answer(tmp_path: Path, linkedin: RunningSandbox) -> None:
    services = open_services(tmp_path, "http://127.0.0.1:1")
    ada = services.accounts.save(profile(), new_token(linkedin))
    failed = publish(services, ada, draft_of(services, "text"))

    assert failed.state == "failed"
    assert str(failed.error).endswith(NOT_PUBLISHED)
    services.database.dispose()


# LinkedIn cannot be reached.


@contextmanager
def black_hole() -> Iterator[str]:
    """A port that takes no connection and refuses none: whoever listens has no room for one more."""
    with socket.socket() as listening, contextlib.ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(8):
            taken = waiting.enter_context(socket.socket())
            taken.setblocking(False)
            taken.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def unreachable(how: str) -> Iterator[str]:
    if how == "black hole":
        with black_hole() as url:
            yield url
    else:
        yield {"closed port": f"http://127.0.0.1:{free_port()}", "no such name": "http://linkedin.invalid"}[how]


def speaking_to(services: Services, url: str) -> Any:
    """A connect that speaks to this address, and waits for nobody."""

    def connect(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        transport = Transport(access_token=token, on_exchange=keep, connect_timeout_s=0.3)
        return transport, publisher(row.dialect, transport, api_url=url, version="202609")

    return connect


def overdue(services: Services, ada: Account, kind: str = "text", text: str = "Hello", ago_s: float = 1) -> int:
    due_at = now() - timedelta(seconds=ago_s)
    return services.outbox.put(Posting(ada.id, draft_of(services, kind, text=text), due_at, "Europe/Berlin"))


@on_both
@pytest.mark.parametrize("how", ["closed port", "no such name", "black hole"])
def test_a_planned_post_waits_until_linkedin_can_be_reached(
    services: Services, ada: Account, linkedin: RunningSandbox, how: str
) -> None:
    post_id, began = overdue(services, ada), now()
    with unreachable(how) as url:
        waits = run(services, post_id, connect=speaking_to(services, url))

    assert (waits.state, waits.create_tries, waits.create_sent_at) == ("scheduled", 0, None)
    assert waits.delayed_until
    assert waits.delayed_until >= began + timedelta(seconds=60)
    assert waits.meaning == "It waits until LinkedIn can be reached."
    assert waits.remarks == AT_UNREACHABLE.format(f"{waits.delayed_until:%H:%M}")
    assert str(waits.error).startswith("LinkedIn")
    done = run(services, post_id)
    assert (done.state, done.error) == ("published", None)
    assert done.remarks.startswith("LinkedIn could not be reached when it was due, so it left ")
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_post_for_now_keeps_its_three_tries(
    services: Services, ada: Account, linkedin: RunningSandbox, kind: str
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, kind)))
    with unreachable("closed port") as url:
        failed = run(services, post_id, connect=speaking_to(services, url))

    assert (failed.state, failed.calls) == ("failed", 3)
    assert str(failed.error).endswith(NOT_PUBLISHED)


def test_files_of_a_planned_post_wait_too(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    post_id = overdue(services, ada, "image")
    with unreachable("closed port") as url:
        waits = run(services, post_id, connect=speaking_to(services, url))

    assert (waits.state, waits.delayed_by) == ("scheduled", UNREACHABLE)
    assert run(services, post_id).state == "published"


def test_a_try_right_after_a_long_sleep_is_not_the_last(services: Services, ada: Account) -> None:
    post_id, ago = overdue(services, ada), timedelta(days=2)
    services.worker.awake_since, services.worker._looked_at = now() - 2 * ago, time.time() - ago.total_seconds()
    left_in(services, post_id, delayed_by=UNREACHABLE, delayed_until=now(), unreachable_since=now() - ago)
    with unreachable("closed port") as url:
        after = run(services, post_id, connect=speaking_to(services, url))

    assert (after.state, after.delayed_by) == ("scheduled", UNREACHABLE)


@pytest.mark.parametrize(
    ("tried_s", "awake_s", "wait_s"),
    [(0, 1e6, 60), (30, 1e6, 60), (600, 1e6, 600), (20_000, 1e6, 1800), (200_000, 90, 90), (200_000, 1e6, None)],
)
def test_the_tries_grow_rare_and_end_after_a_day_of_being_awake(
    services: Services, ada: Account, linkedin: RunningSandbox, tried_s: float, awake_s: float, wait_s: float | None
) -> None:
    post_id, began = overdue(services, ada), now()
    services.worker.awake_since = began - timedelta(seconds=awake_s)
    first = began - timedelta(seconds=tried_s)
    left_in(services, post_id, delayed_by=UNREACHABLE, delayed_until=now(), unreachable_since=first)
    with unreachable("closed port") as url:
        after = run(services, post_id, connect=speaking_to(services, url))

    if wait_s is None:
        assert (after.state, after.remarks) == ("failed", "")
        assert "It was tried again and again for a day. Nothing was published." in str(after.error)
    else:
        assert (after.state, after.unreachable_since) == ("scheduled", first)
        assert after.delayed_until
        assert began + timedelta(seconds=wait_s) <= after.delayed_until <= now() + timedelta(seconds=wait_s + 60)


def test_posts_that_waited_for_linkedin_leave_in_the_order_of_their_moments(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    first, second = (overdue(services, ada, text=text, ago_s=ago_s) for text, ago_s in (("One", 20), ("Two", 10)))
    with unreachable("closed port") as url:
        one = run(services, first, connect=speaking_to(services, url))
    two = run(services, second)

    assert (two.state, two.delayed_by, two.calls) == ("scheduled", UNREACHABLE, 0)
    assert one.delayed_until
    assert two.delayed_until
    assert two.delayed_until > one.delayed_until
    assert [run(services, first).state, run(services, second).state] == ["published", "published"]


@pytest.mark.parametrize("decision", ["cancel", "now"])
def test_a_person_may_decide_about_a_post_that_waits_for_linkedin(
    services: Services, ada: Account, linkedin: RunningSandbox, decision: str
) -> None:
    post_id = overdue(services, ada)
    with unreachable("closed port") as url:
        waits = run(services, post_id, connect=speaking_to(services, url))
    if decision == "cancel":
        services.outbox.request_cancel(post_id)
        assert row(services, post_id).state == "cancelled"
    else:
        assert services.schedule.publish_now(waits)
        done = run(services, post_id)
        assert (done.state, done.remarks, done.unreachable_since) == ("published", "", None)


def test_an_address_that_can_never_be_reached_is_not_tried_for_a_day(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    failed = run(services, overdue(services, ada), connect=speaking_to(services, "http://linkedin.example:wrong"))

    assert failed.state == "failed"


def test_a_missing_file_fails_the_post(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    draft = draft_of(services, "image")
    services.uploads.path(draft.images[0].file.sha256).unlink()
    failed = publish(services, ada, draft)

    assert failed.state == "failed"
    assert failed.error == f"An attached file can no longer be read. {NOT_PUBLISHED}"
    assert "choose the file again" in str(failed.advice)
    assert linkedin.state.calls == []


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("text", {"text": "x" * 3_001}, "The post is 3,001 characters"),
        ("article", {"url": "ftp://example.com"}, "The address must begin with http"),
        ("card", {"title": ""}, "An article needs a title"),
    ],
)
def test_a_post_that_the_client_refuses_fails_with_its_sentence(
    services: Services, ada: Account, linkedin: RunningSandbox, kind: str, changes: dict[str, Any], sentence: str
) -> None:
    failed = publish(services, ada, draft_of(services, kind).changed(**changes))

    assert failed.state == "failed"
    assert str(failed.error).startswith(sentence)
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert failed.advice
    assert linkedin.state.calls == []


def test_a_disconnected_account_publishes_nothing(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    services.accounts.disconnect(ada.id)
    failed = run(services, post_id)

    assert (failed.state, failed.error) == ("failed", f"This account is disconnected. {NOT_PUBLISHED}")
    assert linkedin.state.calls == []


def test_a_token_under_another_key_publishes_nothing(tmp_path: Path, linkedin: RunningSandbox) -> None:
    before = open_services(tmp_path, linkedin.url)
    ada = before.accounts.save(profile(), new_token(linkedin))
    before.database.dispose()
    services = open_services(tmp_path, linkedin.url, SECRET_KEY="quite another key of at least 32 characters")
    failed = publish(services, ada, draft_of(services, "text"))

    assert failed.state == "failed"
    assert "SECRET_KEY has changed" in str(failed.error)
    services.database.dispose()


def test_a_post_for_one_linkedin_never_goes_to_another(tmp_path: Path, linkedin: RunningSandbox) -> None:
    before = open_services(tmp_path, "http://127.0.0.1:1")
    ada = before.accounts.save(profile(), new_token(linkedin))
    post_id = before.outbox.put(Posting(ada.id, draft_of(before, "text")))
    before.database.dispose()
    services = open_services(tmp_path, linkedin.url)
    failed = run(services, post_id)

    assert failed.state == "failed"
    assert "another LinkedIn" in str(failed.error)
    assert linkedin.state.calls == []
    services.database.dispose()


# A lost answer.


@pytest.mark.parametrize("fault", ["dropped_answer", "server_error", "unavailable"])
@pytest.mark.parametrize(("dialect", "kind"), [("v2", "text"), ("rest", "text"), ("v2", "image"), ("rest", "image")])
def test_a_lost_answer_is_one_post(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, kind: str, fault: str
) -> None:
    linkedin.state.faults.arm(fault, target="create")
    done = publish(services, ada, draft_of(services, kind, dialect))

    (post,) = linkedin.state.feed()
    assert (done.state, done.urn) == ("published", post.urn)
    assert (done.error, done.advice) == (None, None)
    assert creates(linkedin) == 2
    assert done.create_tries == 2


def test_the_second_try_waits(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("dropped_answer")
    done = publish(services, ada, draft_of(services, "text"))

    second, first = services.exchange_log.entries(ada.id, post_id=done.id)
    assert done.create_sent_at
    assert (second.at - done.create_sent_at).total_seconds() >= RESEND_AFTER_S
    assert first.status is None
    assert first.error


@pytest.mark.parametrize("second", ["server_error", "rate_limited", "revoked_token", "forbidden"])
@pytest.mark.parametrize("dialect", CREATES)
def test_when_the_second_answer_does_not_tell_either_a_person_decides(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, second: str
) -> None:
    linkedin.state.faults.arm("dropped_answer")

    def then_fails(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        def seen(exchange: Exchange) -> None:
            keep(exchange)
            linkedin.state.faults.arm(second)

        return services.connect(row, token, seen)

    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text", dialect)))
    done = run(services, post_id, connect=then_fails)

    assert (done.state, done.urn, done.calls) == ("unconfirmed", None, 2)
    assert (done.error, done.advice) == (UNCONFIRMED, UNCONFIRMED_ADVICE)
    assert len(linkedin.state.feed()) == 1
    assert services.accounts.get(ada.id).token_refused == ("revoked" if second == "revoked_token" else None)


@contextmanager
def at_port(app: Any, port: int) -> Iterator[Callable[[], None]]:
    """The same LinkedIn at an address that stays; gives what takes it away."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)

    def stop() -> None:
        server.should_exit = True
        thread.join(PATIENCE_S)

    thread.start()
    until(lambda: server.started)
    yield stop
    stop()


def test_a_second_try_that_never_left_does_not_count(tmp_path: Path) -> None:
    state, port = Sandbox(tmp_path / "sandbox"), free_port()
    services = open_services(tmp_path, f"http://127.0.0.1:{port}")
    ada = services.accounts.save(profile(), new_token(RunningSandbox("", state)))
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    state.faults.arm("dropped_answer")

    with at_port(create_app(state), port) as stop:

        def goes_away(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
            return services.connect(row, token, lambda exchange: (keep(exchange), stop())[0])

        with running(services, post_id, connect=goes_away):
            until(lambda: row(services, post_id).calls >= 3)
            with at_port(create_app(state), port):
                until(lambda: not row(services, post_id).waiting)

    (post,) = state.feed()
    assert (row(services, post_id).state, row(services, post_id).urn) == ("published", post.urn)
    services.database.dispose()


@on_both
def test_the_late_answer_of_a_run_that_was_overtaken_still_counts(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))

    def overtakes(row_then: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        def seen(exchange: Exchange) -> None:
            keep(exchange)
            assert services.outbox.begin(post_id, row(services, post_id).job or "")

        return services.connect(row_then, token, seen)

    done = run(services, post_id, connect=overtakes)

    (post,) = linkedin.state.feed()
    assert (done.state, done.urn) == ("published", post.urn)


def test_a_run_that_was_overtaken_sends_nothing(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    stale = services.outbox.begin(post_id, row(services, post_id).job or "")
    services.outbox.begin(post_id, row(services, post_id).job or "")
    assert stale

    with pytest.raises(Overtaken):
        flow(services).run(stale)
    assert linkedin.state.calls == []


def test_the_stale_refusal_of_a_run_that_was_overtaken_parks_nothing(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    stale = services.outbox.begin(post_id, row(services, post_id).job or "")
    fresh = services.outbox.begin(post_id, row(services, post_id).job or "")
    assert stale
    assert fresh
    services.outbox.may_send(fresh)
    services.schedule.park(stale, next_day())
    services.schedule.hold(stale, "It waits for a person.")

    left = row(services, post_id)
    assert (left.state, left.create_tries, left.run) == ("sending", 1, fresh.run)


# A crash at any point.


def stored(services: Services, ada: Account, linkedin: RunningSandbox, draft: Draft) -> str:
    """The post is at LinkedIn, although nobody here has seen an answer."""
    token = str(services.accounts.access_token(ada.id))
    post: Post = draft.as_post(ada.urn)
    with Transport(access_token=token) as transport:
        urn = services.publisher(draft.dialect, transport).create_post(post)
    linkedin.state.calls.clear()
    return urn


@on_both
@pytest.mark.parametrize("dialect", CREATES)
def test_a_crash_after_the_post_was_stored_finds_it(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str
) -> None:
    draft = draft_of(services, "text", dialect)
    post_id = services.outbox.put(Posting(ada.id, draft))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now())
    urn = stored(services, ada, linkedin, draft)
    done = run(services, post_id)

    assert (done.state, done.urn) == ("published", urn)
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize("dialect", CREATES)
def test_a_crash_before_the_create_left_sends_it(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text", dialect)))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now())
    done = run(services, post_id)

    assert (done.state, done.urn) == ("published", linkedin.state.feed()[0].urn)
    assert creates(linkedin) == 1


def test_outside_the_duplicate_window_nothing_is_sent(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now() - timedelta(minutes=9))
    done = run(services, post_id)

    assert (done.state, done.error) == ("unconfirmed", UNCONFIRMED)
    assert linkedin.state.calls == []


@pytest.mark.parametrize(("ago_s", "state", "calls"), [(30, "published", 1), (RESEND_WINDOW_S + 1, "unconfirmed", 0)])
def test_a_crash_in_the_second_try_is_tried_again_while_linkedin_refuses_duplicates(
    services: Services, ada: Account, linkedin: RunningSandbox, ago_s: float, state: str, calls: int
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    left_in(services, post_id, state="sending", create_tries=2, create_sent_at=now() - timedelta(seconds=ago_s))
    done = run(services, post_id)

    assert done.state == state
    assert len(linkedin.state.calls) == calls


def test_a_post_that_has_left_is_not_called_unpublished_without_a_token(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now())
    services.accounts.disconnect(ada.id)
    done = run(services, post_id)

    assert (done.state, done.error) == ("unconfirmed", UNCONFIRMED)
    assert linkedin.state.calls == []


class SteppingClock(threading.Event):
    """A calendar that is put forward or back when the flow waits, and a timer that only such a wait moves on."""

    def __init__(self, *steps_s: float) -> None:
        super().__init__()
        self.waits_s: list[float] = []
        self._steps_s, self._off_s = list(steps_s), 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self.waits_s.append(timeout or 0.0)
        self._off_s += self._steps_s.pop(0) if self._steps_s else 0.0
        return self.is_set()

    def calendar(self) -> datetime:
        return now() + timedelta(seconds=self._off_s + sum(self.waits_s))

    def timer(self) -> float:
        return sum(self.waits_s)


def run_by(clock: SteppingClock, services: Services, post_id: int, **changes: Any) -> PostRow:
    options: dict[str, Any] = {"clock": clock.calendar, "timer": clock.timer, "resend_after_s": 10.0}
    return run(services, post_id, stopping=clock, **options, **changes)


@pytest.mark.parametrize(
    ("step_s", "state", "calls"),
    [
        (0, "published", 2),
        (60, "published", 2),
        (-5, "published", 2),
        (-900, "unconfirmed", 1),  # it was sent in the future: how long ago, nobody knows
        (900, "unconfirmed", 1),
        (RESEND_WINDOW_S, "unconfirmed", 1),
    ],
)
def test_a_clock_that_is_changed_while_an_answer_is_lost_doubles_nothing(
    services: Services, ada: Account, linkedin: RunningSandbox, step_s: float, state: str, calls: int
) -> None:
    linkedin.state.faults.arm("dropped_answer", target="create")
    clock = SteppingClock(step_s)
    done = run_by(clock, services, services.outbox.put(Posting(ada.id, draft_of(services, "text"))))

    assert (done.state, creates(linkedin)) == (state, calls)
    assert clock.waits_s == [10]  # neither at once nor a quarter of an hour later
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize(
    ("ago_s", "step_s", "state", "calls"),
    [
        (30, 0, "published", 1),
        (-900, 0, "unconfirmed", 0),
        (30, -900, "unconfirmed", 0),
        (30, 900, "unconfirmed", 0),
        (RESEND_WINDOW_S - 5, 0, "unconfirmed", 0),  # the window has closed when the wait is over
    ],
)
def test_a_clock_that_was_changed_before_a_restart_doubles_nothing(
    services: Services, ada: Account, linkedin: RunningSandbox, ago_s: float, step_s: float, state: str, calls: int
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now() - timedelta(seconds=ago_s))
    clock = SteppingClock(step_s)
    done = run_by(clock, services, post_id)

    assert (done.state, creates(linkedin)) == (state, calls)
    assert clock.waits_s == [10]


def test_a_calendar_that_stands_still_does_not_keep_the_window_open(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    left_in(services, post_id, state="sending", create_tries=1, create_sent_at=now())

    def never_there(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        transport, _ = services.connect(row, token, keep)
        return transport, publisher("v2", transport, api_url="http://127.0.0.1:1", version="")

    clock = SteppingClock(*[-10] * 100)  # put back again and again
    done = run_by(clock, services, post_id, connect=never_there)

    assert (done.state, sum(clock.waits_s)) == ("unconfirmed", RESEND_WINDOW_S)


@pytest.mark.parametrize(("dialect", "kind"), [("v2", "images"), ("v2", "video"), ("rest", "image")])
def test_a_crash_during_the_upload_starts_it_again(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, kind: str
) -> None:
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, kind, dialect)))
    left_in(services, post_id, state="uploading", sent_bytes=4_000)
    done = run(services, post_id)

    assert done.state == "published"
    assert len(linkedin.state.feed()) == 1


@on_both
def test_what_is_uploaded_already_is_not_uploaded_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    before = publish(services, ada, draft_of(services, "images"))
    first, second = before.draft.images
    linkedin.state.calls.clear()
    draft = Draft(kind="image", text="Only one of two is missing", images=(first, second.fresh()))
    post_id = services.outbox.put(Posting(ada.id, draft))
    left_in(services, post_id, state="uploading", sent_bytes=first.file.size_bytes)
    done = run(services, post_id)

    assert (done.state, done.calls) == ("published", 3)
    assert done.draft.images[0].urn == first.urn
    assert done.draft.images[1].urn not in (None, second.urn)


def test_an_upload_is_kept_before_the_create_fails(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = publish(services, ada, draft_of(services, "image"))

    assert parked.state == "scheduled"
    assert str(parked.draft.images[0].urn).startswith("urn:li:digitalmediaAsset:")


# Uploads.


@pytest.mark.parametrize("fault", ["unavailable", "server_error", "dropped_answer"])
def test_an_upload_is_tried_again(services: Services, ada: Account, linkedin: RunningSandbox, fault: str) -> None:
    linkedin.state.faults.arm(fault, target="upload")
    done = publish(services, ada, draft_of(services, "image"))

    assert (done.state, done.calls) == ("published", 5)
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize("fault", ["unavailable", "dropped_answer"])
def test_an_upload_that_fails_again_and_again_sends_nobody_to_look_for_the_post(
    services: Services, ada: Account, linkedin: RunningSandbox, fault: str
) -> None:
    linkedin.state.faults.arm(fault, times=None, target="upload")
    failed = publish(services, ada, draft_of(services, "image"))

    assert (failed.state, failed.advice) == ("failed", LATER)
    assert NOT_PUBLISHED in (failed.error or "")


def test_a_refused_upload_is_not_tried_again(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("forbidden", target="upload")
    failed = publish(services, ada, draft_of(services, "image"))

    assert (failed.state, failed.calls) == ("failed", 2)
    assert linkedin.state.feed() == []


def test_a_file_that_is_not_what_it_says_fails_the_post(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    pdf = attached(services, b"%PDF-1.7 no picture")
    failed = publish(services, ada, Draft(kind="image", text="A", images=(pdf,)))

    assert failed.state == "failed"
    assert "Choose a JPG, PNG or GIF" in str(failed.advice)


@pytest.mark.parametrize(("dialect", "namespace"), [("v2", "digitalmediaAsset"), ("rest", "image")])
def test_a_picture_that_linkedin_still_waits_for_is_waited_for(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str, namespace: str
) -> None:
    assets = linkedin.state.assets
    asset = assets.register(ADA, namespace, "STILLIMAGE")
    draft = Draft(kind="image", text="A", dialect=dialect, images=(attached(services, urn=asset.urn),))
    post_id = services.outbox.put(Posting(ada.id, draft))

    with running(services, post_id):
        until(lambda: creates(linkedin) == 1)
        assets.change(asset.id, lambda a: dataclasses.replace(a, uploaded_at=time.time(), content_type="image/png"))

    done = row(services, post_id)
    assert (done.state, creates(linkedin)) == ("published", 2)  # asked meanwhile, not tried
    assert done.create_tries == 1  # the refusal was an answer: a lost one may still be asked for again
    assert len(linkedin.state.feed()) == 1


def test_a_post_that_waits_for_its_picture_can_be_cancelled(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    asset = linkedin.state.assets.register(ADA, "digitalmediaAsset", "STILLIMAGE")
    draft = Draft(kind="image", text="A", images=(attached(services, urn=asset.urn),))
    post_id = services.outbox.put(Posting(ada.id, draft))

    with running(services, post_id):
        until(lambda: row(services, post_id).can_cancel and creates(linkedin) == 1)
        services.outbox.request_cancel(post_id)

    assert row(services, post_id).state == "cancelled"
    assert linkedin.state.feed() == []


# Cancel and stop.


def test_cancel_before_the_start_sends_nothing(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    for kind in ("text", "image"):
        post_id = services.outbox.put(Posting(ada.id, draft_of(services, kind)))
        services.outbox.request_cancel(post_id)
        done = run(services, post_id)

        assert (done.state, done.error) == ("cancelled", None)
    assert linkedin.state.calls == []


@on_both
def test_cancel_during_the_upload_ends_the_post(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("unavailable", times=None, target="upload")
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))

    with running(services, post_id):
        until(lambda: row(services, post_id).calls == 2)
        services.outbox.request_cancel(post_id)

    assert row(services, post_id).state == "cancelled"
    assert creates(linkedin) == 0
    assert linkedin.state.feed() == []


def test_cancel_after_the_create_left_has_no_effect(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", target="create")
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))

    with running(services, post_id):
        until(lambda: row(services, post_id).state == "sending")
        assert not row(services, post_id).can_cancel
        services.outbox.request_cancel(post_id)
        linkedin.state.faults.slow_s = 0

    done = row(services, post_id)
    assert (done.state, done.cancel_requested) == ("published", False)


def test_a_stop_leaves_the_row_to_be_resumed(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    stopping = threading.Event()
    stopping.set()
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))
    with pytest.raises(Stopped):
        run(services, post_id, stopping=stopping)

    assert row(services, post_id).waiting
    assert run(services, post_id).state == "published"
    assert len(linkedin.state.feed()) == 1


@on_both
def test_a_stop_before_the_second_try_leaves_it_to_the_next_start(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    stopping = threading.Event()
    linkedin.state.faults.arm("dropped_answer")

    def stops(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        return services.connect(row, token, lambda exchange: (keep(exchange), stopping.set())[0])

    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
    with pytest.raises(Stopped):
        run(services, post_id, stopping=stopping, connect=stops)

    waiting = row(services, post_id)
    assert (waiting.state, waiting.create_tries) == ("sending", 1)
    assert "sent once more" in str(waiting.error)
    assert run(services, post_id).state == "published"
    assert len(linkedin.state.feed()) == 1


def test_progress_is_written_down(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    done = publish(services, ada, draft_of(services, "video"))

    assert (done.sent_bytes, done.total_bytes) == (len(MP4), len(MP4))
    assert len(PNG) < len(MP4)


def test_a_token_without_end_publishes(services: Services, linkedin: RunningSandbox) -> None:
    found = new_token(linkedin)
    given = services.accounts.save(profile(), Token(access_token=found.access_token, expires_in_s=0))

    assert publish(services, given, draft_of(services, "text")).state == "published"


def test_a_linkedin_that_is_not_there_is_asked_three_times_and_nothing_is_published(
    services: Services, ada: Account
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"

    def connect(_row: PostRow, token: str, on_exchange: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        transport = Transport(access_token=token, on_exchange=on_exchange)
        return transport, publisher("v2", transport, api_url=nowhere)

    done = run(services, services.outbox.put(Posting(ada.id, Draft(text="Anybody there?"))), connect=connect)

    assert (done.state, done.calls) == ("failed", 3)
    assert str(done.error).endswith(NOT_PUBLISHED)


def test_the_calls_that_were_planned_are_kept_as_they_were_when_publishing_began(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    draft = draft_of(services, "image", "rest")
    planned = services.planned(ada, draft)
    post_id = services.outbox.put(Posting(ada.id, draft))
    services.flow.run(services.outbox.begin(post_id, str(row(services, post_id).job)))  # type: ignore[arg-type]
    newer = dataclasses.replace(services.settings, version="202701")
    later = dataclasses.replace(services, settings=newer)
    linkedin.state.social.activity_delay_s = 0
    services.engagement.react(row(services, post_id), ada.urn, Reaction.LIKE)
    done = row(later, post_id)

    assert done.planned_calls == planned != later.planned(ada, draft)
    assert done.requests == (2, 1) == (needed(planned), sum(each.is_upload for each in planned))
    assert services.rate_limits.today(ada).member_calls == 3  # with the reaction, which publishing did not make
