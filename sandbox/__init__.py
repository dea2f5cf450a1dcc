"""A LinkedIn on this machine: stateful, strict, over real HTTP. See README.md for what it imitates."""

from .faults import Fault, Faults
from .posts import StoredMedia, StoredPost
from .server import create_app
from .state import Sandbox

__all__ = ["Fault", "Faults", "Sandbox", "StoredMedia", "StoredPost", "create_app"]
