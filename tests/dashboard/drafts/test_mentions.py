"""Whom a mention may name: those used before, and company pages that LinkedIn is asked for."""

from __future__ import annotations

import pytest

from dashboard.accounts.sign_in import EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES
from dashboard.drafts.company_links import CompanyKey, NoCompany, company_key
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting
from dashboard.services import Services
from linkedin_api import LinkedInError
from sandbox.directory.organizations import BRIDGE, ENGINES
from tests.conftest import RunningSandbox
from tests.dashboard.accounts.test_apps import signed_in_through
from tests.ui.test_pages import SessionMiddleware, linkedin, member, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures

PAGES = {
    "https://www.linkedin.com/company/analytical-engines/posts/?feedView=all": CompanyKey(
        vanity_name=ENGINES.vanity_name
    ),
    "linkedin.com/company/2414183/admin": CompanyKey(number="2414183"),
    "https://de.linkedin.com/school/universit%C3%A4t-z%C3%BCrich/": CompanyKey(vanity_name="universität-zürich"),
    "urn:li:fsd_company:2414183": CompanyKey(number="2414183"),
    " Bridge & Sons ": CompanyKey(vanity_name=BRIDGE.vanity_name),
    "analytical-engines": CompanyKey(vanity_name=ENGINES.vanity_name),
}


@pytest.mark.parametrize("said", PAGES)
def test_a_company_page_is_named_in_many_ways(said: str) -> None:
    assert company_key(said) == PAGES[said]


@pytest.mark.parametrize("said", ["", "?!", "https://www.linkedin.com/in/ada-example", "urn:li:person:abc", "x" * 201])
def test_what_names_no_company_page_says_what_to_paste(said: str) -> None:
    with pytest.raises(NoCompany, match="Paste its address"):
        company_key(said)


def test_who_was_mentioned_before_is_offered_last_used_first(services: Services, member: SessionMiddleware) -> None:
    [me] = services.accounts.all()
    services.outbox.put(Posting(me.id, Draft(text=f"@[Old name]({ENGINES.urn}) and @[Zoë](urn:li:person:z1)")))
    services.outbox.put(Posting(me.id, Draft(text="x", first_comment=f"@[Bridge \\[&\\] Sons]({BRIDGE.urn})")))
    services.drafts.save_template(
        me.id, "Thanks", Draft(text=f"@[Analytical Engines]({ENGINES.urn}) @[ ](urn:li:person:y)")
    )
    services.drafts.save(me.id, Draft(text="@[Ada](urn:li:person:a1) @[half](urn:li:person:"))

    assert list(services.mentioned.by(me.id).items()) == [
        ("urn:li:person:a1", "Ada"),
        (ENGINES.urn, "Analytical Engines"),
        (BRIDGE.urn, "Bridge [&] Sons"),
        ("urn:li:person:z1", "Zoë"),
    ]
    assert services.mentioned.by(me.id + 1) == {}


def test_a_page_is_looked_up_by_its_number_with_any_sign_in(services: Services, member: SessionMiddleware) -> None:
    [me] = services.accounts.all()

    assert services.engagement.company_page(me, f"linkedin.com/company/{BRIDGE.number}").name == "Bridge & Sons"
    with pytest.raises(LinkedInError, match="no company page “404”"):
        services.engagement.company_page(me, "404")


def test_a_page_is_looked_up_by_its_name_only_with_the_scope_for_it(
    services: Services, member: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    [self_serve] = services.accounts.all()
    before = len(linkedin.state.calls)
    with pytest.raises(LinkedInError, match="may not look for a page by its name") as refused:
        services.engagement.company_page(self_serve, "Bridge & Sons")
    assert "rw_organization_admin" in str(refused.value.advice)
    assert len(linkedin.state.calls) == before

    of_pages = signed_in_through(services, EVERY_PRODUCT_CLIENT, EVERY_PRODUCT_SCOPES)
    found = services.engagement.company_page(of_pages, "https://www.linkedin.com/company/bridge-and-sons/")
    assert (found.urn, found.name) == (BRIDGE.urn, "Bridge & Sons")
    with pytest.raises(LinkedInError, match="no company page “nobodys-page”"):
        services.engagement.company_page(of_pages, "Nobody's page")
