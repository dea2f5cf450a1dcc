"""Rest.li's schema check of required fields, types and enum symbols; answers 422 with one line per mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.protocol.errors import refused

MISSING = "field is required but not found and has no default value"  # [C]
NO_SYMBOL = "is not an enum symbol"  # [I]
UNKNOWN = "unrecognized field found but not allowed"  # [I]


class Checker:
    """Collects the mistakes of one JSON object; a path is written as /a/b/0."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root: Any = root
        self.lines: list[str] = []

    def get(self, path: str, kind: type, *, required: bool = True) -> Any:
        """The value at `path`, or None when it is missing or of another type."""
        found, walked = self.root, ""
        for name in path.strip("/").split("/"):
            walked += f"/{name}"
            found = _inside(found, name)
            if found is None:
                self.lines += [f"{walked} :: {MISSING}"] if required else []
                return None
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.lines.append(f"{walked} :: {found!r} cannot be coerced to {NAMES[kind]}")  # [I]
            return None
        return found

    def symbol(self, path: str, symbols: Iterable[str], *, required: bool = True) -> Any:
        """An enum symbol, or None when it is missing or not one of `symbols`."""
        value = self.get(path, str, required=required)
        if value is not None and value not in symbols:
            self.lines.append(f'{path} :: "{value}" {NO_SYMBOL}')
            return None
        return value

    def only(self, names: Iterable[str], at: str = "") -> None:
        """Record a mistake for every field with another name in the object at this path."""
        found = self.get(at, dict, required=False) if at else self.root
        self.lines += [f"{at}/{name} :: {UNKNOWN}" for name in found or () if name not in set(names)]

    def finish(self, action: str = "") -> None:
        """Raise ApiError 422 with every mistake, if there are any; `action` is the one whose parameters these are."""
        lines = list(dict.fromkeys(self.lines))
        if lines:
            written = "".join(f"ERROR :: {line}\n" for line in lines)
            raise refused("action_schema_error", action, written) if action else refused("schema_error", written)


def _inside(value: Any, name: str) -> Any:
    """The field of an object, or the entry of a list; None when there is none."""
    if isinstance(value, list):
        return value[int(name)] if name.isdecimal() and int(name) < len(value) else None
    return value.get(name) if isinstance(value, dict) else None


NAMES = {str: "String", dict: "DataMap", list: "DataList", int: "Integer", bool: "Boolean"}


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, in which LinkedIn probably counts characters. [I]"""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
