"""What only the browser can do: tidy its address bar, fetch its cookie, follow a link in the same tab."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from dashboard.ui.state.clicks import triggered

_tidy = st.components.v2.component(
    "tidy_address",
    js="""
export default function () {
  // In place: the address with the code must not stay behind the Back button.
  history.replaceState(history.state, "", location.pathname);
}
""",
)
_swap = st.components.v2.component(
    "swap_ticket",
    js="""
export default function ({ data, setTriggerValue }) {
  if (window.linkedinDashboardTicket === data.ticket) return;
  window.linkedinDashboardTicket = data.ticket;
  fetch("/auth/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ticket: data.ticket }),
  }).then(
    async (answer) => {
      const said = answer.ok ? {} : await answer.json().catch(() => ({}));
      const why = said.error || `The server answered with status ${answer.status}.`;
      setTriggerValue("kept", { why: answer.ok ? "" : why });
    },
    () => setTriggerValue("kept", { why: "The server did not answer." }),
  );
}
""",
)
_names = st.components.v2.component(
    "accessible_names", js=(Path(__file__).parents[1] / "common" / "accessible_names.js").read_text()
)


def accessible_names() -> None:
    """Give names to toasts and to the marks of charts, which Streamlit draws without one, in this tab from now on."""
    _names(key="accessible_names")


def tidy_address() -> None:
    """Remove the query from the address bar and from the browser's history.

    `st.query_params.clear()` would push a second entry and leave the first one behind the Back button.
    """
    _tidy(key="tidy_address")


def swap_ticket(ticket: str) -> str | None:
    """Let the browser swap a one-time ticket for its session cookie; "" on the run when it has, or why it has not."""
    (found,) = triggered(_swap, "swap_ticket", "kept", data={"ticket": ticket})
    return None if found is None else str(found["why"])


_go = st.components.v2.component(
    "go_to",
    js="""
export default function ({ data }) {
  if (window.linkedinDashboardLeft === data.url) return;
  window.linkedinDashboardLeft = data.url;
  location.assign(data.url);
}
""",
)


def go_to(url: str) -> None:
    """Let the browser leave for another address in this tab, once."""
    _go(key="go_to", data={"url": url})


_fetch = st.components.v2.component(
    "fetch_answer",
    js="""
export default function ({ data, setTriggerValue }) {
  if (window.linkedinDashboardLeft === data.url) return;
  window.linkedinDashboardLeft = data.url;
  const leave = () => location.assign(data.url);
  fetch(data.url, { signal: AbortSignal.timeout(10_000) }).then((answer) => {
    const found = new URL(answer.url).searchParams;
    found.has("state") ? setTriggerValue("back", Object.fromEntries(found)) : leave();
  }, leave);
}
""",
)


def fetch_answer(url: str) -> dict[str, str] | None:
    """Let the browser ask an authorization page that needs nobody's click, without leaving this page.

    Returns the parameters of the callback on the run after they came, else None. An address that does not lead back
    is opened as by go_to(). Loading the dashboard anew would take longer than all the rest of such a sign-in.
    """
    (found,) = triggered(_fetch, "fetch_answer", "back", data={"url": url})
    return None if found is None else {name: str(value) for name, value in found.items()}


def same_tab_link(label: str, url: str, *, quiet: bool = False) -> None:
    """A link that looks like a button and stays in this tab, as a sign-in must; a quiet one is less prominent."""
    look = "li-button li-quiet" if quiet else "li-button"
    st.html(f'<a class="{look}" target="_self" href="{escape(url)}">{escape(label)}</a>', width="content")
