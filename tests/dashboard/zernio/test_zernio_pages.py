"""What the pages say of an author whose posts go through Zernio, without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from dashboard.accounts.account import ZERNIO, Account
from dashboard.csv_import.read import ImportAuthor, ImportContext, read
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.history import Wanted
from dashboard.services import Services
from dashboard.ui.compare.where_others_cut import TITLE as WHERE_OTHERS_CUT
from dashboard.ui.state.member_state import MEMBER, MemberState
from linkedin_api import Profile, Token
from sandbox.directory.members import ADA, ZOE
from sandbox.directory.organizations import BRIDGE, ENGINES
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.support.patience import PATIENCE_S, until
from tests.support.services import attached, draft_of
from tests.ui.test_pages import linkedin, member, opened, said, services, visitor

__all__ = ["linkedin", "member", "services", "visitor"]
CONNECTIONS_ONLY = "Through Zernio every post is public"


@dataclass
class Author:
    """Ada is signed in, and may publish as Zoë through the sandbox's Zernio."""

    services: Services
    zernio: Zernio
    member: Account
    account: Account

    def composer(self, draft: Draft, tab: str = "Preview") -> AppTest:
        self.services.drafts.save(self.member.id, draft.changed(member=str(self.account.urn)))
        app = opened("composer")
        app.session_state["look-at"] = tab
        return app.run()


