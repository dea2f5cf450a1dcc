"""Several accounts: who may see and publish as whom, how that begins and ends, and what never follows from it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import update
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from dashboard.accounts.account import Account
from dashboard.accounts.connections import Connections
from dashboard.accounts.encryption import Encryption
from dashboard.accounts.repository import Accounts, StateRefused
from dashboard.accounts.sign_in import SignIn, _profile
from dashboard.config.settings import load
from dashboard.db.database import now, open_database
from dashboard.db.tables import accounts
from dashboard.drafts.draft import Draft
from dashboard.posts.history import Wanted
from dashboard.posts.post import Posting, PostRow
from dashboard.services import Services
from dashboard.ui.common.members import labels
from dashboard.web.cookies import SESSION_COOKIE
from linkedin_api import IdTokenInvalid, Token, Urn
from sandbox.directory.members import ADA, ZOE
from sandbox.directory.organizations import ENGINES
from tests.conftest import RunningSandbox
from tests.support.patience import PATIENCE_S, until
from tests.support.services import SECRET_KEY, new_token, profile
from tests.ui.test_pages import CALLBACK, SessionMiddleware, linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]  # fixtures
ASKED = ("openid", "profile", "w_member_social")


@pytest.fixture
def zoe(services: Services, linkedin: RunningSandbox) -> Account:
    """Zoë has signed in here once, and is connected to nobody."""
    return services.accounts.save(profile(ZOE), new_token(linkedin, ZOE))


@pytest.fixture
def connected(member: int, zoe: Account, services: Services) -> Account:
    """Zoë, as whom Ada may publish."""
    services.connections.add(member, zoe.id)
    return zoe


def allowed_by(link: str, sub: str) -> dict[str, str]:
    """What LinkedIn's callback brings after this member has pressed Allow."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    form = {**asked, "choice": "allow", "member": sub}
    answer = requests.post(link.partition("?")[0], data=form, allow_redirects=False, timeout=PATIENCE_S)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def connect_link(app: AppTest, label: str = "Connect another member") -> str:
    [link] = [html for html in (each.proto.body for each in app.get("html")) if label in html]
    return str(link.split('href="')[1].split('"')[0].replace("&amp;", "&"))


def enter(services: Services, visitor: SessionMiddleware, account_id: int) -> None:
    """This browser is signed in as somebody from now on."""
    _, ticket = services.accounts.open_session(account_id)
    visitor.cookies[SESSION_COOKIE] = str(services.accounts.redeem_ticket(ticket))


