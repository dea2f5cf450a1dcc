"""The outbox: one row for each post, moved on by the worker, cancelled by a person, told once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.accounts import Accounts
from dashboard.draft import Attachment, Draft
from dashboard.media import MediaFile
from dashboard.outbox import MEANING, STATES, WAITING, Outbox, Row
from dashboard.store import now, open_store
from dashboard.vault import Vault
from linkedin_api import Token, Urn
from sandbox.members import ZOE
from tests.samples_house import profile

ADA_ID, ZOE_ID = 1, 2
URN = Urn("urn:li:share:7")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    engine = open_store(tmp_path / "dashboard.db")
    accounts = Accounts(engine, Vault("key"), "sandbox")
    for each in (profile(), profile(ZOE)):
        accounts.save(each, Token(access_token="AQX", expires_in_s=60))
    yield Outbox(engine)
    engine.dispose()


def row(outbox: Outbox, post_id: int) -> Row:
    found = outbox.get(post_id)
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


def test_a_row_holds_the_whole_draft_before_anything_is_sent(outbox: Outbox) -> None:
    draft = Draft(kind="image", text="Hello 😀", images=attachments("a", "b"), visibility="CONNECTIONS", dialect="rest")
    made = row(outbox, outbox.put(ADA_ID, draft))

    assert made.draft == draft
    assert (made.state, made.kind, made.dialect, made.visibility) == ("queued", "image", "rest", "CONNECTIONS")
    assert (made.text, made.total_bytes, made.sent_bytes, made.calls) == ("Hello 😀", 200, 0, 0)
    assert (made.create_tries, made.create_sent_at, made.urn, made.error) == (0, None, None, None)
    assert (now() - made.created_at).total_seconds() < 10


def test_putting_a_draft_twice_is_one_row(outbox: Outbox) -> None:
    draft = Draft(text="Hello")

    assert outbox.put(ADA_ID, draft) == outbox.put(ADA_ID, draft)
    assert [each.text for each in outbox.waiting()] == ["Hello"]


def test_a_draft_changed_in_another_tab_since_is_a_post_of_its_own(outbox: Outbox) -> None:
    draft = Draft(text="Hello")
    outbox.put(ADA_ID, draft)
    outbox.put(ADA_ID, draft.changed(text="Hello, rewritten"))

    assert [each.text for each in outbox.waiting()] == ["Hello", "Hello, rewritten"]


@pytest.mark.parametrize(("state", "posts"), [("failed", 2), ("cancelled", 2), ("published", 1), ("unconfirmed", 1)])
def test_the_same_draft_may_try_again_only_when_it_did_not_get_out(outbox: Outbox, state: str, posts: int) -> None:
    draft = Draft(text="Hello")
    outbox.finish(row(outbox, outbox.put(ADA_ID, draft)), state)

    assert len({outbox.put(ADA_ID, draft), *(each.id for each in outbox.unseen(ADA_ID))}) == posts


def test_a_double_click_in_two_tabs_is_one_row(outbox: Outbox) -> None:
    draft, ids = Draft(text="Hello"), set()
    at_once(*[lambda: ids.add(outbox.put(ADA_ID, draft))] * 6)

    assert len(ids) == 1
    assert len(outbox.waiting()) == 1


def test_a_row_is_only_shown_to_its_account(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))

    assert outbox.get(post_id, ADA_ID)
    assert outbox.get(post_id, ZOE_ID) is None
    assert outbox.get(999) is None


def test_every_state_has_a_meaning_and_fits_its_column() -> None:
    assert set(WAITING) < set(STATES)
    assert all(len(state) <= 16 and MEANING[state].endswith(".") for state in STATES)


def test_what_waits_comes_oldest_first(outbox: Outbox) -> None:
    first, second, third, fourth = (outbox.put(ADA_ID, Draft(text=str(i))) for i in range(4))
    outbox.uploading(second)
    outbox.may_send(third)
    outbox.finish(row(outbox, fourth), "failed")

    assert [(each.id, each.state) for each in outbox.waiting()] == [
        (first, "queued"),
        (second, "uploading"),
        (third, "sending"),
    ]


def test_only_waiting_rows_want_their_files(outbox: Outbox) -> None:
    outbox.put(ADA_ID, Draft(kind="image", images=attachments("a", "b")))
    done = outbox.put(ADA_ID, Draft(kind="image", images=attachments("c")))
    outbox.finish(row(outbox, done), "published", urn=URN)

    assert outbox.wanted_files() == {"a" * 64, "b" * 64}


def test_before_the_create_leaves_the_row_says_so(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))

    assert outbox.may_send(post_id)
    first = row(outbox, post_id)
    assert (first.state, first.create_tries) == ("sending", 1)
    assert first.create_sent_at
    assert outbox.may_send(post_id)
    second = row(outbox, post_id)
    assert (second.create_tries, second.create_sent_at) == (2, first.create_sent_at)


def test_an_answer_without_a_post_starts_the_clock_afresh(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    outbox.may_send(post_id)
    outbox.may_send_again(post_id)

    again = row(outbox, post_id)
    assert (again.create_tries, again.create_sent_at) == (0, None)


def test_after_a_cancel_nothing_may_be_sent(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    outbox.request_cancel(post_id)

    assert not outbox.may_send(post_id)
    cancelled = row(outbox, post_id)
    assert (cancelled.state, cancelled.create_tries, cancelled.can_cancel) == ("queued", 0, False)


def test_after_it_has_left_nothing_is_cancelled(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    outbox.may_send(post_id)
    outbox.request_cancel(post_id)

    assert not row(outbox, post_id).cancel_requested
    assert not row(outbox, post_id).can_cancel


def test_cancel_and_send_never_both_win(outbox: Outbox) -> None:
    for _ in range(25):
        post_id, may = outbox.put(ADA_ID, Draft(text="Hello")), []
        at_once(lambda i=post_id, m=may: m.append(outbox.may_send(i)), lambda i=post_id: outbox.request_cancel(i))

        ended = row(outbox, post_id)
        assert may == [not ended.cancel_requested]
        assert (ended.state == "sending") == may[0]


def test_progress_tells_of_a_cancel(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(kind="image", images=attachments("a")))
    before = outbox.uploading(post_id, 40)
    outbox.request_cancel(post_id)

    assert (before, outbox.uploading(post_id, 60)) == (False, True)
    assert (row(outbox, post_id).state, row(outbox, post_id).sent_bytes) == ("uploading", 60)


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
    post_id = outbox.put(ADA_ID, Draft(kind=kind, text="Hello 😀", **{field: attachments("a")}))
    outbox.uploaded(post_id, part, 0, Urn("urn:li:image:1"))

    kept = row(outbox, post_id).draft
    assert [each.urn for each in getattr(kept, field)] == ["urn:li:image:1"]
    assert (kept.text, kept.unsent().attachments) == ("Hello 😀", attachments("a"))


def test_uploads_that_end_at_once_lose_no_urn(outbox: Outbox) -> None:
    names = "abcdefghijklmnopqrst"
    post_id = outbox.put(ADA_ID, Draft(kind="image", images=attachments(*names)))
    urns = [Urn(f"urn:li:image:{name}") for name in names]
    at_once(*[lambda n=n, urn=urn: outbox.uploaded(post_id, "image", n, urn) for n, urn in enumerate(urns)])

    assert [each.urn for each in row(outbox, post_id).draft.images] == urns


def test_a_row_names_the_dialect_that_will_carry_it(outbox: Outbox) -> None:
    document = Draft(kind="document", document=attachments("a"), dialect="v2")
    made = row(outbox, outbox.put(ADA_ID, document))

    assert (made.dialect, made.draft.dialect) == ("rest", "v2")


def test_another_dialect_and_its_note_stay_with_the_post(outbox: Outbox) -> None:
    film = Draft(kind="video", dialect="rest", video=attachments("a"), captions=attachments("b"))
    before = row(outbox, outbox.put(ADA_ID, film))
    switched = outbox.switch_dialect(before, "v2", "It went through v2.")
    outbox.finish(switched, "published", urn=URN)

    done = row(outbox, before.id)
    assert (switched.dialect, switched.draft) == ("v2", film)
    assert (before.note, done.note, done.error) == (None, "It went through v2.", None)
    assert (before.total_bytes, done.total_bytes) == (200, 100)


def test_calls_are_counted(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    at_once(*[lambda: outbox.called(post_id)] * 5)

    assert row(outbox, post_id).calls == 5


def test_the_end_of_a_row_wipes_its_notes(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    outbox.note(post_id, "No answer came.")
    noted = row(outbox, post_id).error
    outbox.finish(row(outbox, post_id), "published", urn=URN)
    done = row(outbox, post_id)

    assert noted == "No answer came."
    assert (done.state, done.urn, done.error, done.waiting) == ("published", URN, None, False)
    assert done.finished_at
    assert done.duration_ms == pytest.approx((done.finished_at - done.created_at).total_seconds() * 1000, abs=100)


def test_a_deleted_post_keeps_its_urn(outbox: Outbox) -> None:
    post_id = outbox.put(ADA_ID, Draft(text="Hello"))
    outbox.finish(row(outbox, post_id), "published", urn=URN)
    outbox.set_deleted(post_id)

    assert (row(outbox, post_id).state, row(outbox, post_id).urn) == ("deleted", URN)


def test_outcomes_are_told_until_they_are_seen(outbox: Outbox) -> None:
    first, second = outbox.put(ADA_ID, Draft(text="1")), outbox.put(ADA_ID, Draft(text="2"))
    outbox.put(ZOE_ID, Draft(text="3"))

    assert [each.id for each in outbox.unseen(ADA_ID)] == [second, first]
    outbox.set_seen(first)
    assert [each.id for each in outbox.unseen(ADA_ID)] == [second]


def test_going_on_takes_what_has_ended_off_the_composer(outbox: Outbox) -> None:
    ended, waiting, zoes = (
        outbox.put(ADA_ID, Draft(text="1")),
        outbox.put(ADA_ID, Draft(text="2")),
        outbox.put(ZOE_ID, Draft(text="3")),
    )
    outbox.finish(row(outbox, ended), "failed")
    outbox.finish(row(outbox, zoes), "failed")
    again = outbox.put(ADA_ID, Draft(text="4"))
    outbox.finish(row(outbox, again), "published")
    outbox.see_ended(ADA_ID, but=again)

    assert [each.id for each in outbox.unseen(ADA_ID)] == [again, waiting]
    assert [each.id for each in outbox.unseen(ZOE_ID)] == [zoes]


def test_a_failed_post_comes_back_in_one_tab_only(outbox: Outbox) -> None:
    post_id, won = outbox.put(ADA_ID, Draft(text="Hello")), []
    at_once(*[lambda: won.append(outbox.bring_back(post_id))] * 5)

    assert sorted(won) == [False] * 4 + [True]
    assert row(outbox, post_id).brought_back
