"""What a member does with a post once it is published: edit it, comment, react, look at its figures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.posts.interactions import Interaction, Interactions
from dashboard.posts.post import PostRow
from linkedin_api import LinkedInError, OrganizationProfile, Transport, Urn
from linkedin_api.community.analytics import Analytics, Metric
from linkedin_api.community.organizations import Organizations
from linkedin_api.community.posts import Published
from linkedin_api.community.social import Social
from linkedin_api.community.social_models import Comment, Reaction


@dataclass(frozen=True)
class VersionedApi:
    """The parts of the versioned API that published posts need, for one member."""

    published: Published
    social: Social
    organizations: Organizations
    analytics: Analytics

    @classmethod
    def over(cls, transport: Transport, api_url: str, version: str) -> VersionedApi:
        """All parts over one transport."""
        return cls(
            Published(transport, api_url=api_url, version=version),
            Social(transport, api_url=api_url, version=version),
            Organizations(transport, api_url=api_url, version=version),
            Analytics(transport, api_url=api_url, version=version),
        )


FIGURES = {
    "Impressions": Metric.IMPRESSION,
    "Members reached": Metric.MEMBERS_REACHED,
    "Reactions": Metric.REACTION,
    "Comments": Metric.COMMENT,
    "Reshares": Metric.RESHARE,
}
READ_EVERY = timedelta(days=7)  # names and logos of company pages; LinkedIn lets addresses of pictures expire [I]
Open = Callable[[Account, PostRow | None], AbstractContextManager[VersionedApi]]


class Unrecorded(LinkedInError):
    """LinkedIn accepted the call, but the database could not store the result."""

    advice = "Do not send it again. Check the free space on the disk and the database's folder."


@contextlib.contextmanager
def _written_down() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError:
        raise Unrecorded("LinkedIn has taken it, but it could not be written down here.") from None


class Engagement:
    """Each call is kept in the exchange log, and each change that LinkedIn accepted in a row. Raises: LinkedInError."""

    def __init__(self, accounts: Accounts, interactions: Interactions, line: Open) -> None:
        self._accounts, self._interactions, self._line = accounts, interactions, line

    def edit(self, row: PostRow, written: str) -> None:
        """Change the post's text. Raises: InvalidPost too, before anything is sent."""
        with self._line(self._account(row), row) as line:
            line.published.update_text(_urn(row), written)
        with _written_down():
            self._interactions.edited(row, written)

    def comment(self, row: PostRow, actor: Urn, text: str) -> None:
        """Comment on the post as the actor, a member or a company page."""
        with self._line(self._account(row), row) as line:
            made = line.social.create_comment(_urn(row), actor, text)
        with _written_down():
            self._interactions.add(row, "comment", text, actor, made.id)

    def react(self, row: PostRow, actor: Urn, reaction: Reaction) -> None:
        """React to the post as the actor; an earlier reaction of the same actor is replaced."""
        with self._line(self._account(row), row) as line:
            line.social.react(_urn(row), actor, reaction)
        with _written_down():
            self._interactions.add(row, "reaction", str(reaction), actor)

    def undo(self, row: PostRow, interaction: Interaction) -> None:
        """Take a comment or reaction back."""
        with self._line(self._account(row), row) as line:
            if interaction.kind == "comment":
                line.social.delete_comment(_urn(row), str(interaction.given_id), Urn(interaction.actor))
            else:
                line.social.remove_reaction(_urn(row), Urn(interaction.actor))
        with _written_down():
            self._interactions.undo(interaction.id)

    def comments(self, row: PostRow) -> list[Comment]:
        """The newest comments below the post, whoever wrote them."""
        with self._line(self._account(row), row) as line:
            return list(line.social.comments(_urn(row)))

    def figures(self, row: PostRow) -> dict[str, int]:
        """What LinkedIn has counted for the post, by name: one call each."""
        with self._line(self._account(row), row) as line:
            return {
                name: sum(each.count for each in line.analytics.post_statistics(_urn(row), metric))
                for name, metric in FIGURES.items()
            }

    def find_organizations(self, account: Account) -> None:
        """Ask LinkedIn which company pages the member may publish for, with names and logos, and remember them.

        A page stays without a name when LinkedIn tells none to this token.
        """
        with self._line(account, None) as line:
            pages = [role.organization for role in line.organizations.administered() if role.may_post]
            told: Mapping[Urn, OrganizationProfile] = {}
            with contextlib.suppress(LinkedInError):  # the pages themselves are known all the same
                told = line.organizations.lookup(pages) if pages else {}
        self._accounts.keep_organizations(account.id, pages, told)

    def refresh_organizations(self) -> None:
        """Ask anew for pages whose names and logos were read more than a week ago, while the sign-in lasts."""
        for account in self._accounts.all():
            read = (account.pages_read_at or {}).values()
            if read and max(read) < now() - READ_EVERY and not account.sign_in_needed:
                with contextlib.suppress(LinkedInError):  # the next round tries again
                    self.find_organizations(account)

    def _account(self, row: PostRow) -> Account:
        return self._accounts.get(row.account_id)


def _urn(row: PostRow) -> Urn:
    return Urn(str(row.urn))
