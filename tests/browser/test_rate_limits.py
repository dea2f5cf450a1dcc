"""What the composer says about LinkedIn's calls of the day, in a real browser."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import Dashboard
from tests.support.media import picture
from tests.support.patience import PATIENCE_S

DECIDES = "(counted here; LinkedIn's own count decides)."


@pytest.fixture
def composer(signed_in: Page, dashboard: Dashboard) -> Iterator[Page]:
    yield signed_in
    change(dashboard, "UPDATE accounts SET parked_until = NULL, time_zone = NULL")


def change(dashboard: Dashboard, statement: str, *values: Any) -> None:
    with contextlib.closing(sqlite3.connect(dashboard.folder / "dashboard.db", timeout=PATIENCE_S)) as db:
        db.execute(statement, values)
        db.commit()


def used(dashboard: Dashboard, calls: int, client_id: str = "sandbox-client", account_id: str = "id") -> None:
    """As if so many calls had been made today."""
    day = datetime.now(UTC).date().isoformat()
    change(dashboard, f"INSERT INTO calls_made SELECT ?, ?, {account_id}, ? FROM accounts", day, client_id, calls)  # noqa: S608


def opened(page: Page, dashboard: Dashboard, text: str = "Hello") -> Page:
    page.goto(f"{dashboard.url}/composer")
    box = page.get_by_role("textbox", name="Post", exact=True)
    expect(box).to_be_visible()
    if text:
        box.fill(text)
        expect(page.get_by_role("article", name="Preview")).to_contain_text(text)
    return page


def line(page: Page, words: str) -> Locator:
    return (
        page.get_by_test_id("stMarkdownContainer")
        .or_(page.get_by_test_id("stCaptionContainer"))
        .filter(has_text=re.compile(words))
    )


def colour(found: Locator) -> str:
    """Amber, red, or none: what the line's own colour is made of."""
    coloured = found.locator("[class*='stMarkdownColoredText']")
    if not coloured.count():
        return "none"
    red, green, blue = map(int, re.findall(r"\d+", coloured.first.evaluate("e => getComputedStyle(e).color"))[:3])
    assert red > 2 * blue
    return "amber" if green > blue + 20 else "red"


def test_the_count_rises_with_each_post(composer: Page, dashboard: Dashboard) -> None:
    opened(composer, dashboard)
    expect(line(composer, "This post takes 1 call; 0 of Ada's 150 calls")).to_contain_text(DECIDES)

    composer.get_by_role("button", name="Publish now").click()
    expect(composer.get_by_text("Published.", exact=True)).to_be_visible()
    opened(composer, dashboard, "A second one")

    expect(line(composer, "This post takes 1 call; 1 of Ada's 150 calls")).to_be_visible()


def test_too_few_calls_for_a_post_are_an_amber_line(composer: Page, dashboard: Dashboard, tmp_path: Path) -> None:
    used(dashboard, 149)
    (tmp_path / "a.png").write_bytes(picture(text="Engine"))
    opened(composer, dashboard, "With a picture")
    composer.get_by_role("radiogroup", name="Kind").get_by_text("Image", exact=True).click()
    composer.locator("input[type=file]").first.set_input_files(tmp_path / "a.png")

    found = line(composer, "takes 2 calls; 149 of Ada's 150 calls")
    expect(found).to_contain_text("It may have to wait until 00:00 UTC")
    assert colour(found) == "amber"


def test_when_all_calls_are_used_the_line_is_red(composer: Page, dashboard: Dashboard) -> None:
    change(dashboard, "UPDATE accounts SET time_zone = 'Asia/Kolkata'")
    used(dashboard, 150)
    opened(composer, dashboard)

    found = line(composer, "150 of Ada's 150 calls")
    expect(found).to_contain_text("Until 00:00 UTC (05:30 here) LinkedIn may refuse posts; they wait then.")
    assert colour(found) == "red"
    expect(composer.get_by_role("button", name="Publish now")).to_be_enabled()


def test_after_a_429_the_line_says_until_when_posts_wait(composer: Page, dashboard: Dashboard) -> None:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    change(dashboard, "UPDATE accounts SET parked_until = ?, time_zone = 'Asia/Kolkata'", f"{midnight:%F %T}.000000")
    opened(composer, dashboard)

    found = line(composer, "LinkedIn's limit is reached")
    expect(found).to_contain_text("Posts wait until 00:00 UTC (05:30 here).")
    assert colour(found) == "red"
