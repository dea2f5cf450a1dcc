"""The organizations for which a member may act: /rest/organizationAcls."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.directory.organizations import ROLES, STATES, Role
from sandbox.http.gateway import Call, Operation, guarded
from sandbox.http.restli import paged
from sandbox.protocol import errors

PARAMETERS = frozenset({"q", "role", "state", "start", "count"})


def find(call: Call) -> Response:
    """The member's roles: {"elements": [{"organization", "roleAssignee", "role", "state"}], "paging"}. [D]"""
    call.expect_method("FINDER")
    params = call.request.query_params
    if params.get("q") != "roleAssignee":
        raise errors.no_resource()
    unknown = sorted(set(params) - PARAMETERS)
    if unknown:
        raise errors.bad_parameter(unknown[0], params[unknown[0]])  # [I]
    for name, symbols in (("role", ROLES), ("state", STATES)):
        if name in params and params[name] not in symbols:
            raise errors.bad_parameter(name, params[name])
    roles = [
        role
        for role in call.sandbox.organizations.roles(call.member)
        if params.get("role", role.name) == role.name and params.get("state", role.state) == role.state
    ]
    shown, paging = paged(call, roles)
    return JSONResponse({"elements": [_as_json(role) for role in shown], "paging": paging})


def _as_json(role: Role) -> dict[str, str]:
    return {
        "organization": role.organization.urn,
        "roleAssignee": role.member.urn,
        "role": role.name,
        "state": role.state,
    }


SCOPES = ("rw_organization_admin", "r_organization_admin")
FIND = Operation("organizationAcls", "FINDER-roleAssignee", SCOPES, versioned=True, one_is_enough=True)

ROUTES = [Route("/rest/organizationAcls", guarded(FIND, find), methods=["GET"])]
