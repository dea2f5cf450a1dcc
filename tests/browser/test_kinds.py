"""Every kind of post in a real browser: written, previewed, published; then edited and commented on; and templates."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import Chromium, Dashboard, allow, new_context, settled
from tests.support.media import pdf, picture, video
from tests.support.patience import PATIENCE_S, choose_option, until

ENGINES = "urn:li:organization:2414183"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """One dashboard for this file, as its member has signed in with another app."""
    found = Dashboard(tmp_path_factory.mktemp("kinds"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def browser(running: Dashboard, chromiums: Chromium) -> Iterator[BrowserContext]:
    """A browser in which Ada is signed in with the app that has every product."""
    context = new_context(chromiums.browser())
    page = context.new_page()
    page.goto(f"{running.url}/login")
    page.get_by_role("link", name="Sign in with every product").click()
    allow(page)
    expect(page.get_by_text("You are signed in as")).to_be_visible()
    yield context
    context.close()


@pytest.fixture
def visit(browser: BrowserContext, running: Dashboard) -> Iterator[Callable[..., Page]]:
    def open_page(name: str) -> Page:
        page = browser.new_page()
        page.goto(f"{running.url}/{name}")
        return page

    yield open_page
    for page in browser.pages:
        page.close()


@pytest.fixture
def composer(running: Dashboard, visit: Callable[..., Page]) -> Page:
    running.wipe()
    page = visit("composer")
    expect(text_box(page)).to_be_visible()
    return page


def text_box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Post", exact=True)


def preview(page: Page) -> Any:
    return page.get_by_role("article", name="Preview")


def write(page: Page, text: str, kind: str = "Text") -> None:
    page.get_by_role("radiogroup", name="Kind").get_by_text(kind, exact=True).click()
    text_box(page).fill(text)
    expect(preview(page)).to_contain_text(text)


def attach(page: Page, file: Path, label: str = "Media") -> None:
    """Choose a file in one of the page's uploaders, and wait until it has arrived."""
    before = page.get_by_role("button", name="Remove").count()
    settled(page)  # an uploader is a new one after each file
    page.get_by_test_id("stFileUploader").filter(has_text=label).locator("input").set_input_files(file)
    expect(page.get_by_role("button", name="Remove")).to_have_count(before + 1)


def publish(page: Page, running: Dashboard) -> None:
    before = {each["urn"] for each in running.posts()}
    button = page.get_by_role("button", name="Publish now")
    expect(button).to_be_enabled()
    button.click()
    until(lambda: {each["urn"] for each in running.posts()} != before)
    expect(page.get_by_text("Published.", exact=True)).to_be_visible()


def newest(running: Dashboard) -> dict[str, Any]:
    return running.posts()[0]


def test_a_poll_arrives_as_it_was_previewed(composer: Page, running: Dashboard) -> None:
    write(composer, "Vote (please)", "Poll")
    composer.get_by_label("Question").fill("Tea or coffee?")
    composer.get_by_label("Option 1").fill("Tea")
    composer.get_by_label("Option 2").fill("Coffee")
    composer.get_by_role("button", name="Add an option").click()
    composer.get_by_label("Option 3").fill("x" * 31)
    expect(composer.get_by_text("Option 3 is 31 characters; LinkedIn takes 30")).to_be_visible()
    expect(composer.get_by_role("button", name="Publish now")).to_be_disabled()
    composer.get_by_label("Option 3").fill("Water")
    expect(preview(composer)).to_contain_text("Water")
    publish(composer, running)

    post = newest(running)
    assert (post["kind"], post["text"], post["dialect"]) == ("poll", "Vote (please)", "rest")
    assert post["poll"]["question"] == "Tea or coffee?"
    assert post["poll"]["options"] == ["Tea", "Coffee", "Water"]


def test_a_document_is_leafed_through_and_published(composer: Page, running: Dashboard, tmp_path: Path) -> None:
    paper = tmp_path / "the_paper.pdf"
    paper.write_bytes(pdf(pages=3))
    write(composer, "Read this", "Document")
    attach(composer, paper)
    expect(composer.get_by_text("3 pages")).to_have_count(2)  # beside the file, and in the card
    page_2 = preview(composer).get_by_alt_text("Page 2")
    page_2.scroll_into_view_if_needed()
    expect(page_2).to_be_visible()
    drawn = "image => image.decode().then(() => image.naturalWidth)"
    assert preview(composer).get_by_alt_text("Page 1").evaluate(drawn) > 300
    publish(composer, running)

    post = newest(running)
    assert (post["kind"], post["media"][0]["title"]) == ("document", "the paper")
    assert post["media"][0]["content_type"] == "application/pdf"


