"""A carousel: attached pictures as one PDF, a picture a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from dashboard.files.fitting import WRITE_S
from dashboard.files.inspection import seen
from dashboard.files.media import MediaFile, MediaRefused, inspect
from dashboard.files.uploads import Uploads
from linkedin_api.reference import limits

NAME = "Carousel.pdf"


def made_of(uploads: Uploads, pictures: Sequence[MediaFile], shape: str = "") -> MediaFile:
    """Keep the PDF of these pictures, in their order. JPEGs are in it byte for byte.

    shape: of every page, one of fitting.SHAPES; "" gives each page the shape of its picture.
    Raises: MediaRefused, UploadRefused, SQLAlchemyError.
    """
    for each in pictures:
        if not uploads.has(each.sha256):
            raise MediaRefused(f"{each.name} is no longer on this machine. Remove it and choose it again.")
    first, *more = [uploads.path(each.sha256) for each in pictures]
    told = {"more": [str(path.resolve()) for path in more], "shape": shape, "bytes_max": limits.DOCUMENT_MAX_BYTES}
    with uploads.part() as place:
        words = (first, NAME, str(place.resolve()), json.dumps(told))
        found = seen("carousel", *words, damaged="it could not be made. Try again.", wait_s=WRITE_S)
        if "problem" in found:
            name = pictures[found["number"] - 1].name
            raise MediaRefused(
                f"{name} cannot be put on a page: it is damaged. Remove it, or save and choose it again."
            )
        with place.open("rb") as stream:
            file = uploads.keep_if(
                stream, lambda path, sha256: inspect(path, kind="document", name=NAME, sha256=sha256)
            )
    scaled = ", large ones scaled to 3 megapixels" if found["scaled"] else ""
    return replace(file, changed=(f"was made of {found['pages']:,} pictures{scaled}",))
