"""Schemathesis asks every operation of the OpenAPI document: no failure, and no answer that it does not describe."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from sandbox.directory.apps import EVERY_PRODUCT
from sandbox.directory.organizations import ENGINES
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_rest_posts import PNG, encoded, posted, token, uploaded
from tests.sandbox.api.test_v2_posts import IMAGE_REGISTRATION, ME, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, asked, code_form
from tests.sandbox.community.test_social import comment
from tests.support.patience import PATIENCE_S

# Always the same requests: a run that fails can be repeated.
FEW = settings(
    max_examples=5, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
CONFORMS = ("status_code", "content_type", "response_schema", "response_headers")
CHANGES = {"X-RestLi-Method": "PARTIAL_UPDATE"}
ODD = ("0", "-1", "9" * 30, "", "()", "List(", "(a:b)", "(elements*(id))", "urn:li:person:x", "\ud7ff")
WRITTEN = {"%28": "(", "%29": ")", "%2C": ",", "%253A": "%3A"}
Document = dict[str, Any]


def as_written(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request with Rest.li's brackets and commas as they are: encoded they would be data."""
    for encoded_as, character in WRITTEN.items():
        request.url = str(request.url).replace(encoded_as, character)
    return request


class Known:
    """What there is in a sandbox, so that requests name it: URNs, keys of paths, bodies that are accepted."""

    def __init__(self, linkedin: RunningSandbox) -> None:
        self.headers = token(linkedin, *EVERY_PRODUCT)
        del self.headers["X-Restli-Protocol-Version"]  # either of the two is generated, or none
        self.post, self.image = posted(linkedin), uploaded(linkedin, "image", PNG)
        self.comment = str(comment(linkedin, self.post).json()["commentUrn"])
        where = f"{linkedin.url}/rest/images?action=initializeUpload"
        begun = {"initializeUploadRequest": {"owner": ME}}
        value = requests.post(where, json=begun, headers=self.headers, timeout=PATIENCE_S).json()["value"]
        self.upload = urlsplit(value["uploadUrl"])
        self.urns = [self.post, self.image, self.comment, ME, ENGINES.urn]
        self.reaction = f"(actor:{encoded(ME)},entity:{encoded(self.post)})"

    def keys(self, path: str) -> dict[str, str]:
        """The values of a path's parameters with which it is answered."""
        if path.startswith("/dms-uploads/"):
            return dict(zip(("asset", "what", "artifact", "number"), self.upload.path.split("/")[4:], strict=True))
        keys = {"images": encoded(self.image), "reactions": self.reaction, "networkSizes": encoded(ENGINES.urn)}
        keys["organizations"] = ENGINES.urn.rpartition(":")[2]
        number = self.comment.rpartition(",")[2].removesuffix(")")
        post = encoded(self.post)
        return {"key": keys.get(path.split("/")[2], post), "entity": post, "comment": number, "actor": encoded(ME)}

    def queries(self, path: str) -> st.SearchStrategy[dict[str, Any]]:
        """Some query parameters that one operation or another reads."""
        if path.startswith("/dms-uploads/"):
            return st.just(dict(parse_qsl(self.upload.query)))
        urns = st.sampled_from([*self.urns, *ODD])
        lists = st.sampled_from([self.post, *map("List({})".format, [*map(encoded, self.urns), self.reaction]), *ODD])
        pages, named = st.sampled_from(["0", "1", *ODD]), dict.fromkeys(("author", "actor", "organization"), urns)
        more = {"ids": lists, "ugcPosts": lists, "entity": lists, "start": pages, "count": pages, "projection": pages}
        return st.fixed_dictionaries({}, optional=named | more)

    def bodies(self, path: str) -> list[Document]:
        """Bodies that this path accepts."""
        text, note = {"text": "Hi @Ada", "attributes": []}, {"actor": ME, "object": self.post}
        pictured = {"article": {"source": "https://example.com/", "title": "Title", "thumbnail": self.image}}
        poll = {"question": "Why?", "options": [{"text": "A"}, {"text": "B"}], "settings": {"duration": "ONE_DAY"}}
        contents = [pictured, {"poll": poll}, {"media": {"id": self.image, "altText": "x"}}]
        owned = {"owner": ME, "fileSizeBytes": 9, "uploadCaptions": True}
        sealed = {"video": self.image, "uploadToken": "", "uploadedPartIds": ["a"]}
        client = {"client_id": "a", "client_secret": "b", "token": "c"}
        found: dict[str, list[Document]] = {
            "/rest/posts": [rest_post("Hi #tag"), *(rest_post("Hi", content=content) for content in contents)],
            "/rest/posts/{key}": [{"patch": {"$set": {"commentary": "New", "lifecycleState": "PUBLISHED"}}}],
            "/ugcPosts": [share("Hi"), share("Hi", "IMAGE", {"media": self.image, "title": {"text": "Title"}})],
            "/assets": [{"registerUploadRequest": {"owner": ME, **IMAGE_REGISTRATION}}],
            "/images": [{"initializeUploadRequest": {"owner": ME}}],
            "/documents": [{"initializeUploadRequest": {"owner": ME}}],
            "/videos": [{"initializeUploadRequest": owned}, {"finalizeUploadRequest": sealed}],
            "/comments": [note | {"message": text}, note | {"message": text, "parentComment": self.comment}],
            "/comments/{comment}": [{"patch": {"message": {"$set": text}}}],
            "/likes": [note],
            "/reactions": [{"root": self.post, "reactionType": "LIKE"}],
            "/socialMetadata/{key}": [{"patch": {"$set": {"commentsState": "OPEN"}}}],
            "/authorization": [asked() | {"choice": "allow", "member": ADA}],
            "/accessToken": [code_form("code")],
            "/introspectToken": [client],
            "/revoke": [client],
            "/faults": [{"name": "slow", "times": 0, "target": "create", "latency_s": 0}],
        }
        return [body for end, bodies in found.items() if path.endswith(end) for body in bodies]


