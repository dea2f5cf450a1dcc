"""Company pages in both gateways: lookup by id and by name, roles, followers."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.directory.organizations import ORGANIZATIONS, ROLES, STATES, Organization, Role
from sandbox.http.gateway import ANY_TOKEN, Call, Operation, in_both_gateways
from sandbox.http.restli import batch, listed
from sandbox.protocol.errors import refused

FOLLOWED = ("COMPANY_FOLLOWED_BY_MEMBER", "CompanyFollowedByMember")  # [D]; [I] the older name
SCOPES = ("rw_organization_admin", "r_organization_admin")


def one(call: Call) -> Response:
    """One organization, for its administrators."""
    return JSONResponse(_administered(call.key(), call))


def several(call: Call) -> Response:
    """The organizations of ?ids=List(1,2), each for its administrators."""
    return batch(call, lambda key: _administered(key, call))


def by_name(call: Call) -> Response:
    """The organization of ?vanityName=…: none or one."""
    name = call.request.query_params.get("vanityName", "").lower()
    found = [each for each in ORGANIZATIONS.values() if each.vanity_name == name]
    roles = call.sandbox.organizations
    return listed(call, found, lambda each: each.page(whole=roles.administers(call.member, each.urn)))


def looked_up(call: Call) -> Response:
    """The organizations of ?ids=List(1,2), for members who administer none of them."""
    return batch(call, lambda key: _known(key).page(whole=False))


def followers(call: Call) -> Response:
    """How many members follow an organization. [I] the figures are fixed"""
    organization = ORGANIZATIONS.get(call.key())
    kind = call.request.query_params.get("edgeType", "")
    if kind not in FOLLOWED:
        raise refused("bad_parameter", "edgeType", kind)
    if organization is None:
        raise refused("no_entity")
    return JSONResponse({"firstDegreeSize": organization.followers})


def my_roles(call: Call) -> Response:
    """The member's roles, also filtered by `role` and `state`."""
    return _roles(call, call.sandbox.organizations.roles(call.member), "organization")


def my_older_roles(call: Call) -> Response:
    """The member's roles under an older name: the organization is called organizationalTarget."""
    return _roles(call, call.sandbox.organizations.roles(call.member), "organizationalTarget")


def roles_at_page(call: Call) -> Response:
    """The roles that members have at ?organization=…, for its administrators."""
    urn = call.request.query_params.get("organization", "")
    check_administers(urn, call)
    return _roles(call, call.sandbox.organizations.roles_at(urn), "organization")


def check_administers(urn: str, call: Call) -> None:
    """Raise ApiError 404 for an unknown organization, 403 unless the member is its administrator. [D]; codes [I]"""
    if urn not in ORGANIZATIONS:
        raise refused("no_entity")
    if not call.sandbox.organizations.administers(call.member, urn):
        raise call.denied()


def _roles(call: Call, roles: list[Role], called: str) -> Response:
    params = call.request.query_params
    for name, symbols in (("role", ROLES), ("state", STATES)):
        if name in params and params[name] not in symbols:
            raise refused("bad_parameter", name, params[name])
    wanted = [
        role
        for role in roles
        if params.get("role", role.name) == role.name and params.get("state", role.state) == role.state
    ]
    return listed(call, wanted, lambda role: {called: role.organization.urn, **role.as_json()})


def _known(key: str) -> Organization:
    found = ORGANIZATIONS.get(f"urn:li:organization:{key}")
    if found is None:
        raise refused("no_entity")
    return found


def _administered(key: str, call: Call) -> dict[str, Any]:
    organization = _known(key)
    check_administers(organization.urn, call)
    return organization.page()


def _operation(resource: str, method: str, evidence: str = "D:S15", scopes: tuple[str, ...] = SCOPES) -> Operation:
    return Operation(resource, method, scopes, evidence)


ROUTES = [
    *in_both_gateways(
        *("GET", "/organizations"),
        ("ids", _operation("organizations", "BATCH_GET"), several),
        ("q=vanityName", _operation("organizations", "FINDER-vanityName"), by_name),
    ),
    *in_both_gateways("GET", "/organizations/{key}", ("", _operation("organizations", "GET"), one)),
    *in_both_gateways(
        *("GET", "/organizationsLookup"),
        ("ids", _operation("organizationsLookup", "BATCH_GET", scopes=ANY_TOKEN), looked_up),
    ),
    *in_both_gateways("GET", "/networkSizes/{key}", ("", _operation("networkSizes", "GET"), followers)),
    *in_both_gateways(
        *("GET", "/organizationAcls"),
        ("q=roleAssignee", _operation("organizationAcls", "FINDER-roleAssignee", "D:S13"), my_roles),
        ("q=organization", _operation("organizationAcls", "FINDER-organization", "D:S13"), roles_at_page),
    ),
    *in_both_gateways(
        *("GET", "/organizationalEntityAcls"),
        ("q=roleAssignee", _operation("organizationalEntityAcls", "FINDER-roleAssignee", "C:C13"), my_older_roles),
    ),
]
