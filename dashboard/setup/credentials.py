"""Client id and secret as they are typed on the page: checked, written to .env, and taken without a restart."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.config import env_file, logs, settings
from dashboard.config.settings import SettingsError

ID, SECRET, VERSION = "LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_VERSION"


def problems(client_id: str, client_secret: str) -> list[str]:
    """What is wrong with the two as they were typed, one sentence each with the next step."""
    typed = {ID: client_id.strip(), SECRET: client_secret.strip()}
    found = [
        f"{name} is set in the environment, which counts before .env: change it there, then start again."
        for name in typed
        if settings.in_environment(name)
    ]
    if not any(typed.values()):
        return [*found, "Nothing was typed. Copy client id and client secret from your app's Auth tab."]
    try:
        settings.load(typed, None)
    except SettingsError as error:
        found.append(str(error))
    return found


def keep(values: Mapping[str, str]) -> None:
    """Write settings into .env, and keep them out of the log. Raises: NotWritten, SettingsError."""
    clean = {name: value.strip() for name, value in values.items()}
    logs.hide([clean[SECRET]] if SECRET in clean else [])
    env_file.write(clean, settings.env_path())
