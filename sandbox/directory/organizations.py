"""The two organizations of the sandbox, and their members' roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.directory.members import ADA, ZOE, Member

ADMINISTRATOR, CONTENT_ADMINISTRATOR = "ADMINISTRATOR", "CONTENT_ADMINISTRATOR"
# [D] the roles that LinkedIn knows
ROLES = (
    ADMINISTRATOR,
    CONTENT_ADMINISTRATOR,
    "CONTENT_ADMIN",
    "DIRECT_SPONSORED_CONTENT_POSTER",
    "RECRUITING_POSTER",
    "LEAD_GEN_FORMS_MANAGER",
)
STATES = ("APPROVED", "REQUESTED", "REJECTED", "REVOKED")  # [D] APPROVED, [?] the others
POSTING = (ADMINISTRATOR, CONTENT_ADMINISTRATOR)  # [I]


@dataclass(frozen=True)
class Organization:
    """A company page; `number` is the end of urn:li:organization:{number}."""

    number: str
    name: str
    vanity_name: str
    followers: int

    @property
    def urn(self) -> str:
        """The URN that posts name as their author."""
        return f"urn:li:organization:{self.number}"

    @property
    def sub(self) -> str:
        """The key of its stored posts and files, as `sub` is a member's."""
        return self.urn

    @property
    def picture_path(self) -> str:
        """Where the logo is, relative to the sandbox."""
        return f"/logos/{self.number}"

    @property
    def picture_urn(self) -> str:
        """The URN of the logo."""
        return f"urn:li:digitalmediaAsset:C4D0BAQ{self.number}"

    def page(self, *, whole: bool = True) -> dict[str, Any]:
        """What an organization lookup tells; whoever does not administer the page gets less. [D] names, [I] which."""
        # [I] what a member who is no administrator may see
        seen = {
            "id": int(self.number),
            "localizedName": self.name,
            "name": {"localized": {"en_US": self.name}, "preferredLocale": {"country": "US", "language": "en"}},
            "vanityName": self.vanity_name,
            "logoV2": {"original": self.picture_urn, "cropped": self.picture_urn},
        }
        return seen | {"$URN": self.urn, "organizationStatus": "OPERATING"} if whole else seen


@dataclass(frozen=True)
class Role:
    """A member's role for an organization."""

    member: Member
    organization: Organization
    name: str
    state: str = "APPROVED"

    def as_json(self) -> dict[str, str]:
        """Whose role it is, as LinkedIn tells it; not of which organization."""
        return {"roleAssignee": self.member.urn, "role": self.name, "state": self.state}


ENGINES = Organization("2414183", "Analytical Engines", "analytical-engines", 1843)
BRIDGE = Organization("5515715", "Bridge & Sons", "bridge-and-sons", 12)
ORGANIZATIONS = {organization.urn: organization for organization in (ENGINES, BRIDGE)}


class OrganizationRoles:
    """The roles of all members; Zoë has none for the second organization."""

    def __init__(self) -> None:
        self._roles = (
            Role(ADA, ENGINES, ADMINISTRATOR),
            Role(ZOE, ENGINES, CONTENT_ADMINISTRATOR),
            Role(ADA, BRIDGE, ADMINISTRATOR),
        )

    def may_post(self, member: Member, urn: str) -> bool:
        """Whether the member may publish, comment and upload as the organization with this URN."""
        return any(role.organization.urn == urn and role.name in POSTING for role in self.roles(member))

    def roles(self, member: Member) -> list[Role]:
        """Every role of a member, one for each organization."""
        return [role for role in self._roles if role.member == member]

    def roles_at(self, urn: str) -> list[Role]:
        """The roles that members have for the organization with this URN."""
        return [role for role in self._roles if role.organization.urn == urn]

    def administers(self, member: Member, urn: str) -> bool:
        """Whether the member is the administrator of the organization with this URN."""
        return any(role.member == member and role.name == ADMINISTRATOR for role in self.roles_at(urn))
