"""What a picture or film says of place, time, camera and people. Runs in the process of reader.py."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from typing import Any

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAKE, MODEL, ARTIST, SAVED_AT, TAKEN_AT = 0x010F, 0x0110, 0x013B, 0x0132, 0x9003
MAKER_NOTE, COMMENT, OWNER, SERIAL = 0x927C, 0x9286, 0xA430, 0xA431
LENS, LENS_SERIAL = 0xA434, 0xA435
GPS_DATE, NO_PLACE = 29, {0, 7, 29}  # of GPS_IFD; the others are its version and the time
XMP_PLACE = re.compile(rb"exif:GPSL(?:at|ong)itude|photoshop:City|Iptc4xmpCore:Location|Iptc4xmpExt:LocationCreated")
XMP_SERIAL = re.compile(rb"aux:(?:Lens)?SerialNumber|exifEX:(?:Body|Lens)SerialNumber|aux:OwnerName")
# The value of a name in XMP: an attribute, or an element that may hold a list.
XMP_VALUE = rb"\b%s(?:\s*=\s*[\"']|>\s*(?:<rdf:(?:Seq|Bag|Alt)>\s*<rdf:li[^>]*>)?)\s*([^<\"']*)"
XMP_MAKE, XMP_MODEL, XMP_TAKEN_AT, XMP_CREATOR = (
    re.compile(XMP_VALUE % name)
    for name in (b"tiff:Make", b"tiff:Model", b"(?:exif:DateTimeOriginal|photoshop:DateCreated)", b"dc:creator")
)
IPTC_PLACE, IPTC_PEOPLE = {(2, 90), (2, 92), (2, 95), (2, 101)}, {(2, 80), (2, 122)}
ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")
PLACE_TRACKS = re.compile(r"GoPro MET|camm|GPS", re.IGNORECASE)
# What cameras add to a film in boxes of their own, by FFmpeg's names of them in small letters.
CAMERA_BOXES, SERIAL_BOXES, PEOPLE = ("lens", "gpmf", "smta", "mdln"), ("came",), ("artist", "author", "auth")
FILM = re.compile(rb"\0\0\0.ftyp(?:isom|iso[2-9]|mp4[12]|avc1|qt  )", re.DOTALL)
TEXT_MAX_BYTES = 1 << 20
LONGEST = 60  # characters of what a file says of itself: it is a stranger's text
Parts = dict[str, Any]


def of_picture(image: Any) -> list[str]:
    """What an open picture of Pillow's says, each as the end of "This photo says …"; [] for most screenshots."""
    parts = _parts(image)
    found = [words for look in (_place, _time, _camera, _serial, _people) for words in _tried(look, parts)]
    # These two are told alone: beside the others they are no news, and go with them.
    return found or _tried(_comment, parts) or _tried(_thumbnail, parts)


def filmed_with_it(image: Any) -> list[str]:
    """The same of the film that phones put behind a JPEG."""
    with open(image.filename, "rb") as file:
        return ["what was filmed with it"] if image.format in ("JPEG", "MPO") and FILM.search(file.read()) else []


def _tried(look: Callable[[Parts], Any], parts: Parts) -> list[Any]:
    """What is found; metadata that cannot be read is no fault of the picture, and hides no other."""
    with contextlib.suppress(Exception):
        return list(look(parts))
    return []


def _parts(image: Any) -> Parts:
    texts = {str(name).lower(): value for name, value in image.info.items() if isinstance(value, str | bytes)}
    if image.format == "JPEG2000":
        texts.pop("comment", None)  # the name of the program that wrote it
    xmp = texts.get("xmp") or texts.get("xml:com.adobe.xmp") or (_xmp_of_gif(image) if image.format == "GIF" else b"")
    parts: Parts = {
        "exif": {},
        "more": {},
        "gps": {},
        "texts": texts,
        "xmp": xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp,
        "iptc": set(_tried(_iptc, {"image": image})),
    }
    for name, ifd in {"exif": None, "more": EXIF_IFD, "gps": GPS_IFD}.items():
        with contextlib.suppress(Exception):
            parts[name] = image.getexif().get_ifd(ifd) if ifd else image.getexif()
    return parts


def _xmp_of_gif(image: Any) -> bytes:
    """It stands between blocks of another kind, and Pillow does not look for it."""
    with open(image.filename, "rb") as file:
        return file.read().partition(b"XMP DataXMP")[2][:TEXT_MAX_BYTES]


def _place(parts: Parts) -> Iterator[str]:
    gps = parts["gps"]
    with contextlib.suppress(Exception):
        yield f"where it was taken ({_degrees(gps, 2, 1)}, {_degrees(gps, 4, 3)})"
        return
    if set(gps) - NO_PLACE or XMP_PLACE.search(parts["xmp"]) or parts["iptc"] & IPTC_PLACE:
        yield "where it was taken"


