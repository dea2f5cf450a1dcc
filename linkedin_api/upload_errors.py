"""What can go wrong with an upload alone. Nothing is published by any of it."""

from __future__ import annotations

from linkedin_api.errors import LinkedInError


class UploadExpired(LinkedInError):
    """LinkedIn takes no more bytes at the address that it gave, or at one that was too old already."""

    advice = "Publish again: the file then gets a new address. If it stays, check this machine's clock."

    def __init__(self) -> None:
        super().__init__("The address that LinkedIn gave for the upload has expired.")


class UnusableInstructions(LinkedInError):
    """LinkedIn's answer does not say where every byte goes; nothing was uploaded."""

    advice = "Publish again; if it stays, choose the v2 dialect and look at the exchange in the Inspector."


class PartUnconfirmed(LinkedInError):
    """LinkedIn took a part of the video twice, and gave no ETag for it: the video cannot be finished."""

    advice = "Publish again; if it stays, choose the v2 dialect."