def test_a_mention_goes_to_where_the_member_is_writing(composer: Page, running: Dashboard) -> None:
    write(composer, "Thanks  for all")
    text_box(composer).evaluate("area => area.setSelectionRange(7, 7)")
    composer.get_by_role("button", name="Mention").click()
    dialog = composer.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Analytical Engines")
    dialog.get_by_label("URN or its last part").fill("2414183")
    dialog.get_by_role("button", name="Insert").click()
    expect(text_box(composer)).to_have_value(f"Thanks @[Analytical Engines]({ENGINES}) for all")
    expect(preview(composer).locator(".lp-link")).to_have_text("Analytical Engines")
    composer.get_by_role("radiogroup", name="Dialect").get_by_text("rest (versioned)").click()
    publish(composer, running)

    post = newest(running)
    assert post["text"] == "Thanks Analytical Engines for all"
    assert post["marks"] == [{"start": 7, "length": 18, "kind": "mention", "urn": ENGINES}]


def test_a_post_is_shared_again_by_its_link(composer: Page, running: Dashboard) -> None:
    write(composer, "The first one")
    publish(composer, running)
    parent = newest(running)["urn"]
    composer.get_by_role("radiogroup", name="Kind").get_by_text("Reshare", exact=True).click()
    composer.get_by_label("Shared link or URN").fill(f"https://www.linkedin.com/feed/update/{parent}/")
    expect(preview(composer)).to_contain_text("The first one")
    publish(composer, running)

    assert newest(running)["parent"] == parent


def test_an_article_has_a_picture_and_goes_through_rest(composer: Page, running: Dashboard, tmp_path: Path) -> None:
    image = tmp_path / "bridge.png"
    image.write_bytes(picture())
    write(composer, "Look", "Article")
    composer.get_by_label("URL").fill("https://example.com/bridge")
    composer.get_by_label("Title").fill("A (long) bridge")
    attach(composer, image, "Picture of the article")
    expect(composer.get_by_text("in the versioned API only")).to_be_visible()
    publish(composer, running)

    article = newest(running)["article"]
    assert (article["url"], article["title"]) == ("https://example.com/bridge", "A (long) bridge")
    assert article["thumbnail"].startswith("/media/")


def test_a_page_on_this_machine_is_not_fetched(composer: Page, running: Dashboard) -> None:
    write(composer, "Look", "Article")
    composer.get_by_label("URL").fill(f"{running.url}/_stcore/health")
    composer.get_by_role("button", name="Fetch the page's card").click()

    expect(composer.get_by_text("was not fetched")).to_be_visible()
    expect(text_box(composer)).to_have_value("Look")


def test_captions_and_cover_go_with_their_film(composer: Page, running: Dashboard, tmp_path: Path) -> None:
    film, words, cover = video(tmp_path / "film.mp4"), tmp_path / "words.vtt", tmp_path / "cover.png"
    words.write_bytes(VTT)
    cover.write_bytes(picture())
    write(composer, "Watch", "Video")
    attach(composer, film)
    composer.get_by_text("Captions and cover").click()
    attach(composer, words, "Captions")
    expect(composer.get_by_text("Goes as SRT")).to_be_visible()
    attach(composer, cover, "Cover")
    publish(composer, running)

    sent = {(method, path.split("/")[5]) for method, path, _ in running.calls() if "/dms-uploads/" in path}
    assert newest(running)["kind"] == "video"
    assert sent >= {("PUT", "part"), ("POST", "captions"), ("PUT", "thumbnail")}


def test_a_film_goes_through_v2_when_the_versioned_api_is_closed(
    composer: Page, running: Dashboard, visit: Callable[..., Page], tmp_path: Path
) -> None:
    running.fault("videos_closed", times=None)
    write(composer, "Watch it all the same", "Video")
    composer.get_by_role("radiogroup", name="Dialect").get_by_text("rest (versioned)").click()
    attach(composer, video(tmp_path / "film.mp4", seconds=5))
    publish(composer, running)
    running.fault("videos_closed", times=0)

    expect(composer.get_by_text("went through v2").first).to_be_visible()
    assert newest(running)["dialect"] == "v2"


def test_a_film_that_linkedin_cannot_process_is_a_clear_error(
    composer: Page, running: Dashboard, tmp_path: Path
) -> None:
    before = len(running.posts())
    running.fault("processing_fails")
    write(composer, "Never seen", "Video")
    composer.get_by_role("radiogroup", name="Dialect").get_by_text("rest (versioned)").click()
    attach(composer, video(tmp_path / "film.mp4", seconds=6))
    composer.get_by_role("button", name="Publish now").click()

    expect(composer.get_by_text("could not process").first).to_be_visible()
    expect(text_box(composer)).to_have_value("Never seen")
    assert len(running.posts()) == before


