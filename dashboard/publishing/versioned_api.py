"""The parts of LinkedIn's API that published posts need, over one transport."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from dashboard.accounts.account import Account
from dashboard.posts.post import PostRow
from linkedin_api import Transport
from linkedin_api.community.analytics import Analytics
from linkedin_api.community.organizations import Organizations
from linkedin_api.community.posts import Published
from linkedin_api.community.social import Social


@dataclass(frozen=True)
class VersionedApi:
    """The parts of the API that published posts need, for one member; comments and reactions go through /v2 too."""

    published: Published
    social: Social
    organizations: Organizations
    analytics: Analytics

    @classmethod
    def over(cls, transport: Transport, api_url: str, version: str, scopes: Collection[str] = ()) -> VersionedApi:
        """All parts over one transport, whose token has these scopes."""
        return cls(
            Published(transport, api_url=api_url, version=version),
            Social(transport, api_url=api_url, version=version, scopes=scopes),
            Organizations(transport, api_url=api_url, version=version),
            Analytics(transport, api_url=api_url, version=version),
        )


class Open(Protocol):
    """The versioned API for one member, below one post."""

    def __call__(
        self, account: Account, row: PostRow | None, *, counted: bool = False
    ) -> AbstractContextManager[VersionedApi]:
        """counted: the calls are among those that publishing the post makes."""
