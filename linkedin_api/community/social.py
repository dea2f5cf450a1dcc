"""What people do with a post: comments and reactions, of the versioned API (§6). A comment's text is plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from linkedin_api.community.paging import Page, page_query, read_page
from linkedin_api.community.social_models import Comment, GivenReaction, Reaction, SocialCounts
from linkedin_api.content.text import shown, utf16_length
from linkedin_api.content.validation import Problem
from linkedin_api.errors.from_response import json_object
from linkedin_api.errors.tree import InvalidPost, OutcomeUnknown
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.planned_call import PlannedCall
from linkedin_api.reference import limits
from linkedin_api.reference.urn import Urn


class Social:
    """Comments and reacts as one member, or for an organization that the member speaks for.

    Writing needs w_member_social or w_member_social_feed (…_organization_… for a company page); reading
    needs r_member_social_feed, which most apps are not given.
    """

    def __init__(self, transport: Transport, *, api_url: str, version: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/rest"
        self._headers = {"LinkedIn-Version": version, **planned_call.PROTOCOL}

    def planned_comment(self, post: Urn, actor: Urn, text: str, parent: Urn | None = None) -> PlannedCall:
        """The request that create_comment() makes; sends nothing and checks nothing."""
        message = {"text": shown(text), "attributes": []}  # escaped, its backslashes would be published
        body: dict[str, Any] = {"actor": actor, "object": post, "message": message}
        if parent:
            body["parentComment"] = parent
        return planned_call.planned_call(
            "POST", self._comments_url(post), self._headers, body, "Publishes the comment."
        )

    def create_comment(self, post: Urn, actor: Urn, text: str, parent: Urn | None = None) -> Comment:
        """Comment on a post, or reply to the comment whose URN is `parent`; a mention is its name in plain text.

        Sends:   POST /rest/socialActions/{post}/comments, once.
        Returns: the comment, with the id that LinkedIn gave it.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, NotFound,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been published).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        _check(text)
        call = self.planned_comment(post, actor, text, parent)
        answer = planned_call.perform(self._transport, call)
        given = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id")
        # The body may be missing; what was sent is what the comment says.
        fields = {**(call.body or {}), **({"id": given} if given else {}), **json_object(answer.text)}
        comment = Comment.read(fields)
        if comment is None:
            raise OutcomeUnknown("LinkedIn took the comment and did not say its id.")
        return comment

    def comments(self, post: Urn, start: int = 0, count: int = 10) -> Page[Comment]:
        """The comments below a post; count is 1 to 100. Give a comment's URN for the replies to it.

        Sends:   GET /rest/socialActions/{post}/comments?start&count.
        Returns: one page.
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown; ValueError.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        url = f"{self._comments_url(post)}?{page_query(start, count)}"
        return read_page(self._get(url), Comment.read, start, count)

    def edit_comment(self, post: Urn, comment_id: str, actor: Urn, text: str) -> None:
        """Give a comment another text. That LinkedIn takes it in this form is not proven [?].

        Sends:   POST /rest/socialActions/{post}/comments/{id}, X-RestLi-Method PARTIAL_UPDATE.
        Returns: nothing.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, NotFound,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been changed).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        _check(text)
        body = {"patch": {"message": {"$set": {"text": shown(text)}}}}
        headers = {**self._headers, "X-RestLi-Method": "PARTIAL_UPDATE"}
        url = self._comment_url(post, comment_id, actor)
        planned_call.perform(
            self._transport, planned_call.planned_call("POST", url, headers, body, "Changes the comment.")
        )

    def delete_comment(self, post: Urn, comment_id: str, actor: Urn) -> None:
        """Delete a comment; one that is not there any more is fine.

        Sends:   DELETE /rest/socialActions/{post}/comments/{id}; for an organization with ?actor={urn} [?].
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        headers = {**self._headers, "X-RestLi-Method": "DELETE"}
        planned_call.delete(self._transport, self._comment_url(post, comment_id, actor), headers)

    def planned_reaction(self, entity: Urn, actor: Urn, reaction: Reaction) -> PlannedCall:
        """The request that react() makes; sends nothing."""
        url = f"{self._url}/reactions?actor={actor.encoded}"
        body = {"root": entity, "reactionType": str(reaction)}
        return planned_call.planned_call("POST", url, self._headers, body, f"Says “{reaction.label}”.")

    def react(self, entity: Urn, actor: Urn, reaction: Reaction) -> GivenReaction:
        """React to a post or a comment.

        Sends:   POST /rest/reactions?actor={urn}, once.
        Returns: the reaction that was given.
        Raises:  Unauthorized, Forbidden, InvalidRequest, NotFound, RateLimited, VersionRetired;
                 OutcomeUnknown and ServerError (may have happened).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/reactions-api
        """
        answer = planned_call.perform(self._transport, self.planned_reaction(entity, actor, reaction))
        return GivenReaction.of(json_object(answer.text), actor, entity, reaction)

    def remove_reaction(self, entity: Urn, actor: Urn) -> None:
        """Take a reaction back; one that is not there any more is fine.

        Sends:   DELETE /rest/reactions/(actor:{urn},entity:{urn}).
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/reactions-api
        """
        url = f"{self._url}/reactions/(actor:{actor.encoded},entity:{entity.encoded})"
        planned_call.delete(self._transport, url, {**self._headers, "X-RestLi-Method": "DELETE"})

    def reactions(self, entity: Urn, start: int = 0, count: int = 10) -> Page[GivenReaction]:
        """Who reacted to a post or a comment, and how; count is 1 to 100.

        Sends:   GET /rest/reactions/(entity:{urn})?q=entity&start&count.
        Returns: one page.
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown; ValueError.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/reactions-api
        """
        url = f"{self._url}/reactions/(entity:{entity.encoded})?q=entity&{page_query(start, count)}"
        headers = {**self._headers, "X-RestLi-Method": "FINDER"}
        return read_page(self._get(url, headers), GivenReaction.read, start, count)

    def metadata(self, post: Urn) -> SocialCounts:
        """How many reactions and comments a post has.

        Sends:   GET /rest/socialMetadata/{urn}.
        Returns: the counts; the names of their fields are not proven [?].
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/social-metadata-api
        """
        return SocialCounts.read(self._get(f"{self._url}/socialMetadata/{post.encoded}"))

    def _get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._transport.send("GET", url, headers=headers or self._headers).json()

    def _comments_url(self, post: Urn) -> str:
        return f"{self._url}/socialActions/{post.encoded}/comments"

    def _comment_url(self, post: Urn, comment_id: str, actor: Urn) -> str:
        query = f"?actor={actor.encoded}" if actor.kind == "organization" else ""
        return f"{self._comments_url(post)}/{quote(comment_id, safe='')}{query}"


def _check(text: str) -> None:
    plain = shown(text)
    length = utf16_length(plain)
    found: list[Problem] = []
    if not plain.strip():
        found.append(Problem("text", "The comment is empty; write something first."))
    if length > limits.COMMENT_MAX:
        most = limits.COMMENT_MAX
        said = f"The comment is {length:,} characters; LinkedIn takes {most:,}. Shorten it by {length - most:,}."
        found.append(Problem("text", said))
    if any("\ud800" <= character <= "\udfff" for character in plain):
        found.append(Problem("text", "The text holds half of a character, perhaps a cut emoji; type it again."))
    if found:
        raise InvalidPost(found)
