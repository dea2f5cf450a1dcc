"""Published posts: read one, list an author's, change a text. Versioned API (§5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linkedin_api.community.paging import Page, page_query, read_page
from linkedin_api.content.post import Post
from linkedin_api.content.read_text import read_little
from linkedin_api.content.text import Span, little_text
from linkedin_api.content.validation import problems
from linkedin_api.errors.tree import InvalidPost
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.planned_call import PlannedCall
from linkedin_api.reference.json_fields import inner, moment, text_in, urn_in
from linkedin_api.reference.urn import Urn


@dataclass(frozen=True)
class PublishedPost:
    """A post as LinkedIn stores it. spans are the pieces of its text as readers see them; times are aware UTC.

    state is PUBLISHED, or PUBLISH_REQUESTED, PUBLISH_FAILED or DRAFT. raw is LinkedIn's answer, whole.
    """

    urn: Urn
    author: Urn | None
    spans: tuple[Span, ...]
    visibility: str
    state: str
    edited: bool
    created_at: datetime | None
    published_at: datetime | None
    last_modified_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def text(self) -> str:
        """The text as readers see it."""
        return "".join(span.text for span in self.spans)


class Published:
    """Reads and changes posts; reading needs scopes that few apps have (Forbidden names them)."""

    def __init__(self, transport: Transport, *, api_url: str, version: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/rest/posts"
        self._headers = {"LinkedIn-Version": version, **planned_call.PROTOCOL}

    def get_post(self, urn: Urn, *, as_author: bool = False) -> PublishedPost:
        """One post; as_author also shows one that is not published yet, or failed.

        Sends:   GET /rest/posts/{urn}[?viewContext=AUTHOR].
        Returns: the post.
        Raises:  Unauthorized, Forbidden (also for one's own post, with w_member_social alone), NotFound,
                 RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        url = f"{self._url}/{urn.encoded}" + ("?viewContext=AUTHOR" if as_author else "")
        found = _post(self._transport.send("GET", url, headers=self._headers).json())
        if found is None:
            raise planned_call.unreadable_answer()
        return found

    def posts_of(self, author: Urn, start: int = 0, count: int = 10) -> Page[PublishedPost]:
        """The posts of a member or an organization, newest first; count is 1 to 100.

        Sends:   GET /rest/posts?q=author&author={urn}&start&count.
        Returns: one page.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown; ValueError.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        url = f"{self._url}?q=author&author={author.encoded}&{page_query(start, count)}"
        headers = {**self._headers, "X-RestLi-Method": "FINDER"}
        return read_page(self._transport.send("GET", url, headers=headers).json(), _post, start, count)

    def planned_update(self, urn: Urn, written: str) -> PlannedCall:
        """The request that update_text() makes; sends nothing and checks nothing."""
        body = {"patch": {"$set": {"commentary": little_text(written)}}}
        headers = {**self._headers, "X-RestLi-Method": "PARTIAL_UPDATE"}
        url = f"{self._url}/{urn.encoded}"
        return planned_call.planned_call("POST", url, headers, body, "Gives the post another text.")

    def update_text(self, urn: Urn, written: str) -> None:
        """Give a post another text, written as in a new post: mentions as @[Name](urn).

        Sends:   POST /rest/posts/{urn}, X-RestLi-Method PARTIAL_UPDATE; the text escaped by little_text().
        Returns: nothing.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, NotFound,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been changed).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
        """
        # What the post carries is not known here and stays as it is. Seen as a reshare its text may be empty:
        # whether this post may lose its text, LinkedIn decides.
        found = problems(Post(urn, written, reshare=urn), "rest")
        if found:
            raise InvalidPost(found)
        planned_call.perform(self._transport, self.planned_update(urn, written))


def _post(fields: Mapping[str, Any]) -> PublishedPost | None:
    urn = urn_in(fields, "id")
    if urn is None:
        return None
    return PublishedPost(
        urn=urn,
        author=urn_in(fields, "author"),
        spans=read_little(text_in(fields, "commentary")),
        visibility=text_in(fields, "visibility"),
        state=text_in(fields, "lifecycleState"),
        edited=inner(fields, "lifecycleStateInfo").get("isEditedByAuthor") is True,
        created_at=moment(fields.get("createdAt")),
        published_at=moment(fields.get("publishedAt")),
        last_modified_at=moment(fields.get("lastModifiedAt")),
        raw=fields,
    )
