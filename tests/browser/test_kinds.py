"""Every kind of post in a real browser: written, previewed, published; then edited and commented on; and templates."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Dashboard, settled
from tests.support.media import picture, video
from tests.support.patience import PATIENCE_S, choose_option, until

ENGINES = "urn:li:organization:2414183"
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


@pytest.fixture
def composer(page: Page, dashboard: Dashboard) -> Page:
    """The composer of Ada, signed in with the app that has every product."""
    page.context.add_cookies(dashboard.enter(link_label="Sign in with every product"))
    page.goto(f"{dashboard.url}/composer")
    expect(text_box(page)).to_be_visible()
    return page


def visit(page: Page, dashboard: Dashboard, name: str) -> Page:
    """Another tab of the same browser."""
    found = page.context.new_page()
    found.goto(f"{dashboard.url}/{name}")
    return found


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


def publish(page: Page, dashboard: Dashboard) -> None:
    before = {each["urn"] for each in dashboard.posts()}
    button = page.get_by_role("button", name="Publish in the sandbox")
    expect(button).to_be_enabled()
    button.click()
    until(lambda: {each["urn"] for each in dashboard.posts()} != before)
    expect(page.get_by_text("Published.", exact=True)).to_be_visible()


def newest(dashboard: Dashboard) -> dict[str, Any]:
    return dashboard.posts()[0]


def test_a_mention_goes_to_where_the_member_is_writing(composer: Page, dashboard: Dashboard) -> None:
    write(composer, "Thanks  for all")
    text_box(composer).evaluate("area => area.setSelectionRange(7, 7)")
    composer.get_by_role("button", name="Mention").click()
    dialog = composer.get_by_role("dialog")
    dialog.get_by_label("Find a company page").fill("https://www.linkedin.com/company/analytical-engines/about/")
    dialog.get_by_role("button", name="Look up").click()
    # While the dialog is drawn again its old fields stand behind the new ones.
    expect(dialog.get_by_label("Name").first).to_have_value("Analytical Engines")
    expect(dialog.get_by_label("URN or its last part").first).to_have_value(ENGINES)
    dialog.get_by_role("button", name="Insert").click()
    expect(text_box(composer)).to_have_value(f"Thanks @[Analytical Engines]({ENGINES}) for all")
    expect(preview(composer).locator(".lp-link")).to_have_text("Analytical Engines")
    composer.get_by_text("API options").click()
    composer.get_by_role("radiogroup", name="Dialect").get_by_text("rest (versioned)").click()
    publish(composer, dashboard)

    post = newest(dashboard)
    assert post["text"] == "Thanks Analytical Engines for all"
    assert post["marks"] == [{"start": 7, "length": 18, "kind": "mention", "urn": ENGINES}]


def test_an_article_has_a_picture_and_goes_through_rest(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    image = tmp_path / "bridge.png"
    image.write_bytes(picture())
    write(composer, "Look", "Article")
    composer.get_by_label("URL").fill("https://example.com/bridge")
    composer.get_by_label("Title").fill("A (long) bridge")
    attach(composer, image, "Picture of the article")
    expect(composer.get_by_text("in the versioned API only")).to_be_visible()
    publish(composer, dashboard)

    article = newest(dashboard)["article"]
    assert (article["url"], article["title"]) == ("https://example.com/bridge", "A (long) bridge")
    assert article["thumbnail"].startswith("/media/")


def test_captions_and_cover_go_with_their_film(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    film, words, cover = video(tmp_path / "film.mp4"), tmp_path / "words.vtt", tmp_path / "cover.png"
    words.write_bytes(VTT)
    cover.write_bytes(picture())
    write(composer, "Watch", "Video")
    attach(composer, film)
    composer.get_by_text("Captions and cover").click()
    attach(composer, words, "Captions")
    expect(composer.get_by_text("Goes as SRT")).to_be_visible()
    attach(composer, cover, "Cover")
    publish(composer, dashboard)

    sent = {(method, path.split("/")[5]) for method, path, _ in dashboard.calls() if "/dms-uploads/" in path}
    assert newest(dashboard)["kind"] == "video"
    assert sent >= {("PUT", "part"), ("POST", "captions"), ("PUT", "thumbnail")}


def test_a_company_page_writes(composer: Page, dashboard: Dashboard) -> None:
    profile = visit(composer, dashboard, "profile")
    profile.get_by_role("button", name="Look for my company pages").click()
    until(lambda: any("organizationAcls" in path for _, path, _ in dashboard.calls()))
    settled(profile)
    expect(profile.get_by_text(ENGINES)).to_be_visible()
    composer.reload()
    write(composer, "We are hiring")
    choose_option(composer, "Author", "Analytical Engines")
    expect(preview(composer).get_by_text("Analytical Engines")).to_be_visible()
    expect(composer.get_by_text("Everybody sees what a company page writes.")).to_be_visible()
    publish(composer, dashboard)

    assert newest(dashboard)["author"] == ENGINES
    assert newest(dashboard)["author_name"] == "Analytical Engines"


def test_a_template_asks_for_its_words(composer: Page, dashboard: Dashboard) -> None:
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


def test_a_published_post_is_edited_commented_on_and_reacted_to(composer: Page, dashboard: Dashboard) -> None:
    write(composer, "Before the edit")
    publish(composer, dashboard)
    urn = newest(dashboard)["urn"]
    with closing(sqlite3.connect(dashboard.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
        ((number,),) = db.execute("SELECT id FROM posts WHERE urn = ?", (urn,)).fetchall()
    history = visit(composer, dashboard, f"history?post={number}")
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

    post = next(each for each in dashboard.posts() if each["urn"] == urn)
    assert post["text"] == "After (the edit) #AI_2026"
    assert [comment["text"] for comment in post["comments"]] == ["Well (said) \\o/"]
    assert [reaction["type"] for reaction in post["reactions"]] == ["PRAISE"]
    history.get_by_role("button", name="Delete the comment").click()
    expect(history.get_by_text("deleted", exact=True)).to_be_visible()
    assert next(each for each in dashboard.posts() if each["urn"] == urn)["comments"] == []

    dashboard.fault("forbidden", times=2)  # through either gateway
    history.get_by_label("Your comment").fill("Not today")
    send.click()
    expect(history.get_by_text("The permission w_member_social is missing")).to_be_visible()
    expect(history.get_by_label("Your comment")).to_have_count(1)  # the box before has gone
    expect(history.get_by_label("Your comment")).to_have_value("Not today")
