"""A request and its answer as the tour shows them: secrets as marks, fields with what they mean, names masked."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dashboard.accounts.account import Account
from dashboard.tour.results import SECRETS, Answered, TourResult
from dashboard.tour.runner import TourRunner
from dashboard.tour.steps import GIVEN_BY, number
from linkedin_api import Exchange
from linkedin_api.http.redaction import HIDDEN
from linkedin_api.reference.answer_fields import ExplainedField, explained, explained_headers
from linkedin_api.reference.documents import markdown
from linkedin_api.reference.endpoints import Endpoint, endpoint_of, path_of
from linkedin_api.snippets.program_call import ProgramCall
from zernio_api import ZERNIO

PERSONAL = ("sub", "name", "given_name", "family_name", "email", "picture", "client_id", "state")
_AT_ZERNIO = ("_id", "username", "displayName", "profileUrl", "profilePicture", "platformUserId", "bio", "userId")
MASK = "•••"
_KINDS = "person|share|ugcPost|activity|digitalmediaAsset|digitalmediaMediaArtifact|image|video"
_URN = re.compile(rf"(urn(?::|%3A)li(?::|%3A)(?:{_KINDS})(?::|%3A))(?!\(|%28)[\w-]+", re.IGNORECASE)
_TOLD_HEADERS = ("x-restli-id", "x-linkedin-id")


class Mask:
    """Hides personal data in any text, so that it can be shown on a wall; None: hides nothing."""

    def __init__(self, personal: Iterable[str] | None) -> None:
        self._hides = personal is not None
        found = sorted({re.escape(each) for each in personal or () if each}, key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)") if found else None

    @classmethod
    def of(cls, account: Account | None, results: Iterable[TourResult], fixed: Mapping[str, str]) -> Mask:
        """A mask for whoever is here, and whoever the answers name."""
        personal = [fixed["client_id"]]
        documents = [account.profile.raw] if account else []
        for result in results:
            documents.append(result.claims)
            documents += [document_of(each.exchange) for each in result.answers if each.exchange]
        for document in documents:
            personal += [str(document[name]) for name in PERSONAL if isinstance(document.get(name), str)]
            personal += _named(document, _AT_ZERNIO)
        return cls(personal)

    def __call__(self, text: str) -> str:
        """The text without them, and without the ids in URNs."""
        if not self._hides:
            return text
        text = _URN.sub(rf"\g<1>{MASK}", text)
        return self._words.sub(MASK, text) if self._words else text


def values_of(runner: TourRunner) -> dict[str, str]:
    """The values as they may be seen: a mark for a secret, and for what is not known yet the step that gives it."""
    waiting = {gap: f"«{gap.replace('_', ' ')}, from step {number(step)}»" for gap, step in GIVEN_BY.items()}
    marks = {name: f"«{mark}»" for name, mark in SECRETS.items()}
    fixed = {name: value or f"«{name.replace('_', ' ')}»" for name, value in runner.fixed.items()}
    made = {"state": "«a random text»", "when": "«now»"}
    return {**made, **waiting, **fixed, **runner.state.values, **marks}


def request_text(call: ProgramCall, values: Mapping[str, str]) -> str:
    """The request as HTTP: method and URL, headers, body; each parameter on a line of its own."""
    filled = call.filled(values, encode=str)
    address = filled.url
    if call.query:
        head, _, _ = address.partition("?")
        address = f"{head}\n  ?" + "\n  &".join(f"{name}={value}" for name, value in query_of(call, values).items())
    headers = dict(filled.headers)
    if filled.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    lines = [f"{filled.method} {address}", *(f"{name}: {value}" for name, value in headers.items())]
    if filled.form is not None:
        lines += ["", *(f"{name}={value}" for name, value in filled.form.items())]
    if filled.body is not None:
        lines += ["", json.dumps(filled.body, ensure_ascii=False, indent=2)]
    if call.uploads:
        lines += ["", "«the bytes of the picture»"]
    return "\n".join(lines)


def query_of(call: ProgramCall, values: Mapping[str, str]) -> dict[str, str]:
    """The parameters in the address, as they are before they are encoded."""
    return {name: re.sub(r"\{(\w+)\}", lambda found: values[found[1]], value) for name, value in call.query.items()}


def parameters(call: ProgramCall, values: Mapping[str, str]) -> list[ExplainedField]:
    """The parameters in the address with what they mean."""
    return explained(query_of(call, values), "asked")


def page_of(answered: Answered) -> str:
    """LinkedIn's page about the call, as a Markdown link; "" when there is none."""
    if answered.call.uploads:
        return markdown("Share on LinkedIn")
    found = _endpoint(answered.exchange) if answered.exchange else None
    return markdown(found.page) if found else ""


def document_of(exchange: Exchange) -> dict[str, Any]:
    """The JSON object of an answer, or what a redirect carries in its query; {} for anything else."""
    location = next((value for name, value in exchange.response_headers.items() if name.lower() == "location"), "")
    if 300 <= (exchange.status or 0) < 400:
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    try:
        found = json.loads(exchange.response_body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def fields(answered: Answered) -> list[ExplainedField]:
    """The fields of an answer with what they mean; a secret is a mark such as «token, 60 days»."""
    exchange = answered.exchange
    if exchange is None:
        return []
    document, known = document_of(exchange), _endpoint(exchange)
    if exchange.service == ZERNIO.name:
        told = explained(document, "zernio")
        return [ExplainedField(each.path, _marked(each, document), each.meaning) for each in told]
    refused = (exchange.status or 0) >= 400 or "error" in document
    told = [each for each in explained_headers(exchange.response_headers) if each.path.lower() in _TOLD_HEADERS]
    kind = "authorization" if "code" in document and not refused else known.answer if known else ""
    told += explained(document, kind, refused=refused)
    return [ExplainedField(each.path, _marked(each, document), each.meaning) for each in told]


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """The lines of two requests, each with "-" for gone, "+" for new, or " "."""
    lines = difflib.ndiff(old.splitlines(), new.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "-+ "]


def _endpoint(exchange: Exchange) -> Endpoint | None:
    return endpoint_of(exchange.method, path_of(exchange.url), exchange.request_body)


def _named(value: Any, names: Collection[str]) -> list[str]:
    """The texts under these names, however deep in a document."""
    if isinstance(value, list):
        return [text for each in value for text in _named(each, names)]
    if not isinstance(value, Mapping):
        return []
    mine = [text for name, text in value.items() if name in names and isinstance(text, str)]
    return mine + [text for each in value.values() for text in _named(each, names)]


def _marked(each: ExplainedField, document: Mapping[str, Any]) -> str:
    if HIDDEN not in each.value:
        return each.value
    name = each.path.rpartition(".")[2]
    seconds = str(document.get("expires_in", ""))
    if name == "access_token" and seconds.isdecimal():
        days = round(int(seconds) / 86_400)
        return f"«token, {days} days»" if days else f"«token, {int(seconds) // 60} minutes»"
    return f"«{SECRETS.get({'uploadUrl': 'upload_url'}.get(name, name), 'hidden')}»"