def button(app: AppTest, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()


def post_of(services: Services, account: Account, text: str) -> int:
    """A published post of an account."""
    post_id = services.outbox.put(Posting(account.id, Draft(text=text)))
    row = services.outbox.get(post_id)
    assert row
    services.outbox.finish(row, "published", urn=Urn(f"urn:li:share:71066971660892692{post_id:02}"))
    return post_id


# How it begins.


def test_another_member_signs_in_and_the_browser_stays_with_its_own(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    back = allowed_by(connect_link(opened()), ZOE.sub)
    cookie = dict(visitor.cookies)

    app = opened(**back)

    assert "**Zoë Muster** is connected" in said(app)
    assert "You are signed in as **Ada Example**" in said(app)
    assert app.session_state["tab_state"].ticket is None
    assert visitor.cookies == cookie
    assert [each.profile.sub for each in services.connections.of(member)] == [ZOE.sub]
    assert not app.exception


def test_it_goes_one_way(member: int, connected: Account, services: Services) -> None:
    assert [each.id for each in services.connections.of(member)] == [connected.id]
    assert services.connections.of(connected.id) == []
    assert [each.id for each in services.connections.holders(connected.id)] == [member]


def test_the_same_member_again_is_told_so_and_not_connected(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    back = allowed_by(connect_link(opened()), ADA.sub)

    app = opened(**back)

    assert "You have chosen yourself again, so nobody new was connected" in said(app)
    assert "Members you publish as" in said(app)
    assert services.connections.of(member) == []


def test_a_plain_sign_in_as_another_member_connects_nobody(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    back = allowed_by(connect_link(opened(), "Sign in again"), ZOE.sub)

    app = opened(**back)

    assert "You are signed in as **Zoë Muster**" in said(app)
    assert services.connections.of(member) == services.connections.holders(member) == []


def test_nobody_is_connected_to_whoever_is_here_by_then(
    member: int, zoe: Account, services: Services, visitor: SessionMiddleware, linkedin: RunningSandbox
) -> None:
    back = allowed_by(connect_link(opened()), ZOE.sub)
    before = services.accounts.access_token(zoe.id)
    enter(services, visitor, zoe.id)

    app = opened(**back)

    assert "the member who wanted to connect somebody is not signed in here any more" in said(app)
    assert services.connections.of(member) == services.connections.of(zoe.id) == []
    assert services.accounts.access_token(zoe.id) == before
    assert "/oauth/v2/accessToken" not in [path for _, path, _ in linkedin.state.calls[-1:]]


def test_whoever_signs_out_while_linkedin_answers_connects_nobody(
    member: int, services: Services, linkedin: RunningSandbox
) -> None:
    here = iter((member, None))
    sign_in: SignIn = services.sign_in("this-browser", here=lambda: next(here))
    back = allowed_by(sign_in.link(CALLBACK, ASKED, connect_to=member), ZOE.sub)

    with pytest.raises(StateRefused, match="not signed in here any more"):
        list(sign_in.finish(back["code"], back["state"]))

    assert sign_in.account is None
    assert services.connections.of(member) == []


def test_userinfo_about_another_member_than_the_id_token_signs_nobody_in(member: int, services: Services) -> None:
    sign_in = services.sign_in("this-browser", here=lambda: member)
    oauth = sign_in.oauth_of(None)
    codes = [allowed_by(sign_in.link(CALLBACK, ASKED), each.sub)["code"] for each in (ADA, ZOE)]
    ada, zoe = (oauth.exchange_code(code, redirect_uri=CALLBACK) for code in codes)
    claims = oauth.verify_id_token(ada.id_token or "")

    assert _profile(oauth, ada, claims).sub == ADA.sub
    with pytest.raises(IdTokenInvalid, match="two members"):
        _profile(oauth, zoe, claims)


def test_the_exchanges_of_a_connection_belong_to_whoever_signed_in(
    member: int, services: Services, visitor: SessionMiddleware
) -> None:
    before = services.exchange_log.count(member)
    opened(**allowed_by(connect_link(opened()), ZOE.sub))

    [other] = services.connections.of(member)
    assert services.exchange_log.count(other.id) > 0
    assert services.exchange_log.count(member) == before


def test_connecting_twice_is_one_connection(member: int, connected: Account, services: Services) -> None:
    services.connections.add(member, connected.id)
    services.connections.add(member, member)

    assert [each.id for each in services.connections.of(member)] == [connected.id]


def test_a_connection_holds_for_one_linkedin_only(member: int, connected: Account, services: Services) -> None:
    assert Connections(services.database, "https://another.example").of(member) == []


def test_on_postgresql_they_are_the_same(tables_url: str) -> None:
    database = open_database(str(load({"DATABASE_URL": tables_url, "SECRET_KEY": SECRET_KEY}, None).database))
    people, kept = Accounts(database, Encryption(SECRET_KEY), "here"), Connections(database, "here")
    token = Token(access_token="AQX", expires_in_s=60, scopes=())
    ada, zoe = (people.save(profile(each), token).id for each in (ADA, ZOE))
    kept.add(ada, zoe)
    kept.add(ada, zoe)

    assert [each.id for each in kept.of(ada)] == [zoe]
    kept.remove(ada, zoe)
    assert kept.of(ada) == kept.holders(zoe) == []
    database.dispose()


# How it ends.


def test_taking_a_member_off_the_list_leaves_their_token_and_posts(
    member: int, connected: Account, services: Services
) -> None:
    post_id = post_of(services, connected, "Stays")
    services.connections.remove(member, connected.id)

    assert services.connections.of(member) == []
    assert services.accounts.access_token(connected.id)
    assert services.outbox.get(post_id)


def test_posts_that_wait_are_named_before_a_member_leaves_the_list(
    member: int, connected: Account, services: Services
) -> None:
    services.outbox.put(Posting(connected.id, Draft(text="Later"), due_at=now() + timedelta(days=1)))
    app = opened()

    button(app, "Take off the list")

    assert "1 post of theirs stays planned and will be published" in said(app)


def test_whoever_is_published_as_sees_by_whom(
    member: int, connected: Account, services: Services, visitor: SessionMiddleware
) -> None:
    assert "Members who publish as you" not in said(opened())
    enter(services, visitor, connected.id)

    app = opened()

    assert "Members who publish as you" in said(app)
    assert "**Ada Example**" in said(app)


def test_disconnecting_ends_who_may_publish_as_whom_in_both_directions(
    member: int, connected: Account, services: Services
) -> None:
    services.connections.add(connected.id, member)
    services.accounts.disconnect(connected.id)

    assert services.connections.of(connected.id) == []
    assert services.connections.of(member) == []


@pytest.mark.parametrize(("days", "text"), [(52.4, "52 days left"), (6.2, "6.2 days left"), (-1, "has expired")])
def test_the_days_that_each_token_has_left_are_shown(
    member: int, connected: Account, services: Services, days: float, text: str
) -> None:
    with services.database.begin() as db:
        mine = accounts.c.id == connected.id
        db.execute(update(accounts).where(mine).values(token_expires_at=now() + timedelta(days=days, seconds=30)))

    app = opened()

    assert text in said(app)
    assert "Ada Example (you)" in said(app)


# Choosing per post.


def choose(app: AppTest, label: str, option: str) -> AppTest:
    return next(each for each in app.selectbox if each.label == label).select(option).run()  # type: ignore[no-any-return]


def publish(app: AppTest) -> Button:
    return next(each for each in app.button if each.label.startswith("Publish in the sandbox"))


def published(services: Services, account_id: int) -> PostRow:
    """The newest post of an account, once the worker has brought it to its end."""
    rows = until(lambda: services.history.page(Wanted(account_id, states=("published",))))
    row = services.outbox.get(rows[0]["id"])
    assert row
    return row


def test_the_author_is_chosen_per_post_and_published_with_their_own_token(
    member: int, connected: Account, services: Services, linkedin: RunningSandbox
) -> None:
    services.drafts.save(member, Draft(text="Not by me"))
    app = choose(opened("composer"), "Author", "Zoë Muster")

    publish(app).click().run()

    row = published(services, connected.id)
    assert (row.account_id, row.written_by, row.draft.member) == (connected.id, member, ZOE.urn)
    assert [post.author for post in linkedin.state.posts.values()] == [ZOE.urn]
    assert not app.exception


def test_the_preview_and_the_request_are_those_of_whoever_speaks(
    member: int, connected: Account, services: Services
) -> None:
    services.drafts.save(member, Draft(text="Not by me", member=ZOE.urn))

    app = opened("composer")
    app.session_state["look-at"] = "Request"
    app.run()

    card = next(each.proto.body for each in app.get("html") if "Not by me" in each.proto.body)
    assert "Zoë Muster" in card
    assert "Ada Example" not in card
    assert f'"author": "{ZOE.urn}"' in said(app)


def test_whose_sign_in_stands_in_the_way_is_said(member: int, connected: Account, services: Services) -> None:
    services.accounts.refuse_token(connected.id, "expired")
    services.drafts.save(member, Draft(text="Not by me", member=ZOE.urn))

    app = opened("composer")

    assert "Zoë Muster's LinkedIn sign-in has expired." in said(app)
    assert publish(app).disabled


def test_a_company_page_of_another_member_says_through_whom(
    member: int, connected: Account, services: Services
) -> None:
    for each in (member, connected.id):
        services.accounts.keep_organizations(each, [Urn(ENGINES.urn)])
        with services.database.begin() as db:
            db.execute(update(accounts).values(scopes=["w_member_social", "w_organization_social"]))
        services.accounts.name_organization(each, ENGINES.urn, "Engines")
    services.drafts.save(member, Draft(text="By the page"))

    app = choose(opened("composer"), "Author", "Engines · by Zoë Muster")

    kept = services.drafts.get(member)
    assert (kept.member, kept.author) == (ZOE.urn, ENGINES.urn)
    assert publish(app).label == "Publish in the sandbox as Engines"


def test_two_members_of_one_name_are_told_apart() -> None:
    ada = Account(1, profile(), (), True, None, None, None)
    other = replace(ada, id=2, profile=replace(profile(), sub="other"))

    assert labels([ada, other]) == {1: "Ada Example (782bbtaQ)", 2: "Ada Example (other)"}


# What never follows.


def test_a_draft_that_names_a_stranger_is_not_published_by_anybody(
    member: int, zoe: Account, services: Services, linkedin: RunningSandbox
) -> None:
    services.drafts.save(member, Draft(text="Forged", member=ZOE.urn))

    app = opened("composer")

    assert "is not connected to you any more" in said(app)
    assert publish(app).disabled
    assert "Zoë" not in said(app)


def test_a_member_who_is_taken_off_the_list_while_one_writes_is_not_replaced_in_silence(
    member: int, connected: Account, services: Services
) -> None:
    services.drafts.save(member, Draft(text="Half written", member=ZOE.urn))
    app = opened("composer")
    services.connections.remove(member, connected.id)

    publish(app).click().run()

    assert services.outbox.select() == []
    assert "is not connected to you any more" in said(app)
    choose(app, "Author", "Ada Example")
    assert services.drafts.get(member).member == ""
    assert not publish(app).disabled


def test_a_company_page_that_is_gone_is_not_replaced_in_silence(member: int, services: Services) -> None:
    services.drafts.save(member, Draft(text="By the page", author=ENGINES.urn))

    app = opened("composer")

    assert "is none of yours with the present sign-in" in said(app)
    assert publish(app).disabled
    assert services.drafts.get(member).author == ENGINES.urn


def test_the_planned_post_of_a_member_who_left_the_list_is_not_taken_over(
    member: int, connected: Account, services: Services
) -> None:
    later = Draft(text="Theirs", member=ZOE.urn)
    post_id = services.outbox.put(Posting(connected.id, later, due_at=now() + timedelta(days=1), written_by=member))
    services.drafts.save(member, later.changed(member="", text="Mine now"))
    services.connections.remove(member, connected.id)

    publish(opened("composer")).click().run()

    row = services.outbox.get(post_id)
    assert row
    assert (row.account_id, row.text, row.state) == (connected.id, "Theirs", "scheduled")


def test_the_outcomes_of_a_member_who_left_the_list_leave_the_composer(
    member: int, connected: Account, services: Services
) -> None:
    post_id = services.outbox.put(Posting(connected.id, Draft(text="Theirs", member=ZOE.urn), written_by=member))
    row = services.outbox.get(post_id)
    assert row
    services.outbox.finish(row, "published", urn=Urn("urn:li:share:7106697166089269200"))
    before = said(opened("composer"))
    services.connections.remove(member, connected.id)

    app = opened("composer")

    assert "**Published.** As Zoë Muster." in before
    assert "**Published.**" not in said(app)
    assert "This page failed" not in said(app)
    assert publish(app)


def test_a_post_in_the_address_opens_also_from_another_page_of_the_table(member: int, services: Services) -> None:
    me = services.accounts.get(member)
    post_id = post_of(services, me, "The very first")
    services.outbox.put_all(
        [Posting(member, Draft(text=f"Post {n}"), now() + timedelta(days=n + 1), "UTC") for n in range(60)]
    )

    app = opened("history", post=str(post_id))

    assert f"Post {post_id}" in [each.value for each in app.header]
    assert not opened("history", post="9999999999").exception
    assert not opened("history", post="²").exception


@pytest.mark.parametrize("is_connected", [True, False])
def test_a_post_in_the_address_opens_only_for_whom_it_concerns(
    member: int, zoe: Account, services: Services, is_connected: bool
) -> None:
    if is_connected:
        services.connections.add(member, zoe.id)
    post_id = post_of(services, zoe, "Zoë's words")

    app = opened("history", post=str(post_id))

    assert (f"Post {post_id}" in said(app)) == is_connected
    assert services.history.count(Wanted((member,))) == 0


@pytest.mark.parametrize("is_connected", [True, False])
def test_exchanges_are_seen_only_by_whom_they_concern(
    member: int, zoe: Account, services: Services, is_connected: bool
) -> None:
    if is_connected:
        services.connections.add(member, zoe.id)
    token = str(services.accounts.access_token(zoe.id))
    services.oauth(services.exchange_log.recorder(account_id=zoe.id, post_id=77)).userinfo(token)
    [entry] = services.exchange_log.entries(zoe.id)

    app = opened("inspector", post="77")

    assert ("/v2/userinfo" in said(app)) == is_connected
    assert services.exchange_log.exchange((member,), entry.id) is None
    assert services.exchange_log.exchange((member, zoe.id), entry.id)


def test_clearing_the_journal_leaves_what_others_have_sent(member: int, connected: Account, services: Services) -> None:
    for each in (member, connected.id):
        services.oauth(services.exchange_log.recorder(account_id=each)).userinfo(
            str(services.accounts.access_token(each))
        )

    button(opened("inspector"), "Clear the journal")

    assert (services.exchange_log.count(member), services.exchange_log.count(connected.id)) == (0, 1)


# History of several.


def test_history_shows_everybodys_posts_and_filters_by_member(
    member: int, connected: Account, services: Services
) -> None:
    ada = services.accounts.get(member)
    post_of(services, ada, "Ada's words")
    post_of(services, connected, "Zoë's words")
    app = opened("history")

    assert list(app.dataframe[0].value["member"]) == ["Zoë Muster", "Ada Example"]
    choose(app, "Member", "Zoë Muster")
    assert list(app.dataframe[0].value["text"]) == ["Zoë's words"]


def test_with_nobody_connected_no_member_is_asked_for(member: int, services: Services) -> None:
    post_of(services, services.accounts.get(member), "Ada's words")

    for page in ("history", "inspector", "profile", "composer"):
        app = opened(page)
        assert not {"Member", "Author"} & {each.label for each in app.selectbox}
        assert not app.exception


def test_the_downloads_say_whose_each_post_is(member: int, connected: Account, services: Services) -> None:
    post_of(services, connected, "Zoë's words")
    wanted, names = Wanted((member, connected.id)), {member: "Ada Example", connected.id: "=Zoë"}

    [row] = json.loads(services.history.json(wanted, str, names))
    [line] = csv.DictReader(io.StringIO(services.history.csv(wanted, str, names), newline=""))

    assert (row["member"], line["member"]) == ("=Zoë", "'=Zoë")


def test_what_is_done_below_a_post_is_done_by_whose_post_it_is(
    member: int, connected: Account, services: Services, linkedin: RunningSandbox
) -> None:
    services.outbox.put(Posting(connected.id, Draft(text="Comment on me"), written_by=member))
    services.start()
    row = published(services, connected.id)
    app = opened("history", post=str(row.id))

    app.text_area[0].set_value("Well said").run()
    button(app, "Comment")

    assert [(each.author.name, each.text) for each in linkedin.state.social.comments()] == [("Zoë Muster", "Well said")]


def test_a_post_used_again_keeps_its_author(member: int, connected: Account, services: Services) -> None:
    post_id = post_of(services, connected, "Again")

    button(opened("history", post=str(post_id)), "Use again")

    kept = services.drafts.get(member)
    assert (kept.text, kept.member) == ("Again", ZOE.urn)


def test_the_profile_of_a_connected_member_can_be_looked_at(
    member: int, connected: Account, services: Services
) -> None:
    app = choose(opened("profile"), "Member", "Zoë Muster")

    assert ZOE.urn in said(app)
    assert "Locale de-DE" in said(app)
