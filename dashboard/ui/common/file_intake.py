"""Moves chosen files from Streamlit's memory to disk and checks them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.files.media import MediaFile, MediaRefused, inspect
from dashboard.files.uploads import UploadRefused
from dashboard.ui.common import errors
from dashboard.ui.state import session

ELSE = "the terminal says why. Choose another file."
log = logging.getLogger(__name__)


def chosen(key: str) -> list[Any]:
    """The files that an uploader holds; none when they were taken already by an earlier call of the callback."""
    found = st.session_state.get(key)
    files = found if isinstance(found, list) else [found] if found else []
    return [each for each in files if hasattr(each, "seek")]


def take(files: Iterable[Any], keep: Callable[[Any], None]) -> list[str]:
    """Keep each of the chosen files; why some were not kept, one sentence each. None of them stops the others."""
    refused: list[str] = []
    for uploaded in files:
        try:
            uploaded.seek(0)
            keep(uploaded)
        except (MediaRefused, UploadRefused) as error:
            refused.append(str(error))
        except Exception as error:
            log.exception("A file was not kept")
            unwritable = isinstance(error, SQLAlchemyError)
            why = f"was not kept. {errors.unwritable()}" if unwritable else f"could not be checked; {ELSE}"
            refused.append(f"{uploaded.name} {why}")
        let_go(uploaded)
    return refused


def kept(stream: BinaryIO, kind: str, name: str) -> MediaFile:
    """The file on disk, checked. Raises: MediaRefused, UploadRefused."""
    return session.get_services().uploads.keep_if(
        stream, lambda path, sha256: inspect(path, kind=kind, name=name, sha256=sha256)
    )


def let_go(uploaded: Any) -> None:
    """Free Streamlit's copy in memory now; it would keep it until the session ends.

    `uploaded_file_mgr.remove_file` is an internal name of Streamlit 1.67: if it moves, memory is the only loss.
    """
    with contextlib.suppress(Exception):
        context: Any = get_script_run_ctx()
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
