"""Encrypts tokens at rest (Fernet) with SECRET_KEY, which is made and kept when absent."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from dashboard.store import StoreError


class Vault:
    """Encrypts and decrypts short secrets with one key."""

    def __init__(self, secret_key: str) -> None:
        digest = hashlib.sha256(b"linkedin-dashboard token v1|" + secret_key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))

    def lock(self, secret: str) -> str:
        """The secret, encrypted; unlock() gives it back."""
        return self._fernet.encrypt(secret.encode()).decode()

    def unlock(self, locked: str) -> str | None:
        """The secret, or None when it was locked with another SECRET_KEY."""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken:
            return None


def secret_key(given: str, folder: Path) -> str:
    """SECRET_KEY as given, else the one kept in `folder`, made with mode 0600 the first time.

    Raises: StoreError when the folder cannot be written.
    """
    if given:
        return given
    file = key_file(folder)
    draft = folder / f"secret_key.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            # A link appears whole or not at all: of two servers starting at once, both read the same key.
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        if found := file.read_text().strip():
            return found
        raise StoreError(f"The key file {file} is empty. Delete it to have a new key made; members then sign in again.")
    except OSError:
        raise StoreError(
            f"The key file {file} cannot be written. Set SECRET_KEY, or make its folder writable."
        ) from None


def key_file(folder: Path) -> Path:
    """Where the key lies that was made because none was given."""
    return folder / "secret_key"


def digest(secret: str) -> str:
    """The SHA-256 of a random secret, hex: enough to look it up by."""
    return hashlib.sha256(secret.encode()).hexdigest()
