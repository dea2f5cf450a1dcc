"""Whether a request was sent by a page of this server, as its Origin header says."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

DEFAULT_PORTS = {"http": ":80", "https": ":443"}  # browsers leave them out, some proxies add them to Host


def foreign(connection: HTTPConnection) -> str | None:
    """Why a request does not come from a page of this server, with the next step; None when it does."""
    origin, host = connection.headers.get("origin", ""), connection.headers.get("host", "")
    if origin in {f"{scheme}://{host.removesuffix(port)}" for scheme, port in DEFAULT_PORTS.items()}:
        return None
    if not _is_of_a_page(origin):
        return "foreign origin: the request names no page of this dashboard that has sent it."
    return (
        f"foreign origin: the page was opened at {origin[:200]}, but its request arrived for {host[:200]}. If a proxy "
        "stands in front of the dashboard, it must pass on the browser's Host header; for nginx, "
        '"proxy_set_header Host $http_host;".'
    )


def _is_of_a_page(origin: str) -> bool:
    try:
        found = urlsplit(origin)
    except ValueError:
        return False
    return found.scheme in DEFAULT_PORTS and bool(found.netloc)
