"""Command line: `python -m sandbox` serves the sandbox on a port of its own."""

from __future__ import annotations

import argparse
import os
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from sandbox.model.state import Sandbox
from sandbox.server import ROUTES, create_app
from sandbox.web.ledger import as_markdown

PORT_MAX = 65535
OF_THE_SERVER = ("host", "port", "folder", "ledger")  # options; the others are the sandbox's own, by its names


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted. Returns the exit status: 1 when the port is in use, 2 when options contradict."""
    options = _parser().parse_args(arguments)
    if options.ledger:
        print(as_markdown(ROUTES), end="")  # noqa: T201
        return 0
    if (options.client_id is None) != (options.client_secret is None):
        return _complain("Give --client-id and --client-secret together, or neither to welcome any client.", 2)
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        where = f"{options.host}:{options.port}"
        return _complain(f"The sandbox cannot listen on {where} ({_reason(error)}); choose another --port.", 1)
    with listener, tempfile.TemporaryDirectory(prefix="sandbox-") as temporary:
        try:
            sandbox = _sandbox(options, Path(options.folder or temporary))
        except (OSError, sqlite3.Error) as error:
            return _complain(f"The folder {options.folder} cannot be used ({_reason(error)}).", 1)
        _serve(sandbox, listener)
        sandbox.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m sandbox", description="A LinkedIn on this machine.")
    parser.add_argument("--port", type=_port, default=9200)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--folder", help="keep everything here; a temporary folder when left out")
    parser.add_argument("--auto-approve", action="store_true", help="answer sign-ins at once, as Ada")
    parser.add_argument("--skip-consent", action="store_true", help="ask a browser only once for the same scopes")
    parser.add_argument("--client-id", help="the only client that is welcome")
    parser.add_argument("--client-secret")
    parser.add_argument(
        "--redirect-uri",
        dest="redirect_uris",
        metavar="URI",
        action="append",
        default=[],
        help="may be given several times",
    )
    parser.add_argument(
        "--member-limit",
        dest="member_daily_limit",
        metavar="CALLS",
        type=int,
        default=150,
        help="calls per member and day",
    )
    parser.add_argument("--processing-s", type=float, default=1.0, help="how long uploads are PROCESSING")
    parser.add_argument("--activity-delay-s", type=float, default=1.0, help="how long a new post takes no comment")
    parser.add_argument("--partner", action="store_true", help="the client may refresh its tokens")
    parser.add_argument("--two-legged", action="store_true", help="the client may use client_credentials")
    parser.add_argument("--ledger", action="store_true", help="print the tables of this folder's README, and end")
    # Whoever can read this machine's process list is on it, and needs no key.
    parser.add_argument(
        "--key",
        dest="control_key",
        metavar="KEY",
        help="lets other machines use /_sandbox/…, if they send it as X-Sandbox-Key",
    )
    return parser


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def _sandbox(options: argparse.Namespace, folder: Path) -> Sandbox:
    its_own = {name: value for name, value in vars(options).items() if name not in OF_THE_SERVER}
    return Sandbox(folder, **its_own | {"control_key": options.control_key or None})


def _serve(sandbox: Sandbox, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(f"Sandbox at {url} – set LINKEDIN_AUTH_URL={url} LINKEDIN_API_URL={url}", flush=True)  # noqa: T201
    # The access log is off: query strings hold authorization codes.
    config = uvicorn.Config(create_app(sandbox), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > PORT_MAX:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {PORT_MAX}, not {text!r}")
    return int(text)


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number) if number else str(error)


def _complain(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
