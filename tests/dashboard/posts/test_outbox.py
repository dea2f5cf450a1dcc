"""The outbox: one row for each post, moved on by the worker, cancelled by a person, told once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from dashboard.accounts.encryption import Encryption
from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox, Overtaken
from dashboard.posts.post import MEANING, STATES, WAITING, Posting, PostRow, new_job
from linkedin_api import Token, Urn
from sandbox.directory.members import ZOE
from tests.support.services import BOTH, new_database, profile

ADA_ID, ZOE_ID = 1, 2
URN = Urn("urn:li:share:7")
on_both_databases = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    accounts = Accounts(engine, Encryption("key"), "sandbox")
    for each in (profile(), profile(ZOE)):
        accounts.save(each, Token(access_token="AQX", expires_in_s=60))
    yield engine
    engine.dispose()


@pytest.fixture
def outbox(database: Engine) -> Outbox:
    return Outbox(database, Jobs(database))


def row(outbox: Outbox, post_id: int) -> PostRow:
    found = outbox.get(post_id)
    assert found
    return found


def begun(outbox: Outbox, draft: Draft, account_id: int = ADA_ID) -> PostRow:
    """A post that a run of the flow has taken."""
    return begin(outbox, outbox.put(Posting(account_id, draft)))


def begin(outbox: Outbox, post_id: int) -> PostRow:
    found = outbox.begin(post_id, row(outbox, post_id).job or "")
    assert found
    return found


def attachments(*letters: str) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(MediaFile(letter * 64, f"{letter}.png", "image", "image/png", 100, 640, 400)) for letter in letters
    )


def at_once(*calls: object) -> None:
    """Run all of these at the same moment, each on its own thread."""
    together = threading.Barrier(len(calls))

    def one(call: object) -> None:
        together.wait()
        call()  # type: ignore[operator]

    threads = [threading.Thread(target=one, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@on_both_databases
def test_a_row_holds_the_whole_draft_before_anything_is_sent(outbox: Outbox) -> None:
    draft = Draft(kind="image", text="Hello 😀", images=attachments("a", "b"), visibility="CONNECTIONS", dialect="rest")
    before = now()
    made = row(outbox, outbox.put(Posting(ADA_ID, draft)))

    assert made.draft == draft
    assert (made.state, made.kind, made.dialect, made.visibility) == ("queued", "image", "rest", "CONNECTIONS")
    assert (made.text, made.total_bytes, made.sent_bytes, made.calls) == ("Hello 😀", 200, 0, 0)
    assert (made.create_tries, made.create_sent_at, made.urn, made.error) == (0, None, None, None)
    assert before <= made.created_at <= now()


def test_putting_a_draft_twice_is_one_row(outbox: Outbox) -> None:
    draft = Draft(text="Hello")

    assert outbox.put(Posting(ADA_ID, draft)) == outbox.put(Posting(ADA_ID, draft))
    assert [each.text for each in outbox.waiting()] == ["Hello"]


def test_a_draft_changed_in_another_tab_since_is_a_post_of_its_own(outbox: Outbox) -> None:
    draft = Draft(text="Hello")
    outbox.put(Posting(ADA_ID, draft))
    outbox.put(Posting(ADA_ID, draft.changed(text="Hello, rewritten")))

    assert [each.text for each in outbox.waiting()] == ["Hello", "Hello, rewritten"]


@pytest.mark.parametrize(("state", "posts"), [("failed", 2), ("cancelled", 2), ("published", 1), ("unconfirmed", 1)])
def test_the_same_draft_may_try_again_only_when_it_did_not_get_out(outbox: Outbox, state: str, posts: int) -> None:
    draft = Draft(text="Hello")
    outbox.finish(row(outbox, outbox.put(Posting(ADA_ID, draft))), state)

    assert len({outbox.put(Posting(ADA_ID, draft)), *(each.id for each in outbox.unseen(ADA_ID))}) == posts


@on_both_databases
def test_a_double_click_in_two_tabs_is_one_row(outbox: Outbox) -> None:
    draft, ids = Draft(text="Hello"), set()
    at_once(*[lambda: ids.add(outbox.put(Posting(ADA_ID, draft)))] * 6)

    assert len(ids) == 1
    assert len(outbox.waiting()) == 1


def test_a_row_is_only_shown_to_its_account(outbox: Outbox) -> None:
    post_id = outbox.put(Posting(ADA_ID, Draft(text="Hello")))

    assert outbox.get(post_id, ADA_ID)
    assert outbox.get(post_id, ZOE_ID) is None
    assert outbox.get(999) is None


def test_every_state_has_a_meaning_and_fits_its_column() -> None:
    assert set(WAITING) < set(STATES)
    assert all(len(state) <= 16 and MEANING[state].endswith(".") for state in STATES)


def test_what_waits_comes_oldest_first(outbox: Outbox) -> None:
    first, second, third, fourth = (outbox.put(Posting(ADA_ID, Draft(text=str(i)))) for i in range(4))
    outbox.uploading(begin(outbox, second))
    outbox.may_send(begin(outbox, third))
    outbox.finish(row(outbox, fourth), "failed")

    assert [(each.id, each.state) for each in outbox.waiting()] == [
        (first, "queued"),
        (second, "uploading"),
        (third, "sending"),
    ]


def test_only_waiting_rows_want_their_files(outbox: Outbox) -> None:
    outbox.put(Posting(ADA_ID, Draft(kind="image", images=attachments("a", "b"))))
    done = outbox.put(Posting(ADA_ID, Draft(kind="image", images=attachments("c"))))
    outbox.finish(row(outbox, done), "published", urn=URN)

    assert outbox.wanted_files() == {"a" * 64, "b" * 64}


def test_before_the_create_leaves_the_row_says_so(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(text="Hello"))

    assert outbox.may_send(taken)
    first = row(outbox, taken.id)
    assert (first.state, first.create_tries) == ("sending", 1)
    assert first.create_sent_at
    assert outbox.may_send(taken)
    second = row(outbox, taken.id)
    assert (second.create_tries, second.create_sent_at) == (2, first.create_sent_at)


def test_an_answer_without_a_post_starts_the_clock_afresh(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(text="Hello"))
    outbox.may_send(taken)
    outbox.may_send_again(taken)

    again = row(outbox, taken.id)
    assert (again.create_tries, again.create_sent_at) == (0, None)


def test_a_post_of_which_nothing_has_left_is_cancelled_at_once(outbox: Outbox) -> None:
    planned = outbox.put(Posting(ADA_ID, Draft(text="Later"), due_at=now() + timedelta(days=1)))
    taken = begun(outbox, Draft(text="Hello"))
    for post_id in (planned, taken.id):
        outbox.request_cancel(post_id)

        cancelled = row(outbox, post_id)
        assert (cancelled.state, cancelled.create_tries, cancelled.can_cancel) == ("cancelled", 0, False)
        assert cancelled.finished_at
        assert outbox.begin(post_id, cancelled.job or "") is None
    with pytest.raises(Overtaken):
        outbox.may_send(taken)


def test_a_cancel_during_the_upload_is_asked_for_and_then_nothing_may_be_sent(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(kind="image", images=attachments("a")))
    outbox.uploading(taken)
    outbox.request_cancel(taken.id)

    assert not outbox.may_send(taken)
    asked = row(outbox, taken.id)
    assert (asked.state, asked.create_tries, asked.cancel_requested) == ("uploading", 0, True)


def test_after_it_has_left_nothing_is_cancelled(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(text="Hello"))
    outbox.may_send(taken)
    outbox.request_cancel(taken.id)

    left = row(outbox, taken.id)
    assert (left.state, left.cancel_requested, left.can_cancel) == ("sending", False, False)


@on_both_databases
def test_cancel_and_send_never_both_win(outbox: Outbox) -> None:
    for number in range(24):
        taken, may = begun(outbox, Draft(text="Hello")), []
        if number % 2:
            outbox.uploading(taken)

        def send(taken: PostRow = taken, may: list[bool] = may) -> None:
            with contextlib.suppress(Overtaken):
                may.append(outbox.may_send(taken))

        at_once(send, lambda i=taken.id: outbox.request_cancel(i))

        ended = row(outbox, taken.id)
        assert (ended.state == "sending") == (may == [True])
        assert (ended.state == "cancelled" or ended.cancel_requested) == (may != [True])


def test_progress_tells_of_a_cancel(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(kind="image", images=attachments("a")))
    before = outbox.uploading(taken, 40)
    outbox.request_cancel(taken.id)

    assert (before, outbox.uploading(taken, 60)) == (False, True)
    assert (row(outbox, taken.id).state, row(outbox, taken.id).sent_bytes) == ("uploading", 60)


@pytest.mark.parametrize(
    ("kind", "field", "part"),
    [
        ("image", "images", "image"),
        ("video", "video", "video"),
        ("document", "document", "document"),
        ("article", "thumbnail", "thumbnail"),
    ],
)
def test_the_urn_of_an_upload_is_kept_at_once(outbox: Outbox, kind: str, field: str, part: str) -> None:
    taken = begun(outbox, Draft(kind=kind, text="Hello 😀", **{field: attachments("a")}))
    outbox.uploaded(taken, part, 0, Urn("urn:li:image:1"))

    kept = row(outbox, taken.id).draft
    assert [each.urn for each in getattr(kept, field)] == ["urn:li:image:1"]
    assert (kept.text, kept.unsent().attachments) == ("Hello 😀", attachments("a"))


@on_both_databases
def test_uploads_that_end_at_once_lose_no_urn(outbox: Outbox) -> None:
    names = "abcdefghijklmnopqrst"
    taken = begun(outbox, Draft(kind="image", images=attachments(*names)))
    urns = [Urn(f"urn:li:image:{name}") for name in names]
    at_once(*[lambda n=n, urn=urn: outbox.uploaded(taken, "image", n, urn) for n, urn in enumerate(urns)])

    assert [each.urn for each in row(outbox, taken.id).draft.images] == urns


def test_a_row_names_the_dialect_that_will_carry_it(outbox: Outbox) -> None:
    document = Draft(kind="document", document=attachments("a"), dialect="v2")
    made = row(outbox, outbox.put(Posting(ADA_ID, document)))

    assert (made.dialect, made.draft.dialect) == ("rest", "v2")


def test_a_rows_draft_is_read_once(outbox: Outbox) -> None:
    made = row(outbox, outbox.put(Posting(ADA_ID, Draft(text="Hello"))))

    assert made.draft is made.draft


def test_another_dialect_and_its_note_stay_with_the_post(outbox: Outbox) -> None:
    film = Draft(kind="video", dialect="rest", video=attachments("a"), captions=attachments("b"))
    before = begun(outbox, film)
    switched = outbox.switch_dialect(before, "v2", "It went through v2.")
    outbox.finish(switched, "published", urn=URN)

    done = row(outbox, before.id)
    assert (switched.dialect, switched.draft) == ("v2", film)
    assert (before.note, done.note, done.error) == (None, "It went through v2.", None)
    assert (before.total_bytes, done.total_bytes) == (200, 100)


@on_both_databases
def test_calls_are_counted(outbox: Outbox) -> None:
    post_id = outbox.put(Posting(ADA_ID, Draft(text="Hello")))
    at_once(*[lambda: outbox.called(post_id)] * 5)

    assert row(outbox, post_id).calls == 5


def test_the_end_of_a_row_wipes_its_notes(outbox: Outbox) -> None:
    post_id = outbox.put(Posting(ADA_ID, Draft(text="Hello")))
    outbox.note(begin(outbox, post_id), "No answer came.")
    noted = row(outbox, post_id).error
    before = now()
    outbox.finish(row(outbox, post_id), "published", urn=URN)
    after, done = now(), row(outbox, post_id)

    assert noted == "No answer came."
    assert (done.state, done.urn, done.error, done.waiting) == ("published", URN, None, False)
    assert done.finished_at
    assert before - done.created_at <= timedelta(milliseconds=done.duration_ms) <= after - done.created_at


def test_a_deleted_post_keeps_its_urn(outbox: Outbox) -> None:
    post_id = outbox.put(Posting(ADA_ID, Draft(text="Hello")))
    outbox.finish(row(outbox, post_id), "published", urn=URN)
    outbox.set_deleted(post_id)

    assert (row(outbox, post_id).state, row(outbox, post_id).urn) == ("deleted", URN)


@on_both_databases
def test_outcomes_are_told_until_they_are_seen(outbox: Outbox) -> None:
    first, second = outbox.put(Posting(ADA_ID, Draft(text="1"))), outbox.put(Posting(ADA_ID, Draft(text="2")))
    outbox.put(Posting(ZOE_ID, Draft(text="3")))

    assert [each.id for each in outbox.unseen(ADA_ID)] == [second, first]
    outbox.set_seen(first)
    assert [each.id for each in outbox.unseen(ADA_ID)] == [second]


def test_going_on_takes_what_has_ended_off_the_composer(outbox: Outbox) -> None:
    ended, waiting, zoes = (
        outbox.put(Posting(ADA_ID, Draft(text="1"))),
        outbox.put(Posting(ADA_ID, Draft(text="2"))),
        outbox.put(Posting(ZOE_ID, Draft(text="3"))),
    )
    outbox.finish(row(outbox, ended), "failed")
    outbox.finish(row(outbox, zoes), "failed")
    again = outbox.put(Posting(ADA_ID, Draft(text="4")))
    outbox.finish(row(outbox, again), "published")
    outbox.see_ended(ADA_ID, but=again)

    assert [each.id for each in outbox.unseen(ADA_ID)] == [again, waiting]
    assert [each.id for each in outbox.unseen(ZOE_ID)] == [zoes]


@on_both_databases
def test_a_failed_post_comes_back_in_one_tab_only(outbox: Outbox) -> None:
    post_id, won = outbox.put(Posting(ADA_ID, Draft(text="Hello"))), []
    at_once(*[lambda: won.append(outbox.bring_back(post_id))] * 5)

    assert sorted(won) == [False] * 4 + [True]
    assert row(outbox, post_id).brought_back


# The job that may bring a post on, and the run of the flow that may send it.


def test_only_the_job_of_a_post_may_begin_it(outbox: Outbox) -> None:
    post_id = outbox.put(Posting(ADA_ID, Draft(text="Hello")))

    assert outbox.begin(post_id, new_job()) is None
    assert outbox.begin(999, row(outbox, post_id).job or "") is None
    assert begin(outbox, post_id).state == "queued"


def test_what_is_held_or_over_is_not_begun(outbox: Outbox) -> None:
    planned = Posting(ADA_ID, Draft(text="Hello"), due_at=now() + timedelta(days=1))
    held, over = row(outbox, outbox.put(planned)), begun(outbox, Draft(text="Over"))
    outbox.move(held, held="It waits for a person.")
    outbox.finish(over, "failed")

    for each in (held, over):
        assert outbox.begin(each.id, row(outbox, each.id).job or "") is None


@on_both_databases
def test_a_run_that_was_overtaken_can_neither_send_nor_write(outbox: Outbox) -> None:
    stale = begun(outbox, Draft(kind="image", images=attachments("a")))
    begin(outbox, stale.id)
    before = row(outbox, stale.id)
    attempts = (
        lambda: outbox.may_send(stale),
        lambda: outbox.may_send_again(stale),
        lambda: outbox.uploading(stale, 40),
        lambda: outbox.uploaded(stale, "image", 0, Urn("urn:li:image:1")),
        lambda: outbox.note(stale, "No answer came."),
        lambda: outbox.switch_dialect(stale, "rest", "It went another way."),
    )
    for attempt in attempts:
        with pytest.raises(Overtaken):
            attempt()
    outbox.finish(stale, "failed", error="A stale opinion.")
    outbox.put_back(stale)

    assert row(outbox, stale.id) == before


@on_both_databases
def test_two_runs_that_begin_at_once_know_which_of_them_is_the_last(outbox: Outbox) -> None:
    for _ in range(10):
        post_id, runs = outbox.put(Posting(ADA_ID, Draft(text="Hello"))), []
        at_once(*[lambda i=post_id, r=runs: r.append(begin(outbox, i).run)] * 4)

        assert len(set(runs)) == 4
        assert row(outbox, post_id).run in runs


@pytest.mark.parametrize("state", ["unconfirmed", "failed"])
def test_a_urn_is_the_truth_whoever_brings_it(outbox: Outbox, state: str) -> None:
    stale = begun(outbox, Draft(text="Hello"))
    outbox.may_send(stale)
    outbox.finish(begin(outbox, stale.id), state, error="Nobody knows.")
    outbox.finish(stale, "published", urn=URN)

    done = row(outbox, stale.id)
    assert (done.state, done.urn, done.error) == ("published", URN, None)


def test_a_late_urn_does_not_bring_back_what_was_deleted(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(text="Hello"))
    outbox.finish(taken, "published", urn=URN)
    outbox.set_deleted(taken.id)
    outbox.finish(taken, "published", urn=URN)

    assert row(outbox, taken.id).state == "deleted"


@on_both_databases
def test_what_is_put_back_keeps_its_state_and_gets_another_job(outbox: Outbox) -> None:
    taken = begun(outbox, Draft(text="Hello"))
    outbox.may_send(taken)
    outbox.put_back(taken)

    again = row(outbox, taken.id)
    assert (again.state, again.create_tries) == ("sending", 1)
    assert again.job != taken.job
    assert outbox.begin(taken.id, taken.job or "") is None


# Planned posts.


def planned(text: str = "Later", **changes: Any) -> Posting:
    return replace(Posting(ADA_ID, Draft(text=text), now() + timedelta(days=1), "Europe/Berlin"), **changes)


def test_a_planned_post_waits_for_its_moment(outbox: Outbox) -> None:
    posting = planned(written_by=ZOE_ID)
    made = row(outbox, outbox.put(posting))

    assert (made.state, made.due_at, made.time_zone) == ("scheduled", posting.due_at, "Europe/Berlin")
    assert (made.written_by, made.held, made.can_cancel) == (ZOE_ID, None, True)
    assert outbox.waiting() == []
    assert [each.id for each in outbox.unseen(ZOE_ID)] in ([], [made.id])


@on_both_databases
def test_a_planned_post_is_changed_where_it_stands(outbox: Outbox) -> None:
    first = planned()
    post_id = outbox.put(first)
    before = row(outbox, post_id)
    outbox.move(before, states=("scheduled",), held="Sign in again.", note="A note.", sent_bytes=40)
    sooner = replace(first, draft=first.draft.changed(text="Sooner"), due_at=now() + timedelta(hours=1))

    assert outbox.put(sooner) == post_id
    after = row(outbox, post_id)
    assert (after.text, after.due_at, after.held, after.note, after.sent_bytes) == (
        "Sooner",
        sooner.due_at,
        None,
        None,
        0,
    )
    assert after.job not in (None, before.job)


def test_a_planned_post_that_is_put_without_a_moment_leaves_at_once(outbox: Outbox) -> None:
    first = planned()
    post_id = outbox.put(first)

    assert outbox.put(replace(first, due_at=None)) == post_id
    assert (row(outbox, post_id).state, row(outbox, post_id).due_at) == ("queued", None)


def test_a_change_that_comes_too_late_is_a_post_of_its_own(outbox: Outbox) -> None:
    first = planned()
    post_id = outbox.put(first)
    begin(outbox, post_id)
    changed = outbox.put(replace(first, draft=first.draft.changed(text="Changed")))

    assert changed != post_id
    assert (row(outbox, post_id).text, row(outbox, changed).text) == ("Later", "Changed")
    assert outbox.put(first) == post_id


@on_both_databases
def test_the_same_change_in_several_tabs_is_one_post(outbox: Outbox) -> None:
    for number in range(5):
        first, ids = planned(), set()
        post_id = outbox.put(first)
        changed = replace(first, draft=first.draft.changed(text=f"Changed {number}"))
        at_once(*[lambda c=changed, found=ids: found.add(outbox.put(c))] * 5)

        assert ids == {post_id}
        assert row(outbox, post_id).text == f"Changed {number}"


@on_both_databases
def test_a_change_and_the_moment_itself_never_both_win(outbox: Outbox) -> None:
    for _ in range(10):
        first, took = planned(), []
        post_id = outbox.put(first)
        job = row(outbox, post_id).job or ""
        before = row(outbox, post_id)
        changed = replace(first, draft=first.draft.changed(text="Changed"))
        at_once(
            lambda i=post_id, j=job, t=took: t.append(outbox.begin(i, j)),
            lambda b=before, c=changed, t=took: t.append(outbox.change(b, c)),
        )

        assert sorted(map(bool, took)) == [False, True]
        assert (row(outbox, post_id).text == "Changed") == (True in took)


@on_both_databases
def test_all_postings_are_written_or_none(outbox: Outbox, database: Engine) -> None:
    twice = planned("Twice")
    with pytest.raises(IntegrityError):
        outbox.put_all([planned("Once"), twice, twice])

    assert outbox.unfinished(None) == {}
    ids = outbox.put_all([planned("Once"), twice])
    unfinished = outbox.unfinished(None)
    assert sorted(unfinished.values()) == sorted(ids)
    assert Jobs(database).live(unfinished) == set(unfinished)


@on_both_databases
def test_two_moves_from_two_tabs_never_both_win(outbox: Outbox) -> None:
    for _ in range(10):
        before, won = row(outbox, outbox.put(planned())), []
        at_once(*[lambda b=before, w=won: w.append(outbox.move(b, note="Moved."))] * 4)

        assert sorted(won) == [False, False, False, True]


@on_both_databases
def test_what_is_unfinished_is_on_its_way_or_due_soon(outbox: Outbox) -> None:
    soon, _late = outbox.put(planned(due_at=now() + timedelta(seconds=20))), outbox.put(planned())
    queued = outbox.put(Posting(ADA_ID, Draft(text="Hello")))
    held = row(outbox, outbox.put(planned(due_at=now() + timedelta(seconds=5))))
    outbox.move(held, held="It waits for a person.")

    assert sorted(outbox.unfinished(now() + timedelta(minutes=1)).values()) == [soon, queued]


# What PostgreSQL is strict about.


@on_both_databases
def test_a_post_may_hold_any_character(outbox: Outbox) -> None:
    draft = Draft(text="N\0UL \\u0000 😀 \x7f", kind="article", url="https://example.com/a", title="T\0itle")
    made = row(outbox, outbox.put(Posting(ADA_ID, draft)))

    assert made.text == "NUL \\u0000 😀 \x7f"
    assert made.draft.title in ("Title", "T\0itle")
    outbox.finish(made, "failed", error="It sa\0id so")
    assert row(outbox, made.id).error == "It said so"
