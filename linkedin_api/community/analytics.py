"""How a member's posts do: memberCreatorPostAnalytics of the versioned API, from version 202506 on (§6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from linkedin_api.community.paging import read_page
from linkedin_api.http.transport import Transport
from linkedin_api.publishing import planned_call
from linkedin_api.reference.json_fields import inner, urn_in
from linkedin_api.reference.urn import Urn

_ELEMENTS_MAX = 100  # one page is the whole answer: this finder is documented without start and count


class Metric(StrEnum):
    """The metric; one for each call. The names are LinkedIn's, those of the second half from 202604 on."""

    IMPRESSION = "IMPRESSION"
    MEMBERS_REACHED = "MEMBERS_REACHED"
    REACTION = "REACTION"
    COMMENT = "COMMENT"
    RESHARE = "RESHARE"
    POST_SAVE = "POST_SAVE"
    POST_SEND = "POST_SEND"
    LINK_CLICKS = "LINK_CLICKS"
    PREMIUM_CTA_CLICKS = "PREMIUM_CTA_CLICKS"
    FOLLOWER_GAINED_FROM_CONTENT = "FOLLOWER_GAINED_FROM_CONTENT"
    PROFILE_VIEW_FROM_CONTENT = "PROFILE_VIEW_FROM_CONTENT"


class Aggregation(StrEnum):
    """One number for the whole time, or one for each day."""

    TOTAL = "TOTAL"
    DAILY = "DAILY"


@dataclass(frozen=True)
class Statistic:
    """A count: of one post, or of all when entity is None; from `start` to the day before `end`, if given."""

    count: int
    metric: str
    entity: Urn | None = None
    start: date | None = None
    end: date | None = None


class Analytics:
    """Reads numbers of the member's own posts; needs r_member_postAnalytics."""

    def __init__(self, transport: Transport, *, api_url: str, version: str) -> None:
        self._transport = transport
        self._url = api_url.rstrip("/") + "/rest/memberCreatorPostAnalytics"
        self._headers = {"LinkedIn-Version": version, **planned_call.PROTOCOL, "X-RestLi-Method": "FINDER"}

    def post_statistics(
        self,
        entity: Urn | None = None,
        query_type: Metric = Metric.IMPRESSION,
        aggregation: Aggregation = Aggregation.TOTAL,
        *,
        start: date | None = None,
        end: date | None = None,
    ) -> tuple[Statistic, ...]:
        """One number of a post, or of all the member's posts together (entity None); `end` does not count.

        Sends:   GET /rest/memberCreatorPostAnalytics?q=me|entity&queryType&aggregation[&entity][&dateRange].
        Returns: one entry, or one for each day.
        Raises:  ValueError for what LinkedIn cannot count; Unauthorized, Forbidden, NotFound (without the
                 product), RateLimited, VersionRetired, OutcomeUnknown.
        See:     https://learn.microsoft.com/en-us/linkedin/marketing/community-management/members/post-statistics
        """
        _check(entity, query_type, aggregation, start, end)
        query = f"q={'entity' if entity else 'me'}&queryType={query_type}&aggregation={aggregation}"
        if entity:
            query += f"&entity=({'ugc' if entity.kind == 'ugcPost' else 'share'}:{entity.encoded})"
        if start and end:
            query += f"&dateRange=(start:{_written(start)},end:{_written(end)})"
        answer = self._transport.send("GET", f"{self._url}?{query}", headers=self._headers)
        return read_page(answer.json(), _statistic, 0, _ELEMENTS_MAX).items


def unsupported(metric: Metric, aggregation: Aggregation, *, of_one_post: bool) -> str | None:
    """Why LinkedIn does not count this [D], as a sentence for the one who chose it; None when it does."""
    if aggregation is Aggregation.DAILY and metric is Metric.MEMBERS_REACHED:
        return "LinkedIn does not tell members reached day by day; choose the total."
    if aggregation is Aggregation.DAILY and metric is Metric.IMPRESSION and of_one_post:
        return "LinkedIn does not tell a single post's impressions day by day; choose the total, or all posts."
    return None


def _check(entity: Urn | None, metric: Metric, aggregation: Aggregation, start: date | None, end: date | None) -> None:
    if entity and entity.kind not in ("share", "ugcPost"):
        raise ValueError("This is not a post: its URN begins with urn:li:share: or urn:li:ugcPost:.")
    if (start is None) != (end is None) or (start and end and start >= end):
        raise ValueError("A range of days has a first day, and a later day that does not count any more.")
    refused = unsupported(metric, aggregation, of_one_post=entity is not None)
    if refused:
        raise ValueError(refused)


def _written(day: date) -> str:
    return f"(day:{day.day},month:{day.month},year:{day.year})"


def _statistic(fields: Mapping[str, Any]) -> Statistic | None:
    count = fields.get("count")
    if not isinstance(count, int) or isinstance(count, bool):
        return None
    days = inner(fields, "dateRange")
    start, end = _day(inner(days, "start")), _day(inner(days, "end"))
    return Statistic(count, _metric(fields.get("metricType")), _entity(fields.get("targetEntity")), start, end)


def _metric(value: object) -> str:
    # Before 202605 {"com.linkedin.…CreatorPostAnalyticsMetricTypeV1": "COMMENT"}, since then the string alone.
    found = next(iter(value.values()), "") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def _entity(value: object) -> Urn | None:
    # In which form LinkedIn gives it is not known [?]: the URN, or as it was asked for, {"share": urn}.
    if isinstance(value, dict):
        return urn_in(value, "share", "ugc", "ugcPost")
    return urn_in({"urn": value}, "urn")


def _day(fields: Mapping[str, Any]) -> date | None:
    try:
        return date(int(fields["year"]), int(fields["month"]), int(fields["day"]))
    except (KeyError, TypeError, ValueError):
        return None
