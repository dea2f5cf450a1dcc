"""Encrypts tokens at rest (Fernet) with SECRET_KEY, which is made and kept when absent."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from dashboard.db.database import DatabaseUnavailable, private_folder


class Encryption:
    """Encrypts short secrets with one key; decrypts what this key, or the one before it, has encrypted."""

    def __init__(self, secret_key: str, old_key: str = "") -> None:
        self._newest = _fernet(secret_key)
        self._any = MultiFernet([self._newest, *([_fernet(old_key)] if old_key else ())])
        self._digest_key = hashlib.sha256(b"linkedin-dashboard session v1|" + secret_key.encode()).digest()

    def lock(self, secret: str) -> str:
        """The secret, encrypted; unlock() gives it back."""
        return self._newest.encrypt(secret.encode()).decode()

    def unlock(self, locked: str) -> str | None:
        """The secret, or None when no key that is known has locked it."""
        try:
            return self._any.decrypt(locked.encode()).decode()
        except InvalidToken:
            return None

    def relock(self, locked: str) -> str | None:
        """The same secret, encrypted with the newest key; None when no key that is known has locked it."""
        with contextlib.suppress(InvalidToken):
            self._newest.decrypt(locked.encode())
            return locked
        secret = self.unlock(locked)
        return None if secret is None else self.lock(secret)

    def digest(self, secret: str) -> str:
        """The HMAC-SHA-256 of a random secret, hex: finds nothing any more once SECRET_KEY is another one."""
        return hmac.new(self._digest_key, _bytes(secret), "sha256").hexdigest()


def _fernet(secret_key: str) -> Fernet:
    digest = hashlib.sha256(b"linkedin-dashboard token v1|" + secret_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def secret_key(given: str, folder: Path) -> str:
    """SECRET_KEY as given, else the one kept in `folder`, made with mode 0600 the first time.

    Raises: StoreError when the folder cannot be written.
    """
    if given:
        return given
    file = key_file(folder)
    draft = folder / f"secret_key.{secrets.token_hex(4)}"
    try:
        private_folder(folder)
        if not file.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            # A link appears whole or not at all: of two servers starting at once, both read the same key.
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)
            draft.unlink()
        if found := file.read_text().strip():
            return found
        raise DatabaseUnavailable(
            f"The key file {file} is empty. Delete it to have a new key made; members then sign in again."
        )
    except OSError:
        raise DatabaseUnavailable(
            f"The key file {file} cannot be written. Set SECRET_KEY, or make its folder writable."
        ) from None


def key_file(folder: Path) -> Path:
    """Where the key lies that was made because none was given."""
    return folder / "secret_key"


def digest(secret: str) -> str:
    """The SHA-256 of a random secret, hex: enough to look it up by."""
    return hashlib.sha256(_bytes(secret)).hexdigest()


def _bytes(secret: str) -> bytes:
    """A stranger's secret may be half of a surrogate pair, as JSON can write it."""
    return secret.encode("utf-8", "surrogatepass")
