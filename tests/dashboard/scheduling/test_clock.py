"""Wall times, clock changes and the weekly plan, against the real zones of the world."""

from __future__ import annotations

import locale
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.scheduling.clock import (
    NoSuchTime,
    happens_twice,
    late_by,
    minutes,
    moment,
    offset_note,
    said,
    said_with_zone,
    twice_labels,
    utc_offset,
    wall_time,
    zone_of,
    zones,
)
from dashboard.scheduling.weekly_plan import WeeklyPlan, WeeklySlot, next_free, upcoming

BERLIN, APIA, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia"), ZoneInfo("Australia/Lord_Howe")
SAO_PAULO, KATHMANDU = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kathmandu")
ST_JOHNS, NUUK = ZoneInfo("America/St_Johns"), ZoneInfo("America/Nuuk")
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)  # the clocks of Berlin go forward, and back
HALF_PAST_TWO = time(2, 30)

ZONES = st.sampled_from(zones()).map(ZoneInfo)
YEARS = st.dates(date(1975, 1, 1), date(2060, 12, 31))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2060, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 aware by timezones=
PLANS = st.lists(st.builds(WeeklySlot, st.integers(0, 6), CLOCKS), min_size=1, max_size=12).map(
    lambda each: WeeklyPlan(tuple(each))
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def changes(zone: ZoneInfo, years: range) -> list[datetime]:
    """The UTC hours in which a zone's offset changes, found by looking at every one of them."""
    start, hours = utc(years.start, 1, 1), len(years) * 366 * 24
    offsets = [(start + timedelta(hours=at)).astimezone(zone).utcoffset() for at in range(hours)]
    return [start + timedelta(hours=at) for at in range(1, hours) if offsets[at] != offsets[at - 1]]


# Zones.


def test_zones_are_places_and_utc_in_order() -> None:
    assert list(zones()) == sorted(set(zones()))
    assert {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"} <= set(zones())
    assert len(zones()) > 300


@pytest.mark.parametrize("odd", ["Etc/", "posix", "right/", "SystemV/", "US/", "EST", "localtime", "Factory", "GMT"])
def test_no_zone_is_offered_that_is_no_place(odd: str) -> None:
    assert [name for name in zones() if name.startswith(odd)] == []


def test_every_zone_on_offer_is_found_again() -> None:
    assert [name for name in zones() if zone_of(name).key != name] == []


@pytest.mark.parametrize("name", ["US/Pacific", "Asia/Calcutta", "EST", "Etc/GMT+5"])
def test_a_zone_that_is_not_offered_but_real_is_kept(name: str) -> None:
    assert zone_of(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        " ",
        "../x",
        "../../etc/passwd",
        "/etc/passwd",
        "/usr/share/zoneinfo/Europe/Berlin",
        "Europe",
        "Europe/",
        "Europe/Bonn",
        "europe/berlin",
        "Europe\\Berlin",
        "zone.tab",
        "__init__.py",
        "localtime",
        "right/UTC",
        "a\0b",
        "\ud800",
        "x" * 5000,
        "Factory",
        ".",
    ],
)
def test_an_unknown_zone_is_utc(name: str | None) -> None:
    assert zone_of(name).key == "UTC"


@given(st.text(st.characters()) | st.text("./aUTC\0"))
def test_no_name_of_a_zone_is_an_error(name: str) -> None:
    assert zone_of(name).key in {name, "UTC"}


# Wall time and moment.


def test_a_wall_time_is_a_moment_in_utc() -> None:
    nine = moment(date(2026, 12, 1), time(9), BERLIN)

    assert nine == utc(2026, 12, 1, 8)
    assert nine.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (KATHMANDU, utc(2026, 7, 1, 3, 15)),
        (ST_JOHNS, utc(2026, 7, 1, 11, 30)),
        (LORD_HOWE, utc(2026, 6, 30, 22, 30)),
        (SAO_PAULO, utc(2026, 7, 1, 12)),
        (ZoneInfo("UTC"), utc(2026, 7, 1, 9)),
    ],
)
def test_zones_that_are_not_whole_hours_away_are_right(zone: ZoneInfo, expected: datetime) -> None:
    assert moment(date(2026, 7, 1), time(9), zone) == expected


