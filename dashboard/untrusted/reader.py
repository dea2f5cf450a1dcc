"""The process that dashboard/untrusted/isolated.py starts: reads one file or web page and writes one line of JSON.

It imports nothing of the dashboard but what reads files, and each library only when a task needs it. Files of
strangers are read here because one of a few kilobytes can ask for hours of work or all memory, and a fault in PDFium
or FFmpeg would end the whole server.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import re
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

from dashboard.untrusted.carousel import carousel
from dashboard.untrusted.cleaning import clean
from dashboard.untrusted.film_writer import write_film
from dashboard.untrusted.media_reader import film, picture
from dashboard.untrusted.office import ole_streams, worksheets, zip_parts
from dashboard.untrusted.picture_writer import crop_preview, write_picture

MEMORY_BYTES = 2 << 30
CPU_S = 10  # a file that needs more is refused; and should the server be gone, this process does not stay
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
SIGNAL_OF_DEATH = 1  # PR_SET_PDEATHSIG
# A card is 555 CSS px wide, drawn at twice that for sharp screens.
WIDTH_MAX_PX, HEIGHT_MAX_PX, PIXELS_MAX = 1110, 4000, 2_000_000
PAGES_TRIED = 300
PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
JPEG_QUALITY = 88
CARD = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description", "description"),
    "site_name": ("og:site_name",),
    "refresh": ("refresh",),
}
PICTURES = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")
DECLARED_WITHIN_BYTES = 200_000
LINKED_DATA = re.compile(r"^\s*application/ld\+json\b", re.IGNORECASE)
REFRESH = re.compile(r"^\s*[0-5](?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?\s*([^\"'\s]+)", re.IGNORECASE)  # at once, or soon
XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.ASCII)
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)
JAPANESE = ("euc_jp", "iso2022_jp")
WIDE = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")  # of these letters the standard has the wide ones
SVG = re.compile(r"<(/?)svg\b[^>]*>?", re.IGNORECASE)
Task = Callable[..., dict[str, Any]]
bounded = False  # whether this process is one that may read strangers' files itself


def be_bounded(cpu_s: int = CPU_S) -> None:
    """Bound memory and processor time, and leave the network, where the system can (not on Windows)."""
    global bounded
    bounded = True
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with contextlib.suppress(ImportError, AttributeError, OSError, TypeError):
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(SIGNAL_OF_DEATH, signal.SIGKILL)  # nobody waits for the answer once the server is gone
        # Who is not root needs a user namespace as well; some systems allow neither.
        _ = libc.unshare(NEW_NETWORK) == 0 or libc.unshare(NEW_USER | NEW_NETWORK)


def look(path: str) -> dict[str, Any]:
    """{"pages", "width_px", "height_px"} of a PDF, of its first page that can be read; or {"problem"}."""
    pdf = _opened(path)
    if isinstance(pdf, str):
        return {"problem": pdf}
    for number in range(min(len(pdf), PAGES_TRIED)):
        with contextlib.suppress(Exception):  # a damaged page may be followed by whole ones
            width_pt, height_pt = pdf.get_page_size(number)  # without reading what is on the page
            shape = {"width_px": max(1, round(width_pt / 72 * 96)), "height_px": max(1, round(height_pt / 72 * 96))}
            return {"pages": len(pdf), **shape}
    return {"problem": "damaged"}


def draw(path: str, number: str, target: str) -> dict[str, Any]:
    """Draw page 1, 2, … of a PDF as a JPEG; {"width_px", "height_px"}, or {"problem"}."""
    pdf = _opened(path)
    if isinstance(pdf, str):
        return {"problem": pdf}
    if not 1 <= int(number) <= len(pdf):
        return {"problem": "no page"}
    try:
        page = pdf[int(number) - 1]
    except RuntimeError:  # PdfiumError
        return {"problem": "no page"}
    picture = page.render(scale=scale_of(*page.get_size())).to_pil().convert("RGB")
    picture.save(target, "JPEG", quality=JPEG_QUALITY)
    return {"width_px": picture.width, "height_px": picture.height}


def scale_of(width_pt: float, height_pt: float) -> float:
    """Pixels per point, so that a page of any shape gives a picture of at most two megapixels."""
    width_pt, height_pt = max(width_pt, 1e-3), max(height_pt, 1e-3)
    # PDFium rounds both sides up, hence a pixel less than the most.
    most = min((WIDTH_MAX_PX - 1) / width_pt, (HEIGHT_MAX_PX - 1) / height_pt)
    return min(most, math.sqrt((PIXELS_MAX - WIDTH_MAX_PX - HEIGHT_MAX_PX) / (width_pt * height_pt)))


def _opened(path: str) -> Any:
    """The PDF, or "password" or "damaged"."""
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        return "password" if getattr(error, "err_code", None) in PASSWORD_ERRORS else "damaged"


def card(charset: str) -> dict[str, Any]:
    """What a web page (its bytes on standard input) says about itself.

    {"title", "description", "site_name", "images", "refresh"}, each as the first of its names in CARD gives it, else
    the page's title or its data for search engines (JSON-LD); refresh is the address to which a page sends on.
    """
    text = decoded(sys.stdin.buffer.read(), charset)
    head = re.split(r"</head\b", text, maxsplit=1, flags=re.IGNORECASE)[0]
    found = _said(head)  # a second less for a long page
    return found if found.get("whole") or head == text else _said(text)


def _said(html: str) -> dict[str, Any]:
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    # Only these: a tree of everything would need hundreds of times the page's size.
    soup = BeautifulSoup(_without_drawings(html), "html.parser", parse_only=SoupStrainer(["meta", "title", "script"]))
    metas: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        content = str(meta.get("content") or "").strip()
        # Pages write og: in either attribute, and some write both, or two names in one.
        names = {name for key in ("property", "name") for name in str(meta.get(key) or "").lower().split()}
        if str(meta.get("http-equiv") or "").strip().lower() == "refresh":
            names, content = {"refresh"}, "".join(REFRESH.findall(content)[:1])
        for name in names if content else ():
            metas.setdefault(name, []).append(content)
    titles = filter(None, (title.get_text().strip() for title in soup.find_all("title")))
    data = _linked_data(soup)
    found: dict[str, Any] = {
        field: next((metas[name][0] for name in names if name in metas), "") for field, names in CARD.items()
    }
    found["title"] = found["title"] or next(titles, "") or data.get("title", "")
    found["description"] = found["description"] or data.get("description", "")
    found["images"] = [each for name in PICTURES for each in metas.get(name, [])] or data.get("images", [])
    return found | {"whole": "og:title" in metas}


def _linked_data(soup: Any) -> dict[str, Any]:
    """{"title", "description", "images"} of the first thing with a headline or name in the page's JSON-LD; or {}."""
    things: list[dict[str, Any]] = []
    for script in soup.find_all("script", type=LINKED_DATA):
        with contextlib.suppress(ValueError, RecursionError):
            things += _things(json.loads(script.get_text()))
    thing = next((each for key in ("headline", "name") for each in things if isinstance(each.get(key), str)), {})
    images = thing.get("image") or []
    listed = [each.get("url") if isinstance(each, dict) else each for each in _several(images)]
    title, description = thing.get("headline") or thing.get("name"), thing.get("description")
    return {
        "title": title if isinstance(title, str) else "",
        "description": description if isinstance(description, str) else "",
        "images": [each for each in listed if isinstance(each, str)],
    }


