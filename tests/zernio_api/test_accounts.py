"""Keys, accounts and connecting, against the sandbox's own Zernio."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from linkedin_api.errors.tree import OutcomeUnknown
from linkedin_api.settings import SettingsError
from sandbox.directory.members import ADA, ZOE
from sandbox.directory.organizations import BRIDGE, ENGINES
from tests.support.patience import PATIENCE_S
from tests.zernio_api.conftest import Way
from zernio_api import KeyRefused, PaymentNeeded, ZernioNotFound, read, read_return
from zernio_api.account_models import AccountHealth, ZernioAccount
from zernio_api.outcome import read as read_outcome
from zernio_api.settings import without_key

BACK = "http://localhost:8501/me?ticket=unguessable-1"


def chosen(url: str, author: str, choice: str = "allow") -> dict[str, str]:
    """Choose on the sandbox's page; the parameters of the way back."""
    assert "Whom do you connect?" in requests.get(url, timeout=PATIENCE_S).text
    form = {"state": dict(parse_qsl(urlsplit(url).query))["state"], "author": author, "choice": choice}
    page = url.partition("?")[0]
    answer = requests.post(page, form, allow_redirects=False, timeout=PATIENCE_S)
    assert answer.status_code == 302
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_a_page_is_connected_reconnected_and_disconnected(way: Way) -> None:
    accounts, profile = way.accounts, way.accounts.default_profile()
    came = chosen(accounts.connect_link(profile, BACK).url, ENGINES.urn)
    back = read_return(came)
    page = {each.id: each for each in accounts.list()}[back.account_id]

    assert came["ticket"] == "unguessable-1"
    assert (page.name, page.kind, page.urn) == (ENGINES.name, "organization", ENGINES.urn)
    assert (page.has_lost_linkedin, page.profile_id) == (False, profile)
    way.state.change_account(page.id, broken=True)
    lost = {each.id: each for each in accounts.list()}[page.id]
    assert lost.has_lost_linkedin
    assert {each.account_id: each.needs_reconnection for each in accounts.all_health()}[page.id]

    link = accounts.connect_link(profile, BACK, reconnect=page.id).url
    other = read_return(chosen(link, BRIDGE.urn))
    assert "somebody else" in other.error
    assert (
        read_return(chosen(accounts.connect_link(profile, BACK, reconnect=page.id).url, ENGINES.urn)).account_id
        == page.id
    )


def test_a_cancelled_connect_and_one_beyond_the_plan_are_a_sentence(way: Way) -> None:
    profile = way.accounts.default_profile()
    cancelled = read_return(chosen(way.accounts.connect_link(profile, BACK).url, ZOE.urn, "cancel"))
    way.state.set(accounts=1)

    assert (cancelled.account_id, "cancelled" in cancelled.error, bool(cancelled.advice)) == ("", True, True)
    with pytest.raises(PaymentNeeded):
        way.accounts.connect_link(profile, BACK)
    assert read_return({"error": "new_slug<b>"}).error == "Zernio could not connect the account (new_slug<b>)."
    assert read_return({"connected": "linkedin", "accountId": "../x"}).error
    assert way.accounts.usage().connected_accounts == 1


def test_a_mention_is_found_by_its_address(way: Way) -> None:
    found = way.publisher.find_mention(way.account_id, "https://www.linkedin.com/company/bridge-and-sons")

    assert (found.urn, found.name) == (BRIDGE.urn, BRIDGE.name)
    with pytest.raises(ZernioNotFound):
        way.publisher.find_mention(way.account_id, "https://www.linkedin.com/in/nobody")


def test_a_key_is_verified_and_read_from_either_name(way: Way) -> None:
    way.accounts.verify_key()
    way.state.revoke(way.key)
    with pytest.raises(KeyRefused):
        way.accounts.verify_key()

    assert read({}) is None
    found = read({"LATE_API_KEY": " sk_1 ", "ZERNIO_API_URL": "http://localhost:1/zernio"})
    assert found is not None
    assert (found.api_key, found.api_url) == ("sk_1", "http://localhost:1/zernio/v1")
    assert without_key({"ZERNIO_UPLOAD_HOSTS": "Files.example.com, b:1"}).upload_hosts == ("files.example.com", "b:1")
    wrong_key: list[dict[str, str]] = [{"ZERNIO_API_KEY": "sk_1 2"}, {"ZERNIO_API_KEY": "sk_1é"}]
    elsewhere = [{"ZERNIO_API_URL": "http://example.com"}, {"ZERNIO_UPLOAD_HOSTS": "https://files.example.com/a"}]
    for wrong in (*wrong_key, *({"ZERNIO_API_KEY": "sk_12", **each} for each in elsewhere)):
        with pytest.raises(SettingsError) as error:
            read(wrong)
        assert "sk_1" not in str(error.value).replace("sk_0123456789abcdef", "")


def test_an_answer_may_hold_what_nobody_knows() -> None:
    odd = {"_id": "a1", "platform": "linkedin", "metadata": 3, "rateLimitedUntil": "soon", "displayName": "x" * 9000}
    account = ZernioAccount.read(odd)
    outcome = read_outcome({"_id": "p", "status": "teleported", "platforms": [{"platform": "linkedin", "status": "?"}]})

    assert account is not None
    assert (len(account.name), account.kind_label, account.urn) == (120, "LinkedIn account", "urn:li:person:a1")
    assert ZernioAccount.read({"_id": "b", "platform": "mars"}) is None
    assert AccountHealth.read({"tokenExpiresAt": "0001-01-01T00:00:00+10:00", "issues": [1, "late"]}).issues == (
        "late",
    )
    assert (outcome.state, outcome.is_final, outcome.urn) == ("sending", False, None)
    waits = {"platform": "linkedin", "status": "failed", "errorCategory": "platform_rate_limit"}
    assert not read_outcome({"_id": "p", "status": "failed", "platforms": [waits]}).is_final


def test_the_list_of_accounts_is_read_page_by_page(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zernio_api.accounts.ACCOUNTS_MAX", 1)
    way.state.connect(ZOE, ZOE)

    assert [each.name for each in way.accounts.list()] == [ADA.name, ZOE.name]
    assert len(way.seen) == 2


def test_an_answer_that_is_no_list_is_no_list_of_accounts(way: Way) -> None:
    way.linkedin.state.faults.arm("zernio_bad_gateway")
    with pytest.raises(OutcomeUnknown) as error:
        way.accounts.list()
    assert error.value.retryable