@pytest.mark.parametrize(
    ("day", "clock", "zone", "where", "jump"),
    [
        (SPRING, HALF_PAST_TWO, BERLIN, "28 Mar 2027 in Europe/Berlin", "02:00 to 03:00"),
        (SPRING, time(2), BERLIN, "28 Mar 2027 in Europe/Berlin", "02:00 to 03:00"),
        (date(2026, 10, 4), time(2, 29), LORD_HOWE, "4 Oct 2026 in Australia/Lord_Howe", "02:00 to 02:30"),
        (date(2018, 11, 4), time(0), SAO_PAULO, "4 Nov 2018 in America/Sao_Paulo", "00:00 to 01:00"),
        (date(2011, 12, 30), time(9), APIA, "30 Dec 2011 in Pacific/Apia", "00:00 to 00:00 on 31 Dec 2011"),
        (date(2027, 3, 27), time(23, 30), NUUK, "27 Mar 2027 in America/Nuuk", "23:00 to 00:00 on 28 Mar 2027"),
    ],
)
def test_a_skipped_time_is_refused_with_the_reason(
    day: date, clock: time, zone: ZoneInfo, where: str, jump: str
) -> None:
    with pytest.raises(NoSuchTime) as refused:
        moment(day, clock, zone)

    assert str(refused.value) == (
        f"{clock:%H:%M} does not exist on {where}: the clocks go from {jump}. Choose another time."
    )


@pytest.mark.parametrize("second", [False, True])
def test_a_skipped_time_is_refused_as_the_second_too(second: bool) -> None:
    with pytest.raises(NoSuchTime, match="does not exist"):
        moment(SPRING, HALF_PAST_TWO.replace(fold=1), BERLIN, second=second)


@pytest.mark.parametrize(
    ("day", "clock"), [(SPRING, time(1, 59)), (SPRING, time(3)), (date(2027, 3, 27), HALF_PAST_TWO)]
)
def test_the_times_around_a_gap_exist(day: date, clock: time) -> None:
    assert moment(day, clock, BERLIN).astimezone(BERLIN).time() == clock


@pytest.mark.parametrize(("day", "clock", "zone"), [(date.max, time(23), ST_JOHNS), (date.min, time(1), KATHMANDU)])
def test_a_time_outside_the_calendar_is_refused(day: date, clock: time, zone: ZoneInfo) -> None:
    with pytest.raises(NoSuchTime, match=r"is outside the calendar\. Choose another time\."):
        moment(day, clock, zone)


def test_sao_paulo_has_no_clock_changes_now() -> None:
    assert changes(SAO_PAULO, range(2026, 2028)) == []
    assert moment(date(2026, 11, 1), time(0), SAO_PAULO) == utc(2026, 11, 1, 3)


def test_a_time_that_happens_twice_is_two_moments() -> None:
    assert happens_twice(AUTUMN, HALF_PAST_TWO, BERLIN)
    assert moment(AUTUMN, HALF_PAST_TWO, BERLIN) == utc(2026, 10, 25, 0, 30)
    assert moment(AUTUMN, HALF_PAST_TWO, BERLIN, second=True) == utc(2026, 10, 25, 1, 30)


def test_only_second_chooses_not_a_fold_that_came_along() -> None:
    assert moment(AUTUMN, HALF_PAST_TWO.replace(fold=1), BERLIN) == utc(2026, 10, 25, 0, 30)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "twice"),
    [
        (AUTUMN, time(2), BERLIN, True),
        (AUTUMN, time(2, 59), BERLIN, True),
        (AUTUMN, time(1, 59), BERLIN, False),
        (AUTUMN, time(3), BERLIN, False),
        (SPRING, HALF_PAST_TWO, BERLIN, False),
        (date(2027, 4, 4), time(1, 45), LORD_HOWE, True),
        (date(2027, 4, 4), time(1, 15), LORD_HOWE, False),
        (date(2011, 12, 30), time(9), APIA, False),
        (date(2018, 2, 17), time(23, 30), SAO_PAULO, True),
    ],
)
def test_which_times_happen_twice(day: date, clock: time, zone: ZoneInfo, twice: bool) -> None:
    assert happens_twice(day, clock, zone) is twice


