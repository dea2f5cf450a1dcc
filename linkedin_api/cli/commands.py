"""The commands: each takes its options and a member's way to LinkedIn, and gives what is to be printed."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from linkedin_api.auth.models import Profile, Token
from linkedin_api.auth.oauth import OAuth
from linkedin_api.cli import environment, files, login
from linkedin_api.cli.environment import SignedIn
from linkedin_api.cli.failures import NotSignedIn, WrongUse, unsure
from linkedin_api.community.social import Social
from linkedin_api.content.post import REST_ONLY, Article, Kind, Media, Post, Visibility
from linkedin_api.content.validation import problems
from linkedin_api.errors.tree import InvalidPost
from linkedin_api.http.transport import Transport
from linkedin_api.publishing.publisher import Publisher, post_url, publisher
from linkedin_api.reference.urn import Urn
from linkedin_api.settings import LinkedInSettings

LOOK = "Look at the profile before you publish it again."
SAFE = "Run the same command within 8 minutes: if the post is there, LinkedIn refuses it as a duplicate and names it."


@dataclass(frozen=True)
class Answer:
    """What a command has done: the line for scripts, a sentence for people, and everything as JSON."""

    line: str
    said: str
    fields: Mapping[str, Any]


class Linked:
    """A member's way to LinkedIn, by LINKEDIN_ACCESS_TOKEN or the kept sign-in."""

    def __init__(self, to: LinkedInSettings, tell: Callable[[str], None]) -> None:
        self.to, self.tell = to, tell  # tell says something to people while a command runs
        self.file = environment.token_file(to)
        self.where = f"in the sandbox at {to.api_url}" if to.sandbox else "on LinkedIn"

    @property
    def oauth(self) -> OAuth:
        """The app's sign-in."""
        to = self.to
        return OAuth(auth_url=to.auth_url, api_url=to.api_url, client_id=to.client_id, client_secret=to.client_secret)

    def token(self) -> SignedIn:
        """The token to use. Raises: NotSignedIn."""
        if self.to.access_token:
            return SignedIn(self.to.access_token)
        found = environment.kept(self.file)
        if found is None:
            raise NotSignedIn(f"Nobody has signed in {self.where}.", advice="Run login first.")
        if found.expires_at and found.expires_at <= datetime.now(UTC):
            raise NotSignedIn(f"The sign-in ended on {found.expires_at:%Y-%m-%d}.", advice="Run login again.")
        return found

    def profile(self) -> Profile:
        """Whose token it is, as LinkedIn says now. Raises: LinkedInError."""
        token = self.token()
        with self.oauth as oauth:
            return oauth.member(Token(token.access_token, None, token.scopes), scopes=self.to.scopes)

    def author(self, options: Namespace) -> Urn:
        """Who speaks: --as, else the member. Raises: LinkedInError, when LinkedIn has to be asked."""
        known = options.author or self.token().member
        return urn_of(known) if known else self.profile().urn

    def transport(self) -> Transport:
        """Sends with the token. Raises: NotSignedIn."""
        hosts = {urlsplit(url).netloc for url in (self.to.auth_url, self.to.api_url)}
        return Transport(access_token=self.token().access_token, upload_hosts=hosts)

    def publisher(self, transport: Transport, dialect: str) -> Publisher:
        """The publisher for a dialect."""
        return publisher(dialect, transport, api_url=self.to.api_url, version=self.to.version)

    def social(self, transport: Transport) -> Social:
        """Comments, with the scopes of the token."""
        return Social(transport, api_url=self.to.api_url, version=self.to.version, scopes=self.token().scopes)


def sign_in(options: Namespace, linked: Linked) -> Answer:
    """Sign in by the browser and keep the token."""
    with linked.oauth as oauth:
        token, profile = login.sign_in(
            linked.to, oauth, timeout_s=options.timeout, tell=linked.tell, browser=not options.no_browser
        )
    ends = datetime.now(UTC) + timedelta(seconds=token.expires_in_s) if token.expires_in_s is not None else None
    environment.keep(linked.file, SignedIn(token.access_token, profile.urn, token.scopes, ends))
    lasts = f", until {ends:%Y-%m-%d}" if ends else ""
    said = f"Signed in as {profile.name} {linked.where}{lasts}. The token is kept in {linked.file} (mode 0600)."
    if linked.to.access_token:
        said += " LINKEDIN_ACCESS_TOKEN is set and goes before it."
    found = {"scopes": token.scopes, "expires_at": ends.isoformat() if ends else None, "kept_in": str(linked.file)}
    return Answer(profile.urn, said, {"urn": profile.urn, "name": profile.name, **found})


def whoami(_: Namespace, linked: Linked) -> Answer:
    """Ask LinkedIn whose token it is."""
    profile, ends = linked.profile(), linked.token().expires_at
    names = ("urn", "name", "email", "locale", "picture", "headline", "vanity_name")
    until = {"expires_at": ends.isoformat() if ends else None}
    said = f"{profile.name}{f' <{profile.email}>' if profile.email else ''}, {linked.where}."
    return Answer(profile.urn, said, {**{name: getattr(profile, name) for name in names}, **until})


