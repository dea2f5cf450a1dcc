"""A post through Zernio against the sandbox's own: published once, whatever happens on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from dashboard.accounts.account import ZERNIO, Account
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import UNREACHABLE, Posting, PostRow
from dashboard.services import Services
from dashboard.zernio.flow import GONE, LOOK_FOR_S, LOOKS_S, UNKNOWN, ZernioFlow
from linkedin_api import Kind, LinkedInError, Urn
from sandbox.directory.members import ADA, ZOE
from sandbox.zernio.publishing import POST
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.support.services import database_url, draft_of, open_services, signed_in
from zernio_api import KeyRefused


@dataclass
class Way:
    """Services with a key of the sandbox's Zernio, and its account of Ada."""

    services: Services
    zernio: Zernio
    key: str
    member: Account
    account: Account
    linkedin: RunningSandbox

    def draft(self, text: str = "Hello (all) #1", **fields: Any) -> Draft:
        return Draft(member=str(self.account.urn), text=text, **fields)

    def put(self, draft: Draft, **when: Any) -> int:
        return self.services.outbox.put(Posting(self.account.id, draft, written_by=self.member.id, **when))

    def run(self, post_id: int, **changes: Any) -> PostRow:
        row = self.services.outbox.get(post_id)
        assert row
        if begun := self.services.outbox.begin(post_id, row.job or ""):
            flow(self.services, **changes).run(begun)
        done = self.services.outbox.get(post_id)
        assert done
        return done

    def publish(self, draft: Draft, **changes: Any) -> PostRow:
        return self.run(self.put(draft), **changes)

    @property
    def records(self) -> list[Any]:
        return list(self.zernio.store.all(POST))

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, _ in self.linkedin.state.calls if "/zernio/" in path]


class Waited(threading.Event):
    """A stop that never comes: a wait only moves the timer on."""

    def __init__(self) -> None:
        super().__init__()
        self.s = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        self.s += timeout or 0.0
        return False

    def timer(self) -> float:
        return self.s


def flow(services: Services, **changes: Any) -> ZernioFlow:
    clock = Waited()
    options: dict[str, Any] = {"stopping": clock, "timer": clock.timer, "plan": services.planned_of}
    return ZernioFlow(
        accounts=services.accounts,
        outbox=services.outbox,
        uploads=services.uploads,
        schedule=services.schedule,
        way=services.zernio,
        **options | changes,
    )


@pytest.fixture
def way(request: pytest.FixtureRequest, tmp_path: Path, linkedin: RunningSandbox) -> Iterator[Way]:
    zernio = Zernio(linkedin.state)
    key = zernio.new_key()
    zernio.connect(ADA, ADA)
    url = {"ZERNIO_API_URL": f"{linkedin.url}/zernio", "DATABASE_URL": database_url(request, tmp_path)}
    services = open_services(tmp_path, linkedin.url, **url)
    member = signed_in(services, linkedin, ZOE)
    (found,) = services.zernio.enter_key(member, key)
    account = services.zernio.add(found, key, member)
    linkedin.state.calls.clear()
    yield Way(services, zernio, key, member, account, linkedin)
    services.database.dispose()


on_both_ways = pytest.mark.parametrize("way", ["sqlite", "postgresql"], indirect=True)


# The account.


def test_a_key_is_kept_encrypted_and_its_accounts_can_be_published_as(way: Way) -> None:
    assert way.services.zernio.key_for(way.member, may_use_given=True) == way.key
    assert [each.id for each in way.services.connections.of(way.member.id)] == [way.account.id]
    assert (way.account.name, way.account.is_zernio, way.account.sign_in_needed) == (ADA.name, True, None)
    assert 58 < (way.account.token_days_left or 0) <= 60
    stored = b"".join(path.read_bytes() for path in Path(way.services.settings.data_folder).glob("dashboard.db*"))
    assert way.key.encode() not in stored
    assert way.key not in repr(way.services.settings)


def test_the_key_reaches_no_call_of_linkedins_api(way: Way) -> None:
    assert way.services.accounts.access_token(way.account.id) is None
    with pytest.raises(LinkedInError, match="posts only"), way.services.line(way.account, None):
        pass

    way.services.disconnect(way.account)

    assert way.calls == []
    assert way.linkedin.state.calls == []


