"""Error answers of the gateway itself: sizes, methods, query values, what is not imitated, LinkedIn's failures."""

from __future__ import annotations

from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.evidence import known


@known("D:S11")
def uri_too_long() -> ApiError:
    """414: an address, its query, a part of its path, or the headers are too long. Status [D], body [I]."""
    return refused(414, None, "URI Too Long")


@known("D:S11")
def length_required() -> ApiError:
    """411: a POST without a length. Status [D], body [I]."""
    return refused(411, None, "Length Required")


@known("I")
def body_too_large(most_bytes: int) -> ApiError:
    """413: a body that is no file, and larger than any post."""
    return refused(413, "REQUEST_ENTITY_TOO_LARGE", f"The request's body is larger than {most_bytes:,} bytes")


@known("I")
def method_not_allowed() -> ApiError:
    """405: a path that exists, with another verb. Body [I]."""
    return refused(405, None, "Method Not Allowed")


@known("C:P")
def query_syntax() -> ApiError:
    """400: a query value with raw colons, such as a URN that is not percent-encoded."""
    return refused(400, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request")


@known("I")
def method_mismatch(given: str) -> ApiError:
    """400: X-RestLi-Method names another method than this call's."""
    return refused(400, "ILLEGAL_ARGUMENT", f"X-RestLi-Method {given} does not fit this request")


@known("I")
def partial_update_required() -> ApiError:
    """400: an edit without X-RestLi-Method."""
    return refused(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method PARTIAL_UPDATE is required")


@known("I")
def unsupported_media_type(content_type: str) -> ApiError:
    """415: a body that is not sent as JSON."""
    return refused(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type {content_type} is not supported")


@known("I")
def not_an_object() -> ApiError:
    """400: a body that is no JSON object."""
    return refused(400, "ILLEGAL_ARGUMENT", "The request body is not a JSON object")


@known("I")
def nested_too_deep() -> ApiError:
    """400: JSON that is nested deeper than anything of LinkedIn's."""
    return refused(400, "ILLEGAL_ARGUMENT", "The request body is nested too deep")


@known("I")
def not_imitated(what: str) -> ApiError:
    """501: LinkedIn has it, the sandbox does not imitate it; LinkedIn never answers so."""
    sentence = f"The sandbox does not imitate {what}. LinkedIn has it: this answer says nothing about your program."
    return refused(501, "NOT_IMITATED", sentence)


@known("D:C4")
def conflict() -> ApiError:
    """409: another change came in between; LinkedIn asks to try once more. Code [D], text [I]."""
    return refused(409, "CONFLICT", "Conflict")


@known("D:S11")
def gateway_timeout() -> ApiError:
    """504: LinkedIn did not answer in time; a post may exist. Code and text [I]."""
    return refused(504, "GATEWAY_TIMEOUT", "Gateway Timeout")