def test_a_chooser_tells_the_two_apart() -> None:
    assert twice_labels(AUTUMN, HALF_PAST_TWO, BERLIN) == (
        "02:30 CEST (UTC+2)",
        "02:30 CET (UTC+1)",
    )
    assert twice_labels(date(2027, 4, 4), time(1, 45), LORD_HOWE) == (
        "01:45 (UTC+11)",
        "01:45 (UTC+10:30)",
    )


def test_a_time_that_happens_twice_is_shown_with_its_zone() -> None:
    local = datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN)

    assert [wall_time(local), wall_time(local.replace(fold=1))] == ["02:30 CEST", "02:30 CET"]
    assert wall_time(local.replace(hour=9)) == "09:30"


@given(YEARS, CLOCKS, ZONES, st.booleans())
def test_a_moment_shows_the_wall_time_it_was_made_from(day: date, clock: time, zone: ZoneInfo, second: bool) -> None:
    try:
        made = moment(day, clock, zone, second=second)
    except NoSuchTime:
        assume(False)

    assert made.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, clock)
    assert made.astimezone(zone).fold == (second and happens_twice(day, clock, zone))


@given(MOMENTS, ZONES)
def test_every_moment_has_a_wall_time_that_means_it(when: datetime, zone: ZoneInfo) -> None:
    wall = when.astimezone(zone)

    assert moment(wall.date(), wall.time(), zone, second=bool(wall.fold)) == when


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "America/Nuuk",
        "Africa/Casablanca",
        "Africa/Cairo",
        "Asia/Beirut",
        "America/Havana",
        "Pacific/Chatham",
    ],
)
def test_around_every_clock_change_each_quarter_of_an_hour_is_skipped_once_or_twice(name: str) -> None:
    zone, found = ZoneInfo(name), set()
    for change in changes(zone, range(2036, 2039)):
        quarters = [change + timedelta(minutes=15 * step) for step in range(-24, 25)]
        shown = [each.astimezone(zone).replace(tzinfo=None) for each in quarters]
        for wall in (shown[0] + timedelta(minutes=15 * step) for step in range(49)):
            if not shown[0] <= wall <= shown[-1]:
                continue
            found.add(shown.count(wall))
            if shown.count(wall) == 0:
                with pytest.raises(NoSuchTime):
                    moment(wall.date(), wall.time(), zone)
            else:
                assert moment(wall.date(), wall.time(), zone) == quarters[shown.index(wall)]
            assert happens_twice(wall.date(), wall.time(), zone) is (shown.count(wall) == 2)

    assert found == {0, 1, 2}


# In words.


@pytest.mark.parametrize(
    ("zone", "when", "expected"),
    [
        (BERLIN, utc(2026, 12, 1), "UTC+1"),
        (KATHMANDU, utc(2026, 12, 1), "UTC+5:45"),
        (ST_JOHNS, utc(2026, 12, 1), "UTC−3:30"),
        (LORD_HOWE, utc(2026, 7, 1), "UTC+10:30"),
        (SAO_PAULO, utc(2026, 7, 1), "UTC−3"),
        (ZoneInfo("UTC"), utc(2026, 7, 1), "UTC+0"),
        (ZoneInfo("Europe/London"), utc(2026, 7, 1), "UTC+1"),
        (ZoneInfo("Pacific/Kiritimati"), utc(2026, 7, 1), "UTC+14"),
        (BERLIN, utc(1890, 1, 1), "UTC+0:53:28"),
    ],
)
def test_an_offset_reads_as_people_write_it(zone: ZoneInfo, when: datetime, expected: str) -> None:
    assert utc_offset(when.astimezone(zone)) == expected