def spots(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in the document a value stands, at any depth."""
    if isinstance(document, dict | list):
        for name, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield (*at, name)
            yield from spots(value, (*at, name))


@st.composite
def changed(draw: st.DrawFn, bodies: list[Document], values: st.SearchStrategy[Any]) -> Document:
    """One of the bodies, as it is or with another value somewhere."""
    found: Any = copy.deepcopy(draw(st.sampled_from(bodies)))
    *way, name = draw(st.sampled_from(list(spots(found))))
    if draw(st.booleans()):
        at = found
        for step in way:
            at = at[step]
        at[name] = draw(values)
    return dict(found)


def cases(operation: APIOperation[Any, Any, Any], known: Known) -> st.SearchStrategy[Case]:
    """What Schemathesis makes of the document alone, or that with what the sandbox knows put into it."""
    by_document = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from([*known.urns, *ODD])
    )
    values = st.one_of(leaves, st.lists(leaves, max_size=2), st.dictionaries(st.text(max_size=4), leaves, max_size=2))
    keys, queries, bodies = (each(operation.path) for each in (known.keys, known.queries, known.bodies))

    @st.composite
    def made(draw: st.DrawFn) -> Case:
        case: Case = draw(by_document)
        if draw(st.integers(0, 3)):
            case.path_parameters = {name: keys[name] for name in case.path_parameters}
            case.query = dict(case.query) | draw(queries)
            if bodies:
                case.body = draw(changed(bodies, values))
        return case

    return made()


class Asking:
    """Sends the requests of every operation, and keeps what is wrong with an answer."""

    def __init__(self, known: Known) -> None:
        load_all_checks()
        self._checks = CHECKS.get_by_names([f"{what}_conformance" for what in CONFORMS])
        self._known = known
        self._session = requests.Session()
        self._session.auth = as_written
        self.wrong: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()

    def ask(self, operation: APIOperation[Any, Any, Any]) -> None:
        """Send a few requests to one operation."""
        changes = "PARTIAL_UPDATE" in str(operation.definition.raw["x-operations"])
        headers = self._known.headers | (CHANGES if changes else {})

        @FEW
        @given(cases(operation, self._known))
        def each(case: Case) -> None:
            answer = case.call(session=self._session, headers=headers, timeout=PATIENCE_S, allow_redirects=False)
            self.statuses[answer.status_code] += 1
            assert answer.status_code < 500 or answer.status_code == HTTPStatus.NOT_IMPLEMENTED, answer.text
            case.validate_response(answer, checks=self._checks)

        try:
            each()
        except (Exception, FailureGroup) as error:
            self.wrong[operation.label] = "\n".join([str(each) for each in getattr(error, "exceptions", [error])])

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def test_generated_requests_get_only_answers_that_the_document_describes(linkedin: RunningSandbox) -> None:
    linkedin.state.limits.member = linkedin.state.limits.app = 1_000_000
    asking = Asking(Known(linkedin))
    schema = schemathesis.openapi.from_url(f"{linkedin.url}/_sandbox/openapi.json", timeout=PATIENCE_S)
    schema.config.generation.update(with_security_parameters=False)  # the token of an application of every product
    operations = [each.ok() for each in schema.get_all_operations()]
    for operation in sorted(operations, key=takes_away):
        asking.ask(operation)
    asking.close()

    assert asking.wrong == {}
    assert len(operations) > 80
    assert {200, 201, 204, 302, 400, 401, 403, 404, 422, 501} <= set(asking.statuses)


def takes_away(operation: APIOperation[Any, Any, Any]) -> tuple[bool, bool, int]:
    """Sorts what deletes behind all that needs it: posts after their comments, at last everything."""
    return operation.path.startswith("/_sandbox/"), operation.method == "delete", -len(operation.path)
