"""Makes a PDF of pictures, one a page. Runs in the process of reader.py."""

from __future__ import annotations

import contextlib
import io
import json
import warnings
from typing import Any

from dashboard.untrusted.media_reader import ORIENTATION, TEXT_MAX_BYTES
from dashboard.untrusted.picture_writer import RATIOS, in_srgb, on_white, upright

LONG_SIDE_PT = 810  # of a page: 1,080 px of 1/96 inch, the size in which carousels are drawn
LOSSLESS_PIXELS_MAX = 2_600_000  # 1,440 x 1,800; a larger drawing becomes a JPEG, or the document would be too large
QUALITY = 95
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
    """Write the PDF; {"pages"}, or {"problem": "picture"} with the number of the one that is damaged.

    path: the first picture. told, as JSON: "more", the paths of the others, and "shape", one of RATIOS or "" for pages
    of each picture's own shape. JPEGs keep their bytes.
    """
    import pypdfium2
    from PIL import Image, PngImagePlugin

    warnings.simplefilter("ignore")
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = TEXT_MAX_BYTES
    Image.MAX_IMAGE_PIXELS = None  # judged when the picture was chosen
    asked = json.loads(told)
    pdf = pypdfium2.PdfDocument.new()
    for number, each in enumerate([path, *asked["more"]], 1):
        try:
            _page(pdf, each, RATIOS.get(asked["shape"], 0))
        except MemoryError:
            raise
        except Exception:  # a damaged file raises what its plugin did not expect
            return {"problem": "picture", "number": number}
    pdf.save(target)
    return {"pages": len(pdf)}


def _page(pdf: Any, path: str, ratio: float) -> None:
    """Add a page: the picture in the middle, as large as the page's shape lets it."""
    import pypdfium2
    from PIL import Image

    image = pypdfium2.PdfImage.new(pdf)
    turn = TURNS[1]
    with Image.open(path, formats=["PNG", "JPEG", "GIF"]) as picture:
        if _goes_as_it_is(picture):
            image.load_jpeg(path, inline=True)
            turn, size = TURNS[_orientation(picture)], picture.size
            size = size if turn[0] else size[::-1]
        else:
            shown = on_white(in_srgb(upright(picture)[0], []))
            size = shown.size
            _draw(image, shown)
    wide, high = _fitting(size[0] / size[1], ratio or size[0] / size[1])
    page = pdf.new_page(*_scaled((ratio, 1.0) if ratio else size))
    image.set_matrix(_placed(turn, page.get_size(), wide, high))
    page.insert_obj(image)
    page.gen_content()
    page.close()


def _goes_as_it_is(picture: Any) -> bool:
    """Whether a reader of PDFs shows the JPEG's own bytes in the right colours: it knows no profile inside them."""
    from PIL import ImageCms

    if profile := picture.info.get("icc_profile"):
        with contextlib.suppress(Exception):  # a broken profile: the colours stay numbers
            colours = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
            if "srgb" not in colours.lower():
                return False
    return picture.format in ("JPEG", "MPO") and picture.mode in ("RGB", "L")


def _orientation(picture: Any) -> int:
    with contextlib.suppress(Exception):  # metadata that cannot be read is no fault of the picture
        number = int(picture.getexif().get(ORIENTATION, 1))
        return number if number in TURNS else 1
    return 1


def _draw(image: Any, shown: Any) -> None:
    """Give a page's image its pixels: all of them without loss, unless there are too many."""
    import pypdfium2

    if shown.width * shown.height <= LOSSLESS_PIXELS_MAX:
        image.set_bitmap(pypdfium2.PdfBitmap.from_pil(shown))
        return
    saved = io.BytesIO()
    shown.save(saved, "JPEG", quality=QUALITY, subsampling=0)
    saved.seek(0)
    image.load_jpeg(saved, inline=True)


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
