"""What the pages call the kinds of posts and who may see them, and how the state of a post looks."""

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
# How a state looks: Material icon, colour of Streamlit's, and a sign for where only text is drawn.
STATES = {
    "scheduled": ("schedule", "blue", "◷"),
    "queued": ("hourglass_top", "blue", "…"),
    "uploading": ("upload", "blue", "↑"),
    "sending": ("send", "blue", "→"),
    "published": ("check_circle", "green", "✓"),
    "unconfirmed": ("help", "orange", "?"),
    "failed": ("error", "red", "✕"),
    "cancelled": ("block", "gray", "⊘"),
    "deleted": ("delete", "gray", "–"),
}
VISIBILITIES = {"PUBLIC": "Public", "CONNECTIONS": "Connections"}


def state_mark(state: str) -> str:
    """The state with its icon in its colour, as Markdown."""
    icon, colour, _ = STATES[state]
    return f":{colour}[:material/{icon}:] {state.capitalize()}"


def state_sign(state: str) -> str:
    """The same as plain text: "✓ Published"."""
    return f"{STATES[state][2]} {state.capitalize()}"