@pytest.mark.parametrize(
    ("zone", "day", "clock", "now", "changed", "then", "here"),
    [
        (BERLIN, date(2027, 4, 1), time(9), utc(2027, 3, 20), "28 Mar 2027", "UTC+2", "UTC+1"),
        (BERLIN, SPRING, time(3), utc(2027, 3, 28, 0, 59, 59), "28 Mar 2027", "UTC+2", "UTC+1"),
        (BERLIN, date(2028, 5, 1), time(9), utc(2026, 12, 1), "26 Mar 2028", "UTC+2", "UTC+1"),
        (LORD_HOWE, date(2026, 10, 5), time(9), utc(2026, 10, 1), "4 Oct 2026", "UTC+11", "UTC+10:30"),
        (ST_JOHNS, date(2026, 11, 2), time(17, 30), utc(2026, 10, 30), "1 Nov 2026", "UTC−3:30", "UTC−2:30"),
        (SAO_PAULO, date(2018, 11, 5), time(9), utc(2018, 11, 1), "4 Nov 2018", "UTC−2", "UTC−3"),
        (APIA, date(2012, 1, 2), time(9), utc(2011, 12, 29), "30 Dec 2011", "UTC+14", "UTC−10"),
    ],
)
def test_a_note_tells_of_a_clock_change_on_the_way(
    zone: ZoneInfo, day: date, clock: time, now: datetime, changed: str, then: str, here: str
) -> None:
    assert offset_note(moment(day, clock, zone), zone, now) == (
        f"The clocks in {zone} change on {changed}: {clock:%H:%M} then is {then}, now it is {here}."
    )


@pytest.mark.parametrize(
    ("zone", "due", "now"),
    [
        (BERLIN, utc(2027, 3, 28, 0, 59), utc(2027, 3, 20)),
        (BERLIN, utc(2027, 12, 1), utc(2027, 1, 1)),
        (BERLIN, utc(2027, 3, 20), utc(2027, 4, 1)),
        (KATHMANDU, utc(2027, 12, 1), utc(2027, 1, 1)),
        (SAO_PAULO, utc(2027, 12, 1), utc(2027, 7, 1)),
        (ZoneInfo("UTC"), utc(2027, 7, 1), utc(2027, 1, 1)),
    ],
)
def test_there_is_no_note_when_nothing_differs_or_it_is_past(zone: ZoneInfo, due: datetime, now: datetime) -> None:
    assert offset_note(due, zone, now) is None


@settings(deadline=None)  # a busy machine is no mistake
@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=800)), ZONES)
def test_a_note_comes_exactly_when_the_offsets_differ(now: datetime, wait: timedelta, zone: ZoneInfo) -> None:
    due = now + wait
    differs = due.astimezone(zone).utcoffset() != now.astimezone(zone).utcoffset()

    assert (offset_note(due, zone, now) is not None) is differs


@pytest.mark.parametrize(
    ("zone", "short", "long"),
    [
        (BERLIN, "Tue 1 Dec 2026, 09:00", "Tue 1 Dec 2026, 09:00 (Europe/Berlin, UTC+1)"),
        (KATHMANDU, "Tue 1 Dec 2026, 13:45", "Tue 1 Dec 2026, 13:45 (Asia/Kathmandu, UTC+5:45)"),
        (ST_JOHNS, "Tue 1 Dec 2026, 04:30", "Tue 1 Dec 2026, 04:30 (America/St_Johns, UTC−3:30)"),
        (ZoneInfo("Pacific/Pago_Pago"), "Mon 30 Nov 2026, 21:00", "Mon 30 Nov 2026, 21:00 (Pacific/Pago_Pago, UTC−11)"),
        (ZoneInfo("UTC"), "Tue 1 Dec 2026, 08:00", "Tue 1 Dec 2026, 08:00 (UTC)"),
    ],
)
def test_a_moment_is_said_by_the_clocks_of_its_zone(zone: ZoneInfo, short: str, long: str) -> None:
    eight = utc(2026, 12, 1, 8, 0, 59)

    assert said(eight, zone) == short
    assert said_with_zone(eight, zone) == long


def test_the_two_of_a_repeated_time_are_said_differently() -> None:
    first, second = (moment(AUTUMN, HALF_PAST_TWO, BERLIN, second=which) for which in (False, True))

    assert said_with_zone(first, BERLIN) == "Sun 25 Oct 2026, 02:30 (Europe/Berlin, UTC+2)"
    assert said_with_zone(second, BERLIN) == "Sun 25 Oct 2026, 02:30 (Europe/Berlin, UTC+1)"


