"""Moves chosen files from Streamlit's memory to disk and checks them."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.files.conversions import Conversion
from dashboard.files.fitting import crop_preview as drawn_crop
from dashboard.files.fitting import fit, refit
from dashboard.files.media import MediaFile, MediaRefused
from dashboard.files.signatures import in_one_line
from dashboard.files.uploads import UploadRefused
from dashboard.services import Services
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.state import session

# In the page: what is refused there never comes to the server.
_watcher = st.components.v2.component("refused_files", js=Path(__file__).with_name("refused_files.js").read_text())
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
        except Exception as error:
            refused.append(why_not(error, uploaded.name))
        let_go(uploaded)
    return refused


def why_not(error: Exception, name: str) -> str:
    """Why a file was not kept, in one sentence; what nobody expected is logged. Called while the error is handled."""
    if isinstance(error, MediaRefused | UploadRefused):
        return str(error)
    log.exception("A file was not kept")
    unwritable = isinstance(error, SQLAlchemyError)
    return f"{name} was not kept. {errors.unwritable()}" if unwritable else f"{name} could not be checked; {ELSE}"


def kept(stream: BinaryIO, kind: str, name: str) -> MediaFile:
    """The file on disk, made to fit and without place and camera if the member wants it so; see fitting.fit().

    Raises: MediaRefused, UploadRefused.
    """
    return fit(session.get_services().uploads, stream, kind=kind, name=name, clean=cleans_files())


def changed(file: MediaFile, *, clean: bool, shape: str = "", offset: float = 0.5) -> MediaFile:
    """The file made anew from the one that was chosen; see fitting.refit().

    Raises: MediaRefused, UploadRefused, SQLAlchemyError.
    """
    return refit(session.get_services().uploads, file, clean=clean, shape=shape, offset=offset)


@errors.fragment(run_every=1)
def conversion(find: Callable[[], MediaFile | None], done: Callable[[MediaFile, Conversion], None]) -> None:
    """Draw how far a film is that must be encoded, and call `done` when it has ended, made or refused.

    find: the film where it is attached; None once it has gone, or another draft is here.
    """
    film = find()
    if film is None or film.is_ready:
        return
    conversions = session.get_services().conversions
    job = conversions.of(film)
    st.progress(job.share, f"{plain(film.name)} is being made into an MP4 · {job.share:.0%}")
    if (job.made or job.refusal) and not errors.busy():
        done(film, job)
        conversions.forget(film)
        st.rerun()


def taken_off(file: MediaFile) -> None:
    """Stop what is still being done to a file that was taken off its draft."""
    if not file.is_ready:
        session.get_services().conversions.forget(file)


def crop_preview(file: MediaFile, shape: str, offset: float) -> bytes:
    """A small JPEG of a part of the chosen picture, drawn once in a tab. Raises: MediaRefused, SQLAlchemyError."""
    return _drawn(session.get_services(), file, shape, round(offset, 2))


@st.cache_data(max_entries=200, show_spinner=False)
def _drawn(_services: Services, file: MediaFile, shape: str, offset: float) -> bytes:
    return drawn_crop(_services.uploads, file, shape, offset)


def cleans_files() -> bool:
    """Whether place, time and camera are taken out of the files that this member chooses."""
    with contextlib.suppress(SQLAlchemyError):  # away: a draft may still be written
        return session.get_services().choices.cleans_files(session.member().id)
    return True


def clean_switch() -> None:
    """Draw the switch that holds for the member's next files; each attached file has one of its own."""
    st.toggle(
        "Take place, time and camera out of the files that I choose",
        cleans_files(),
        key="clean-files",
        help="Of photos and MP4 videos, without encoding them anew. Each attached file has a switch of its own.",
        on_change=errors.guarded(_keep_clean),
    )


def _keep_clean() -> None:
    wanted = bool(st.session_state["clean-files"])
    session.get_services().choices.clean_files(session.member().id, wanted=wanted)


def watch(prefix: str, of: tuple[str, str]) -> None:
    """Keep a sentence about each file that Streamlit's uploader refuses in the browser. prefix: how its key begins."""
    key = f"refused-{prefix}"
    _watcher(key=key, data={"of": prefix}, on_refused_change=errors.guarded(lambda: refuse(of, _said(key))))


def _said(key: str) -> list[str]:
    return [_why(str(each["name"]), str(each["why"])) for each in st.session_state[key]["refused"] or ()]


def _why(name: str, told: str) -> str:
    if "Only one file" in told:
        return f"{name} was not taken: only one file goes here. Choose it alone to put it in the other's place."
    if "or smaller" in told:
        most = re.search(r"[\d.]+", told)  # MB, which each uploader sets for itself
        return f"{name} is too large for {most[0] if most else 500} MB, the most here. Compress it, or choose another."
    return f"{name} did not arrive: {told.removeprefix('Error: ')} Choose it again."


def refuse(of: tuple[str, str], sentences: Iterable[str]) -> None:
    """Remember why files were not taken, until the member has dismissed it. of: a draft's id and its field."""
    known = session.mine().files_refused.setdefault(of, [])
    known.extend(each for each in map(in_one_line, sentences) if each not in known)


def refusals(of: tuple[str, str]) -> None:
    """Draw why files were not taken, with a way to dismiss that."""
    sentences = session.mine().files_refused.get(of, [])
    for sentence in sentences:
        st.error(plain(sentence), icon=":material/broken_image:")
    if sentences:
        st.button(
            "Dismiss",
            key=f"dismiss-{'-'.join(of)}",
            icon=":material/close:",
            on_click=errors.guarded(_dismiss),
            args=(of,),
        )


def _dismiss(of: tuple[str, str]) -> None:
    session.mine().files_refused.pop(of, None)


def let_go(uploaded: Any) -> None:
    """Free Streamlit's copy in memory now; it would keep it until the session ends.

    `uploaded_file_mgr.remove_file` is an internal name of Streamlit 1.67: if it moves, memory is the only loss.
    """
    with contextlib.suppress(Exception):
        context: Any = get_script_run_ctx()
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
