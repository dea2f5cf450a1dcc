"""Fetches a picture, film or document that a table names by its web address, as carefully as a stranger's page."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from typing import IO
from urllib.parse import unquote, urlsplit

from dashboard.untrusted.fetch import BY_HAND, INTERNET, Internet, PageRefused, fetch_into

MOST_BYTES = 100_000_000  # of a file; LinkedIn takes longer films, but few servers send them in time
WITHIN_S = 45.0  # shorter than the child process lives without its parent
INSTEAD = "Download it yourself and choose it along with the table."
WEB_PAGES = ("text/html", "application/xhtml+xml")


def download(address: str, internet: Internet = INTERNET) -> IO[bytes]:
    """A temporary file with what lies at a public address; what it is, its bytes have to tell.

    Raises: PageRefused with one sentence that names the address's server, and the next step.
    """
    patient = replace(internet, budget_s=max(internet.budget_s, WITHIN_S))
    with tempfile.TemporaryFile() as raw:
        try:
            said = fetch_into(raw, address, (), MOST_BYTES, patient)
        except PageRefused as refused:
            why = str(refused).replace(BY_HAND, INSTEAD).replace("or write the card yourself", "or choose the file")
            raise PageRefused(f"{named(address)}: {why}") from None
        if said["cut"]:
            raise PageRefused(f"{named(address)} is larger than {MOST_BYTES // 1_000_000} MB. {INSTEAD}")
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
