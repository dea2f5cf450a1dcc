"""What a page says when something fails that nobody expected: a sentence, and never Streamlit's red box."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import insert, update
from streamlit.testing.v1 import AppTest

from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.files.media import MediaRefused
from dashboard.posts.post import Posting
from dashboard.services import Services
from dashboard.ui.common import file_intake
from tests.ui.test_pages import linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]
UNWRITABLE = "cannot be read or written"


def unwritable(services: Services, change: str, table: str) -> None:
    """From now on the database refuses such a change, as one that is locked or full does."""
    with services.database.begin() as db:
        db.exec_driver_sql(f"CREATE TRIGGER no BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, 'locked'); END")


def press(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()


def published(services: Services, member: int, count: int) -> None:
    """Posts whose outcome nobody has dismissed yet."""
    with services.database.begin() as db:
        for number in range(count):
            values = Posting(member, Draft(text=f"Post {number}")).values()
            ended = {"state": "published", "urn": f"urn:li:share:{number}", "job": None}
            db.execute(insert(posts).values(created_at=now(), **{**values, **ended}))


def test_a_sign_out_that_cannot_be_written_down_says_so(member: int, services: Services) -> None:
    app = opened()
    unwritable(services, "DELETE", "sessions")

    press(app, "Sign out")

    assert not app.exception
    assert [UNWRITABLE in each.value for each in app.error] == [True]
    assert "You are signed in as" in said(app)


def test_a_callback_that_fails_in_a_fragment_says_so_once(member: int, services: Services) -> None:
    published(services, member, 1)
    app = opened("composer")
    unwritable(services, "UPDATE", "posts")

    press(app, "Dismiss")
    after = said(app)
    app.run()

    assert not app.exception
    assert after.count(UNWRITABLE) == 1
    assert UNWRITABLE not in said(app)


def test_a_database_that_cannot_be_read_is_a_sentence_on_every_page(member: int, services: Services) -> None:
    app = opened("history")
    with services.database.begin() as db:
        db.exec_driver_sql("ALTER TABLE sessions RENAME TO lost")

    app.run()

    assert not app.exception
    assert UNWRITABLE in said(app)


def test_a_file_that_fails_leaves_the_others_of_the_same_choice() -> None:
    files = [BytesIO(each) for each in (b"first", b"broken", b"refused", b"last")]
    for file in files:
        file.name = file.getvalue().decode()  # type: ignore[attr-defined]
    kept: list[str] = []

    def keep(file: BytesIO) -> None:
        if (content := file.read()) == b"broken":
            raise ZeroDivisionError
        if content == b"refused":
            raise MediaRefused("refused is no picture.")
        kept.append(content.decode())

    refused = file_intake.take(files, keep)

    assert kept == ["first", "last"]
    assert refused == [
        "broken could not be checked; the terminal says why. Choose another file.",
        "refused is no picture.",
    ]


@pytest.mark.parametrize(("count", "drawn", "more"), [(3, 3, None), (200, 3, "197 more in History")])
def test_the_composer_draws_three_outcomes(
    member: int, services: Services, count: int, drawn: int, more: str | None
) -> None:
    published(services, member, count)

    app = opened("composer")

    links = [link.proto.label for link in app.get("page_link")]
    assert len([each for each in app.button if each.label == "Dismiss"]) == drawn
    assert [label for label in links if label.endswith("more in History")] == ([more] if more else [])
    assert len([each for each in app.button if each.label == "Dismiss all"]) == bool(more)


def test_all_outcomes_are_dismissed_at_once_but_not_what_is_on_its_way(member: int, services: Services) -> None:
    published(services, member, 5)
    waiting = services.outbox.put(Posting(member, Draft(text="On its way")))
    app = opened("composer")

    press(app, "Dismiss all")

    assert [row.id for row in services.outbox.unseen(member)] == [waiting]
    assert not [each for each in app.button if each.label.startswith("Dismiss")]


def test_a_post_whose_answer_was_lost_says_that_it_is_sent_once_more(member: int, services: Services) -> None:
    post_id = services.outbox.put(Posting(member, Draft(text="Did it arrive?")))
    with services.database.begin() as db:
        db.execute(update(posts).where(posts.c.id == post_id).values(state="sending", error="No answer came."))
    app = opened("composer")

    assert [bar.proto.text for bar in app.get("progress")] == ["Publishing"]
    assert "No answer came." in said(app)


def test_a_post_that_was_stopped_says_so_too(member: int, services: Services) -> None:
    published(services, member, 1)
    with services.database.begin() as db:
        db.execute(update(posts).values(state="cancelled"))

    assert "Cancelled. It was stopped before it left." in said(opened("composer"))


def overtaken() -> None:
    """A page whose first run after the click is ended by another run before the button is drawn."""
    import streamlit as st

    from dashboard.ui.state import clicks

    if st.session_state.get("overtaken"):
        st.session_state["overtaken"] = False
        st.rerun()
    if clicks.clicked("Publish", disabled=st.session_state.get("stopped", False)):
        st.session_state["published"] = st.session_state.get("published", 0) + 1
    st.session_state["calendar"] = {"opened": 7}
    pulled = clicks.triggered(
        lambda key, on_opened_change: st.button("Open", on_click=on_opened_change), "calendar", "opened"
    )
    st.session_state["opened"] = [*st.session_state.get("opened", []), *filter(None, pulled)]
    clicks.forget_clicks()


def test_a_click_whose_run_is_overtaken_is_acted_on_once() -> None:
    app = AppTest.from_function(overtaken).run()
    app.session_state["overtaken"] = True

    app.button(key="Publish").click().run()
    app.run()

    assert app.session_state["published"] == 1


def test_a_trigger_whose_run_is_overtaken_is_acted_on_once() -> None:
    app = AppTest.from_function(overtaken).run()
    app.session_state["overtaken"] = True

    app.button[1].click().run()
    app.run()

    assert app.session_state["opened"] == [7]


def test_a_click_on_a_button_that_is_drawn_disabled_by_then_is_dropped() -> None:
    app = AppTest.from_function(overtaken).run()
    app.session_state["overtaken"] = app.session_state["stopped"] = True
    app.button(key="Publish").click().run()

    app.session_state["stopped"] = False
    app.run()

    assert "published" not in app.session_state
