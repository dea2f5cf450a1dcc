"""One documented answer per file in samples/, and the error that it means."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from linkedin_api import errors, sign_in_error
from linkedin_api.answers import api_error
from linkedin_api.checks import Problem
from linkedin_api.refusals import refusal, userinfo_refusal

SAMPLES = Path(__file__).parent / "samples"


def answer(name: str, headers: dict[str, str] | None = None) -> errors.APIError:
    return api_error(int(name[:3]), (SAMPLES / f"{name}.json").read_text(), headers)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("401_invalid_access_token", errors.Unauthorized),
        ("401_revoked_access_token", errors.Unauthorized),
        ("401_expired_access_token", errors.Unauthorized),
        ("401_empty_access_token", errors.Unauthorized),
        ("403_author_not_yours", errors.Forbidden),
        ("403_scope_missing", errors.Forbidden),
        ("403_unpermitted_field", errors.Forbidden),
        ("404_no_entity", errors.NotFound),
        ("400_path_syntax", errors.InvalidRequest),
        ("400_version_missing", errors.VersionRetired),
        ("426_version_not_active", errors.VersionRetired),
        ("422_duplicate_post", errors.DuplicatePost),
        ("422_schema", errors.InvalidRequest),
        ("429_member_budget", errors.RateLimited),
    ],
)
def test_a_documented_answer_is_the_right_error(sample: str, kind: type[errors.APIError]) -> None:
    error = answer(sample)

    assert type(error) is kind
    assert error.status == int(sample[:3])
    assert str(error).endswith(".")
    assert error.advice.endswith(".")


@pytest.mark.parametrize("reason", ["invalid", "revoked", "expired"])
def test_a_401_says_why(reason: str) -> None:
    error = answer(f"401_{reason}_access_token")

    assert isinstance(error, errors.Unauthorized)
    assert error.reason == reason


def test_the_code_counts_more_than_the_number() -> None:
    error = api_error(401, '{"serviceErrorCode":65600,"code":"EXPIRED_ACCESS_TOKEN"}')

    assert isinstance(error, errors.Unauthorized)
    assert error.reason == "expired"


def test_a_duplicate_names_the_living_post() -> None:
    error = answer("422_duplicate_post")

    assert isinstance(error, errors.DuplicatePost)
    assert error.urn == "urn:li:share:7295588489876647936"
    assert error.code == "DUPLICATE_POST"


def test_a_duplicate_that_names_no_post_has_no_urn() -> None:
    error = api_error(422, '{"errorDetails":{"inputErrors":[{"code":"DUPLICATE_POST"}]},"message":"x","status":422}')

    assert isinstance(error, errors.DuplicatePost)
    assert error.urn is None


@pytest.mark.parametrize(
    ("sample", "scope"),
    [
        ("403_scope_missing", "w_member_social"),
        ("403_userinfo", "openid profile"),
        ("403_read_own_post", "r_member_social"),
        ("403_unpermitted_field", None),
        ("403_author_not_yours", None),
    ],
)
def test_a_403_names_the_missing_scope_when_the_answer_tells(sample: str, scope: str | None) -> None:
    error = answer(sample)

    assert isinstance(error, errors.Forbidden)
    assert error.missing_scope == scope


def test_a_retired_version_is_known_by_its_text_alone() -> None:
    error = api_error(400, '{"status":400,"message":"Requested version 20241101 is not active"}')

    assert isinstance(error, errors.VersionRetired)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html>down</html>", '{"status":500,"code":"INTERNAL_SERVER_ERROR"}', "[1]"])
def test_a_5xx_is_a_server_error_whatever_it_says(status: int, body: str) -> None:
    error = api_error(status, body)

    assert isinstance(error, errors.ServerError)
    assert not error.retryable


def test_only_a_harmless_request_may_be_repeated_after_a_5xx() -> None:
    assert api_error(503, "", may_repeat=True).retryable
    assert not api_error(503, "").retryable


@pytest.mark.parametrize("status", [301, 405, 409, 411, 414, 418, 999])
def test_any_other_status_is_still_an_api_error(status: int) -> None:
    error = api_error(status, "<html>")

    assert error.status == status
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [413, 415])
def test_a_refused_file_asks_for_another(status: int) -> None:
    error = api_error(status, "")

    assert isinstance(error, errors.InvalidRequest)
    assert error.advice.startswith("Choose")


@pytest.mark.parametrize(
    "body", ['{"message":7,"code":[],"serviceErrorCode":"x"}', '{"errorDetails":[1]}', "{" * 100000]
)
def test_an_odd_body_is_no_trap(body: str) -> None:
    assert isinstance(api_error(400, body), errors.InvalidRequest)


def test_the_request_id_is_kept() -> None:
    assert answer("404_no_entity", {"X-LI-UUID": "AAYabc=="}).request_id == "AAYabc=="


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("oauth_400_code_not_found", errors.CodeRejected),
        ("oauth_400_redirect_uri", errors.RedirectMismatch),
        ("oauth_400_parameter_missing", errors.ParameterMissing),
        ("oauth_400_refresh_token", errors.RefreshRejected),
        ("oauth_401_client", errors.ClientRejected),
        ("oauth_401_client_id", errors.ClientRejected),
        ("oauth_401_app_tokens", errors.AppTokensRefused),
    ],
)
def test_each_refused_sign_in_is_its_own_error(sample: str, kind: type[errors.SignInError]) -> None:
    error = refusal(int(sample[6:9]), (SAMPLES / f"{sample}.json").read_text())

    assert type(error) is kind
    assert str(error).endswith(".")
    assert error.advice != errors.LinkedInError.advice


@pytest.mark.parametrize(
    ("error", "description", "kind"),
    [
        ("user_cancelled_login", "The user cancelled LinkedIn login", errors.LoginCancelled),
        ("user_cancelled_authorize", "The user cancelled the authorization", errors.ConsentCancelled),
        ("unauthorized_scope_error", 'Scope "openid" is not authorized', errors.ScopeNotAuthorized),
        ("something_new", "A reason nobody knows yet", errors.SignInError),
        ("", "", errors.SignInError),
    ],
)
def test_each_way_back_without_a_code_is_its_own_error(
    error: str, description: str, kind: type[errors.SignInError]
) -> None:
    found = sign_in_error(error, description)

    assert type(found) is kind
    assert found.error == error


def test_an_escaped_description_still_names_the_scope() -> None:
    error = sign_in_error("unauthorized_scope_error", "Scope &quot;openid&quot; is not authorized for your application")

    assert "openid" in str(error)
    assert error.description == 'Scope "openid" is not authorized for your application'


def test_an_unknown_reason_is_shown_short_and_plain() -> None:
    error = sign_in_error("x", "\x1b[31m" + "long " * 1000 + "\r\n")

    assert "\x1b" not in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize("body", ["<html><h1>Bummer</h1></html>", "", "[]", '{"error":""}', '{"error":{"a":1}}'])
def test_a_page_instead_of_an_answer_is_a_sign_in_error(body: str) -> None:
    assert type(refusal(400, body)) is errors.SignInError


@pytest.mark.parametrize("status", [301, 400, 404, 418, 500, 599])
def test_a_refused_userinfo_asks_for_no_change_of_a_post(status: int) -> None:
    advice = userinfo_refusal(status, '{"message":"x"}').advice

    assert not [word for word in ("post", "profile", "Inspector", "send") if word in advice]


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("401_revoked_access_token", errors.Unauthorized),
        ("403_userinfo", errors.Forbidden),
        ("429_member_budget", errors.RateLimited),
    ],
)
def test_a_documented_refusal_of_userinfo_keeps_its_own_advice(sample: str, kind: type[errors.APIError]) -> None:
    error = userinfo_refusal(int(sample[:3]), (SAMPLES / f"{sample}.json").read_text())

    assert type(error) is kind
    assert error.advice == answer(sample).advice


def test_errors_survive_pickling() -> None:
    error = answer("422_duplicate_post")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert (str(again), again.urn, again.status) == (str(error), error.urn, 422)  # type: ignore[attr-defined]


def test_an_invalid_post_tells_every_problem() -> None:
    error = errors.InvalidPost([Problem("text", "One."), Problem("url", "Two.")])

    assert str(error) == "One. Two."
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 - our own bytes
