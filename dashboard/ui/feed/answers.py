"""What readers said to a post of the sandbox: reactions by kind, and the first comments with their replies."""

from __future__ import annotations

from typing import Any

from dashboard.config.settings import SANDBOX_PATH
from dashboard.preview.card import CardAnswers, CardComment
from dashboard.ui.common.text import counted
from dashboard.ui.state import session
from linkedin_api import Reaction

COMMENTS_SHOWN = 20


def answers(post: session.SandboxPost) -> CardAnswers | None:
    """Of a post; None when nobody has said anything."""
    social = session.sandbox().social
    count, reactions = social.count_comments(post.urn), social.reactions(post.urn)
    if not (count or reactions):
        return None
    names: dict[str, list[str]] = {}
    for reaction in reactions:
        names.setdefault(Reaction(reaction.type).label, []).append(reaction.author.name)
    return CardAnswers(
        f"{counted(len(reactions), 'reaction')} · {counted(count, 'comment')}",
        names,
        [_answer(comment) for comment in social.comments(post.urn, limit=COMMENTS_SHOWN)],
        count,
        f"{SANDBOX_PATH}/feed/update/{post.urn}/" if count > COMMENTS_SHOWN else "",
    )


def _answer(comment: Any) -> CardComment:
    author = comment.author
    picture = SANDBOX_PATH + author.picture_path if author.picture_path else None
    is_page = author.urn.startswith("urn:li:organization:")
    return CardComment(author.name, picture, comment.text, is_page, bool(comment.parent))