def post(options: Namespace, linked: Linked) -> Answer:
    """Upload the files, if there are any, and publish the post."""
    named = {kind: [_media(each, kind) for each in getattr(options, kind)] for kind in files.KINDS}
    text, author = _text(options, needed=not any(named.values())), linked.author(options)
    draft = _draft(options, author, text, {kind: [Urn(f"urn:li:{kind}:0")] * len(named[kind]) for kind in named})
    versioned = any(isinstance(each, Urn) and each.kind in named for several in named.values() for each in several)
    dialect = _dialect(options, linked, author, versioned or draft.kind in REST_ONLY)
    if found := problems(draft, dialect):  # before anything is uploaded
        raise InvalidPost(found)
    with linked.transport() as transport:
        linkedin = linked.publisher(transport, dialect)
        sent = {
            kind: [each if isinstance(each, Urn) else files.upload(linkedin, author, each) for each in several]
            for kind, several in named.items()
        }
        # A file that is uploaded again makes another post of it, which LinkedIn takes.
        told = SAFE if draft.kind in (Kind.TEXT, Kind.ARTICLE) else LOOK
        with unsure("The post may have been published, or not.", told):
            final = _draft(options, author, text, sent)
            urn = files.when_ready(lambda: linkedin.create_post(final))
    link = post_url(urn, linked.to.auth_url)
    return Answer(urn, f"Published {linked.where}: {link}", {"urn": urn, "url": link, "author": author})


def upload(options: Namespace, linked: Linked) -> Answer:
    """Upload a file for a later post."""
    file, author = files.local_file(options.file), linked.author(options)
    dialect = _dialect(options, linked, author, file.kind in REST_ONLY)
    with linked.transport() as transport:
        urn = files.upload(linked.publisher(transport, dialect), author, file)
    said = f"Uploaded {linked.where}; publish it with post --{file.kind} {urn}"
    return Answer(urn, said, {"urn": urn, "kind": file.kind, "dialect": dialect, "owner": author})


def comment(options: Namespace, linked: Linked) -> Answer:
    """Comment on a post, or reply to a comment."""
    (thread, parent), text = _thread(options.urn), _text(options, needed=True)
    author = linked.author(options)
    answered = Urn(f"urn:li:comment:({thread},{parent})") if parent else None
    with linked.transport() as transport, unsure("The comment may have been published, or not.", "Look at the post."):
        found = linked.social(transport).create_comment(thread, author, text, answered)
    urn = found.urn or f"urn:li:comment:({thread},{found.id})"
    return Answer(urn, f"Commented {linked.where}.", {"urn": urn, "id": found.id, "post": thread, "author": author})


def delete(options: Namespace, linked: Linked) -> Answer:
    """Delete a post or a comment; what is gone already is fine."""
    thread, comment_id = _thread(options.urn)
    with linked.transport() as transport, unsure("It may have been deleted, or not.", "The same command is safe."):
        if comment_id:
            linked.social(transport).delete_comment(thread, comment_id, linked.author(options))
        else:
            linked.publisher(transport, "rest" if options.rest else linked.to.dialect).delete_post(thread)
    return Answer(options.urn, f"Deleted {linked.where}.", {"deleted": options.urn})


COMMANDS: dict[str, Callable[[Namespace, Linked], Answer]] = {
    "login": sign_in,
    "whoami": whoami,
    "post": post,
    "upload": upload,
    "comment": comment,
    "delete": delete,
}


def _dialect(options: Namespace, linked: Linked, author: Urn, versioned: bool) -> str:
    """rest where v2 has no way: what only exists there, and a company page as the author."""
    return "rest" if options.rest or versioned or author.kind == "organization" else linked.to.dialect


def _text(options: Namespace, *, needed: bool) -> str:
    """The words of the command, else what is piped in."""
    if options.text not in (None, "-"):
        return str(options.text)
    if sys.stdin is None or (sys.stdin.isatty() and options.text is None):
        if needed:
            raise WrongUse("There is no text. Give it as a word in quotes, or pipe it in.")
        return ""
    try:
        return sys.stdin.buffer.read().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise WrongUse("The text that was piped in is not UTF-8.") from None


def _media(name: str, kind: str) -> Urn | files.LocalFile:
    if not name.startswith("urn:"):
        return files.local_file(name, kind)
    urn = urn_of(name)
    if urn.kind not in files.UPLOADED[kind].split():
        raise WrongUse(f"{urn} is no uploaded {kind}.")
    return urn


def _draft(options: Namespace, author: Urn, text: str, sent: Mapping[str, list[Urn]]) -> Post:
    flat = [(kind, urn) for kind, several in sent.items() for urn in several]
    if len(options.alt) > len(flat):
        raise WrongUse("There are more --alt than files; each describes the file of the same place.")
    alts = [*options.alt, *[""] * len(flat)]
    carried: dict[str, list[Media]] = {kind: [] for kind in files.KINDS}
    for (kind, urn), alt in zip(flat, alts, strict=False):
        carried[kind].append(Media(urn, alt, "" if kind == "image" else options.title))
    if max(len(carried["video"]), len(carried["document"])) > 1:
        raise WrongUse("A post carries one video or one document.")
    return Post(
        author,
        text,
        visibility=Visibility(options.visibility),
        article=Article(options.article, options.title) if options.article is not None else None,
        images=tuple(carried["image"]),
        video=next(iter(carried["video"]), None),
        document=next(iter(carried["document"]), None),
    )


def _thread(text: str) -> tuple[Urn, str | None]:
    """The post, and the id of the comment in it when the URN is a comment's. Raises: WrongUse."""
    urn = urn_of(text)
    if urn.kind in ("share", "ugcPost", "activity"):
        return urn, None
    inside, _, comment_id = urn.id.removeprefix("(").removesuffix(")").rpartition(",")
    if urn.kind != "comment" or not inside:
        raise WrongUse(f"{urn} is the URN of no post and no comment.")
    # A copied link has the short form, urn:li:comment:(activity:7,8). [C]
    return urn_of(inside if inside.startswith("urn:li:") else f"urn:li:{inside}"), comment_id


def urn_of(text: str) -> Urn:
    """The URN that was typed. Raises: WrongUse."""
    try:
        return Urn(text)
    except ValueError as error:
        raise WrongUse(str(error)) from None
