"""The sandbox's pages for people: HTML without JavaScript, everything from outside escaped."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, Response

from .apps import IN_WORDS
from .cards import Talk, avatar, card
from .members import ADA, MEMBERS, Member
from .organizations import ORGANIZATIONS, Organization
from .posts import StoredPost

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

# No form-action: it would also forbid the redirect from the consent page to the program that asked.
CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; frame-ancestors 'self'"
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
NOTHING_LEAVES = "Sandbox – nothing leaves this machine"


def page(base: str, title: str, body: str, status: int = 200) -> Response:
    """One page in the sandbox's frame; `body` is HTML."""
    return HTMLResponse(
        f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><link rel="icon" type="image/svg+xml" href="{escape(base)}/pictures/{ADA.sub}">
<link rel="stylesheet" href="{escape(base)}/style.css"></head>
<body><p class="badge">{NOTHING_LEAVES}</p><main>{body}</main></body></html>""",
        status,
        HEADERS,
    )


def consent(base: str, client_id: str, redirect_uri: str, scopes: list[str], fields: dict[str, str]) -> Response:
    """Who are you, and may this program do these things?"""
    in_order = [*(scope for scope in IN_WORDS if scope in scopes), *sorted({*scopes} - {*IN_WORDS})]
    wishes = "".join(_wish(scope) for scope in in_order)
    people = "".join(_choice(base, member, number == 0) for number, member in enumerate(MEMBERS.values()))
    hidden = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in fields.items())
    return page(
        base,
        "Sign in to the sandbox",
        f"""<form class="card narrow" method="post" action="{escape(base)}/oauth/v2/authorization">
<h1>Allow this program to use your account?</h1>
<p class="quiet">Program <code>{escape(client_id)}</code> asks, and gets the answer at
<code>{escape(urlsplit(redirect_uri).netloc)}</code>.</p>{hidden}
<fieldset><legend>Who are you?</legend>{people}</fieldset>
<h2>The program would like to</h2><ul class="wishes">{wishes}</ul>
<div class="buttons"><button name="choice" value="cancel">Cancel</button>
<button class="main" name="choice" value="allow">Allow</button></div>
<p class="center"><button class="link" name="choice" value="leave" formnovalidate>Leave without signing in</button></p>
</form>""",
    )


def oops(base: str, problem: str) -> Response:
    """LinkedIn's own error page: 400, and no way back to the program. [I] the status"""
    return page(
        base,
        "Bummer, something went wrong.",
        f"""<section class="card narrow"><h1>Bummer, something went wrong.</h1><p>{escape(problem)}</p>
<p class="quiet">LinkedIn shows a page like this one, and does not return to the program.</p></section>""",
        400,
    )


def missing(base: str, what: str = "There is nothing at this address.") -> Response:
    """404 for people."""
    return page(
        base,
        "Not found",
        f"""<section class="card narrow"><h1>Not found</h1><p>{escape(what)}</p>
<p><a href="{escape(base)}/">What this sandbox is</a></p></section>""",
        404,
    )


def start(base: str, posts: list[StoredPost], parents: Mapping[str, StoredPost]) -> Response:
    """What this is, how to use it, and what was published; `parents` finds reshared posts by URN."""
    people = "".join(f"<li>{avatar(base, member)}<span>{_about(member)}</span></li>" for member in MEMBERS.values())
    companies = "".join(_company(base, organization) for organization in ORGANIZATIONS.values())
    shown = (card(base, post, parent=parents.get(post.parent or "")) for post in posts)
    feed = "".join(shown) or '<p class="quiet">Nothing yet.</p>'
    return page(
        base,
        "LinkedIn sandbox",
        f"""<section class="card"><h1>A LinkedIn to try things on</h1>
<p>This server answers like LinkedIn’s API, for programs that are not ready for the real one.
It knows two members and two organizations, and forgets nothing until it is told to.</p>
<p>Point a program here by changing its two hosts:</p>
<pre>LINKEDIN_AUTH_URL={escape(base)}
LINKEDIN_API_URL={escape(base)}</pre>
<ul class="people">{people}{companies}</ul></section>
<h2>Published</h2>{feed}""",
    )


def published(base: str, post: StoredPost, parent: StoredPost | None, talk: Talk) -> Response:
    """One post, as its readers see it, with comments and reactions."""
    body = card(base, post, alone=True, parent=parent, talk=talk)
    return page(base, f"{post.author_name} on the sandbox", body)


def _wish(scope: str) -> str:
    return f"<li>{escape(IN_WORDS.get(scope, scope))} <code>{escape(scope)}</code></li>"


def _choice(base: str, member: Member, chosen: bool) -> str:
    # The name alone is the radio button's accessible name; the rest describes it.
    checked = " checked" if chosen else ""
    return f"""<label class="choice"><input type="radio" name="member" value="{member.sub}" required{checked}
aria-labelledby="name-{member.sub}" aria-describedby="about-{member.sub}">{avatar(base, member)}
<span><strong id="name-{member.sub}">{escape(member.name)}</strong><br>
<span class="quiet" id="about-{member.sub}">{escape(_details(member))}</span></span></label>"""


def _about(member: Member) -> str:
    return f'<strong>{escape(member.name)}</strong><br><span class="quiet">{escape(_details(member))}</span>'


def _company(base: str, organization: Organization) -> str:
    name, urn = escape(organization.name), escape(organization.urn)
    about = f'<strong>{name}</strong><br><span class="quiet">{urn}</span>'
    return f"<li>{avatar(base, organization)}<span>{about}</span></li>"


def _details(member: Member) -> str:
    return f"{member.email or 'no email address'} · {member.language}-{member.country}"
