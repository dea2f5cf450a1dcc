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
import signal
import sys
from collections.abc import Callable
from typing import Any

from dashboard.untrusted.carousel import carousel
from dashboard.untrusted.cleaning import clean
from dashboard.untrusted.film_writer import write_film
from dashboard.untrusted.media_reader import film, picture
from dashboard.untrusted.office import ole_streams, worksheets, zip_parts
from dashboard.untrusted.picture_writer import crop_preview, write_picture
from dashboard.untrusted.web_page.card_reader import card

MEMORY_BYTES = 2 << 30
CPU_S = 10  # a file that needs more is refused; and should the server be gone, this process does not stay
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
SIGNAL_OF_DEATH = 1  # PR_SET_PDEATHSIG
# A card is 555 CSS px wide, drawn at twice that for sharp screens.
WIDTH_MAX_PX, HEIGHT_MAX_PX, PIXELS_MAX = 1110, 4000, 2_000_000
PAGES_TRIED = 300
PASSWORD_ERRORS = (4, 5)  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
JPEG_QUALITY = 88
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
