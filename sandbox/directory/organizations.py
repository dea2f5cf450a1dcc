"""The two organizations of the sandbox, and their members' roles."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def urn(self) -> str:
        """The URN that posts name as their author."""
        return f"urn:li:organization:{self.number}"

    @property
    def sub(self) -> str:
        """The key of its stored posts and files, as `sub` is a member's."""
        return self.urn

    @property
    def picture_path(self) -> str | None:
        """None: no organization has a picture."""
        return None


@dataclass(frozen=True)
class Role:
    """A member's role for an organization."""

    member: Member
    organization: Organization
    name: str
    state: str = "APPROVED"


ENGINES = Organization("2414183", "Analytical Engines")
BRIDGE = Organization("5515715", "Bridge & Sons")
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
