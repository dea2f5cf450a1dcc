"""For which company pages a member may act: organizationAcls of the versioned API (§6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from linkedin_api.community.paging import PAGE_MAX, page_query, read_page, text_in, urn_in
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.reference.urn import Urn

# [I] The other roles are for paid posts, vacancies and forms. LinkedIn writes the second in two ways [C].
POSTING_ROLES = frozenset({"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"})
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


class Organizations:
    """Lists the organizations that the member manages; needs rw_organization_admin or r_organization_admin."""

    def __init__(self, transport: Transport, *, api_url: str, version: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/rest/organizationAcls"
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
            url = f"{self._url}?q=roleAssignee{only}&state=APPROVED&{page_query(start, PAGE_MAX)}"
            answer = self._transport.send("GET", url, headers=self._headers)
            page = read_page(answer.json(), _role, start, PAGE_MAX)
            found.update(dict.fromkeys(page))
            start = page.next_start
        return tuple(found)


def _role(fields: Mapping[str, Any]) -> OrganizationRole | None:
    organization = urn_in(fields, "organization", "organizationTarget")  # the second in older versions [C]
    if organization is None:
        return None
    return OrganizationRole(organization, text_in(fields, "role"), text_in(fields, "state"))
