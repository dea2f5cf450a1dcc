"""Which post a link or a URN names, for a reshare and for a post that somebody has found."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dashboard.drafts.draft import ENTER_PARENT, Draft
from dashboard.drafts.post_links import NO_POST, SHORTENED, TOO_LONG, NoPost, post_urn
from linkedin_api import Urn, post_url, warnings
from linkedin_api.content.validation import ACTIVITY as MAY_BE_REFUSED

ID = "7106697166089269248"
SHARE, UGC, ACTIVITY = (f"urn:li:{kind}:{ID}" for kind in ("share", "ugcPost", "activity"))
SITE = "https://www.linkedin.com"
IFRAME = f'<iframe src="{SITE}/embed/feed/update/{UGC}" height="500" frameborder="0" title="Embedded post"></iframe>'
NAMED = [
    ("urn:li:share:7", "urn:li:share:7"),
    (SHARE, SHARE),
    (SHARE.upper().replace("URN:LI", "urn:li"), SHARE),
    (f"  {SITE}/feed/update/{UGC}/?utm=1 ", UGC),
    (f"{SITE}/feed/update/{quote(SHARE, safe='')}", SHARE),
    (f"{SITE}/authwall?to={quote(quote(UGC, safe=''), safe='')}", UGC),
    (f"{SITE}/authwall?to={quote(quote(quote(UGC, safe=''), safe=''), safe='')}", UGC),
    (f"{SITE}/posts/ada-example_a-bridge-share-{ID}-Ab1_", SHARE),
    (f"{SITE}/posts/ada_ugcPost-{ID}-Ab12?utm_source=share&utm_medium=member_desktop", UGC),
    (f"/posts/ada_x-activity-{ID}-Ab?updateEntityUrn={SHARE}", SHARE),
    (f"{SITE}/embed/feed/update/{SHARE}", SHARE),
    (f"{SITE}/embed/feed/update/{quote(UGC, safe='')}?collapsed=1", UGC),
    (IFRAME, UGC),
    (f"https://de.linkedin.com/mwlite/feed/update/{SHARE}", SHARE),
    (post_url(Urn(SHARE), "http://127.0.0.1:8501/sandbox"), SHARE),
    (post_url(Urn(UGC), ""), UGC),
    (f"http://localhost:9000/feed/update/{SHARE}/", SHARE),
    (f"Look: {SITE}/feed/update/{SHARE}, it is out", SHARE),
]
ACTIVITIES = [
    ACTIVITY,
    f"{SITE}/feed/update/{ACTIVITY}/",
    f"{SITE}/feed/update/activity:{ID}/",
    f"{SITE}/posts/ada-example_a-bridge-activity-{ID}-Ab1_",
    f"{SITE}/posts/ada_%C3%BCber-activity-{ID}-Ab1_/?rcm=x",
    f"{SITE}/feed/update/{ACTIVITY}?commentUrn={quote(f'urn:li:comment:(activity:{ID},8)', safe='')}",
    f"{SITE}/embed/feed/update/{ACTIVITY}",
]
REFUSED = [
    ("", NO_POST),
    ("hello", NO_POST),
    (ID, NO_POST),
    (f"{SITE}/in/ada-example/", NO_POST),
    (f"{SITE}/posts/ada-activity-10-abc", NO_POST),
    (f"{SITE}/posts/ada-reactivity-{ID}-abc", NO_POST),
    ("urn:li:person:782bbtaQ", NO_POST),
    ("https://lnkd.in/eXample1", SHORTENED),
    ("see LNKD.IN/eXample1", SHORTENED),
    (f"urn:li:share:{'1' * 300}", TOO_LONG),
]


@pytest.mark.parametrize(("pasted", "urn"), NAMED)
def test_a_link_names_its_post_for_a_reshare_and_for_one_that_was_found(pasted: str, urn: str) -> None:
    assert post_urn(pasted) == Draft(kind="reshare", parent=pasted).parent_urn == urn


@pytest.mark.parametrize("pasted", ACTIVITIES)
def test_an_activity_names_a_post_that_is_found_or_shared_again_with_a_warning(pasted: str) -> None:
    draft, ada = Draft(kind="reshare", parent=pasted), Urn("urn:li:person:ada")

    assert post_urn(pasted) == draft.parent_urn == ACTIVITY
    assert draft.problems(ada, lambda _: True) == ()
    assert [each.message for each in warnings(draft.as_post(ada), draft.speaks)] == [MAY_BE_REFUSED]


@pytest.mark.parametrize(("pasted", "said"), REFUSED)
def test_what_names_no_post_is_refused_with_a_next_step(pasted: str, said: str) -> None:
    with pytest.raises(NoPost) as caught:
        post_urn(pasted)

    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        (SHARE, []),
        ("https://lnkd.in/eXample1", [SHORTENED]),
        (f"urn:li:share:{'1' * 300}", [TOO_LONG]),
        ("hello", [ENTER_PARENT]),
        ("", [ENTER_PARENT]),
    ],
)
def test_the_composer_says_what_is_wrong_with_the_link(pasted: str, said: list[str]) -> None:
    problems = Draft(kind="reshare", parent=pasted).problems(Urn("urn:li:person:ada"), lambda _: True)

    assert [(problem.field, problem.message) for problem in problems] == [("parent", each) for each in said]
