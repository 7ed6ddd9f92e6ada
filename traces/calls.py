"""Tool calls that ran, held against the calls that somebody sought leave for. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# Of the digest of tool and arguments; half of it tells any two calls apart.
DIGEST_BYTES = 16
# Agents have clocks of their own: one that is slow begins before it was allowed to.
CLOCKS_DIFFER = timedelta(seconds=5)


class Match(StrEnum):
    """Why a call is taken for the one that was sought; the first is the surest."""

    NAMED = "named"  # its span names the request
    ARGUMENTS = "arguments"  # of the same run, tool and arguments
    TOOL = "tool"  # of the same run and tool, with other arguments or untold ones


@dataclass(frozen=True, slots=True)
class Sought:
    """A call that somebody was to make, as far as the one who asked told of it.

    `ids`: the requests of a system that its span may name. `trace_key` is None where no
    run was named: then only names count. `digest`: `call_digest` of tool and arguments,
    in hex. Calls that name nothing count from `since` on.
    """

    system_id: UUID
    ids: frozenset[UUID]
    trace_key: UUID | None
    tool: str
    digest: str
    since: datetime

    @property
    def claim(self) -> Claim:
        return self.trace_key, self.digest[: 2 * DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call that ran. `digest`: the first half of its arguments' `call_digest`,
    in hex, empty where they did not come. `duration_ms` is None while it is open."""

    system_id: UUID
    trace_key: UUID
    span_id: str
    request_id: UUID | None
    tool: str
    started_at: datetime
    duration_ms: int | None
    failed: bool
    digest: str

    @property
    def seconds(self) -> float | None:
        return None if self.duration_ms is None else self.duration_ms / 1000

    @property
    def ended_at(self) -> datetime | None:
        if self.duration_ms is None:
            return None
        return self.started_at + timedelta(milliseconds=self.duration_ms)

    def is_of(self, digest: str) -> bool:
        """True if it ran with the arguments that this digest stands for."""
        return bool(self.digest) and digest.startswith(self.digest)


@dataclass(frozen=True, slots=True)
class Found:
    """The calls that fit best, by start, and why."""

    match: Match | None
    calls: Sequence[Call]


# A run, and the half digest of tool and arguments in it
Claim = tuple[UUID | None, str]
NOTHING = Found(None, ())


def match_calls(sought: Sequence[Sought], calls: Iterable[Call]) -> list[Found]:
    """Return for each of those sought the calls that fit it best.

    Those that name it; else those of its run, tool and arguments, if nobody else sought
    the very same; else what else its run called the tool with.
    """
    calls = sorted(calls, key=lambda call: (call.started_at, call.span_id))
    claims = Counter(one.claim for one in sought)
    return [_best(one, calls, claims) for one in sought]


def _best(sought: Sought, calls: Iterable[Call], claims: Counter[Claim]) -> Found:
    found: dict[Match, list[Call]] = defaultdict(list)
    for call in calls:
        match = _match(call, sought, claims)
        if match:
            found[match].append(call)
    return next((Found(one, found[one]) for one in Match if one in found), NOTHING)


def _match(call: Call, sought: Sought, claims: Counter[Claim]) -> Match | None:
    if call.request_id is not None:
        # Anybody can name a request: only its own system's word counts.
        is_named = call.system_id == sought.system_id and call.request_id in sought.ids
        return Match.NAMED if is_named else None
    is_of_run = call.trace_key == sought.trace_key and call.tool == sought.tool
    if not is_of_run or call.started_at < sought.since - CLOCKS_DIFFER:
        return None
    claimed = claims[call.trace_key, call.digest] if call.digest else 0
    if not claimed:
        return Match.TOOL
    is_sure = claimed == 1 and call.is_of(sought.digest)
    return Match.ARGUMENTS if is_sure else None
