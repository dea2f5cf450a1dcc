"""The server's memory while a film of 500 MB is uploaded in a browser and then published to another process."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.figures import Figure
from benchmarks.throughput import sandbox
from tests.conftest import CHROMIUM, CHROMIUM_ARGS, Dashboard
from tests.support.media import video

AIM_MB = 32
SIZE_BYTES = 500_000_000
EVERY_S = 0.05
CALM_S = 2.0
LONG_MS = 180_000


class Memory:
    """RSS of one process in MB, sampled; `peak()` gives the highest since it was last asked."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def now(self) -> float:
        """The resident memory in MB."""
        return float(self._process.memory_info().rss) / 1e6

    def peak(self) -> float:
        """The highest memory in MB since the last call."""
        highest, self._peak = max(self._peak, self.now()), 0.0
        return highest

    def stop(self) -> None:
        """End the sampling, and wait for its thread."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        with contextlib.suppress(psutil.Error):
            while not self._over.wait(EVERY_S):
                self._peak = max(self._peak, self.now())


def measure() -> Iterator[Figure]:
    """Base, the browser's upload, after it, and publishing; the aim is about publishing."""
    with tempfile.TemporaryDirectory() as folder, sandbox(Path(folder) / "sandbox") as url:
        film = video(Path(folder) / "film.mp4", at_least_bytes=SIZE_BYTES)
        dashboard = Dashboard(Path(folder), {"LINKEDIN_AUTH_URL": url, "LINKEDIN_API_URL": url})
        dashboard.environ["LINKEDIN_REDIRECT_URI"] = f"{dashboard.url}/auth/linkedin/callback"
        dashboard.start()
        try:
            assert dashboard.process
            yield from _figures(dashboard, film, Memory(dashboard.process.pid))
        finally:
            dashboard.stop()


def _figures(dashboard: Dashboard, film: Path, memory: Memory) -> Iterator[Figure]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = browser.new_page()
        _open(page, dashboard)
        base = _calm(memory)
        took_s = _upload(page, film)
        upload_peak, after = memory.peak(), _calm(memory)
        publish_s = _publish(page)
        publish_peak, end = memory.peak(), _calm(memory)
        browser.close()
    memory.stop()
    yield Figure("server RSS before the upload", f"{base:.0f} MB")
    yield Figure(f"its peak while the browser uploads 500 MB ({took_s:.1f} s)", f"{upload_peak:.0f} MB")
    yield Figure("after the browser's upload", f"{after:.0f} MB ({after - base:+.0f} to before)")
    for name, start in (("after the upload", after), ("before the upload", base)):
        grown = publish_peak - start
        what = f"its peak while publishing ({publish_s:.1f} s), against {name}"
        measured = f"{publish_peak:.0f} MB ({grown:+.0f} MB)"
        yield Figure(what, measured, publish_peak / start, f"≤ +{AIM_MB} MB", grown <= AIM_MB)
    yield Figure("after publishing", f"{end:.0f} MB ({end - base:+.0f} to before)")


def _open(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/login")
    with page.expect_response("**/auth/session"):
        page.get_by_role("link", name="Sign in with LinkedIn").click()  # the sandbox approves at once
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_role("radiogroup", name="Kind").get_by_text("Video", exact=True).click()
    page.get_by_role("textbox", name="Post", exact=True).fill("A long film")
    expect(page.locator("input[type=file]").first).to_be_attached()


def _upload(page: Page, film: Path) -> float:
    start = time.perf_counter()
    page.locator("input[type=file]").first.set_input_files(film)
    expect(page.get_by_role("button", name="Publish in the sandbox")).to_be_enabled(timeout=LONG_MS)
    return time.perf_counter() - start


def _publish(page: Page) -> float:
    start = time.perf_counter()
    page.get_by_role("button", name="Publish in the sandbox").click()
    expect(page.get_by_text("Published.", exact=True)).to_be_visible(timeout=LONG_MS)
    return time.perf_counter() - start


def _calm(memory: Memory) -> float:
    """RSS once nothing happens any more; the peak counts from here on."""
    time.sleep(CALM_S)
    memory.peak()
    return memory.now()
