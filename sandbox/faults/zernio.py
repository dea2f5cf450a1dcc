"""The faults of the sandbox's Zernio, in the order in which they are shown."""

from __future__ import annotations

from sandbox.faults.fault import KEPT, ZERNIO, Fault

THROUGH_ZERNIO = "The next post that is published through Zernio."
ZERNIO_ASKED = "Zernio is asked what became of the post; nothing is published twice."
ZERNIO_FAULTS = (
    Fault(
        "zernio_draft_lost",
        "Draft's answer lost",
        "Zernio stores the draft, then the connection closes without an answer.",
        ZERNIO,
        "The next draft at Zernio.",
        "The draft is asked for by its own id, and found; a draft publishes nothing.",
        "The found draft is published, once.",
    ),
    Fault(
        "zernio_publish_lost",
        "Publish's answer lost",
        "Zernio publishes the post, then the connection closes without an answer.",
        ZERNIO,
        THROUGH_ZERNIO,
        ZERNIO_ASKED,
        "The post counts as published, once.",
    ),
    Fault(
        "zernio_slow",
        "Slow publishing",
        "Zernio waits for LinkedIn, and holds the call meanwhile.",
        ZERNIO,
        THROUGH_ZERNIO,
        "The page shows that the post is being sent until the answer comes.",
        "The answer comes after five seconds.",
    ),
    Fault(
        "zernio_busy",
        "409 Still publishing",
        "Zernio says that this very post is on its way already.",
        ZERNIO,
        THROUGH_ZERNIO,
        ZERNIO_ASKED,
        "Two seconds later it is published.",
    ),
    Fault(
        "zernio_reconnect",
        "403 Reconnect needed",
        "Zernio has lost LinkedIn's permission for the account.",
        ZERNIO,
        THROUGH_ZERNIO,
        KEPT,
        "Reconnect the account through Zernio; then publish once more.",
    ),
    Fault(
        "zernio_payment",
        "402 Payment needed",
        "Zernio asks for a plan or a payment first.",
        ZERNIO,
        "The next draft or post at Zernio, or the next account to connect.",
        KEPT,
        "Settle it at Zernio. Here: publish once more.",
    ),
    Fault(
        "zernio_rate_limited",
        "429 Zernio's limit",
        "Zernio takes no more requests for a minute.",
        ZERNIO,
        "The next call to Zernio.",
        "Nothing is published; the post waits for as long as Zernio says.",
        "It leaves by itself after a minute.",
    ),
    Fault(
        "zernio_bad_gateway",
        "502 HTML page",
        "A proxy in front of Zernio answers with a page of HTML; nothing was stored.",
        ZERNIO,
        "The next call to Zernio.",
        ZERNIO_ASKED,
        "Zernio says that it is still a draft, so it is published after a minute.",
    ),
)
