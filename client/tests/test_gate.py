"""The gate's way from asking to reporting."""

from typing import Any

import pytest
from reviewapp_client import Client

from .fake_server import Asked, FakeServer
from .world import World


class Till:
    """A tool with a side effect that can be counted."""

    def __init__(self) -> None:
        self.paid: list[tuple[str, str]] = []

    def refund(self, order_id: str, amount: str = "1.00") -> str:
        self.paid.append((order_id, amount))
        return f"re_{len(self.paid)}"


@pytest.fixture
def till() -> Till:
    return Till()


def gated(client: Client, till: Till, **terms: Any) -> Any:
    return client.gate(
        **{"environment": "production", "reversibility": "compensable", **terms}
    )(till.refund)


def test_an_approved_act_runs_and_is_reported(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till)
    assert refund(order_id="A-17", amount="20.00", intent="refund:A-17") == "re_1"
    assert till.paid == [("A-17", "20.00")]
    assert server.only.key == "refund:A-17"
    assert server.only.status == "succeeded"
    assert server.only.outcome is not None
    assert server.only.outcome["result"]["summary"] == "re_1"
