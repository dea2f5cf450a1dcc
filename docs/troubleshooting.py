"""python -m docs.troubleshooting: rewrites the tables of troubleshooting.md from the code that raises the errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from linkedin_api.errors import error_table, sign_in, tree

PAGE = Path(__file__).with_name("troubleshooting.md")
MARKS = re.compile(r"(?<=<!-- errors -->\n).*(?=<!-- end of the errors -->)", re.DOTALL)
IN_ALL_ANSWERS = (tree.APIError, tree.SignInError)


def tables() -> str:
    """What stands between the marks: errors of the API, of the sign-in, and those that are no answer."""
    return "\n".join(
        [
            *("### Answers of the API", "", "| status | code | LinkedIn's text has | what it is | what to do |"),
            *("|---|---|---|---|---|", *_of_the_api(), ""),
            *("### Answers to a sign-in", "", "| error | LinkedIn's text has | what it is | what to do |"),
            *("|---|---|---|---|", *_of_the_sign_in(), ""),
            *("### Without an answer of LinkedIn's", "", "| exception | what it is | what to do |"),
            *("|---|---|---|", *_without_an_answer(), ""),
        ]
    )


def _of_the_api() -> Iterator[str]:
    for row in error_table.ROWS:
        code = row.code or (str(row.service_error_code) if row.service_error_code else "")
        status = "5xx" if row.error is tree.ServerError else row.status or "any"
        told = f"{row.sentence.rstrip('.')}. (`{row.error.__name__}`)"
        yield _line(status, _code(code), _code(row.told), told, row.advice or row.error.advice)


def _of_the_sign_in() -> Iterator[str]:
    for row in sign_in.ROWS:
        yield _line(_code(row.error), _code(row.part), f"{row.sentence} (`{row.kind.__name__}`)", row.kind.advice)


def _without_an_answer() -> Iterator[str]:
    for kind in tree.LinkedInError.__subclasses__():
        if kind.__module__ == tree.__name__ and kind not in IN_ALL_ANSWERS:
            yield _line(_code(kind.__name__), (kind.__doc__ or "").partition("\n")[0], kind.advice)


def _line(*cells: object) -> str:
    escaped = [str(cell).replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(escaped)} |"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def main() -> int:
    """Rewrite the page."""
    found = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(MARKS.sub(lambda _: tables(), found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
