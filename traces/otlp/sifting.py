"""A body as received → what of it may be acknowledged, and an account of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from traces.otlp.checks import MOST_ITEMS
from traces.otlp.json_bodies import parse_json
from traces.otlp.protobuf import Parsed, parse_body
from traces.otlp.rejections import Rejection
from traces.otlp.wire import Layout, Wire

# Any: a generated message of whatever the layout says.
FaultOf = Callable[[Any, int], str | None]
IsWanted = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is kept of a body: protobuf, and as it came unless something had to go.

    `kept` counts items, `ignored` those that nobody here wants. An empty body with
    nothing kept is none to store.
    """

    body: bytes
    kept: int
    rejected: list[Rejection]
    ignored: int = 0


def parse(wire: Wire, body: bytes, layout: Layout) -> Parsed:
    """Parse a body of either wire. Raises BadBody or TooLarge."""
    return (parse_json if wire is Wire.JSON else parse_body)(body, layout)


def sift(
    wire: Wire, body: bytes, layout: Layout, fault_of: FaultOf, is_wanted: IsWanted
) -> Sifted:
    """Keep the items that are wanted and have no fault. Raises BadBody or TooLarge.

    What is not wanted is only counted; what has a fault goes into the account.
    """
    parsed = parse(wire, body, layout)
    untouched = wire is Wire.PROTOBUF and not parsed.rejected
    sieve = _Sieve(layout, fault_of, is_wanted, parsed)
    sieve.pass_through()
    if untouched and not sieve.removed:
        return Sifted(body, sieve.kept, [])
    kept = parsed.request.SerializeToString() if sieve.kept else b""
    return Sifted(kept, sieve.kept, parsed.rejected, sieve.ignored)


class _Sieve:
    """Removes from a parsed request what may not stay."""

    def __init__(
        self, layout: Layout, fault_of: FaultOf, is_wanted: IsWanted, parsed: Parsed
    ) -> None:
        self._layout = layout
        self._fault_of = fault_of
        self._is_wanted = is_wanted
        self._parsed = parsed
        self._sizes = iter(parsed.sizes)
        self.kept = 0
        self.removed = 0
        self.ignored = 0

    def pass_through(self) -> None:
        for group in getattr(self._parsed.request, self._layout.resources):
            for scope in getattr(group, self._layout.scopes):
                self._sift_items(getattr(scope, self._layout.items))

    def _sift_items(self, items: Any) -> None:
        going = [at for at, item in enumerate(items) if not self._stays(item)]
        self.removed += len(going)
        for at in reversed(going):
            del items[at]

    def _stays(self, item: Any) -> bool:
        size = next(self._sizes)
        if not self._is_wanted(item):
            self.ignored += 1
            return False
        fault = self._fault_of(item, size)
        if fault is None and self.kept >= MOST_ITEMS:
            fault = f"more than {MOST_ITEMS} in one request"
        if fault is not None:
            self._parsed.rejected.append(Rejection(item.span_id, fault))
            return False
        self.kept += 1
        return True
