"""Fetches a picture, film or document that a table names by its web address, as carefully as a stranger's page."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import IO
from urllib.parse import unquote, urlsplit

from dashboard.untrusted.fetch import BY_HAND, INTERNET, Internet, PageRefused, fetch_into

MOST_BYTES = 100_000_000  # of a file; LinkedIn takes longer films, but few servers send them in time
FILES_MAX, TOTAL_BYTES_MAX, TOTAL_S = 1_000, 1_000_000_000, 600.0  # of one table; the seconds, of one go
WITHIN_S = 45.0  # shorter than the child process lives without its parent
INSTEAD = "Download it yourself and choose it along with the table."
WEB_PAGES = ("text/html", "application/xhtml+xml")


@dataclass
class Allowance:
    """How many files, bytes and seconds are left for the files that one table names; spent by download()."""

    files: int = field(default_factory=lambda: FILES_MAX)
    size_bytes: int = field(default_factory=lambda: TOTAL_BYTES_MAX)
    ends_at: float = field(default_factory=lambda: time.monotonic() + TOTAL_S)

    def less(self, sizes: Iterable[int]) -> Allowance:
        """What is left beside files of these sizes that are here already."""
        for size in sizes:
            self.took(size)
        return self

    def took(self, size_bytes: int) -> None:
        """Count one file."""
        self.files, self.size_bytes = self.files - 1, self.size_bytes - size_bytes

    @property
    def why_spent(self) -> str:
        """Why no more may be fetched, with the next step; "" while something is left."""
        if self.files <= 0 or self.size_bytes <= 0:
            most = f"{FILES_MAX:,} files and {TOTAL_BYTES_MAX // 1_000_000_000} GB"
            return f"a table may name {most} by web address. Choose these along with it, or split the table."
        late = f"{TOTAL_S / 60:.0f} minutes were over. Fetch them to go on, or choose them along with the table."
        return "" if time.monotonic() < self.ends_at else late


def download(address: str, internet: Internet = INTERNET, allowance: Allowance | None = None) -> IO[bytes]:
    """A temporary file with what lies at a public address; what it is, its bytes have to tell.

    Raises: PageRefused with one sentence that names the address's server, and the next step.
    """
    left = allowance or Allowance()
    within_s = min(max(internet.budget_s, WITHIN_S), max(1.0, left.ends_at - time.monotonic()))
    most_bytes = min(MOST_BYTES, max(1_000_000, left.size_bytes))
    with tempfile.TemporaryFile() as raw:
        try:
            said = fetch_into(raw, address, (), most_bytes, replace(internet, budget_s=within_s))
        except PageRefused as refused:
            why = str(refused).replace(BY_HAND, INSTEAD).replace("or write the card yourself", "or choose the file")
            raise PageRefused(f"{named(address)}: {why}") from None
        if said["cut"]:
            raise PageRefused(f"{named(address)} is larger than {most_bytes // 1_000_000} MB. {INSTEAD}")
        if said["content_type"] in WEB_PAGES:
            what = "leads to a web page, not to a file; perhaps it asks for a sign-in"
            raise PageRefused(f"{named(address)}: this address {what}. {INSTEAD}")
        whole = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        shutil.copyfileobj(raw, whole)
    whole.seek(0)
    return whole


def named(address: str) -> str:
    """What a file at an address is called: the last part of its path, else the server. Never raises."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address[:60]
    return (unquote(parts.path.rpartition("/")[2]) or parts.netloc)[:100]
