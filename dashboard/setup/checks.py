"""The checklist from nothing to the first real post, as values: what is done, to do, wrong or not checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.accounts.account import WARN_DAYS
from dashboard.setup.facts import Facts, HostAnswer
from dashboard.setup.redirect_url import origin_differences
from linkedin_api.reference import products, versions
from linkedin_api.settings import LINKEDIN_API_URL, LINKEDIN_AUTH_URL

DONE, TO_DO, WRONG, UNCHECKED = "done", "to do", "wrong", "not checked"
APPS = "https://www.linkedin.com/developers/apps"
TOKEN_TOOLS = "https://www.linkedin.com/developers/tools/oauth"  # noqa: S105 - an address
CLOCK_MAX_S = 60.0  # an id_token is refused when this machine thinks it is not valid yet, or no more
PRIVATE = 0o077
CHECK_NOW = "Choose “Check now”."
FIRST_CREDENTIALS = "Enter client id and secret first."


@dataclass(frozen=True)
class Check:
    """One line of the checklist; a ticked one is for a person to say, as no program can see it."""

    id: str
    title: str
    state: str
    sentence: str
    setting: str = ""
    link: str = ""
    ticked: bool = False


def checklist(facts: Facts) -> list[Check]:
    """Every line, in the order of the guide."""
    return [check(facts) for check in CHECKS]


# By hand, at LinkedIn.


def _by_hand(step: str, title: str, todo: str, done: str, link: str = "") -> Callable[[Facts], Check]:
    def check(facts: Facts) -> Check:
        is_done = step in facts.ticks
        return Check(step, title, DONE if is_done else TO_DO, done if is_done else todo, link=link, ticked=True)

    return check


def _app(facts: Facts) -> Check:
    if facts.is_set_up:
        return Check("app", "Create the app", DONE, "The settings name an app.", "LINKEDIN_CLIENT_ID", APPS)
    todo = "Create an app at LinkedIn, and choose your Page for it; the Page cannot be changed afterwards."
    return Check("app", "Create the app", TO_DO, todo, "LINKEDIN_CLIENT_ID", APPS)


def _products(facts: Facts) -> Check:
    wanted = dict.fromkeys(filter(None, map(products.product_of, facts.app.scopes)))
    named = " and ".join(f"“{each}”" for each in wanted) or "a product"
    title = "Request the products"
    if (
        facts.is_set_up
        and facts.shown == facts.app
        and facts.account
        and not set(facts.app.scopes) - set(facts.account.scopes)
    ):
        return Check("products", title, DONE, f"The app has {named}: a sign-in was given every scope.", link=APPS)
    if "products" in facts.ticks:
        return Check("products", title, DONE, f"You say that the app has {named}.", link=APPS, ticked=True)
    todo = f"On the app's Products tab request {named}; the table below says which may be on one app."
    return Check("products", title, TO_DO, todo, "LINKEDIN_SCOPES", APPS, ticked=True)


# From the settings.


def _redirect(facts: Facts) -> Check:
    name, title, uri = "LINKEDIN_REDIRECT_URI", "Redirect URL", facts.redirect_uri
    if facts.origin and (found := origin_differences(uri, facts.origin)):
        told = f"LinkedIn sends you back to {uri}, but this page is open at {facts.origin}: {' '.join(found)}"
        return Check("redirect", title, WRONG, f"{told} Open it there, or set {name} to the address you use.", name)
    if "redirect" in facts.ticks:
        return Check("redirect", title, DONE, "You say that the app's Auth tab has exactly this URL.", name, APPS, True)
    todo = "Add exactly this URL on the app's Auth tab: scheme, host, port, path, and the slash at the end or none."
    return Check("redirect", title, TO_DO, todo, name, APPS, ticked=True)


def _scopes(facts: Facts) -> Check:
    title, name = "Scopes", "LINKEDIN_SCOPES"
    if why := products.clash(facts.app.scopes):
        return Check("scopes", title, WRONG, why, name)
    if not {"openid", "r_basicprofile"} & set(facts.app.scopes):
        nobody = "Nothing here says who the member is: add openid profile, or r_basicprofile for an app without them."
        return Check("scopes", title, WRONG, nobody, name)
    if not {"w_member_social", "w_organization_social"} & set(facts.app.scopes):
        return Check("scopes", title, WRONG, "Nothing here allows a post: add w_member_social.", name)
    return Check("scopes", title, DONE, f"A sign-in asks for {' '.join(facts.app.scopes)}.", name)


def _credentials(facts: Facts) -> Check:
    title, name = "Credentials", "LINKEDIN_CLIENT_ID, LINKEDIN_CLIENT_SECRET"
    if not facts.is_set_up:
        todo = "Copy client id and client secret from the app's Auth tab, and enter them below."
        return Check("credentials", title, TO_DO, todo, name, APPS)
    if not facts.app.client_id:
        lent = "There is only LINKEDIN_ACCESS_TOKEN: nobody can sign in. Enter client id and secret below."
        return Check("credentials", title, TO_DO, lent, name, APPS)
    if facts.env_file_mode is not None and facts.env_file_mode & PRIVATE:
        readable = "Both are set, but other users of this machine can read .env: run chmod 600 .env."
        return Check("credentials", title, WRONG, readable, name)
    return Check("credentials", title, DONE, f"Both are set, for the app {facts.app.client_id}.", name, APPS)


def _version(facts: Facts) -> Check:
    title, used, name = "Version", facts.app.version, "LINKEDIN_VERSION"
    end = versions.sunset(used)
    if warning := versions.warning(used, facts.today):
        return Check("version", title, WRONG, warning, name)
    until = f"answers until {end.day} {end:%B %Y}" if end else "has no sunset that is known here"
    return Check("version", title, DONE if end else UNCHECKED, f"{used} {until}.", name)


# From a checkup.


def _www(facts: Facts) -> Check:
    return _host(facts, "www", "Network: signing in", addresses(facts)[0], "LINKEDIN_AUTH_URL")


def _api(facts: Facts) -> Check:
    return _host(facts, "api", "Network: API", addresses(facts)[1], "LINKEDIN_API_URL")


def addresses(facts: Facts) -> tuple[str, str]:
    """The two hosts that are checked: those of the settings, or LinkedIn's own while no app is set up."""
    return (facts.app.auth_url, facts.app.api_url) if facts.is_set_up else (LINKEDIN_AUTH_URL, LINKEDIN_API_URL)


