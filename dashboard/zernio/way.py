"""Publishing through Zernio, for one LinkedIn: its accounts here, its transport, and what a post will ask of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from urllib.parse import urlsplit

from dashboard.accounts.account import BLOCKED, DISABLED, RECONNECT, THROUGH_ZERNIO, ZERNIO, Account
from dashboard.accounts.connections import Connections
from dashboard.accounts.repository import Accounts, StateRefused
from dashboard.activity.exchange_log import ExchangeLog, in_turn
from dashboard.config.settings import LOOPBACK
from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.setup.choices import Choices
from dashboard.zernio.line import AtZernio, Plans, ZernioLine
from linkedin_api import Exchange, LinkedInError, PlannedCall, Profile, Token, Transport
from zernio_api import (
    AccountHealth,
    AccountUnusable,
    FoundMention,
    KeyRefused,
    PostState,
    ZernioAccounts,
    ZernioPublisher,
    ZernioSettings,
    ZernioUsage,
    checked_key,
    connect,
    explained,
    read_return,
)

LACKED = {"ACCOUNT_DISCONNECTED": RECONNECT, "ACCOUNT_NOT_ENABLED_FOR_POSTING": DISABLED}
STATE = "zernio"  # the name of the state in the address that Zernio leads back to
NOT_THROUGH_ZERNIO = "Zernio passes on posts only: no comment, no reaction and no figures of this account."
NO_KEY = "The key of this Zernio account is not here any more, or is for another address."


class ZernioWay:
    """Everything that is asked of Zernio. Each call is kept in the exchange log of the account that it is for."""

    def __init__(
        self,
        accounts: Accounts,
        connections: Connections,
        choices: Choices,
        outbox: Outbox,
        exchange_log: ExchangeLog,
        address: Callable[[], ZernioSettings],
        of: str,
    ) -> None:
        # `of` names the Zernio in accounts: the sandbox stays the same one whatever port it is served on.
        self.of = of
        self._accounts, self._connections, self._choices = accounts, connections, choices
        self._outbox, self._log, self._address = outbox, exchange_log, address

    @property
    def api_url(self) -> str:
        """Where Zernio's API is."""
        return self._address().api_url

    @property
    def given(self) -> bool:
        """Whether the settings have a key."""
        return bool(self._address().api_key)

    @property
    def leaves(self) -> bool:
        """Whether the settings have a key of a Zernio that is not on this machine: its posts are real."""
        return self.given and urlsplit(self.api_url).hostname not in LOOPBACK

    # The key of a member.

    def key_for(self, member: Account, *, may_use_given: bool) -> str | None:
        """The key that this member works with: of the settings, or the one that they have entered.

        may_use_given: whether their browser may use that of the settings. It is the key of whoever runs the dashboard;
        others who sign in must not publish with it.
        """
        if may_use_given and (given := self._address().api_key):
            return given
        locked = self._choices.kept_key(member.id, self.of)
        return self._accounts.unlock(locked) if locked else None

    def enter_key(self, member: Account, key: str) -> list[AtZernio]:
        """Check a key, keep it encrypted for this member and their accounts that it publishes for; all its accounts.

        Raises: LinkedInError, SettingsError.
        """
        found = self.look(typed := checked_key(key), member)
        self._choices.keep_key(member.id, self.of, self._accounts.lock(typed))
        self._renew(found, typed, member)
        return found

    def forget_key(self, member: Account) -> None:
        """Delete the key that the member has entered; accounts that were added keep theirs."""
        self._choices.forget_key(member.id, self.of)

    # Accounts.

    def look(self, key: str, member: Account) -> list[AtZernio]:
        """The LinkedIn accounts of a key, which is checked first; a health that is not told prevents nothing.

        Raises: LinkedInError.
        """
        with self._open(key, self._log.recorder(account_id=member.id)) as transport:
            asked = ZernioAccounts(transport, self.api_url)
            asked.verify_key()
            found = asked.list()
            health: dict[str, AccountHealth] = {}
            with contextlib.suppress(LinkedInError):
                health = {each.account_id: each for each in asked.all_health()} if found else {}
        return [AtZernio(each, health.get(each.id)) for each in found]

    def plan(self, key: str, member: Account) -> ZernioUsage | None:
        """The plan of the key's owner; None where Zernio does not tell this key."""
        with self._open(key, self._log.recorder(account_id=member.id)) as transport:
            try:
                return ZernioAccounts(transport, self.api_url).usage()
            except LinkedInError:
                return None

    def find_mention(self, account: Account, url: str) -> FoundMention:
        """The member or page at a LinkedIn address, to be mentioned by this account. Raises: LinkedInError."""
        with self.speak(account, None) as talk:
            return talk.zernio.find_mention(talk.account_id, url)

    def rests_s(self, account: Account) -> float | None:
        """For how many seconds Zernio lets an account rest; None when it does not, or does not say."""
        with contextlib.suppress(LinkedInError), self.speak(account, None) as talk:
            found = ZernioAccounts(talk.transport, self.api_url).list()
            until = next((each.rate_limited_until for each in found if each.id == talk.account_id), None)
            return max(1.0, (until - now()).total_seconds()) if until and until > now() else None
        return None

    def add(self, found: AtZernio, key: str, member: Account) -> Account:
        """Keep an account with its key, encrypted; from now on the member may publish as it."""
        kept = self._keep(found, key)
        self._connections.add(member.id, kept.id)
        return kept

    def _keep(self, found: AtZernio, key: str, before: Account | None = None) -> Account:
        """before: the account as it was kept, which tells what only its health would; that may not have been told."""
        account, health, lacks = found.account, found.health or before, found.lacks
        ends_at = health.token_expires_at if health else None
        told = {"id": account.id, "kind": account.kind, "of": self.of}
        claims = {
            "sub": THROUGH_ZERNIO + account.id,
            "name": account.name,
            "picture": account.picture_url,
            ZERNIO: told,
        }
        left_s = max(1, int((ends_at - now()).total_seconds())) if ends_at else None
        kept = self._accounts.save(Profile.read(claims), Token(key, left_s), token_at=None, client_id=ZERNIO)
        if found.health is None and before and before.token_refused == BLOCKED:
            lacks = lacks or BLOCKED
        if lacks:
            self._accounts.refuse_token(kept.id, lacks)
        return self._accounts.get(kept.id)

    def look_again(self, key: str, member: Account) -> list[AtZernio]:
        """look(), and keep what Zernio tells now of the member's accounts; those of the key get it in an older's place.

        Raises: LinkedInError.
        """
        found = self.look(key, member)
        self._renew(found, key, member)
        others = {older for each in self._connections.of(member.id) if (older := self.key_of(each))} - {key}
        for older in others:
            with contextlib.suppress(LinkedInError):  # one that was revoked must not keep the present one from use
                self._renew(self.look(older, member), older, member, only=older)
        return found

    def _renew(self, found: list[AtZernio], key: str, member: Account, only: str | None = None) -> None:
        """Keep what was found of the member's accounts, with this key; only: of those that have that key."""
        known = {THROUGH_ZERNIO + each.account.id: each for each in found}
        for account in self._connections.of(member.id):
            if account.is_zernio and account.profile.sub in known and only in (None, self.key_of(account)):
                self._keep(known[account.profile.sub], key, account)

    def connect_link(self, key: str, member: Account, browser: str, page_url: str, reconnect: str = "") -> str:
        """Where the browser goes to connect an account at Zernio, or to reconnect one; it comes back to page_url.

        A state of one use, bound to this browser, comes back with it: Zernio's own does not. Raises: LinkedInError.
        """
        state = self._accounts.new_state(browser, redirect_uri=page_url, client_id=ZERNIO, connect_to=member.id)
        with self._open(key, self._log.recorder(account_id=member.id)) as transport:
            asked = ZernioAccounts(transport, self.api_url)
            profiles = {each.id: each.profile_id for each in asked.list()} if reconnect else {}
            profile = profiles.get(reconnect) or asked.default_profile()
            return asked.connect_link(profile, f"{page_url}?{STATE}={state}", reconnect=reconnect).url

    def arrive(
        self, query: Mapping[str, str], member: Account, browser: str, key: str
    ) -> tuple[Account, list[AtZernio]]:
        """The account that was connected at Zernio with the member's key, and all of that key.

        Only Zernio's own list of accounts is believed.

        Raises: StateRefused, LinkedInError.
        """
        known = self._accounts.redeem_state(query.get(STATE, ""), browser)
        if known.client_id != ZERNIO or known.connect_to != member.id:
            raise StateRefused("This was started by another member.")
        back = read_return(query)
        if back.error:
            raise LinkedInError(back.error, advice=back.advice)
        try:
            listed = self.look(key, member)
        except LinkedInError as error:
            said = f"{error} Whether the account is connected, the list of accounts tells."
            raise LinkedInError(said, advice="Choose “Show the accounts of this key” in a minute.") from None
        found = next((each for each in listed if each.account.id == back.account_id), None)
        if found is None:
            raise LinkedInError("Zernio does not list this account.", advice="Look at the accounts again in a minute.")
        return self.add(found, key, member), listed

    def key_of(self, account: Account) -> str | None:
        """The key of an account; None when it was given for another address than the present one."""
        if account.at_zernio.get("of") != self.of:
            return None
        return self._accounts.zernio_key(account.id)

    # Posts.

    def speak(
        self, account: Account, row: PostRow | None, on_exchange: Callable[[Exchange], None] = lambda _: None
    ) -> ZernioLine:
        """A connection for calls about one post of an account; use it in a with statement. Raises: LinkedInError."""
        key = self.key_of(account)
        if not key:
            raise LinkedInError(NO_KEY, advice="Enter the key again on the page Me.")
        keep = self._log.recorder(account_id=account.id, post_id=row.id if row else None)
        transport = self._open(key, in_turn(keep, partial(self._learn, account.id, key), on_exchange))
        return ZernioLine(transport, ZernioPublisher(transport, self.api_url), account.at_zernio.get("id", ""))

    def _learn(self, account_id: int, key: str, exchange: Exchange) -> None:
        """Remember a refusal of the key, and of the account, until it is reconnected or a new key is entered."""
        error = explained(exchange)
        if isinstance(error, KeyRefused):
            self._accounts.refuse_token(account_id, "revoked", used=key)
        elif isinstance(error, AccountUnusable) and (lacks := LACKED.get(error.code)):
            self._accounts.refuse_token(account_id, lacks, used=key)

    def _open(self, key: str, on_exchange: Callable[[Exchange], None]) -> Transport:
        return connect(replace(self._address(), api_key=key), on_exchange=on_exchange)

    @cached_property
    def _silent(self) -> Transport:
        """A transport for those who only ask what would be sent."""
        return Transport()

    def planner(self, account: Account, outbox_id: str = "", first_comment: str = "") -> Plans:
        """What says which calls a post of this account would make."""
        silent = ZernioPublisher(self._silent, self.api_url)
        return Plans(silent, account.at_zernio.get("id", "{accountId}"), outbox_id, first_comment)

    def planned(self, account: Account, draft: Draft) -> tuple[PlannedCall, ...]:
        """The calls that publishing this draft makes, in order; its first comment goes with them. Sends nothing."""
        planner = self.planner(account, draft.draft_id, draft.comment)
        return planner.planned(draft.as_post(account.urn), draft.planned_files())

    def edit(self, row: PostRow, text: str) -> None:
        """Give a published post another text. Raises: LinkedInError."""
        account = self._accounts.get(row.account_id)
        with self.speak(account, row) as talk:
            talk.zernio.edit(row.remote_id, talk.account_id, row.draft.changed(text=text).as_post(account.urn))

    def unpublish(self, row: PostRow) -> None:
        """Delete the post at LinkedIn; Zernio's record of it stays. Raises: LinkedInError."""
        with self.speak(self._accounts.get(row.account_id), row) as talk:
            try:
                talk.zernio.unpublish(row.remote_id, talk.account_id)
            except LinkedInError:  # also of a second try, when the answer to the first one was lost
                if not talk.is_off_linkedin(row.remote_id):
                    raise
        self._outbox.set_deleted(row.id)

    def delete_record(self, row: PostRow) -> None:
        """Delete Zernio's record of a post that is not published; LinkedIn is not asked. Raises: LinkedInError."""
        with self.speak(self._accounts.get(row.account_id), row) as talk:
            talk.zernio.delete_record(row.remote_id)
        self._outbox.keep_remote(row, None)

    def refresh(self, row: PostRow) -> bool:
        """Ask Zernio for the URN and link of a published post; True once they are known. Raises: LinkedInError."""
        with self.speak(self._accounts.get(row.account_id), row) as talk:
            found = talk.zernio.outcome(row.remote_id, talk.account_id)
        if found.state is not PostState.PUBLISHED or not (found.urn or found.url):
            return False
        self._outbox.keep_remote(row, {**(row.remote or {}), "url": found.url})
        if found.urn:
            self._outbox.name(row, found.urn)
        return True