@given(MOMENTS)
def test_what_is_said_is_english_and_reads_back(when: datetime) -> None:
    """The tests' own process keeps the C locale for times, in which strptime is English."""
    assert locale.setlocale(locale.LC_TIME) in {"C", "C.UTF-8", "en_US.UTF-8"}
    assert datetime.strptime(f"{said(when, zone_of('UTC'))} +0000", "%a %d %b %Y, %H:%M %z") == when.replace(
        second=0, microsecond=0
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (65, "1 min 5 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h"),
        (3605, "1 h"),
        (11520, "3 h 12 min"),
        (86399, "23 h 59 min"),
        (86400, "1 day"),
        (90000, "1 day 1 h"),
        (86400 + 59 * 60, "1 day"),
        (187200, "2 days 4 h"),
        (400 * 86400, "400 days"),
    ],
)
def test_lateness_is_said_in_two_units(seconds: float, expected: str) -> None:
    assert late_by(seconds) == expected


@given(st.floats(0, 1e9))
def test_lateness_is_rounded_down_by_less_than_its_smallest_unit(seconds: float) -> None:
    sizes = {"days": 86400, "day": 86400, "h": 3600, "min": 60, "s": 1}
    counted = sum(int(count) * sizes[unit] for count, unit in re.findall(r"(\d+) (\w+)", late_by(seconds)))
    step = 3600 if seconds >= 86400 else 60 if seconds >= 3600 else 1

    assert 0 <= seconds - counted < step


# The weekly plan.

TWO = WeeklyPlan.parse(["MO 09:00", "TH 17:30"])


def test_a_plan_is_sorted_and_has_no_doubles() -> None:
    plan = WeeklyPlan.parse(["TH 17:30", "MO 09:00", "SU 00:00", "MO 08:59", "TH 17:30"])

    assert plan.written() == ["MO 08:59", "MO 09:00", "TH 17:30", "SU 00:00"]
    assert plan == WeeklyPlan((WeeklySlot(6, time(0)), *TWO.slots, WeeklySlot(0, time(8, 59))))


@given(PLANS)
def test_a_plan_reads_back_as_it_was_written(plan: WeeklyPlan) -> None:
    assert WeeklyPlan.parse(plan.written()) == plan
    assert WeeklyPlan.parse(reversed(plan.written())).written() == plan.written()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "MO",
        "09:00",
        "MO 9:00",
        "MO 24:00",
        "MO 09:60",
        "mo 09:00",
        "XX 09:00",
        "MO  09:00",
        " MO 09:00",
        "MO 09:00 ",
        "MO 09:00\n",
        "MO 09:00:00",
        "MO 09:00, TU 09:00",
        "MO ०९:००",
        None,
        9,
        ["MO 09:00"],
    ],
)
def test_a_wrong_entry_is_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a slot of a weekly plan") as refused:
        WeeklyPlan.parse(["MO 09:00", wrong, "TH 17:30"])

    assert (
        str(refused.value)
        == f"{wrong!r} is not a slot of a weekly plan. Write a weekday and a time, such as 'MO 09:00'."
    )


@pytest.mark.parametrize(
    ("weekday", "clock"),
    [(-1, time(9)), (7, time(9)), (0, time(9, 0, 1)), (0, time(9, 0, 0, 1)), (0, time(9, tzinfo=UTC))],
)
def test_a_slot_that_could_not_be_kept_is_refused(weekday: int, clock: time) -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        WeeklySlot(weekday, clock)


def test_an_empty_plan_has_no_slot_to_offer() -> None:
    assert WeeklyPlan().is_empty
    assert WeeklyPlan.parse([]) == WeeklyPlan()
    assert next_free(WeeklyPlan(), BERLIN, utc(2026, 12, 1), []) is None
    assert upcoming(WeeklyPlan(), BERLIN, utc(2026, 12, 1), 3) == []
    assert not TWO.is_empty


def test_the_next_slots_come_in_order_by_the_members_clock() -> None:
    found = upcoming(TWO, BERLIN, utc(2026, 12, 1, 12), 3)

    assert [said(each, BERLIN) for each in found] == [
        "Thu 3 Dec 2026, 17:30",
        "Mon 7 Dec 2026, 09:00",
        "Thu 10 Dec 2026, 17:30",
    ]
    assert {each.tzinfo for each in found} == {UTC}


def test_a_slot_keeps_its_wall_time_across_a_clock_change() -> None:
    found = upcoming(WeeklyPlan.parse(["SA 09:00", "MO 09:00"]), BERLIN, utc(2027, 3, 27), 2)

    assert found == [utc(2027, 3, 27, 8), utc(2027, 3, 29, 7)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (utc(2026, 12, 3, 16, 29, 59), utc(2026, 12, 3, 16, 30)),
        (utc(2026, 12, 3, 16, 30), utc(2026, 12, 7, 8)),
        (utc(2026, 12, 3, 16, 30, 1), utc(2026, 12, 7, 8)),
    ],
)
def test_the_next_slot_is_strictly_later(after: datetime, expected: datetime) -> None:
    assert next_free(TWO, BERLIN, after, set()) == expected