def test_a_key_for_another_zernio_is_not_used(way: Way, tmp_path: Path) -> None:
    other = open_services(tmp_path, way.linkedin.url, ZERNIO_API_URL="https://zernio.example/api")

    assert other.zernio.key_of(other.accounts.get(way.account.id)) is None
    assert other.zernio.key_for(way.member, may_use_given=True) is None


def test_the_key_of_the_settings_is_not_for_whoever_signs_in(way: Way, tmp_path: Path) -> None:
    given = open_services(tmp_path, way.linkedin.url, ZERNIO_API_KEY=way.key).zernio
    way.services.zernio.forget_key(way.member)

    assert given.key_for(way.member, may_use_given=True) == way.key
    assert given.key_for(way.member, may_use_given=False) is None


def test_a_real_zernio_beside_the_sandbox_is_told_and_for_this_machine_only(way: Way, tmp_path: Path) -> None:
    told = {**way.account.profile.raw[ZERNIO], "of": "https://zernio.com/api/v1"}
    real = replace(way.account, profile=replace(way.account.profile, raw={ZERNIO: told}))
    sandbox = way.services.in_sandbox

    assert way.services.stays_here(way.account)
    assert (sandbox.stays_here(way.member), sandbox.stays_here(real)) == (True, False)
    assert sandbox.open_to([way.member, way.account, real], lambda: False) == [way.member, way.account]
    assert sandbox.open_to([way.member, real], lambda: True) == [way.member, real]


def test_a_new_key_is_kept_for_the_accounts_that_are_here(way: Way) -> None:
    way.zernio.revoke(way.key)
    way.services.accounts.refuse_token(way.account.id, "revoked")

    way.services.zernio.enter_key(way.member, fresh := way.zernio.new_key())

    account = way.services.accounts.get(way.account.id)
    assert way.services.zernio.key_of(account) == fresh
    assert account.sign_in_needed is None
    assert way.publish(way.draft()).state == "published"


def test_disconnecting_deletes_every_key_and_holds_what_is_planned(way: Way) -> None:
    planned = way.put(way.draft(), due_at=now() - timedelta(seconds=1))

    way.services.disconnect(way.member)

    assert way.services.zernio.key_of(way.services.accounts.get(way.account.id)) is None
    assert way.services.zernio.key_for(way.member, may_use_given=False) is None
    assert way.run(planned).held


def test_kept_keys_are_encrypted_anew_with_the_tokens(way: Way) -> None:
    lock = way.services.accounts.lock

    way.services.choices.relock_keys(lambda locked: lock("another" if locked else ""))

    assert way.services.zernio.key_for(way.member, may_use_given=False) == "another"


# Published.


def test_a_text_takes_two_calls_and_is_told_with_its_urn(way: Way) -> None:
    done = way.publish(way.draft(first_comment="More (here)"))

    (post,) = way.linkedin.state.feed()
    assert (done.state, done.urn, done.dialect, done.calls) == ("published", post.urn, ZERNIO, 2)
    assert post.text == "Hello (all) #1"
    assert [comment.text for comment in way.linkedin.state.social.comments(post.urn)] == ["More (here)"]
    assert way.services.interactions.of(done.id) == []
    assert way.services.link(str(done.urn))
    assert [call.method for call in done.planned_calls] == ["POST", "PUT"]


def test_a_picture_takes_four_calls_and_keeps_its_alt_text(way: Way) -> None:
    draft = draft_of(way.services, "image", "rest").changed(member=str(way.account.urn), text="See")
    assert draft.speaks == ZERNIO

    done = way.publish(draft)

    (post,) = way.linkedin.state.feed()
    assert (done.state, done.calls) == ("published", 4)
    assert [media.alt_text for media in post.media] == [a.alt_text for a in draft.images]
    assert len(way.services.planned(way.account, draft)) == 4


def test_what_zernio_cannot_is_said_before_anything_is_sent(way: Way) -> None:
    draft = way.draft(visibility="CONNECTIONS")
    assert "every post is public" in str(draft.problems(way.account.urn, lambda _: True))

    done = way.publish(draft)

    assert done.state == "failed"
    assert "every post is public" in str(done.error)
    assert way.calls == []


