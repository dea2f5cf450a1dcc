"""The steps of the tour: what each one tells, sends, and how it can be made to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.tour import calls
from linkedin_api.snippets.program_call import ProgramCall

# LinkedIn itself lets only a person do these, or they would take from the member what the dashboard needs.
SANDBOX_ONLY = (calls.ALLOW, calls.REFRESH, calls.REVOKE)


@dataclass(frozen=True)
class Breakage:
    """How a step is made to fail: by a fault of the sandbox, by another request, or by sending it twice.

    With none of the three the id_token is changed. way_out: "" for the advice that comes with the error.
    """

    about: str
    fault: str = ""
    target: str = "any"
    call: ProgramCall | None = None
    twice: bool = False
    way_out: str = ""


@dataclass(frozen=True)
class TourStep:
    """One step. live: what Do it does at LinkedIn itself: send, send after a question, or show what was sent before."""

    name: str
    title: str
    about: str  # Markdown
    calls: tuple[ProgramCall, ...] = ()
    breakage: Breakage | None = None
    live: Literal["sends", "asks", "shows"] = "sends"
    live_about: str = ""  # how it is there, when it is otherwise
    spends: tuple[str, ...] = ()  # values that work once, or are asked for anew each time


STEPS = (
    TourStep(
        "portal",
        "Make an app",
        "LinkedIn's API answers only programs that are registered. So you first create an **app** at "
        "[linkedin.com/developers/apps](https://www.linkedin.com/developers/apps). It gets a **client id**, which is "
        "its name, and a **client secret**, which is its password. On the Products tab add *Sign In with LinkedIn "
        "using OpenID Connect* and *Share on LinkedIn*; LinkedIn grants both at once. Every app belongs to a Page; "
        "developers without a company choose LinkedIn's default Page. The first request needs no password: it asks for "
        "the addresses of LinkedIn's sign-in.",
        (calls.DISCOVERY,),
        Breakage("Ask for a token and leave the client secret out.", call=calls.HALF_A_CREDENTIAL),
    ),
    TourStep(
        "redirect",
        "Register the redirect URL",
        "After the member has agreed, LinkedIn sends their browser back to your program, to the **redirect URL**. "
        "Register it on the app's Auth tab first. The two must be exactly the same: `http` or `https`, host, port, "
        "path, the slash at the end; `localhost` is not `127.0.0.1`. Only what follows a `?` is not compared. It must "
        "not contain a `#`. If the two are the same, LinkedIn answers with its login page.",
        (calls.KNOCK,),
        Breakage(
            "Add `#here` to the redirect URL.",
            call=calls.WRONG_REDIRECT,
            way_out="Copy the redirect URL from the app's Auth tab into LINKEDIN_REDIRECT_URI, letter by letter. "
            "LinkedIn shows this page to the member and sends nobody back, so your program is not told of the error.",
        ),
    ),
    TourStep(
        "authorization",
        "Ask the member for permission",
        "Your program opens this address in the member's browser. LinkedIn shows who asks and for what. The member "
        "chooses Allow, and the browser comes back with a **code**. Compare the **state** that comes with it: if it "
        "is not the one you sent, the answer belongs to another request, and your program must refuse it.",
        (calls.AUTHORIZE, calls.ALLOW),
        Breakage("Ask for a scope that the app has not been given.", call=calls.TOO_MUCH),
        live_about="On LinkedIn only a person can choose Allow, so this fetches the page and stops there.",
        spends=("state",),
    ),
    TourStep(
        "token",
        "Exchange the code for a token",
        "The code alone is not enough for a call. Your program sends it with the client secret, and gets an **access "
        "token**. "
        "The code works once and for 30 minutes; the token works for 60 days. Whoever has the token can post as the "
        "member: keep it like a password. This page never shows it.",
        (calls.EXCHANGE,),
        Breakage("Send the same code a second time, as a page that is reloaded would do.", twice=True),
        live="shows",
        live_about="A code works once, so here is what your own sign-in sent. To repeat it, sign in again.",
        spends=("code",),
    ),
    TourStep(
        "id_token",
        "Check the id_token",
        "With the token came an **id_token**: a JWT, signed by LinkedIn, that says who the member is. Your program "
        "checks it: the signature with LinkedIn's public keys, that LinkedIn made it (`iss`), for your app (`aud`), "
        "and that it has not ended (`exp`). LinkedIn puts no nonce into it, also when you send one, so do not check "
        "a nonce.",
        (calls.KEYS,),
        Breakage("Change one letter of the id_token."),
        live_about="Your own id_token was checked when you signed in, and was not kept; these are the keys.",
    ),
    TourStep(
        "lifetimes",
        "How long tokens last",
        "Four calls about tokens. **Client credentials** (2-legged) gives a token to the app itself, without a member, "
        "for 30 minutes; LinkedIn has it switched off by default. **Introspect** tells whether a token is active, and "
        "until when. **Refresh** gives a new token without the member, to approved partners only, for at most 365 days "
        "after the sign-in; everybody else asks the member again before day 60. **Revoke** ends a token: many programs "
        "use it, but no page of LinkedIn's about it was found.",
        (calls.APP_TOKEN, calls.INTROSPECT, calls.REFRESH, calls.REVOKE),
        Breakage("Ask for the app's own token as an ordinary app.", call=calls.AS_ORDINARY_APP),
        live_about="Refresh and revoke are left out here: only approved partners may refresh, and revoking "
        "would sign you out of this dashboard.",
    ),
    TourStep(
        "userinfo",
        "Ask who it is",
        "The first call with the token, which is in the header `Authorization`. The most important field is `sub`, "
        "the member's id for your app: `urn:li:person:` followed by this id is the **author** of every post.",
        (calls.USERINFO,),
        Breakage("Let the token's 60 days be over.", fault="expired_token"),
    ),
    TourStep(
        "text",
        "Post a text",
        "One call publishes. `author` is the member, `shareMediaCategory` is `NONE` because there is only text, and "
        "`PUBLIC` lets everybody read it. The new post's id, its **URN**, is in the header `x-restli-id`: keep it, "
        "because an ordinary app cannot look it up later.",
        (calls.TEXT,),
        Breakage("Post the same text twice within ten minutes.", fault="duplicate", target="create"),
        live="asks",
    ),
    TourStep(
        "article",
        "Post an article",
        "A link in the text makes no preview card. For a card, send `ARTICLE`, and the link as `originalUrl`. "
        "Title and description are optional.",
        (calls.ARTICLE,),
        Breakage("Take the product *Share on LinkedIn* away from the app.", fault="forbidden", target="create"),
        live="asks",
    ),
    TourStep(
        "image",
        "Post a picture",
        "Three calls. **Register** says that a picture is coming; the answer has an upload address, and the picture's "
        "URN (`asset`). **Upload** sends the bytes to that address. **Post** names the asset.",
        (calls.REGISTER, calls.UPLOAD, calls.IMAGE),
        Breakage("Upload too late: the address has expired.", fault="upload_expired", target="upload"),
        live="asks",
    ),
    TourStep(
        "versioned",
        "The versioned API",
        "The newer way to the same post. It needs a month in the header `LinkedIn-Version`; each month works for at "
        "least a year. The text is in `commentary` now. Fifteen characters such as `( ) @ # *` are markup in it: where "
        "one of them is not part of a mention or a hashtag, it needs a backslash before it, or LinkedIn cuts the text "
        "there without an error.",
        (calls.VERSIONED,),
        Breakage("Ask for version 202511, which LinkedIn switched off on 16 November 2026.", call=calls.OLD_VERSION),
        live="asks",
    ),
    TourStep(
        "errors",
        "Errors and limits",
        "LinkedIn refuses with a status, mostly a code, and a sentence. Let your program decide by status and code, "
        "because LinkedIn may change sentences. Not every refusal is your mistake: an ordinary app may not read its "
        "own post, so this 403 is the right answer. With *Share on LinkedIn* a member has 150 calls a day, and the day "
        "begins at 00:00 UTC. No header tells how many are left.",
        (calls.READ_BACK,),
        Breakage("Use up the calls of the day.", fault="rate_limited"),
    ),
    TourStep(
        "zernio",
        "The other way",
        "**Zernio** posts to LinkedIn without an app of your own: the member connects LinkedIn to it once, and your "
        "program sends it a **key**. A post is two calls here: a **draft**, whose id your program keeps, and a second "
        "call that publishes it and answers when LinkedIn has. So a lost answer is never a reason to send the post "
        "again: `GET` tells what became of it.",
        (calls.ZERNIO_ACCOUNTS, calls.ZERNIO_DRAFT, calls.ZERNIO_PUBLISH, calls.ZERNIO_ASK),
        Breakage(
            "Let Zernio publish the post, and the answer get lost.",
            fault="zernio_publish_lost",
            way_out="Do not send it again. Ask for the draft by its id, as 13d does: it is published, with its URN. "
            "Only what is still a draft a minute later was never asked for, and may be published once more.",
        ),
        live="asks",
        live_about="This posts with the key of the settings, ZERNIO_API_KEY; while there is none, the requests are "
        "only shown.",
        spends=("zernio_key", "zernio_account"),  # the sandbox may have been emptied since
    ),
    TourStep(
        "beyond",
        "Beyond the API",
        "This is what an ordinary app can do: sign members in, and post, comment and react for them. The guide that "
        "this dashboard follows also names a system for more than that. This is what is known about it.",
    ),
)
BY_NAME = {step.name: step for step in STEPS}
GIVEN_BY = {gap: step for step in reversed(STEPS) for call in step.calls for gap in call.gives}


def number(step: TourStep) -> int:
    """The step's place, from 1."""
    return STEPS.index(step) + 1


def program_until(step: TourStep) -> list[ProgramCall]:
    """The calls of all steps up to this one, in order."""
    return [call for each in STEPS[: number(step)] for call in each.calls]
