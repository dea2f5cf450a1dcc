"""The attached files of a draft as a browser arranges them: their order, their words, and which of them are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.drafts.draft import Attachment, Files
from dashboard.files.media import MediaFile


def file_id(file: MediaFile) -> str:
    """What names an attached file, whatever is changed in it: the file that was chosen, which is attached once."""
    return (file.original_sha256 or file.sha256)[:16]


def arranged(files: Files, told: Mapping[str, Any]) -> Files:
    """The files in the order, with the words and without those removed that the browser tells.

    told: {"order": [id], "removed": [id], "typed": {id: {"alt_text": …, "title": …}}}, each id a file_id(). Ids of
    files that have gone count for nothing, and files that the browser did not know yet stay, behind the others.
    """
    known: dict[str, list[Attachment]] = {}  # a table of posts may name a file twice
    for each in files:
        known.setdefault(file_id(each.file), []).append(each)
    order = dict.fromkeys([each for each in told["order"] if each in known] + list(known))
    typed = {of: told["typed"].get(of, {}) for of in known}
    return tuple(
        each.captioned(typed[of].get("alt_text", each.alt_text), typed[of].get("title", each.title))
        for of in order
        if of not in told["removed"]
        for each in known[of]
    )
