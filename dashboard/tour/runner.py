"""Does the steps of the tour, and makes them fail: real requests, whose secrets stay in this process."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dashboard.accounts.account import Account
from dashboard.activity.exchange_log import in_turn
from dashboard.config.linkedin_hosts import LinkedInHosts
from dashboard.tour import calls
from dashboard.tour.picture import png
from dashboard.tour.results import SECRETS, Answered, TourRefused, TourResult, TourState
from dashboard.tour.sandbox_zernio import new_key
from dashboard.tour.steps import GIVEN_BY, SANDBOX_ONLY, Breakage, TourStep, number
from linkedin_api import Exchange, LinkedInError, OutcomeUnknown, Response, SignInError, Transport, sign_in_error
from linkedin_api.auth.id_token import IdTokenVerifier
from linkedin_api.errors.sign_in import refusal
from linkedin_api.settings import DEFAULTS
from linkedin_api.snippets.program_call import ProgramCall
from zernio_api import ZERNIO, PostState
from zernio_api.client import PUBLISH_TIMEOUT_S
from zernio_api.outcome import read as read_outcome

SANDBOX_CLIENT = "sandbox-client"  # what the settings say where no app is needed
PARTNER_CLIENT = "sandbox-partner"  # its tokens are apart from those of the members who sign in here
_MEMBERS = re.compile(r'name="member" value="([^"]+)"')


@dataclass(frozen=True)
class TourRunner:
    """Runs steps for one visitor. transport makes one for the API, given what to do with each exchange."""

    hosts: LinkedInHosts
    redirect_uri: str
    state: TourState
    account: Account | None = None
    access_token: Callable[[], str | None] = lambda: None
    transport: Callable[..., Transport] = Transport
    keep: Callable[[Exchange], None] = lambda _: None
    may_call: bool = True  # a stranger causes no calls to LinkedIn itself

    @property
    def live(self) -> bool:
        """Whether the requests go to LinkedIn itself."""
        return not self.hosts.settings.sandbox

    @property
    def fixed(self) -> dict[str, str]:
        """The values that no answer gives; "" for a setting that is not set."""
        given = self.hosts.settings
        partner = not self.live and given.client_id == SANDBOX_CLIENT
        return {
            "auth": self.hosts.auth_url,
            "api": self.hosts.api_url,
            "client_id": PARTNER_CLIENT if partner else given.client_id,
            "ordinary_client_id": given.client_id,
            "client_secret": given.client_secret,
            "redirect_uri": self.redirect_uri,
            "scope": DEFAULTS["LINKEDIN_SCOPES"] if partner else " ".join(given.scopes),
            "version": given.version,
            # In a sandbox its own one, whatever the settings name: nothing of a sandbox is posted at Zernio itself.
            "zernio": given.zernio.api_url if self.live else f"{self.hosts.api_url}/zernio/v1",
            "zernio_key": given.zernio.api_key if self.live else "",
        }

    def calls_of(self, step: TourStep) -> list[ProgramCall]:
        """The requests of a step here: fewer at LinkedIn itself."""
        return [call for call in step.calls if not (self.live and call in SANDBOX_ONLY)]

    def only_shows(self, step: TourStep) -> bool:
        """Whether nothing can be sent of a step at LinkedIn itself: it was done, or there is no key of Zernio."""
        needs_key = any("zernio_key" in call.gaps for call in step.calls)
        return self.live and (step.live == "shows" or (needs_key and not self.fixed["zernio_key"]))

    def do(self, step: TourStep) -> TourResult:
        """Do a step, and before it what it needs of the steps before. Never raises; the result says what went wrong."""
        return self._told(step, lambda: self._do(step))

    def break_it(self, step: TourStep) -> TourResult:
        """Make a step fail in the sandbox. Never raises."""
        broken = step.breakage
        if self.live or broken is None:
            return TourResult(error=TourRefused("Faults are made in the sandbox only; this is LinkedIn itself."))
        return self._told(step, lambda: self._break(step, broken), broken=True)

    def recorded(self, step: TourStep, exchange: Exchange) -> TourResult:
        """What was sent before, as the result of a step that cannot be repeated."""
        return TourResult((Answered(step.calls[0], exchange),))

    def _told(self, step: TourStep, act: Callable[[], TourResult], *, broken: bool = False) -> TourResult:
        try:
            result = act()
        except (LinkedInError, TourRefused) as error:
            result = TourResult(error=error, broken=broken)
        self.state.results[step.name] = result
        return result

    def _do(self, step: TourStep) -> TourResult:
        if self.live and not self.may_call:
            raise TourRefused(
                "Sign in first, or open this page on the dashboard's own machine: this is LinkedIn itself."
            )
        before = self._prepare(step)
        return self._send_all(step, before)

    def _break(self, step: TourStep, broken: Breakage) -> TourResult:
        if broken.call:
            self._ready([broken.call])
            answered, _ = self._send(broken.call)
            return TourResult((answered,), broken=True)
        before = self._prepare(step)
        if broken.twice:
            self._send_all(step, before)
        with self._fault(broken):
            return self._send_all(step, before, broken=True)

    @contextmanager
    def _fault(self, broken: Breakage) -> Iterator[None]:
        """The sandbox's fault, switched on for one call and off afterwards."""
        if not broken.fault:
            yield
            return
        with Transport() as control:
            url = f"{self.hosts.api_url}/_sandbox/faults"
            control.send("POST", url, json={"name": broken.fault, "times": 1, "target": broken.target})
            try:
                yield
            finally:
                control.send("POST", url, json={"name": broken.fault, "times": 0})

    def _prepare(self, step: TourStep) -> tuple[int, ...]:
        """Do the steps whose values are needed and missing; their numbers."""
        if step.name in self.state.results:
            for name in step.spends:
                self.state.values.pop(name, None)
        if self.live and self.account and (token := self.access_token()):
            self.state.values |= {"access_token": token, "sub": self.account.profile.sub}
        return self._ready(self.calls_of(step))

    def _ready(self, sent: list[ProgramCall]) -> tuple[int, ...]:
        self.state.values.setdefault("state", secrets.token_urlsafe())
        before: list[int] = []
        given = {gap for call in sent for gap in call.gives}
        for gap in (gap for call in sent for gap in call.gaps if not (self.live and gap in call.uses)):
            if gap in self.state.values or gap in given or gap == "when" or self.fixed.get(gap):
                continue
            before += self._fetch(gap)
        return tuple(before)

    def _fetch(self, gap: str) -> list[int]:
        """Do the step that gives a value. Raises: TourRefused, LinkedInError."""
        step = GIVEN_BY.get(gap)
        if gap == "zernio_key" and self.live:
            raise TourRefused("This needs a key of Zernio: set ZERNIO_API_KEY, then start the dashboard again.")
        if gap == "zernio_key":
            who = f"urn:li:person:{self.account.profile.sub}" if self.account else ""
            self.state.values[gap] = new_key(self.hosts.api_url, self.redirect_uri, who)
            return []
        if step is None:
            raise TourRefused(
                "This needs client id and client secret of an app. Set them on the Setup page or in .env."
            )
        if self.live and gap == "access_token":
            raise TourRefused("Sign in first: this request goes to LinkedIn with your token.")
        if self.live and step.live != "sends":
            raise TourRefused(f"Do step {number(step)}, “{step.title}”, first: its answer is needed here.")
        result = self.do(step)
        if result.error:
            raise result.error
        return [*result.before, number(step)]

    def _send_all(self, step: TourStep, before: tuple[int, ...], *, broken: bool = False) -> TourResult:
        answers: list[Answered] = []
        claims: Mapping[str, Any] = {}
        error: Exception | None = None
        for call in self.calls_of(step):
            if call == calls.ALLOW and "member" not in self.state.values:
                continue  # this sandbox says Allow by itself
            if call == calls.ZERNIO_DRAFT and "zernio_account" not in self.state.values:
                error = TourRefused("Zernio has no LinkedIn account for this key: connect one at Zernio first.")
                break
            if lacks := self._lacking(call):
                answers.append(Answered(call, None, TourRefused(f"Not sent: LinkedIn gave this app no {lacks}.")))
                continue
            answered, response = self._send(call)
            answers.append(answered)
            if answered.error and not call.may_fail:
                error = answered.error
                if broken and isinstance(error, OutcomeUnknown):
                    continue  # what comes next asks what became of it
                break
            if call == calls.KEYS and response and not self.live:
                try:
                    claims = self._claims(response, forged=broken)
                except LinkedInError as refused:
                    error = refused
        return TourResult(tuple(answers), error, claims, broken, before)

    def _lacking(self, call: ProgramCall) -> str:
        """What no answer has given, such as the refresh token of an ordinary app; "" for nothing."""
        known = {**self.fixed, **self.state.values, "when": ""}
        lacking = [gap for gap in call.gaps if gap not in known and gap not in call.uses]
        return SECRETS.get(lacking[0], lacking[0]).partition(",")[0] if lacking else ""

    def _send(self, call: ProgramCall) -> tuple[Answered, Response | None]:
        seen: list[Exchange] = []
        values = {**self.fixed, **self.state.values, "when": f"{datetime.now(UTC):%H:%M:%S.%f}"[:-3] + " UTC"}
        filled = call.filled(values)
        known = [value for name, value in values.items() if name in SECRETS and value]
        in_api = not call.url.startswith("{auth}")
        at_zernio = call.url.startswith("{zernio}")
        hosts = {urlsplit(url).netloc for url in (self.hosts.auth_url, self.hosts.api_url)}
        make = partial(Transport, service=ZERNIO) if at_zernio else self.transport if in_api else Transport
        with make(on_exchange=in_turn(seen.append, self.keep), upload_hosts=hosts) as line:
            try:
                if call.uploads:
                    picture = png()
                    response = line.upload(
                        filled.url,
                        io.BytesIO(picture),
                        size_bytes=len(picture),
                        content_type=filled.headers["Content-Type"],
                        headers=filled.headers,
                    )
                else:
                    response = line.send(
                        filled.method,
                        filled.url,
                        headers=filled.headers,
                        json=filled.body,
                        form=filled.form,
                        error_for=None if in_api else refusal_of,
                        secrets=known,
                        redirects=True,
                        read_timeout_s=PUBLISH_TIMEOUT_S if call == calls.ZERNIO_PUBLISH else None,
                    )
                self._learn(call, response)
            except LinkedInError as error:
                return Answered(call, seen[-1] if seen else None, error), None
        return Answered(call, seen[-1]), response

    def _learn(self, call: ProgramCall, response: Response) -> None:
        """Keep what the answer gives. Raises: SignInError for a redirect that carries LinkedIn's refusal."""
        back = parse_qs(urlsplit(response.headers.get("location", "")).query)
        if "error" in back:
            raise sign_in_error(back["error"][0], back.get("error_description", [""])[0])
        if "code" in back and back.get("state") != [self.state.values["state"]]:
            raise TourRefused("The state that came back is another one; this answer is not ours.")
        if call == calls.ZERNIO_PUBLISH:  # a post that LinkedIn refused is no refused request
            found = read_outcome(response.json().get("post") or {})
            if found.state is PostState.FAILED:
                raise LinkedInError(found.error, advice=found.advice)
        for name, place in call.gives.items():
            if value := self._value(place, response, back):
                self.state.values[name] = value

    def _value(self, place: str, response: Response, back: Mapping[str, list[str]]) -> str:
        where, _, name = place.partition(" ")
        if where == "header":
            return unquote(response.headers.get(name, ""))
        if where == "location":
            return back.get(name, [""])[0]
        if where == "page":
            found = _MEMBERS.findall(response.text)
            mine = self.account.profile.sub if self.account else ""
            return mine if mine in found else next(iter(found), "")
        value: Any = response.json()
        for key in place.split("/"):
            if isinstance(value, list):
                value = value[int(key)] if key.isdecimal() and int(key) < len(value) else None
            else:
                value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""

    def _claims(self, response: Response, *, forged: bool) -> Mapping[str, Any]:
        """The claims of the id_token, checked. Raises: IdTokenInvalid."""
        id_token, given = self.state.values["id_token"], self.fixed
        if forged:
            middle = len(id_token) // 2
            id_token = id_token[:middle] + ("A" if id_token[middle] != "A" else "B") + id_token[middle + 1 :]
        verifier = IdTokenVerifier(issuer=f"{given['auth']}/oauth", audience=given["client_id"], get_jwks=response.json)
        return verifier.claims(id_token)


def refusal_of(status: int, body: str, headers: Mapping[str, str]) -> LinkedInError:
    """The error for a refused sign-in; for a wrong redirect URL LinkedIn shows a page of its own [C]."""
    if "redirect_uri does not match" in body:
        return SignInError("LinkedIn shows its own page: the redirect URL is not one that is registered for the app.")
    return refusal(status, body, headers)
