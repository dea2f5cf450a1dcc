"""Rest.li's schema check of required fields, types and enum symbols; answers 422 with one line per mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.protocol.errors import ApiError, refused

MISSING = "field is required but not found and has no default value"  # [C]
NO_SYMBOL = "is not an enum symbol"  # [I]
UNKNOWN = "unrecognized field found but not allowed"  # [I]


class Checker:
    """Collects the mistakes of one JSON object; a path is written as /a/b/0."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.lines: list[str] = []

    def get(self, path: str, kind: type, *, required: bool = True, within: Any = None, at: str = "") -> Any:
        """The value at `path` ("/a/b") below `within`, or None when it is missing or of another type."""
        found = self.root if within is None else within
        walked = at
        for name in path.strip("/").split("/"):
            walked += f"/{name}"
            if not isinstance(found, dict) or found.get(name) is None:
                self._missing(walked, required)
                return None
            found = found[name]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.lines.append(f"{walked} :: {found!r} cannot be coerced to {NAMES[kind]}")  # [I]
            return None
        return found

    def symbol(
        self, path: str, symbols: Iterable[str], *, required: bool = True, within: Any = None, at: str = ""
    ) -> Any:
        """An enum symbol, or None when it is missing or not one of `symbols`."""
        value = self.get(path, str, required=required, within=within, at=at)
        if value is not None and value not in symbols:
            self.lines.append(f'{at}{path} :: "{value}" {NO_SYMBOL}')
            return None
        return value

    def only(self, names: Iterable[str], *, within: Any = None, at: str = "") -> None:
        """Record a mistake for every field with another name."""
        found = self.root if within is None else within
        self.lines += [f"{at}/{name} :: {UNKNOWN}" for name in found if name not in set(names)]

    def finish(self, action: str = "") -> None:
        """Raise ApiError 422 with every mistake, if there are any; `action` is the one whose parameters these are."""
        lines = list(dict.fromkeys(self.lines))
        if lines:
            written = "".join(f"ERROR :: {line}\n" for line in lines)
            raise refused("action_schema_error", action, written) if action else refused("schema_error", written)

    def _missing(self, path: str, required: bool) -> None:
        if required:
            self.lines.append(f"{path} :: {MISSING}")


def not_a_map(at: str, value: object) -> ApiError:
    """422 for something else where an object must stand."""
    return refused("schema_error", f"ERROR :: {at} :: {value!r} cannot be coerced to DataMap\n")


NAMES = {str: "String", dict: "DataMap", list: "DataList", int: "Integer", bool: "Boolean"}


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, in which LinkedIn probably counts characters. [I]"""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
