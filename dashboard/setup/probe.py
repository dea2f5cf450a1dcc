"""Finds out what an app may do: posts to the member's connections, comments, reacts, reads, and deletes all of it."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from dashboard.accounts.account import Account
from dashboard.setup.choices import Choices
from linkedin_api import (
    APIError,
    DuplicatePost,
    Exchange,
    Forbidden,
    LinkedInError,
    OAuth,
    OutcomeUnknown,
    Post,
    PostUnknown,
    ServerError,
    Transport,
    Unauthorized,
    Unreachable,
    Urn,
    Visibility,
    publisher,
)
from linkedin_api.community.analytics import Analytics
from linkedin_api.community.organizations import Organizations
from linkedin_api.community.posts import Published
from linkedin_api.community.social import REST, V2, Social
from linkedin_api.community.social_models import Reaction

CALLS_MOST = 40  # with every try of one that comes too early
TOO_EARLY_S = (1.5, 3.0, 6.0, 12.0, 12.0)  # a new post takes comments after up to half a minute (§6.3)
DELETE_AGAIN_S = (0.5, 2.0, 5.0)
ASK_AGAIN_S = 10.0  # as for any post whose answer is lost: LinkedIn then names the one that is there
GATEWAYS = {"v2": V2, "rest": REST}
PLAIN = "This is a test of an app by its developer, and is deleted at once."
NO_ANSWER = (
    f"No answer came to a post, so it may be on LinkedIn: look at your profile, and delete what begins with “{PLAIN}”"
)
log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class ProbeRow:
    """One call of the probe, and LinkedIn's answer; status is None when none came."""

    action: str
    call: str
    allowed: bool  # LinkedIn has done it
    status: int | None
    code: str = ""
    message: str = ""
    scope: str = ""  # what LinkedIn misses, as far as its answer tells


