"""History, Inspector and the sandbox's feed, in a real browser, and what a start that fails says."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sandbox import Sandbox
from sandbox.directory.members import ADA
from tests.conftest import ROOT, Dashboard, settled
from tests.support.patience import PATIENCE_S

SECOND_ROW = {"x": 320, "y": 87}
FIRST_ROW = {"x": 17, "y": 52}  # its tick box; any cell will do, as in the second


def choose_row(page: Page, row: dict[str, int]) -> None:
    table = page.get_by_test_id("stDataFrame").first
    expect(table.locator("canvas").first).to_be_visible()
    expect(table.locator("canvas td").first).to_be_attached()  # the table draws itself on a canvas, and then names it
    settled(page)
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + row["x"], box["y"] + row["y"])


@pytest.fixture
def history(signed_in: Page, dashboard: Dashboard) -> Page:
    """History with two posts, the first one failed."""
    dashboard.fault("forbidden", target="create")
    dashboard.publish("=1+1 refused, with a comma", "Arrived 🎉")
    signed_in.goto(f"{dashboard.url}/history")
    expect(signed_in.get_by_text("2 posts, newest first")).to_be_visible()
    return signed_in


def test_a_table_offers_no_download_whose_cells_a_spreadsheet_would_run(history: Page) -> None:
    for heading in ("History", "Inspector"):
        history.get_by_role("link", name=heading).first.click()
        expect(history.get_by_role("heading", name=heading)).to_be_visible()
        table = history.get_by_test_id("stDataFrame").first
        table.hover()

        tools = table.get_by_test_id("stElementToolbarButton")
        expect(tools.filter(has=history.get_by_label("Search"))).to_be_visible()
        expect(history.get_by_label("Download as CSV")).to_be_hidden()


def test_a_row_opens_its_details_and_its_exchanges(history: Page, dashboard: Dashboard) -> None:
    choose_row(history, SECOND_ROW)
    expect(history.get_by_role("heading", name="Post 1")).to_be_visible()
    expect(history.get_by_text("It was not published.")).to_be_visible()

    history.get_by_role("link", name="See its 1 exchange in the Inspector").click()

    expect(history.get_by_role("heading", name="Inspector")).to_be_visible()
    expect(history.get_by_text("403 Forbidden")).to_be_visible()
    expect(history.get_by_text("The newest 1 that fit")).to_be_visible()


def test_the_keyboard_opens_a_post_beside_the_table_and_in_place_of_the_list_on_a_phone(history: Page) -> None:
    table = history.get_by_test_id("stDataFrame").first
    expect(table.locator("canvas td").first).to_be_attached()
    settled(history)
    table.locator("canvas").first.focus()
    history.keyboard.press("ArrowDown")
    expect(history.get_by_role("heading", name="Post 1")).to_be_visible()
    expect(table).to_be_visible()

    history.set_viewport_size({"width": 390, "height": 844})
    expect(table).to_be_hidden()
    history.get_by_role("button", name="All posts").click()
    expect(history.get_by_role("heading", name="Post 1")).to_have_count(0)
    history.get_by_role("radio", name="Arrived").focus()
    history.keyboard.press("Space")
    expect(history.get_by_role("heading", name="Post 2")).to_be_visible()
    expect(history.get_by_role("link", name="Open the post")).to_be_visible()
    expect(history).to_have_url(re.compile(r"post=2$"))

    history.set_viewport_size({"width": 1280, "height": 800})
    expect(table).to_be_visible()
    history.get_by_test_id("stMain").evaluate("each => each.scrollTo(0, 600)")
    expect(history.get_by_role("textbox", name="Search")).to_be_in_viewport()  # the list stays beside a long post


def test_deleting_asks_first_and_keeps_the_line(history: Page, dashboard: Dashboard) -> None:
    choose_row(history, FIRST_ROW)
    history.get_by_role("button", name="Delete").click()
    dialog = history.get_by_role("dialog")
    expect(dialog).to_contain_text("Arrived 🎉")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    assert len(dashboard.posts()) == 1

    history.get_by_role("button", name="Delete").click()
    history.get_by_role("dialog").get_by_role("button", name="Delete the post").click()

    expect(history.get_by_text("Deleted.", exact=True)).to_be_visible()
    assert dashboard.posts() == []
    expect(history.get_by_text("2 posts, newest first")).to_be_visible()


def test_use_again_fills_the_composer_and_the_draft_before_comes_back(history: Page, dashboard: Dashboard) -> None:
    history.goto(f"{dashboard.url}/composer")
    box = history.get_by_role("textbox", name="Post", exact=True)
    box.fill("Half a thought")
    expect(history.get_by_role("article", name="Preview")).to_contain_text("Half a thought")
    history.get_by_role("link", name="History").click()
    expect(history.get_by_text("2 posts")).to_be_visible()
    choose_row(history, FIRST_ROW)

    history.get_by_role("button", name="Use again").click()

    expect(box).to_have_value("Arrived 🎉")
    box.fill("Arrived again, and edited")
    expect(history.get_by_role("article", name="Preview")).to_contain_text("and edited")
    history.reload()
    back = history.get_by_role("button", name="Back to the draft from before")
    back.click()
    expect(box).to_have_value("Half a thought")
    back.click()
    expect(box).to_have_value("Arrived again, and edited")


def test_csv_and_json_hold_what_the_table_shows(history: Page, tmp_path: Path, dashboard: Dashboard) -> None:
    with history.expect_download() as download:
        history.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    with history.expect_download() as download:
        history.get_by_role("button", name="Download JSON").click()
    objects = json.loads(Path(download.value.path()).read_text())

    assert [row["state"] for row in rows] == ["published", "failed"]
    assert rows[1]["text"] == "'=1+1 refused, with a comma"
    assert objects[1]["text"] == "=1+1 refused, with a comma"
    assert rows[0]["link"] == objects[0]["link"]
    assert objects[0]["link"].startswith(f"{dashboard.url}/sandbox/feed/update/urn:li:share:")


def test_the_feed_shows_posts_and_a_story_is_armed_fires_and_is_over(signed_in: Page, dashboard: Dashboard) -> None:
    dashboard.publish("Seen by readers")
    sandbox = Sandbox(dashboard.folder / "sandbox")  # the dashboard's own, as another process sees it
    (post,) = sandbox.feed()
    for number in range(1, 22):
        sandbox.social.add(post.urn, ADA, f"Comment {number}")
    sandbox.close()
    signed_in.goto(f"{dashboard.url}/feed")
    expect(signed_in.get_by_role("article")).to_contain_text("Seen by readers")
    signed_in.get_by_text("0 reactions · 21 comments").click()
    expect(signed_in.get_by_text("Comment 20")).to_be_visible()
    expect(signed_in.get_by_text("Comment 21")).to_have_count(0)
    link = signed_in.get_by_role("link", name="All 21 comments")
    assert link.get_attribute("href") == f"/sandbox/feed/update/{post.urn}/"

    signed_in.get_by_text("Faults", exact=True).click()
    signed_in.get_by_role("combobox", name="Story").click()
    signed_in.get_by_role("option", name="403 Forbidden").click()
    expect(signed_in.get_by_text("the answer names the permission")).to_be_visible()
    signed_in.get_by_role("button", name="Arm it").click()
    expect(signed_in.get_by_text("403 Forbidden is armed: 1 time more.")).to_be_visible()
    assert dashboard.armed() == ["forbidden"]
    signed_in.goto(f"{dashboard.url}/composer")
    signed_in.get_by_role("textbox", name="Post", exact=True).fill("Will be refused")
    signed_in.get_by_role("button", name="Publish in the sandbox").click()

    expect(signed_in.get_by_text("Not published.")).to_be_visible()
    assert len(dashboard.posts()) == 1
    assert dashboard.armed() == []


def test_the_demo_is_filled_by_one_click_moved_in_time_and_reset_after_a_question(
    signed_in: Page, dashboard: Dashboard
) -> None:
    signed_in.goto(f"{dashboard.url}/feed")
    signed_in.get_by_role("button", name="Fill with demo data").click()
    expect(signed_in.get_by_role("article")).to_have_count(14)  # the last one by the worker, a moment later
    settled(signed_in)  # what was on its way stands above the buttons until it is out
    assert signed_in.evaluate("() => [...document.images].every(image => !image.complete || image.naturalWidth > 0)")
    signed_in.get_by_text("Time machine", exact=True).click()
    signed_in.get_by_role("button", name="Day 61").click()
    expect(signed_in.get_by_text("tokens count as 61 days older than they are")).to_be_visible()
    signed_in.get_by_role("button", name="Back to now").click()
    expect(signed_in.get_by_role("button", name="Back to now")).to_have_count(0)

    signed_in.get_by_role("button", name="Reset the demo").click()
    signed_in.get_by_role("button", name="Keep everything").click()
    expect(signed_in.get_by_role("dialog")).to_have_count(0)
    assert len(dashboard.posts()) == 14
    signed_in.get_by_role("button", name="Reset the demo").click()
    signed_in.get_by_role("button", name="Yes, reset it").click()
    expect(signed_in.get_by_text("Nothing is published in the sandbox yet.")).to_be_visible()

    assert dashboard.posts() == []
    for page, empty in (
        ("queue", "Nothing is planned yet."),
        ("history", "Nothing here yet."),
        ("inspector", "No exchange fits."),
    ):
        signed_in.goto(f"{dashboard.url}/{page}")
        expect(signed_in.get_by_text(empty).first).to_be_visible()


def test_a_wrong_setting_is_one_sentence_on_the_page(page: Page, start_dashboard: Callable[..., Dashboard]) -> None:
    running = start_dashboard(LINKEDIN_VERSION="September")

    page.goto(f"{running.url}/composer")

    expect(page.get_by_text("LINKEDIN_VERSION is not a month written as YYYYMM. Example:")).to_be_visible()
    assert "Traceback" not in running.log


def test_a_database_that_cannot_be_written_is_one_sentence(
    page: Page, start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> None:
    (tmp_path / "not-a-folder").write_text("x")
    running = start_dashboard(DATABASE_URL=f"sqlite:///{tmp_path / 'not-a-folder' / 'd.db'}")

    page.goto(f"{running.url}/login")

    expect(page.get_by_text("cannot be written. Check that its folder exists")).to_be_visible()
    assert "Traceback" not in running.log


def test_a_port_in_use_is_one_sentence(dashboard: Dashboard) -> None:
    second = subprocess.run(
        [str(ROOT / ".venv/bin/streamlit"), "run", "streamlit_app.py", "--server.port", str(dashboard.port)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{dashboard.folder / 'second.db'}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert second.returncode != 0
    assert f"Port {dashboard.port} is" in second.stdout + second.stderr
    assert "Traceback" not in second.stdout + second.stderr