def _time(parts: Parts) -> Iterator[str]:
    exif = _text(parts["more"].get(TAKEN_AT)) or _text(parts["exif"].get(SAVED_AT))
    said = exif[:16].replace(":", "-", 2) or _in_xmp(XMP_TAKEN_AT, parts["xmp"])[:16].replace("T", " ")
    if (
        said := said
        or _text(parts["gps"].get(GPS_DATE)).replace(":", "-")
        or _text(parts["texts"].get("creation time"))
    ):
        yield f"when ({said})"


def _camera(parts: Parts) -> Iterator[str]:
    exif, more, xmp = parts["exif"], parts["more"], parts["xmp"]
    make, model = _text(exif.get(MAKE)), _text(exif.get(MODEL))
    make, model = (make, model) if make or model else (_in_xmp(XMP_MAKE, xmp), _in_xmp(XMP_MODEL, xmp))
    named = model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()
    if camera := named or _text(more.get(LENS)):
        yield f"with which camera ({camera})"
    elif more.get(MAKER_NOTE):
        yield "with which camera"


def _serial(parts: Parts) -> Iterator[str]:
    if any(_text(parts["more"].get(tag)) for tag in (SERIAL, LENS_SERIAL)) or XMP_SERIAL.search(parts["xmp"]):
        yield "its serial number"


def _people(parts: Parts) -> Iterator[str]:
    exif = _text(parts["exif"].get(ARTIST)) or _text(parts["more"].get(OWNER))
    if people := exif or _in_xmp(XMP_CREATOR, parts["xmp"]) or _text(parts["texts"].get("author")):
        yield f"by whom ({people})"
    elif parts["iptc"] & IPTC_PEOPLE:
        yield "by whom"


def _comment(parts: Parts) -> Iterator[str]:
    said = parts["more"].get(COMMENT) or b""
    exif = bytes(said)[8:].replace(b"\0", b"") if isinstance(said, bytes) else said  # behind the name of its letters
    if comment := _text(exif) or _text(parts["texts"].get("comment")):
        yield f"what stands in a comment ({comment})"


def _thumbnail(parts: Parts) -> Iterator[str]:
    if b"\xff\xd8\xff" in parts["texts"].get("exif", b""):  # how a JPEG begins
        yield "how it looked before, in a small copy"


def _iptc(parts: Parts) -> Iterator[tuple[int, int]]:
    if parts["image"].format in ("JPEG", "TIFF"):
        from PIL import IptcImagePlugin

        yield from IptcImagePlugin.getiptcinfo(parts["image"]) or ()


def _degrees(gps: Mapping[int, Any], value: int, side: int) -> str:
    """Raises: ValueError, KeyError and others for what is no place on earth."""
    degrees, minutes, seconds = (float(each) for each in gps[value])
    found = degrees + minutes / 60 + seconds / 3600
    if not 0 <= found <= 180:  # among others the quotient of zeros
        raise ValueError(found)
    return f"{found:.2f} {_text(gps.get(side))[:1]}"


def _in_xmp(value: re.Pattern[bytes], xmp: bytes) -> str:
    """The text of the first such value; "" when there is none."""
    return _text(unescape(found[1].decode("utf-8", "replace"))) if (found := value.search(xmp)) else ""


def _text(value: Any) -> str:
    """A text of the file in one short line; "" when there is none."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST]


def of_film(said: Mapping[str, str], streams: Sequence[Mapping[str, str]] = ()) -> list[str]:
    """The same of a film, from FFmpeg's names; the time alone is no reason to change a film, and is left out.

    streams: what each of its streams says of itself; action cameras write the place into one.
    """
    found = {
        name.lower().removeprefix("com.apple.quicktime.").removeprefix("com.android."): value
        for part in (*streams, said)
        for name, value in part.items()
    }
    xmp = found.get("xmp", "").encode()
    words = []
    place = next((value for name, value in found.items() if name.startswith("location")), "")
    if at := ISO_6709.match(place):
        north, east = float(at[1]), float(at[2])
        words.append(f"where it was taken ({abs(north):.2f} {'NS'[north < 0]}, {abs(east):.2f} {'EW'[east < 0]})")
    elif place or XMP_PLACE.search(xmp) or any(PLACE_TRACKS.search(each.get("handler_name", "")) for each in streams):
        words.append("where it was taken")
    camera = f"{_text(found.get('make'))} {_text(found.get('model'))}".strip() or _in_xmp(XMP_MODEL, xmp)
    if camera or found.keys() & set(CAMERA_BOXES):
        words.append(f"with which camera ({camera})" if camera else "with which camera")
    if found.keys() & set(SERIAL_BOXES) or XMP_SERIAL.search(xmp):
        words.append("its serial number")
    if people := next((_text(found[each]) for each in PEOPLE if found.get(each)), _in_xmp(XMP_CREATOR, xmp)):
        words.append(f"by whom ({people})")
    if not words and (comment := _text(found.get("comment"))):
        words.append(f"what stands in a comment ({comment})")
    return words
