"""What a browser tab remembers: of the member who is in it, dropped whole with them, and what belongs to nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.accounts.account import Account
from dashboard.activity.console import ConsoleAnswer
from dashboard.activity.rate_limits import Spent
from dashboard.csv_import.read import Sheet, TableFile
from dashboard.drafts.draft import Draft
from dashboard.files.media import MediaFile
from dashboard.posts.post import PostRow
from dashboard.setup.checkup import Checkup
from dashboard.tour.results import TourState
from dashboard.zernio.line import AtZernio
from linkedin_api import LinkedInError, Urn
from linkedin_api.community.social_models import Comment, SocialCounts
from zernio_api import ZernioUsage

TAB, MEMBER = "tab_state", "member_state"
T = TypeVar("T")


@dataclass(frozen=True)
class Choice:
    """What was chosen for a draft, and what its post in the queue was due then. A new turn fills the fields anew."""

    of: str
    later: bool
    at: datetime
    zone: str
    was: datetime | None = None
    turn: int = 0

    def written(self) -> dict[str, Any]:
        """The choice as JSON values, as it is kept beside the draft."""
        was = self.was.isoformat() if self.was else None
        return {"later": self.later, "at": self.at.isoformat(), "zone": self.zone, "was": was}


@dataclass(frozen=True)
class Chosen:
    """The files that were chosen for “Many at once”; file and sheet are None until there is a file of posts.

    Pictures that were fetched stand in files by their web address, the others by their name.
    """

    name: str = ""
    file: TableFile | None = None
    files: Mapping[str, MediaFile] = field(default_factory=dict)
    sheet: Sheet | None = None
    month_first: bool | None = None  # what a date such as 12/1/2026 means, once the member has said it
    second: bool | None = None  # which of two moments a repeated hour means, once the member has said it
    worksheet: str = ""
    meanings: tuple[str, ...] | None = None  # of the columns, as the member has said
    remembered: bool = False  # whether that was for an earlier file


@dataclass
class MemberState:
    """Everything that a tab keeps about one member. A pair that begins with an id holds for that id only."""

    account: Account | None = None
    accounts_here: list[Account] | None = None  # oneself and the connected members; None until asked for
    news: str = ""  # of posts whose outcome is to be told: a text that changes with them
    failed: str = ""  # what a callback could not do, as Markdown, until the page has shown it
    turns: Counter[str] = field(default_factory=Counter)  # part of a widget's key: the next turn is an empty widget

    # The composer.
    draft: Draft | None = None
    draft_known: Draft | None = None  # as the database has it
    draft_unsaved: bool = False
    draft_before: Draft | None = None  # the draft that was in the composer before
    others: list[Draft] | None = None
    lost_files: tuple[str, tuple[str, ...]] = ("", ())
    insert: tuple[str, str] | None = None  # an id, and the mention that the text box is to take
    page_found: tuple[str, str] = ("", "")  # URN and name of the company page that was looked up for a mention
    page_refused: str = ""  # why it was not found, as Markdown
    fetch_refused: tuple[str, str] = ("", "")
    files_refused: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by draft id and field
    later: Choice | None = None
    kept_when: tuple[str, dict[str, Any] | None] = ("", None)  # by draft id, as the database has it
    queued: tuple[str, PostRow | None] = ("", None)
    taken: tuple[int, frozenset[datetime]] = (0, frozenset())  # the minutes of other posts, by account
    scheduled: str = ""  # what was scheduled a moment ago
    calls_spent: tuple[float, int, Spent] | None = None  # read at (monotonic seconds), account id, figures

    around: tuple[object, ...] = ()  # what was drawn around the text box, as far as a key can change it

    # The queue.
    queue_page: int = 1
    queue_at: date | None = None  # the day that the calendar shows
    queue_next: tuple[str, int] | None = None  # action and post id of the dialog to open on the next run
    queue_pulse: dict[str, int] = field(default_factory=dict)
    calendar_said: tuple[str, bool] = ("", False)  # what became of a post that was moved, and whether it was
    csv: Chosen = field(default_factory=Chosen)

    # History.
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)  # post id and sentence, by what was tried
    comments_of: dict[int, tuple[list[Comment], dict[Urn, SocialCounts]]] = field(default_factory=dict)  # by post
    figures_of: dict[int, dict[str, int]] = field(default_factory=dict)

    tour: TourState = field(default_factory=TourState)

    # The Console; what is typed stands in the widgets, see console_fields.py.
    console_answer: ConsoleAnswer | None = None
    console_problems: dict[str, str] = field(default_factory=dict)  # why the call was not sent, by field
    console_before: tuple[str, ...] | None = None  # what stood in the fields before another call was put there

    # The account.
    zernio_key: str | None = field(default=None, repr=False)  # None until asked for, "" for none
    at_zernio: list[AtZernio] | None = None  # the accounts of the key, once they were asked for
    zernio_plan: ZernioUsage | None = None  # of the owner of the key
    zernio_said: tuple[str, str] = ("", "")  # what came of connecting one: success or warning, and the sentence
    zernio_link: str = field(default="", repr=False)  # where this tab is to go to connect one
    zernio_arrived: str = field(default="", repr=False)  # the state that came back last
    sign_in_links: dict[tuple[str | None, bool], tuple[float, str]] = field(default_factory=dict)


@dataclass
class TabState:
    """What a tab keeps whoever is in it."""

    mode: str = ""  # sandbox or live, from the first run on; see session.get_services()
    looked: bool = False  # whether this run has asked who is here
    session_id: int | None = None
    ticket: str | None = None  # the browser swaps it for its session cookie
    cookie_refused: str = ""  # why the browser has no session cookie, so that a reload signs out
    given_account_id: int | None = None  # of LINKEDIN_ACCESS_TOKEN
    given_token_refused: LinkedInError | None = None
    callback_seen: str = ""  # digest of the last answer of LinkedIn's
    next_page: str | None = None  # where the member wanted to go before the sign-in
    pages: dict[str, Any] = field(default_factory=dict)  # st.Page by URL path
    dialog_open: bool = False
    clicks: dict[str, Any] = field(default_factory=dict)  # what nothing has acted on yet, see clicks.py

    # The Setup page.
    checkup: Checkup | None = None
    checking: bool = False  # the page is drawn once more when the checkup has ended
    probing: bool = False  # the same for the probe
    newest_version: str = ""  # "none" when LinkedIn took none
    credentials_turn: int = 0  # part of the fields' keys: the next turn is an empty form
    saved: str = ""  # what was written into .env


def tab() -> TabState:
    """The state of this tab."""
    return _kept(TAB, TabState)


def in_tab() -> MemberState:
    """The state of whoever was in this tab when it was last asked; see session.mine() for who is here now."""
    return _kept(MEMBER, MemberState)


_looked_up: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def _of_run() -> dict[str, Any]:
    """What the present run has looked up in Streamlit's state.

    Each look takes time, and is where Streamlit ends a run for a newer one, also halfway through saving.
    """
    run = get_script_run_ctx(suppress_warning=True)
    return _looked_up.setdefault(run.session_state, {}) if run else {}


def _kept(name: str, kind: Callable[[], T]) -> T:
    known = _of_run()
    if name not in known:
        if name not in st.session_state:
            st.session_state[name] = kind()
        known[name] = st.session_state[name]
    found: T = known[name]
    return found


def enter(account: Account | None) -> MemberState:
    """Give the tab to this member, None for nobody: what it knew of another one goes, also what stands in widgets."""
    found = in_tab()
    before = found.account
    if (before and before.id) != (account and account.id):
        found = st.session_state[MEMBER] = _of_run()[MEMBER] = MemberState()
        tab().clicks.clear()
        for name in list(st.session_state) if before else ():
            if name not in (TAB, MEMBER):
                del st.session_state[name]
    found.account, found.accounts_here = account, None
    return found


def renew() -> None:
    """Read everything anew: what this tab knew of the member's drafts and posts was changed beside it."""
    st.session_state.pop(MEMBER, None)


def forget() -> None:
    """Empty the tab: the member has signed out in it."""
    _of_run().clear()
    for name in list(st.session_state):
        del st.session_state[name]