@pytest.fixture
def author(linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Author:
    zernio = Zernio(linkedin.state)
    key = zernio.new_key()
    zernio.connect(ZOE, ZOE)
    monkeypatch.setenv("ZERNIO_API_URL", f"{linkedin.url}/zernio")  # before anybody reads the settings
    found: Services = request.getfixturevalue("services")
    me = found.accounts.get(request.getfixturevalue("member"))
    (account,) = found.zernio.enter_key(me, key)
    return Author(found, zernio, me, found.zernio.add(account, key, me))


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_every_kind_has_its_preview_and_its_calls_to_zernio(author: Author) -> None:
    for kind in ("text", "images", "captioned", "document", "poll", "reshare", "article"):
        draft = draft_of(author.services, kind, dialect="v2").changed(title="")

        app = author.composer(draft, "Request")

        assert not app.exception, kind
        assert "/zernio/v1/posts" in said(app), kind
        assert "https://api.linkedin.com" not in said(app), kind
        assert "calls for today" not in said(app), kind
        send = next(each for each in app.button if each.label == f"Publish in the sandbox as {ZOE.name}")
        assert not send.disabled, (kind, said(app))


def test_what_zernio_cannot_do_is_not_asked_for_and_what_was_chosen_before_is_named(author: Author) -> None:
    plain = author.composer(Draft(kind="article", text="Look", url="https://example.com/a"))
    assert "it cannot be for your connections only" in said(plain)
    assert "Fetch the page's card" not in labels(plain)
    assert not [each for each in plain.text_input if each.label in ("Title", "Description")]

    card = draft_of(author.services, "card").changed(visibility="CONNECTIONS")
    app = author.composer(card)
    assert CONNECTIONS_ONLY in said(app)
    assert "Zernio takes no title of your own" in said(app)
    assert "Zernio takes no picture of your own" in said(app)
    assert app.text_input(key=f"title-{card.draft_id}").value == "A title"

    word = attached(author.services, b"Word", title="Report")
    assert "no Word and no PowerPoint" in said(author.composer(Draft(kind="document", text="Read", document=(word,))))


def test_where_others_cut_claims_nothing_of_what_zernio_makes_of_a_text(author: Author) -> None:
    app = author.composer(Draft(text="All (of it) #1"), WHERE_OTHERS_CUT)

    drawn = "".join(str(each.proto.body) for each in app.get("html"))
    assert "Sent from here through Zernio" in drawn
    assert "in either dialect" not in drawn


def test_a_real_key_beside_the_sandbox_is_no_post_in_the_sandbox(author: Author) -> None:
    raw = {"sub": "zernio-1", "name": "Grace", ZERNIO: {"id": "1", "of": "https://zernio.com/api/v1"}}
    real = author.services.accounts.save(Profile.read(raw), Token("sk_real", None), token_at=None, client_id=ZERNIO)
    author.services.connections.add(author.member.id, real.id)
    author.account = real

    app = author.composer(Draft(text="For everybody"))

    assert "Publish on LinkedIn as Grace" in labels(app)
    assert not any("in the sandbox" in each for each in labels(app))


def test_an_account_takes_the_new_key_of_its_member(author: Author) -> None:
    services, way = author.services, author.services.zernio
    before, fresh = way.key_of(author.account), author.zernio.new_key()
    author.zernio.revoke(str(before))
    services.accounts.refuse_token(author.account.id, "revoked")

    way.enter_key(author.member, fresh)

    renewed = services.accounts.get(author.account.id)
    assert (way.key_of(renewed), renewed.sign_in_needed) == (fresh, None)
    assert [each.account.name for each in way.look_again(fresh, author.member)] == [ZOE.name]


def test_history_tells_the_way_the_id_the_urn_and_the_link(author: Author) -> None:
    app = author.composer(Draft(text="Through the other way"))
    next(each for each in app.button if each.label.startswith("Publish in the sandbox")).click().run()
    until(lambda: "**Published.**" in said(app.run()))
    (row,) = author.services.history.page(Wanted(author.account.id))
    post = author.services.outbox.get(row["id"])
    assert post

    told = said(opened("history", post=str(row["id"])))

    assert "Public · through Zernio" in told
    assert f"Zernio calls it {post.remote_id}" in told
    assert row["urn"] in told
    assert f"[Open the post]({row['url']})" in told
    assert row["url"].endswith(f"{row['urn']}/")
    assert f'"{row["url"]}"' in author.services.history.json(Wanted(author.account.id), lambda urn: "other")
    with author.services.database.begin() as db:
        db.execute(update(posts).values(state="failed"))
    assert "it leaves only if somebody publishes it there" in said(opened("history", post=str(row["id"])))


def test_a_table_of_posts_is_judged_by_what_zernio_takes(author: Author) -> None:
    me = ImportAuthor(str(author.member.urn), author.member.name)
    zoe = ImportAuthor(str(author.account.urn), author.account.name)
    services = author.services
    context = ImportContext(
        me,
        datetime(2026, 1, 1, tzinfo=UTC),
        lambda draft, urn: draft.problems(urn, services.uploads.has),
        others=(zoe,),
    )
    table = f"date,time,text,visibility,member\n2026-12-31,09:00,Hello,CONNECTIONS,{zoe.urn}\n"

    sheet = read(table.encode(), context)

    assert [CONNECTIONS_ONLY in each.message for each in sheet.problems] == [True]


def mention_dialog(app: AppTest, who: str) -> AppTest:
    next(each for each in app.button if each.label == "Mention").click().run()
    next(each for each in app.radio if each.label == "Who").set_value(who)
    return next(each for each in app.button if each.label == "Mention").click().run()


def test_an_account_of_zernio_is_no_mention_as_its_urn_is_our_own(author: Author) -> None:
    author.services.drafts.save(author.member.id, Draft(text="Hello "))
    app = mention_dialog(opened("composer").run(), "person")

    offered = str([each.options for each in app.get("button_group")])
    assert author.member.name in offered
    assert ZOE.name not in offered


def test_zernio_is_asked_for_whom_its_posts_mention(author: Author) -> None:
    app = mention_dialog(author.composer(Draft(text="Hello ")), "person")
    offered = str([each.options for each in app.get("button_group")])

    def look_up(address: str) -> MemberState:
        next(each for each in app.text_input if each.label == "Find by address").set_value(address)
        press("Mention")
        press("Look up")  # which closes the dialog, here as AppTest has no fragments
        assert not app.exception
        found: MemberState = app.session_state[MEMBER]
        return found

    def press(name: str) -> None:
        next(each for each in app.button if each.label == name).click().run()

    # The id that LinkedIn gave this dashboard's app of a member means nothing to Zernio's.
    assert author.member.name not in offered
    assert "no address of a member" in look_up("Bridge & Sons").page_refused
    press("Mention")
    assert "nothing about whether they exist" in look_up("https://www.linkedin.com/in/nobody-here?trk=x").page_refused
    press("Mention")
    assert look_up("linkedin.com/company/bridge-and-sons/").page_found == (BRIDGE.urn, BRIDGE.name)
    assert app.session_state["mention-who"] == "organization"  # whatever was chosen: what was found is shown


# The page Me.


def pressed(app: AppTest, label: str) -> AppTest:
    return next(each for each in app.button if each.label == label).click().run()


def test_me_lists_health_expiry_and_plan_and_reconnects_what_needs_it(author: Author) -> None:
    author.zernio.connect(ADA, ADA)
    page = author.zernio.connect(ENGINES, ADA)
    author.zernio.change_account(page, broken=True)
    author.zernio.change_account(author.zernio.connect(BRIDGE, ADA), missing_scopes=["w_organization_social"])
    author.zernio.change_account(author.services.accounts.get(author.account.id).at_zernio["id"], enabled=False)

    app = pressed(opened("profile").run(), "Show the accounts of this key")

    assert not app.exception
    assert "Plan Sandbox · 4 accounts connected" in said(app)
    assert f"{ENGINES.name} has to be reconnected through Zernio" in said(app)
    assert f"{ZOE.name} is not enabled for posting at Zernio" in said(app)
    assert "Ready · 60 days left" in said(app)
    assert "The LinkedIn token is invalid or has expired." in said(app)
    assert f"Zernio says that {BRIDGE.name} cannot post" in said(app).replace("&amp;", "&").replace("\\", "")
    assert "LinkedIn has not granted w" in said(app)
    assert sum(each.startswith("Reconnect") for each in labels(app)) == 2  # the page's, and that one's
    for each in author.zernio.accounts():
        author.zernio.change_account(each["_id"], connected_at=each["connected_at"] - 55 * 86_400)
    app = pressed(app, "Show the accounts of this key")
    assert "Ready · 5.0 days left" in said(app)
    assert f"Reconnect {ADA.name}" in labels(app)


def test_what_came_of_connecting_stays_in_view_and_a_cancelled_one_loses_nothing(author: Author) -> None:
    way, key = author.services.zernio, author.services.zernio.key_of(author.account)
    asked = urlsplit(way.connect_link(str(key), author.member, "this-browser", "http://localhost:8501/profile"))
    form = {"state": dict(parse_qsl(asked.query))["state"], "author": ADA.urn, "choice": "cancel"}
    where = f"{author.services.api_url}/zernio/connect/linkedin"
    back = requests.post(where, form, allow_redirects=False, timeout=PATIENCE_S).headers["location"]

    app = opened("profile", **dict(parse_qsl(urlsplit(back).query)))

    assert not app.exception
    assert "The connection was cancelled at LinkedIn; nothing has changed." in said(app)
    assert "The connection was cancelled" in said(app.run())
    app = pressed(app, "Show the accounts of this key")
    assert "The connection was cancelled" not in said(app)
    assert f"**{ZOE.name}** · Member" in said(app)


def test_a_wrong_key_is_a_sentence_and_stays_typed(author: Author) -> None:
    app = opened("profile").run()
    for typed, told in (("sk_nobody", "Zernio does not know this key"), ("sk_1 2", "ZERNIO_API_KEY")):
        next(each for each in app.text_input if each.label == "Zernio key").set_value(typed)
        app = pressed(app, "Use this key")

        assert not app.exception
        assert told in said(app)
        assert next(each for each in app.text_input if each.label == "Zernio key").value == typed
    assert author.services.zernio.key_of(author.services.accounts.get(author.account.id))
