"""Every call of the contract, from both clients."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from reviewapp_client import (
    AsyncClient,
    Client,
    Conflict,
    NotFound,
    Status,
    UsageError,
    arguments_digest,
)

from .fake_server import Asked, FakeServer
from .world import START, World

ASK: dict[str, Any] = {
    "tool": "refund",
    "arguments": {"order_id": "A-17"},
    "environment": "production",
    "reversibility": "compensable",
}


async def through_all(client: AsyncClient, server: FakeServer) -> list[Any]:
    """Use every call once; `Client` is used by the same words, without `await`."""
    request = await client.submit("k", **ASK)
    await client.preconditions(request.id, {}, [])
    server.people.append(Asked.approve)
    held = await client.get(request.id, wait=500)
    decided = await client.wait(request.id)
    digest = arguments_digest("refund", ASK["arguments"])
    grant = await client.redeem(request.id, "attempt-1", digest)
    again = await client.redeem(request.id, "attempt-1", digest)
    await client.outcome(request.id, "succeeded", {"ok": True}, usage={"tokens": 3})
    await client.acknowledge(request.id)
    await client.heartbeat("1.2.3", "production")
    orders = await client.containment()
    await client.acknowledge_containment(orders[0].id, START)
    ended = await client.get(request.id)
    return [request, held, decided, grant, again, ended, orders]


class Awaited:
    """A blocking client with the face of an asyncio one."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            return getattr(self._client, name)(*args, **kwargs)

        return call


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_every_call(world: World, server: FakeServer, kind: str) -> None:
    server.containments.append(
        {
            "id": "c-1",
            "scope": "tool",
            "tool": "refund",
            "ordered_at": START.isoformat(),
        }
    )

    async def run() -> list[Any]:
        if kind == "blocking":
            blocking: Any = Awaited(world.client())
            return await through_all(blocking, server)
        async with world.async_client() as client:
            return await through_all(client, server)

    request, held, decided, grant, again, ended, orders = asyncio.run(run())
    assert request.status is Status.PENDING
    assert request.queue == "default"
    assert request.expected_wait_s == 30
    assert request.raw["position"] == 1
    assert held.decision.verdict == "approve"
    assert held.decision.decided_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert decided.status is Status.APPROVED
    assert grant == again
    assert grant.arguments == ASK["arguments"]
    assert ended.outcome.status == "succeeded"
    assert ended.outcome.usage == {"tokens": 3}
    assert orders[0].scope == "tool"
    assert orders[0].ordered_at == START
    assert server.only.acknowledged_by == ["agent-1"]
    assert server.heartbeats == [
        {"instance": "agent-1", "version": "1.2.3", "environment": "production"}
    ]
    assert server.containment_acks == [
        {"instance": "agent-1", "stopped_at": START.isoformat()}
    ]


def test_a_wait_gives_up_where_it_is_told_to(world: World) -> None:
    client = world.client()
    request = client.submit("k", **ASK)
    assert client.wait(request.id, timeout=130).status is Status.PENDING
    assert world.clock.elapsed == 130


def test_a_withdrawn_request_stays_so(world: World, server: FakeServer) -> None:
    client = world.client()
    request = client.submit("k", **ASK)
    client.withdraw(request.id)
    client.withdraw(request.id)
    assert client.get(request.id).status is Status.WITHDRAWN
    with pytest.raises(Conflict) as refused:
        client.redeem(request.id, "a", "d")
    assert refused.value.code == "withdrawn"


def test_the_same_key_and_words_find_the_same_request(world: World) -> None:
    client = world.client()
    assert client.submit("k", **ASK).id == client.submit("k", **ASK).id


def test_an_id_cannot_lead_elsewhere(world: World, server: FakeServer) -> None:
    with pytest.raises(NotFound):
        world.client().get("../containment")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tol": 1}, "unknown fields: tol"),
        (
            {"evidence": [{"name": "x", "observed_at": START.replace(tzinfo=None)}]},
            "no time zone",
        ),
    ],
)
def test_an_ask_that_cannot_work_is_not_sent(
    world: World, server: FakeServer, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        world.client().submit("k", **{**ASK, **change})
    assert server.calls == []


def test_an_ask_needs_its_four_fields(world: World) -> None:
    with pytest.raises(UsageError, match="missing fields: arguments, environment"):
        world.client().submit("k", tool="refund", reversibility="reversible")  # type: ignore[call-arg]
