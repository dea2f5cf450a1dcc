"""The sandbox's pages for people: HTML without JavaScript, everything from outside escaped."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.responses import HTMLResponse, Response

from .members import ADA, MEMBERS, Member
from .posts import StoredMedia, StoredPost

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

# No form-action: it would also forbid the redirect from the consent page to the program that asked.
CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; frame-ancestors 'self'"
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
SCOPES_IN_WORDS = {
    "openid": "Know which member you are",
    "profile": "See your name, your picture and your language",
    "email": "See your main email address",
    "w_member_social": "Create, change and delete posts, comments and reactions in your name",
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
    in_order = [*(scope for scope in SCOPES_IN_WORDS if scope in scopes), *sorted({*scopes} - {*SCOPES_IN_WORDS})]
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


def start(base: str, posts: list[StoredPost]) -> Response:
    """What this is, how to use it, and what was published."""
    people = "".join(f"<li>{_avatar(base, member)}<span>{_about(member)}</span></li>" for member in MEMBERS.values())
    feed = "".join(card(base, post) for post in posts) or '<p class="quiet">Nothing yet.</p>'
    return page(
        base,
        "LinkedIn sandbox",
        f"""<section class="card"><h1>A LinkedIn to try things on</h1>
<p>This server answers like LinkedIn’s API, for programs that are not ready for the real one.
It knows two members, and forgets nothing until it is told to.</p>
<p>Point a program here by changing its two hosts:</p>
<pre>LINKEDIN_AUTH_URL={escape(base)}
LINKEDIN_API_URL={escape(base)}</pre>
<ul class="people">{people}</ul></section>
<h2>Published</h2>{feed}""",
    )


def published(base: str, post: StoredPost) -> Response:
    """One post, as its readers see it."""
    return page(base, f"{post.author_name} on the sandbox", card(base, post, alone=True))


def card(base: str, post: StoredPost, *, alone: bool = False) -> str:
    """A post as HTML."""
    author = next(member for member in MEMBERS.values() if member.urn == post.author)
    when = post.created_at
    link = f"{base}/feed/update/{quote(post.urn, safe=':')}/"
    time = f'<time datetime="{when.isoformat()}">{when:%d %B %Y, %H:%M} UTC</time>'
    who = "Anyone" if post.visibility == "PUBLIC" else "Connections only"
    stamp = time if alone else f'<a href="{escape(link)}">{time}</a>'
    urn = f'<p class="quiet urn"><code>{escape(post.urn)}</code></p>' if alone else ""
    return f"""<article class="card post"><header>{_avatar(base, author)}
<div><strong>{escape(post.author_name)}</strong><br><span class="quiet">{stamp} · {who}</span></div></header>
<p class="text" dir="auto">{escape(post.text)}</p>{_attachment(base, post)}{urn}</article>"""


def _attachment(base: str, post: StoredPost) -> str:
    if post.article:
        return _article(post.article)
    shown = "".join(_media(base, media) for media in post.media)
    return f'<div class="media count-{min(len(post.media), 4)}">{shown}</div>' if shown else ""


def _article(article: dict[str, str]) -> str:
    url, title = article["url"], article["title"] or article["url"]
    host = urlsplit(url).hostname or ""
    description = f'<span dir="auto">{escape(article["description"])}</span>' if article["description"] else ""
    return f"""<a class="article" href="{escape(url)}" rel="noopener noreferrer nofollow">
<strong dir="auto">{escape(title)}</strong>{description}<span class="quiet">{escape(host)}</span></a>"""


def _media(base: str, media: StoredMedia) -> str:
    source = escape(base + media.path)
    if media.content_type.startswith("video/"):
        label = escape(media.title or "Video")
        return f'<video controls preload="metadata" src="{source}" aria-label="{label}"></video>'
    return f'<img src="{source}" alt="{escape(media.alt_text)}" loading="lazy">'


def _wish(scope: str) -> str:
    return f"<li>{escape(SCOPES_IN_WORDS.get(scope, scope))} <code>{escape(scope)}</code></li>"


def _choice(base: str, member: Member, chosen: bool) -> str:
    # The name alone is the radio button's accessible name; the rest describes it.
    checked = " checked" if chosen else ""
    return f"""<label class="choice"><input type="radio" name="member" value="{member.sub}" required{checked}
aria-labelledby="name-{member.sub}" aria-describedby="about-{member.sub}">{_avatar(base, member)}
<span><strong id="name-{member.sub}">{escape(member.name)}</strong><br>
<span class="quiet" id="about-{member.sub}">{escape(_details(member))}</span></span></label>"""


def _about(member: Member) -> str:
    return f'<strong>{escape(member.name)}</strong><br><span class="quiet">{escape(_details(member))}</span>'


def _details(member: Member) -> str:
    return f"{member.email or 'no email address'} · {member.language}-{member.country}"


def _avatar(base: str, member: Member) -> str:
    if member.picture_path:
        return f'<img class="avatar" src="{escape(base + member.picture_path)}" alt="" width="48" height="48">'
    return f'<span class="avatar" aria-hidden="true">{escape(member.given_name[0] + member.family_name[0])}</span>'