# Lost answers.


@pytest.mark.parametrize("fault", ["zernio_draft_lost", "zernio_publish_lost"])
def test_a_lost_answer_is_settled_and_leaves_one_post(way: Way, fault: str) -> None:
    way.linkedin.state.faults.arm(fault)

    done = way.publish(way.draft())

    (post,) = way.linkedin.state.feed()
    assert (done.state, done.urn) == ("published", post.urn)
    assert sum(method == "PUT" for method, _ in way.calls) == 1


def _cut(way: Way, post_id: int, **values: Any) -> None:
    """The row as a process leaves it that dies."""
    with way.services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == post_id).values(**values))


@on_both_ways
def test_a_crash_after_the_draft_publishes_that_draft(way: Way) -> None:
    post_id = way.put(way.draft())
    talk = way.services.zernio.speak(way.account, None)
    with talk:
        post = way.draft().as_post(Urn(str(way.account.urn)))
        talk.zernio.create_draft(post, account_id=talk.account_id, outbox_id="known")
    _cut(way, post_id, state="queued", remote={"key": "known"})

    done = way.run(post_id)

    assert done.state == "published"
    assert len(way.linkedin.state.feed()) == 1
    assert sum(path.endswith("/posts") and method == "POST" for method, path in way.calls) == 1


@on_both_ways
@pytest.mark.parametrize("arrived", [True, False])
def test_a_crash_at_the_publishing_call_asks_first(way: Way, arrived: bool) -> None:
    post_id = way.put(way.draft())
    with way.services.zernio.speak(way.account, None) as talk:
        post = way.draft().as_post(Urn(str(way.account.urn)))
        draft = talk.zernio.create_draft(post, account_id=talk.account_id, outbox_id="known")
        if arrived:
            talk.zernio.publish(draft, talk.account_id)
    sent = {"create_tries": 1, "create_sent_at": now()}
    _cut(way, post_id, state="sending", remote={"key": "known", "id": draft}, **sent)

    done = way.run(post_id)

    assert done.state == "published"
    assert len(way.linkedin.state.feed()) == 1
    assert sum(method == "PUT" for method, _ in way.calls) == 1


def test_a_post_of_which_zernio_never_tells_ends_unconfirmed(way: Way) -> None:
    post_id, clock = way.put(way.draft()), Waited()
    sent = {"create_tries": 1, "create_sent_at": now(), "state": "sending"}
    _cut(way, post_id, remote={"key": "known", "id": "5f00000000000000000000bb"}, **sent)
    way.linkedin.state.faults.arm("zernio_bad_gateway", None)

    done = way.run(post_id, stopping=clock, timer=clock.timer)

    assert (done.state, done.error) == ("unconfirmed", UNKNOWN)
    assert LOOK_FOR_S <= clock.s <= LOOK_FOR_S + max(LOOKS_S)
    assert {method for method, _ in way.calls} <= {"GET"}


def test_a_record_that_was_deleted_meanwhile_is_not_sent_again(way: Way) -> None:
    post_id = way.put(way.draft())
    sent = {"create_tries": 1, "create_sent_at": now(), "state": "sending"}
    _cut(way, post_id, remote={"key": "known", "id": "5f00000000000000000000bb"}, **sent)

    done = way.run(post_id)

    assert (done.state, done.error) == ("unconfirmed", GONE)
    assert way.linkedin.state.feed() == []


def _published_unheard(way: Way, **values: Any) -> int:
    """A post that is out, of which the row knows only that it has left."""
    post_id = way.put(way.draft())
    with way.services.zernio.speak(way.account, None) as talk:
        post = way.draft().as_post(Urn(str(way.account.urn)))
        draft = talk.zernio.create_draft(post, account_id=talk.account_id, outbox_id="known")
        talk.zernio.publish(draft, talk.account_id)
    _cut(way, post_id, remote={"key": "known", "id": draft}, **values)
    return post_id


def _send_again(way: Way, post_id: int) -> None:
    row = way.services.outbox.get(post_id)
    assert row
    assert way.services.schedule.send_again(row)


