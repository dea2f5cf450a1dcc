"""The addresses of LinkedIn or the sandbox, for this process and for the member's browser."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from dashboard.config.settings import LOOPBACK, SANDBOX_PATH, Settings
from linkedin_api import Urn, post_url
from linkedin_api.settings import DEFAULTS
from zernio_api import ZernioSettings


def in_sandbox(given: Settings) -> Settings:
    """The settings of the same dashboard against its built-in sandbox: another app, and no token of LinkedIn's."""
    return replace(
        given,
        client_id="sandbox-client",
        client_secret="sandbox-secret",  # the sandbox takes any # noqa: S106 # nosec B106
        access_token="",
        zernio=ZernioSettings(""),
        scopes=tuple(DEFAULTS["LINKEDIN_SCOPES"].split()),
        auth_url=(here := f"http://localhost:8501{SANDBOX_PATH}"),
        api_url=here,
        built_in_sandbox=True,
        redirect_uri_is_set=False,
    )


@dataclass(frozen=True)
class LinkedInHosts:
    """The addresses. The built-in sandbox is this very server, on whatever port it got."""

    settings: Settings
    own: dict[str, str] = field(default_factory=dict, compare=False, kw_only=True)  # our address, once it is known

    def served_at(self, host: str, port: int) -> None:
        """Learn our own address from a connection that the server accepted."""
        name = f"[{host}]" if ":" in host else host
        self.own["url"] = f"http://{name}:{port}{SANDBOX_PATH}"

    @property
    def auth_url(self) -> str:
        """Where members sign in, without a slash at the end."""
        return self._host(self.settings.auth_url)

    @property
    def api_url(self) -> str:
        """Where the API is, without a slash at the end."""
        return self._host(self.settings.api_url)

    def _host(self, configured: str) -> str:
        return self.own.get("url", configured) if self.settings.built_in_sandbox else configured

    def for_browser(self, url: str | None) -> str | None:
        """An address as the member's browser can reach it: the built-in sandbox by its path alone."""
        if not url or not self.settings.built_in_sandbox:
            return url
        try:
            parts = urlsplit(url)
        except ValueError:
            return url
        # On whatever port: a picture's address was saved when the server may have had another one.
        ours = parts.hostname in {*LOOPBACK, urlsplit(self.auth_url).hostname}
        if parts.scheme != "http" or not ours or not parts.path.startswith(SANDBOX_PATH + "/"):
            return url
        return urlunsplit(parts._replace(scheme="", netloc=""))

    def link(self, urn: str) -> str:
        """Where a published post can be seen."""
        return str(self.for_browser(post_url(Urn(urn), self.auth_url)))

    def is_there(self) -> bool:
        """At start the built-in sandbox cannot answer yet: its server, this one or another, is opening its port."""
        if not self.settings.built_in_sandbox:
            return True
        own = urlsplit(self.api_url)
        try:
            socket.create_connection((own.hostname or "", own.port or 0), timeout=1).close()
        except OSError:
            return False
        return True
