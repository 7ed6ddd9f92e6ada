"""What a tool's result says of its own date: it may be a week older than its call.

Read out of the result's words, so only for whoever may read those. Keys and headers by
which caches, copies and records tell their age are known by name; other dates in a
result are about the world and say nothing of the result. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final

import orjson


class Says(StrEnum):
    """What a result says of itself by a key."""

    AS_OF = "as_of"  # it was true, fetched or copied then
    CHANGED = "changed"  # its record was changed last then; it may still be true
    CACHED = "cached"  # it came out of a cache, and does not say from when


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One saying, under the name that it has in the result.

    `at` is None for CACHED alone. `is_day`: no time of day was told, and `at` is the
    day's beginning.
    """

    name: str
    says: Says
    at: datetime | None = None
    is_day: bool = False

    @property
    def latest(self) -> datetime | None:
        """The last moment that is meant: of a day its end, for it says no more."""
        if self.at is None or not self.is_day:
            return self.at
        return self.at + timedelta(days=1)


# Names without their case, blanks, strokes and underscores.
_AS_OF: Final = frozenset((
    "asof", "dataasof", "validasof", "cachedat", "cachetime", "fetchedat",
    "lastfetched", "retrievedat", "observedat", "snapshotat", "snapshotdate",
    "snapshottime", "syncedat", "lastsync", "lastsynced", "lastsyncedat",
    "refreshedat", "lastrefresh", "lastrefreshed", "lastrefreshedat", "indexedat",
    "crawledat", "generatedat", "capturedat", "collectedat", "lastchecked",
    "lastcheckedat",
))  # fmt: skip
_CHANGED: Final = frozenset((
    "lastupdate", "lastupdated", "lastupdatedat", "lastmodified", "lastmodifiedat",
    "lastchanged",
))  # fmt: skip
_CACHE: Final = frozenset((
    "cache", "cached", "iscached", "fromcache", "servedfrom", "cachehit",
    "cachestatus", "xcache", "xcachestatus", "cfcachestatus",
))  # fmt: skip
_HEADERS: Final = frozenset({"headers", "responseheaders", "httpheaders"})
# Of a block of lines, what only HTTP writes: mails have a date, and people an age.
_HTTP_ALONE: Final = frozenset((
    "acceptranges", "cachecontrol", "cfcachestatus", "contentencoding", "etag",
    "stricttransportsecurity", "transferencoding", "vary", "xcache", "xcachestatus",
))  # fmt: skip
_HIT = re.compile(r"(?i)\b(hit|stale|cached?|true|yes)\b")
_MISS = re.compile(r"(?i)\b(miss|bypass|no-cache|none|false|fresh)\b")
_AGO = re.compile(r"(?i)(\d{1,6}) (second|minute|hour|day|week)s? ago")
# Every repeat is bounded: a tool may have written anything.
_LINE = re.compile(
    r"(?m)^[ \t]{0,8}([\w -]{2,40}?)[ \t]{0,4}[:=][ \t]{0,4}(\S.{0,60}?)[ \t\r]{0,4}$"
)
_HEADER = re.compile(r"([\w-]{1,60}):[ \t].*")
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
# A result may be megabytes; what says its date says so near its top.
_LONGEST, _DEEPEST, _MOST = 200_000, 6, 2_000
_EPOCH_S, _EPOCH_MS = (10**9, 4 * 10**9), (10**12, 4 * 10**12)
# Beyond these are zero times and sentinels, as Go's of the year 1 or a 9999-12-31.
_EARLIEST, _FAR = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
# Clocks and zones differ; a result is from before it came all the same.
_AHEAD = timedelta(days=1)


def own_date_of(texts: Iterable[str], known_at: datetime | None) -> OwnDate | None:
    """Return what says most of the age of a result, or None.

    The oldest date that it was true at, else that it came from a cache, else the
    newest date at which it was changed. `known_at` is when it came: some sayings count
    from there.
    """
    found = [one for text in texts for one in _found_in(text, known_at)]
    true_at = [one for one in found if one.says is Says.AS_OF and one.at]
    if true_at:
        return min(true_at, key=_moment)
    cached = next((one for one in found if one.says is Says.CACHED), None)
    changed = [one for one in found if one.says is Says.CHANGED and one.at]
    return cached or max(changed, key=_moment, default=None)


def is_own_date(name: str) -> bool:
    """True for a name under which results tell their own date, or their cache."""
    plain = plain_name(name)
    return plain in _AS_OF or plain in _CHANGED or plain in _CACHE


def _moment(one: OwnDate) -> datetime:
    return one.at or datetime.max.replace(tzinfo=UTC)


def _found_in(text: str, known_at: datetime | None) -> Iterator[OwnDate]:
    for name, value, is_header in _pairs(text):
        one = _read(name, value, is_header, known_at)
        if one is not None:
            yield one


# Any, from here on: what a tool wrote is JSON.
Pair = tuple[str, Any, bool]


