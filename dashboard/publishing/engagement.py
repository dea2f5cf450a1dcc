"""What a member does with a post once it is published: edit it, comment, react, look at its figures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import ZERNIO, Account
from dashboard.accounts.repository import Accounts
from dashboard.db.database import now
from dashboard.drafts.company_links import company_key
from dashboard.drafts.draft import Draft
from dashboard.posts.interactions import COMMENTS, LOOK_FIRST, MOVED_ON, NO_ANSWER, Interaction, Interactions
from dashboard.posts.post import PostRow
from dashboard.publishing.delivery import NOT_YET, WAITS_S, send
from dashboard.publishing.versioned_api import Open
from linkedin_api import (
    InvalidPost,
    LinkedInError,
    OrganizationProfile,
    OutcomeUnknown,
    PlannedCall,
    PostUnknown,
    ServerError,
    Social,
    Urn,
)
from linkedin_api.community.analytics import Metric
from linkedin_api.community.social_models import Comment, Reaction, SocialCounts
from linkedin_api.reference import products

FIGURES = {
    "Impressions": Metric.IMPRESSION,
    "Members reached": Metric.MEMBERS_REACHED,
    "Reactions": Metric.REACTION,
    "Comments": Metric.COMMENT,
    "Reshares": Metric.RESHARE,
}
READ_EVERY = timedelta(days=7)  # names and logos of company pages; LinkedIn lets addresses of pictures expire [I]
CREATED = Urn("urn:li:share:FROM_CREATE")  # where a planned request has what the answer to the create will name
NAMES_PAGES = ("rw_organization_admin", "r_organization_admin")  # [D] the finder of §6.4; by number any token [C]
BY_NUMBER_ONLY = (
    "This sign-in may not look for a page by its name. Paste an address with the page's number, such as "
    "linkedin.com/company/2414183, or write name and URN yourself."
)
NO_SUCH_PAGE = "LinkedIn tells this sign-in of no company page “{}”."
CHECK_NAME = "Paste the address of the page as the browser shows it, or write its name and URN yourself."


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
        self,
        accounts: Accounts,
        interactions: Interactions,
        line: Open,
        social: Callable[[Account], Social],
        edit_at_zernio: Callable[[PostRow, str], None],
    ) -> None:
        self._accounts, self._interactions, self._line, self._social = accounts, interactions, line, social
        self._edit_at_zernio = edit_at_zernio

    def edit(self, row: PostRow, written: str) -> None:
        """Change the post's text. Raises: InvalidPost too, before anything is sent."""
        if row.dialect == ZERNIO:
            self._edit_at_zernio(row, written)
        else:
            with self._line(self._account(row), row) as line:
                line.published.update_text(_urn(row), written)
        with _written_down():
            self._interactions.edited(row, written)

    def comment(self, row: PostRow, actor: Urn, text: str, parent: Urn | None = None) -> bool:
        """Comment on the post as the actor, a member or a company page, or reply to the comment `parent`; see react().

        Raises: InvalidPost too, before anything is sent.
        """
        return self._say(row, actor, "comment", text, parent)

    def planned_comment(self, account: Account, draft: Draft) -> tuple[PlannedCall, ...]:
        """The request of a draft's first comment as this member would send it, if it has one; sends nothing."""
        if not draft.comment:
            return ()
        actor = Urn(draft.author) if draft.author else account.urn
        return (self._social(account).planned_comment(CREATED, actor, draft.comment),)

    def react(self, row: PostRow, actor: Urn, reaction: Reaction) -> bool:
        """React to the post as the actor; an earlier reaction of the same actor is replaced.

        Returns False when LinkedIn has not confirmed it, and its row says why: the post is too young, and the worker
        sends it later; or no answer came.
        """
        return self._say(row, actor, "reaction", str(reaction))

    def _say(self, row: PostRow, actor: Urn, kind: str, text: str, parent: Urn | None = None) -> bool:
        sent = self._interactions.sending(row, kind, text, actor, parent)
        try:
            with self._line(self._account(row), row) as line:
                given = send(line.social, _urn(row), actor, sent)
        except PostUnknown:
            self._interactions.put_off(sent, WAITS_S[0], NOT_YET)
            return False
        except (OutcomeUnknown, ServerError):
            self._interactions.end(sent.id, None, "unconfirmed", NO_ANSWER, LOOK_FIRST)
            return False
        except (LinkedInError, InvalidPost):
            self._interactions.refused(sent)
            raise
        with _written_down():
            self._interactions.taken(sent, actor, *given)
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

    def thread(self, row: PostRow) -> tuple[list[Comment], dict[Urn, SocialCounts]]:
        """The same with the replies to them, and the counts of each where LinkedIn tells them.

        One call, one for the counts, and one for each comment that has replies, or may have.
        """
        with self._line(self._account(row), row) as line:
            first = list(line.social.comments(_urn(row)))
            counts = _counts(line.social, first)
            replied = [each.urn for each in first if each.urn and (each.urn not in counts or counts[each.urn].comments)]
            replies = [reply for urn in replied for reply in line.social.comments(urn)]
            return [*first, *replies], counts | _counts(line.social, replies)

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

    def company_page(self, account: Account, said: str) -> OrganizationProfile:
        """The company page that an address, number or name means, with its name as LinkedIn writes it.

        Raises: NoCompany before anything is sent; LinkedInError, also for a page that LinkedIn does not tell.
        """
        key = company_key(said)
        if key.vanity_name and account.scopes and not set(NAMES_PAGES) & set(account.scopes):
            raise LinkedInError(BY_NUMBER_ONLY, advice=products.advice_for(NAMES_PAGES[0]))
        with self._line(account, None) as line:
            if key.number:
                found = next(iter(line.organizations.lookup([Urn(f"urn:li:organization:{key.number}")]).values()), None)
            else:
                found = line.organizations.by_vanity_name(key.vanity_name)
        if found is None:
            raise LinkedInError(NO_SUCH_PAGE.format(key.number or key.vanity_name), advice=CHECK_NAME)
        return found

    def refresh_organizations(self) -> None:
        """Ask anew for pages whose names and logos were read more than a week ago, while the sign-in lasts."""
        for account in self._accounts.all():
            read = (account.pages_read_at or {}).values()
            if read and max(read) < now() - READ_EVERY and not account.sign_in_needed:
                with contextlib.suppress(LinkedInError):  # the next round tries again
                    self.find_organizations(account)

    def _account(self, row: PostRow) -> Account:
        return self._accounts.get(row.account_id)


def _counts(social: Social, of: list[Comment]) -> dict[Urn, SocialCounts]:
    """The counts of comments; {} where the app may not read them."""
    urns = [each.urn for each in of if each.urn]
    with contextlib.suppress(LinkedInError):
        return social.counts(urns) if urns else {}
    return {}


def _urn(row: PostRow) -> Urn:
    return Urn(str(row.urn))
