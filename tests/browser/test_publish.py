"""Writing and publishing, in a real browser: each kind, its preview, progress, cancel, and what may go wrong."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Dashboard, allow, settled, sign_in
from tests.support.media import picture, video
from tests.support.patience import until

PREVIEW = "Preview"


@pytest.fixture
def composer(signed_in: Page, dashboard: Dashboard) -> Page:
    signed_in.goto(f"{dashboard.url}/composer")
    expect(post_box(signed_in)).to_be_visible()
    return signed_in


def post_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Post", exact=True)


def preview(page: Page) -> Locator:
    return page.get_by_role("article", name=PREVIEW)


def publish(page: Page) -> None:
    button = page.get_by_role("button", name="Publish now")
    expect(button).to_be_enabled()
    button.click()


def choose(page: Page, kind: str) -> None:
    page.get_by_role("radiogroup", name="Kind").get_by_text(kind, exact=True).click()


def choose_files(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(files)


def attach(page: Page, *files: Path) -> None:
    """Choose files and wait until they have arrived; the uploader shows their names long before."""
    settled(page)  # what is drawn for another kind of post may still be on the page
    choose_files(page, *files)
    expect(page.get_by_role("button", name="Remove")).to_have_count(len(files))


def request_json(page: Page, number: int = -1) -> Any:
    """The JSON of the last call in the Request tab."""
    page.get_by_role("tab", name="Request").click()
    codes = page.get_by_role("tabpanel").locator("code.language-json")
    expect(codes.first).to_be_visible()
    return json.loads(codes.all()[number].inner_text())


def saved_png(tmp_path: Path, name: str = "engine.png") -> Path:
    (tmp_path / name).write_bytes(picture(text="Engine"))
    return tmp_path / name


def rows(dashboard: Dashboard) -> list[tuple[Any, ...]]:
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        return db.execute("SELECT state, urn, calls, text FROM posts ORDER BY id").fetchall()


def test_a_text_post_arrives_whole_and_once(composer: Page, dashboard: Dashboard) -> None:
    text = "1 + 1 = 2 (mostly) #maths @home_ <b>*bold*</b>\n\nשלום 🎉👩‍🚀 \\ [x](y)"
    post_box(composer).fill(text)
    expect(preview(composer)).to_contain_text("<b>*bold*</b>")

    publish(composer)

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(post_box(composer)).to_have_value("")
    assert [post["text"] for post in dashboard.posts()] == [text]
    [(state, urn, calls, kept)] = rows(dashboard)
    assert (state, urn, calls, kept) == ("published", dashboard.posts()[0]["urn"], 1, text)


def test_the_preview_follows_the_typing(composer: Page) -> None:
    post_box(composer).press_sequentially("Typed, not pasted", delay=10)

    # Nothing else is touched: the box keeps the focus, and its text is in the card.
    expect(preview(composer)).to_contain_text("Typed, not pasted")
    expect(post_box(composer)).to_be_focused()
    expect(composer.get_by_text("17 / 3,000")).to_be_visible()


def test_a_first_comment_follows_its_post(composer: Page, dashboard: Dashboard) -> None:
    comment = composer.get_by_role("textbox", name="First comment")
    post_box(composer).fill("Hello")
    comment.press_sequentially("The source (2026): @[Zoë](urn:li:person:k4Zu-E_9)")
    expect(preview(composer).get_by_label("Comment by the author")).to_contain_text("The source (2026): Zoë")
    expect(composer.get_by_text("22 / 1,250")).to_be_visible()
    composer.reload()
    expect(comment).to_have_value("The source (2026): @[Zoë](urn:li:person:k4Zu-E_9)")

    publish(composer)

    # The sandbox takes no comment in the first second of a post; nobody has to click for the rest.
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(composer.get_by_text("Its first comment is out.")).to_be_visible()
    expect(comment).to_have_value("")
    [post] = dashboard.posts()
    assert [each["text"] for each in post["comments"]] == ["The source (2026): Zoë"]
    assert [status for _, path, status in dashboard.calls() if "/comments" in path].count(201) == 1


def test_an_article_is_sent_as_shown(composer: Page, dashboard: Dashboard) -> None:
    choose(composer, "Article")
    post_box(composer).fill("Read this")
    composer.get_by_label("URL").fill("https://example.com/a?b=c")
    composer.get_by_label("Title").fill("A title")
    composer.get_by_label("Description").fill("About it")
    expect(preview(composer)).to_contain_text("example.com")

    shown = request_json(composer)
    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    content = shown["specificContent"]["com.linkedin.ugc.ShareContent"]
    assert content["media"][0]["originalUrl"] == "https://example.com/a?b=c"
    assert dashboard.posts()[0]["article"]["title"] == "A title"


@pytest.mark.parametrize("dialect", ["v2 (ugcPosts)", "rest (versioned)"])
def test_a_picture_is_published_in_three_calls(
    composer: Page, dashboard: Dashboard, tmp_path: Path, dialect: str
) -> None:
    composer.get_by_text(dialect, exact=True).click()
    choose(composer, "Image")
    post_box(composer).fill("Look (at this)")
    attach(composer, saved_png(tmp_path))
    composer.get_by_label("Alt text").fill("A blue engine")
    expect(preview(composer).get_by_role("img", name="A blue engine")).to_be_visible()

    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    post = dashboard.posts()[0]
    assert post["text"] == "Look (at this)"
    assert post["media"][0]["content_type"] == "image/png"
    assert rows(dashboard)[0][2] == 3


def test_several_pictures_and_taking_one_off(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Two of three")
    files = [tmp_path / f"{name}.jpg" for name in ("one", "two", "three")]
    for file, colour in zip(files, ("#0a66c2", "#7a3e9d", "#057642"), strict=True):
        file.write_bytes(picture(kind="JPEG", colour=colour))
    attach(composer, *files)
    expect(preview(composer).locator("img[src*='/uploads/']")).to_have_count(3)
    composer.get_by_role("button", name="Remove").nth(1).click()
    expect(preview(composer).locator("img[src*='/uploads/']")).to_have_count(2)

    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    assert len(dashboard.posts()[0]["media"]) == 2


def test_a_video_uploads_with_progress(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    choose(composer, "Video")
    post_box(composer).fill("Watch")
    attach(composer, video(tmp_path / "v.mp4"))
    expect(preview(composer).locator("video")).to_be_visible()

    publish(composer)

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert dashboard.posts()[0]["media"][0]["content_type"] == "video/mp4"
    assert dashboard.posts()[0]["kind"] == "video"


def test_an_upload_shows_its_bytes_can_be_cancelled_and_comes_back(
    composer: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Not yet")
    attach(composer, saved_png(tmp_path))

    with dashboard.held("upload"):
        publish(composer)
        expect(composer.get_by_text("Uploading")).to_be_visible()
        post_box(composer).fill("Meanwhile")  # the page stays usable
        composer.get_by_role("button", name="Cancel").click()
        expect(composer.get_by_text("Cancelling…")).to_be_visible()

    expect(composer.get_by_text("Cancelled.")).to_be_visible()
    assert dashboard.posts() == []
    composer.get_by_role("button", name="Put it back in the composer").click()
    expect(post_box(composer)).to_have_value("Not yet")
    expect(composer.get_by_text("640 × 400 px")).to_be_visible()


def test_closing_the_tab_does_not_stop_the_publishing(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Goes on alone")
    attach(composer, saved_png(tmp_path))

    with dashboard.held("upload"):
        publish(composer)
        expect(composer.get_by_text("Uploading")).to_be_visible()
        other = composer.context.new_page()
        composer.close()
        other.goto(f"{dashboard.url}/composer")
        expect(other.get_by_text("Uploading")).to_be_visible()

    expect(other.get_by_text("Published.", exact=True)).to_be_visible()
    assert len(dashboard.posts()) == 1


def test_a_double_click_publishes_once(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("Only once")
    expect(composer.get_by_role("button", name="Publish now")).to_be_enabled()

    composer.get_by_role("button", name="Publish now").dblclick()

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    settled(composer)
    assert len(rows(dashboard)) == len(dashboard.posts()) == 1


def test_the_same_draft_in_two_tabs_publishes_once(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("In two tabs")
    expect(preview(composer)).to_contain_text("In two tabs")
    second = composer.context.new_page()
    second.goto(f"{dashboard.url}/composer")
    expect(post_box(second)).to_have_value("In two tabs")

    publish(composer)
    publish(second)

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(post_box(second)).to_have_value("")
    assert len(rows(dashboard)) == len(dashboard.posts()) == 1


def test_a_draft_survives_another_page_a_reload_and_a_new_sign_in(
    composer: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Keep me")
    attach(composer, saved_png(tmp_path))
    expect(composer.get_by_text("640 × 400 px")).to_be_visible()

    composer.get_by_role("link", name="History").click()
    expect(composer.get_by_role("heading", name="History")).to_be_visible()
    composer.get_by_role("link", name="Write", exact=True).click()
    expect(post_box(composer)).to_have_value("Keep me")
    expect(composer.get_by_text("640 × 400 px")).to_be_visible()

    composer.reload()
    expect(post_box(composer)).to_have_value("Keep me")

    composer.goto(f"{dashboard.url}/login")
    composer.get_by_role("button", name="Sign out").click()
    sign_in(composer, dashboard)
    composer.get_by_role("link", name="Write", exact=True).click()
    expect(post_box(composer)).to_have_value("Keep me")
    expect(preview(composer).locator("img[src*='/uploads/']")).to_be_visible()


def test_an_expired_token_in_the_middle_loses_nothing(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("Written with care")
    dashboard.fault("expired_token")

    publish(composer)

    expect(composer.get_by_text("Not published.")).to_be_visible()
    expect(composer.get_by_text("Your LinkedIn sign-in has expired.").first).to_be_visible()
    expect(post_box(composer)).to_have_value("Written with care")
    expect(composer.get_by_role("button", name="Publish now")).to_be_disabled()

    composer.get_by_role("link", name="Me", exact=True).click()
    composer.get_by_role("link", name="Sign in with LinkedIn").click()
    allow(composer)
    expect(composer.get_by_text("Token stored").last).to_be_visible()
    composer.get_by_role("link", name="Write", exact=True).click()
    expect(post_box(composer)).to_have_value("Written with care")
    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert [post["text"] for post in dashboard.posts()] == ["Written with care"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("forbidden", "Nothing was published."),
        ("duplicate", "LinkedIn already has this very post."),
    ],
)
def test_a_refusal_is_one_sentence_and_the_text_comes_back(
    composer: Page, dashboard: Dashboard, fault: str, sentence: str
) -> None:
    post_box(composer).fill("Refused")
    dashboard.fault(fault, target="create")

    publish(composer)

    expect(composer.get_by_text("Not published.")).to_be_visible()
    expect(composer.get_by_text(sentence).first).to_be_visible()
    expect(post_box(composer)).to_have_value("Refused")
    assert dashboard.posts() == []


def test_at_the_limit_of_the_day_the_post_waits_until_somebody_tries(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("One too many")
    dashboard.fault("rate_limited", target="create")
    publish(composer)
    expect(composer.get_by_text("LinkedIn's limit for the day was reached")).to_be_visible()
    before = dashboard.posts()
    composer.get_by_role("button", name="Try now").click()

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert before == []
    assert [post["text"] for post in dashboard.posts()] == ["One too many"]


def test_a_retired_version_names_its_setting(composer: Page, dashboard: Dashboard) -> None:
    composer.get_by_text("rest (versioned)", exact=True).click()
    post_box(composer).fill("Too old")
    dashboard.fault("version_retired", target="create")

    publish(composer)

    expect(composer.get_by_text("LINKEDIN_VERSION")).to_be_visible()
    expect(post_box(composer)).to_have_value("Too old")


def test_problems_are_named_and_publishing_waits(composer: Page, tmp_path: Path) -> None:
    button = composer.get_by_role("button", name="Publish now")
    expect(button).to_be_disabled()

    post_box(composer).fill("x" * 3001)
    expect(composer.get_by_text("3,001 / 3,000")).to_be_visible()
    expect(composer.get_by_text("takes 3,000")).to_be_visible()
    expect(button).to_be_disabled()

    post_box(composer).fill("🎉" * 1500)
    expect(composer.get_by_text("3,000 / 3,000")).to_be_visible()
    expect(button).to_be_enabled()

    choose(composer, "Article")
    composer.get_by_label("URL").fill("ftp://example.com")
    expect(composer.get_by_text("ftp://example.com")).to_have_count(0)
    expect(button).to_be_disabled()

    choose(composer, "Image")
    expect(composer.get_by_label("URL")).to_have_count(0)  # nor its uploader
    (tmp_path / "paper.png").write_bytes(b"%PDF-1.7\n" + b"x" * 100)
    (tmp_path / "nothing.png").write_bytes(b"")
    choose_files(composer, tmp_path / "paper.png", tmp_path / "nothing.png")
    expect(composer.get_by_text("paper.png is a PDF document")).to_be_visible()
    expect(composer.get_by_text("nothing.png is empty (0 bytes)")).to_be_visible()
    expect(button).to_be_disabled()
    expect(post_box(composer)).to_have_value("🎉" * 1500)


def test_a_crash_in_the_middle_of_an_upload_ends_published_once(
    composer: Page, dashboard: Dashboard, tmp_path: Path
) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Survives")
    attach(composer, saved_png(tmp_path))
    with dashboard.held("upload"):
        publish(composer)
        expect(composer.get_by_text("Uploading")).to_be_visible()
        dashboard.stop(kill=True)
        dashboard.start()
    composer.goto(f"{dashboard.url}/composer")

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert [post["text"] for post in dashboard.posts()] == ["Survives"]


def test_everything_in_the_composer_can_be_reached_by_keyboard(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).focus()
    composer.keyboard.type("By keyboard")
    expect(preview(composer)).to_contain_text("By keyboard")
    for _ in range(12):
        composer.keyboard.press("Tab")
        if composer.evaluate("document.activeElement.innerText").strip().endswith("Publish now"):
            break
    composer.keyboard.press("Enter")

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert dashboard.posts()[0]["text"] == "By keyboard"


def test_the_preview_follows_somebody_who_never_stops_typing(composer: Page) -> None:
    seen: set[str] = set()
    typed = "Steady typing without a pause, "

    def types_on() -> bool:
        nonlocal typed
        post_box(composer).press_sequentially("word ", delay=50)
        typed += "word "
        seen.add(preview(composer).inner_text())
        return len(seen) > 5

    post_box(composer).press_sequentially(typed, delay=50)
    until(types_on, every_s=0)  # the preview does not stand still while the keys go down

    expect(preview(composer)).to_contain_text(typed.strip())


def test_what_is_typed_while_publishing_is_slow_stays(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("First")
    expect(composer.get_by_role("button", name="Publish now")).to_be_enabled()
    settled(composer)
    with sqlite3.connect(dashboard.folder / "dashboard.db", isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        composer.get_by_role("button", name="Publish now").click()
        expect(composer.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "running")
        post_box(composer).fill("First and more words")
        db.execute("COMMIT")

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(post_box(composer)).to_have_value(re.compile("and more words$"))
    assert len(dashboard.posts()) == 1


def test_a_rewrite_in_a_second_tab_is_not_swallowed(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("The first version")
    expect(preview(composer)).to_contain_text("The first version")
    second = composer.context.new_page()
    second.goto(f"{dashboard.url}/composer")
    expect(post_box(second)).to_have_value("The first version")
    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    post_box(second).fill("Another version")
    expect(preview(second)).to_contain_text("Another version")
    second.get_by_role("button", name="Make it a new post").click()  # this tab has heard of the first one's end
    publish(second)

    expect(post_box(second)).to_have_value("")
    expect(second.get_by_text("Published.", exact=True)).to_be_visible()  # the first one's notice makes room for it
    assert {post["text"] for post in dashboard.posts()} == {"The first version", "Another version"}
