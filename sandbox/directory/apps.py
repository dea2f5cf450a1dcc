"""The demo applications: which scopes LinkedIn has provisioned for a client, and what each one means. See apps.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

SELF_SERVE_CLIENT = "sandbox-client"
COMMUNITY_CLIENT = "sandbox-community"
EVERY_PRODUCT_CLIENT = "sandbox-every-product"
# [D] LinkedIn gives refresh tokens to approved partners, and tokens of its own to an application that it has switched
# this on for; [I] both on one application, and with the self-serve scopes
PARTNER_CLIENT = "sandbox-partner"

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)
SELF_SERVE, COMMUNITY, _BESIDES = (
    tuple(_TABLE["applications"][name].split()) for name in ("self_serve", "community", "besides")
)
EVERY_PRODUCT = tuple(dict.fromkeys((*SELF_SERVE, *COMMUNITY, *_BESIDES)))
PROVISIONED = {COMMUNITY_CLIENT: COMMUNITY, EVERY_PRODUCT_CLIENT: EVERY_PRODUCT}
IN_WORDS: dict[str, str] = _TABLE["in_words"]


def scopes_of(client_id: str) -> frozenset[str]:
    """The scopes that this client may request; an unknown client has those of a self-serve application."""
    return frozenset(PROVISIONED.get(client_id, SELF_SERVE))
