"""The whole family of socialActions, reactions and socialMetadata, in both gateways; and how much work it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox import Sandbox, create_app
from sandbox.directory.members import ADA as ADA_MEMBER
from sandbox.directory.members import ZOE as ZOE_MEMBER
from sandbox.directory.organizations import BRIDGE, ENGINES
from sandbox.model.posts import NewPost
from tests.conftest import RunningSandbox, served
from tests.sandbox.api.test_rest_posts import ZOE_URN, encoded, posted, token
from tests.sandbox.api.test_v2_posts import ME
from tests.sandbox.auth.test_oauth import ADA, ZOE
from tests.support.patience import PATIENCE_S

EVERY_SCOPE = (
    *("w_member_social", "w_organization_social", "w_member_social_feed", "w_organization_social_feed"),
    *("r_member_social", "r_organization_social", "r_member_social_feed", "r_organization_social_feed"),
)
MEMBERS = {ME: ADA, ZOE_URN: ZOE, ENGINES.urn: ADA}


class Thread:
    """A post of Ada's in one gateway, and calls about it with every scope, as this member."""

    def __init__(self, sandbox: RunningSandbox, gateway: str) -> None:
        self._sandbox, self._gateway = sandbox, gateway
        self.urn = posted(sandbox, gateway)
        self.activity = f"urn:li:activity:{self.urn.rpartition(':')[2]}"

    def call(self, verb: str, path: str, *scopes: str, actor: str = ME, method: str = "", body: Any = None) -> Any:
        headers = token(self._sandbox, *(scopes or EVERY_SCOPE), sub=MEMBERS[actor])
        if self._gateway == "/v2":
            del headers["LinkedIn-Version"]
        headers |= {"X-RestLi-Method": method} if method else {}
        where = self._sandbox.url + self._gateway + path
        return requests.request(verb, where, json=body, headers=headers, timeout=PATIENCE_S)

    def say(self, text: str, actor: str = ME, entity: str = "", **more: Any) -> Any:
        body = {"actor": actor, "message": {"text": text}} | more
        return self.call("POST", f"/socialActions/{encoded(entity or self.urn)}/comments", actor=actor, body=body)

    def like(self, actor: str = ME, entity: str = "", **more: Any) -> Any:
        entity = entity or self.urn
        body = {"actor": actor, "object": entity} | more
        return self.call("POST", f"/socialActions/{encoded(entity)}/likes", actor=actor, body=body)

    def get(self, path: str, method: str = "") -> Any:
        answer = self.call("GET", path, method=method)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(params=["/rest", "/v2"])
def thread(request: pytest.FixtureRequest, linkedin: RunningSandbox) -> Thread:
    return Thread(linkedin, request.param)


def texts(elements: list[dict[str, Any]]) -> list[str]:
    return [each["message"]["text"] for each in elements]


def test_a_thread_of_comments_lives_in_either_gateway(thread: Thread) -> None:
    below = f"/socialActions/{encoded(thread.urn)}/comments"
    first = thread.say(r"1 + 1 = 2 \(maybe\) #maths").json()
    page = thread.say("As a page", ENGINES.urn).json()
    reply = thread.say("A reply", ZOE_URN, first["commentUrn"]).json()
    one = f"{below}/{first['id']}?actor={encoded(ME)}"
    patch = {"patch": {"message": {"$set": {"text": "Edited"}}}}

    assert texts([first]) == [r"1 + 1 = 2 \(maybe\) #maths"]
    assert texts(thread.get(f"{below}?start=0&count=1")["elements"]) == texts([first])
    assert texts(thread.get(f"{below}?start=1&count=9")["elements"]) == ["As a page"]
    assert texts(thread.get(f"/socialActions/{encoded(first['commentUrn'])}/comments")["elements"]) == ["A reply"]
    assert thread.call("POST", one, method="PARTIAL_UPDATE", body=patch).status_code == 204
    assert thread.call("POST", one, actor=ZOE_URN, method="PARTIAL_UPDATE", body=patch).status_code == 403
    both = thread.get(f"{below}?ids=List({first['id']},{reply['id']},7)", "BATCH_GET")
    assert texts([both["results"][each["id"]] for each in (first, reply)]) == ["Edited", "A reply"]
    assert (both["errors"]["7"]["status"], both["results"][reply["id"]]["parentComment"]) == (404, first["commentUrn"])
    assert thread.call("DELETE", f"{below}/{page['id']}?actor={encoded(ME)}").status_code == 403
    assert thread.call("DELETE", f"{below}/{page['id']}?actor={encoded(ENGINES.urn)}").status_code == 204
    assert thread.call("DELETE", one).status_code == 204
    assert thread.get(below)["elements"] == []


