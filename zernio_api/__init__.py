"""A typed client of Zernio, the second way to LinkedIn: with a key of Zernio, without a LinkedIn app of one's own.

    from linkedin_api import Post
    from zernio_api import ZernioAccounts, ZernioPublisher, ZernioSettings, connect

    with connect(ZernioSettings(api_key=KEY)) as transport:
        zernio = ZernioPublisher(transport)
        account = ZernioAccounts(transport).list()[0]
        draft = zernio.create_draft(Post(account.urn, "Hello"), account_id=account.id, outbox_id=OWN_ID)
        print(zernio.publish(draft, account.id).urn)

Nothing is ever sent twice: after a lost answer to publish(), outcome(draft) says what became of the post.
"""

from __future__ import annotations

from zernio_api.account_models import (
    AccountHealth,
    FoundMention,
    ZernioAccount,
    ZernioUsage,
)
from zernio_api.accounts import ZernioAccounts
from zernio_api.checks import problems, warnings
from zernio_api.client import ZERNIO, connect, explained
from zernio_api.connecting import ConnectLink, ConnectReturn, read_return
from zernio_api.errors import (
    AccountUnusable,
    AlreadyAtZernio,
    KeyLimited,
    KeyRefused,
    MentionsRefused,
    PaymentNeeded,
    StillPublishing,
    ZernioError,
    ZernioLimit,
    ZernioNotFound,
    ZernioRefused,
)
from zernio_api.media import HostedFile
from zernio_api.outcome import Outcome, PostState
from zernio_api.post_body import seen_post
from zernio_api.publisher import ZernioPublisher
from zernio_api.settings import KEYS_PAGE, ZERNIO_API_URL, ZernioSettings, checked_key, read

__all__ = [
    "KEYS_PAGE",
    "ZERNIO",
    "ZERNIO_API_URL",
    "AccountHealth",
    "AccountUnusable",
    "AlreadyAtZernio",
    "ConnectLink",
    "ConnectReturn",
    "FoundMention",
    "HostedFile",
    "KeyLimited",
    "KeyRefused",
    "MentionsRefused",
    "Outcome",
    "PaymentNeeded",
    "PostState",
    "StillPublishing",
    "ZernioAccount",
    "ZernioAccounts",
    "ZernioError",
    "ZernioLimit",
    "ZernioNotFound",
    "ZernioPublisher",
    "ZernioRefused",
    "ZernioSettings",
    "ZernioUsage",
    "checked_key",
    "connect",
    "explained",
    "problems",
    "read",
    "read_return",
    "seen_post",
    "warnings",
]
