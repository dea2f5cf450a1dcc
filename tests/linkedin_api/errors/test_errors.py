"""One documented answer per file in samples/, and the error that it means."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

import linkedin_api
from linkedin_api import sign_in_error
from linkedin_api.content.validation import Problem
from linkedin_api.errors import tree
from linkedin_api.errors.from_response import api_error
from linkedin_api.errors.sign_in import refusal, userinfo_refusal
from linkedin_api.reference import versions
from linkedin_api.reference.products import COMMUNITY, SHARE, SIGN_IN, advice_for

NO_PAGE = "{} permissions must be used when using organization as {}"
SAMPLES = Path(__file__).parents[2] / "support" / "samples"


def answer(name: str, headers: dict[str, str] | None = None) -> tree.APIError:
    return api_error(int(name[:3]), (SAMPLES / f"{name}.json").read_text(), headers)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("401_invalid_access_token", tree.Unauthorized),
        ("401_revoked_access_token", tree.Unauthorized),
        ("401_expired_access_token", tree.Unauthorized),
        ("401_empty_access_token", tree.Unauthorized),
        ("403_author_not_yours", tree.Forbidden),
        ("403_scope_missing", tree.Forbidden),
        ("403_unpermitted_field", tree.Forbidden),
        ("404_no_entity", tree.NotFound),
        ("400_path_syntax", tree.InvalidRequest),
        ("400_version_missing", tree.VersionRetired),
        ("426_version_not_active", tree.VersionRetired),
        ("422_duplicate_post", tree.DuplicatePost),
        ("422_schema", tree.InvalidRequest),
        ("429_member_budget", tree.RateLimited),
    ],
)
def test_a_documented_answer_is_the_right_error(sample: str, kind: type[tree.APIError]) -> None:
    error = answer(sample)

    assert type(error) is kind
    assert error.status == int(sample[:3])
    assert str(error).endswith(".")
    assert error.advice.endswith(".")


@pytest.mark.parametrize("reason", ["invalid", "revoked", "expired"])
def test_a_401_says_why(reason: str) -> None:
    error = answer(f"401_{reason}_access_token")

    assert isinstance(error, tree.Unauthorized)
    assert error.reason == reason


def test_the_code_counts_more_than_the_number() -> None:
    error = api_error(401, '{"serviceErrorCode":65600,"code":"EXPIRED_ACCESS_TOKEN"}')

    assert isinstance(error, tree.Unauthorized)
    assert error.reason == "expired"


@pytest.mark.parametrize(
    ("status", "fields", "told"),
    [
        (401, {"message": "Empty oauth2_access_token", "serviceErrorCode": 401}, "carried no access token"),
        (401, {"serviceErrorCode": 65604}, "carried no access token"),
        (400, {"message": NO_PAGE.format("Organization Or Events", "author")}, "w_organization_social is missing"),
        (400, {"message": NO_PAGE.format("Organization", "owner")}, "w_organization_social is missing"),
    ],
)
def test_what_is_missing_is_said(status: int, fields: dict[str, object], told: str) -> None:
    error = api_error(status, json.dumps(fields))

    assert told in str(error)
    assert "Sign in" in error.advice or COMMUNITY in error.advice


def test_a_duplicate_names_the_living_post() -> None:
    error = answer("422_duplicate_post")

    assert isinstance(error, tree.DuplicatePost)
    assert error.urn == "urn:li:share:7295588489876647936"
    assert error.code == "DUPLICATE_POST"


@pytest.mark.parametrize("details", ["5", "[]", '{"inputErrors":5}', '{"inputErrors":"x"}', '{"inputErrors":[5,{}]}'])
def test_details_of_another_shape_are_no_failure_of_ours(details: str) -> None:
    error = api_error(422, f'{{"errorDetails":{details},"message":"No text","status":422}}')

    assert isinstance(error, tree.InvalidRequest)
    assert "No text" in str(error)


def test_a_duplicate_that_names_no_post_has_no_urn() -> None:
    error = api_error(422, '{"errorDetails":{"inputErrors":[{"code":"DUPLICATE_POST"}]},"message":"x","status":422}')

    assert isinstance(error, tree.DuplicatePost)
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

    assert isinstance(error, tree.Forbidden)
    assert error.missing_scope == scope
    assert ("without it" in error.advice) is ("unpermitted" in sample)


def denied(operation: str) -> tree.Forbidden:
    message = f"Not enough permissions to access: {operation}"
    body = {"status": 403, "serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": message}
    error = api_error(403, json.dumps(body))
    assert isinstance(error, tree.Forbidden)
    return error


@pytest.mark.parametrize(
    ("operation", "scope", "product"),
    [
        ("userinfo.GET.NO_VERSION", "openid profile", SIGN_IN),
        ("ugcPosts.CREATE.NO_VERSION", "w_member_social", SHARE),
        ("partnerApiPostsExternal.CREATE.20260901", "w_member_social", SHARE),
        ("partnerApiPostsExternal.PARTIAL_UPDATE.20260901", "w_member_social", SHARE),
        ("partnerApiPostsExternal.GET.20260901", "r_member_social", None),
        ("partnerApiPostsExternal.BATCH_GET.20260901", "r_member_social", None),
        ("partnerApiPostsExternal.FINDER-author.20260901", "r_member_social", None),
        ("socialActions.CREATE.NO_VERSION", "w_member_social", SHARE),
        ("socialActions/comments.CREATE.NO_VERSION", "w_member_social", SHARE),
        ("partnerApiSocialActions.CREATE.20260901", "w_member_social_feed", COMMUNITY),
        ("partnerApiSocialActionsComments.GET_ALL.20260901", "r_member_social_feed", COMMUNITY),
        ("images.ACTION-initializeUpload.20260901", "w_member_social", SHARE),
        ("partnerApiSocialActions.DELETE.20260901", "w_member_social_feed", COMMUNITY),
        ("partnerApiReactions.CREATE.20260901", "w_member_social_feed", COMMUNITY),
        ("reactions.CREATE.NO_VERSION", "w_member_social", SHARE),
        ("reactions.FINDER-entity.20260901", "r_member_social_feed", COMMUNITY),
        ("partnerApiSocialMetadata.GET.20260901", "r_member_social_feed", COMMUNITY),
        ("organizationAcls.FINDER-roleAssignee.20260901", "rw_organization_admin", COMMUNITY),
        ("memberCreatorPostAnalytics.FINDER-me.20260901", "r_member_postAnalytics", COMMUNITY),
        ("socialActionsV2.GET_ALL.20230401", "r_member_social_feed", COMMUNITY),
        ("POST /ugcPosts", "w_member_social", SHARE),
        ("POST /rest/posts", "w_member_social", SHARE),
        ("GET /socialActions/urn%3Ali%3Ashare%3A7/comments", "r_member_social_feed", COMMUNITY),
        ("GET /v2/organizationsLookup?ids=List(1)", "rw_organization_admin", COMMUNITY),
        ("me.GET.NO_VERSION", "r_basicprofile", COMMUNITY),
        ("somethingNew.GET.20260901", None, None),
        ("PATCH /somethingNew/7", None, None),
    ],
)
def test_a_403_names_the_scope_and_the_product_that_grants_it(
    operation: str, scope: str | None, product: str | None
) -> None:
    error = denied(operation)

    assert (error.missing_scope, error.product) == (scope, product)
    assert (scope or "").split(" ")[0] in error.advice
    assert (product or "") in error.advice
    assert error.advice.endswith(".")


def test_a_403_for_writing_also_names_the_scope_of_a_company_page() -> None:
    assert "w_organization_social." in denied("partnerApiPostsExternal.CREATE.20260901").advice


@pytest.mark.parametrize(
    ("message", "sentence", "advice"),
    [
        ("Not enough permissions to access: partnerApiVideosExternal", "versioned video API", "v2 dialect"),
        ("Not enough permissions to access: partnerApiVideosExternal.ACTION.20260901", "video API", "v2 dialect"),
        ("Accessing this image resource is forbidden. Please check your permissions", "the image", "Upload it"),
        ("Accessing this document resource is forbidden. Please check", "the document", "Upload it"),
        ("Field Value validation failed in REQUEST_BODY: … fields [/author]", "this author", "company page"),
        ("Field Value validation failed in REQUEST_BODY: … fields [/actor]", "this actor", "company page"),
    ],
)
def test_a_403_about_a_thing_names_the_thing(message: str, sentence: str, advice: str) -> None:
    error = api_error(403, json.dumps({"status": 403, "message": message}))

    assert sentence in str(error)
    assert advice in error.advice


def test_to_sign_in_again_is_no_advice_where_a_product_is_missing() -> None:
    assert "Products tab" in denied("somethingNew.GET.20260901").advice
    assert "does not help" in denied("somethingNew.GET.20260901").advice


@pytest.mark.parametrize("scope", ["w_organization_social", "rw_organization_admin", "r_basicprofile"])
def test_the_advice_for_a_company_page_says_what_linkedin_allows(scope: str) -> None:
    assert "a person and a company page need two apps" in advice_for(scope)
    assert "“Advertising API” grants" in advice_for(scope)
    assert ("fully automated posting" in advice_for(scope)) == scope.startswith("w_")
    assert "cannot have it" in advice_for("openid profile email")


@pytest.mark.parametrize("scope", ["openid", "w_member_social", "r_member_social", "r_liteprofile", "w_new", ""])
def test_every_scope_has_a_next_step(scope: str) -> None:
    assert scope in advice_for(scope)
    assert advice_for(scope).endswith(".")


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("EXPIRED_UPLOAD_URL", "is over"),
        ("MEDIA_ASSET_WAITING_UPLOAD", "waiting for the file"),
        ("MEDIA_ASSET_PROCESSING_FAILED", "could not make use of the file"),
        ("UPDATING_ASSET_FAILED", "into the post"),
        ("INVALID_IMAGE_ID", "image"),
        ("INVALID_VIDEO_ID", "video"),
        ("FIELD_LENGTH_TOO_LONG", "longer than LinkedIn takes (400): What LinkedIn says."),
        ("INVALID_VALUE_BLANK_FIELD", "empty text"),
        ("MISSING_FIELD", "misses"),
        ("INVALID_URN_TYPE", "another kind"),
        ("INVALID_URN_ID", "does not know"),
        ("INVALID_VALUE_FOR_FIELD", "does not take a value"),
    ],
)
def test_a_documented_code_of_a_400_has_a_sentence_of_its_own(code: str, part: str) -> None:
    error = api_error(400, json.dumps({"status": 400, "code": code, "message": "What LinkedIn says"}))

    assert type(error) is tree.InvalidRequest
    assert part in str(error)
    assert (error.code, error.message) == (code, "What LinkedIn says")
    assert error.advice.endswith(".")


def test_parts_that_do_not_fit_together_ask_for_a_new_upload() -> None:
    error = api_error(400, '{"status":400,"message":"All chunks IDs must be signed"}')

    assert "parts of the video" in str(error)
    assert "file again" in error.advice


def test_a_conflict_may_be_tried_again_in_a_few_seconds() -> None:
    error = api_error(409, '{"status":409,"code":"CONFLICT","message":"Conflict"}')

    assert "busy" in str(error)
    assert "few seconds" in error.advice


def test_too_many_comments_ask_for_a_minute_and_not_for_a_day() -> None:
    error = api_error(
        429, '{"status":429,"message":"Comment create throttled: creation rate limit exceeded for member"}'
    )

    assert type(error) is tree.RateLimited
    assert "minute" in error.advice


def test_the_advice_for_a_retired_version_names_one_that_answers() -> None:
    error = answer("426_version_not_active")

    assert error.advice == versions.advice(datetime.now(UTC).date())
    assert "LINKEDIN_VERSION" in error.advice


def test_a_retired_version_is_known_by_its_text_alone() -> None:
    error = api_error(400, '{"status":400,"message":"Requested version 20241101 is not active"}')

    assert isinstance(error, tree.VersionRetired)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html>down</html>", '{"status":500,"code":"INTERNAL_SERVER_ERROR"}', "[1]"])
def test_a_5xx_is_a_server_error_whatever_it_says(status: int, body: str) -> None:
    error = api_error(status, body)

    assert isinstance(error, tree.ServerError)
    assert not error.retryable


def test_only_a_harmless_request_may_be_repeated_after_a_5xx() -> None:
    assert api_error(503, "", may_repeat=True).retryable
    assert api_error(503, "", may_repeat=True).advice == tree.AGAIN
    assert not api_error(503, "").retryable


@pytest.mark.parametrize("status", [301, 405, 409, 411, 414, 418, 999])
def test_any_other_status_is_still_an_api_error(status: int) -> None:
    error = api_error(status, "<html>")

    assert error.status == status
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [413, 415])
def test_a_refused_file_asks_for_another(status: int) -> None:
    error = api_error(status, "")

    assert isinstance(error, tree.InvalidRequest)
    assert error.advice.startswith("Choose")


@pytest.mark.parametrize(
    "body", ['{"message":7,"code":[],"serviceErrorCode":"x"}', '{"errorDetails":[1]}', "{" * 100000]
)
def test_an_odd_body_is_no_trap(body: str) -> None:
    assert isinstance(api_error(400, body), tree.InvalidRequest)


def test_the_request_id_is_kept() -> None:
    assert answer("404_no_entity", {"X-LI-UUID": "AAYabc=="}).request_id == "AAYabc=="


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("oauth_400_code_not_found", linkedin_api.CodeRejected),
        ("oauth_400_redirect_uri", linkedin_api.RedirectMismatch),
        ("oauth_400_parameter_missing", linkedin_api.ParameterMissing),
        ("oauth_400_refresh_token", linkedin_api.RefreshRejected),
        ("oauth_401_client", linkedin_api.ClientRejected),
        ("oauth_401_client_id", linkedin_api.ClientRejected),
        ("oauth_401_app_tokens", linkedin_api.AppTokensRefused),
    ],
)
def test_each_refused_sign_in_is_its_own_error(sample: str, kind: type[tree.SignInError]) -> None:
    error = refusal(int(sample[6:9]), (SAMPLES / f"{sample}.json").read_text())

    assert type(error) is kind
    assert str(error).endswith(".")
    assert error.advice != tree.LinkedInError.advice


@pytest.mark.parametrize(
    ("error", "description", "kind"),
    [
        ("user_cancelled_login", "The user cancelled LinkedIn login", linkedin_api.LoginCancelled),
        ("user_cancelled_authorize", "The user cancelled the authorization", linkedin_api.ConsentCancelled),
        ("unauthorized_scope_error", 'Scope "openid" is not authorized', linkedin_api.ScopeNotAuthorized),
        ("something_new", "A reason nobody knows yet", tree.SignInError),
        ("", "", tree.SignInError),
    ],
)
def test_each_way_back_without_a_code_is_its_own_error(
    error: str, description: str, kind: type[tree.SignInError]
) -> None:
    found = sign_in_error(error, description)

    assert type(found) is kind
    assert found.error == error


def test_a_named_sign_in_error_survives_pickling() -> None:
    error = sign_in_error("invalid_request", "authorization code not found")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(again) is linkedin_api.CodeRejected
    assert (str(again), again.advice, again.error) == (str(error), error.advice, "invalid_request")


def test_an_escaped_description_still_names_the_scope() -> None:
    error = sign_in_error("unauthorized_scope_error", "Scope &quot;openid&quot; is not authorized for your application")

    assert "openid" in str(error)
    assert error.description == 'Scope "openid" is not authorized for your application'


@pytest.mark.parametrize(("scope", "product"), [("openid", SIGN_IN), ("w_organization_social", COMMUNITY)])
def test_a_scope_that_may_not_be_asked_for_names_its_product(scope: str, product: str) -> None:
    error = sign_in_error("unauthorized_scope_error", f'Scope "{scope}" is not authorized for your application')

    assert f"“{product}”" in error.advice
    assert f"take {scope} out of LINKEDIN_SCOPES" in error.advice


def test_an_unknown_reason_is_shown_short_and_plain() -> None:
    error = sign_in_error("x", "\x1b[31m" + "long " * 1000 + "\r\n")

    assert "\x1b" not in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize("body", ["<html><h1>Bummer</h1></html>", "", "[]", '{"error":""}', '{"error":{"a":1}}'])
def test_a_page_instead_of_an_answer_is_a_sign_in_error(body: str) -> None:
    assert type(refusal(400, body)) is tree.SignInError


@pytest.mark.parametrize("status", [301, 400, 404, 418, 500, 599])
def test_a_refused_userinfo_asks_for_no_change_of_a_post(status: int) -> None:
    advice = userinfo_refusal(status, '{"message":"x"}').advice

    assert not [word for word in ("post", "profile", "Inspector", "send") if word in advice]


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("401_revoked_access_token", tree.Unauthorized),
        ("403_userinfo", tree.Forbidden),
        ("429_member_budget", tree.RateLimited),
    ],
)
def test_a_documented_refusal_of_userinfo_keeps_its_own_advice(sample: str, kind: type[tree.APIError]) -> None:
    error = userinfo_refusal(int(sample[:3]), (SAMPLES / f"{sample}.json").read_text())

    assert type(error) is kind
    assert error.advice == answer(sample).advice


def test_errors_survive_pickling() -> None:
    error = answer("422_duplicate_post")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert (str(again), again.urn, again.status) == (str(error), error.urn, 422)  # type: ignore[attr-defined]


def test_an_invalid_post_tells_every_problem() -> None:
    error = tree.InvalidPost([Problem("text", "One."), Problem("url", "Two.")])

    assert str(error) == "One. Two."
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("message", "headers", "of_the_day", "waits_s"),
    [
        ("Resource level throttle APPLICATION DAY limit for calls to this resource is reached.", {}, True, None),
        ("Resource level throttle limit for calls to this resource is reached.", {}, True, None),
        ("Resource level throttle MEMBER MINUTE limit for calls to this resource is reached.", {}, False, None),
        ("Too many requests", {"Retry-After": "120"}, False, 120.0),
        ("", {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, False, 0.0),
        ("", {"Retry-After": "soon"}, False, None),
        ("", {"Retry-After": "-5"}, False, None),
        ("", {"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, False, None),
    ],
)
def test_only_the_limit_of_the_day_waits_for_the_day(
    message: str, headers: dict[str, str], of_the_day: bool, waits_s: float | None
) -> None:
    error = api_error(429, json.dumps({"status": 429, "code": "TOO_MANY_REQUESTS", "message": message}), headers)

    assert isinstance(error, tree.RateLimited)
    assert (error.of_the_day, error.retry_after_s, "00:00 UTC" in error.advice) == (of_the_day, waits_s, of_the_day)
