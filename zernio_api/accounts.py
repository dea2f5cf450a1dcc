"""The key, the plan, and the LinkedIn accounts that are connected to Zernio."""

from __future__ import annotations

from linkedin_api.errors.tree import OutcomeUnknown
from linkedin_api.http.transport import Transport
from zernio_api.account_models import AccountHealth, ZernioAccount, ZernioUsage, listed
from zernio_api.client import NO_ANSWER, ZernioClient
from zernio_api.connecting import ConnectLink, link_of
from zernio_api.errors import bounded, id_of
from zernio_api.settings import ZERNIO_API_URL

LINKEDIN = "linkedin"
ACCOUNTS_MAX = 100  # in one answer [S]
PAGES_MAX = 10


class ZernioAccounts:
    """Reads the accounts of one key, and connects them."""

    def __init__(self, transport: Transport, api_url: str = ZERNIO_API_URL) -> None:
        self._client = ZernioClient(transport, api_url)

    def verify_key(self) -> None:
        """Check the key; reads no data.

        Sends:   GET /v1/auth/verify; the body of its answer is not documented [?], so only the status counts.
        Raises:  KeyRefused when the key is unknown or revoked.
        """
        self._client.send(self._client.planned("GET", self._client.url("auth", "verify"), None, "Checks the key."))

    def usage(self) -> ZernioUsage:
        """The plan of the key's owner, and whether it is paid for.

        Sends:   GET /v1/usage-stats [D2]; deprecated in favour of GET /v1/usage, whose form is not known [?].
        """
        body = self._client.get("usage-stats")
        usage = body.get("usage")
        count = usage.get("connectedAccounts") if isinstance(usage, dict) else None
        plan = bounded(body.get("planName"), 60)
        return ZernioUsage(plan, body.get("hasAccess") is not False, count if type(count) is int else None)

    def default_profile(self) -> str:
        """The id of the profile into which an account is connected: the default one [I].

        Sends:   GET /v1/profiles.
        Raises:  OutcomeUnknown when the answer has none.
        """
        found = [each for each in listed(self._client.get("profiles").get("profiles")) if id_of(each)]
        if not found:
            raise OutcomeUnknown("Zernio names no profile.", advice="Open zernio.com once, which makes one.")
        return id_of(next((each for each in found if each.get("isDefault") is True), found[0]))

    def list(self) -> tuple[ZernioAccount, ...]:
        """Every connected LinkedIn account; those of other networks are left out.

        Sends:   GET /v1/accounts?platform=linkedin, further pages by their cursor.
        """
        accounts: dict[str, ZernioAccount] = {}
        for body in self._client.pages("accounts", most=PAGES_MAX, platform=LINKEDIN, limit=ACCOUNTS_MAX):
            if not isinstance(body.get("accounts"), list):
                raise OutcomeUnknown(NO_ANSWER, advice="Try again in a minute.", retryable=True)
            accounts |= {each.id: each for each in map(ZernioAccount.read, listed(body["accounts"])) if each}
        return tuple(accounts.values())

    def all_health(self) -> tuple[AccountHealth, ...]:
        """The health of every account in one call. Sends: GET /v1/accounts/health?platform=linkedin."""
        body = self._client.get("accounts", "health", platform=LINKEDIN)
        return tuple(AccountHealth.read(each) for each in listed(body.get("accounts")))

    def connect_link(self, profile_id: str, redirect_url: str, *, reconnect: str = "") -> ConnectLink:
        """Where the browser goes to connect a LinkedIn account, or to reconnect the one with the id `reconnect`.

        redirect_url holds an unguessable token of the caller's own: Zernio's state does not come back. Afterwards
        believe only list().

        Sends:   GET /v1/connect/linkedin with redirect_url (in snake case, unlike the other parameters) [D1, D2].
        Raises:  PaymentNeeded, KeyLimited, ZernioNotFound.
        """
        query = {"profileId": profile_id, "redirect_url": redirect_url, "reconnectAccountId": reconnect}
        call = self._client.planned(
            "GET", self._client.url("connect", LINKEDIN, **query), None, "Asks where to connect a LinkedIn account."
        )
        return link_of(self._client.perform(call, secrets=_tokens(redirect_url)))


def _tokens(redirect_url: str) -> tuple[str, ...]:
    """The values in the query of our own address: whoever has them may finish the connecting in our name."""
    pairs = redirect_url.partition("?")[2].partition("#")[0].split("&")
    return tuple(value for pair in pairs if len(value := pair.partition("=")[2]) >= 10)
