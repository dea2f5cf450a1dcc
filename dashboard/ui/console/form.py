"""The call that is typed on the Console page, and its way out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.activity.console import Console
from dashboard.activity.typed_call import BODY_MAX_CHARACTERS, METHODS, CallRefused, TypedCall, read_call
from dashboard.posts.history import Wanted
from dashboard.ui.common import confirm, errors, exchange, text
from dashboard.ui.state import console_fields, session
from dashboard.ui.state.clicks import clicked
from dashboard.ui.state.console_fields import BODY, HEADERS, KEYS, METHOD, PATH
from linkedin_api import Exchange
from linkedin_api.http.redaction import HIDDEN
from linkedin_api.reference.endpoints import endpoint_of, endpoints

ACROSS = "known-call"  # the key of the choice


def draw(of: Account) -> None:
    """Draw the fields and “Send”; what is sent and answered is kept for the answer's side."""
    known = {each.name: each for each in endpoints()}
    st.selectbox(
        "Known call",
        list(known),
        index=None,
        key=ACROSS,
        placeholder="Choose one of LinkedIn's documented calls, or type below",
        on_change=errors.guarded(_choose),
        args=(of,),
    )
    method, path = st.columns([1, 3])
    method.selectbox("Method", METHODS, key=METHOD, persist_state="session")
    path.text_input("Path", key=PATH, persist_state="session", placeholder="/v2/userinfo", max_chars=10_000)
    _problem("path")
    typed = [str(st.session_state[key] or "") for key in KEYS]
    exchange.about(endpoint_of(typed[0], typed[1], typed[3]))
    st.text_area("Headers", key=HEADERS, persist_state="session", height=92, help="One in a line: Name: value")
    _problem("headers")
    st.text_area(
        "Body",
        key=BODY,
        persist_state="session",
        height=140,
        max_chars=BODY_MAX_CHARACTERS,
        placeholder="JSON, or a form",
    )
    _problem("body")
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = clicked("Send", type="primary", icon=":material/send:", key=_key("send"))
        if session.mine().console_before:
            st.button("Back to the call before", on_click=errors.guarded(console_fields.undo), icon=":material/undo:")
        st.caption(f"Goes to {text.plain(session.get_services().api_url)} with your token, which is never shown.")
    if pressed:
        _try(of, typed)
    _as_code(typed)


def _key(of: str) -> str:
    """A button has another key once it was pressed: the second click of a double click is on one that is gone."""
    return f"console-{of}-{session.mine().turns[of]}"


def _problem(field: str) -> None:
    if found := session.mine().console_problems.get(field):
        st.error(text.plain(found))


def _choose(of: Account) -> None:
    chosen = next((each for each in endpoints() if each.name == st.session_state[ACROSS]), None)
    if chosen is None:
        return
    services = session.get_services()
    published = services.history.page(Wanted(of.id, states=("published",)), 1)
    known = {
        "member": str(of.urn),
        "version": services.settings.version,
        "redirect_uri": session.redirect_uri(),
        "client_id": of.client_id or services.settings.client_id,
        **({"post": published[0]["urn"]} if published else {}),
        **({"page": next(iter(of.pages))} if of.pages else {}),
    }
    if "page" in known:
        known["page_id"] = known["page"].rpartition(":")[2]
    example = chosen.example(**known)
    console_fields.fill(example.method, example.path, example.headers, example.body)


def _read(typed: list[str]) -> TypedCall:
    services = session.get_services()
    return read_call(*typed, hosts=(services.api_url, services.auth_url))


def _console(of: Account) -> Console:
    services = session.get_services()
    token = services.accounts.access_token(of.id) or ""
    return Console(
        account=of,
        token=token,
        client=(of.client_id or services.settings.client_id, services.settings.client_secret),
        auth_url=services.auth_url,
        api_url=services.api_url,
        log=services.exchange_log,
        transport=lambda seen, origin: services.transport(of, token, seen, None, origin),
    )


def _try(of: Account, typed: list[str]) -> None:
    """Send what was typed, at once or after a question; say what is wrong with it otherwise."""
    here = session.mine()
    here.console_problems = {}
    here.turns["send"] += 1
    try:
        call = _read(typed)
    except CallRefused as refused:
        here.console_problems = refused.problems
        st.rerun()
    lost = _console(of).may_have_happened(call)
    if lost or not (call.only_reads or session.get_services().settings.sandbox):
        _ask(of, call, lost, here.turns["send-it"])
    else:
        _send(of, call)


def _send(of: Account, call: TypedCall) -> None:
    here = session.mine()
    with st.spinner("Waiting for LinkedIn's answer"):
        try:
            here.console_answer = _console(of).send(call)
        except CallRefused as refused:
            here.console_problems = refused.problems
    st.rerun()


@errors.dialog("Send this call?")
def _ask(of: Account, call: TypedCall, lost: Exchange | None, turn: int) -> None:
    # It was sent by the first click of two; or who asked has signed out since, or may not speak as this member now.
    if session.mine().turns["send-it"] != turn or of.id not in session.visible_ids():
        st.rerun()
    st.code(f"{call.method} {call.path}", language="http", wrap_lines=True)
    if lost:
        said = f"LinkedIn answered {lost.status}." if lost.status else str(lost.error)
        st.warning(
            f"The same call was sent before: {text.plain(said)} It may have happened all the same. Look first; sent "
            "again, it may happen twice."
        )
    if not session.get_services().settings.sandbox:
        st.markdown(f"It goes to LinkedIn, in the name of **{text.plain(of.name)}**, and is real.")
    if confirm.agreed("Send it", "Cancel", key=_key("send-it"), no_key="console-cancel"):
        session.mine().turns["send-it"] += 1
        _send(of, call)


def _as_code(typed: list[str]) -> None:
    """What is typed as a program, while it can be read."""
    try:
        call = _read(typed)
    except CallRefused:
        return
    services = session.get_services()
    bearer = {} if call.to_sign_in else {"Authorization": f"Bearer {HIDDEN}"}
    body = json.dumps(call.json, ensure_ascii=False) if call.json is not None else urlencode(call.form or {})
    url = (services.auth_url if call.to_sign_in else services.api_url) + call.path
    st.markdown("**As code**, with your token in the environment")
    exchange.code(Exchange(datetime.now(UTC), call.method, url, {**bearer, **call.headers}, body))