def _pairs(text: str) -> Iterator[Pair]:
    """Names and scalars of a JSON text, or of lines like `Name: value`."""
    if len(text) > _LONGEST:
        return
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        yield from _lines(text)
        return
    yield from _walk(value)


def _lines(text: str) -> Iterator[Pair]:
    """Lines of a text: of an HTTP response those of its head are headers."""
    begin = len(text) - len(text.lstrip())
    blank = _BLANK_LINE.search(text, begin)
    end = blank.start() if blank else len(text)
    is_http = _is_http(text[begin:end].rstrip())
    for found in islice(_LINE.finditer(text), _MOST):
        yield found[1], found[2], is_http and found.start() < end


def _is_http(head: str) -> bool:
    if head.startswith("HTTP/"):
        return True
    found = [_HEADER.fullmatch(line.strip()) for line in head.splitlines()]
    names = {plain_name(one[1]) for one in found if one}
    return all(found) and not names.isdisjoint(_HTTP_ALONE)


def _walk(value: Any) -> Iterator[Pair]:
    waiting, seen = [(value, 0, False)], 0
    while waiting and seen < _MOST:
        one, depth, is_header = waiting.pop()
        seen += 1
        if depth > _DEEPEST:
            continue
        if isinstance(one, list):
            waiting += [(each, depth + 1, is_header) for each in one]
        elif isinstance(one, str):
            # Tools over MCP wrap their JSON into a text.
            yield from _wrapped(one)
        elif isinstance(one, dict):
            for name, within in one.items():
                if isinstance(within, dict | list):
                    waiting.append((within, depth + 1, plain_name(name) in _HEADERS))
                elif isinstance(within, str) and within.lstrip()[:1] in ("{", "["):
                    yield from _wrapped(within)
                else:
                    yield name, within, is_header


def _wrapped(text: str) -> Iterator[Pair]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    if isinstance(value, dict):
        for name, said in value.items():
            if not isinstance(said, dict | list):
                yield name, said, False


def plain_name(name: str) -> str:
    """Return a name without what sets its words apart, which each tool does its way."""
    return re.sub(r"[\s_-]", "", name).lower()


def _read(
    name: str, value: Any, is_header: bool, known_at: datetime | None
) -> OwnDate | None:
    plain = plain_name(name)
    if plain in _CACHE:
        return OwnDate(name, Says.CACHED) if _is_hit(value) else None
    if is_header and plain == "age":
        at = _before(value, known_at)
        return OwnDate(name, Says.AS_OF, at) if at else None
    if plain in _AS_OF or (is_header and plain == "date"):
        return _dated(name, Says.AS_OF, value, known_at)
    if plain in _CHANGED:
        return _dated(name, Says.CHANGED, value, known_at)
    return None


def _is_hit(value: Any) -> bool:
    told = str(value)
    return bool(_HIT.search(told)) and not _MISS.search(told)


def _before(seconds: Any, known_at: datetime | None) -> datetime | None:
    told = str(seconds)
    if known_at is None or not told.isdecimal() or len(told) > 9:
        return None
    return known_at - timedelta(seconds=int(told))


def _dated(
    name: str, says: Says, value: Any, known_at: datetime | None
) -> OwnDate | None:
    day = _of_day(value) if isinstance(value, str) else None
    at = day or _moment_told(value, known_at)
    if at is None or not _is_likely(at, known_at):
        return None
    return OwnDate(name, says, at, is_day=day is not None)


def _is_likely(at: datetime, known_at: datetime | None) -> bool:
    return _EARLIEST <= at <= (known_at + _AHEAD if known_at else _FAR)


def _moment_told(value: Any, known_at: datetime | None) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_epoch(value)
    if not isinstance(value, str) or not 8 <= len(value) <= 60:
        return None
    return _of_iso(value) or _of_mail(value) or _of_ago(value, known_at)


def _of_epoch(number: float) -> datetime | None:
    for (least, most), unit in ((_EPOCH_S, 1), (_EPOCH_MS, 1_000)):
        if least <= number < most:
            return datetime.fromtimestamp(number / unit, UTC)
    return None


def _of_day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        return None
    return datetime.combine(day, time.min, UTC)


def _of_iso(text: str) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text.removesuffix(" UTC")))
    except (ValueError, OverflowError):
        return None


def _of_mail(text: str) -> datetime | None:
    """The form of HTTP: `Thu, 29 Oct 2026 06:00:00 GMT` (RFC 9110, 5.6.7)."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _of_ago(text: str, known_at: datetime | None) -> datetime | None:
    found = _AGO.fullmatch(text.strip())
    if found is None or known_at is None:
        return None
    ago = timedelta(seconds=int(found[1]) * _SECONDS[found[2].lower()])
    try:
        return known_at - ago
    except OverflowError:  # before the year 1
        return None


def _in_utc(at: datetime) -> datetime:
    """A time without a zone is taken for UTC: most back ends mean that."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
