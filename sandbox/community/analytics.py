"""Analytics of a member's posts, counted from events in this sandbox: /rest/memberCreatorPostAnalytics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starlette.responses import Response

from sandbox.http.gateway import Call, Operation, route
from sandbox.http.restli import listed, only_parameters, parameter
from sandbox.model.posts import StoredPost
from sandbox.protocol.errors import refused
from sandbox.protocol.restli_values import Value

METRICS = ("IMPRESSION", "MEMBERS_REACHED", "REACTION", "COMMENT", "RESHARE")  # [D]
# [D] known since 202604; the sandbox has no such events, so the count is 0
LATER_METRICS = (
    "POST_SAVE",
    "POST_SEND",
    "LINK_CLICKS",
    "PREMIUM_CTA_CLICKS",
    "FOLLOWER_GAINED_FROM_CONTENT",
    "PROFILE_VIEW_FROM_CONTENT",
)
LATER_METRICS_SINCE, PLAIN_TYPE_SINCE = "202604", "202605"  # [D]
METRIC_TYPE = "com.linkedin.adsexternalapi.memberanalytics.v1.CreatorPostAnalyticsMetricTypeV1"
KINDS = {"share": "urn:li:share:", "ugc": "urn:li:ugcPost:"}
AGGREGATIONS = ("TOTAL", "DAILY")
PARAMETERS = ("q", "queryType", "aggregation", "entity", "dateRange", "start", "count")
DAYS_MAX = 366  # [I] of one answer


def find(call: Call) -> Response:
    """One metric, in total or by day: {"elements": [{"count", "metricType", …}], "paging"}. Raises ApiError 400."""
    metric, aggregation = _asked(call)
    entity = parameter(call, "entity")
    posts = _own_posts(call) if entity is None else [_named(entity, call)]
    days = _days(metric, posts, call)
    first, last = _range(parameter(call, "dateRange"), posts, call)
    more: dict[str, Any] = {"metricType": metric if call.version >= PLAIN_TYPE_SINCE else {METRIC_TYPE: metric}}
    if entity is not None:
        more["targetEntity"] = entity
    elements: list[dict[str, Any]]
    if aggregation == "TOTAL":
        elements = [{"count": sum(count for day, count in days.items() if first <= day < last)} | more]
    else:
        every = [first + timedelta(days=number) for number in range((last - first).days)]
        elements = [{"count": days[day], "dateRange": _one_day(day)} | more for day in every]
    return listed(call, elements, dict, DAYS_MAX, DAYS_MAX)


def _asked(call: Call) -> tuple[str, str]:
    """Metric and aggregation. Raises ApiError 400 for what LinkedIn does not count. [D]; codes [I]"""
    params = call.request.query_params
    only_parameters(call, PARAMETERS)
    if ("entity" in params) != (params["q"] == "entity"):
        raise refused("bad_parameter", "entity", params.get("entity"))
    metric, aggregation = params.get("queryType", ""), params.get("aggregation", "TOTAL")
    known = METRICS + (LATER_METRICS if call.version >= LATER_METRICS_SINCE else ())
    if metric not in known:
        raise refused("bad_parameter", "queryType", metric)
    if aggregation not in AGGREGATIONS:
        raise refused("bad_parameter", "aggregation", aggregation)
    by_entity = metric == "IMPRESSION" and params["q"] == "entity"
    if aggregation == "DAILY" and (metric == "MEMBERS_REACHED" or by_entity):
        raise refused("bad_parameter", "aggregation", f"DAILY for {metric}")
    return metric, aggregation


def _own_posts(call: Call) -> list[StoredPost]:
    return [post for post in call.sandbox.posts.newest() if post.author == call.member.urn]


def _named(entity: Value, call: Call) -> StoredPost:
    """The own post of (share:…) or (ugc:…). Raises ApiError 400, and 404 also for a stranger's. [I]"""
    if not isinstance(entity, dict) or len(entity) != 1:
        raise refused("path_syntax")
    ((kind, urn),) = entity.items()
    if kind not in KINDS or not isinstance(urn, str):
        raise refused("path_syntax")
    if not urn.startswith(KINDS[kind]):
        raise refused("wrong_urn", kind, urn, KINDS[kind].split(":")[2])
    post = call.sandbox.posts.get(urn)
    if post is None or post.author != call.member.urn:
        raise refused("no_entity")
    return post


def _days(metric: str, posts: list[StoredPost], call: Call) -> Counter[date]:
    """How often it happened on each UTC day."""
    sandbox, urns = call.sandbox, {post.urn for post in posts}
    if metric == "REACTION":
        return _count(each.created_at for urn in urns for each in sandbox.social.reactions(urn))
    if metric == "COMMENT":
        return _count(each.created_at for urn in urns for each in sandbox.social.comments(urn))
    if metric == "RESHARE":
        return _count(each.created_at.timestamp() for each in sandbox.posts.newest() if each.parent in urns)
    found: Counter[date] = Counter()
    # [I] An opened page is an impression; its reader is unknown, so the number of members reached is 0.
    if metric == "IMPRESSION":
        for urn in urns:
            found.update(sandbox.views.by_day(urn))
    return found


def _count(times: Iterable[float]) -> Counter[date]:
    return Counter(datetime.fromtimestamp(time, UTC).date() for time in times)


def _range(given: Value | None, posts: list[StoredPost], call: Call) -> tuple[date, date]:
    """First day, and the day after the last one; without a range from the oldest post until today. [I]"""
    tomorrow = datetime.fromtimestamp(call.sandbox.clock(), UTC).date() + timedelta(days=1)
    if given is None:
        oldest = min((post.created_at.date() for post in posts), default=tomorrow)
        return max(oldest, tomorrow - timedelta(days=DAYS_MAX)), tomorrow
    if not isinstance(given, dict) or not {"start"} <= set(given) <= {"start", "end"}:
        raise refused("path_syntax")
    first = _date(given["start"])
    last = _date(given["end"]) if "end" in given else tomorrow
    if not first < last or (last - first).days > DAYS_MAX:
        raise refused("bad_parameter", "dateRange", f"{first} to {last}")
    return first, last


def _date(value: Any) -> date:
    if not isinstance(value, dict) or set(value) != {"day", "month", "year"}:
        raise refused("path_syntax")
    try:
        return date(int(value["year"]), int(value["month"]), int(value["day"]))
    except (TypeError, ValueError):
        raise refused("bad_parameter", "dateRange", value) from None


def _one_day(day: date) -> dict[str, Any]:
    after = day + timedelta(days=1)
    ends = {"start": day, "end": after}
    return {name: {"day": end.day, "month": end.month, "year": end.year} for name, end in ends.items()}


# Every active version has this resource; it was added in 202506. [D]
SCOPES = ("r_member_postAnalytics",)
RESOURCE = "memberCreatorPostAnalytics"
FINDERS = {q: Operation(RESOURCE, f"FINDER-{q}", SCOPES, "D:S13", versioned=True) for q in ("me", "entity")}

ROUTES = [route("GET", f"/rest/{RESOURCE}", *((f"q={q}", finder, find) for q, finder in FINDERS.items()))]
