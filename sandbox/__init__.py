"""Imitates LinkedIn's API and sign-in over real HTTP, with state and strict checks; README.md lists its parts."""

from .faults import Fault, Faults
from .posts import StoredMedia, StoredPost
from .server import create_app
from .state import Sandbox

__all__ = ["Fault", "Faults", "Sandbox", "StoredMedia", "StoredPost", "create_app"]
