"""Write a post, see how it will look and what will be sent, and publish it now or later."""

import streamlit as st

from dashboard.ui.common import errors, post_card
from dashboard.ui.compare import card_picture, where_others_cut
from dashboard.ui.composer import bar
from dashboard.ui.composer.form import around, write
from dashboard.ui.state import editor

LOOK_AT = "look-at"  # the key of the tabs
TABS = ("Preview", "Request", where_others_cut.TITLE)
VIEWS = {"Write": "Preview", "Preview": "Preview", "Request": "Request"}  # on a phone, and the tab of each


def switch_view() -> None:
    """Open the tab of the view, so that nobody waits for requests that nobody sees."""
    st.session_state[LOOK_AT] = VIEWS[st.session_state["view"]]


@errors.fragment()
def compose() -> None:
    """Form and preview in one fragment; typing in the text redraws only what text_box says."""
    errors.none_open()
    # On a phone one of them is in sight, see dashboard.css; a wide window shows form and preview side by side.
    with st.container(key="views"):
        st.segmented_control(
            "View",
            list(VIEWS),
            default="Write",
            required=True,
            key="view",
            label_visibility="collapsed",
            width="stretch",
            on_change=errors.guarded(switch_view),
        )
    form, look = st.columns([48, 52], gap="medium")
    with look, st.container(key="look"):
        # The requests are drawn when they are open: the first piece of code makes the browser load 1.5 MB.
        tabs = st.tabs(TABS, on_change="rerun", key=LOOK_AT)
    with tabs[0], post_card.look_switch():
        card_picture.download()
    with form:
        with st.container(key="write"):
            body = st.container()
            options = st.expander("API options", icon=":material/api:", key="api-options")
            with body:
                draft, problems = write(editor.draft(), tabs, options)
            around()
        with st.container(key="bar"):
            bar.draw(draft, problems, options)


editor.look_at_queue()
compose()