def test_likes_are_reactions_that_say_like(thread: Thread) -> None:
    below = f"/socialActions/{encoded(thread.urn)}/likes"
    comment = thread.say("Hi").json()["commentUrn"]
    made = [thread.like(), thread.like(ENGINES.urn), thread.like(ZOE_URN, comment)]
    more = thread.like(reactionType="PRAISE")
    other = thread.like(object="urn:li:share:1")
    reactions = thread.get(f"/reactions/(entity:{encoded(comment)})?q=entity")["elements"]
    gone = [thread.call("DELETE", f"{below}/{encoded(ME)}?actor={encoded(ME)}").status_code for _ in range(2)]

    assert [each.status_code for each in made] == [201, 201, 201]
    assert more.json()["message"].startswith("Unpermitted fields present in REQUEST_BODY")
    assert (more.status_code, other.status_code) == (403, 400)
    assert "is not the same as the actual threadUrn" in other.json()["message"]
    assert [each["reactionType"] for each in reactions] == ["LIKE"]
    assert gone == [204, 404]
    assert [each["actor"] for each in thread.get(below)["elements"]] == [ENGINES.urn]


def test_a_summary_counts_likes_and_comments(thread: Thread) -> None:
    first = thread.say("Hi").json()["commentUrn"]
    thread.say("Ho", ZOE_URN, parentComment=first)
    thread.like()
    praise = {"root": thread.urn, "reactionType": "PRAISE"}
    thread.call("POST", f"/reactions?actor={encoded(ZOE_URN)}", actor=ZOE_URN, body=praise)
    found = thread.get(f"/socialActions/{encoded(thread.urn)}")
    several = thread.get(f"/socialActions?ids=List({encoded(thread.urn)},{encoded(first)},urn%3Ali%3Ashare%3A1)")

    assert found["likesSummary"] == {"totalLikes": 1, "aggregatedTotalLikes": 1}
    assert found["commentsSummary"] == {"totalFirstLevelComments": 1, "aggregatedTotalComments": 2}
    assert several["results"][thread.urn] == found
    assert several["results"][first]["commentsSummary"]["aggregatedTotalComments"] == 1
    assert list(several["errors"]) == ["urn:li:share:1"]


def test_one_reaction_is_read_by_its_key_and_several_in_a_batch(thread: Thread) -> None:
    def key(actor: str) -> str:
        return f"(actor:{encoded(actor)},entity:{encoded(thread.activity)})"

    root = {"root": thread.activity, "reactionType": "INTEREST"}
    made = thread.call("POST", f"/reactions?actor={encoded(ME)}", body=root).json()
    several = thread.get(f"/reactions?ids=List({key(ME)},{key(ZOE_URN)})")

    assert thread.get(f"/reactions/{key(ME)}") == made
    assert several["results"] == {f"(actor:{ME},entity:{thread.activity})": made}
    assert several["errors"][f"(actor:{ZOE_URN},entity:{thread.activity})"]["status"] == 404
    assert thread.call("GET", f"/reactions/{key(ZOE_URN)}").status_code == 404
    assert thread.call("GET", "/reactions?ids=List(x)").status_code == 400
    assert thread.call("GET", "/reactions").json()["message"] == "No virtual resource found"


def test_a_refusal_names_its_operation_in_either_gateway(thread: Thread) -> None:
    """[C] for the names in the reference, [I] for those that follow their pattern."""
    one, key = encoded(thread.urn), f"(actor:{encoded(ME)},entity:{encoded(thread.urn)})"
    asked = {
        f"POST /socialActions/{one}/comments": "SocialActions.CREATE",
        f"GET /socialActions/{one}/comments": "SocialActions.GET_ALL",
        f"GET /socialActions/{one}/comments/7": "SocialActions.GET",
        f"GET /socialActions/{one}": "SocialActions.GET",
        f"POST /socialActions/{one}/likes": "SocialActions.CREATE",
        f"GET /socialActions?ids=List({one})": "SocialActions.BATCH_GET",
        f"DELETE /socialActions/{one}/comments/7": "SocialActions.DELETE",
        f"POST /reactions?actor={encoded(ME)}": "Reactions.CREATE",
        f"DELETE /reactions/{key}": "Reactions.DELETE",
        f"GET /reactions/{key}": "Reactions.GET",
        f"GET /reactions/(entity:{one})?q=entity": "Reactions.FINDER-entity",
    }
    refused = [thread.call(*each.split(" "), "openid", body={}) for each in asked]

    prefix = "Not enough permissions to access: "
    wanted = [
        f"{prefix}partnerApi{name}.20260901"
        if "/rest/" in answer.url
        else f"{prefix}{name[0].lower()}{name[1:]}.NO_VERSION"
        for name, answer in zip(asked.values(), refused, strict=True)
    ]
    assert [answer.json()["message"] for answer in refused] == wanted
    assert {answer.status_code for answer in refused} == {403}


def test_an_author_switches_comments_off_and_on(linkedin: RunningSandbox) -> None:
    thread = Thread(linkedin, "/rest")
    kept = thread.say("Before").json()["commentUrn"]
    where = f"/socialMetadata/{encoded(thread.urn)}"

    def switch(state: str, actor: str = ME, **more: Any) -> int:
        body = {"patch": {"$set": {"commentsState": state} | more}}
        return int(thread.call("POST", f"{where}?actor={encoded(actor)}", actor=actor, body=body).status_code)

    assert [switch("CLOSED", ZOE_URN), switch("OFF"), switch("OPEN", colour="red"), switch("CLOSED")] == [
        403,
        422,
        422,
        204,
    ]
    assert [thread.say("After").status_code, thread.say("After", entity=kept).status_code] == [403, 403]
    assert thread.like().status_code == 201
    found = thread.get(f"/socialMetadata?ids=List({encoded(thread.urn)},{encoded(kept)})")["results"]
    assert [each["commentsState"] for each in found.values()] == ["CLOSED", "CLOSED"]
    assert found[thread.urn]["commentSummary"] == {"count": 1, "topLevelCount": 1}
    assert switch("OPEN") == 204
    assert thread.say("After").status_code == 201


