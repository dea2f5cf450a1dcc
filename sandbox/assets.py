"""Uploads before they are posts: what was registered, what arrived, and when it is ready."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .errors import ApiError
from .members import Member
from .posts import StoredMedia
from .store import Store

PART_BYTES = 4 * 1024 * 1024  # [C]


@dataclass(frozen=True)
class Part:
    """One range of a multipart upload; bytes are inclusive, etag "" until it arrived."""

    first: int
    last: int
    etag: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Asset:
    """One registered upload. Times are epoch seconds; `namespace` is digitalmediaAsset or image."""

    id: str
    owner: str
    namespace: str
    family: str  # STILLIMAGE or VIDEO
    created_at: float
    parts: tuple[Part, ...] = field(default=())
    uploaded_at: float | None = None
    failed: bool = False
    content_type: str = ""
    extension: str = ""
    size_bytes: int = 0
    sha256: str = ""

    @property
    def urn(self) -> str:
        """urn:li:digitalmediaAsset:… for v2, urn:li:image:… for rest."""
        return f"urn:li:{self.namespace}:{self.id}"

    @property
    def media_path(self) -> str:
        """Where the file can be seen, relative to the sandbox."""
        return f"/media/{self.id}{self.extension}"

    def status(self, now_s: float, processing_s: float) -> str:
        """WAITING_UPLOAD, PROCESSING, AVAILABLE or PROCESSING_FAILED."""
        if self.uploaded_at is None:
            return "WAITING_UPLOAD"
        if now_s < self.uploaded_at + processing_s:
            return "PROCESSING"
        return "PROCESSING_FAILED" if self.failed else "AVAILABLE"

    def stored(self, title: str = "", alt_text: str = "") -> StoredMedia:
        """The same file as part of a post."""
        facts = (self.urn, self.media_path, self.content_type, self.size_bytes, self.sha256)
        return StoredMedia(*facts, title=title, alt_text=alt_text)


class Assets:
    """The uploads of one sandbox, with their files in one folder."""

    def __init__(self, store: Store, folder: Path, clock: Callable[[], float], processing_s: float) -> None:
        self._store = store
        self._clock = clock
        self.folder = folder
        self.processing_s = processing_s
        folder.mkdir(parents=True, exist_ok=True)

    def register(self, owner: Member, namespace: str, family: str, size_bytes: int | None = None) -> Asset:
        """A new upload; with `size_bytes` it is to arrive in parts of 4 MiB."""
        prefix = {"image": "D4E10AQ", "digitalmediaAsset": "D5605AQ" if family == "VIDEO" else "D5622AQ"}[namespace]
        ranges = range(0, size_bytes or 0, PART_BYTES)
        parts = tuple(Part(first, min(first + PART_BYTES, size_bytes or 0) - 1) for first in ranges)
        asset = Asset(prefix + secrets.token_hex(8), owner.sub, namespace, family, self._clock(), parts)
        self.put(asset)
        return asset

    def get(self, asset_id: str) -> Asset | None:
        """The upload with this id, or None."""
        document = self._store.get("asset", asset_id)
        if document is None:
            return None
        return Asset(**(document | {"parts": tuple(Part(**part) for part in document["parts"])}))

    def by_urn(self, urn: str, namespace: str) -> Asset | None:
        """The upload with this URN, or None; also None when the URN is of another kind."""
        prefix = f"urn:li:{namespace}:"
        return self.get(urn.removeprefix(prefix)) if urn.startswith(prefix) else None

    def put(self, asset: Asset) -> None:
        """Keep what is known about an upload."""
        document: dict[str, Any] = asdict(asset)
        self._store.put("asset", asset.id, document | {"parts": [asdict(part) for part in asset.parts]})

    def change(self, asset_id: str, change: Callable[[Asset], Asset]) -> None:
        """Change an upload while nobody else does; one that is gone stays gone."""
        with self._store.transaction():
            asset = self.get(asset_id)
            if asset is not None:
                self.put(change(asset))

    def status(self, asset: Asset) -> str:
        """WAITING_UPLOAD, PROCESSING, AVAILABLE or PROCESSING_FAILED, now."""
        return asset.status(self._clock(), self.processing_s)

    def usable(self, urn: str, namespace: str, family: str, owner: Member, errors: MediaErrors) -> Asset:
        """The member's own uploaded file, for a post. Raises one of `errors`."""
        asset = self.by_urn(urn, namespace)
        if asset is None or asset.family != family:
            raise errors.unknown
        if asset.owner != owner.sub:
            raise errors.foreign
        status = self.status(asset)
        if status == "WAITING_UPLOAD":
            raise errors.waiting
        if status == "PROCESSING_FAILED":
            raise errors.failed
        return asset

    def path(self, asset: Asset) -> Path:
        """The file of an upload."""
        return self.folder / f"{asset.id}{asset.extension}"

    def clear(self) -> None:
        """Forget every upload and remove every file."""
        self._store.clear("asset")
        for file in self.folder.iterdir():
            file.unlink(missing_ok=True)


@dataclass(frozen=True)
class MediaErrors:
    """What to answer when a post names a file that cannot be used."""

    unknown: ApiError
    foreign: ApiError
    waiting: ApiError
    failed: ApiError
