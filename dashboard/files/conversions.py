"""Encodes films as MP4 while their members go on writing: one at a time, in a process that can be stopped."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field, replace

from dashboard.files.fitting import film_task, kept_film
from dashboard.files.inspection import seen
from dashboard.files.media import FILM_FORMATS, MediaFile, MediaRefused
from dashboard.files.signatures import signature_of
from dashboard.files.uploads import UploadRefused, Uploads
from dashboard.untrusted.isolated import TaskWatch

TIME_MAX_S = 2 * 3600.0  # waiting for its turn included
log = logging.getLogger(__name__)


@dataclass
class Conversion:
    """One film on its way to an MP4; `made` or `refusal` is there when it has ended."""

    share: float = 0.0  # 0 to 1
    made: MediaFile | None = None
    refusal: str = ""
    stop: threading.Event = field(default_factory=threading.Event)


class Conversions:
    """The films that are being encoded by this process. A draft names its film meanwhile, so that none is forgotten."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._known: dict[tuple[str, bool], Conversion] = {}

    def of(self, file: MediaFile) -> Conversion:
        """How far a film is that is not ready; it is begun if it is not on its way yet, as after a restart."""
        key = (file.sha256, file.clean)
        with self._lock:
            if found := self._known.get(key):
                return found
            job = self._known[key] = Conversion()
        threading.Thread(target=self._run, args=(file, job), name="encodes a film", daemon=True).start()
        return job

    def forget(self, file: MediaFile) -> None:
        """Stop a film that was taken off, or forget one that has ended."""
        with self._lock:
            job = self._known.pop((file.sha256, file.clean), None)
        if job:
            job.stop.set()

    def _run(self, file: MediaFile, job: Conversion) -> None:
        try:
            with self._turn:
                job.made = self._encoded(file, job)
        except (MediaRefused, UploadRefused) as error:
            job.refusal = str(error)
        except Exception:
            log.exception("A film was not encoded")
            job.refusal = f"{file.name} could not be made into an MP4; the terminal says why. Export it as MP4."

    def _encoded(self, file: MediaFile, job: Conversion) -> MediaFile:
        def tell(share: float) -> None:
            job.share = share

        path = self._uploads.path(file.sha256)
        if not path.is_file():
            raise MediaRefused(f"{file.name} is no longer on this machine. Choose it again.")
        container = FILM_FORMATS.get(signature_of(path).name, "mov")
        told = json.dumps({**film_task(file.duration_s or 0, clean=file.clean, encode=True), "progress": True})
        with self._uploads.part() as target:
            found = seen(
                *("encode_film", path, file.name, container, str(target), told),
                damaged="its video cannot be read to its end. Export it as MP4.",
                wait_s=TIME_MAX_S,
                watch=TaskWatch(tell, job.stop),
            )
            if found.get("problem"):
                raise MediaRefused(f"{file.name} would be too large as an MP4. Make it shorter.")
            made = kept_film(self._uploads, target, file)
        return replace(made, changed=("was encoded as MP4 (H.264)",))
