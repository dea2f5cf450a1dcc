"""What a server and a worker write to the terminal: one line an event, without secrets."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT, Dashboard
from tests.support.patience import PATIENCE_S, until

STAMP = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d+ "
PROGRAM = """
import logging, threading
from dashboard.config import logs
handler = logging.StreamHandler()  # a library's own way to the terminal
logging.getLogger("library").addHandler(handler)
logging.getLogger("library").propagate = False
logs.to_terminal(["my-secret-key", "p@ss word"])
log = logging.getLogger("dashboard.test")
log.warning("Plain")
log.warning("It says %s,\\nin two lines\u2028or three", "my-secret-key")
log.warning("postgresql://me:p%40ss%20word@host/x and Authorization: Bearer abcdefghijk")
log.warning("%d apples", "three")
log.info("Nobody asked")
try:
    raise ValueError("my-secret-key")
except ValueError:
    logging.getLogger("library").exception("A library fails")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start()
thread.join()
"""


def test_each_event_is_one_line_without_secrets_whoever_writes_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    plain, two, url, apples, library, thread = done.stderr.split("\n")[:-1]

    assert re.fullmatch(STAMP + "level=warning logger=dashboard.test event=Plain", plain)
    assert two.endswith(r'event="It says [hidden],\nin two lines\u2028or three"')
    assert url.endswith('event="postgresql://me:[hidden]@host/x and Authorization: Bearer [hidden]"')
    assert "%d apples" in apples
    assert library.startswith('level=error logger=library event="A library fails" error=ValueError traceback="')
    assert library.endswith(r'\nValueError: [hidden]"')
    assert "error=ZeroDivisionError" in thread
    assert "secret" not in done.stderr


def test_the_server_writes_such_lines_too(start_dashboard: Callable[..., Dashboard], tmp_path: Path) -> None:
    (tmp_path / "dashboard.worker").mkdir()  # where the lock of the one that publishes would be
    key = "a-secret-key-of-this-test-in-the-settings"
    running = start_dashboard(SECRET_KEY=key, DATA_FOLDER=str(tmp_path / key))
    until(lambda: "level=" in running.log)
    (line, *_) = [each for each in running.log.splitlines() if "level=" in each]

    assert re.match(STAMP + r'level=error logger=dashboard.publishing.worker event="', line)
    with socket.create_connection(("localhost", running.port), timeout=PATIENCE_S) as connection:
        connection.sendall(b"This is no HTTP\r\n\r\n")
        assert b" 400 " in connection.recv(100)
    of_uvicorn = r'level=warning logger=uvicorn\.error event="Invalid HTTP request received\."'
    assert until(lambda: re.search(f"^{STAMP}{of_uvicorn}$", running.log, re.MULTILINE))
    assert key not in running.log