def test_a_page_is_an_actor_with_the_older_scope_on_v2_alone(linkedin: RunningSandbox) -> None:
    body = {"actor": ENGINES.urn, "message": {"text": "Hi"}}
    answers = []
    for gateway in ("/rest", "/v2"):
        thread = Thread(linkedin, gateway)
        where = f"/socialActions/{encoded(thread.urn)}/comments"
        answers.append(thread.call("POST", where, "w_organization_social", body=body))
    foreign = thread.call("POST", where, "w_organization_social", body=body | {"actor": BRIDGE.urn}, actor=ZOE_URN)

    assert [each.status_code for each in answers] == [403, 201]
    assert answers[1].json()["actor"] == ENGINES.urn
    assert foreign.json()["message"].endswith("processing fields [/actor]")


def test_a_thread_is_gone_with_its_post(thread: Thread, linkedin: RunningSandbox) -> None:
    first = thread.say("Hi").json()
    thread.like(entity=first["commentUrn"])
    where = f"{linkedin.url}/v2/ugcPosts/{encoded(thread.urn)}"
    assert requests.delete(where, headers=token(linkedin), timeout=PATIENCE_S).status_code == 204

    for path in ("", "/comments", f"/comments/{first['id']}", "/likes"):
        assert thread.call("GET", f"/socialActions/{encoded(thread.urn)}{path}").status_code == 404
    assert thread.say("Late").json()["message"] == f"Unable to obtain activity for urn: '{thread.urn}'"
    assert thread.like(entity=first["commentUrn"]).status_code == 404
    assert (linkedin.state.social.comments(), linkedin.state.social.reactions()) == ([], [])


# How much work it is: documents that are read, and steps of the database, whatever the machine's speed.

MANY = 1000
PAGE = 10


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[tuple[RunningSandbox, str, str]]:
    """A sandbox with MANY comments on one post, a tenth of them liked, and the URNs of that post and of a quiet one."""
    state = Sandbox(tmp_path / "sandbox", activity_delay_s=0)
    loud, quiet = (state.posts.create(NewPost(ADA_MEMBER, text, "text", "PUBLIC", "rest")) for text in "ab")
    with state.store.transaction():
        for number in range(MANY):
            said = state.social.add(loud, ZOE_MEMBER, str(number))
            if number % 10 == 0:
                state.social.react(ADA_MEMBER, said.urn, "LIKE")
    with served(create_app(state)) as url:
        yield RunningSandbox(url, state), loud, quiet


def test_a_long_thread_is_work_only_where_it_is_shown(
    busy: tuple[RunningSandbox, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox, loud, quiet = busy
    headers, social, read = token(sandbox, *EVERY_SCOPE), sandbox.state.social, json.loads
    documents = 0

    def counted(text: str) -> Any:
        nonlocal documents
        documents += 1
        return read(text)

    def work(doing: Callable[[], Any]) -> int:
        nonlocal documents
        documents = 0
        with monkeypatch.context() as patched:
            patched.setattr("sandbox.model.store.json.loads", counted)
            doing()
        return documents

    def get(path: str) -> Callable[[], Any]:
        return lambda: requests.get(sandbox.url + path, headers=headers, timeout=PATIENCE_S).raise_for_status()

    comments = f"/rest/socialActions/{encoded(loud)}/comments?start={MANY - PAGE}&count={PAGE}"
    few = PAGE + 5  # the token, the post and the like
    assert work(get(comments)) <= few
    assert work(get(f"/rest/socialActions/{encoded(loud)}")) <= few
    assert work(get(f"/rest/socialMetadata/{encoded(loud)}")) <= few
    assert work(get(f"/feed/update/{quiet}/")) <= few
    assert work(lambda: social.delete(social.comments(loud, limit=1)[0])) <= few
    assert work(get(f"/feed/update/{loud}/")) <= MANY * 11 // 10 + few
    assert work(get("/_sandbox/posts")) <= MANY * 11 // 10 + few


def test_the_database_finds_what_belongs_to_a_post_in_a_few_steps(busy: tuple[RunningSandbox, str, str]) -> None:
    sandbox, loud, quiet = busy
    social, steps = sandbox.state.social, 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    sandbox.state.store._db.set_progress_handler(count, 1)
    for doing in (
        lambda: social.comments(loud, "", 0, PAGE),
        lambda: social.comments(quiet),
        lambda: social.reactions(loud),
        lambda: social.reactions_to_comments(quiet),
        lambda: social.forget(quiet),
    ):
        steps = 0
        doing()
        assert steps < MANY
