"""What a member does with a post once it is published: edit it, comment, react, look at its figures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.drafts.draft import Draft
from dashboard.posts.interactions import COMMENTS, Interaction, Interactions
from dashboard.posts.post import PostRow
from dashboard.publishing.delivery import WAITS_S, send
from dashboard.publishing.versioned_api import Open
from linkedin_api import LinkedInError, PlannedCall, PostUnknown, Social, Urn
from linkedin_api.community.analytics import Metric
from linkedin_api.community.social_models import Comment, Reaction

FIGURES = {
    "Impressions": Metric.IMPRESSION,
    "Members reached": Metric.MEMBERS_REACHED,
    "Reactions": Metric.REACTION,
    "Comments": Metric.COMMENT,
    "Reshares": Metric.RESHARE,
}

CREATED = Urn("urn:li:share:FROM_CREATE")  # where a planned request has what the answer to the create will name
MOVED_ON = "It was sent in the meantime."


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

    def __init__(
        self, accounts: Accounts, interactions: Interactions, line: Open, social: Callable[[Account], Social]
    ) -> None:
        self._accounts, self._interactions, self._line, self._social = accounts, interactions, line, social

    def edit(self, row: PostRow, written: str) -> None:
        """Change the post's text. Raises: InvalidPost too, before anything is sent."""
        with self._line(self._account(row), row) as line:
            line.published.update_text(_urn(row), written)
        with _written_down():
            self._interactions.edited(row, written)

    def comment(self, row: PostRow, actor: Urn, text: str) -> bool:
        """Comment on the post as the actor, a member or a company page; see react()."""
        return self._say(row, actor, "comment", text)

    def planned_comment(self, account: Account, draft: Draft) -> tuple[PlannedCall, ...]:
        """The request of a draft's first comment as this member would send it, if it has one; sends nothing."""
        if not draft.comment:
            return ()
        actor = Urn(draft.author) if draft.author else account.urn
        return (self._social(account).planned_comment(CREATED, actor, draft.comment),)

    def react(self, row: PostRow, actor: Urn, reaction: Reaction) -> bool:
        """React to the post as the actor; an earlier reaction of the same actor is replaced.

        Returns False when the post is too young: it then waits, and the worker sends it.
        """
        return self._say(row, actor, "reaction", str(reaction))

    def _say(self, row: PostRow, actor: Urn, kind: str, text: str) -> bool:
        try:
            with self._line(self._account(row), row) as line:
                given_id = send(line.social, _urn(row), actor, kind, text)
        except PostUnknown:
            self._interactions.wait(row, kind, text, actor, WAITS_S[0])
            return False
        with _written_down():
            self._interactions.add(row, kind, text, actor, given_id)
        return True

    def undo(self, row: PostRow, interaction: Interaction) -> None:
        """Take a comment or reaction back; one that waits or failed is not sent."""
        if interaction.state is None:
            self._take_back(row, interaction)
        with _written_down():
            undone = self._interactions.undo(interaction)
        if not undone:
            raise LinkedInError(MOVED_ON, advice="Open the post again to see what became of it.")

    def _take_back(self, row: PostRow, interaction: Interaction) -> None:
        actor = Urn(interaction.actor)
        with self._line(self._account(row), row) as line:
            if interaction.kind in COMMENTS:
                line.social.delete_comment(_urn(row), str(interaction.given_id), actor)
            else:
                line.social.remove_reaction(_urn(row), actor)

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
        """Ask LinkedIn which company pages the member may publish for, and remember them."""
        with self._line(account, None) as line:
            roles = line.organizations.administered()
        self._accounts.keep_organizations(account.id, [role.organization for role in roles if role.may_post])

    def _account(self, row: PostRow) -> Account:
        return self._accounts.get(row.account_id)


def _urn(row: PostRow) -> Urn:
    return Urn(str(row.urn))
