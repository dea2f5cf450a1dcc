"""What stands in the fields of the Console while the tab is open, and the way there from other pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Exchange, PlannedCall
from linkedin_api.http.redaction import HIDDEN
from linkedin_api.reference.endpoints import PROTOCOL, path_of

METHOD, PATH, HEADERS, BODY = KEYS = ("console-method", "console-path", "console-headers", "console-body")
_WRITTEN_WHEN_SENT = {
    "authorization",
    "content-length",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
    "host",
}
# What the Console fills in when it sends: the secrets of a form to the sign-in service.
_FILLED_IN = {f"{name}={HIDDEN}": f"{name}={{{name}}}" for name in ("client_secret", "token")}


def prepare() -> None:
    """Put a first call into the fields of a new tab, and the exchange that the address names: /console?exchange=7."""
    for key, first in zip(KEYS, ("GET", "/v2/userinfo", _lines(PROTOCOL), ""), strict=True):
        st.session_state.setdefault(key, first)
    asked = st.query_params.get("exchange", "")
    if not asked:
        return
    del st.query_params["exchange"]
    known = asked.isdecimal() and len(asked) <= 10 and int(asked) < session.IDS_END
    exchanges = session.get_services().exchange_log
    if found := exchanges.exchange(session.visible_ids(), int(asked)) if known else None:
        fill(*of_call(found))
    else:
        st.warning("This exchange is not kept any more; what stood here before is unchanged.")


def fill(method: str, path: str, headers: Mapping[str, str], body: str) -> None:
    """Put a call into the fields; what stood there comes back with undo()."""
    here = session.mine()
    here.console_before = tuple(str(st.session_state.get(key, "")) for key in KEYS)
    here.console_problems, here.console_answer = {}, None
    st.session_state.update(zip(KEYS, (method, path, _lines(headers), body), strict=True))


def undo() -> None:
    """Bring back what stood in the fields before another call was put there."""
    here = session.mine()
    if here.console_before:
        st.session_state.update(zip(KEYS, here.console_before, strict=True))
        here.console_before, here.console_problems = None, {}


def of_call(call: Exchange | PlannedCall) -> tuple[str, str, dict[str, str], str]:
    """Method, path, headers and body for the fields, without what is added when the call is sent."""
    if isinstance(call, Exchange):
        headers, body = call.request_headers, call.request_body
    else:
        headers = call.headers
        body = "" if call.body is None else json.dumps(call.body, ensure_ascii=False)
    kept = {name: value for name, value in headers.items() if name.lower() not in _WRITTEN_WHEN_SENT}
    for hidden, name in _FILLED_IN.items():
        body = body.replace(hidden, name)
    return call.method, path_of(call.url) or urlsplit(call.url).path, kept, pretty(body)


def open_button(call: Exchange | PlannedCall, key: str) -> None:
    """Draw the button that puts this call into the Console and goes there."""
    if clicked("Open in Console", key=key, icon=":material/terminal:"):
        fill(*of_call(call))
        st.switch_page(session.page("console"))


def pretty(body: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body


def _lines(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers.items())
