"""What draws: no failure of a callback reaches Streamlit's own error box, and no template switches escaping off."""

from __future__ import annotations

import ast
import re

from tests.support.source import PACKAGES, ROOT, modules, name, nodes


def is_safe(callback: ast.expr) -> bool:
    """It cannot fail, or its failure becomes a sentence in the page."""
    if isinstance(callback, ast.Call):
        return ast.unparse(callback.func) == "errors.guarded"
    # The first is of a dict, in dashboard/ui/state/clicks.py. One that does nothing would leave a trigger to an if.
    return ast.unparse(callback) == "kept.setdefault" or isinstance(callback, ast.Constant)


def test_no_callback_is_passed_unguarded() -> None:
    callback = re.compile(r"on_(click|change|select|dismiss|\w+_change)")
    passed = [
        (name(file), keyword.value.lineno, keyword.value)
        for file in modules("dashboard", "pages")
        for node in nodes(file)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg and callback.fullmatch(keyword.arg)
    ]

    assert len(passed) > 20
    assert [(file, line) for file, line, value in passed if not is_safe(value)] == []


def test_no_click_can_be_overtaken() -> None:
    """A button has a callback, or is drawn by clicked(): Streamlit forgets what an if alone would look at."""
    drawn = [
        (name(file), node.lineno, {keyword.arg for keyword in node.keywords})
        for file in modules("dashboard", "pages")
        for node in nodes(file)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("st.button", "st.form_submit_button")
    ]

    assert len(drawn) > 20
    assert [(file, line) for file, line, given in drawn if "on_click" not in given] == []


def test_every_fragment_and_dialog_says_what_went_wrong() -> None:
    bare = {
        name(file)
        for file in modules("dashboard", "pages")
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("st.fragment", "st.dialog")
    }

    assert bare == {"dashboard/ui/common/errors.py"}


def test_no_template_switches_escaping_off() -> None:
    templates = [file for package in PACKAGES for file in (ROOT / package).rglob("*.html")]
    switches = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b")

    assert len(templates) >= 7
    assert [name(file) for file in templates if switches.search(file.read_text())] == []
