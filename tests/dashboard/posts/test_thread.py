"""The comments below a post: one thread of what was written here and of what LinkedIn tells."""

from __future__ import annotations

from datetime import timedelta

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.tables import interactions
from dashboard.posts.interactions import SENT_WITHIN
from dashboard.posts.post import PostRow
from dashboard.posts.thread import thread
from dashboard.services import Services
from linkedin_api import Reaction, Token
from sandbox.directory.apps import EVERY_PRODUCT_CLIENT
from tests.conftest import RunningSandbox
from tests.dashboard.publishing.test_delivery import published
from tests.support.services import ada, services

__all__ = ["ada", "services"]
SCOPES = ("w_member_social", "w_member_social_feed", "r_member_social_feed", "r_member_social")


def may_read(services: Services, ada: Account, linkedin: RunningSandbox) -> PostRow:
    """A post whose comments the sign-in may read."""
    given = linkedin.state.tokens.new_access_token(EVERY_PRODUCT_CLIENT, ada.profile.sub, list(SCOPES))
    services.accounts.save(ada.profile, Token(access_token=given, expires_in_s=3600, scopes=SCOPES))
    linkedin.state.social.activity_delay_s = 0
    return published(services, ada, "")


def test_replies_stand_below_their_comment_with_reactions_and_each_once(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    row, talk = may_read(services, ada, linkedin), services.engagement
    assert talk.comment(row, ada.urn, "First")
    assert talk.comment(row, ada.urn, "Second")
    first = services.interactions.of(row.id)[0]
    assert first.urn
    assert talk.comment(row, ada.urn, "A reply", first.urn)
    with services.line(ada, row) as line:
        line.social.react(first.urn, ada.urn, Reaction.LIKE)
    done = services.interactions.of(row.id)

    for read in ([], {}), talk.thread(row):
        assert [(each.text, each.is_reply) for each in thread(done, *read)] == [
            ("First", False),
            ("A reply", True),
            ("Second", False),
        ]
        assert all(each.own for each in thread(done, *read))
    assert [dict(each.reactions) for each in thread(done, *talk.thread(row))] == [{Reaction.LIKE: 1}, {}, {}]
    assert services.outbox.get(row.id).calls == row.calls  # type: ignore[union-attr]


def test_a_comment_that_a_killed_page_was_sending_is_found_and_not_sent_again(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    row = published(services, ada, "")
    services.interactions.sending(row, "comment", "Cut off", ada.urn)
    services.interactions.mend()
    assert services.interactions.of(row.id)[0].state == "sending"  # it may be on its way still
    with services.database.begin() as db:
        db.execute(interactions.update().values(at=now() - SENT_WITHIN - timedelta(seconds=1)))
    services.interactions.mend()

    (found,) = services.interactions.of(row.id)
    assert (found.state, found.text) == ("unconfirmed", "Cut off")
    assert linkedin.state.social.comments() == []


def test_a_lost_answer_is_kept_in_a_row_and_a_refusal_leaves_none(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    row = published(services, ada, "")
    linkedin.state.social.activity_delay_s = 0
    linkedin.state.faults.arm("server_error", times=1)
    assert not services.engagement.comment(row, ada.urn, "Perhaps")

    (found,) = services.interactions.of(row.id)
    assert (found.state, found.on_its_way) == ("unconfirmed", False)
