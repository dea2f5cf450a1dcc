"""For which company pages a member may act, and how these are called: organizationAcls and organizations (§6.4)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from linkedin_api.auth.models import picture_address
from linkedin_api.community.paging import PAGE_MAX, page_query, read_page
from linkedin_api.errors.tree import Forbidden, NotFound
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.reference.json_fields import inner, text_in, urn_in
from linkedin_api.reference.urn import Urn

# [I] The other roles are for paid posts, vacancies and forms. LinkedIn writes the second in two ways [C].
POSTING_ROLES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})
ASKED_ONE_BY_ONE = 10  # organizations; each is a call of the day's budget, 100 in the development tier
# The logo is only a URN without "~", which the versioned gateway is not known to take.
_FIELDS = "(id,localizedName,vanityName,logoV2(original~:playableStreams))"
_PAGES_MAX = 50  # 5,000 roles; bounds a list whose next page never ends


@dataclass(frozen=True)
class OrganizationRole:
    """What the member is for an organization; state is APPROVED for a role that counts."""

    organization: Urn
    role: str
    state: str

    @property
    def may_post(self) -> bool:
        """Whether the role lets the member publish, comment and upload for the organization."""
        return self.state == "APPROVED" and self.role in POSTING_ROLES


@dataclass(frozen=True)
class OrganizationProfile:
    """A company page as its readers see it; logo is the address of a picture, which may expire."""

    urn: Urn
    name: str
    vanity_name: str | None = None
    logo: str | None = None


class Organizations:
    """Lists the organizations that the member manages; needs rw_organization_admin or r_organization_admin."""

    def __init__(self, transport: Transport, *, api_url: str, version: str) -> None:
        self._transport = transport
        self._rest = api_url.rstrip("/") + "/rest"
        self._v2 = api_url.rstrip("/") + "/v2"
        self._headers = {"LinkedIn-Version": version, **planned_call.PROTOCOL, "X-RestLi-Method": "FINDER"}

    def administered(self, role: str | None = None) -> tuple[OrganizationRole, ...]:
        """Every approved role of the member, or those of one kind such as "ADMINISTRATOR".

        Sends:   GET /rest/organizationAcls?q=roleAssignee&state=APPROVED[&role], as often as there are pages.
        Returns: one entry for each role and organization, in LinkedIn's order.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role
        """
        only = f"&role={quote(role, safe='')}" if role else ""
        found: dict[OrganizationRole, None] = {}
        start: int | None = 0
        for _ in range(_PAGES_MAX):
            if start is None:
                break
            url = f"{self._rest}/organizationAcls?q=roleAssignee{only}&state=APPROVED&{page_query(start, PAGE_MAX)}"
            answer = self._transport.send("GET", url, headers=self._headers)
            page = read_page(answer.json(), _role, start, PAGE_MAX)
            found.update(dict.fromkeys(page))
            start = page.next_start
        return tuple(found)

    def lookup(self, urns: Iterable[Urn]) -> dict[Urn, OrganizationProfile]:
        """Names and logos of organizations; those that LinkedIn does not tell are left out.

        The development tier refuses to be asked for several at once: then the first 10 are asked for one by one.

        Sends:   GET /v2/organizationsLookup?ids=List(1,2)&projection=…, or else GET /v2/organizations/{id} for each.
        Returns: by URN.
        Raises:  Unauthorized, RateLimited, OutcomeUnknown, Unreachable.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-lookup-api
        """
        wanted = [urn for urn in dict.fromkeys(urns) if urn.id.isdecimal()]
        found: dict[Urn, OrganizationProfile] = {}
        try:
            for start in range(0, len(wanted), PAGE_MAX):
                found |= self._together(wanted[start : start + PAGE_MAX])
        except (Forbidden, NotFound):
            for urn in wanted[:ASKED_ONE_BY_ONE]:
                with contextlib.suppress(Forbidden, NotFound):  # of which the member is no administrator
                    found |= _organization(urn, self._read(f"organizations/{urn.id}?projection={_FIELDS}"))
        return found

    def by_vanity_name(self, vanity_name: str) -> OrganizationProfile | None:
        """The organization with this name in its address, linkedin.com/company/{vanity_name}; None for an unknown one.

        Sends:   GET /rest/organizations?q=vanityName&vanityName=….
        Returns: without a logo, of which LinkedIn tells only the URN.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown, Unreachable.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-lookup-api
        """
        url = f"{self._rest}/organizations?q=vanityName&vanityName={quote(vanity_name, safe='')}"
        body = self._transport.send("GET", url, headers=self._headers).json()
        return next(iter(read_page(body, _found, 0, PAGE_MAX)), None)

    def _together(self, urns: Sequence[Urn]) -> dict[Urn, OrganizationProfile]:
        ids = ",".join(urn.id for urn in urns)
        results = inner(self._read(f"organizationsLookup?ids=List({ids})&projection=(results*{_FIELDS})"), "results")
        told = [_organization(urn, inner(results, urn.id)) for urn in urns]
        return {urn: each for one in told for urn, each in one.items()}

    def _read(self, what: str) -> Mapping[str, Any]:
        return self._transport.send("GET", f"{self._v2}/{what}", headers=planned_call.PROTOCOL).json()


def _organization(urn: Urn, fields: Mapping[str, Any]) -> dict[Urn, OrganizationProfile]:
    """The organization by its URN; nothing when it has no name."""
    name = text_in(fields, "localizedName").strip()
    if not name:
        return {}
    logo = picture_address(inner(fields, "logoV2"), "original")
    return {urn: OrganizationProfile(urn, name, text_in(fields, "vanityName") or None, logo)}


def _found(fields: Mapping[str, Any]) -> OrganizationProfile | None:
    number = str(fields.get("id", ""))
    if not re.fullmatch("[0-9]{1,25}", number):
        return None
    urn = Urn(f"urn:li:organization:{number}")
    return _organization(urn, fields).get(urn)


def _role(fields: Mapping[str, Any]) -> OrganizationRole | None:
    organization = urn_in(fields, "organization", "organizationTarget")  # the second in older versions [C]
    if organization is None:
        return None
    return OrganizationRole(organization, text_in(fields, "role"), text_in(fields, "state"))
