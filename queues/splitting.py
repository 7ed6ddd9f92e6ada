"""Many small acts that are one large one: what is summed, and what that makes of it.

Whoever may send to 49 people without being asked must not send to 49 again and again.
Pure rules; `queues/selectors/sums.py` does the counting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from queues.risk import RiskClass

_HOUR = 3600
# Sums look at so many requests at most: an alarm, and no ledger.
MOST_SUMMED = 2_000
# What can be summed, and the reason that a request is then given.
REASONS = {
    "calls": "many_calls_together",
    "recipients": "many_recipients_together",
    "amount": "large_sum_together",
}
GROUPS = ("tool", "subject")


@dataclass(frozen=True, slots=True)
class Split:
    """A limit on a sum: of calls, recipients or an amount in one currency.

    `per` tool: of one system with one tool, whoever it is about. `per` subject: about
    one person on behalf of one person, whatever the tool. At `at_most` and above a
    request is of class `becomes`, or one step worse than its own where that is empty.
    """

    of: str
    at_most: Decimal
    per: str = "tool"
    within_s: int = _HOUR
    currency: str = ""
    becomes: str = ""

    @property
    def reason(self) -> str:
        return REASONS[self.of]

    def problem(self) -> str:
        """Return what is wrong with it, or ""."""
        if self.of not in REASONS:
            return f"sums are of {', '.join(REASONS)}, not of {self.of!r}"
        if self.per not in GROUPS:
            return f"sums are per {' or '.join(GROUPS)}, not per {self.per!r}"
        if self.at_most <= 0 or self.within_s < 1:
            return "limits and windows start above 0"
        if (self.of == "amount") != bool(self.currency):
            return "an amount, and nothing else, is summed in a currency"
        if self.becomes and self.becomes not in RiskClass.values:
            return f"no class is called {self.becomes!r}"
        return ""


def split_of(data: Mapping[str, Any]) -> Split:
    """Return a rule from a policy's JSON. Raises TypeError or ArithmeticError."""
    given = dict(data)
    given["at_most"] = Decimal(str(given["at_most"]))
    return Split(**given)


def implied_by(broadcast_recipients: int) -> tuple[Split, ...]:
    """Return what a policy that says nothing of sums means by its broadcast limit."""
    limit = Decimal(broadcast_recipients)
    return (Split("recipients", limit, becomes=RiskClass.BROADCAST),)
