"""LinkedIn's API in fourteen steps, each of which runs; with ?present=1 in large type for a wall."""

from pathlib import Path

import streamlit as st

from dashboard.tour.steps import number
from dashboard.ui import tour
from dashboard.ui.tour import current, fact_tables, frame, step_view

st.html(Path(tour.__file__).with_name("tour.css"))
done = current.ticks()
chosen = current.here(done)
with st.container(key="tour-present" if current.presenting() else "tour"):
    frame.head(chosen, done)
    st.header(f"{number(chosen)} · {chosen.title}", anchor=False)
    st.markdown(chosen.about)
    if chosen.calls:
        step_view.draw(chosen)
    elif chosen.name not in done:  # it is there to be read
        current.tick(chosen.name)
    fact_tables.draw(chosen)
