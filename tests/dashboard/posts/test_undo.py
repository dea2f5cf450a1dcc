"""Undo: a post that is held back for some seconds leaves once, or is taken back, and never both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.posts.post import TAKEN_BACK, Posting, PostRow
from dashboard.services import Services
from tests.conftest import RunningSandbox
from tests.dashboard.publishing.test_publish_flow import row, run
from tests.support.patience import until
from tests.support.services import ada, draft_of, open_services, services

__all__ = ["ada", "services"]


def held_back(services: Services, account: Account, seconds: float) -> PostRow:
    draft = draft_of(services, "image")
    return row(services, services.outbox.put(Posting(account.id, draft, now() + timedelta(seconds=seconds), undo=True)))


def test_what_is_held_back_leaves_by_itself_after_a_restart_once(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    waits = held_back(services, ada, 0.2)
    assert (waits.can_undo, waits.planned_for) == (True, None)
    assert services.outbox.news(ada.id)  # the composer tells of it
    again = open_services(services.settings.data_folder, linkedin.url)  # the process before has not sent it
    again.start()
    until(lambda: row(services, waits.id).state == "published")
    again.worker.stop()

    assert len(linkedin.state.feed()) == 1
    assert not services.outbox.take_back(waits)
    assert row(services, waits.id).remarks == ""
    again.database.dispose()


@pytest.mark.parametrize("undo_first", [True, False])
def test_of_undo_and_leaving_one_wins(
    services: Services, ada: Account, linkedin: RunningSandbox, undo_first: bool
) -> None:
    waits = held_back(services, ada, 0)
    if undo_first:
        assert services.outbox.take_back(waits)
        done = run(services, waits.id)
        assert (done.state, done.note, len(linkedin.state.feed())) == ("cancelled", TAKEN_BACK, 0)
    else:
        begun = services.outbox.begin(waits.id, str(waits.job))
        assert begun
        assert not services.outbox.take_back(waits)
        services.flow.run(begun)
        assert (row(services, waits.id).state, len(linkedin.state.feed())) == ("published", 1)


def test_what_is_held_back_fails_like_a_post_for_now(services: Services, ada: Account) -> None:
    services.accounts.refuse_token(ada.id, "revoked")

    failed = run(services, held_back(services, ada, 0).id)
    assert (failed.state, failed.held) == ("failed", None)


def test_the_seconds_are_a_members_own_choice_and_off_at_first(services: Services, ada: Account) -> None:
    before = services.choices.hold_s(ada.id)
    services.choices.hold(ada.id, 20)
    services.choices.choose("a browser's secret", "sandbox")

    assert (before, services.choices.hold_s(ada.id), services.choices.hold_s(ada.id + 1)) == (0, 20, 0)
