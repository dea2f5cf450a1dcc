"""Makes a PDF of pictures, one a page. Runs in the process of reader.py."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from dashboard.untrusted.media_reader import TAKEN, opened_picture, orientation_of
from dashboard.untrusted.picture_writer import RATIOS, in_srgb, on_white, upright

LONG_SIDE_PT = 810  # of a page: 1,080 px of 1/96 inch, the size in which carousels are drawn
LOSSLESS_PIXELS_MAX = 2_600_000  # 1,440 x 1,800; a larger drawing becomes a JPEG, or the document would be too large
PIXELS_MAX = 3_000_000  # of a picture that is drawn anew: half the sides of a phone's photo
QUALITY = 95
SHARE = 0.9  # of a document that its pictures may be
# Where the picture's own right and upper side go on a page of width 1 and height 1, by EXIF's number: a b c d e f of
# x = a*right + c*up + e, y = b*right + d*up + f.
TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def carousel(path: str, target: str, told: str) -> dict[str, Any]:
    """Write the PDF; {"pages", "scaled"}, or {"problem": "picture"} with the number of the one that is damaged.

    path: the first picture. told, as JSON: "more", the paths of the others; "shape", one of RATIOS or "" for pages of
    each picture's own shape; "bytes_max" of the document. JPEGs keep their bytes, unless that would be too much.
    """
    import pypdfium2

    asked = json.loads(told)
    pdf, paths = pypdfium2.PdfDocument.new(), [path, *asked["more"]]
    whole = sum(Path(each).stat().st_size for each in paths) < asked["bytes_max"] * SHARE
    scaled = False
    for number, each in enumerate(paths, 1):
        try:
            scaled |= _page(pdf, each, RATIOS.get(asked["shape"], 0), whole=whole)
        except MemoryError:
            raise
        except Exception:  # a damaged file raises what its plugin did not expect
            return {"problem": "picture", "number": number}
    pdf.save(target)
    return {"pages": len(pdf), "scaled": scaled}


def _page(pdf: Any, path: str, ratio: float, *, whole: bool) -> bool:
    """Add a page: the picture in the middle, as large as the page's shape lets it. Whether it was scaled down.

    whole: a JPEG may go as it is.
    """
    import pypdfium2

    image = pypdfium2.PdfImage.new(pdf)
    turn = TURNS[1]
    with opened_picture(path, TAKEN) as picture:  # its size was judged when it was chosen
        size = picture.size
        as_it_is = whole and _goes_as_it_is(picture)
        scaled = not as_it_is and size[0] * size[1] > PIXELS_MAX
        if as_it_is:
            image.load_jpeg(path, inline=True)
            turn = TURNS[orientation_of(picture)]
            size = size if turn[0] else size[::-1]
        else:
            size = _draw(image, picture)
    wide, high = _fitting(size[0] / size[1], ratio or size[0] / size[1])
    page = pdf.new_page(*_scaled((ratio, 1.0) if ratio else size))
    image.set_matrix(_placed(turn, page.get_size(), wide, high))
    page.insert_obj(image)
    page.gen_content()
    page.close()
    return scaled


def _goes_as_it_is(picture: Any) -> bool:
    """Whether a reader of PDFs shows the JPEG's own bytes in the right colours: it knows no profile inside them."""
    from PIL import ImageCms

    if profile := picture.info.get("icc_profile"):
        with contextlib.suppress(Exception):  # a broken profile: the colours stay numbers
            colours = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
            if "srgb" not in colours.lower():
                return False
    return picture.format in ("JPEG", "MPO") and picture.mode in ("RGB", "L")


def _draw(image: Any, picture: Any) -> tuple[int, int]:
    """Give a page's image the picture as it is seen, not larger than PIXELS_MAX; its size."""
    import pypdfium2

    share = min(1.0, (PIXELS_MAX / (picture.width * picture.height)) ** 0.5)
    most = max(1, int(picture.width * share)), max(1, int(picture.height * share))
    picture.draft(None, most)  # a JPEG is read at a half or less of its size, in a part of the time
    shown = on_white(in_srgb(upright(picture)[0], []))
    shown.thumbnail((max(most), max(most)))
    if shown.width * shown.height <= LOSSLESS_PIXELS_MAX and picture.format not in ("JPEG", "MPO"):
        image.set_bitmap(pypdfium2.PdfBitmap.from_pil(shown))
        return (shown.width, shown.height)
    saved = io.BytesIO()  # without loss, a document of photos would be too large
    shown.save(saved, "JPEG", quality=QUALITY, subsampling=0)
    saved.seek(0)
    image.load_jpeg(saved, inline=True)
    return (shown.width, shown.height)


def _scaled(size: tuple[float, float]) -> tuple[float, float]:
    scale = LONG_SIDE_PT / max(size)
    return max(1.0, size[0] * scale), max(1.0, size[1] * scale)


def _fitting(shape: float, page: float) -> tuple[float, float]:
    """The part of a page's width and height that a picture takes; both as width by height."""
    return (shape / page, 1.0) if shape < page else (1.0, page / shape)


def _placed(turn: tuple[float, ...], page: tuple[float, float], wide: float, high: float) -> Any:
    import pypdfium2

    matrix = pypdfium2.PdfMatrix(*turn).scale(wide * page[0], high * page[1])
    return matrix.translate((1 - wide) / 2 * page[0], (1 - high) / 2 * page[1])
