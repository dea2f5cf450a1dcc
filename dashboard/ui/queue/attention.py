"""What needs a decision, on top of the Queue page: unconfirmed and held posts, sign-ins that end, LinkedIn's limit."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.posts.queue import QueueEntry
from dashboard.ui.common import confirm, errors, members, unconfirmed
from dashboard.ui.common.text import counted, either, plain
from dashboard.ui.queue import actions, in_progress
from dashboard.ui.state import dates, session
from dashboard.ui.state.clicks import clicked
from linkedin_api.reference import products

SHOWN = 5
HELD_ACTIONS = (actions.PUBLISH, actions.RESCHEDULE, actions.CANCEL)


def attention(who: list[Account]) -> None:
    """Draw everything that needs a decision."""
    ids = members.ids(who)
    for account in who:
        _sign_in(account)
        _parked(account)
    count, open_ones = session.get_services().queue.unconfirmed(ids, SHOWN)
    for post_id in open_ones:
        if row := session.get_services().outbox.get(post_id, tuple(ids)):
            unconfirmed.unconfirmed(row)
    _more(count, "not confirmed; what follows here comes when these are decided")
    count, entries = session.get_services().queue.held(ids, SHOWN)
    for entry in entries:
        _held(entry)
    _more(count, "held; the list of what waits begins with what is overdue")
    if session.get_services().queue.held_up(ids) and clicked(
        "Publish all held posts", key="publish-held", icon=":material/send:"
    ):
        _publish_all(ids)


@errors.dialog("Publish all held posts?")
def _publish_all(ids: list[int]) -> None:
    entries = [each for each in session.get_services().queue.held_up(ids) if each.account_id in session.visible_ids()]
    stay = {each.id: why for each in entries if (why := _cannot_go(each))}
    leaving = [each for each in entries if each.id not in stay]
    where = " and ".join(sorted({session.where(session.account_of(each)) for each in leaving or entries}))
    st.write(f"{counted(len(leaving), 'held post leaves', 'held posts leave')} for {where} at once, in their order:")
    st.markdown(_by_author(leaving) or "None can leave now.")
    if any(each.delayed_by for each in leaving):
        st.caption("LinkedIn may still refuse some, as it did before; those wait again and say why.")
    for why in dict.fromkeys(stay.values()):
        held = counted(list(stay.values()).count(why), "post stays", "posts stay")
        st.warning(f"{held} held. {plain(why)}", icon=":material/pause_circle:")
    yes = f"Publish {counted(len(leaving), 'post')}"
    going = [each.id for each in leaving]
    # What is agreed to is what is shown: with other posts it is another button, which nobody has pressed.
    if confirm.agreed(
        yes, "Keep them held", key=f"all-now-{hash(tuple(going))}", no_key="all-keep", disabled=not going
    ):
        count = session.get_services().schedule.publish_all(going)
        session.get_services().start()
        still = f" {counted(len(stay), 'post stays', 'posts stay')} held." if stay else ""
        confirm.done(f"{counted(count, 'post leaves', 'posts leave')} now.{still}")


def _by_author(entries: list[QueueEntry]) -> str:
    counts = Counter(map(in_progress.whose, entries))
    return "\n".join(f"- {plain(name)}: {counted(count, 'post')}" for name, count in counts.items())


def _cannot_go(entry: QueueEntry) -> str | None:
    """Why a post would be held again at once, with the next step; None when it may leave."""
    account = session.account_of(entry)
    if trouble := session.sign_in_trouble(account):
        return f"{trouble} {account.renewal} on the page Me."
    if entry.author and entry.author not in account.pages:
        return f"{account.name} may not publish for {in_progress.whose(entry)} with the present sign-in."
    needed = "w_organization_social" if entry.author else "w_member_social"
    if account.scopes and needed not in account.scopes:
        return f"The sign-in of {account.name} did not grant {needed}. {products.advice_for(needed)}"
    return None


def _more(count: int, what: str) -> None:
    if count > SHOWN:
        st.caption(f"{count - SHOWN:,} more {either(count - SHOWN, 'is', 'are')} {what}.")


def _sign_in(account: Account) -> None:
    """Warn of posts that will have no valid sign-in when they are due."""
    queue, name = session.get_services().queue, account.name
    if why := session.sign_in_trouble(account):
        if count := queue.count([account.id]):
            said = f"{counted(count, 'post')} of {name} cannot leave. {why}"
            _warn_of_sign_in(account, f"{said} {account.renewal} before they are due.")
    elif (ends := account.token_expires_at) and (count := queue.due_from(account.id, ends)):
        said = f"{counted(count, 'post is', 'posts are')} due after {name}'s sign-in ends on {dates.day(ends)}."
        _warn_of_sign_in(account, f"{said} {account.renewal} before then.")
    elif account.token_expires_at is None and not account.is_zernio and queue.count([account.id]):
        st.caption(plain(f"LinkedIn did not say when {name}'s sign-in ends. What is due later is held, and not lost."))


def _warn_of_sign_in(account: Account, said: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"sign-in-{account.id}"):
        st.warning(plain(said), icon=":material/key:")
        st.page_link(session.page("profile"), label="Me", icon=":material/account_circle:")


def _parked(account: Account) -> None:
    until = account.parked_until
    if until is None or until <= now():
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"parked-{account.id}"):
        said = f"LinkedIn's limit for the day is reached for {account.name}. Posts that are due wait"
        st.warning(plain(f"{said} until {until:%H:%M} UTC ({dates.clock(until)} here)."), icon=":material/hourglass:")
        if clicked("Try now", key=f"try-{account.id}", help="Lets what is due leave at once; LinkedIn may refuse it"):
            count = session.get_services().schedule.try_now(account.id)
            session.get_services().start()
            st.toast(f"{counted(count, 'post leaves', 'posts leave')} now." if count else "Nothing is due yet.")
            st.rerun()


def _held(entry: QueueEntry) -> None:
    with st.container(border=True, key=f"held-{entry.id}", gap="small"):
        st.markdown(f":material/pause_circle: **Held.** {plain(in_progress.whose(entry))}: {plain(entry.held or '')}")
        st.text(entry.text or "A post without words")
        with st.container(horizontal=True):
            for action in HELD_ACTIONS:
                icon = f":material/{actions.ICONS[action]}:"
                if clicked(action, key=f"held-{action}-{entry.id}", icon=icon):
                    actions.do(action, entry.id)
