"""How old a tool's result was when it was read: by its call, and by its own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from traces.figures import moment
from traces.own_dates import OwnDate, Says
from traces.steps import Act

_NS = 1_000_000_000
# A record that says it is as old as its call, give or take clocks, agrees with it.
_AGREES_S = 60


@dataclass(frozen=True, slots=True)
class Age:
    """How old a result was when it was read for the last time, against its limit.

    `seconds` counts from the end of its call, and is 0 where nothing tells when that
    was (`is_timed`). `own` is what the result says of its own date; `is_read` says that
    this was looked for, by somebody who reads the result.
    """

    seconds: float
    limit_s: int | None
    known_at: datetime
    own: OwnDate | None = None
    is_read: bool = False
    is_timed: bool = True

    def told(self, own: OwnDate | None, *, is_read: bool) -> Age:
        return replace(self, own=own, is_read=is_read)

    @property
    def read_at(self) -> datetime:
        return self.known_at + timedelta(seconds=self.seconds)

    @property
    def own_seconds(self) -> float | None:
        """The age by its own date, of a day from its end; None where it tells none."""
        latest = self.own.latest if self.own else None
        if latest is None:
            return None
        return max(0.0, (self.read_at - latest).total_seconds())

    @property
    def is_contradicted(self) -> bool:
        """True if it says that it is older than its call, or only that it may be."""
        if self.own is None:
            return False
        seconds = self.own_seconds
        return seconds is None or seconds > self.seconds + _AGREES_S

    @property
    def is_late_by_call(self) -> bool:
        return self.limit_s is not None and self.seconds > self.limit_s

    @property
    def is_late_by_own(self) -> bool:
        """True if its own date is beyond the limit, whatever that date is of."""
        seconds = self.own_seconds
        return (
            seconds is not None and self.limit_s is not None and seconds > self.limit_s
        )

    @property
    def is_stale(self) -> bool:
        # What was changed long ago may have been looked at just now.
        by_own = self.own is not None and self.own.says is Says.AS_OF
        return self.is_late_by_call or (by_own and self.is_late_by_own)

    @property
    def worst(self) -> tuple[bool, float]:
        """For finding the oldest of several."""
        return self.is_contradicted, max(self.seconds, self.own_seconds or 0.0)


def age_of(act: Act, read_at_ns: int, limit_s: int | None) -> Age | None:
    known = moment_of(act.known_at_ns)
    if known is None or not read_at_ns:
        return None
    return Age(max(0, read_at_ns - act.known_at_ns) / _NS, limit_s, known)


def moment_of(at_ns: int) -> datetime | None:
    return moment(at_ns) if at_ns else None
