"""The files of a post on their way: several at once, each kept, waited for, stopped, and v2 where videos are closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

from dashboard.accounts.account import Account
from dashboard.drafts.draft import Draft
from dashboard.posts.post import AT_LIMIT, Posting, PostRow
from dashboard.publishing.flow import NOT_PUBLISHED
from dashboard.publishing.progress import WAITS, Stopped, Waits, repeated
from dashboard.publishing.publish_flow import CLOSED, NO_WAY_ROUND
from dashboard.services import Services
from linkedin_api import Exchange, Publisher, Token, Transport
from sandbox.directory.members import ADA
from sandbox.directory.organizations import ENGINES
from sandbox.model import assets
from tests.conftest import RunningSandbox
from tests.dashboard.publishing.test_publish_flow import QUICK, creates, left_in, publish, row, run, running
from tests.support.patience import FOREVER_S, PATIENCE_S, until
from tests.support.services import MP4, PDF, PNG, SCOPES, SRT, VTT, ada, attached, draft_of, profile, services

__all__ = ["ada", "services"]
IMAGES_AT_ONCE = 6


@pytest.fixture
def reader(services: Services, linkedin: RunningSandbox) -> Account:
    """Ada with a token that may read what it uploaded, as vetted apps have it."""
    scopes = [*SCOPES, "r_member_social", "w_organization_social"]
    token = linkedin.state.tokens.new_access_token("sandbox-client", ADA.sub, scopes)
    return services.accounts.save(profile(), Token(access_token=token, expires_in_s=60 * 86_400, scopes=tuple(scopes)))


def calls(linkedin: RunningSandbox, method: str, start: str) -> list[int]:
    """The statuses of these calls, in order."""
    return [status for verb, path, status in linkedin.state.calls if verb == method and path.startswith(start)]


def gallery(services: Services, count: int, dialect: str = "rest") -> Draft:
    pictures = tuple(attached(services, PNG + bytes([number]), alt_text=f"Alt {number}") for number in range(count))
    return Draft(kind="image", text="Look", dialect=dialect, images=pictures)


def big_film(services: Services, parts: int, **said: Any) -> Draft:
    film = attached(services, MP4 + bytes(parts * 4_194_304 - len(MP4)))
    return Draft(kind="video", text="Watch", dialect="rest", video=(film,), **said)


# Published.


@pytest.mark.parametrize("kind", ["document", "poll", "reshare", "card", "captioned", "video"])
@pytest.mark.parametrize("chosen", ["v2", "rest"])
def test_what_only_rest_can_carry_goes_through_rest(
    services: Services, ada: Account, linkedin: RunningSandbox, kind: str, chosen: str
) -> None:
    parent = publish(services, ada, draft_of(services, "text", text="The first")).urn or ""
    linkedin.state.calls.clear()
    done = publish(services, ada, draft_of(services, kind, chosen, parent=parent))

    post = linkedin.state.posts[str(done.urn)]
    expected = "v2" if (kind, chosen) == ("video", "v2") else "rest"
    assert (done.state, done.error, done.remarks) == ("published", None, "")
    assert (done.dialect, post.dialect, done.draft.dialect) == (expected, expected, chosen)
    assert post.kind == {"card": "article", "captioned": "video"}.get(kind, kind)
    assert done.calls == len(linkedin.state.calls)
    assert done.sent_bytes == done.total_bytes


def test_captions_and_cover_reach_the_video(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    done = publish(services, ada, draft_of(services, "captioned", "rest"))

    (media,) = linkedin.state.feed()[0].media
    asset = linkedin.state.assets.get(media.urn.rpartition(":")[2])
    assert asset
    folder = linkedin.state.assets.folder
    assert (folder / asset.captions_path.rpartition("/")[2]).read_bytes() == SRT
    assert (folder / asset.thumbnail_path.rpartition("/")[2]).read_bytes() == PNG + b"cover"
    assert done.total_bytes == len(MP4) + len(VTT) + len(PNG + b"cover")


def test_a_company_page_owns_what_is_uploaded_for_it(
    services: Services, reader: Account, linkedin: RunningSandbox
) -> None:
    for kind in ("image", "document", "video"):
        done = publish(services, reader, draft_of(services, kind).changed(author=ENGINES.urn))

        assert (done.state, done.dialect) == ("published", "rest")
        (media,) = linkedin.state.posts[str(done.urn)].media
        asset = linkedin.state.assets.get(media.urn.rpartition(":")[2])
        assert asset
        assert asset.owner_urn == ENGINES.urn


# Several at once.


def most_at_once(services: Services, account: Account, post_id: int) -> int:
    entries = services.exchange_log.entries(account.id, post_id=post_id)
    begun = [entry.at.timestamp() for entry in entries]
    spans = [(at, at + entry.duration_ms / 1000) for at, entry in zip(begun, entries, strict=True)]
    return max(sum(start <= at < end for start, end in spans) for at in begun)


def uploaded(linkedin: RunningSandbox) -> list[str]:
    """The files that have arrived."""
    return [str(urn) for urn, asset in linkedin.state.store.all("asset") if asset["uploaded_at"]]


def test_twenty_pictures_go_up_several_at_once_and_keep_their_order(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", times=IMAGES_AT_ONCE, target="upload")
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 20)))

    with running(services, post_id):
        until(lambda: len(uploaded(linkedin)) == IMAGES_AT_ONCE)
        linkedin.state.faults.slow_s = 0
    done = row(services, post_id)

    media = linkedin.state.feed()[0].media
    assert [each.urn for each in media] == [each.urn for each in done.draft.images]
    assert [each.sha256 for each in media] == [each.file.sha256 for each in done.draft.images]
    assert most_at_once(services, ada, done.id) == IMAGES_AT_ONCE
    assert done.calls == 41


def test_progress_is_the_sum_of_all_files_and_only_rises(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("unavailable", target="upload", times=2)
    linkedin.state.faults.arm("slow", times=2, target="upload")
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 9)))
    seen: list[int] = []

    with running(services, post_id):
        while (now := row(services, post_id)).waiting:
            seen.append(now.sent_bytes)
            if now.sent_bytes:
                linkedin.state.faults.slow_s = 0

    done = row(services, post_id)
    seen.append(done.sent_bytes)
    assert (done.state, done.sent_bytes) == ("published", done.total_bytes)
    assert seen == sorted(seen)
    assert len(set(seen)) > 1


def stops_after(services: Services, puts: int, stopping: threading.Event) -> Callable[..., tuple[Transport, Publisher]]:
    """A process that ends when so many files have arrived."""
    arrived: list[str] = []

    def connect(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        def seen(exchange: Exchange) -> None:
            keep(exchange)
            arrived.extend([exchange.url] if exchange.method == "PUT" else [])
            if len(arrived) == puts:
                stopping.set()

        return services.connect(row, token, seen)

    return connect


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_a_crash_in_the_middle_never_repeats_an_upload_that_is_kept(
    services: Services, ada: Account, linkedin: RunningSandbox, dialect: str
) -> None:
    linkedin.state.faults.latency_s = 0.02
    stopping = threading.Event()
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 9, dialect)))
    with pytest.raises(Stopped):
        run(services, post_id, stopping=stopping, connect=stops_after(services, 4, stopping))
    left = row(services, post_id)
    kept = {number: each.urn for number, each in enumerate(left.draft.images) if each.urn}
    done = run(services, post_id)

    urns = [each.urn for each in done.draft.images]
    assert 3 <= len(kept) < 9
    assert {number: urns[number] for number in kept} == kept
    assert done.state == "published"
    assert done.calls - left.calls == 2 * (9 - len(kept)) + 1
    assert [each.urn for each in linkedin.state.feed()[0].media] == urns


def test_cancel_stops_every_upload(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", times=None, target="upload")
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 9)))

    with running(services, post_id):
        until(lambda: len(calls(linkedin, "POST", "/rest/images")) >= IMAGES_AT_ONCE)
        services.outbox.request_cancel(post_id)
        until(lambda: not row(services, post_id).waiting)
    linkedin.state.faults.slow_s = 0

    assert row(services, post_id).state == "cancelled"
    assert creates(linkedin) == 0


def test_cancel_stops_every_part_of_a_video(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", times=None, target="upload")
    post_id = services.outbox.put(Posting(ada.id, big_film(services, 4)))

    with running(services, post_id):
        until(lambda: row(services, post_id).sent_bytes > 4_194_304)
        services.outbox.request_cancel(post_id)
    linkedin.state.faults.slow_s = 0

    assert row(services, post_id).state == "cancelled"
    assert calls(linkedin, "POST", "/rest/videos") == [200]
    assert linkedin.state.feed() == []


def test_one_refused_picture_ends_the_post(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("forbidden", target="upload")
    failed = publish(services, ada, gallery(services, 9))

    assert failed.state == "failed"
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert creates(linkedin) == 0


# Ready or not.


@pytest.mark.parametrize("kind", ["video", "document"])
def test_a_post_leaves_when_linkedin_has_its_file_ready(
    services: Services, reader: Account, linkedin: RunningSandbox, kind: str
) -> None:
    linkedin.state.assets.processing_s = FOREVER_S
    post_id = services.outbox.put(Posting(reader.id, draft_of(services, kind, "rest")))

    with running(services, post_id):
        until(lambda: calls(linkedin, "GET", f"/rest/{kind}s/"))
        linkedin.state.assets.processing_s = 0
    done = row(services, post_id)

    assert done.state == "published"
    assert len(calls(linkedin, "GET", f"/rest/{kind}s/")) > 1
    assert calls(linkedin, "POST", "/rest/posts") == [201]


def test_a_question_that_finds_nobody_is_asked_again(
    services: Services, reader: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.assets.processing_s = FOREVER_S
    post_id = services.outbox.put(Posting(reader.id, draft_of(services, "video", "rest")))

    with running(services, post_id):
        until(lambda: calls(linkedin, "POST", "/rest/videos") == [200, 200])
        linkedin.state.faults.arm("unavailable", target="any")
        until(lambda: 503 in calls(linkedin, "GET", "/rest/videos/"))
        linkedin.state.assets.processing_s = 0

    assert row(services, post_id).state == "published"


def test_where_it_may_not_ask_it_asks_once_and_lets_the_create_tell(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.assets.processing_s = FOREVER_S
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "document", "rest")))

    with running(services, post_id):
        until(lambda: calls(linkedin, "POST", "/rest/posts"))
        linkedin.state.assets.processing_s = 0
    done = row(services, post_id)

    assert done.state == "published"
    assert calls(linkedin, "GET", "/rest/documents/") == [403]
    sent = calls(linkedin, "POST", "/rest/posts")
    assert set(sent[:-1]) == {400}
    assert sent[-1] == 201
    assert done.create_tries == 1


@pytest.fixture
def strict(linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> RunningSandbox:
    """A LinkedIn that takes no post before its pictures are processed."""
    monkeypatch.setattr(assets, "READY_FIRST", (*assets.READY_FIRST, "image"))
    linkedin.state.assets.processing_s = FOREVER_S
    return linkedin


def test_a_picture_that_was_named_too_early_is_asked_about_before_the_next_create(
    services: Services, ada: Account, strict: RunningSandbox
) -> None:
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 2)))

    with running(services, post_id):
        until(lambda: calls(strict, "GET", "/v2/images/") == [200] * 3)
        strict.state.assets.processing_s = 0

    assert row(services, post_id).state == "published"
    assert calls(strict, "POST", "/rest/posts") == [400, 201]


def test_a_403_ends_the_asking_about_pictures(services: Services, ada: Account, strict: RunningSandbox) -> None:
    post_id = services.outbox.put(Posting(ada.id, gallery(services, 2)))

    with running(services, post_id):
        until(lambda: calls(strict, "POST", "/rest/posts"))
        strict.state.faults.arm("forbidden")  # of the next question
        until(lambda: len(calls(strict, "POST", "/rest/posts")) == 3)
        strict.state.assets.processing_s = 0

    assert row(services, post_id).state == "published"
    assert calls(strict, "GET", "/v2/images/")[-1] == 403


@pytest.mark.parametrize(
    ("kind", "dialect", "name", "advice"),
    [("video", "rest", "a.mp4", "MP4"), ("video", "v2", "a.mp4", "MP4"), ("document", "rest", "a.pdf", "PDF")],
)
@pytest.mark.parametrize("may_ask", [True, False])
def test_a_file_that_cannot_be_processed_fails_the_post_by_its_name(
    services: Services, linkedin: RunningSandbox, kind: str, dialect: str, name: str, advice: str, may_ask: bool,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    account = request.getfixturevalue("reader" if may_ask else "ada")
    linkedin.state.assets.processing_s = 0.2
    linkedin.state.faults.arm("processing_fails")
    failed = publish(services, account, draft_of(services, kind, dialect))

    assert failed.state == "failed"
    assert failed.error == f"LinkedIn could not process {name}. Nothing was published."
    assert advice in str(failed.advice)
    assert linkedin.state.feed() == []
    assert creates(linkedin) == (0 if may_ask or dialect == "v2" else len(calls(linkedin, "POST", "/rest/posts")))


def test_a_post_that_waits_for_its_video_can_be_cancelled(
    services: Services, reader: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.assets.processing_s = FOREVER_S
    post_id = services.outbox.put(Posting(reader.id, draft_of(services, "video", "rest")))

    with running(services, post_id):
        until(lambda: calls(linkedin, "GET", "/rest/videos/"))
        assert "preparing a.mp4" in str(row(services, post_id).error)
        services.outbox.request_cancel(post_id)

    assert (row(services, post_id).state, row(services, post_id).error) == ("cancelled", None)
    assert creates(linkedin) == 0


def test_a_video_that_is_never_ready_is_given_up_in_time(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.assets.processing_s = FOREVER_S
    too_long_s = 2 * PATIENCE_S
    short = Waits(ask_s=(0.1, too_long_s), ask_for_s=PATIENCE_S, video_s=(0.1, 0.1, too_long_s), video_for_s=PATIENCE_S)
    failed = run(services, services.outbox.put(Posting(ada.id, draft_of(services, "video", "rest"))), waits=short)

    assert failed.state == "failed"
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert failed.advice
    assert calls(linkedin, "POST", "/rest/posts") == [400] * 3


def test_linkedin_is_not_asked_more_often_than_agreed() -> None:
    waits = list(islice(repeated(WAITS.ask_s), 40))
    asked = [sum(waits[: number + 1]) <= WAITS.ask_for_s for number in range(40)]

    assert waits[:5] == [1, 2, 4, 8, 15]
    assert waits == sorted(waits)
    assert sum(asked) <= 25  # of the 150 calls of a day


# A way round.


def test_where_videos_are_closed_the_video_goes_through_v2_and_the_row_says_so(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    done = publish(services, ada, draft_of(services, "video", "rest"))

    (post,) = linkedin.state.feed()
    assert (done.state, done.urn, done.error) == ("published", post.urn, None)
    assert (done.dialect, post.dialect, done.draft.dialect) == ("v2", "v2", "rest")
    assert done.remarks == f"{CLOSED}, so the video went through v2."
    assert str(done.draft.video[0].urn).startswith("urn:li:digitalmediaAsset:")
    assert done.sent_bytes == done.total_bytes == len(MP4)
    assert calls(linkedin, "POST", "/rest/videos") == [403]


def test_what_v2_cannot_take_is_left_out_and_told(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    done = publish(services, ada, draft_of(services, "captioned", "rest"))

    assert done.state == "published"
    assert done.remarks == (
        f"{CLOSED}, so the video went through v2. Its captions and cover had to be left out: v2 takes none."
    )
    assert done.sent_bytes == done.total_bytes == len(MP4)
    assert len(calls(linkedin, "PUT", "/dms-uploads")) == 1


def test_the_way_round_outlasts_a_crash(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    stopping = threading.Event()
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "video", "rest")))

    def stops(row: PostRow, token: str, keep: Callable[[Exchange], None]) -> tuple[Transport, Publisher]:
        stopping.set() if row.dialect == "v2" else None
        return services.connect(row, token, keep)

    with pytest.raises(Stopped):
        run(services, post_id, stopping=stopping, connect=stops)
    left = row(services, post_id)
    done = run(services, post_id)

    assert (left.dialect, left.waiting, bool(left.note)) == ("v2", True, True)
    assert (done.state, done.remarks) == ("published", left.note)
    assert calls(linkedin, "POST", "/rest/videos") == [403]


def test_a_limit_that_is_reached_on_the_way_round_wipes_no_word_of_it(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    linkedin.state.faults.arm("rate_limited", target="create")
    parked = publish(services, ada, draft_of(services, "video", "rest"))
    services.schedule.try_now(ada.id)
    done = run(services, parked.id)

    through_v2 = f"{CLOSED}, so the video went through v2."
    assert parked.state == "scheduled"
    assert parked.remarks == f"{through_v2} {AT_LIMIT.format('00:00')}"
    assert (done.state, done.remarks) == ("published", through_v2)


def test_a_company_pages_video_has_no_way_round(services: Services, reader: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    failed = publish(services, reader, draft_of(services, "video").changed(author=ENGINES.urn))

    assert (failed.state, failed.dialect, failed.note) == ("failed", "rest", None)
    assert failed.error == f"{NO_WAY_ROUND} {NOT_PUBLISHED}"
    assert failed.advice
    assert linkedin.state.feed() == []


def test_a_picture_that_is_forbidden_goes_no_other_way(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("forbidden")
    failed = publish(services, ada, draft_of(services, "image", "rest"))

    assert (failed.state, failed.dialect, failed.note) == ("failed", "rest", None)


# Repeated.


@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_an_upload_address_that_expired_is_asked_for_anew_once(
    services: Services, ada: Account, linkedin: RunningSandbox, kind: str
) -> None:
    linkedin.state.faults.arm("upload_expired")
    done = publish(services, ada, draft_of(services, kind, "rest"))
    linkedin.state.faults.arm("upload_expired", times=None)
    failed = publish(services, ada, draft_of(services, kind, "rest", text="Another"))

    assert done.state == "published"
    assert failed.state == "failed"
    assert str(failed.error) == f"The address that LinkedIn gave for the upload has expired. {NOT_PUBLISHED}"
    assert "Publish again" in str(failed.advice)
    assert len(linkedin.state.feed()) == 1


def test_an_etag_that_is_lost_in_the_middle_costs_one_part(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("etag_lost")
    done = publish(services, ada, big_film(services, 3))
    puts = len(calls(linkedin, "PUT", "/dms-uploads"))
    linkedin.state.faults.arm("etag_lost", times=None)
    failed = publish(services, ada, big_film(services, 3).changed(text="Another"))

    assert (done.state, puts) == ("published", 4)
    assert failed.state == "failed"
    assert "no ETag" in str(failed.error)
    assert str(failed.error).endswith(NOT_PUBLISHED)
    assert len(linkedin.state.feed()) == 1


def test_a_part_that_fails_is_repeated_alone(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("unavailable", target="upload")
    done = publish(services, ada, big_film(services, 3))

    assert done.state == "published"
    assert calls(linkedin, "POST", "/rest/videos") == [200, 200]
    assert sorted(calls(linkedin, "PUT", "/dms-uploads")) == [200, 200, 200, 503]


def test_a_lost_file_beside_the_video_fails_the_post(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    draft = draft_of(services, "captioned", "rest")
    services.uploads.path(draft.captions[0].file.sha256).unlink()
    failed = publish(services, ada, draft)

    assert failed.state == "failed"
    assert failed.error == f"An attached file can no longer be read. {NOT_PUBLISHED}"
    assert linkedin.state.calls == []


def test_a_document_that_is_there_already_is_not_uploaded_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    before = publish(services, ada, draft_of(services, "document", "rest"))
    (document,) = before.draft.document
    linkedin.state.calls.clear()
    post_id = services.outbox.put(Posting(ada.id, Draft(kind="document", text="Once more", document=(document,))))
    left_in(services, post_id, state="uploading", sent_bytes=len(PDF))
    done = run(services, post_id, waits=QUICK)

    assert done.state == "published"
    assert calls(linkedin, "PUT", "/dms-uploads") == []
