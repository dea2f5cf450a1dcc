"""How long tests wait. Only a mistake may end a wait, so it is far longer than a busy machine needs."""

from __future__ import annotations

import contextlib
import math
import re
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE_S = 180.0
SELDOM_S = 0.25  # between two looks at what takes long
FOREVER_S = math.inf  # until the test says that it is over
LIST_OPEN_S = 5.0  # for one try to choose from a list
T = TypeVar("T")


def until(happened: Callable[[], T], every_s: float = 0.02) -> T:
    """The first true value of `happened`, asked ever more rarely: asking takes time from what is waited for.

    Raises: AssertionError when none comes.
    """
    began = time.monotonic()
    while not (found := happened()):
        waited_s = time.monotonic() - began
        assert waited_s < PATIENCE_S, "it did not happen in time"
        time.sleep(min(max(every_s, waited_s / 20), SELDOM_S))
    return found


def choose_option(page: Page, label: str, option: str) -> None:
    """Choose from a select box. Streamlit closes the list when the page scrolls, which may be after the click on it:
    it is opened again until the box shows the option.
    """
    # Here only: the processes of tests that drive no browser start in half the time without it.
    from playwright.sync_api import TimeoutError as NotYet

    box = page.get_by_role("combobox", name=label)
    within = page.get_by_test_id(re.compile("^st(Selectbox|MultiSelect)$")).filter(has=box)
    entry = page.get_by_role("option", name=option, exact=True)

    def chosen() -> bool:
        if box.input_value() == option or within.get_by_text(option, exact=True).is_visible():
            return True
        with contextlib.suppress(NotYet):
            if not entry.is_visible():
                box.click()
            entry.click(timeout=LIST_OPEN_S * 1000)
        return False

    until(chosen)


class Rounds(threading.Event):
    """An event that counts how often somebody has waited for it: an engine does so after each of its looks."""

    def __init__(self) -> None:
        super().__init__()
        self._waits = 0

    def wait(self, timeout: float | None = None) -> bool:
        self._waits += 1
        return super().wait(timeout)

    def pass_by(self, count: int = 3) -> None:
        """Wait for so many more."""
        enough = self._waits + count
        until(lambda: self._waits >= enough)