def _things(data: Any) -> Iterator[dict[str, Any]]:
    """Every object of a list, and of the "@graph" in one."""
    if isinstance(data, list):
        for each in data:
            yield from _things(each)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _without_drawings(html: str) -> str:
    """The page without its SVGs, whose <title> is not the page's; one that never ends stays."""
    kept, depth, since = [], 0, 0
    for tag in SVG.finditer(html):
        if tag[0].endswith("/>"):
            continue
        depth = max(0, depth + (-1 if tag[1] else 1))
        if depth == 1 and not tag[1]:
            kept.append(html[since : tag.start()])
            since = tag.start()
        elif depth == 0:
            since = tag.end()
    return "".join(kept) + html[since:]


def decoded(page: bytes, charset: str) -> str:
    """A page's text as browsers read it: by its first bytes, the header's charset, its <meta>, else by what it holds.

    Labels and what they stand for are those of https://encoding.spec.whatwg.org/.
    """
    import codecs

    import webencodings

    if page.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return str(webencodings.decode(page, webencodings.UTF8)[0])  # the first bytes win over every label
    codec = _codec(charset) or _declared(page) or _guessed(page)
    codecs.register_error("unmapped", _unmapped)
    text = page.decode(codec, "unmapped")
    return text.translate(WIDE) if codec in JAPANESE else text


