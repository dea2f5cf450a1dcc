"""The company page that an address, a URN or a name means, as somebody has copied or typed it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

# [I] a school and a showcase page are organizations too, whose addresses have the same form
_ADDRESS = re.compile(r"linkedin\.com/(?:company|school|showcase)/([^/?#\s]+)", re.IGNORECASE)
_URN = re.compile(r"urn:li:(?:organization|organizationBrand|company|fsd_company):([0-9]{1,25})(?![0-9])")
NAME_MAX = 200  # [I] longer than any
NO_COMPANY = (
    "No company page is named here. Paste its address, such as linkedin.com/company/analytical-engines, or type the "
    "name that stands at its end."
)


class NoCompany(ValueError):
    """What was pasted names no company page. The message is one sentence and a next step."""


@dataclass(frozen=True)
class CompanyKey:
    """A company page by its number, the end of its URN, or by its vanity name, the end of its address."""

    number: str = ""
    vanity_name: str = ""


def company_key(said: str) -> CompanyKey:
    """The page that an address, a URN, a number, a vanity name or a name means. Raises: NoCompany.

    A name such as "Bridge & Sons" becomes what its address most likely ends with: bridge-and-sons. [I]
    """
    text = unquote(said).strip()
    if found := _URN.search(text):
        return CompanyKey(number=found[1])
    address = _ADDRESS.search(text)
    name = address[1] if address else text
    if re.fullmatch("[0-9]{1,25}", name):
        return CompanyKey(number=name)
    if not address:
        if "/" in name or ":" in name:
            raise NoCompany(NO_COMPANY)
        name = re.sub(r"[^\w]+", "-", re.sub("['’.]", "", name.lower()).replace("&", " and ")).strip("-_")
    if not name or len(name) > NAME_MAX:
        raise NoCompany(NO_COMPANY)
    return CompanyKey(vanity_name=name)
