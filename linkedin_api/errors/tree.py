"""The exceptions of this package, as a tree. None of their texts holds a token, a code or a secret.

LinkedInError            .retryable .advice      str(error) is one sentence; .advice is the next step
├── Unreachable          never left this machine
├── OutcomeUnknown       left, no answer: may have happened
├── UnsafeUploadURL      an upload address that is not LinkedIn's: nothing was sent
├── UploadExpired UnusableInstructions PartUnconfirmed      an upload failed: nothing was published
├── APIError             .status .code .service_error_code .message .request_id
│   ├── InvalidRequest 400/422 ── DuplicatePost .urn, OtherThread .urn
│   ├── Unauthorized 401 .reason                          ├── VersionRetired 426
│   ├── Forbidden 403 .missing_scope .product             ├── RateLimited 429
│   └── NotFound 404 ── PostUnknown                       └── ServerError 5xx
└── SignInError          .error .description; the ways in which it fails are named in sign_in.py
InvalidPost(ValueError)  .problems; refused before anything is sent
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkedin_api.content.validation import Problem
    from linkedin_api.reference.urn import Urn


class InvalidPost(ValueError):
    """The post was refused before anything was sent; .problems holds every reason with its field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems)


AGAIN = "Wait a minute, then try again."


class LinkedInError(Exception):
    """Base class. retryable: sending the same request again may succeed and has no other effect."""

    retryable = False
    advice = "Try again in a minute; if it stays, look at the exchange in the Inspector."

    def __init__(self, sentence: str, *, advice: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(sentence)
        if retryable and not self.retryable:  # the class's advice is about what a second request could do
            self.advice = AGAIN
        if advice is not None:
            self.advice = advice
        if retryable is not None:
            self.retryable = retryable


class Unreachable(LinkedInError):
    """The request never left this machine, or no server accepted the connection."""

    retryable = True
    advice = "Check the internet connection and LinkedIn's address in the settings, then try again."


class OutcomeUnknown(LinkedInError):
    """The request left and no usable answer came: it may have happened."""

    advice = "Look on LinkedIn whether it happened before you try again."


class UnsafeUploadURL(LinkedInError):
    """The upload address belongs neither to LinkedIn nor to the given hosts; the token was not sent."""

    advice = "Check LinkedIn's address in the settings; if it is right, do not send the file."


class UploadExpired(LinkedInError):
    """The upload address has expired."""

    advice = "Publish again: the file then gets a new address. If it stays, check this machine's clock."

    def __init__(self) -> None:
        super().__init__("The address that LinkedIn gave for the upload has expired.")


class UnusableInstructions(LinkedInError):
    """LinkedIn's answer lacks an upload address for some bytes; nothing was uploaded."""

    advice = "Publish again; if it stays, choose the v2 dialect and look at the exchange in the Inspector."


class PartUnconfirmed(LinkedInError):
    """LinkedIn accepted a part of the video twice without an ETag, so the upload cannot be finalized."""

    advice = "Publish again; if it stays, choose the v2 dialect."


class APIError(LinkedInError):
    """LinkedIn answered with an error status. message is LinkedIn's own text."""

    def __init__(
        self,
        sentence: str,
        *,
        status: int = 0,
        code: str | None = None,
        service_error_code: int | None = None,
        message: str = "",
        request_id: str | None = None,
        advice: str | None = None,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(sentence, advice=advice, retryable=retryable)
        self.status = status
        self.code = code
        self.service_error_code = service_error_code
        self.message = message
        self.request_id = request_id


class InvalidRequest(APIError):
    """400 and 422: LinkedIn does not accept the request."""

    advice = "Change the post as the message says, then send it again."


class DuplicatePost(InvalidRequest):
    """422: the same post exists already; .urn is its URN if the answer names it."""

    urn: Urn | None = None
    advice = "The post is already on LinkedIn; change its text to publish it once more."


class OtherThread(InvalidRequest):
    """400: the post's comments are kept under another URN, which .urn is if the answer names it; nothing was done."""

    urn: Urn | None = None
    advice = "Comment on the post that the message names."


class Unauthorized(APIError):
    """401: the token is "invalid", "revoked" or "expired", as .reason says."""

    reason: str = "invalid"
    advice = "Sign in with LinkedIn again."


class Forbidden(APIError):
    """403: not allowed; .missing_scope is the scope if the answer names it, .product the product that grants it."""

    missing_scope: str | None = None
    product: str | None = None
    advice = "Sign in again as the member who posts, and allow everything that is asked for."


class NotFound(APIError):
    """404: LinkedIn has no such resource or no such path."""

    advice = "Check that it still exists on LinkedIn, and LinkedIn's address in the settings."


class PostUnknown(NotFound):
    """404: LinkedIn takes no comment or reaction for this post yet, or the post is gone; nothing was done."""

    retryable = True
    advice = "A new post takes comments after up to 30 seconds, one with a picture later: try again then."


class VersionRetired(APIError):
    """426: LinkedIn has switched off the version in LINKEDIN_VERSION (or it was not sent: 400)."""

    advice = "Set LINKEDIN_VERSION to a month from the last year, as YYYYMM."


class RateLimited(APIError):
    """429: LinkedIn takes no more calls now; nothing was published.

    of_the_day: the day's calls are used up; otherwise LinkedIn protects itself for a while. retry_after_s: how long the
    answer asks to wait, None when it does not say, as LinkedIn's never did.
    """

    retryable = True
    advice = "Wait a minute, then try again; today's count may not be used up."
    of_the_day = False
    retry_after_s: float | None = None


class ServerError(APIError):
    """5xx: LinkedIn failed. After a create the post may exist nevertheless."""

    advice = "Wait a minute, then look at your LinkedIn profile before you send it again."


class SignInError(LinkedInError):
    """The sign-in failed; .error and .description are what LinkedIn sent."""

    advice = "Choose “Sign in with LinkedIn” to start again."

    def __init__(self, sentence: str, *, error: str = "", description: str = "", advice: str | None = None) -> None:
        super().__init__(sentence, advice=advice)
        self.error = error
        self.description = description
