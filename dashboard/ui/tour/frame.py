"""Around a step: how far one is, the other steps, and the way on."""

from __future__ import annotations

import streamlit as st

from dashboard.tour.steps import STEPS, TourStep, number
from dashboard.ui.common import errors
from dashboard.ui.tour import current

_CHOICE = "tour-step-"


def head(step: TourStep, done: set[str]) -> None:
    """Draw how far one is, the list of steps, and the buttons back, on, and for a wall."""
    with st.container(key="tour-head"), st.container(horizontal=True, vertical_alignment="bottom"):
        if not current.presenting():
            _choice(step, done)
        _turn("Back", number(step) - 2, step)
        _turn("Next", number(step), step, on=True)
        _present()
        if not current.presenting():
            st.progress(len(done) / len(STEPS), f"{len(done)} of {len(STEPS)} steps done", width=240)


def _choice(step: TourStep, done: set[str]) -> None:
    """The list of steps. Its key tells what it shows: a list whose words have changed would forget its choice."""
    key = f"{_CHOICE}{step.name}-{len(done)}"
    st.selectbox(
        "Step",
        STEPS,
        index=number(step) - 1,
        format_func=lambda each: f"{number(each)} · {each.title}{' ✓' if each.name in done else ''}",
        key=key,
        on_change=errors.guarded(_choose),
        args=(key,),
        width=320,
    )


def _choose(key: str) -> None:
    st.query_params["step"] = st.session_state[key].name


def _turn(label: str, to: int, step: TourStep, *, on: bool = False) -> None:
    """A button to the step before or after. On a wall it has the keys of a clicker's arrows."""
    arrow = "Right" if on else "Left"
    st.button(
        label,
        key=f"tour-{label}",
        icon=f":material/arrow_{'forward' if on else 'back'}:",
        icon_position="right" if on else "left",
        disabled=not 0 <= to < len(STEPS),
        shortcut=arrow if current.presenting() else "N" if on else "B",
        on_click=errors.guarded(_go),
        args=(to, step, on),
    )


def _go(to: int, left: TourStep, on: bool) -> None:
    if on:  # whoever goes on has read it
        current.tick(left.name)
    st.query_params["step"] = STEPS[to].name


def _present() -> None:
    shown = current.presenting()
    st.button(
        "End presentation" if shown else "Present",
        icon=":material/close_fullscreen:" if shown else ":material/present_to_all:",
        on_click=errors.guarded(_turn_round),
        args=(shown,),
        help=None if shown else "The same in large type, with names, ids and addresses hidden.",
    )


def _turn_round(shown: bool) -> None:
    if shown:
        del st.query_params["present"]
    else:
        st.query_params["present"] = "1"
