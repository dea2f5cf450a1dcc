"""The pictures of members and the logos of organizations: by the URN under which LinkedIn's answers name them."""

from __future__ import annotations

from typing import Any

from sandbox.directory.authors import BY_URN, Author
from sandbox.directory.members import Member

SHOWN = {author.picture_urn: author for author in BY_URN.values() if author.picture_path}
SIZE_PX = 400
CLASS = "urn:li:digitalmediaMediaArtifactClass:company-logo_400_400"
COLOURS = ("#0a5c5c", "#7a3b12", "#3d3a8c", "#8c2f4e", "#2f6b2f")

_PORTRAIT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="400" height="400">
<defs><linearGradient id="sky" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#7cc4e8"/>
<stop offset="1" stop-color="#5267c9"/></linearGradient></defs>
<rect width="200" height="200" fill="url(#sky)"/><circle cx="156" cy="44" r="60" fill="#fff" opacity=".12"/>
<path d="M58 96c0-34 18-54 43-54s43 20 43 54c0 30 6 46 12 58H46c6-12 12-28 12-58z" fill="#3b2430"/>
<path d="M28 200c2-34 26-50 72-50s70 16 72 50z" fill="#f5efe6"/>
<path d="M82 128h36v26a18 16 0 0 1-36 0z" fill="#d99f7d"/>
<ellipse cx="100" cy="100" rx="31" ry="38" fill="#eab896"/>
<path d="M67 98c0-30 16-44 35-44s31 14 31 42c-14-4-26-14-33-26-6 14-18 24-33 28z" fill="#3b2430"/>
<circle cx="88" cy="102" r="3.2" fill="#33222b"/><circle cx="112" cy="102" r="3.2" fill="#33222b"/>
<path d="M88 119c7 7 17 7 24 0" fill="none" stroke="#9c4a3c" stroke-width="3" stroke-linecap="round"/></svg>"""
_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="400" height="400">
<rect width="200" height="200" fill="{colour}"/><path d="M0 150 100 90l100 60v50H0z" fill="#fff" opacity=".16"/>
<text x="100" y="128" font-family="Arial,Helvetica,sans-serif" font-size="84" font-weight="700" fill="#fff"
 text-anchor="middle">{initials}</text></svg>"""


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
