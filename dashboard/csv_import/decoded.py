"""The text of a file as spreadsheets save one: UTF-8, UTF-16, or Windows-1252 where no other reading is likely.

Pure. A wrong guess would publish damaged letters, so what is not sure is refused.
"""

from __future__ import annotations

import codecs

MARK = "\ufeff"
# The letters beside ASCII of the languages that are written in Windows-1252. A text in another code page, read as this
# one, mixes letters of several of them, or has signs that none has.
_ALPHABETS = (
    "äöüß",  # German
    "àâæçéèêëîïôœùûüÿ",  # French
    "áéíñóúü¿¡ªº",  # Spanish
    "àèéìíîòóùú",  # Italian
    "áâãàçéêíóôõúü",  # Portuguese
    "åäöæøéü",  # the Nordic ones
    "áéíóúëïöüèê",  # Dutch
)
_SIGNS = "€‚„…‘’“”•–—«»°£§©®™´·½¼¾²³×"


class NotText(ValueError):
    """Bytes whose encoding is not known for sure."""


def decoded(content: bytes) -> tuple[str, str]:
    """The text without marks at its start, and the name of the encoding if it was a guess, else "". Raises: NotText."""
    encoding = _unicode(content)
    try:
        return content.decode(encoding).lstrip(MARK), ""
    except UnicodeDecodeError:
        if encoding != "utf-8" or not _is_western(content):
            raise NotText from None
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        raise NotText from None


def _unicode(content: bytes) -> str:
    """The form of Unicode that the bytes have, if they are any."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if len(content) >= 4 and zeros.count(0) * 2 > len(zeros):  # most letters of a table's head are ASCII
            return encoding
    return "utf-8"


def _is_western(content: bytes) -> bool:
    text = content.decode("cp1252", "replace").lower()
    odd = {letter for letter in text if letter > "\x7f"} - set(_SIGNS) - {"\xa0"}
    letters = sum(map(str.isalpha, text))
    foreign = sum(letter in odd for letter in text)
    return foreign * 3 < max(letters, 1) and any(odd <= set(alphabet) for alphabet in _ALPHABETS)
