"""When LinkedIn switches a version off, and what the person who set it is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linkedin_api.publishing.publisher import publisher
from linkedin_api.reference import versions

READ_ON = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("version", "day", "left"),
    [
        ("202511", date(2026, 11, 16), -7),
        ("202601", date(2027, 1, 15), 53),
        ("202603", date(2027, 3, 16), 113),
        ("202609", date(2027, 9, 15), 296),
        ("202512", None, None),  # LinkedIn made none
        ("202610", None, None),  # likely, not proven
        ("2026", None, None),
    ],
)
def test_a_version_has_its_last_day(version: str, day: date | None, left: int | None) -> None:
    assert versions.sunset(version) == day
    assert versions.days_left(version, READ_ON) == left


def test_nine_versions_answer_on_the_day_the_table_was_read() -> None:
    assert versions.active(READ_ON) == tuple(f"20260{month}" for month in range(9, 0, -1))


def test_on_its_sunset_a_version_is_gone() -> None:
    last = versions.SUNSETS["202601"]

    assert "202601" in versions.active(last - timedelta(days=1))
    assert "202601" not in versions.active(last)


def test_the_newest_version_is_the_one_that_publishing_uses() -> None:
    defaults = publisher.__kwdefaults__ or {}

    assert versions.active(READ_ON)[0] == versions.NEWEST == defaults["version"] == "202609"


def test_a_table_that_is_too_old_names_no_version() -> None:
    assert versions.active(date(2027, 9, 15)) == ()
    assert versions.advice(date(2027, 9, 15)) == "Set LINKEDIN_VERSION to a month from the last year, as YYYYMM."


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 11, 15), None),
        (date(2026, 11, 16), "off on 15 January 2027, in 60 days."),
        (date(2027, 1, 14), "off on 15 January 2027, tomorrow."),
        (date(2027, 1, 15), "switched version 202601 off on 15 January 2027."),
        (date(2027, 8, 1), "switched version 202601 off on 15 January 2027."),
    ],
)
def test_sixty_days_before_its_sunset_a_version_warns(today: date, told: str | None) -> None:
    found = versions.warning("202601", today)

    assert (found is None) == (told is None)
    assert (told or "") in (found or "")


def test_a_warning_names_a_version_to_change_to() -> None:
    found = versions.warning("202601", READ_ON)

    assert found is not None
    assert found.endswith("Set LINKEDIN_VERSION=202609, which answers until 15 September 2027.")


def test_nothing_is_said_about_a_version_that_is_not_known() -> None:
    assert versions.warning("202611", READ_ON) is None
