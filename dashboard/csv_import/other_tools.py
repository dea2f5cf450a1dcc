"""Names of columns in the tables of other planners, each with the column of ours that it means.

[C] The names are those of the import templates that Buffer, Publer, SocialBee and Sprout Social give, and of their
siblings in the same words; nothing documents them for good.
"""

from __future__ import annotations

# Written as read.py writes a header: small letters, one underscore between words.
_OURS = {
    "date": "posting_time posting_date scheduled_time scheduled_at scheduled_date schedule publish_date publish_at "
    "postatspecifictime post_at date_time datetime date_&_time",
    "time": "post_time publish_time",
    "time_zone": "timezone",
    "text": "message caption content post post_text body copy description_text",
    "url": "link links link_url article_url",
    "files": "image images image_url image_urls imageurls media media_url media_urls mediaurl picture video video_url "
    "videourls",
    "alt_text": "alt image_alt_text alt_texts",
    "first_comment": "comment firstcomment",
}
_MEANS = {name: column for column, names in _OURS.items() for name in names.split()}
UNUSED = frozenset({"tags", "labels", "category"})  # what another tool keeps for itself


def ours(header: list[str]) -> list[str]:
    """The same columns, named as here where another tool's name is known and the column is not there already."""
    found = list(header)
    for place, name in enumerate(header):
        if (column := _MEANS.get(name)) and column not in found:
            found[place] = column
    return found
