"""Error answers for uploads and files; the bodies are LinkedIn's where they are known."""

from __future__ import annotations

from sandbox.protocol import errors
from sandbox.protocol.errors import ApiError


def too_large() -> ApiError:
    """413: more bytes than this kind of file may have. Code [D], text [I]."""
    return errors.refused(413, "REQUEST_ENTITY_TOO_LARGE", "Request entity too large")


def wrong_type() -> ApiError:
    """415: the content type is not the registered one. Code [D], text [I]."""
    return errors.refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type")


def expired_url() -> ApiError:
    """400: the upload URL has expired. Code and text [D]; [I] status, and the same text for every kind of file."""
    return errors.refused(400, "EXPIRED_UPLOAD_URL", "The Video upload URL is expired")


def forged_url() -> ApiError:
    """403: an upload URL that was never issued. [I]"""
    return errors.refused(403, "ACCESS_DENIED", "The upload URL is not valid", 100)


def foreign_upload() -> ApiError:
    """403: the token of another member at an upload URL. [I]"""
    return errors.refused(403, "ACCESS_DENIED", "This upload belongs to another member", 100)


def already_complete() -> ApiError:
    """400: another part for a video that is complete. Code [D], text, status and use [I]."""
    return errors.refused(400, "UPDATING_ASSET_FAILED", "The upload is already complete")


def unsigned_parts() -> ApiError:
    """400: the ids of the parts are wrong, missing, in another order or used twice. Text [C], code [I]."""
    return errors.refused(400, "ILLEGAL_ARGUMENT", "All chunks IDs must be signed")


def invalid_video() -> ApiError:
    """400: a video that LinkedIn does not know. Code and text [D] for posts, [I] here."""
    return errors.refused(400, "INVALID_VIDEO_ID", "This Video ID is invalid")


def no_captions_form() -> ApiError:
    """400: captions that are not the documented form. [I]"""
    message = "Captions are sent as a POST of multipart/form-data with the parts metadata and file"
    return errors.refused(400, "ILLEGAL_ARGUMENT", message)
