"""What the names of columns mean: those of this project, and those of other planners' tables.

[C] The other names are those of the tables that Buffer, Hootsuite, Later, Postiz, Publer, SocialBee, Sprout Social,
HighLevel, Ayrshare, PostFast and Zernio take or give, and of their siblings in the same words; nothing documents them
for good.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dashboard.csv_import.columns import NAMES

# Written in small letters, without anything between words.
_OURS = {
    "date": "postingtime postingdate postdate scheduledat scheduleddate scheduledfor schedule scheduledate schedulefor "
    "publishdate publishat postatspecifictime postat datetime date&time dateandtime dateofpost scheduledpostdate dueat "
    "golivedate when",
    "time": "time24hr timeofday",
    "date time": "scheduledtime scheduletime posttime publishtime publishingtime",  # or beside a date its time
    "time_zone": "timezone tz",
    "text": "message messagetext caption content post posttext postcontent postcopy body copy descriptiontext "
    "textcontent statusupdate linkedinpost linkedintext",
    "url": "link links linkurl articleurl ogmetaurl previewlink",
    "title": "linktitle pdftitle headline articletitle",
    "description": "linkdescription",
    "files": "file filename filenames image images imageurl imageurls picture pictures pictureurl photo photos "
    "photourl media mediaurl mediaurls medialink gif gifurl gifurls video videos videourl videourls document "
    "documenturl pdfurl linkedindocumenturl attachment attachments featuredimage featuredimagefilename",
    "alt_text": "alt alttexts imagealttext alttextpicture",
    "first_comment": "comment comments followupcomment firstcommenttext",
}
_MEANS = {name: meaning for meaning, names in _OURS.items() for name in names.split()}
_MEANS |= {name.replace("_", ""): name for name in NAMES}
_ASIDE = re.compile(r"\([^)]*\)| - .*", re.DOTALL)  # "Media URL(s) - Separated by comma"


@lru_cache(maxsize=1024)
def plain_name(header: str) -> str:
    """A header in small letters with one underscore between words, without what cannot be seen or explains it."""
    # What cannot be seen in a header means nothing there: marks, spaces of no width.
    seen = "".join(each for each in header[:1000] if each.isprintable() or each.isspace())
    return "_".join(_ASIDE.sub(" ", seen).lower().replace("-", " ").split())


def means(header: str) -> str:
    """The column of this project that a header names; "date time" for one of both, "" for one that is not known."""
    name = plain_name(header).replace("_", "")
    return _MEANS.get(name) or _MEANS.get(name.rstrip("0123456789"), "")  # "Image URL 2"


def is_ours(header: str) -> bool:
    """Whether it is a name of this project."""
    return plain_name(header) in NAMES
