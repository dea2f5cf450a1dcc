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
    encoding, guessed = _encoding(content)
    try:
        return content.decode(encoding).lstrip(MARK), "Windows-1252" if guessed else ""
    except UnicodeDecodeError:
        raise NotText from None


def _encoding(content: bytes) -> tuple[str, bool]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if len(content) >= 4 and zeros.count(0) * 2 > len(zeros):  # most letters of a table's head are ASCII
            return encoding, False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", _is_western(content) or _refuse()
    return "utf-8", False


def _is_western(content: bytes) -> bool:
    text = content.decode("cp1252", "replace").lower()
    odd = {letter for letter in text if letter > "\x7f"} - set(_SIGNS) - {"\xa0"}
    letters = sum(map(str.isalpha, text))
    foreign = sum(letter in odd for letter in text)
    return foreign * 3 < max(letters, 1) and any(odd <= set(alphabet) for alphabet in _ALPHABETS)


def _refuse() -> bool:
    raise NotText
