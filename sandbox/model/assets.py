"""Registered uploads: their owners, files and parts, and when they are ready for a post."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sandbox.directory.authors import Author
from sandbox.model.posts import StoredMedia
from sandbox.model.store import Store
from sandbox.protocol.errors import ApiError, refused

PART_BYTES = 4 * 1024 * 1024  # [C]
DAY_S = 24 * 3600
# How long upload URLs live: 30 days is [D] for videos, the rest is [I].
URL_LIFE_S = {"image": DAY_S, "document": DAY_S, "video": 30 * DAY_S, "digitalmediaAsset": 30 * DAY_S}
PREFIXES = {"image": "D4E10AQ", "video": "C5505AQ", "document": "D561FAQ"}  # [C] images and videos, [I] documents
FAMILIES = {"image": "STILLIMAGE", "video": "VIDEO", "document": "DOCUMENT"}
READY_FIRST = ("video", "document")  # [D] of videos, [I] of documents: no post before they are processed


@dataclass(frozen=True)
class Receipt:
    """A part that was received: the id in its ETag, the name of its file, and its size."""

    etag: str
    file: str
    size_bytes: int


@dataclass(frozen=True)
class Asset:
    """One registered upload. Times are epoch seconds; `owner` is the sub of the member who uploads.

    `namespace` is digitalmediaAsset, image, video or document; `owner_urn` the member or organization it is for.
    """

    id: str
    owner: str
    owner_urn: str
    namespace: str
    family: str  # STILLIMAGE, VIDEO or DOCUMENT
    created_at: float
    declared_bytes: int | None = None  # of an upload in parts
    uploaded_at: float | None = None
    failed: bool = False
    content_type: str = ""
    extension: str = ""
    size_bytes: int = 0
    sha256: str = ""
    captions_path: str = ""  # relative, as media_path; "" when there is none
    thumbnail_path: str = ""

    @property
    def urn(self) -> str:
        """urn:li:digitalmediaAsset:… for v2; urn:li:image:…, video or document for rest."""
        return f"urn:li:{self.namespace}:{self.id}"

    @property
    def media_path(self) -> str:
        """The path of the uploaded file, relative to the sandbox's base URL."""
        return f"/media/{self.id}{self.extension}"

    @property
    def urls_expire_at(self) -> float:
        """When the upload URLs stop working."""
        return self.created_at + URL_LIFE_S[self.namespace]

    @property
    def part_count(self) -> int:
        """The number of parts of the upload; 0 for a file in one piece."""
        return -(-(self.declared_bytes or 0) // PART_BYTES)

    @property
    def parts(self) -> list[tuple[int, int]]:
        """The first and the last byte of each part of the upload, both inclusive, in order."""
        firsts = [number * PART_BYTES for number in range(self.part_count)]
        return [(first, min(first + PART_BYTES, self.declared_bytes or 0) - 1) for first in firsts]

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
        self._sealing: dict[str, threading.Lock] = {}
        self.folder = folder
        self.processing_s = processing_s
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def register(
        self, owner: Author, namespace: str, family: str, size_bytes: int | None = None, *, owner_urn: str = ""
    ) -> Asset:
        """Register an upload, with `size_bytes` in parts of 4 MiB; `owner_urn` is whose it is, if not the author's."""
        prefix = PREFIXES.get(namespace) or ("D5605AQ" if family == "VIDEO" else "D5622AQ")
        asset = Asset(
            id=prefix + secrets.token_hex(8),
            owner=owner.sub,
            owner_urn=owner_urn or owner.urn,
            namespace=namespace,
            family=family,
            created_at=self._clock(),
            declared_bytes=size_bytes,
        )
        self._store.put("asset", asset.id, asdict(asset))
        return asset

    def get(self, asset_id: str) -> Asset | None:
        """The upload with this id, or None."""
        document = self._store.get("asset", asset_id)
        if document is None:
            return None
        # Documents stored by an earlier version have other fields, and always belong to the member.
        known = {name: value for name, value in document.items() if name in FIELDS}
        return Asset(**{"owner_urn": f"urn:li:person:{document['owner']}"} | known)

    def by_urn(self, urn: str, namespace: str) -> Asset | None:
        """The upload with this URN, or None; also None when the URN is of another kind."""
        asset = self.get(urn.rpartition(":")[2])
        return asset if asset and asset.namespace == namespace and asset.urn == urn else None

    def change(self, asset_id: str, change: Callable[[Asset], Asset]) -> None:
        """Change an upload in a transaction; a deleted one is not created again."""
        with self._store.transaction():
            asset = self.get(asset_id)
            if asset is not None:
                self._store.put("asset", asset_id, asdict(change(asset)))

    def keep_part(self, asset: Asset, receipt: Receipt) -> None:
        """Record that a part was received, whichever address took it."""
        with self._store.transaction():
            if self.get(asset.id) is not None:
                self._store.put("part", f"{asset.id} {receipt.etag}", asdict(receipt))

    def receipt(self, asset: Asset, etag: str) -> Receipt | None:
        """The receipt of the part with this id, or None."""
        document = self._store.get("part", f"{asset.id} {etag}")
        return Receipt(**document) if document else None

    def sealing(self, asset_id: str) -> threading.Lock:
        """The lock for joining the parts of this upload, so that a video is joined once."""
        return self._sealing.setdefault(asset_id, threading.Lock())

    def expired(self, asset: Asset) -> bool:
        """Whether the upload URLs have expired."""
        return self._clock() >= asset.urls_expire_at

    def status(self, asset: Asset) -> str:
        """The status at this moment: WAITING_UPLOAD, PROCESSING, AVAILABLE or PROCESSING_FAILED."""
        return asset.status(self._clock(), self.processing_s)

    def usable(
        self, urn: str, namespace: str, family: str, owner: Author, *, unknown: ApiError, foreign: ApiError
    ) -> Asset:
        """The owner's uploaded file, for a post. Raises `unknown`, `foreign`, or ApiError 400 when it is not ready."""
        asset = self.by_urn(urn, namespace)
        if asset is None or asset.family != family:
            raise unknown
        if asset.owner_urn != owner.urn:
            raise foreign
        status = self.status(asset)
        if status == "WAITING_UPLOAD" or (status == "PROCESSING" and namespace in READY_FIRST):
            raise refused("waiting_upload")
        if status == "PROCESSING_FAILED":
            raise refused("processing_failed")
        return asset

    def path(self, asset: Asset) -> Path:
        """The path of an upload's file on disk."""
        return self.folder / f"{asset.id}{asset.extension}"

    def clear(self) -> None:
        """Delete every upload and its file."""
        self._store.clear("asset", "part")
        self._sealing.clear()
        for file in self.folder.iterdir():
            file.unlink(missing_ok=True)

    def drop_parts(self, asset: Asset) -> None:
        """Delete the files of the parts; their receipts stay, for a finalize that is sent again."""
        for file in self.folder.glob(f"{asset.id}.*.part"):
            file.unlink(missing_ok=True)


FIELDS: frozenset[str] = frozenset(field.name for field in fields(Asset))