class Probe:
    """One probe of a member's token, on a thread of its own. What it has made it deletes, whatever happens."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        api_url: str,
        version: str,
        transport: Callable[[Callable[[Exchange], None]], Transport],
        oauth: Callable[[Callable[[Exchange], None]], OAuth],
        choices: Choices,
        stopping: threading.Event,
        too_early_s: Sequence[float] = TOO_EARLY_S,
        ask_again_s: float = ASK_AGAIN_S,
    ) -> None:
        self._account, self._token, self._choices, self._stopping = account, token, choices, stopping
        self._api_url, self._version, self._too_early_s, self._ask_again_s = api_url, version, too_early_s, ask_again_s
        self._transport, self._oauth = transport, oauth
        self._seen: list[Exchange] = []
        self._posts: dict[Urn, str] = {}  # the dialect that made each
        self.rows: list[ProbeRow] = []
        self.left: list[str] = []  # what it could not take away, a sentence each
        self.stopped = ""  # why it ended early
        self.is_done = False

    def start(self) -> None:
        """Begin; the rows come one by one."""
        threading.Thread(target=self.run, name="probe", daemon=True).start()

    def run(self) -> None:
        """Make every call, then clean up."""
        self._careful(self._run)
        self.is_done = True

    def _run(self) -> None:
        with self._transport(self._seen.append) as speak:
            self._careful(partial(self._calls, speak))
            for urn, dialect in self._posts.items():
                self._careful(partial(self._clean_up, speak, urn, dialect))

    def _careful(self, act: Callable[[], object]) -> None:
        """Whatever fails, what comes after it is done."""
        try:
            act()
        except Unauthorized as refused:
            self.stopped = f"{refused} {refused.advice}"
        except Exception:
            log.exception("The probe failed")
            self.stopped = "The dashboard itself failed at it; the terminal says why."

    def _calls(self, speak: Transport) -> None:
        with self._oauth(self._seen.append) as oauth:
            self._row("Who am I: OpenID Connect", lambda: oauth.userinfo(self._token))
            self._row("Who am I: basic profile", lambda: oauth.me(self._token))
        for dialect in GATEWAYS:
            self._row("Post to my connections", partial(self._create, speak, dialect))
        if self._posts:
            self._social(speak, next(iter(self._posts)))
        organizations = Organizations(speak, api_url=self._api_url, version=self._version)
        self._row("List my company pages", organizations.administered)
        analytics = Analytics(speak, api_url=self._api_url, version=self._version)
        self._row("Figures of my posts", analytics.post_statistics)

    def _social(self, speak: Transport, post: Urn) -> None:
        me = self._account.urn
        for gateway in GATEWAYS.values():
            social = Social(speak, api_url=self._api_url, version=self._version, only=gateway)
            comment = self._row(
                "Comment on it", partial(self._patient, partial(social.create_comment, post, me, PLAIN))
            )
            reaction = self._row("React to it", partial(self._patient, partial(social.react, post, me, Reaction.LIKE)))
            self._row("Read its comments", partial(social.comments, post))
            if reaction:
                self._row("Take the reaction back", partial(social.remove_reaction, post, me))
            if comment:
                self._row("Delete the comment", partial(social.delete_comment, post, comment.id, me))
        published = Published(speak, api_url=self._api_url, version=self._version)
        self._row("Read my post", partial(published.get_post, post))

    def _row(self, action: str, call: Callable[[], T], *, always: bool = False) -> T | None:
        """Make a call and keep what LinkedIn says. Raises: Unauthorized, after which no call makes sense."""
        if self._stopping.is_set() and not always:
            return None
        self._seen.clear()
        try:
            done = call()
        except LinkedInError as error:
            self.rows.append(self._refused(action, error))
            if isinstance(error, Unauthorized):
                raise
            return None
        self.rows.append(ProbeRow(action, self._said(), True, self._seen[-1].status if self._seen else None))
        return done

    def _refused(self, action: str, error: LinkedInError) -> ProbeRow:
        if not isinstance(error, APIError):
            return ProbeRow(action, self._said(), False, None, type(error).__name__, str(error))
        scope = error.missing_scope if isinstance(error, Forbidden) else None
        code = error.code or str(error.service_error_code or "")
        return ProbeRow(action, self._said(), False, error.status, code, error.message or str(error), scope or "")

    def _said(self) -> str:
        """The last call, without LinkedIn's address and the values of its query."""
        if not self._seen:
            return ""
        sent = self._seen[-1]
        return f"{sent.method} {unquote(urlsplit(sent.url.removeprefix(self._api_url)).path)}"

    def _patient(self, call: Callable[[], T]) -> T:
        """A new post takes no comment yet: LinkedIn says so, and is asked again."""
        for wait_s in self._too_early_s:
            try:
                return call()
            except PostUnknown:
                if self._stopping.wait(wait_s):
                    raise
        return call()

    # What is made, and taken away.

    def _create(self, speak: Transport, dialect: str) -> Urn:
        text = f"{PLAIN} {secrets.token_hex(4)}"  # LinkedIn refuses the same text twice
        post = Post(self._account.urn, text, visibility=Visibility.CONNECTIONS)
        create = publisher(dialect, speak, api_url=self._api_url, version=self._version).create_post
        try:
            urn = create(post)
        except (OutcomeUnknown, ServerError) as lost:
            urn = self._asked_again(lambda: create(post), lost)
        self._posts[urn] = dialect
        self._choices.probed(urn, self._account.id)
        return urn

    def _asked_again(self, create: Callable[[], Urn], lost: LinkedInError) -> Urn:
        """The post whose answer was lost: the same text once more tells which it is. Raises: LinkedInError."""
        self._stopping.wait(self._ask_again_s)
        try:
            return create()
        except DuplicatePost as there:
            if there.urn:
                return there.urn
        except (OutcomeUnknown, ServerError, Unreachable):
            pass
        self.left.append(NO_ANSWER)
        raise lost

    def _clean_up(self, speak: Transport, urn: Urn, dialect: str) -> None:
        gone = False
        try:
            gone = bool(self._row("Delete my post", partial(self._delete, speak, dialect, urn), always=True))
        finally:
            if not gone:
                self.left.append(f"The post {urn} could not be deleted yet; the dashboard tries again once a day.")

    def _delete(self, speak: Transport, dialect: str, urn: Urn) -> bool:
        delete_post(speak, self._api_url, self._version, urn, dialect)
        self._choices.probe_is_gone(urn)
        return True


def delete_post(speak: Transport, api_url: str, version: str, urn: Urn, dialect: str = "v2") -> None:
    """Delete a post of a probe, by the other gateway where this one refuses. Raises: LinkedInError."""
    other = next(each for each in GATEWAYS if each != dialect)
    for wait_s in (*DELETE_AGAIN_S, 0.0):
        try:
            return publisher(dialect, speak, api_url=api_url, version=version).delete_post(urn)
        except (Unreachable, OutcomeUnknown, ServerError):
            if not wait_s:
                raise
            time.sleep(wait_s)
        except Forbidden:
            return publisher(other, speak, api_url=api_url, version=version).delete_post(urn)
    return None
