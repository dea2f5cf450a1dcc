"""Imitates LinkedIn's API and sign-in over real HTTP, with state and strict checks; README.md lists its parts."""

from sandbox.model.faults import Fault, Faults
from sandbox.model.posts import StoredMedia, StoredPost
from sandbox.model.state import Sandbox
from sandbox.server import create_app

__all__ = ["Fault", "Faults", "Sandbox", "StoredMedia", "StoredPost", "create_app"]
