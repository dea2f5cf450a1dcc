"""The files that a table names by their web address: fetched when asked for, one sentence for each that fails."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import SEEK_END
from typing import IO

import streamlit as st

from dashboard.csv_import.download import Allowance, download, named
from dashboard.files.media import MediaFile
from dashboard.ui.common import file_intake
from dashboard.ui.common.text import counted, either, plain
from dashboard.ui.queue import csv_files
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked
from dashboard.untrusted.fetch import Internet, PageRefused

AT_ONCE = 2  # each may take 100 MB


def fetch(addresses: Sequence[str]) -> None:
    """Offer to fetch the files; the table is read again when they are here."""
    count = len(addresses)
    if not count:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{counted(count, 'file is', 'files are')} named by a web address.", width="content")
        pressed = clicked(f"Fetch {either(count, 'it', 'them')}", key="csv-fetch", icon=":material/cloud_download:")
    if pressed:
        _fetch(addresses)
        st.rerun()


def _fetch(addresses: Sequence[str]) -> None:
    """Fetch them while a bar shows how many are here. A run that ends before keeps what it has."""
    bar = st.progress(0.0, f"Fetching {counted(len(addresses), 'file')}")
    found: dict[str, MediaFile] = {}
    refused: list[str] = []
    left = Allowance().less(csv_files.fetched_bytes())
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        attempt = partial(_attempt, internet=session.get_services().internet, left=left)
        # A few at a time: each that waits to be kept is an open file on this machine's disk.
        for begin in range(0, len(addresses), AT_ONCE):
            if why := left.why_spent:
                rest = len(addresses) - begin
                refused.append(f"{counted(rest, 'file was', 'files were')} not fetched: {why}")
                break
            few = addresses[begin : begin + AT_ONCE]
            for number, (address, got) in enumerate(zip(few, pool.map(attempt, few), strict=True), begin + 1):
                left.took(0 if isinstance(got, PageRefused) else got.seek(0, SEEK_END))
                _keep(address, got, found, refused)
                bar.progress(number / len(addresses), plain(f"{number:,} of {len(addresses):,}: {named(address)}"))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        csv_files.take_fetched(found, refused)  # once: to read a table takes a second for a thousand rows


def _attempt(address: str, internet: Internet, left: Allowance) -> IO[bytes] | PageRefused:
    try:
        return download(address, internet, left)
    except PageRefused as refused:
        return refused


def _keep(address: str, got: IO[bytes] | PageRefused, found: dict[str, MediaFile], refused: list[str]) -> None:
    if isinstance(got, PageRefused):
        refused.append(str(got))
        return
    with got:
        try:
            found[address] = csv_files.checked(got, named(address))
        except Exception as error:
            refused.append(file_intake.why_not(error, named(address)))
