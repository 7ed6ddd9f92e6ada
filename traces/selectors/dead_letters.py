"""Dead letters as their page shows them: what broke, how much, and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet, Sum

from traces.models import Quarantined

ORDER = ("-quarantined_at", "-id")
# Of one reason in one go: each is decrypted and sealed anew.
MOST_AT_ONCE = 500
_HELPS = {
    "WorkersDied": "Every worker that took it up died. Look at the memory and the time "
    "limit of the digest, then replay one.",
    "BadBody": "The body is no OTLP: the exporter's side has to change. Drop it.",
    "BadLine": "A line of an import cannot be read. Import it anew once it is mended.",
    "WordsGone": "Its key is gone: there is nothing to replay. Drop it.",
}
_OF_OURS = (
    "A span that we do not understand: a fault of ours, told as the kind of error. "
    "Replay after the next release."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """The letters of one reason that wait."""

    code: str
    count: int
    size: int
    newest_at: datetime

    @property
    def helps(self) -> str:
        return _HELPS.get(self.code, _OF_OURS)


def waiting_letters(reason: str = "") -> QuerySet[Quarantined]:
    """Return what waits for somebody, with its system."""
    waiting = Quarantined.objects.filter(replayed_at=None, dropped_at=None)
    if reason:
        waiting = waiting.filter(reason=reason)
    return waiting.select_related("system").defer("sealed")


def reasons() -> list[Reason]:
    """Return why letters wait, the most frequent reason first."""
    counted = (
        waiting_letters()
        .select_related(None)
        .values("reason")
        .annotate(count=Count("pk"), size=Sum("size"), newest=Max("quarantined_at"))
        .order_by("-count", "reason")
    )
    return [
        Reason(row["reason"], row["count"], row["size"], row["newest"])
        for row in counted
    ]