def _codec(label: str) -> str | None:
    """The name of Python's codec for a label of the web; None for one that stands for no text."""
    import webencodings

    found = webencodings.lookup(label.strip("'\" ")) if label.isascii() else None
    if found is None or found.name in ("replacement", "x-user-defined"):
        return None
    return "gb18030" if found.name == "gbk" else str(found.codec_info.name)  # the standard reads gbk by its superset


def _unmapped(error: UnicodeError) -> tuple[str | bytes, int]:
    """What browsers read where Python's codec knows nothing."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    first, *_, second = error.object[error.start : error.start + 2].ljust(2)
    if error.encoding == "charmap":
        return chr(first), error.start + 1
    if error.encoding == "gb18030" and first == 0x80:
        return "€", error.start + 1
    row, cell = (first | 0x80) - 0xA1, (second | 0x80) - 0xA1
    if error.encoding in JAPANESE and min(row, cell) >= 0:  # the same place of JIS X 0208 with its extensions, as ①
        trail = cell + (0x9F if row % 2 else 0x40 + (cell >= 63))
        letter = bytes([row // 2 + (0x81 if row < 62 else 0xC1), trail]).decode("cp932", "replace")
        return letter, error.start + 2
    return "\ufffd", error.end


def _declared(page: bytes) -> str | None:
    """The codec of the first <meta>, else of the XML declaration, that names one."""
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    last = page[:DECLARED_WITHIN_BYTES].lower().rfind(b"charset")
    if last >= 0:
        head = page[: last + 100]  # what follows is not parsed twice
        soup = BeautifulSoup(head.decode("latin-1"), "html.parser", parse_only=SoupStrainer("meta"))
        for meta in soup.find_all("meta"):
            named = str(meta.get("http-equiv") or "").strip().lower() == "content-type"
            said = CHARSET.search(str(meta.get("content") or "")) if named else None
            label = str(meta.get("charset") or (said[1] if said else "")).strip().lower()
            # A <meta> that can be read byte by byte is no UTF-16, whatever it says.
            label = {"x-user-defined": "windows-1252"}.get(label, "utf-8" if label.startswith("utf-16") else label)
            if found := _codec(label):
                return found
    xml = XML.match(page)
    return _codec(xml[1].decode()) if xml else None


def _guessed(page: bytes) -> str:
    """By the letters; a page that has but one beside ASCII is written as most are."""
    from chardetng_py import detect

    text = page.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")  # a page that is cut in the middle of a letter has one
    if spoilt <= sum(letter > "\x7f" for letter in text) - spoilt:
        return "utf-8"
    if len({byte for byte in page if byte > 0x7F}) == 1:
        return "cp1252"
    return _codec(detect(page, allow_utf8=False)) or "cp1252"


def judged(task: Task) -> Task:
    """The task, with a {"problem"} for whatever a library raises: the file is the cause, or this machine."""

    def judge(*arguments: str) -> dict[str, Any]:
        try:
            return task(*arguments)
        except MemoryError:
            return {"problem": "too much"}
        except Exception as error:  # a damaged file raises what its reader did not expect
            return {"problem": MACHINE.get(getattr(error, "errno", None) or 0, "damaged")}

    return judge


MACHINE = {errno.ENOSPC: "full disk", errno.EDQUOT: "full disk", errno.ENOMEM: "too much"}
TASKS: dict[str, Task] = {
    "look": look,
    "draw": draw,
    "card": card,
    "zip": judged(zip_parts),
    "ole": judged(ole_streams),
    "picture": judged(picture),
    "film": judged(film),
    "worksheets": judged(worksheets),
    "carousel": judged(carousel),
    "clean": judged(clean),
    "write_film": judged(write_film),
    "encode_film": judged(write_film),  # with turns of its own: it takes minutes
    "write_picture": judged(write_picture),
    "crop_preview": judged(crop_preview),
}
# A photo of 48 megapixels is decoded, scaled and written; a film of half an hour may be encoded.
CPU_S_OF = {"write_picture": 60, "crop_preview": 30, "write_film": 60, "encode_film": 3600, "carousel": 60}

if __name__ == "__main__":
    be_bounded(CPU_S_OF.get(sys.argv[1], CPU_S))
    sys.stdout.write(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))