def _host(facts: Facts, step: str, title: str, url: str, setting: str) -> Check:
    answer = facts.findings.hosts.get(url) if facts.findings else None
    if answer is None:
        return Check(step, title, UNCHECKED, f"Whether {url} can be reached. {CHECK_NOW}", setting)
    if answer.trouble:
        return Check(step, title, WRONG, f"{answer.trouble} {answer.advice}", setting)
    return Check(step, title, DONE, f"{url} answers.", setting)


def _clock(facts: Facts) -> Check:
    answers: list[HostAnswer] = list(facts.findings.hosts.values()) if facts.findings else []
    ahead_s = next((each.clock_ahead_s for each in answers if each.clock_ahead_s is not None), None)
    if ahead_s is None:
        return Check("clock", "Clock", UNCHECKED, f"Whether this machine's clock is right. {CHECK_NOW}")
    if abs(ahead_s) <= CLOCK_MAX_S:
        return Check("clock", "Clock", DONE, "This machine's clock agrees with LinkedIn's.")
    off = f"{abs(ahead_s) / 60:,.0f} minutes {'ahead of' if ahead_s > 0 else 'behind'}"
    wrong = f"This machine's clock is about {off} LinkedIn's: a sign-in fails, and posts leave at the wrong time."
    return Check("clock", "Clock", WRONG, f"{wrong} Let the system set it from the network.")


# Of the member.


def _sign_in(facts: Facts) -> Check:
    title, account = "Sign-in", facts.account
    if account is None:
        return Check("sign_in", title, TO_DO, "Sign in once: that tests redirect URL, credentials and scopes together.")
    if why := account.sign_in_needed:
        return Check("sign_in", title, WRONG, f"{why} Sign in again.")
    return Check("sign_in", title, DONE, f"{account.name} is signed in{_where(facts)}.")


def _granted(facts: Facts) -> Check:
    title, account = "Granted scopes", facts.account
    if account is None:
        return Check("granted", title, UNCHECKED, "Shown once somebody has signed in.")
    if not account.scopes:
        return Check("granted", title, UNCHECKED, "LinkedIn has not said which scopes this token has.")
    asked = facts.shown.scopes if account.client_id is None else account.scopes
    if missing := [scope for scope in asked if scope not in account.scopes]:
        wrong = f"The sign-in was not given {' '.join(missing)}. {products.advice_for(' '.join(missing))}"
        return Check("granted", title, WRONG, wrong, "LINKEDIN_SCOPES", APPS)
    return Check("granted", title, DONE, f"It has {' '.join(account.scopes)}{_where(facts)}.", "LINKEDIN_SCOPES")


def _token(facts: Facts) -> Check:
    title = "Token, as LinkedIn knows it"
    if facts.account is None:
        return Check("token", title, UNCHECKED, "Shown once somebody has signed in.", link=TOKEN_TOOLS)
    found = facts.findings
    if found and found.introspection_refused:
        return Check("token", title, WRONG, found.introspection_refused, "LINKEDIN_CLIENT_SECRET", TOKEN_TOOLS)
    if found is None or found.introspection is None:
        return Check("token", title, UNCHECKED, f"Whether LinkedIn takes this token. {CHECK_NOW}", link=TOKEN_TOOLS)
    if not found.introspection.active:
        status = found.introspection.status or "of another app"
        return Check("token", title, WRONG, f"LinkedIn says that it is {status}. Sign in again.", link=TOKEN_TOOLS)
    given = " ".join(found.introspection.scopes) or "none that it names"
    return Check("token", title, DONE, f"LinkedIn says that it is active, with the scopes {given}.", link=TOKEN_TOOLS)


def _days(facts: Facts) -> Check:
    title, days = "Days left", facts.account.token_days_left if facts.account else None
    if days is None:
        return Check("days", title, UNCHECKED, "Shown once a sign-in says how long it lasts.")
    if days <= 0:
        return Check(
            "days", title, WRONG, "The sign-in has ended. Sign in again: LinkedIn then gives a new token for 60 days."
        )
    left = f"{days:.0f} days are left" if days >= 1 else "Less than a day is left"
    if days <= WARN_DAYS:
        return Check("days", title, WRONG, f"{left}. Sign in again: LinkedIn then gives a new token for 60 days.")
    return Check("days", title, DONE, f"{left} of this sign-in.")


def _where(facts: Facts) -> str:
    return ", in the sandbox" if facts.shown.sandbox else ""


CHECKS: tuple[Callable[[Facts], Check], ...] = (
    _by_hand(
        "page",
        "Create a Page",
        "Create a company Page of your own, or choose LinkedIn's default Page for developers when you create the app.",
        "You say that you have a Page.",
    ),
    _app,
    _by_hand(
        "verified",
        "Verify the app",
        "On the app's Settings tab choose Verify, if it is there: an administrator of the Page opens the link.",  # [?]
        "You say that the Page has confirmed the app.",
        APPS,
    ),
    _products,
    _redirect,
    _scopes,
    _credentials,
    _www,
    _api,
    _clock,
    _sign_in,
    _granted,
    _version,
    _token,
    _days,
)
