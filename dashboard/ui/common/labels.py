"""What the pages call the kinds of posts and who may see them."""

from __future__ import annotations

from linkedin_api import Kind

KINDS = {
    Kind.TEXT: "Text",
    Kind.ARTICLE: "Article",
    Kind.IMAGE: "Image",
    Kind.VIDEO: "Video",
    Kind.DOCUMENT: "Document",
    Kind.POLL: "Poll",
    Kind.RESHARE: "Reshare",
}
VISIBILITIES = {"PUBLIC": "Public", "CONNECTIONS": "Connections"}
