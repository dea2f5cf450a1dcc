"""Which addresses of the Internet are public: the only ones from which a stranger's page may be fetched."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address

# Python 3.11 calls some of these global, and what it says changes between its patch releases.
CLOSED_V4 = [
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and where clouds hand out their keys
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays from IPv6, given up
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
]
OPEN_V6 = IPv6Network("2000::/3")  # all that has ever been given out as global unicast
CLOSED_V6 = [IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "3fff::/20")]  # Teredo is in the first
NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPAddress) -> bool:
    """Whether anybody on the Internet could reach it; of an IPv6 address with an IPv4 one inside, whether that is."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in each for each in CLOSED_V4)
    inside = address.ipv4_mapped or address.sixtofour
    if address in NAT64:
        inside = IPv4Address(int(address) & 0xFFFFFFFF)
    if inside is not None:
        return is_public(inside)
    return address.scope_id is None and address in OPEN_V6 and not any(address in each for each in CLOSED_V6)
