"""What a picture or film says of place, time, camera and people. Runs in the process of reader.py."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
MAKE, MODEL, ARTIST, TAKEN_AT = 0x010F, 0x0110, 0x013B, 0x9003
MAKER_NOTE, OWNER, SERIAL, LENS_SERIAL = 0x927C, 0xA430, 0xA431, 0xA435
XMP_PLACE = re.compile(rb"exif:GPSL(?:at|ong)itude|photoshop:City|Iptc4xmpCore:Location|Iptc4xmpExt:LocationCreated")
XMP_SERIAL = re.compile(rb"aux:(?:Lens)?SerialNumber|exifEX:(?:Body|Lens)SerialNumber|aux:OwnerName")
IPTC_PLACE, IPTC_PEOPLE = {(2, 90), (2, 92), (2, 95), (2, 101)}, {(2, 80), (2, 122)}
ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")
PLACE_TRACKS = re.compile(r"GoPro MET|camm|GPS", re.IGNORECASE)
LONGEST = 60  # characters of what a file says of itself: it is a stranger's text


def of_picture(image: Any) -> list[str]:
    """What an open picture of Pillow's says, each as the end of "This photo says …"; [] for most screenshots."""
    with contextlib.suppress(Exception):  # metadata that cannot be read is no fault of the picture
        return list(_said(image))
    return []


def _said(image: Any) -> Iterator[str]:
    exif = image.getexif()
    more, gps = exif.get_ifd(EXIF_IFD), exif.get_ifd(GPS_IFD)
    xmp = image.info.get("xmp") or b""
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    iptc = set(_iptc(image))
    if gps.get(2) and gps.get(4):
        yield f"where it was taken ({_degrees(gps, 2, 1)}, {_degrees(gps, 4, 3)})"
    elif XMP_PLACE.search(xmp) or iptc & IPTC_PLACE:
        yield "where it was taken"
    if taken := _text(more.get(TAKEN_AT)):
        yield f"when ({taken[:16].replace(':', '-', 2)})"
    make, model = _text(exif.get(MAKE)), _text(exif.get(MODEL))
    if camera := model if model.lower().startswith(make.lower()) else f"{make} {model}".strip():
        yield f"with which camera ({camera})"
    elif more.get(MAKER_NOTE):
        yield "with which camera"
    if any(_text(more.get(tag)) for tag in (SERIAL, LENS_SERIAL)) or XMP_SERIAL.search(xmp):
        yield "its serial number"
    if people := _text(exif.get(ARTIST)) or _text(more.get(OWNER)):
        yield f"by whom ({people})"
    elif iptc & IPTC_PEOPLE:
        yield "by whom"


def _iptc(image: Any) -> Iterator[tuple[int, int]]:
    if image.format in ("JPEG", "TIFF"):
        from PIL import IptcImagePlugin

        with contextlib.suppress(Exception):
            yield from IptcImagePlugin.getiptcinfo(image) or ()


def _degrees(gps: Mapping[int, Any], value: int, side: int) -> str:
    degrees, minutes, seconds = (float(each) for each in gps[value])
    return f"{degrees + minutes / 60 + seconds / 3600:.2f} {_text(gps.get(side))[:1]}"


def _text(value: Any) -> str:
    """A text of the file in one short line; "" when there is none."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:LONGEST]


def of_film(said: Mapping[str, str], streams: Sequence[Mapping[str, str]] = ()) -> list[str]:
    """The same of a film, from FFmpeg's names; the time alone is no reason to change a film, and is left out.

    streams: what each of its streams says of itself; action cameras write the place into one.
    """
    found = {
        name.lower().removeprefix("com.apple.quicktime.").removeprefix("com.android."): v for name, v in said.items()
    }
    words = []
    place = next((value for name, value in found.items() if name.startswith("location")), "")
    if at := ISO_6709.match(place):
        north, east = float(at[1]), float(at[2])
        words.append(f"where it was taken ({abs(north):.2f} {'NS'[north < 0]}, {abs(east):.2f} {'EW'[east < 0]})")
    elif place or any(PLACE_TRACKS.search(each.get("handler_name", "")) for each in streams):
        words.append("where it was taken")
    if camera := f"{_text(found.get('make'))} {_text(found.get('model'))}".strip():
        words.append(f"with which camera ({camera})")
    if people := _text(found.get("artist")) or _text(found.get("author")):
        words.append(f"by whom ({people})")
    return words
