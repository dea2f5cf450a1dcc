"""Every number of LinkedIn's, each with its source. All were read until 2026-11-26.

[D] LinkedIn documents it. [C] seen in public code or live answers. [I] inferred: nothing better was found.
"""

from __future__ import annotations

# Text of a post
# [D] UGC Post API; the Posts API documents no number [I]. What is counted is not documented: UTF-16 units [I]
TEXT_MAX_UTF16 = 3000
ARTICLE_TITLE_MAX = 400  # [D] article schema of the Posts API; the Share page of v2 states none
ALT_TEXT_MAX = 4086  # [D] Posts API, content.media.altText

# Images
IMAGES_MAX = {"v2": 9, "rest": 20}  # rest [D] MultiImage API; v2: 9 worked [C], no number is documented
IMAGE_PIXELS_BELOW = 36_152_320  # [D] Images API: width x height must stay below this
GIF_FRAMES_MAX = 250  # [D] Images API
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif")  # [D] Images API

# Video
VIDEO_MIN_BYTES = 75 * 1000  # [D] "75 KB"; which KB is not said, so the smaller reading: never refuse what may pass
VIDEO_MAX_BYTES = 500 * 1024 * 1024  # [D] "500 MB"; the larger reading, for the same reason
ONE_REQUEST_MAX_BYTES = 200 * 1000 * 1000  # [D] Vector Assets API, "200 MB"; the smaller reading: parts always pass
VIDEO_MIN_S = 3  # [D] Videos API
VIDEO_MAX_S = 30 * 60  # [D] Videos API

# Documents
DOCUMENT_MAX_BYTES = 100 * 1024 * 1024  # [D] Documents API, "100 MB"; the larger reading
DOCUMENT_PAGES_MAX = 300  # [D] Documents API
DOCUMENT_TYPES = (
    "application/pdf",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # [D] Documents API: PDF, PPT, PPTX, DOC, DOCX

# Polls
POLL_QUESTION_MAX = 140  # [D] Poll API
POLL_OPTION_MAX = 30  # [D] Poll API
POLL_OPTIONS = range(2, 5)  # [D] Poll API: two to four

# Comments
COMMENT_MAX = 1250  # [C] two tables say so; the present page of the Comments API names no limit

# Calls
MEMBER_CALLS_PER_DAY = 150  # [D] Share on LinkedIn, UTC days
APP_CALLS_PER_DAY = 100_000  # [D] Share on LinkedIn, UTC days
APP_CALLS_WARNED_AT = 0.75  # [D] of the app's calls: LinkedIn mails its administrators then, 1 to 2 hours late
TRIAL_MEMBER_CALLS_PER_DAY = 100  # [D] Community Management API, development tier
TRIAL_APP_CALLS_PER_DAY = 500  # [D] Community Management API, development tier
DUPLICATE_WINDOW_S = 600  # [D] UGC Post API: 10 minutes; integrators report 24 to 48 hours [C]
URN_MAX = 255  # [D] URNs page
