"""The pictures of members and the logos of organizations: by the URN under which LinkedIn's answers name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.directory.authors import BY_URN, Author
from sandbox.directory.members import Member

SHOWN = {author.picture_urn: author for author in BY_URN.values() if author.picture_path}
SIZE_PX = 400
CLASS = "urn:li:digitalmediaMediaArtifactClass:company-logo_400_400"
COLOURS = ("#0a5c5c", "#7a3b12", "#3d3a8c", "#8c2f4e", "#2f6b2f")

_PORTRAIT, _LOGO = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("portrait.svg", "logo.svg"))


def svg_of(author: Author) -> str | None:
    """The picture as SVG; None for a member without one."""
    if isinstance(author, Member):
        return _PORTRAIT if author.has_picture else None
    words = author.name.split()
    colour = COLOURS[int(author.number) % len(COLOURS)]
    return _LOGO.format(colour=colour, initials=words[0][0] + words[-1][0])


def streams(urn: str, base_url: str) -> dict[str, Any] | None:
    """What "~:playableStreams" tells of a picture, in the form of LinkedIn's answers [C]; None for an unknown URN."""
    author = SHOWN.get(urn)
    if author is None:
        return None
    side = {"width": SIZE_PX, "height": SIZE_PX}
    kind = "image/svg+xml"  # [I] LinkedIn has JPEG and PNG
    image = {
        "mediaType": kind,
        "rawCodecSpec": {"name": "svg", "type": "image"},
        "displaySize": {"width": float(SIZE_PX), "uom": "PX", "height": float(SIZE_PX)},
        "storageSize": side,
        "storageAspectRatio": {"widthAspect": 1.0, "heightAspect": 1.0, "formatted": "1.00:1.00"},
        "displayAspectRatio": {"widthAspect": 1.0, "heightAspect": 1.0, "formatted": "1.00:1.00"},
    }
    identifier = {
        "identifier": f"{base_url}{author.picture_path}",
        "index": 0,
        "mediaType": kind,
        "file": f"urn:li:digitalmediaFile:({urn},{CLASS},0)",
        "identifierType": "EXTERNAL_URL",
        "identifierExpiresInSeconds": 1_576_108_800,
    }
    element = {
        "artifact": f"urn:li:digitalmediaMediaArtifact:({urn},{CLASS})",
        "authorizationMethod": "PUBLIC",
        "data": {"com.linkedin.digitalmedia.mediaartifact.StillImage": image},
        "identifiers": [identifier],
    }
    return {"elements": [element], "paging": {"count": 10, "start": 0, "links": []}}
