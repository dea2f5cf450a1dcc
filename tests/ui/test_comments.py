"""The first comment in the composer, and comments of an ordinary app on History, as the pages draw them."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard.drafts.draft import Draft
from dashboard.posts.interactions import Interaction
from dashboard.services import Services
from linkedin_api import Reaction
from tests.conftest import RunningSandbox
from tests.support.patience import until
from tests.ui.test_pages import linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures
COMMENT = "The source: https://example.com (2026)"


def press(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


def publish(services: Services, member: int, comment: str = COMMENT) -> int:
    """Write a post with a first comment and publish it; both have come to their end."""
    services.drafts.save(member, Draft(text="Hello", first_comment=comment))
    press(opened("composer"), "Publish in the sandbox")
    until(lambda: (rows := services.outbox.select()) and not rows[-1].waiting)
    post_id = services.outbox.select()[-1].id
    until(lambda: not any(each.on_its_way for each in services.interactions.of(post_id)))
    return post_id


def test_the_composer_shows_the_first_comment_everywhere(member: int, services: Services) -> None:
    services.drafts.save(member, Draft(text="Hello", first_comment=COMMENT))
    app = opened("composer")
    card = next(each.proto.body for each in app.get("html") if "Comment by the author" in each.proto.body)
    app.session_state["look-at"] = "Request"
    app.run()

    assert '<span class="lp-link">https://example.com</span> (2026)' in card
    assert "/v2/socialActions/urn%3Ali%3Ashare%3AFROM_CREATE/comments" in said(app)
    assert "This post takes 2 calls" in said(app)
    services.drafts.save(member, Draft(text="Hello", first_comment="x" * 1251))
    app = opened("composer")
    assert "The comment is 1,251 characters" in said(app)
    assert next(each for each in app.button if each.label == "Publish in the sandbox").disabled


def test_its_outcome_is_told_by_the_composer_and_by_history(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    post_id = publish(services, member)
    history = opened("history", post=str(post_id))

    assert [comment.text for comment in linkedin.state.social.comments()] == [COMMENT]
    assert "Its first comment is out" in said(opened("composer"))
    assert "First comment, " in said(history)
    assert "may write comments but not read them" in said(history)
    assert "Show all comments" not in [each.label for each in history.button]
    press(history, "Delete the comment")
    assert linkedin.state.social.comments() == []


def test_a_first_comment_that_failed_is_sent_again_from_either_page(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    services.worker._delivery._waits_s = ()  # type: ignore[union-attr]
    linkedin.state.faults.arm("activity_missing", times=1)
    post_id = publish(services, member)
    composer, history = opened("composer"), opened("history", post=str(post_id))

    for app in (composer, history):
        assert "was not sent" in said(app)
        assert "Send it again" in [each.label for each in app.button]
    assert "Published." in said(composer)
    press(history, "Send it again")
    until(lambda: not first(services, post_id).on_its_way)
    assert first(services, post_id).state is None
    assert [comment.text for comment in linkedin.state.social.comments()] == [COMMENT]
    press(composer, "Send it again")
    assert [comment.text for comment in linkedin.state.social.comments()] == [COMMENT]


def first(services: Services, post_id: int) -> Interaction:
    return services.interactions.first_comments([post_id])[post_id]


def test_a_first_comment_without_an_answer_asks_to_look_first(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    post_id = publish(services, member, "")
    row = services.outbox.get(post_id)
    assert row
    services.interactions.wait(row, "comment", "Perhaps", row.draft.author, 60, "Soon.")
    waiting = services.interactions.of(post_id)[-1]
    assert services.interactions.begin(waiting.id, str(waiting.job))
    services.interactions.end(waiting.id, waiting.job, "unconfirmed", "No answer came.", "Look below the post first.")
    app = opened("history", post=str(post_id))

    assert "Look below the post first" in said(app)
    press(app, "Send it again")
    assert linkedin.state.social.comments() == []  # a dialog asks first
    press(opened("history", post=str(post_id)), "It is there")
    assert services.interactions.of(post_id)[-1].state is None


def test_on_history_an_early_comment_and_reaction_wait_in_a_line_of_their_own(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    post_id = publish(services, member, "")
    services.worker.stop()
    linkedin.state.social.activity_delay_s = 3600
    app = opened("history", post=str(post_id))
    app.text_area[0].set_value("Early").run()
    press(app, "Comment")
    app.button_group(f"react-{post_id}-0").select(Reaction.LOVE).run()

    assert not app.exception
    assert not app.error
    assert [each.state for each in services.interactions.of(post_id)] == ["waiting"] * 2
    assert "The comment “Early” is on its way.** LinkedIn takes comments and reactions only" in said(app)
    assert "The reaction “Love” is on its way." in said(app)
    assert app.text_area[0].value in (None, "")
    press(app, "Do not send it")
    assert "“Early”" not in said(app)
    assert services.interactions.of(post_id)[0].undone
