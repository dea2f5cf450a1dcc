"""Every number of Zernio's for LinkedIn, each with its source. All were read between August and October 2026.

[S] the official SDK. [D1], [D2] two specifications. [D3] pages of the documentation. [I] inferred.
"""

from __future__ import annotations

TEXT_MAX_UTF16 = 3000  # [D1]; that UTF-16 units are counted is the stricter reading [I]

IMAGE_MAX_BYTES = (
    8 * 1024 * 1024
)  # [D3] "8 MB"; the larger reading. Zernio compresses what is larger [S], or refuses it
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif")  # [D3]
VIDEO_TYPES = ("video/mp4", "video/quicktime", "video/avi", "video/x-msvideo")  # [D3] MP4, MOV, AVI
VIDEO_MAX_BYTES = 5 * 1024**3  # [D3] 5 GB
VIDEO_MAX_S = {"person": 10 * 60, "organization": 30 * 60}  # [D3] by the kind of the account
DOCUMENT_TYPES = ("application/pdf",)  # [S]: the upload takes no Word and no PowerPoint
DOCUMENT_MAX_BYTES = 100 * 1024 * 1024  # [D3] "100 MB"
CAPTIONS_TYPES = ("application/x-subrip", "text/vtt")  # [S]
CAPTIONS_MAX_BYTES = 1024 * 1024  # [S] 1 MB
COVER_TYPES = ("image/jpeg", "image/png")  # [S]
COVER_MAX_BYTES = 10 * 1024 * 1024  # [S] 10 MB

# [S] MediaContentType, those that LinkedIn takes
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/avi": ".avi",
    "video/x-msvideo": ".avi",
    "application/pdf": ".pdf",
    "application/x-subrip": ".srt",
    "text/vtt": ".vtt",
}

POSTS_PER_HOUR, POSTS_PER_DAY = 25, 50  # [D1] of one LinkedIn account
