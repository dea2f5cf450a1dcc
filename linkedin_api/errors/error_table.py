"""Maps LinkedIn's error answers to exceptions, by status, code, serviceErrorCode and text; see error_table.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from linkedin_api.errors import tree
from linkedin_api.reference import products

THREAD = re.compile(r"actual threadUrn: (?P<urn>urn:li:[A-Za-z]+:(?:\([^\s()]+\)|[\w-]+))")
DUPLICATE = re.compile(r"duplicate of (?P<urn>urn:li:[A-Za-z]+:\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class ErrorMeaning:
    """One row: the exception and its sentence, and what an answer must have; None and "" match everything.

    reason: of an Unauthorized; of_the_day: of a RateLimited.
    """

    error: type[tree.APIError]
    sentence: str
    status: int | None = None
    code: str | None = None
    service_error_code: int | None = None
    told: str = ""
    advice: str | None = None
    reason: str = "invalid"
    of_the_day: bool = False

    def fits(self, status: int, code: str | None, number: int | None, message: str) -> bool:
        """Whether this row is for such an answer."""
        wanted = (self.status, self.code, self.service_error_code)
        return self.told in message and all(
            want in (None, have) for want, have in zip(wanted, (status, code, number), strict=True)
        )


def meaning_of(status: int, code: str | None, number: int | None, message: str) -> ErrorMeaning:
    """The row for an answer's status, code, serviceErrorCode and message."""
    if "version" in message.lower() and "is not active" in message:  # seen once without the 426 (§5.1)
        code = "NONEXISTENT_VERSION"
    if status in (409, 422) and DUPLICATE.search(message):
        code = "DUPLICATE_POST"
    return next(row for row in ROWS if row.fits(min(status, 500), code, number, message))


def _rows() -> Iterator[ErrorMeaning]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        table = tomllib.load(file)
    for row in table["rows"]:
        scope, name = row.pop("scope", ""), row.pop("advice", None)
        advice = table["advice"][name] if name else None
        error = getattr(tree, row.pop("error"))
        yield ErrorMeaning(error, advice=products.advice_for(scope) if scope else advice, **row)


ROWS = tuple(_rows())  # in the order in which they are tried