def test_a_company_page_writes(composer: Page, running: Dashboard, visit: Callable[..., Page]) -> None:
    profile = visit("profile")
    profile.get_by_role("button", name="Look for my company pages").click()
    expect(profile.get_by_text(ENGINES)).to_be_visible()
    composer.reload()
    write(composer, "We are hiring")
    choose_option(composer, "Author", "Analytical Engines")
    expect(preview(composer).get_by_text("Analytical Engines")).to_be_visible()
    expect(composer.get_by_text("Everybody sees what a company page writes.")).to_be_visible()
    publish(composer, running)

    assert newest(running)["author"] == ENGINES
    assert newest(running)["author_name"] == "Analytical Engines"


def test_drafts_wait_in_a_list_and_come_back(composer: Page, running: Dashboard) -> None:
    write(composer, "The first thought")
    composer.get_by_role("button", name="New draft").click()
    expect(text_box(composer)).to_have_value("")
    write(composer, "The second thought")
    composer.get_by_role("link", name="Drafts", exact=True).last.click()
    expect(composer.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(preview(composer)).to_have_count(0)  # the page before has gone
    expect(composer.get_by_text("The second thought")).to_be_visible()
    composer.get_by_role("button", name="Open", exact=True).click()

    expect(text_box(composer)).to_have_value("The first thought")
    expect(composer.get_by_role("link", name="Drafts (1)")).to_be_visible()


def test_a_template_asks_for_its_words(composer: Page, running: Dashboard) -> None:
    write(composer, "Hello {{name}}, on {{today}}")
    composer.get_by_role("link", name="Drafts", exact=True).last.click()
    expect(composer.get_by_role("heading", name="Drafts", exact=True)).to_be_visible()
    expect(preview(composer)).to_have_count(0)  # the page before has gone
    composer.get_by_role("button", name="Make a template").click()
    dialog = composer.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Greeting")
    dialog.get_by_label("Name").press("Enter")
    dialog.get_by_role("button", name="Keep the template").click()
    composer.get_by_role("button", name="Use", exact=True).click()
    composer.get_by_role("dialog").get_by_label("name").fill("Zoë")
    composer.get_by_role("dialog").get_by_label("name").press("Enter")
    composer.get_by_role("dialog").get_by_role("button", name="Write with it").click()

    expect(text_box(composer)).to_have_value(re.compile(r"Hello Zoë, on \d{1,2} \w+ 20\d\d"))


def test_a_published_post_is_edited_commented_on_and_reacted_to(
    composer: Page, running: Dashboard, visit: Callable[..., Page]
) -> None:
    write(composer, "Before the edit")
    publish(composer, running)
    urn = newest(running)["urn"]
    with closing(sqlite3.connect(running.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
        ((number,),) = db.execute("SELECT id FROM posts WHERE urn = ?", (urn,)).fetchall()
    history = visit(f"history?post={number}")
    history.get_by_role("button", name="Edit").click()
    dialog = history.get_by_role("dialog")
    dialog.get_by_label("Text").fill("After (the edit) #AI_2026")
    dialog.get_by_label("Text").press("Control+Enter")
    dialog.get_by_role("button", name="Save the text").click()
    expect(history.get_by_role("article", name="Preview")).to_contain_text("After (the edit) #AI_2026")
    history.get_by_label("Your comment").fill("Well (said) \\o/")
    history.get_by_label("Your comment").press("Control+Enter")
    celebrate = history.get_by_role("radio", name="Celebrate").element_handle()
    send = history.get_by_role("button", name="Comment", exact=True)
    send.evaluate("(send, celebrate) => { celebrate.click(); send.click() }", celebrate)  # neither is lost
    expect(history.get_by_role("button", name="Delete the comment")).to_be_visible()

    post = next(each for each in running.posts() if each["urn"] == urn)
    assert post["text"] == "After (the edit) #AI_2026"
    assert [comment["text"] for comment in post["comments"]] == ["Well (said) \\o/"]
    assert [reaction["type"] for reaction in post["reactions"]] == ["PRAISE"]
    history.get_by_role("button", name="Delete the comment").click()
    expect(history.get_by_text("deleted", exact=True)).to_be_visible()
    assert next(each for each in running.posts() if each["urn"] == urn)["comments"] == []

    running.fault("forbidden", times=2)  # through either gateway
    history.get_by_label("Your comment").fill("Not today")
    send.click()
    expect(history.get_by_text("The permission w_member_social is missing")).to_be_visible()
    expect(history.get_by_label("Your comment")).to_have_count(1)  # the box before has gone
    expect(history.get_by_label("Your comment")).to_have_value("Not today")
