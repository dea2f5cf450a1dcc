"""The text of a file as spreadsheets save one: UTF-8, UTF-16, or Windows-1252 where no other reading is likely.

Pure. A wrong guess would publish damaged letters, so what is not sure is refused.
"""

from __future__ import annotations

import codecs
import re

from chardetng_py import detect

MARK = "\ufeff"
HEAD_BYTES = 64  # the names of the columns begin with ASCII, whatever the posts are written in
AFTER_THE_END = "\0\x1a"  # with which old programs fill up a file
# Code pages that the detector does not know, of the Macintosh, DOS and ISO 8859-15, read as Windows-1252 put signs and
# capitals inside words; a Hungarian text has õ or û for what its own code page has there, a Polish one £ and ³.
_DAMAGED = re.compile(
    r"[^\W\d_](?:[€‚„‘“”«»°§©®™׆‰ˆ¯±¶¹³][^\W\d_]|•[a-z]|[‡‰ˆ‹†¹])|[A-Z]…[A-Z]|£[^\W\d_]|(?<!\d)³[a-z]"
    r"|[a-z](?:[À-ÖØ-ÞŠŽŸŒ]|[‚„]\B)|[¼½¾][a-z]|[¤¦¨¸]"
)
_DASHED = re.compile(r"[a-z]–os?\b|[a-z]{2}–as?\b|[^\W\d_]—[nN]\b")  # ñ and ó of the Macintosh, or a dash
_SPANISH = frozenset("áéíñóúü")
_DOUBLE_ACUTE = re.compile(r"õ(?!e)", re.IGNORECASE)  # what Portuguese has nearly only before an e
_NOT_HUNGARIAN = frozenset("àâãäçèêîôœ")
# The letters beside ASCII of languages: a text that is read in a wrong code page mixes those of several.
_WESTERN = ("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "àèéìíîòóùú", "áâãàçéêíóôõúü", "åäöæøéü", "áéíóúëïöüèê")
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")  # Windows-1250
_WORD = re.compile(r"[^\W\d_]{2,}")


class NotText(ValueError):
    """Bytes whose encoding is not known for sure."""


def decoded(content: bytes) -> tuple[str, str]:
    """The text without marks at its start, and the name of the encoding if it was a guess, else "". Raises: NotText."""
    encoding, guessed = _unicode(content), ""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text, guessed = content.decode("cp1252", "replace"), "Windows-1252"
        if encoding != "utf-8" or not _is_sure(content, text):
            raise NotText from None
    return text.lstrip(MARK).rstrip(AFTER_THE_END), guessed


def _unicode(content: bytes) -> str:
    """The form of Unicode that the bytes have, if they are any."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:HEAD_BYTES]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) >= 4 and zeros.count(0) * 2 > len(zeros):
            return encoding
    return "utf-8"


def _is_sure(content: bytes, text: str) -> bool:
    """Whether the text, the content read as Windows-1252, is what was saved."""
    if "\ufffd" in text or _DAMAGED.search(text) or _may_be_hungarian(text):
        return False
    spanish = content.decode("mac-roman")
    if _DASHED.search(text) and not _DAMAGED.search(spanish) and _letters(spanish) <= _SPANISH:
        return False
    likely = detect(content, allow_utf8=False)
    if likely == "windows-1252":
        return True
    # Of a few letters the detector knows little. What Windows-1250 reads alike needs no decision.
    central = content.decode("cp1250", "replace")
    either = likely == "windows-1250" and _letters(central) != _letters(text) and _fits(central, _CENTRAL)
    return _fits(text, _WESTERN) and not either


def _may_be_hungarian(text: str) -> bool:
    found = set(text.lower())
    if found & _NOT_HUNGARIAN:
        return False
    return bool(_DOUBLE_ACUTE.search(text) or (found & {"õ", "û"} and found & {"ö", "ü"}))


def _letters(text: str) -> set[str]:
    """The letters beside ASCII in the text's words."""
    return {letter for word in _WORD.findall(text.lower()) for letter in word if letter > "\x7f"}


def _fits(text: str, alphabets: tuple[str, ...]) -> bool:
    return any(_letters(text) <= set(alphabet) for alphabet in alphabets)
