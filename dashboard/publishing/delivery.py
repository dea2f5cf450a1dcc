"""Comments and reactions that wait, such as a post's first comment: each is sent once its post takes them.

LinkedIn answers 404 for up to half a minute after a post, longer with a picture (§6.3). A comment has no protection
against being published twice, so one whose answer is lost is never sent again by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from sqlalchemy.exc import OperationalError

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.posts.interactions import COMMENTS, FIRST_COMMENT, LOOK_FIRST, NO_ANSWER, Interaction, Interactions
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.publishing.versioned_api import Open
from linkedin_api import (
    InvalidPost,
    LinkedInError,
    OutcomeUnknown,
    PostUnknown,
    RateLimited,
    ServerError,
    Social,
    Unreachable,
    Urn,
)
from linkedin_api.community.social_models import Reaction

WAITS_S = (1.5, 3, 6, 12, 24, 48)  # before each new try
DATABASE_AWAY_S = 1.0
NOT_YET = "LinkedIn takes comments and reactions only some seconds after a post is out; it is sent by itself then."
GONE = "The post is not on LinkedIn any more, so this was not sent."
SIGN_IN = "Sign in again, then send it again."
ITSELF = "The dashboard itself failed while sending this; the terminal says why."
CHANGE = "Change the text: write it as a new comment."


class Delivery:
    """Brings a waiting comment or reaction to its end; may be run again after a crash at any point."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        outbox: Outbox,
        line: Open,
        stopping: threading.Event,
        waits_s: Sequence[float] = WAITS_S,
    ) -> None:
        self._accounts, self._outbox, self._line = accounts, outbox, line
        self._stopping, self._waits_s = stopping, waits_s

    @property
    def interactions(self) -> Interactions:
        """The rows."""
        return self._outbox.interactions

    def run(self, interaction_id: int, job: str) -> None:
        """Send it, and leave the outcome in its row. LinkedIn's errors end there; ours are raised."""
        if self._stopping.is_set():  # it waits, and gets another job at the next start
            return
        waiting = self.interactions.get(interaction_id)
        if waiting is None:
            return
        # Read before it counts as being sent: a database that fails here leaves it waiting.
        row, account = self._outbox.get(waiting.post_id), self._accounts.get(waiting.account_id)
        if sent := self.interactions.begin(interaction_id, job):
            self._keep(self._send(sent, row, account))

    def give_up(self, interaction_id: int, job: str) -> None:
        """The dashboard itself fails at it again and again."""
        self.interactions.give_up(interaction_id, job, ITSELF, "Mend the cause, then send it again.")

    def _send(self, sent: Interaction, row: PostRow | None, account: Account) -> Callable[[], object]:
        """Send it once; returns what writes the outcome down."""
        if row is None or row.urn is None or row.state != "published":
            return self._ended(sent, "failed", GONE, None)
        if why := account.sign_in_needed:
            return self._ended(sent, "failed", why, SIGN_IN)
        actor = Urn(sent.actor or row.draft.author or account.urn)
        try:
            with self._line(account, row, counted=sent.kind == FIRST_COMMENT) as line:
                given = send(line.social, Urn(row.urn), actor, sent)
        except (PostUnknown, Unreachable) as error:  # nothing was done
            return self._tried(sent, error)
        except (OutcomeUnknown, ServerError):
            return self._ended(sent, "unconfirmed", NO_ANSWER, LOOK_FIRST)
        except LinkedInError as error:
            if isinstance(error, RateLimited) and not error.of_the_day:
                return self._tried(sent, error)
            return self._ended(sent, "failed", str(error), error.advice)
        except InvalidPost as error:
            return self._ended(sent, "failed", str(error), CHANGE)
        return lambda: self.interactions.taken(sent, actor, *given)

    def _tried(self, sent: Interaction, error: LinkedInError) -> Callable[[], object]:
        tries = sent.tries or 0
        if tries >= len(self._waits_s):
            return self._ended(sent, "failed", str(error), error.advice)
        why = NOT_YET if isinstance(error, PostUnknown) else str(error)
        return lambda: self.interactions.put_off(sent, self._waits_s[tries], why)

    def _ended(self, sent: Interaction, state: str, error: str, advice: str | None) -> Callable[[], object]:
        return lambda: self.interactions.end(sent.id, sent.job, state, error, advice)

    def _keep(self, write: Callable[[], object]) -> None:
        """What LinkedIn has said once is written down, however long the database is away."""
        while True:
            try:
                write()
            except OperationalError:
                if self._stopping.wait(DATABASE_AWAY_S):
                    raise
            else:
                return


def send(social: Social, post: Urn, actor: Urn, said: Interaction) -> tuple[str | None, Urn | None]:
    """Send one comment or reaction, now; returns LinkedIn's id of a comment and its URN, if it tells them.

    Raises: LinkedInError, InvalidPost.
    """
    if said.kind in COMMENTS:
        made = social.create_comment(post, actor, said.text, Urn(said.parent) if said.parent else None)
        return made.id, made.urn
    social.react(post, actor, Reaction(said.text))
    return None, None
