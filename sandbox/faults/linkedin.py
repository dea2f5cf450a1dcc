"""The faults of LinkedIn, in the order in which they are shown."""

from __future__ import annotations

from sandbox.faults.fault import KEPT, LIMITS, MEDIA, NETWORK, SIGN_IN, Fault

ANY_CALL = "The next call with the member's token: publish a post, or load its figures."
NEW_POST = "The next new post."
OFF = "It is over as soon as it is switched off."
AGAIN = "Sign in again; then publish once more."
LOST = (
    "That answer does not tell whether the post is published. Exactly the same post is sent once more, within the ten "
    "minutes in which LinkedIn refuses a duplicate."
)
FOUND = "The second answer decides: it has a new post, or it names the first one. It counts as published, once."
LINKEDIN_FAULTS = (
    Fault("expired_token", "401 Token expired", "The token's 60 days are over.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault("revoked_token", "401 Token revoked", "The member took the permission back.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault("invalid_token", "401 Token invalid", "LinkedIn does not know this token.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault(
        "empty_token",
        "401 Token missing",
        "LinkedIn finds no token in the request.",
        SIGN_IN,
        ANY_CALL,
        KEPT,
        AGAIN,
    ),
    Fault(
        "forbidden",
        "403 Forbidden",
        "A permission or product is missing.",
        SIGN_IN,
        ANY_CALL,
        "Nothing is published; the answer names the permission or the product that the app needs.",
        "Add the product in the developer portal and sign in again. Here: publish once more.",
    ),
    Fault(
        "rate_limited",
        "429 Rate limited",
        "The calls of today are used up; a new day of calls begins at midnight UTC.",
        LIMITS,
        ANY_CALL,
        "Nothing is published. The post waits until midnight UTC, with everything else that comes due for this member.",
        "It leaves by itself at midnight UTC, or as soon as this is switched off.",
    ),
    Fault(
        "duplicate",
        "422 Duplicate",
        "LinkedIn says that the same post is published already.",
        LIMITS,
        NEW_POST,
        "Nothing new is published; the answer names the post that is there already.",
        "Change the text, or wait: ten minutes in the sandbox and by LinkedIn's page; programs report a day or two.",
    ),
    Fault(
        "conflict",
        "409 Conflict",
        "LinkedIn says that this call and another one are in conflict.",
        LIMITS,
        ANY_CALL,
        "Nothing is published or changed.",
        "Try once more.",
    ),
    Fault(
        "version_retired",
        "426 Version retired",
        "LinkedIn has switched this API version off.",
        LIMITS,
        f"{ANY_CALL} Here a call through v2, too; at LinkedIn only the versioned API has versions.",
        "Nothing is published; the answer names the version. LinkedIn keeps each one for at least a year.",
        "Choose a newer version in the settings. Here: publish once more.",
    ),
    Fault(
        "activity_missing",
        "404 Activity missing",
        "A post is too young to be commented on or reacted to.",
        LIMITS,
        "The next comment or reaction, also a post's own first comment.",
        "It waits, and is sent again after 1.5, 3, 6 seconds and so on.",
        "LinkedIn takes it some seconds after the post; nobody has to do anything.",
    ),
    Fault(
        "server_error",
        "500 Server error",
        "LinkedIn failed; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "unavailable",
        "503 Unavailable",
        "LinkedIn cannot answer now; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "gateway_timeout",
        "504 Timeout",
        "LinkedIn was too slow for its own gateway; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "dropped_answer",
        "Answer dropped",
        "The post is stored, then the connection closes without an answer.",
        NETWORK,
        NEW_POST,
        LOST,
        FOUND,
    ),
    Fault(
        "slow",
        "Slow answer",
        "The request is carried out, and answered late.",
        NETWORK,
        ANY_CALL,
        "The page shows that the post is being sent until the answer comes; nothing is sent twice.",
        "The answer comes after five seconds.",
    ),
    Fault(
        "processing_fails",
        "Processing fails",
        "The next upload that finishes will end as PROCESSING_FAILED.",
        MEDIA,
        "The next picture, video or document that has been uploaded.",
        "LinkedIn takes the file and cannot use it. The post is not published, and its file stays attached.",
        "Publish once more, which uploads it anew.",
    ),
    Fault(
        "upload_expired",
        "400 Upload URL expired",
        "The upload address is too old; a new upload gets a new one.",
        MEDIA,
        "The next upload of a file.",
        "The file is registered anew, and uploaded to the new address.",
        "The second upload arrives; nobody has to do anything.",
    ),
    Fault(
        "etag_lost",
        "ETag lost",
        "A part of a video is stored, but the answer has no ETag.",
        MEDIA,
        "The next part of a video through the versioned API.",
        "Without the ETag the upload cannot be completed, so the part is sent again.",
        "The second answer has one; nobody has to do anything.",
    ),
    Fault(
        "videos_closed",
        "403 Videos closed",
        "This application may not use the versioned Videos API at all.",
        MEDIA,
        "The next video through the versioned API.",
        "The video goes through the older API; captions and cover are left out, and the post says so.",
        OFF,
    ),
    Fault(
        "video_status_closed",
        "403 Video status closed",
        "The status of a video is refused; it may be posted.",
        MEDIA,
        "The next request for the status of a video.",
        "The post is sent without the status, and again as long as LinkedIn answers that the video is not ready.",
        OFF,
    ),
)
