"""What a server or a worker writes to the terminal: one line an event, as key=value, without secrets."""

from __future__ import annotations

import json
import logging
import re
import threading
import traceback
from collections.abc import Collection
from typing import Any

from linkedin_api.http.redaction import Redactor

PLAIN = re.compile(r"[\w./:@+-]+")
LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")  # some readers end a line at these, and JSON leaves them as they are
log = logging.getLogger(__name__)
_secrets: set[str] = set()


def to_terminal(secrets: Collection[str]) -> logging.Handler:
    """Warnings and errors go to the terminal from now on, through the handler that is returned.

    The records themselves are made without secrets: libraries such as Streamlit bring handlers of their own.
    """
    hide(secrets)

    def make(*given: Any, **more: Any) -> logging.LogRecord:
        record = logging.LogRecord(*given, **more)
        record.msg, record.args = _line(record), None
        record.exc_info = record.exc_text = record.stack_info = None
        return record

    logging.setLogRecordFactory(make)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.handlers = [handler]
    # The engine's library has a way of its own to the terminal, unless it finds one that is there already.
    library = logging.getLogger("dbos")
    library.handlers, library.propagate = [handler], False
    threading.excepthook = _thread_failed
    return handler


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value:
        log.error("A thread has failed", exc_info=failed.exc_value)


def hide(secrets: Collection[str]) -> None:
    """Keep these secrets out of every line from now on, beside those that are known already."""
    _secrets.update(secrets)


def _line(record: logging.LogRecord) -> str:
    redactor = Redactor(_secrets)
    fields = {"level": record.levelname.lower(), "logger": record.name, "event": _event(record)}
    if record.exc_info and (error := record.exc_info[1]):
        fields["error"] = type(error).__name__
        fields["traceback"] = "".join(traceback.format_exception(error)).rstrip()
    return " ".join(f"{name}={_value(redactor.text(text))}" for name, text in fields.items())


def _event(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # values that do not fit must not stop whoever writes a line
        return f"{record.msg} {record.args}"


def _value(text: str) -> str:
    if PLAIN.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
