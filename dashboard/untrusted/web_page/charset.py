"""The text of a web page: which charset its bytes are in, as browsers decide it."""

from __future__ import annotations

import re

DECLARED_WITHIN_BYTES = 200_000
XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.ASCII)
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)
JAPANESE = ("euc_jp", "iso2022_jp")
WIDE = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")  # of these letters the standard has the wide ones


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
