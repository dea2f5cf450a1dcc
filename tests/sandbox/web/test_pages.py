"""The sandbox's pages for people: whatever a program sent is text on them, and no address leads out of the web."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sandbox.directory.organizations import BRIDGE
from sandbox.model.posts import StoredMedia, StoredPost
from sandbox.model.social import StoredComment, StoredReaction
from sandbox.protocol.little_text import Mark
from sandbox.web import pages
from sandbox.web.post_card import Talk
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_v2_posts import ME, publish, publish_rest, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, REDIRECT_URI, SCOPES, ZOE, asked
from tests.support.hostile_text import HOSTILE, SCHEMES, addresses, shape, told

BASE = "http://127.0.0.1:8765"
WHEN = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def media(text: str, content_type: str) -> StoredMedia:
    return StoredMedia("urn:li:image:1", "/media/a.png", content_type, 2_500_000, "0" * 64, text, text)


def post(text: str, **more: Any) -> StoredPost:
    """A post with a mention in its text."""
    marks = (Mark(0, len(text), "mention", text),)
    found = StoredPost("urn:li:share:1", ME, text, None, f"{text} {text}", "text", "PUBLIC", "rest", WHEN, marks=marks)
    return replace(found, **more)


def article(text: str, url: str) -> dict[str, str]:
    return {"url": url, "title": text, "description": text, "thumbnail": "/media/a.png"}


def everywhere(text: str) -> list[StoredPost]:
    """Posts of every kind that have this text in every field that takes any."""
    return [
        post(text, author=BRIDGE.urn, visibility=text, edited_at=WHEN),
        post(text, media=(media(text, "image/png"),) * 5),
        post(text, media=(media(text, "video/mp4"),)),
        post(text, media=(media(text, "application/pdf"),), kind="document"),
        post(text, article=article(text, f"https://example.com/{text}")),
        post(text, article=article("", f"https://{text}/")),
        post(text, poll={"question": text, "options": [text, text], "duration": "ONE_DAY"}),
        post(text, parent="urn:li:share:2"),
    ]


def talk(text: str) -> Talk:
    first = StoredComment("1", "urn:li:share:1", ADA, text, 1.0, marks=(Mark(0, 1, "mention", text),))
    answer = StoredComment("2", "urn:li:share:1", ZOE, text, 2.0, parent="1", media=media(text, "image/png"))
    return Talk({"": [first], "1": [answer]}, {"urn:li:share:1": [StoredReaction(ADA, "urn:li:share:1", "LIKE", 3.0)]})


def page_of(shown: StoredPost, text: str) -> str:
    return bytes(pages.published(BASE, shown, post(text), talk(text)).body).decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_every_field_of_a_post(text: str) -> None:
    for bad, good in zip(everywhere(text), everywhere("harmless"), strict=True):
        found = page_of(bad, text)

        assert shape(found) == shape(page_of(good, "harmless"))
        assert told(found).count(text) >= 5


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_where_a_program_asks(linkedin: RunningSandbox, text: str) -> None:
    def consent(word: str) -> requests.Response:
        params = asked(client_id=word, state=word, redirect_uri=f"{REDIRECT_URI}?{word.replace('#', '')}")
        return requests.get(f"{linkedin.url}/oauth/v2/authorization", params=params, timeout=30)

    bad, good = consent(text), consent("harmless")

    assert (bad.status_code, good.status_code) == (200, 200)
    assert shape(bad.text) == shape(good.text)
    assert told(bad.text).count(text) >= 2


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_a_scope_and_in_a_message(text: str) -> None:
    def shown(word: str) -> list[str]:
        consent = pages.consent(BASE, word, REDIRECT_URI, [*SCOPES.split(), word], {word: word})
        return [bytes(page.body).decode() for page in (consent, pages.oops(BASE, word), pages.missing(BASE, word))]

    for bad, good in zip(shown(text), shown("zzz"), strict=True):
        assert shape(bad) == shape(good)
        assert text in told(bad)


@pytest.mark.parametrize("url", SCHEMES)
def test_an_article_leads_nowhere_but_to_the_web(url: str) -> None:
    """LinkedIn's API refuses such an address, and so does the page that would show it."""
    found = page_of(post("Look", article=article("Title", url)), "x")

    assert [each for each in addresses(found) if not each.startswith(BASE)] == []


@pytest.mark.parametrize("url", SCHEMES)
def test_an_article_with_another_scheme_is_refused(linkedin: RunningSandbox, url: str) -> None:
    v2 = publish(linkedin, share("Look", "ARTICLE", {"originalUrl": url}))
    rest = publish_rest(linkedin, rest_post("Look", content={"article": {"source": url, "title": "Title"}}))

    assert (v2.status_code, rest.status_code // 100) == (400, 4)
    assert not linkedin.state.posts


@pytest.mark.parametrize("url", ["https://[::1", "https://[", "http://"])
def test_an_address_that_cannot_be_read_does_not_break_the_page(linkedin: RunningSandbox, url: str) -> None:
    urn = publish(linkedin, share("Look", "ARTICLE", {"originalUrl": url})).headers["x-restli-id"]

    for where in ("/", f"/feed/update/{urn}/"):
        page = requests.get(linkedin.url + where, timeout=30)
        assert page.status_code == 200
        assert url in told(page.text)
