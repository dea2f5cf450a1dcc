"""python -m docs.pictures: makes the pictures of the documents from the running dashboard, in its own sandbox.

Needs Chromium (the variable CHROMIUM, or /usr/bin/chromium) and the packages of requirements-dev.txt.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.conftest import CHROMIUM, CHROMIUM_ARGS, ROOT, Dashboard, allow, new_context, settled

FOLDER = Path(__file__).parent
PORT = 8501  # the usual one, as pages show it; it has to be free
COLOURS = 96  # of a palette: a third of the bytes, and no difference that one sees
TEXT = "Our bridge opens on Friday, after 1,204 days.\n\nThank you to everybody who built it. #engineering"
POSTS = ("Three things we learned about old iron bridges.", "We are looking for a surveyor in Bristol. #hiring")


def composer(page: Page, dashboard: Dashboard) -> None:
    """A post being written beside its preview."""
    page.goto(f"{dashboard.url}/composer")
    page.get_by_role("textbox", name="Post", exact=True).fill(TEXT)
    expect(page.get_by_role("article", name="Preview")).to_contain_text("who built it")


def at(path: str, *posts: str) -> Callable[[Page, Dashboard], None]:
    """A page as it is, once these posts are out."""

    def show(page: Page, dashboard: Dashboard) -> None:
        dashboard.publish(*posts)
        page.goto(f"{dashboard.url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()

    return show


# By file, and the page of pages/ that it needs; a page that is not there has no picture.
SHOWN: dict[str, tuple[str, Callable[[Page, Dashboard], None]]] = {
    "composer.png": ("composer", composer),
    "pictures/feed.png": ("feed", at("feed", *POSTS)),
    "pictures/me.png": ("profile", at("profile")),
    "pictures/setup.png": ("setup", at("setup")),
}


def keep(page: Page, name: str) -> None:
    """Write what the window shows, with few colours."""
    with Image.open(io.BytesIO(page.screenshot(animations="disabled"))) as seen:
        seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


def sign_in(page: Page, dashboard: Dashboard) -> None:
    """Sign in as Ada, with a picture of the consent page on the way."""
    page.goto(f"{dashboard.url}/login")
    page.get_by_role("link", name="Sign in with LinkedIn").click()
    page.get_by_role("button", name="Allow").wait_for()
    keep(page, "pictures/consent.png")
    allow(page)


def take(context: BrowserContext, dashboard: Dashboard) -> None:
    """All of them, one after the other."""
    page = context.new_page()
    sign_in(page, dashboard)
    for name, (needed, show) in SHOWN.items():
        if (ROOT / "pages" / f"{needed}.py").is_file():
            show(page, dashboard)
            expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
            page.wait_for_load_state("networkidle")
            settled(page)
            keep(page, name)


def main() -> int:
    """Start a dashboard with an empty database, take the pictures, stop it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        dashboard = Dashboard(Path(folder), port=PORT)
        dashboard.start()
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
            take(new_context(browser, 1280, 800), dashboard)
            browser.close()
        finally:
            dashboard.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