def test_a_taken_slot_is_passed_over_when_anything_is_due_in_its_minute() -> None:
    taken = {
        utc(2026, 12, 3, 16, 30, 59, 999999),
        utc(2026, 12, 7, 8).astimezone(KATHMANDU),
        utc(2026, 12, 10, 16, 29, 59),
    }

    assert next_free(TWO, BERLIN, utc(2026, 12, 1), minutes(taken)) == utc(2026, 12, 10, 16, 30)


def test_hundreds_of_taken_slots_are_passed_over() -> None:
    taken = upcoming(TWO, BERLIN, utc(2026, 12, 1), 900)
    free = next_free(TWO, BERLIN, utc(2026, 12, 1), minutes(taken))

    assert free == upcoming(TWO, BERLIN, taken[-1], 1)[0]
    assert free > utc(2035, 1, 1)


def test_a_slot_that_does_not_exist_that_day_is_left_out() -> None:
    found = upcoming(WeeklyPlan.parse(["SU 02:30"]), BERLIN, utc(2027, 3, 20), 3)

    assert [said(each, BERLIN) for each in found] == [
        "Sun 21 Mar 2027, 02:30",
        "Sun 4 Apr 2027, 02:30",
        "Sun 11 Apr 2027, 02:30",
    ]


def test_a_day_that_was_left_out_has_no_slots() -> None:
    found = upcoming(WeeklyPlan.parse(["TH 12:00", "FR 00:00", "FR 12:00", "SA 12:00"]), APIA, utc(2011, 12, 29), 2)

    assert [said(each, APIA) for each in found] == ["Thu 29 Dec 2011, 12:00", "Sat 31 Dec 2011, 12:00"]


@pytest.mark.parametrize(("minute", "week"), [(29, 25), (30, 32), (45, 32)])
def test_a_slot_that_happens_twice_counts_once_the_first(minute: int, week: int) -> None:
    found = upcoming(WeeklyPlan.parse(["SU 02:30"]), BERLIN, utc(2026, 10, 25, 0, minute), 2)

    first = [utc(2026, 10, 25, 0, 30)] if week == 25 else []
    assert found == [*first, utc(2026, 11, 1, 1, 30), utc(2026, 11, 8, 1, 30)][:2]


@settings(deadline=None)  # a busy machine is no mistake
@given(PLANS, ZONES, MOMENTS, st.sets(st.integers(0, 30)), st.integers(0, 59))
def test_the_next_free_slot_is_the_first_of_the_plan_that_nothing_takes(
    plan: WeeklyPlan, zone: ZoneInfo, after: datetime, places: set[int], second: int
) -> None:
    coming = upcoming(plan, zone, after, 32)
    taken = {coming[place] + timedelta(seconds=second) for place in places}
    free = next_free(plan, zone, after, minutes(taken))

    assert free == next(each for place, each in enumerate(coming) if place not in places)
    assert free not in {each.replace(second=0) for each in taken}
    assert free > after
    wall = free.astimezone(zone)
    assert WeeklySlot(wall.weekday(), wall.time()) in plan.slots
    assert (free.tzinfo, wall.fold) == (UTC, 0)


@settings(deadline=None)  # a busy machine is no mistake
@given(PLANS, ZONES, MOMENTS)
def test_no_slot_of_the_next_days_is_forgotten(plan: WeeklyPlan, zone: ZoneInfo, after: datetime) -> None:
    """Found again by asking every minute of two days what the clock shows."""
    start = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    walls = [(start + timedelta(minutes=step)).astimezone(zone) for step in range(2 * 24 * 60)]
    expected = [wall for wall in walls if wall.fold == 0 and WeeklySlot(wall.weekday(), wall.time()) in plan.slots]
    coming = upcoming(plan, zone, after, len(expected) + 1)

    assert coming[:-1] == [wall.astimezone(UTC) for wall in expected]
    assert coming[-1] > walls[-1]
