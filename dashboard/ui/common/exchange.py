"""One exchange with LinkedIn, or the planned ones: what was said, what it means, and code that repeats the request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from dashboard.ui.common import text
from dashboard.ui.state.console_fields import open_button, pretty
from linkedin_api import Exchange, LinkedInError, PlannedCall
from linkedin_api.errors.from_response import read_json
from linkedin_api.http.service import LINKEDIN
from linkedin_api.reference.answer_fields import ExplainedField, explained, explained_headers
from linkedin_api.reference.documents import markdown
from linkedin_api.reference.endpoints import Endpoint, endpoint_of, path_of
from linkedin_api.snippets.snippet import Language, snippet
from zernio_api import explained as refused_by_zernio

_REQUEST_IDS = ("x-li-uuid", "x-li-request-id", "x-request-id")
_OPEN_HEADERS = ("x-restli-id", "x-linkedin-id", "location", "retry-after", *_REQUEST_IDS)


def exchange(shown: Exchange, *, error: LinkedInError | None = None, as_code: bool = True) -> None:
    """Draw what was sent and answered, and what it means. error: when it is known better than by the answer.

    as_code: also what the call does, and the request as a program; the Console says both beside its fields.
    """
    st.code(f"{shown.method} {shown.url}", language="http", wrap_lines=True)
    outcome = f"{shown.status} {shown.reason}" if shown.status else "No answer"
    st.markdown(f"**{outcome}** · {shown.duration_ms:,.0f} ms")
    known = endpoint_of(shown.method, path_of(shown.url), shown.request_body)
    if as_code:
        about(known)
    if error := error or shown.refused or refused_by_zernio(shown):
        st.error(text.told(error, error.advice))
    elif shown.error:
        st.error(text.plain(shown.error))
    facts(shown)
    _explanation(shown, known)
    request, answer = st.columns(2)
    with request:
        st.markdown("**Request**")
        _message(shown.request_headers, shown.request_body)
    with answer:
        st.markdown("**Answer**")
        _message(shown.response_headers, shown.response_body)
    if as_code:
        st.markdown("**Do it again**, with your token in the environment")
        code(shown)


def about(endpoint: Endpoint | None) -> None:
    """Draw what a known call does, the scope that it needs, and LinkedIn's page about it."""
    if endpoint is None:
        return
    scope = f" Needs `{endpoint.scope}`." if endpoint.scope else ""
    page = f" LinkedIn's page: {markdown(endpoint.page)}." if endpoint.page else ""
    st.caption(f"**{text.plain(endpoint.title)}.** {text.plain(endpoint.about)}{scope}{page}")


def facts(shown: Exchange) -> None:
    """Draw the headers of the answer that one looks for: the URN, LinkedIn's id of the request, rate limits."""
    if shown.status is None:
        return
    rates = [ExplainedField(n, v, "A limit of calls.") for n, v in shown.response_headers.items() if _is_rate(n)]
    told = [each for each in explained_headers(shown.response_headers) if each.path.lower() in _OPEN_HEADERS]
    table(("Header", "Value", "What it means"), [(each.path, each.value, each.meaning) for each in told + rates])
    if not rates and shown.service == LINKEDIN.name:
        st.caption("No rate-limit header: LinkedIn documents none. This dashboard counts the calls of a day itself.")


def code(shown: Exchange) -> None:
    """Draw the request as a program in each language."""
    for tab, language in zip(st.tabs([each.label for each in Language]), Language, strict=True):
        with tab:
            st.code(snippet(shown, language), language=language, wrap_lines=True)


def planned(calls: tuple[PlannedCall, ...]) -> None:
    """The requests that publishing will make, in order, with the exact JSON, or as a program."""
    shapes = {"HTTP": None, **{language.label: language for language in Language}}
    shape = st.segmented_control("Show as", list(shapes), default="HTTP", required=True, key="planned_as")
    for number, call in enumerate(calls, 1):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{number}.** {call.note}", width="content")
            if path_of(call.url):
                open_button(call, key=f"console-planned-{number}")
        if language := shapes[shape or "HTTP"]:
            st.code(snippet(call, language), language=language, wrap_lines=True)
            continue
        st.code(f"{call.method} {call.url}", language="http", wrap_lines=True)
        if call.body is not None:
            st.code(json.dumps(call.body, ensure_ascii=False, indent=2), language="json", wrap_lines=True)
        with st.expander("Headers"):
            st.code(_lines(call.headers), language="yaml")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Draw a table of plain texts; nothing without rows."""
    lines = "".join(f"<tr>{''.join(f'<td>{_breakable(cell)}</td>' for cell in row)}</tr>" for row in rows)
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    if lines:
        st.html(f'<table class="lq-table lx-table"><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>')


def _explanation(shown: Exchange, known: Endpoint | None) -> None:
    """Each field of a JSON answer in a sentence; those without one only when others have one."""
    try:
        document = read_json(shown.response_body)
    except ValueError:
        return
    refused = (shown.status or 0) >= 400
    fields = explained(document, known.answer if known else "", refused=refused)
    if any(each.meaning for each in fields):
        table(("Field", "Value", "What it means"), [(each.path, each.value, each.meaning) for each in fields])


def _breakable(cell: str) -> str:
    """A cell as HTML; a name or the path of a field may go on in the next line after each dot or underscore."""
    return escape(cell) if " " in cell else re.sub("([._])", r"\1<wbr>", escape(cell))


def _is_rate(header: str) -> bool:
    return "ratelimit" in header.lower().replace("-", "")


def _message(headers: Mapping[str, str], body: str) -> None:
    with st.expander(f"{len(headers)} headers"):
        st.code(_lines(headers), language="yaml", wrap_lines=True)
    if body:
        st.code(pretty(body), language="json", wrap_lines=True)
    else:
        st.caption("No body")


def _lines(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())
