"""Company pages of the sandbox in both gateways: lookup, roles, followers, figures, logos."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.directory.apps import COMMUNITY, COMMUNITY_CLIENT, SELF_SERVE, SELF_SERVE_CLIENT
from tests.conftest import RunningSandbox
from tests.support.patience import PATIENCE_S

ADA, ZOE = "782bbtaQ", "k4Zu-E_9"
ENGINES, BRIDGE = "urn:li:organization:2414183", "urn:li:organization:5515715"
LOGO = "urn:li:digitalmediaAsset:C4D0BAQ2414183"
ADMIN = "rw_organization_admin"

both = pytest.mark.parametrize("gateway", ["/rest", "/v2"])


def encoded(urn: str) -> str:
    return quote(urn, safe="")


def asked(linkedin: RunningSandbox, path: str, member: str = ADA, client: str = COMMUNITY_CLIENT) -> requests.Response:
    scopes = list(COMMUNITY if client == COMMUNITY_CLIENT else SELF_SERVE)
    token = linkedin.state.tokens.new_access_token(client, member, scopes)
    headers = {"Authorization": f"Bearer {token}", "X-Restli-Protocol-Version": "2.0.0"}
    if path.startswith("/rest"):
        headers["LinkedIn-Version"] = "202609"
    return requests.get(linkedin.url + path, headers=headers, timeout=PATIENCE_S)


def told(linkedin: RunningSandbox, path: str, member: str = ADA) -> Any:
    answer = asked(linkedin, path, member)
    assert answer.status_code == 200, answer.text
    return answer.json()


@both
def test_an_organization_is_found_by_id_by_name_and_with_others(linkedin: RunningSandbox, gateway: str) -> None:
    by_id = told(linkedin, f"{gateway}/organizations/2414183?fields=localizedName,vanityName")
    by_name = told(linkedin, f"{gateway}/organizations?q=vanityName&vanityName=analytical-engines")
    several = told(linkedin, f"{gateway}/organizations?ids=List(2414183,5515715,7)")

    assert (by_id["id"], by_id["localizedName"]) == (2414183, "Analytical Engines")
    assert (by_id["vanityName"], by_id["logoV2"]["original"]) == ("analytical-engines", LOGO)
    assert by_name["elements"] == [by_id]
    assert [page["localizedName"] for page in several["results"].values()] == ["Analytical Engines", "Bridge & Sons"]
    assert several["errors"]["7"]["status"] == 404
    assert told(linkedin, f"{gateway}/organizations?q=vanityName&vanityName=nobody")["elements"] == []


@both
def test_whoever_is_no_administrator_looks_up_less(linkedin: RunningSandbox, gateway: str) -> None:
    refused = asked(linkedin, f"{gateway}/organizations/5515715", ZOE)
    looked_up = asked(linkedin, f"{gateway}/organizationsLookup?ids=List(5515715)", ZOE, SELF_SERVE_CLIENT)
    self_serve = asked(linkedin, f"{gateway}/organizations/2414183", client=SELF_SERVE_CLIENT)
    version = "20260901" if gateway == "/rest" else "NO_VERSION"

    assert (refused.status_code, self_serve.status_code) == (403, 403)
    assert self_serve.json()["message"] == f"Not enough permissions to access: organizations.GET.{version}"
    assert looked_up.json()["results"]["5515715"]["localizedName"] == "Bridge & Sons"


@both
def test_roles_are_read_from_both_sides(linkedin: RunningSandbox, gateway: str) -> None:
    me = encoded(f"urn:li:person:{ADA}")
    query = f"q=roleAssignee&roleAssignee={me}&role=ADMINISTRATOR&state=APPROVED&count=1&projection=(x)&fields=a,b"
    mine = told(linkedin, f"{gateway}/organizationAcls?{query.replace('projection=(x)', 'projection=(elements)')}")
    theirs = told(linkedin, f"{gateway}/organizationAcls?q=organization&organization={encoded(ENGINES)}")

    role = {"roleAssignee": f"urn:li:person:{ADA}", "role": "ADMINISTRATOR", "state": "APPROVED"}
    assert mine["elements"] == [{"organization": ENGINES} | role]
    assert [each["role"] for each in theirs["elements"]] == ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR"]
    foreign = f"{gateway}/organizationAcls?q=organization&organization={encoded(BRIDGE)}"
    assert asked(linkedin, foreign, ZOE).status_code == 403


def test_the_older_roles_carry_the_names_and_logos_of_the_pages(linkedin: RunningSandbox) -> None:
    shown = "(elements*(role,organizationalTarget~(id,localizedName,vanityName,logoV2(original~:playableStreams))))"
    elements = told(linkedin, f"/v2/organizationalEntityAcls?q=roleAssignee&projection={shown}")["elements"]

    page = elements[0]["organizationalTarget~"]
    assert [set(element) for element in elements] == [{"role", "organizationalTarget", "organizationalTarget~"}] * 2
    assert (elements[0]["organizationalTarget"], set(page)) == (
        ENGINES,
        {"id", "localizedName", "vanityName", "logoV2"},
    )
    address = page["logoV2"]["original~"]["elements"][0]["identifiers"][0]["identifier"]
    logo = requests.get(address, timeout=PATIENCE_S)
    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/svg+xml")
    assert address.startswith(linkedin.url)
    assert ">AE<" in logo.text


def test_a_projection_that_is_not_understood_changes_nothing(linkedin: RunningSandbox) -> None:
    whole = told(linkedin, "/v2/organizations/2414183")

    for broken in ("(", "id", "(id", "((((((((((((id))))))))))))", "(id,)", "(logoV2(original~:))", ""):
        assert told(linkedin, f"/v2/organizations/2414183?projection={broken}") == whole
    assert told(linkedin, "/v2/organizations/2414183?projection=(id,nothing,id*(x))") == {"id": 2414183}


@both
def test_followers_are_counted(linkedin: RunningSandbox, gateway: str) -> None:
    path = f"{gateway}/networkSizes/{encoded(ENGINES)}?edgeType="

    assert told(linkedin, f"{path}COMPANY_FOLLOWED_BY_MEMBER") == {"firstDegreeSize": 1843}
    assert asked(linkedin, f"{path}FRIENDS").status_code == 400


@both
def test_the_figures_of_a_pages_posts_are_counted_from_what_happened(linkedin: RunningSandbox, gateway: str) -> None:
    state = linkedin.state
    token = state.tokens.new_access_token(COMMUNITY_CLIENT, ADA, list(COMMUNITY))
    headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    body = {"author": ENGINES, "commentary": "ours", "visibility": "PUBLIC", "lifecycleState": "PUBLISHED"}
    body["distribution"] = {"feedDistribution": "MAIN_FEED"}  # type: ignore[assignment]
    made = requests.post(f"{linkedin.url}/rest/posts", json=body, headers=headers, timeout=PATIENCE_S)
    urn = made.headers["x-restli-id"]
    requests.get(f"{linkedin.url}/feed/update/{urn}/", timeout=PATIENCE_S)
    actor = f"?actor={encoded(ENGINES)}"
    like = {"root": urn, "reactionType": "LIKE"}
    requests.post(f"{linkedin.url}/rest/reactions{actor}", json=like, headers=headers, timeout=PATIENCE_S)

    path = f"{gateway}/organizationalEntityShareStatistics?q=organizationalEntity&organizationalEntity="
    everything = told(linkedin, path + encoded(ENGINES))["elements"]
    one = told(linkedin, f"{path}{encoded(ENGINES)}&shares[0]={encoded(urn)}")["elements"]
    listed = told(linkedin, f"{path}{encoded(ENGINES)}&shares=List({encoded(urn)})")["elements"]

    figures = {"impressionCount": 1, "uniqueImpressionsCount": 0, "clickCount": 0, "likeCount": 1}
    figures |= {"commentCount": 0, "shareCount": 0, "engagement": 1.0}
    assert everything == [{"organizationalEntity": ENGINES, "totalShareStatistics": figures}]
    assert one == listed == [{"share": urn} | everything[0]]
    assert asked(linkedin, path + encoded(BRIDGE), ZOE).status_code == 403
    assert asked(linkedin, f"{path}{encoded(ENGINES)}&timeIntervals=(x:1)").status_code == 501


def test_a_logo_is_read_as_an_image_too(linkedin: RunningSandbox) -> None:
    image = told(linkedin, f"/rest/images/{encoded(LOGO.replace('digitalmediaAsset', 'image'))}")

    assert (image["owner"], image["status"]) == (ENGINES, "AVAILABLE")
    assert requests.get(image["downloadUrl"], timeout=PATIENCE_S).headers["content-type"] == "image/svg+xml"


def test_me_has_a_picture_that_loads(linkedin: RunningSandbox) -> None:
    me = told(linkedin, "/v2/me?projection=(id,profilePicture(displayImage~:playableStreams))")
    streams = me["profilePicture"]["displayImage~"]["elements"]
    picture = requests.get(streams[-1]["identifiers"][0]["identifier"], timeout=PATIENCE_S)

    assert (set(me), me["id"]) == ({"id", "profilePicture"}, ADA)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
