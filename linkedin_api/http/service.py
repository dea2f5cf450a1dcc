"""The API that a transport speaks to: its name in sentences, its upload hosts, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from linkedin_api.errors.from_response import api_error, request_id
from linkedin_api.errors.tree import LinkedInError

Refusal = Callable[[int, str, Mapping[str, str], bool], LinkedInError]


@dataclass(frozen=True)
class Service:
    """One API. error makes an exception of status, body, headers, and whether the same request may be sent again.

    upload_domains: files go to these domains and below them, over https. repeatable: the methods of requests that may
    be sent again without harm.
    """

    name: str
    upload_domains: Collection[str] = field(repr=False)
    repeatable: Collection[str] = field(repr=False)
    error: Refusal = field(repr=False)
    request_id: Callable[[Mapping[str, str]], str | None] = field(repr=False)


LINKEDIN = Service("LinkedIn", ("linkedin.com",), ("GET", "PUT", "DELETE"), api_error, request_id)
