"""Comments and reactions that wait for their post, and the first comment: each sent once, its outcome in its row."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from dashboard.accounts.account import Account
from dashboard.posts.interactions import Interaction
from dashboard.posts.post import Posting, PostRow
from dashboard.publishing.delivery import NOT_YET, Delivery
from dashboard.services import Services
from linkedin_api import Reaction, Token, Urn
from sandbox.directory.apps import COMMUNITY_CLIENT
from sandbox.directory.organizations import ENGINES
from tests.conftest import RunningSandbox
from tests.support.patience import until
from tests.support.services import ada, draft_of, on_both, services, signed_in

__all__ = ["ada", "services"]  # fixtures
YOUNG = "activity_missing"  # the sandbox's switch


@pytest.fixture
def post(services: Services, ada: Account, linkedin: RunningSandbox) -> PostRow:
    """A post that is out, with a first comment that waits."""
    return published(services, ada, "The source: https://example.com (2026)")


def published(services: Services, ada: Account, comment: str, **more: str) -> PostRow:
    draft = draft_of(services, "text", text=f"Below: {comment}").changed(first_comment=comment, **more)
    post_id = services.outbox.put(Posting(ada.id, draft))
    row = services.outbox.begin(post_id, str(services.outbox.select()[-1].job))
    assert row
    services.outbox.may_send(row)
    transport, publisher = services.connect(row, str(services.accounts.access_token(ada.id)), lambda _: None)
    with transport:
        services.outbox.finish(row, "published", urn=publisher.create_post(row.draft.as_post(ada.urn)))
    found = services.outbox.get(post_id)
    assert found
    return found


def delivery(services: Services, waits_s: Sequence[float]) -> Delivery:
    parts: Any = {"accounts": services.accounts, "outbox": services.outbox, "line": services.line}
    return Delivery(**parts, stopping=threading.Event(), waits_s=waits_s)


def deliver(services: Services, row: PostRow, waits_s: Sequence[float] = (0, 0)) -> Interaction:
    """What the jobs of the post's first comment do, as often as it has one; gives how it ended."""
    found = services.interactions.first_comments([row.id])[row.id]
    while found.on_its_way:
        delivery(services, waits_s).run(found.id, str(found.job))
        found = services.interactions.first_comments([row.id])[row.id]
    return found


def said(linkedin: RunningSandbox) -> list[tuple[str, str]]:
    return [(comment.author.urn, comment.text) for comment in linkedin.state.social.comments()]


