"""What the composer says before and after a post, and what two tabs make of one draft, without a browser."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update
from streamlit.testing.v1 import AppTest

from benchmarks.tab import Tab, sign_in
from dashboard.db.tables import accounts, calls_made
from dashboard.drafts.draft import Draft
from dashboard.posts.history import Wanted
from dashboard.posts.post import PostRow
from dashboard.services import Services
from dashboard.web.cookies import SESSION_COOKIE
from linkedin_api import Forbidden
from sandbox.directory.members import ZOE
from tests.conftest import Dashboard, RunningSandbox
from tests.support.patience import PATIENCE_S, until
from tests.support.services import attached, new_token, profile
from tests.ui.test_pages import SessionMiddleware, linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]
INDIA = "Asia/Kolkata"


def button(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label)


def publish(app: AppTest, outcome: str = "Published.") -> AppTest:
    """Press the button, and wait until the composer tells this."""
    button(app, "Publish in the sandbox").click().run()
    until(lambda: f"**{outcome}**" in said(app.run()))
    return app


def write(services: Services, member: int, draft: Draft) -> AppTest:
    services.drafts.save(member, draft)
    return opened("composer")


# Refused.


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("forbidden", "Nothing was published."),
        ("duplicate", "LinkedIn already has this very post."),
        ("version_retired", "LINKEDIN_VERSION"),
    ],
)
def test_a_refusal_is_one_sentence_and_the_text_comes_back(
    member: int, services: Services, linkedin: RunningSandbox, fault: str, sentence: str
) -> None:
    app = write(services, member, Draft(text="Refused", dialect="rest"))
    linkedin.state.faults.arm(fault, target="create")

    publish(app, "Not published.")

    assert sentence in said(app)
    assert services.drafts.get(member).text == "Refused"
    assert linkedin.state.feed() == []


def test_an_expired_token_in_the_middle_loses_nothing(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    app = write(services, member, Draft(text="Written with care"))
    linkedin.state.faults.arm("expired_token")
    publish(app, "Not published.")

    assert "Your LinkedIn sign-in has expired." in said(app)
    assert services.drafts.get(member).text == "Written with care"
    assert button(app, "Publish in the sandbox").disabled
    services.accounts.save(profile(), new_token(linkedin))
    publish(opened("composer"))
    assert [post.text for post in linkedin.state.feed()] == ["Written with care"]


# The calls of the day.


def used(services: Services, member: int, calls: int) -> None:
    """As if so many calls had been made today, and tomorrow, which may begin before they are told."""
    today, whose = (
        datetime.now(UTC).date(),
        {"client_id": services.settings.client_id, "account_id": member, "calls": calls},
    )
    days = [str(today), str(today + timedelta(days=1))]
    with services.database.begin() as db:
        db.execute(insert(calls_made), [{"day": day, **whose} for day in days])


def lives_in_india(services: Services, **values: object) -> None:
    with services.database.begin() as db:
        db.execute(update(accounts).values(time_zone=INDIA, **values))


def test_the_count_rises_with_each_post(member: int, services: Services) -> None:
    app = write(services, member, Draft(text="Hello"))
    assert "This post takes 1 call; 0 of Ada's 150 calls" in said(app)
    assert "(counted here; LinkedIn's own count decides)." in said(app)
    publish(app)

    assert "This post takes 1 call; 1 of Ada's 150 calls" in said(write(services, member, Draft(text="A second one")))


def test_too_few_calls_for_a_post_are_an_amber_line(member: int, services: Services) -> None:
    used(services, member, 149)
    app = write(services, member, Draft(kind="image", text="With a picture", images=(attached(services),)))
    [line] = [each.value for each in app.markdown if "149 of Ada's 150 calls" in each.value]

    assert "takes 2 calls" in line
    assert "It may have to wait until 00:00 UTC" in line
    assert ":orange[" in line


def test_when_all_calls_are_used_the_line_is_red(member: int, services: Services) -> None:
    lives_in_india(services)
    used(services, member, 150)
    app = write(services, member, Draft(text="Hello"))
    [line] = [each.value for each in app.markdown if "150 of Ada's 150 calls" in each.value]

    assert "Until 00:00 UTC (05:30 here) LinkedIn may refuse posts; they wait then." in line
    assert ":red[" in line
    assert not button(app, "Publish in the sandbox").disabled


def test_after_a_429_the_line_says_until_when_posts_wait(member: int, services: Services) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    lives_in_india(services, parked_until=midnight)
    app = write(services, member, Draft(text="Hello"))
    [line] = [each.value for each in app.markdown if "LinkedIn's limit is reached" in each.value]

    assert "Posts wait until 00:00 UTC (05:30 here)." in line
    assert ":red[" in line


# Kinds and drafts.


def test_a_poll_arrives_as_it_was_written(member: int, services: Services, linkedin: RunningSandbox) -> None:
    app = write(services, member, Draft(kind="poll", text="Vote (please)", question="Tea?", options=("Tea", "Coffee")))
    button(app, "Add an option").click().run()
    third = next(each for each in app.text_input if each.label == "Option 3")
    third.set_value("x" * 31).run()
    assert "Option 3 is 31 characters; LinkedIn takes 30" in said(app)
    assert button(app, "Publish in the sandbox").disabled
    next(each for each in app.text_input if each.label == "Option 3").set_value("Water").run()
    publish(app)

    [post] = linkedin.state.feed()
    assert (post.kind, post.text, post.dialect) == ("poll", "Vote (please)", "rest")
    assert post.poll
    assert (post.poll["question"], list(post.poll["options"])) == ("Tea?", ["Tea", "Coffee", "Water"])


def test_a_post_is_shared_again_by_its_link(member: int, services: Services, linkedin: RunningSandbox) -> None:
    publish(write(services, member, Draft(text="The first one")))
    [parent] = linkedin.state.feed()
    app = write(services, member, Draft(kind="reshare"))
    link = next(each for each in app.text_input if each.label == "Shared link or URN")
    link.set_value(f"https://www.linkedin.com/feed/update/{parent.urn}/").run()
    publish(app)

    assert [post.parent for post in linkedin.state.feed()] == [parent.urn, None]


def test_drafts_wait_in_a_list_and_come_back(member: int, services: Services) -> None:
    app = write(services, member, Draft(text="The first thought"))
    button(app, "New draft").click().run()
    assert services.drafts.get(member).is_empty
    services.drafts.save(member, services.drafts.get(member).changed(text="The second thought"))
    app = opened("drafts")
    assert "The second thought" in said(app)
    button(app, "Open").click().run()

    assert services.drafts.get(member).text == "The first thought"
    assert [each.draft.text for each in services.drafts.kept(member)] == ["The second thought"]


# History and the Inspector.


def results(services: Services, member: int) -> list[PostRow]:
    rows = [services.outbox.get(row["id"]) for row in services.history.page(Wanted(member))]
    return [row for row in reversed(rows) if row]


@pytest.fixture
def two_posts(member: int, services: Services, linkedin: RunningSandbox) -> list[PostRow]:
    """A post that was refused, and one that arrived."""
    linkedin.state.faults.arm("forbidden", target="create")
    publish(write(services, member, Draft(text="Refused, with a comma")), "Not published.")
    publish(write(services, member, Draft(text="Arrived 🎉")))
    return results(services, member)


def test_the_address_search_and_filters_of_history(two_posts: list[PostRow]) -> None:
    for page, post in (("history", "0"), ("inspector", "²"), ("history", "9" * 23), ("inspector", "x")):
        app = opened(page, post=post)
        assert len(app.dataframe) >= 1, (page, post)
        assert not app.exception
    app = opened("history", post=str(two_posts[0].id))

    assert f"Post {two_posts[0].id}" in said(app)
    assert "It was not published." in said(app)
    app.text_input[0].set_value("refused").run()
    assert "1 post, newest first" in said(app)
    app.text_input[0].set_value("%").run()
    assert "No post fits these filters." in said(app)
    app.text_input[0].set_value("").run()
    app.multiselect[0].set_value(["published"]).run()
    assert "1 post, newest first" in said(app)


def test_somebody_elses_post_stays_closed(
    two_posts: list[PostRow], services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    zoe = services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))
    _, ticket = services.accounts.open_session(zoe.id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))

    assert "Nothing here yet" in said(opened("history", post=str(two_posts[1].id)))
    assert "No exchange fits" in said(opened("inspector", post=str(two_posts[1].id)))


def test_a_post_that_is_gone_already_counts_as_deleted_and_one_that_is_kept_does_not(
    two_posts: list[PostRow], services: Services, linkedin: RunningSandbox
) -> None:
    arrived = two_posts[1]
    linkedin.state.faults.arm("forbidden")
    with pytest.raises(Forbidden):
        services.delete_post(arrived)
    kept = services.outbox.get(arrived.id)
    linkedin.state.reset()
    services.delete_post(arrived)
    gone = services.outbox.get(arrived.id)

    assert kept
    assert gone
    assert (kept.state, gone.state) == ("published", "deleted")


def test_curl_from_the_inspector_runs_as_printed(
    two_posts: list[PostRow], member: int, services: Services, linkedin: RunningSandbox
) -> None:
    publish(write(services, member, Draft(text='It\'s a `test` of $HOME and "quotes"!')))
    app = opened("inspector")
    printed = next(each.value for each in app.code if each.value.startswith("curl"))
    token = str(services.accounts.access_token(member))
    assert "$LINKEDIN_ACCESS_TOKEN" in printed
    assert token not in printed
    answer = subprocess.run(
        ["bash", "-c", f"{printed} -s -o /dev/null -w '%{{http_code}}'"],
        env={**os.environ, "LINKEDIN_ACCESS_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )

    assert answer.stdout == "422"  # the very same post: LinkedIn refuses the duplicate
    assert len(linkedin.state.feed()) == 2


# Two tabs with one draft.


@pytest.fixture
def tabs(dashboard: Dashboard) -> Iterator[tuple[Tab, Tab]]:
    cookies = sign_in(dashboard.url)
    with Tab(dashboard.url, "composer", cookies) as first:
        first.type("In two tabs")
        first.rerun()
        with Tab(dashboard.url, "composer", cookies) as second:
            yield first, second


def press(tab: Tab, label: str) -> None:
    found, fragment = next((each, of) for each, of in tab.drawn("button") if each.label == label)
    tab.fill(found.id, trigger_value=True)
    tab.rerun(fragment)
    del tab.widgets[found.id]


def texts(dashboard: Dashboard) -> list[str]:
    """What is published, once nothing is on its way any more; oldest first."""
    with dashboard.get_services() as services:
        until(lambda: not services.outbox.waiting())
    return [post["text"] for post in reversed(dashboard.posts())]


def test_the_same_draft_in_two_tabs_publishes_once(tabs: tuple[Tab, Tab], dashboard: Dashboard) -> None:
    first, second = tabs
    press(first, "Publish in the sandbox")
    press(second, "Publish in the sandbox")

    assert texts(dashboard) == ["In two tabs"]


def test_a_rewrite_in_a_second_tab_is_not_swallowed(tabs: tuple[Tab, Tab], dashboard: Dashboard) -> None:
    first, second = tabs
    press(first, "Publish in the sandbox")
    assert texts(dashboard) == ["In two tabs"]
    second.type("Another version")  # this tab hears of the first one's end
    press(second, "Make it a new post")
    press(second, "Publish in the sandbox")

    assert texts(dashboard) == ["In two tabs", "Another version"]


# Undo.


def test_undo_brings_a_post_back_as_it_was_written(member: int, services: Services, linkedin: RunningSandbox) -> None:
    services.choices.hold(member, 30)
    draft = Draft(
        kind="poll", dialect="rest", text="Hi @[Zoë](urn:li:person:zoe)", question="Which?", options=("This", "That")
    )
    app = write(services, member, draft)
    button(app, "Publish in the sandbox").click().run()
    assert services.drafts.get(member).is_empty
    assert any("also when you close this page" in each.proto.text for each in app.get("progress"))
    button(app, "Undo").click().run()

    assert services.drafts.get(member).changed(draft_id="") == draft.changed(draft_id="")
    assert [row.state for row in services.outbox.select()] == ["cancelled"]
    assert linkedin.state.feed() == []
    assert "Undo" not in [each.label for each in app.button]
    assert not app.exception
