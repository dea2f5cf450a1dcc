"""The bytes and requests of a page's first load: Chromium with an empty cache, counted as they cross the network."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

from benchmarks.figures import Figure
from benchmarks.tab import sign_in
from tests.conftest import CHROMIUM, CHROMIUM_ARGS, Dashboard

AIM_MB = 3.3
FRONT_MB, FRONT_REQUESTS = 2.9, 72


def measure() -> Iterator[Figure]:
    """The front page of a stranger, and the composer of a member who is signed in and has an empty draft."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        dashboard = Dashboard(Path(folder))
        dashboard.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        try:
            front = first_load(browser, dashboard.url, {}, "Write a post")
            bytes_of = first_load(browser, f"{dashboard.url}/composer", sign_in(dashboard.url), "Post")
        finally:
            browser.close()
            dashboard.stop()
    front_mb, light = sum(front.values()) / 1e6, f"≤ {FRONT_MB} MB, {FRONT_REQUESTS} requests"
    fits = front_mb <= FRONT_MB and len(front) <= FRONT_REQUESTS
    yield Figure("front page, first load", f"{front_mb:.2f} MB, {len(front)} requests", None, light, fits)
    total_mb = sum(bytes_of.values()) / 1e6
    measured = f"{total_mb:.2f} MB, {len(bytes_of)} requests"
    yield Figure("composer, first load", measured, None, f"≤ {AIM_MB} MB", total_mb <= AIM_MB)
    for name, size in bytes_of.most_common(3):
        yield Figure(f"of which {name}", f"{size / 1e6:.2f} MB")


def first_load(browser: Browser, url: str, cookies: dict[str, str], waits_for: str) -> Counter[str]:
    """What a first load takes until the network rests: bytes as they were sent, compressed, by the path's last part.

    waits_for: the name of the button or text box that is drawn last.
    """
    context = browser.new_context()
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page, names, bytes_of = context.new_page(), {}, Counter[str]()

    def asked(event: dict[str, Any]) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme != "data":
            names[event["requestId"]] = f"{address.path.rpartition('/')[2] or address.netloc} ({len(names)})"
            bytes_of[names[event["requestId"]]] += 0

    def loaded(event: dict[str, Any]) -> None:
        if event["requestId"] in names:
            bytes_of[names[event["requestId"]]] += int(event["encodedDataLength"])

    def heard(event: dict[str, Any]) -> None:
        data = event["response"]["payloadData"]  # base64 of a binary message
        bytes_of["websocket"] += len(data) * 3 // 4

    network = context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", asked)
    network.on("Network.loadingFinished", loaded)
    network.on("Network.webSocketFrameReceived", heard)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": False})
    page.goto(url)
    box, button = (page.get_by_role(role, name=waits_for, exact=True) for role in ("textbox", "button"))
    box.or_(button).wait_for()
    page.wait_for_load_state("networkidle")
    context.close()
    return bytes_of