@on_both
def test_the_first_comment_follows_its_post_once_it_is_out(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm(YOUNG, times=2)
    services.start()
    draft = draft_of(services, "text").changed(first_comment="  The source: (2026)\n")
    post_id = services.outbox.put(Posting(ada.id, draft))
    until(lambda: (found := services.interactions.first_comments([post_id])) and not found[post_id].on_its_way)
    services.worker.stop()
    (comment,) = services.interactions.of(post_id)

    assert said(linkedin) == [(ada.urn, "The source: (2026)")]
    assert (comment.state, comment.actor, comment.given_id) == (None, ada.urn, linkedin.state.social.comments()[0].id)
    assert [status for _, path, status in linkedin.state.calls if "/v2/socialActions" in path] == [404, 404, 201]


def test_a_post_without_a_first_comment_gets_none(services: Services, ada: Account) -> None:
    assert services.interactions.of(published(services, ada, " \n ").id) == []


def test_a_company_pages_first_comment_is_the_pages(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    scopes = ("w_member_social", "w_organization_social")
    given = linkedin.state.tokens.new_access_token(COMMUNITY_CLIENT, ada.profile.sub, list(scopes))
    services.accounts.save(ada.profile, Token(access_token=given, expires_in_s=3600, scopes=scopes))
    row = published(services, ada, "Ours", author=ENGINES.urn)

    assert deliver(services, row).actor == ENGINES.urn
    assert said(linkedin) == [(ENGINES.urn, "Ours")]


def test_a_post_that_is_too_young_is_waited_for_and_says_so(
    services: Services, post: PostRow, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm(YOUNG, times=None)
    first = services.interactions.first_comments([post.id])[post.id]
    delivery(services, (60,)).run(first.id, str(first.job))
    waiting = services.interactions.first_comments([post.id])[post.id]
    ended = deliver(services, post, waits_s=(0, 0, 0))

    assert (first.state, waiting.state, waiting.error, ended.state) == ("waiting", "waiting", NOT_YET, "failed")
    assert len([path for _, path, _ in linkedin.state.calls if "/comments" in path]) == 4
    assert "30 seconds" in str(ended.advice)
    linkedin.state.faults.clear()
    assert services.interactions.send_again(ended)
    assert deliver(services, post).state is None
    assert len(said(linkedin)) == 1


def test_a_comment_without_an_answer_is_never_sent_again_by_itself(
    services: Services, post: PostRow, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("server_error")
    ended = deliver(services, post)
    services.interactions.mend()

    assert ended.state == "unconfirmed"
    assert "Look below the post first" in str(ended.advice)
    assert deliver(services, post) == ended
    assert len([path for _, path, _ in linkedin.state.calls if "/comments" in path]) == 1
    assert services.interactions.found(ended)
    assert services.interactions.of(post.id)[0].state is None


@pytest.mark.parametrize(
    ("fault", "advice"),
    [("forbidden", "Share on LinkedIn"), ("rate_limited", "00:00 UTC"), ("expired_token", "Sign in")],
)
def test_a_refused_comment_leaves_the_post_published_and_may_be_sent_again(
    fault: str, advice: str, services: Services, post: PostRow, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm(fault)
    services.outbox.set_seen(post.id)
    ended = deliver(services, post)
    row = services.outbox.get(post.id)

    assert row
    assert (row.state, row.error, row.seen) == ("published", None, False)
    assert (ended.state, advice in str(ended.advice)) == ("failed", True)
    signed_in(services, linkedin)
    assert services.interactions.send_again(ended)
    assert not services.interactions.send_again(ended)
    assert deliver(services, post).state is None
    assert len(said(linkedin)) == 1


def test_a_comment_below_a_deleted_post_is_not_sent(
    services: Services, post: PostRow, linkedin: RunningSandbox
) -> None:
    services.outbox.set_deleted(post.id)
    ended = deliver(services, post)

    assert (ended.state, said(linkedin)) == ("failed", [])
    assert "not on LinkedIn any more" in str(ended.error)


def test_a_comment_that_was_cut_off_while_it_was_sent_is_for_a_person_to_look_for(
    services: Services, post: PostRow, linkedin: RunningSandbox
) -> None:
    waiting = services.interactions.first_comments([post.id])[post.id]
    assert services.interactions.begin(waiting.id, str(waiting.job))
    ended = deliver(services, post)

    assert (ended.state, said(linkedin)) == ("unconfirmed", [])


def test_what_waits_without_a_living_job_gets_another_one(services: Services, post: PostRow) -> None:
    waiting = services.interactions.first_comments([post.id])[post.id]
    services.interactions.mend()
    untouched = services.interactions.get(waiting.id)
    services.jobs.drop([waiting.job])
    services.interactions.mend()
    mended = services.interactions.get(waiting.id)

    assert untouched == waiting
    assert mended
    assert (mended.state, mended.job != waiting.job) == ("waiting", True)


def test_an_unconfirmed_post_that_is_found_gets_its_first_comment(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    other = published(services, ada, "Elsewhere")
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text").changed(first_comment="Here")))
    row = services.outbox.begin(post_id, str(services.outbox.select()[-1].job))
    assert row
    services.outbox.finish(row, "unconfirmed")

    assert services.interactions.of(post_id) == []
    assert services.schedule.confirm(row, Urn(str(other.urn)))
    assert not services.schedule.confirm(row, Urn(str(other.urn)))
    (comment,) = services.interactions.of(post_id)
    assert (comment.text, comment.state) == ("Here", "waiting")


def test_history_hands_what_comes_too_early_to_the_worker(
    services: Services, ada: Account, post: PostRow, linkedin: RunningSandbox
) -> None:
    deliver(services, post)
    linkedin.state.faults.arm(YOUNG, times=3)
    engagement = services.engagement
    assert not engagement.comment(post, ada.urn, "Early")
    assert not engagement.react(post, ada.urn, Reaction.LIKE)
    assert not engagement.react(post, ada.urn, Reaction.LOVE)
    _, comment, like, love = services.interactions.of(post.id)
    engagement.undo(post, comment)
    services.start()
    until(lambda: not any(each.on_its_way for each in services.interactions.of(post.id)))
    services.worker.stop()

    assert like.undone
    assert said(linkedin) == [(ada.urn, post.draft.first_comment)]
    assert [reaction.type for reaction in linkedin.state.social.reactions(str(post.urn))] == ["EMPATHY"]
    assert love.state == "waiting"
