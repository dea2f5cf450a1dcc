"""Writing and publishing, in a real browser: each kind, its preview, progress, cancel, and what may go wrong."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Dashboard, settled
from tests.support.media import picture
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
    button = page.get_by_role("button", name="Publish in the sandbox")
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


def saved_png(tmp_path: Path, name: str = "engine.png") -> Path:
    (tmp_path / name).write_bytes(picture(text="Engine"))
    return tmp_path / name


def rows(dashboard: Dashboard) -> list[tuple[Any, ...]]:
    with sqlite3.connect(dashboard.folder / "dashboard.db") as db:
        return db.execute("SELECT state, urn, text FROM posts ORDER BY id").fetchall()


def test_a_text_post_and_its_first_comment_arrive_whole_and_once(composer: Page, dashboard: Dashboard) -> None:
    text = "1 + 1 = 2 (mostly) #maths @home_ <b>*bold*</b>\n\nשלום 🎉👩‍🚀 \\ [x](y)"
    post_box(composer).fill(text)
    composer.get_by_role("textbox", name="First comment").fill("The source (2026): @[Zoë](urn:li:person:k4Zu-E_9)")
    expect(preview(composer)).to_contain_text("<b>*bold*</b>")
    expect(preview(composer).get_by_label("Comment by the author")).to_contain_text("The source (2026): Zoë")
    expect(composer.get_by_text("22 / 1,250")).to_be_visible()
    expect(composer.get_by_role("button", name="Publish in the sandbox")).to_be_enabled()

    composer.get_by_role("button", name="Publish in the sandbox").dblclick()

    # The sandbox takes no comment in the first second of a post; nobody has to click for the rest.
    expect(composer.get_by_text("Its first comment is out.")).to_be_visible()
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(post_box(composer)).to_have_value("")
    [post] = dashboard.posts()
    assert (post["text"], [each["text"] for each in post["comments"]]) == (text, ["The source (2026): Zoë"])
    assert rows(dashboard) == [("published", post["urn"], text)]
    assert [status for _, path, status in dashboard.calls() if "/comments" in path].count(201) == 1


def test_the_preview_follows_somebody_who_never_stops_typing_and_publishes_by_keyboard(
    composer: Page, dashboard: Dashboard
) -> None:
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
    expect(composer.get_by_text(f"{len(typed)} / 3,000")).to_be_visible()
    expect(post_box(composer)).to_be_focused()
    for _ in range(24):
        composer.keyboard.press("Tab")
        if composer.evaluate("document.activeElement.innerText").strip().endswith("Publish in the sandbox"):
            break
    composer.keyboard.press("Enter")
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    assert dashboard.posts()[0]["text"].strip() == typed.strip()


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
    composer.get_by_label("Alt text").first.fill("A blue engine")
    expect(preview(composer).get_by_role("img", name="A blue engine")).to_be_visible()

    publish(composer)
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()

    assert [each["content_type"] for each in dashboard.posts()[0]["media"]] == ["image/jpeg"] * 2


def test_a_draft_survives_another_page_and_a_reload(composer: Page, tmp_path: Path) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Keep me")
    attach(composer, saved_png(tmp_path))
    expect(composer.get_by_text("640 × 400 px")).to_be_visible()

    composer.get_by_role("link", name="History").click()
    expect(composer.get_by_role("heading", name="History")).to_be_visible()
    expect(composer).to_have_title("History · LinkedIn API Dashboard")
    composer.get_by_role("link", name="Write", exact=True).click()
    expect(post_box(composer)).to_have_value("Keep me")
    expect(composer.get_by_text("640 × 400 px")).to_be_visible()

    composer.reload()
    expect(post_box(composer)).to_have_value("Keep me")
    expect(composer).to_have_title("Composer · LinkedIn API Dashboard")
    expect(preview(composer).locator("img[src*='/uploads/']")).to_be_visible()


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
        expect(composer.get_by_text(re.compile(r"Cancelling…|Cancelled\."))).to_be_visible()  # it may be over at once

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


def test_problems_are_named_and_publishing_waits(composer: Page, tmp_path: Path) -> None:
    button = composer.get_by_role("button", name="Publish in the sandbox")
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


def test_the_button_and_the_outcome_are_in_sight_on_a_desk_and_in_each_view_of_a_phone(
    composer: Page, tmp_path: Path
) -> None:
    choose(composer, "Image")
    post_box(composer).fill("Five of them")
    files = [tmp_path / f"{number}.png" for number in range(5)]
    for number, file in enumerate(files):
        file.write_bytes(picture(text=str(number)))
    attach(composer, *files)
    button, main = composer.get_by_role("button", name="Publish in the sandbox"), composer.get_by_test_id("stMain")
    for end in ("0", "each.scrollHeight"):
        main.evaluate(f"each => each.scrollTo(0, {end})")
        expect(button).to_be_in_viewport(ratio=1)
        expect(preview(composer).get_by_text("Five of them")).to_be_in_viewport()

    composer.set_viewport_size({"width": 390, "height": 844})
    for view, shown in (("Request", False), ("Preview", False), ("Write", True)):
        composer.get_by_role("radiogroup", name="View").get_by_text(view, exact=True).click()
        expect(post_box(composer)).to_be_visible(visible=shown)
        expect(preview(composer)).to_be_visible(visible=view == "Preview")
        expect(composer.get_by_role("tab", name="Where others cut")).to_be_visible(visible=view == "Request")
        expect(button).to_be_in_viewport(ratio=1)
    settled(composer)
    main.evaluate("each => each.scrollTo(0, each.scrollHeight)")
    last, bar, pages = composer.get_by_role("link", name="Drafts").last, ".st-key-bar", ".st-key-phone"
    boxes = [each.bounding_box() for each in (last, composer.locator(bar), composer.locator(pages))]
    ends = [(box["y"], box["y"] + box["height"]) for box in boxes if box]
    assert ends[0][1] <= ends[1][0]
    assert ends[1][1] <= ends[2][0] + 1

    post_box(composer).press("Control+Enter")
    expect(composer.get_by_text("Published.", exact=True)).to_be_in_viewport(ratio=1)
    expect(composer.get_by_role("link", name="See it in the sandbox")).to_be_in_viewport(ratio=1)
    expect(composer.get_by_role("group", name="Outcome")).to_be_focused()


def test_what_is_typed_while_publishing_is_slow_stays(composer: Page, dashboard: Dashboard) -> None:
    post_box(composer).fill("First")
    expect(composer.get_by_role("button", name="Publish in the sandbox")).to_be_enabled()
    settled(composer)
    with sqlite3.connect(dashboard.folder / "dashboard.db", isolation_level=None) as db:
        db.execute("BEGIN IMMEDIATE")
        composer.get_by_role("button", name="Publish in the sandbox").click()
        expect(composer.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "running")
        post_box(composer).fill("First and more words")
        db.execute("COMMIT")

    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    expect(post_box(composer)).to_have_value(re.compile("and more words$"))
    assert len(dashboard.posts()) == 1
