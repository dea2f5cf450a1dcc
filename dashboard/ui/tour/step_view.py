"""One step: what it tells, the request before it is sent, Do it and Break it, the answer, and the code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from dashboard.tour import shown
from dashboard.tour.results import Answered, TourResult
from dashboard.tour.runner import TourRunner
from dashboard.tour.shown import Mask
from dashboard.tour.steps import BY_NAME, TourStep, number, program_until
from dashboard.ui.common import confirm, errors, exchange
from dashboard.ui.common.text import plain, told
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked
from dashboard.ui.state.console_fields import open_button
from dashboard.ui.tour import current
from linkedin_api import Language, LinkedInError
from linkedin_api.http.service import LINKEDIN
from linkedin_api.reference.answer_fields import ExplainedField, explained
from linkedin_api.snippets.program import parts, program
from linkedin_api.snippets.program_call import ProgramCall

_MARKS = {"-": ("del", "−"), "+": ("ins", "+"), " ": ("span", "\N{NO-BREAK SPACE}")}


def draw(step: TourStep) -> None:
    """Draw a step that has requests."""
    runner = current.runner()
    mask, result = current.mask(runner), current.result_of(step, runner)
    if runner.live and step.live_about:
        st.info(step.live_about)
    _buttons(step, runner)
    if result:
        _outcome(step, result, mask)
    other = step.breakage.call if result and result.broken and step.breakage else None
    for call in [other] if other else runner.calls_of(step):
        _exchange(call, result, runner, mask)
    if result and result.claims:
        st.markdown("**Inside the id_token**, which is genuine")
        _fields("Claim", explained(dict(result.claims), "userinfo"), mask)
    if step.name == "versioned":
        _beside_the_other(step, runner, mask)
    if not current.presenting():
        _code(step)


def _buttons(step: TourStep, runner: TourRunner) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if runner.only_shows(step):
            return
        if runner.live and step.live == "asks":
            if clicked("Do it", type="primary", icon=":material/play_arrow:"):
                _ask(step, session.mine().turns["tour-post"])
        else:
            st.button("Do it", type="primary", icon=":material/play_arrow:", on_click=errors.guarded(_do), args=(step,))
        if step.breakage is None:
            return
        if runner.live:
            st.caption("Break it works in the sandbox: LinkedIn itself cannot be made to fail.")
            return
        st.button("Break it", icon=":material/bolt:", on_click=errors.guarded(_break), args=(step,))
        st.markdown(step.breakage.about, width="content")


def _do(step: TourStep) -> None:
    current.runner().do(step)
    current.tick_results()


def _break(step: TourStep) -> None:
    current.runner().break_it(step)
    current.tick_results()


@errors.dialog("Post this on LinkedIn?")
def _ask(step: TourStep, turn: int) -> None:
    turns = session.mine().turns
    if turns["tour-post"] != turn:  # the second click of a double click, which would be another post
        st.rerun()
    st.write("This is no sandbox: a post appears in your own name, and everybody can read it. Delete it on LinkedIn.")
    if confirm.agreed("Post it", "Do not post", key="tour-post", no_key="tour-no-post"):
        turns["tour-post"] += 1
        _do(step)
        st.rerun()


def _outcome(step: TourStep, result: TourResult, mask: Mask) -> None:
    """Say in one sentence how it went, and the way out."""
    if result.before:
        st.caption(f"Needed for it, and done first: step {', '.join(map(str, result.before))}")
    trouble = result.trouble
    if trouble is None:
        if result.broken:
            st.warning("It did not break: another request met the fault first. Try once more.")
        else:
            told_of = any(shown.fields(each) for each in result.answers)
            below = " Each field of the answer is explained below." if told_of else " The answer is below."
            st.markdown(f":material/check_circle: **Done.**{below}")
        return
    advice = trouble.advice if isinstance(trouble, LinkedInError) else None
    if result.broken and step.breakage and step.breakage.way_out:
        advice = step.breakage.way_out
    sentence = told(mask(str(trouble)), mask(advice) if advice else None).replace("**Next:**", "**The way out:**")
    if result.broken:
        st.warning(f"**It broke.** {sentence}")
    elif result.is_done:
        st.info(f"**A refusal, as it should be.** {sentence}")
    else:
        st.error(sentence)


def _exchange(call: ProgramCall, result: TourResult | None, runner: TourRunner, mask: Mask) -> None:
    """The request on the left, before and after it is sent, and its answer on the right."""
    values = shown.values_of(runner)
    answered = next((each for each in result.answers if each.call == call), None) if result else None
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{plain(call.title)}**")
        st.code(mask(shown.request_text(call, values)), language="http", wrap_lines=True)
    with right:
        if call.query and answered is None:
            _fields("Parameter", shown.parameters(call, values), mask)
        elif answered and answered.exchange:
            _answer(answered, runner, mask)
        else:
            st.markdown("**Answer**")
            st.caption(plain(mask(str(answered.error))) if answered and answered.error else "Nothing was sent yet.")
    if call.query and answered:
        _fields("Parameter", shown.parameters(call, values), mask)


def _answer(answered: Answered, runner: TourRunner, mask: Mask) -> None:
    seen = answered.exchange
    if seen is None:
        return
    status = f"{seen.status} · {seen.duration_ms:,.0f} ms" if seen.status else "none came"
    st.markdown(f"**Answer** {status}")
    fields = shown.fields(answered)
    if not seen.status:
        st.caption("Whether the request arrived is not known.")
    elif fields:
        _fields("Field", fields, mask)
    elif seen.response_body.lstrip().startswith("<"):
        st.caption("A page for people, not for programs.")
    else:
        st.caption("No body: the status says it all.")
    page = shown.page_of(answered)
    if page:
        st.caption(f"LinkedIn's page: {page}")
    if current.presenting():
        return
    with st.expander("All of it, as it went over the network"):
        exchange.exchange(seen, as_code=False)
    if runner.account and not answered.call.uploads and seen.service == LINKEDIN.name:
        open_button(seen, key=f"tour-console-{answered.call.title}")


def _beside_the_other(step: TourStep, runner: TourRunner, mask: Mask) -> None:
    values = shown.values_of(runner)
    old, new = (shown.request_text(BY_NAME[name].calls[0], values) for name in ("text", step.name))
    st.markdown("**Beside the post of step 8**: − is gone, + is new")
    _difference(shown.difference(mask(old), mask(new)))


def _fields(head: str, fields: Sequence[ExplainedField], mask: Mask) -> None:
    """Fields with their values and what they mean; of a path such as keys.0.kid only the last name."""
    names = [next(name for name in reversed(each.path.split(".")) if not name.isdecimal()) for each in fields]
    rows = [(name, mask(each.value), each.meaning) for name, each in zip(names, fields, strict=True)]
    exchange.table((head, "Value", "What it means"), rows)


def _difference(lines: Iterable[tuple[str, str]]) -> None:
    """Lines that are gone, new, or the same: told by colour and by a sign."""
    written = (f"<{_MARKS[sign][0]}>{_MARKS[sign][1]} {escape(line)}</{_MARKS[sign][0]}>" for sign, line in lines)
    st.html(f'<div class="lt-diff">{"".join(written)}</div>')


def _code(step: TourStep) -> None:
    """The step as code, and the whole program up to it."""
    st.markdown("**The same as code**")
    until = program_until(step)
    for tab, language in zip(st.tabs([each.label for each in Language]), Language, strict=True):
        with tab:
            if own := parts(step.calls, language):
                st.code("\n".join(own), language=language, wrap_lines=True)
            else:
                st.caption("This step sends nothing that the program needs.")
            steps = f"steps 1 to {number(step)}" if number(step) > 1 else "step 1"
            with st.expander(f"One program for {steps}"):
                st.caption(
                    "It runs as it is, against LinkedIn or a sandbox: what is secret comes from the environment, and "
                    "is never printed."
                )
                st.code(program(until, language), language=language, wrap_lines=True)
