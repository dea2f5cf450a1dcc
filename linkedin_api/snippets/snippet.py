"""A request as code that runs, in three languages: one that was made, or one that is only planned."""

from __future__ import annotations

import json
from enum import StrEnum

from linkedin_api.http.exchange import Exchange
from linkedin_api.http.planned import PlannedCall
from linkedin_api.http.service import LINKEDIN
from linkedin_api.snippets.curl import curl
from linkedin_api.snippets.javascript import javascript
from linkedin_api.snippets.python import python
from linkedin_api.snippets.request import ACCESS_TOKEN, request


class Language(StrEnum):
    """The languages. The values are names of syntax highlighters; .label is for display."""

    CURL = "bash"
    PYTHON = "python"
    JAVASCRIPT = "javascript"

    @property
    def label(self) -> str:
        """curl, Python or JavaScript."""
        return {"bash": "curl", "python": "Python", "javascript": "JavaScript"}[self.value]


_WRITERS = {Language.CURL: curl, Language.PYTHON: python, Language.JAVASCRIPT: javascript}


def snippet(call: PlannedCall | Exchange, language: Language) -> str:
    """The request as code. Secrets are environment variables, an upload streams the file named in FILE.

    LINKEDIN_ACCESS_TOKEN, LINKEDIN_CODE, LINKEDIN_CLIENT_SECRET, LINKEDIN_REFRESH_TOKEN, LINKEDIN_ID_TOKEN,
    LINKEDIN_STATE; of another API its key, such as ZERNIO_API_KEY;
    UPLOAD_URL for an upload, whose address stands in the answer to the call before it; for a planned part of a
    video FIRST_BYTE and LAST_BYTE as well, as firstByte and lastByte stand there.
    """
    key = ACCESS_TOKEN if call.service == LINKEDIN.name else f"{call.service.upper()}_API_KEY"
    if isinstance(call, Exchange):
        sent = request(call.method, call.url, call.request_headers, call.request_body, key)
    else:
        sent = request(call.method, call.url, call.headers, _body(call), key)
    return _WRITERS[language](sent)


def _body(call: PlannedCall) -> str:
    if call.body is not None:
        return json.dumps(call.body, ensure_ascii=False)  # as the transport writes it
    if call.method != "PUT":
        return ""
    # Of the planned calls only uploads are PUTs; without a length it stands for the parts of a video.
    length = call.headers.get("Content-Length")
    return f"<{length} bytes, planned>" if length else "<? bytes from byte ?, planned>"
