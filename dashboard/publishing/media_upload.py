"""The files of one post: uploaded several at a time, each URN kept at once, and waited for until LinkedIn is ready."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dashboard.drafts.draft import WITH_VIDEO, Attachment, Draft
from dashboard.files.uploads import Uploads
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.publishing.progress import Waits, Watch, repeated
from linkedin_api import Forbidden, LinkedInError, NotFound, OutcomeUnknown, Publisher, ServerError, Unreachable, Urn
from linkedin_api.errors.tree import UploadExpired
from linkedin_api.publishing.planned_call import Blob
from linkedin_api.publishing.task_group import TaskGroup

FILES_AT_ONCE = 6
SLOW = ("video", "document")  # what LinkedIn works on for a while, so that it is asked before the post is made
PICTURES = ("image", "thumbnail")  # asked about when a create has named one too early: each question is a call
AGAIN = {
    "video": "Export the video again as an MP4 (H.264 with AAC sound), then publish once more.",
    "document": "Save the document again, best as a PDF, then publish once more.",
}
LATER = "Wait a minute, then publish once more; the post is kept."
ANOTHER_PICTURE = "Save the picture again as JPG or PNG, then publish once more."


class VideosClosed(Exception):
    """The versioned video API answered 403: this app may not use it at all, as happens to self-serve apps (§5.6)."""


class NotProcessed(LinkedInError):
    """LinkedIn has the file and could not process it."""

    def __init__(self, draft: Draft) -> None:
        part, attachment = next(iter(draft.files))
        several = len([each for each, _ in draft.files if each == part]) > 1
        name = "one of the pictures" if several else attachment.file.name
        super().__init__(f"LinkedIn could not process {name}.", advice=AGAIN.get(part, ANOTHER_PICTURE))


class MediaUpload:
    """Uploads the files of one row to LinkedIn; may be run again after a crash at any point."""

    def __init__(
        self,
        row: PostRow,
        publisher: Publisher,
        owner: Urn,
        watch: Watch,
        outbox: Outbox,
        uploads: Uploads,
        waits: Waits,
    ) -> None:
        self._row, self._publisher, self._owner = row, publisher, owner
        self._watch, self._outbox, self._uploads, self._waits = watch, outbox, uploads, waits
        self._may_ask = True

    def send(self) -> None:
        """Upload what has no URN yet, then wait until a video or document is ready.

        Raises: VideosClosed, NotProcessed, Cancelled, Stopped, OSError (a file is gone), LinkedIn's errors.
        """
        missing = list(self._missing())
        if missing:
            begun_bytes = self._row.total_bytes - sum(self._size_bytes(part, each) for part, _, each in missing)
            self._watch.tell(begun_bytes)
            group = TaskGroup(FILES_AT_ONCE, self._watch.tell_now_and_then, begun_bytes=begun_bytes)
            group.run([partial(self._ship, group, *each) for each in missing])
        self._await_ready()

    def await_pictures(self, waits: Iterator[float], until: float) -> None:
        """Wait, then ask until LinkedIn has every picture ready or `until` (monotonic); a 403 ends the asking (§5.5).

        Raises: NotProcessed, Cancelled, Stopped.
        """
        self._watch.pause(next(waits))
        for part, attachment in self._outbox.again(self._row).draft.files:
            while part in PICTURES and attachment.urn and self._may_ask and self._in_the_making(Urn(attachment.urn)):
                wait_s = next(waits)
                if time.monotonic() + wait_s > until:
                    return
                self._watch.pause(wait_s)

    def _in_the_making(self, urn: Urn) -> bool:
        """Whether LinkedIn says that a file is not ready yet; so when its answer was lost. Raises: NotProcessed."""
        try:
            status = self._publisher.media_status(urn)
        except (Forbidden, NotFound):  # this token may not ask; the create will tell
            self._may_ask = False
            return False
        except (Unreachable, OutcomeUnknown, ServerError):
            return True
        if status == "FAILED":
            raise NotProcessed(self._row.draft)
        return status != "AVAILABLE"

    def _missing(self) -> Iterator[tuple[str, int, Attachment]]:
        numbers: Counter[str] = Counter()
        for part, attachment in self._row.draft.files:
            if part not in WITH_VIDEO and attachment.urn is None:
                yield part, numbers[part], attachment
            numbers[part] += 1

    def _with_video(self) -> dict[str, Attachment]:
        """Captions and cover, where the dialect takes them."""
        speaks_rest = self._publisher.dialect == "rest"
        return {part: each for part, each in self._row.draft.files if part in WITH_VIDEO and speaks_rest}

    def _size_bytes(self, part: str, attachment: Attachment) -> int:
        along = self._with_video().values() if part == "video" else ()
        return attachment.file.size_bytes + sum(each.file.size_bytes for each in along)

    def _ship(self, group: TaskGroup, part: str, number: int, attachment: Attachment) -> None:
        tell, expired = group.progress(), False
        waits = iter(self._waits.upload_s)
        while True:
            try:
                urn = self._upload(part, attachment, tell)
            except UploadExpired:
                if expired:
                    raise
                expired = True  # once more, with a new address
            except (Unreachable, OutcomeUnknown, ServerError) as error:
                wait_s = next(waits, None)
                if wait_s is None:
                    if not isinstance(error, Unreachable):  # its own advice is to look whether it happened
                        error.advice = LATER
                    raise
                tell(0)
                group.pause(wait_s)
            else:
                return self._outbox.uploaded(self._row, part, number, urn)

    def _upload(self, part: str, attachment: Attachment, tell: Callable[[int], None]) -> Urn:
        with contextlib.ExitStack() as files:

            def opened(each: Attachment) -> Blob:
                file = files.enter_context(self._uploads.path(each.file.sha256).open("rb"))
                return Blob(file, each.file.size_bytes, each.file.content_type)

            main = opened(attachment)
            facts: Any = {"size_bytes": main.size_bytes, "content_type": main.content_type, "on_progress": tell}
            if part == "video":
                facts |= {name: opened(each) for name, each in self._with_video().items()}
                return self._upload_video(main, facts)
            sends = {"document": self._publisher.upload_document}
            return sends.get(part, self._publisher.upload_image)(self._owner, main.file, **facts)

    def _upload_video(self, video: Blob, facts: Any) -> Urn:
        try:
            return self._publisher.upload_video(self._owner, video.file, **facts)
        except Forbidden:
            if self._publisher.dialect != "rest":
                raise
        raise VideosClosed

    def _await_ready(self) -> None:
        current = self._outbox.get(self._row.id)
        for part, attachment in current.draft.files if current else ():
            if part in SLOW and attachment.urn:
                self._await(Urn(attachment.urn), attachment.file.name)

    def _await(self, urn: Urn, name: str) -> None:
        self._outbox.note(self._row, f"LinkedIn is preparing {name}; the post follows when it is ready.")
        end = time.monotonic() + self._waits.ask_for_s
        for wait_s in repeated(self._waits.ask_s):
            if time.monotonic() + wait_s > end:
                return  # a post may name a file in the making (§4.3); if not, the create says so
            self._watch.pause(wait_s)
            if not self._in_the_making(urn):
                return
