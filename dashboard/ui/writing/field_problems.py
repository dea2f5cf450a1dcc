"""The problems and warnings at the fields of a draft."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard.ui.common.text import plain
from linkedin_api import Problem


def show(problems: Iterable[Problem], *names: str, calm: bool = False) -> None:
    """Draw the problems of these fields, each in its own line; calm: as hints, before anything is written."""
    for problem in problems:
        if problem.field in names and calm:
            st.caption(plain(problem.message))
        elif problem.field in names:
            st.markdown(f":orange[:material/error: {plain(problem.message)}]")


def warn(warnings: Iterable[Problem]) -> None:
    """Draw warnings, which do not prevent publishing."""
    for warning in warnings:
        st.caption(f":material/info: {plain(warning.message)}")
