"""Legal holds as their page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from traces.models import Preservation, Trace
from traces.selectors.lists import title_of


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold: `words` are its reference and note, empty for who may not read them."""

    hold: Preservation
    trace: Trace | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return title_of(self.trace) if self.trace else "A run"


def rows_of_holds(
    holds: Sequence[Preservation], words: Mapping[UUID, Mapping[str, str]]
) -> list[HoldRow]:
    """Return rows in the same order. One query for any number."""
    traces = Trace.objects.in_bulk([one.trace_key for one in holds if one.trace_key])
    return [
        HoldRow(
            hold,
            traces.get(hold.trace_key) if hold.trace_key else None,
            words.get(hold.pk, {}),
        )
        for hold in holds
    ]
