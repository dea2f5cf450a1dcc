"""One exchange with LinkedIn, or the planned ones: headers, bodies, and code that repeats the request."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from dashboard.ui.common.text import plain
from linkedin_api import Exchange, PlannedCall
from linkedin_api.snippets.snippet import Language, snippet


def exchange(shown: Exchange) -> None:
    """Request and answer side by side, and the request as a program that runs."""
    st.code(f"{shown.method} {shown.url}", language="http", wrap_lines=True)
    if shown.error:
        st.error(plain(shown.error))
    request, answer = st.columns(2)
    with request:
        st.markdown("**Request**")
        _message(shown.request_headers, shown.request_body)
    with answer:
        st.markdown(f"**Answer** {shown.status or 'none'} · {shown.duration_ms:,.0f} ms")
        _message(shown.response_headers, shown.response_body)
    st.markdown("**Do it again**, with your token in the environment")
    for tab, language in zip(st.tabs([each.label for each in Language]), Language, strict=True):
        with tab:
            st.code(snippet(shown, language), language=language, wrap_lines=True)


def planned(calls: tuple[PlannedCall, ...]) -> None:
    """The requests that publishing will make, in order, with the exact JSON, or as a program."""
    shapes = {"HTTP": None, **{language.label: language for language in Language}}
    shape = st.segmented_control("Show as", list(shapes), default="HTTP", required=True, key="planned_as")
    for number, call in enumerate(calls, 1):
        st.markdown(f"**{number}.** {call.note}")
        if language := shapes[shape or "HTTP"]:
            st.code(snippet(call, language), language=language, wrap_lines=True)
            continue
        st.code(f"{call.method} {call.url}", language="http", wrap_lines=True)
        if call.body is not None:
            st.code(json.dumps(call.body, ensure_ascii=False, indent=2), language="json", wrap_lines=True)
        with st.expander("Headers"):
            st.code(_lines(call.headers), language="yaml")


def _message(headers: Mapping[str, str], body: str) -> None:
    with st.expander(f"{len(headers)} headers"):
        st.code(_lines(headers), language="yaml", wrap_lines=True)
    if body:
        st.code(_pretty(body), language="json", wrap_lines=True)
    else:
        st.caption("No body")


def _lines(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body
