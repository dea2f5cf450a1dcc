"""A browser's tab without the browser: Streamlit's own messages over its websocket, so that no drawing is timed."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

ADA = "782bbtaQ"  # the sandbox's first member
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Tab:
    """One page, open in one session."""

    def __init__(self, url: str, page: str, cookies: dict[str, str], query: str = "") -> None:
        self._url, self._page, self._query = url, page, query
        self._page_hash = ""
        self._cached: dict[str, ForwardMsg] = {}
        self.widgets: dict[str, WidgetState] = {}
        self.deltas: list[Delta] = []
        self.received_bytes = 0
        self._open = contextlib.ExitStack()
        connected = connect(
            url.replace("http", "ws", 1) + "/_stcore/stream",
            additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())},
            origin=url,
            subprotocols=["streamlit"],
            compression=None,
            max_size=None,
        )
        self._socket = self._open.enter_context(connected)
        self.rerun()

    def rerun(self, fragment_id: str = "") -> float:
        """Run the script, or one fragment of it, with the widgets as they are; the round trip in seconds."""
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string, state.fragment_id = self._query, fragment_id
        if self._page_hash:  # as the browser does: a run that starts anew by itself stays on this page
            state.page_script_hash = self._page_hash
        else:
            state.page_name = self._page
        state.widget_states.widgets.extend(self.widgets.values())
        state.cached_message_hashes.extend(self._cached)
        state.context_info.url = f"{self._url}/{self._page}"
        state.context_info.timezone, state.context_info.locale = "Europe/Berlin", "en-US"
        payload = asked.SerializeToString()
        self.deltas, self.received_bytes = [], 0
        start = time.perf_counter()
        self._socket.send(payload)
        answers = list(self._answers())
        took_s = time.perf_counter() - start
        self._keep(answers)
        return took_s

    def _answers(self) -> Iterator[bytes]:
        while True:
            payload = self._socket.recv(timeout=180)
            assert isinstance(payload, bytes)
            yield payload
            if len(payload) < 100:  # the end of a run is a small message
                message = ForwardMsg.FromString(payload)
                if message.WhichOneof("type") == "script_finished" and message.script_finished in DONE:
                    return

    def _keep(self, answers: list[bytes]) -> None:
        for payload in answers:
            self.received_bytes += len(payload)
            message = ForwardMsg.FromString(payload)
            if message.WhichOneof("type") == "ref_hash":
                message = self._cached[message.ref_hash]
            elif message.metadata.cacheable:
                self._cached[message.hash] = message
            if message.WhichOneof("type") == "navigation":
                self._page_hash = message.navigation.page_script_hash
            if message.WhichOneof("type") == "delta":
                self.deltas.append(message.delta)

    def drawn(self, kind: str) -> list[tuple[Any, str]]:
        """The elements of a kind that the last run drew, each with the fragment that it belongs to."""
        found = [(d.new_element, d.fragment_id) for d in self.deltas if d.HasField("new_element")]
        return [(getattr(e, kind), fragment) for e, fragment in found if e.WhichOneof("type") == kind]

    def labelled(self, kind: str, label: str) -> Any:
        """The one widget with this label."""
        return next(widget for widget, _ in self.drawn(kind) if widget.label == label)

    def fill(self, widget_id: str, **value: Any) -> None:
        """Set a widget as a person would; the next rerun carries it."""
        self.widgets[widget_id] = WidgetState(id=widget_id, **value)

    def type(self, text: str) -> float:
        """Write this into the composer's text box, as somebody who types does; the round trip in seconds."""
        boxes = [(b, f) for b, f in self.drawn("bidi_component") if b.component_name == "live_text"]
        box, fragment = next((b, f) for b, f in boxes if json.loads(b.json)["label"] == "Post")
        typed = {"of": json.loads(box.json)["of"], "text": text}
        self.fill(box.id, json_value=json.dumps({"typed": typed}))
        return self.rerun(fragment)

    def close(self) -> None:
        """Close the tab's connection."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sign_in(url: str, member: str = ADA, link_label: str = "Sign in with LinkedIn") -> dict[str, str]:
    """The cookies of a browser in which a member of the built-in sandbox has signed in with one of the page's links."""
    browser = requests.Session()
    browser.get(f"{url}/login", timeout=30)
    with Tab(url, "login", browser.cookies.get_dict()) as tab:
        drawn = " ".join(html.body for html, _ in tab.drawn("html"))
    links = re.findall(rf'class="li-button[^>]*href="([^"]+)"[^>]*>{link_label}<', drawn)
    assert links, "the login page shows no link to sign in with; look at the dashboard's own log"
    link = unescape(links[0])
    asked = dict(parse_qsl(urlsplit(link).query))
    form = {**asked, "member": member, "choice": "allow"}
    came_back = browser.post(url + link.partition("?")[0], data=form, timeout=30).url
    with Tab(url, "login", browser.cookies.get_dict(), urlsplit(came_back).query) as tab:
        made = [json.loads(each.json) for each, _ in tab.drawn("bidi_component") if "ticket" in each.json]
        answer = browser.post(
            f"{url}/auth/session", json={"ticket": made[0]["ticket"]}, headers={"Origin": url}, timeout=30
        )
    answer.raise_for_status()
    return browser.cookies.get_dict()
