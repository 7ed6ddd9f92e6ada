"""A tool with a side effect that can be counted."""

from collections.abc import Callable
from typing import Any

from reviewapp_client import AsyncClient, Client


class Till:
    """`refund` pays; `before` and `after` may raise on either side of the payment."""

    def __init__(self) -> None:
        self.paid: list[tuple[str, str]] = []
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def refund(self, order_id: str, amount: str = "1.00") -> str:
        self.before()
        self.paid.append((order_id, amount))
        self.after()
        return f"re_{len(self.paid)}"

    async def refund_async(self, order_id: str, amount: str = "1.00") -> str:
        return self.refund(order_id, amount)

    def has_paid(self, arguments: Any) -> bool:
        return (arguments["order_id"], arguments["amount"]) in self.paid


# Any: tests call the result with wrong arguments too.
def gated(client: Client, till: Till, **terms: Any) -> Any:
    return client.gate(**_terms(terms))(till.refund)


def gated_async(client: AsyncClient, till: Till, **terms: Any) -> Any:
    return client.gate(**_terms(terms) | {"tool": "refund"})(till.refund_async)


def _terms(terms: dict[str, Any]) -> Any:
    return {"environment": "production", "reversibility": "compensable", **terms}