def test_a_key_that_is_refused_after_the_post_has_left_leaves_it_unconfirmed_until_another_tells(way: Way) -> None:
    post_id = _published_unheard(way, state="sending", create_tries=1, create_sent_at=now())
    way.zernio.revoke(way.key)

    lost = way.run(post_id)
    assert (lost.state, UNKNOWN in str(lost.error)) == ("unconfirmed", True)
    way.services.zernio.enter_key(way.member, way.zernio.new_key())
    _send_again(way, post_id)

    assert way.run(post_id).state == "published"
    assert len(way.linkedin.state.feed()) == 1


def test_a_post_sent_again_of_which_nothing_can_be_asked_is_unconfirmed_as_before(way: Way) -> None:
    post_id = _published_unheard(way, state="unconfirmed")
    _send_again(way, post_id)
    way.linkedin.state.faults.arm("zernio_bad_gateway")

    assert way.run(post_id).state == "unconfirmed"

    _send_again(way, post_id)
    way.services.accounts.refuse_token(way.account.id, "revoked")
    assert way.run(post_id).state == "unconfirmed"
    assert len(way.linkedin.state.feed()) == 1


def test_a_post_that_was_changed_while_it_waited_is_published_as_it_is_now(way: Way) -> None:
    draft, due = way.draft("before"), now() + timedelta(hours=1)
    post_id = way.put(draft, due_at=due)
    with way.services.zernio.speak(way.account, None) as talk:
        old = talk.zernio.create_draft(
            draft.as_post(Urn(str(way.account.urn))), account_id=talk.account_id, outbox_id="known"
        )
    _cut(way, post_id, remote={"key": "known", "id": old}, delayed_by="throttled")

    assert way.put(draft.changed(text="after"), due_at=now() - timedelta(seconds=1)) == post_id

    assert way.run(post_id).state == "published"
    assert [post.text for post in way.linkedin.state.feed()] == ["after"]


def test_a_comment_went_along_also_when_a_person_confirms_the_post(way: Way) -> None:
    row = way.services.outbox.get(way.put(way.draft(first_comment="More")))
    assert row
    _cut(way, row.id, state="unconfirmed")

    assert way.services.schedule.confirm(row, Urn("urn:li:share:1"))

    assert way.services.interactions.of(row.id) == []


# Refused.


def test_a_revoked_key_holds_what_is_scheduled_and_fails_what_is_not(way: Way) -> None:
    way.zernio.revoke(way.key)
    now_, later = way.put(way.draft("one")), way.put(way.draft("two"), due_at=now() - timedelta(seconds=1))

    first, second = way.run(now_), way.run(later)

    assert (first.state, second.state) == ("failed", "scheduled")
    assert "key" in str(first.error)
    assert "on the page Me" in str(second.held)
    assert way.linkedin.state.feed() == []


def test_a_refusal_of_a_call_without_the_key_says_nothing_about_the_key(way: Way) -> None:
    facts: Any = {"size_bytes": 1, "content_type": "image/png", "with_token": False, "method": "POST"}
    with way.services.zernio.speak(way.account, None) as talk, pytest.raises(KeyRefused):
        talk.transport.upload(f"{way.linkedin.url}/zernio/v1/media/presign", BytesIO(b"x"), **facts)

    assert not way.services.accounts.get(way.account.id).key_refused


def test_an_account_to_reconnect_is_one_sentence(way: Way) -> None:
    way.linkedin.state.faults.arm("zernio_reconnect")

    done = way.publish(way.draft())

    assert done.state == "failed"
    assert "econnect" in f"{done.error} {done.advice}"
    assert way.linkedin.state.feed() == []
    assert (done.remote, way.records) == (None, [])  # what the member still has here does not stay there as a draft


def test_a_limit_lets_the_post_wait_as_long_as_zernio_says(way: Way) -> None:
    way.linkedin.state.faults.arm("zernio_rate_limited")

    done = way.publish(way.draft())

    assert (done.state, done.create_tries) == ("scheduled", 0)
    assert done.delayed_until
    assert done.delayed_until > now()
    assert way.linkedin.state.feed() == []


