"""The sign-in at a terminal: a server on this machine waits for the browser to come back from LinkedIn."""

from __future__ import annotations

import hmac
import html
import queue
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qsl, urlsplit

from linkedin_api.auth.models import Profile, Token
from linkedin_api.auth.oauth import OAuth
from linkedin_api.cli.failures import NotSignedIn
from linkedin_api.errors.sign_in import sign_in_error
from linkedin_api.errors.tree import Forbidden
from linkedin_api.settings import CALLBACK_PATH, LOOPBACK, LinkedInSettings, SettingsError

OTHER = "http://localhost:8765/callback"
REGISTER = "Register another redirect URL on your app's Auth tab, and give it with --redirect-uri"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body {{ font: 18px/1.5 sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 1em }}</style></head>
<body><main><h1>{title}</h1><p>{said}</p></main></body></html>"""


def sign_in(
    to: LinkedInSettings, oauth: OAuth, *, timeout_s: float, tell: Callable[[str], None], browser: bool
) -> tuple[Token, Profile]:
    """Sign in by way of the browser; the address to open is told, and opened where there is a browser.

    Raises: SettingsError for a redirect URI that is not on this machine, or whose port is in use; NotSignedIn when
    nobody comes back in time; what OAuth raises, such as ConsentCancelled.
    """
    with _listen(to) as server:
        back = server.redirect_uri
        address = oauth.authorize_url(redirect_uri=back, scopes=to.scopes, state=server.state)
        tell(f"Open this address to sign in:\n{address}")
        if browser:
            _open(address)
        given = server.wait(timeout_s)
    if "error" in given:
        raise sign_in_error(given["error"], given.get("error_description", ""))
    token = oauth.exchange_code(given["code"], redirect_uri=back)
    claims = oauth.verify_id_token(token.id_token) if token.id_token else None
    try:
        return token, oauth.member(token, scopes=to.scopes, sub=claims["sub"] if claims else None)
    except Forbidden:  # seen once although openid was granted (§2.4); the id_token says the same
        if claims is None:
            raise
    return token, Profile.from_claims(claims)


def _open(address: str) -> None:
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if type(found) is not webbrowser.GenericBrowser:  # a text browser would take the terminal
        found.open(address)


def _listen(to: LinkedInSettings) -> _CallbackServer:
    # A sandbox takes any redirect URI, so a free port will do; at LinkedIn the port is part of what is registered.
    free = to.sandbox and not to.redirect_uri_is_set
    url = urlsplit(f"http://localhost:0{CALLBACK_PATH}" if free else to.redirect_uri)
    if url.scheme != "http" or url.hostname not in LOOPBACK:
        raise SettingsError("LINKEDIN_REDIRECT_URI", f"leads to another place than this terminal. {REGISTER}", OTHER)
    port = 80 if url.port is None else url.port
    try:
        server = _CallbackServer("::1" if url.hostname == "::1" else "127.0.0.1", port, url.path or "/")
    except OSError as error:
        wrong = f"names port {port}, which is not free ({error.strerror}); a dashboard may run there. {REGISTER}"
        raise SettingsError("LINKEDIN_REDIRECT_URI", wrong, OTHER) from None
    server.redirect_uri = to.redirect_uri
    if free:
        server.redirect_uri = f"http://localhost:{server.server_address[1]}{CALLBACK_PATH}"
    return server


class _CallbackServer(ThreadingHTTPServer):
    """Waits at the redirect URI for the one answer that carries its state."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.path, self.redirect_uri, self.state = path, "", secrets.token_urlsafe(32)
        self.came: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        super().__init__((host, port), _CallbackHandler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would ask for a host name of this address, which may take long

    def handle_error(self, *_: object) -> None:
        """A browser that hangs up is no news."""

    def wait(self, timeout_s: float) -> dict[str, str]:
        """The parameters with which the browser came back. Raises: NotSignedIn when it does not in time."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            return self.came.get(timeout=timeout_s)
        except queue.Empty:
            pass
        finally:
            self.shutdown()
        late = f"Nobody came back from LinkedIn within {timeout_s:g} seconds."
        raise NotSignedIn(late, advice="Run login again; --timeout gives more time.")


class _CallbackHandler(BaseHTTPRequestHandler):
    server: _CallbackServer
    timeout = 10  # seconds, of a connection that says nothing
    server_version, sys_version = "callback", ""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        given = dict(parse_qsl(url.query, keep_blank_values=True))
        if url.path != self.server.path:
            return self._say(404, "Nothing is here", "LinkedIn sends you back to another address.")
        if not hmac.compare_digest(given.get("state", "").encode(), self.server.state.encode()):
            # [D] 401 for another state
            return self._say(401, "Another sign-in", "This was not begun by the terminal, which goes on waiting.")
        if "error" not in given and not given.get("code"):
            return self._say(400, "No answer", "LinkedIn sent no code. Open the address in the terminal once more.")
        told = ("Not signed in", "The terminal says why.") if "error" in given else ("Signed in at LinkedIn", "")
        self._say(200, told[0], f"{told[1]} You can close this window, and go on in the terminal.")
        return self.server.came.put(given)

    def _say(self, status: int, title: str, said: str) -> None:
        body = PAGE.format(title=html.escape(title), said=html.escape(said)).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),  # the address holds the code
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The address holds the code, so nothing is logged."""
