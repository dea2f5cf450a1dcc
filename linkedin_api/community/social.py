"""What people do with a post: comments and reactions, through either gateway (§6). A comment's text is plain text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from linkedin_api.community.paging import Page, page_query, read_page
from linkedin_api.community.social_models import Comment, GivenReaction, Reaction, SocialCounts
from linkedin_api.content.text import mentions, shown
from linkedin_api.content.validation import comment_problems
from linkedin_api.errors.from_response import json_object
from linkedin_api.errors.tree import APIError, Forbidden, InvalidPost, OtherThread, OutcomeUnknown
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.publishing.planned_call import PlannedCall
from linkedin_api.reference.json_fields import inner
from linkedin_api.reference.urn import Urn

REST, V2 = "/rest", "/v2"  # the versioned gateway and the other one
_FEED = {"person": "w_member_social_feed", "organization": "w_organization_social_feed"}


class Social:
    """Comments and reacts as one member, or for an organization that the member speaks for.

    Writing goes through /rest where the scope for feeds was granted (w_member_social_feed, w_organization_social_feed),
    else through /v2, which takes w_member_social and w_organization_social [C]. `scopes` are those of the token; with
    none given /rest is asked first, and after its 403, which did nothing, /v2. Reading needs r_member_social_feed or
    r_organization_social_feed, which most apps are not given, and goes through /rest. `only`, REST or V2, is the one
    gateway that is asked, for reading too: to see what it takes.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        api_url: str,
        version: str,
        scopes: Collection[str] = (),
        only: str | None = None,
    ) -> None:
        self._transport, self._scopes, self._only = transport, frozenset(scopes), only
        self._api_url = api_url.rstrip("/")
        self._url = self._api_url + (only or REST)
        self._headers = planned_call.PROTOCOL | ({} if only == V2 else {"LinkedIn-Version": version})

    def planned_comment(self, post: Urn, actor: Urn, text: str, parent: Urn | None = None) -> PlannedCall:
        """The request that create_comment() makes; sends nothing and checks nothing."""
        return self._comment_call(actor, text, parent, self._gateway(actor), post)

    def create_comment(self, post: Urn, actor: Urn, text: str, parent: Urn | None = None) -> Comment:
        """Comment on a post, or reply to the comment whose URN is `parent`; mentions as @[Name](urn).

        Sends:   POST /rest/socialActions/{post}/comments or /v2/…, once; once more on the thread that a 400 names.
        Returns: the comment, with the id that LinkedIn gave it.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, NotFound,
                 PostUnknown (too young, or gone), RateLimited, VersionRetired;
                 OutcomeUnknown and ServerError (may have been published).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        _check(text)
        answer = self._write(actor, post, partial(self._comment_call, actor, text, parent))
        given = answer.headers.get("x-restli-id") or answer.headers.get("x-linkedin-id")
        # The body may be missing; what was sent is what the comment says.
        sent = self.planned_comment(post, actor, text, parent).body or {}
        fields = {**sent, **({"id": given} if given else {}), **json_object(answer.text)}
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
        url = f"{self._comments_url(post, self._only or REST)}?{page_query(start, count)}"
        return read_page(self._get(url), Comment.read, start, count)

    def edit_comment(self, post: Urn, comment_id: str, actor: Urn, text: str) -> None:
        """Give a comment another text.

        Sends:   POST /rest/socialActions/{post}/comments/{id}?actor={urn} or /v2/…, X-RestLi-Method PARTIAL_UPDATE.
        Returns: nothing.
        Raises:  InvalidPost before anything is sent; Unauthorized, Forbidden, InvalidRequest, NotFound,
                 RateLimited, VersionRetired; OutcomeUnknown and ServerError (may have been changed).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """
        _check(text)
        body = {"patch": {"message": {"$set": {"text": shown(text)}}}}  # [C]

        def call(gateway: str, thread: Urn) -> PlannedCall:
            headers = {**self._headers_of(gateway), "X-RestLi-Method": "PARTIAL_UPDATE"}
            url = self._comment_url(gateway, thread, comment_id, actor)
            return planned_call.planned_call("POST", url, headers, body, "Changes the comment.")

        self._write(actor, post, call)

    def delete_comment(self, post: Urn, comment_id: str, actor: Urn) -> None:
        """Delete a comment; one that is not there any more is fine.

        Sends:   DELETE /rest/socialActions/{post}/comments/{id}?actor={urn} or /v2/….
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
        """

        def call(gateway: str, thread: Urn) -> PlannedCall:
            return self._deletion(gateway, self._comment_url(gateway, thread, comment_id, actor))

        with planned_call.gone_is_fine():
            self._write(actor, post, call)

    def react(self, entity: Urn, actor: Urn, reaction: Reaction) -> GivenReaction:
        """React to a post or a comment; the same reaction once more is fine.

        Sends:   POST /rest/reactions?actor={urn} or /v2/…, once; once more on the thread that a 400 names.
        Returns: the reaction that was given.
        Raises:  Unauthorized, Forbidden, InvalidRequest, NotFound, PostUnknown (too young, or gone), RateLimited,
                 VersionRetired; OutcomeUnknown and ServerError (may have happened).
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/reactions-api
        """
        try:
            answer = self._write(actor, entity, partial(self._reaction_call, actor, reaction)).text
        except APIError as error:  # [C] it is there already: 409, or a text that says so
            if error.status != 409 and not (error.status in (400, 422) and "already" in error.message.lower()):
                raise
            answer = ""
        return GivenReaction.of(json_object(answer), actor, entity, reaction)

    def remove_reaction(self, entity: Urn, actor: Urn) -> None:
        """Take a reaction back; one that is not there any more is fine.

        Sends:   DELETE /rest/reactions/(actor:{urn},entity:{urn}) or /v2/….
        Returns: nothing, for 204 and 404 alike.
        Raises:  Unauthorized, Forbidden, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/reactions-api
        """

        def call(gateway: str, thread: Urn) -> PlannedCall:
            url = f"{self._api_url}{gateway}/reactions/(actor:{actor.encoded},entity:{thread.encoded})"
            return self._deletion(gateway, url)

        with planned_call.gone_is_fine():
            self._write(actor, entity, call)

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

    def counts(self, entities: Collection[Urn]) -> dict[Urn, SocialCounts]:
        """How many reactions and comments each of these posts or comments has.

        Sends:   GET /rest/socialMetadata?ids=List({urn},…).
        Returns: the counts of those that LinkedIn tells, by URN; the names of their fields are not proven [?].
        Raises:  Unauthorized, Forbidden, NotFound, RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/social-metadata-api
        """
        url = f"{self._url}/socialMetadata?ids=List({','.join(urn.encoded for urn in entities)})"
        found = inner(self._get(url, {**self._headers, "X-RestLi-Method": "BATCH_GET"}), "results")
        return {urn: SocialCounts.read(inner(found, urn)) for urn in entities if urn in found}

    def _get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._transport.send("GET", url, headers=headers or self._headers).json()

    # Writing: by the gateway that takes it.

    def _gateway(self, actor: Urn) -> str:
        if self._only:
            return self._only
        return V2 if self._scopes and _FEED.get(actor.kind) not in self._scopes else REST

    def _headers_of(self, gateway: str) -> dict[str, str]:
        return self._headers if gateway == REST else dict(planned_call.PROTOCOL)

    def _write(self, actor: Urn, entity: Urn, call: Callable[[str, Urn], PlannedCall]) -> Response:
        """Send what `call` makes for a gateway and an entity.

        Once more by the other gateway where the first one is closed, and with the URN that LinkedIn names in place of
        this one.
        """
        gateway, moved = self._gateway(actor), False
        while True:
            try:
                return planned_call.perform(self._transport, call(gateway, entity))
            except Forbidden as refused:
                if self._only or gateway == V2 or not (refused.missing_scope or refused.product):
                    raise
                gateway = V2
            except OtherThread as other:
                if other.urn is None or moved:
                    raise
                entity, moved = other.urn, True

    def _comment_call(self, actor: Urn, text: str, parent: Urn | None, gateway: str, post: Urn) -> PlannedCall:
        message = {"text": shown(text), "attributes": _attributes(text)}  # escaped, its backslashes would be published
        body: dict[str, Any] = {"actor": actor, "object": post, "message": message}
        if parent:
            body["parentComment"] = parent
        url, headers = self._comments_url(post, gateway), self._headers_of(gateway)
        return planned_call.planned_call("POST", url, headers, body, "Publishes the comment.")

    def _reaction_call(self, actor: Urn, reaction: Reaction, gateway: str, entity: Urn) -> PlannedCall:
        url = f"{self._api_url}{gateway}/reactions?actor={actor.encoded}"
        body = {"root": entity, "reactionType": str(reaction)}
        return planned_call.planned_call("POST", url, self._headers_of(gateway), body, f"Says “{reaction.label}”.")

    def _deletion(self, gateway: str, url: str) -> PlannedCall:
        headers = {**self._headers_of(gateway), "X-RestLi-Method": "DELETE"}
        return planned_call.planned_call("DELETE", url, headers, None, "Deletes it.")

    def _comments_url(self, post: Urn, gateway: str) -> str:
        return f"{self._api_url}{gateway}/socialActions/{post.encoded}/comments"

    def _comment_url(self, gateway: str, post: Urn, comment_id: str, actor: Urn) -> str:
        return f"{self._comments_url(post, gateway)}/{quote(comment_id, safe='')}?actor={actor.encoded}"


def _attributes(text: str) -> list[dict[str, Any]]:
    """The mentions of a comment [D]: positions in UTF-16 units [I]."""
    return [
        {"start": each.start, "length": each.length, "value": {each.urn.kind: {each.urn.kind: each.urn}}}
        for each in mentions(text)
    ]


def _check(text: str) -> None:
    if found := comment_problems(text):
        raise InvalidPost(found)