def test_a_post_waits_for_as_long_as_its_account_rests(way: Way) -> None:
    way.zernio.change_account(way.account.at_zernio["id"], rested_until=way.linkedin.state.clock() + 7200)

    done = way.publish(way.draft())

    assert done.state == "scheduled"
    assert done.delayed_until
    assert 7100 < (done.delayed_until - now()).total_seconds() <= 7200


def test_the_same_content_again_names_the_post_that_is_there(way: Way) -> None:
    first = way.publish(way.draft("twice"))

    second = way.publish(way.draft("twice"))

    assert second.state == "failed"
    assert str(first.urn) in str(second.error)
    assert len(way.linkedin.state.feed()) == 1


# Afterwards.


def test_edit_and_delete_go_through_zernio(way: Way) -> None:
    done = way.publish(way.draft())

    way.services.engagement.edit(done, "Changed")
    (post,) = way.linkedin.state.feed()
    assert post.text == "Changed"
    way.services.delete_post(done)
    card = way.publish(way.draft("Look", kind="article", url="https://example.com/a"))
    way.services.engagement.edit(card, "Read")
    assert [post.text for post in way.linkedin.state.feed()] == ["Read\n\nhttps://example.com/a"]
    way.services.delete_post(card)

    assert way.linkedin.state.feed() == []
    deleted = way.services.outbox.get(done.id)
    assert deleted
    assert deleted.state == "deleted"
    assert Kind(deleted.kind) == Kind.TEXT


# What Zernio tells of key and account.


def test_what_a_person_must_mend_holds_a_planned_post_and_faults_before_publishing_let_it_wait(way: Way) -> None:
    due = now() - timedelta(seconds=1)
    faults = way.linkedin.state.faults

    faults.arm("zernio_payment")
    unpaid = way.run(way.put(way.draft("Unpaid"), due_at=due))
    faults.arm("zernio_bad_gateway", None)
    waits = way.run(way.put(way.draft("Waits"), due_at=due))
    failed = way.publish(way.draft("At once"))
    faults.disarm("zernio_bad_gateway")

    assert "zernio.com" in str(unpaid.held)
    assert (waits.state, waits.delayed_by) == ("scheduled", UNREACHABLE)
    assert "Zernio cannot be reached" in waits.remarks
    assert (failed.state, "Nothing was published" in str(failed.error)) == ("failed", True)
    assert "LinkedIn" not in f"{failed.error} {failed.advice}"


def test_a_lost_permission_is_remembered_until_a_post_leaves_again(way: Way) -> None:
    way.linkedin.state.faults.arm("zernio_reconnect")

    held = way.run(way.put(way.draft("one"), due_at=now() - timedelta(seconds=1)))
    account = way.services.accounts.get(way.account.id)
    assert "Reconnect the account through Zernio" in str(held.held)
    assert "has to be reconnected" in str(account.sign_in_needed)
    assert account.renewal == "Reconnect it"

    way.zernio.connect(ADA, ADA)  # at Zernio itself, of which nobody tells this dashboard
    assert way.publish(way.draft("two")).state == "published"
    assert way.services.accounts.get(way.account.id).sign_in_needed is None


def test_the_refusal_of_an_older_key_says_nothing_about_the_new_one(way: Way) -> None:
    old = way.services.zernio.speak(way.account, None)
    way.services.zernio.enter_key(way.member, way.zernio.new_key())
    way.zernio.revoke(way.key)

    with old as talk, pytest.raises(LinkedInError):
        talk.zernio.find_by_outbox_id("x", talk.account_id)

    assert way.services.accounts.get(way.account.id).sign_in_needed is None


def test_a_video_may_be_longer_on_a_page_than_of_a_member(way: Way) -> None:
    draft = draft_of(way.services, "video").changed(member=str(way.account.urn))
    (film,) = draft.video
    draft = draft.changed(video=(replace(film, file=replace(film.file, duration_s=601.0)),))

    def told(kind: str) -> str:
        return str(draft.problems(way.account.urn, lambda _: True, kind))

    assert way.account.zernio_kind == "person"
    assert "10.0 minutes long; through Zernio LinkedIn takes 10" in told("person")
    assert (told("organization"), told("")) == ("()", "()")
    assert "takes 10 minutes of a member" in str(way.publish(draft).error)
    assert way.calls == []
