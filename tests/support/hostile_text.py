"""Texts that would be markup if they were not escaped, and what a browser's parser makes of a page."""

from __future__ import annotations

from bs4 import BeautifulSoup

SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"' onerror=\"alert(1)\" onmouseover='alert(1)' x=\"'"
ENTITY = "&lt;b&gt; &amp; &"
COMMENT = "--><!-- ]]></title></textarea></style></p></article><img src=x onerror=alert(1)>"
TEMPLATE = "{{ 7 * 7 }}{% raw %}{# #}"
HOSTILE = (SCRIPT, QUOTES, ENTITY, COMMENT, TEMPLATE)
SCHEMES = ("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<b>", "vbscript:x")


def parsed(page: str) -> BeautifulSoup:
    """The page as elements."""
    return BeautifulSoup(page, "html.parser")


def shape(page: str) -> list[tuple[str, list[str]]]:
    """Every element of a page in order, with the names of its attributes: text that is inert changes none of them."""
    return [(element.name, sorted(element.attrs)) for element in parsed(page).find_all(True)]


def told(page: str) -> str:
    """What a person can read or hear: the text, and the attributes that assistive technology reads out."""
    soup = parsed(page)
    said = [
        str(element[name])
        for element in soup.find_all(True)
        for name in ("alt", "title", "aria-label", "value")
        if element.has_attr(name)
    ]
    return "\n".join([soup.get_text(), *said])


def addresses(page: str) -> list[str]:
    """Every address that a browser would load or follow."""
    names = ("href", "src", "poster", "action", "formaction", "srcset", "data")
    return [str(element[name]) for element in parsed(page).find_all(True) for name in names if element.has_attr(name)]
