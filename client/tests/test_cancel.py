"""No person answers into an empty room: who stops waiting withdraws."""

import asyncio
from typing import Any

import pytest
from httpx import ConnectError
from reviewapp_client import Answered, ReviewappUnavailable, StillPending, Withdrawn

from .fake_server import Asked, FakeServer
from .till import Till, gated, gated_async
from .world import World


def interrupt(_asked: Asked) -> None:
    raise KeyboardInterrupt


def test_patience_that_ends_withdraws(
    world: World, server: FakeServer, till: Till
) -> None:
    with pytest.raises(Withdrawn, match="withdrawn") as withdrawn:
        gated(world.client(), till, timeout=90)("A-17", intent="i")
    assert server.only.status == "withdrawn"
    assert world.clock.elapsed == 90
    assert "not a refusal" in withdrawn.value.message_for_model


def test_a_caller_may_leave_the_request_where_it_is(
    world: World, server: FakeServer, till: Till
) -> None:
    client = world.client()
    with pytest.raises(StillPending):
        gated(client, till, timeout=90, withdraw_on_cancel=False)("A-17", intent="i")
    assert server.only.status == "pending"
    server.people.append(Asked.approve)
    assert gated(client, till)("A-17", intent="i") == "re_1"


def test_an_answer_at_the_last_moment_still_counts(
    world: World, server: FakeServer, till: Till
) -> None:
    def at_last(call: str) -> None:
        if call == "POST withdraw":
            server.only.end("answered", "Ask billing.")

    world.wire.before = at_last
    with pytest.raises(Answered, match="Ask billing"):
        gated(world.client(), till, timeout=90)("A-17", intent="i")


def test_an_approval_at_the_last_moment_is_given_back(
    world: World, server: FakeServer, till: Till
) -> None:
    def at_last(call: str) -> None:
        if call == "POST withdraw":
            server.only.approve()

    world.wire.before = at_last
    client = world.client()
    with pytest.raises(Withdrawn):
        gated(client, till, timeout=90)("A-17", intent="i")
    assert server.only.status == "voided"
    world.wire.before = lambda call: None
    server.people.append(Asked.approve)
    assert gated(client, till)("A-17", intent="i") == "re_1"


def test_ctrl_c_while_waiting_withdraws(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(interrupt)
    with pytest.raises(KeyboardInterrupt):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.status == "withdrawn"


def test_ctrl_c_may_leave_the_request_where_it_is(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(interrupt)
    with pytest.raises(KeyboardInterrupt):
        gated(world.client(), till, withdraw_on_cancel=False)("A-17", intent="i")
    assert server.only.status == "pending"


def test_ctrl_c_is_not_held_up_by_a_server_that_is_away(
    world: World, server: FakeServer, till: Till
) -> None:
    def away(call: str) -> None:
        if call == "POST withdraw":
            raise ConnectError("away")

    server.people.append(interrupt)
    world.wire.before = away
    with pytest.raises(KeyboardInterrupt):
        gated(world.client(), till)("A-17", intent="i")
    assert world.clock.elapsed <= 5


def test_ctrl_c_while_asking_takes_the_ask_back(
    world: World, server: FakeServer, till: Till
) -> None:
    def interrupt_once(call: str) -> None:
        world.wire.after = lambda call: None
        raise KeyboardInterrupt

    world.wire.after = interrupt_once
    with pytest.raises(KeyboardInterrupt):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.status == "withdrawn"


def test_ctrl_c_in_the_act_leaves_it_uncertain(
    world: World, server: FakeServer, till: Till
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    server.people.append(Asked.approve)
    till.after = stop
    with pytest.raises(KeyboardInterrupt):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.status == "uncertain"


def test_a_server_away_for_the_whole_patience_is_said(world: World, till: Till) -> None:
    def away(call: str) -> None:
        if call != "POST requests":
            raise ConnectError("away")

    world.wire.before = away
    with pytest.raises(ReviewappUnavailable):
        gated(world.client(), till, timeout=90)("A-17", intent="i")


class Holding:
    """An async wire that holds one call until the test lets go of it."""

    def __init__(self, world: World, held: str) -> None:
        self.reached = asyncio.Event()
        self._release = asyncio.Event()
        self._held, self._wire = held, world.wire
        self._handle = world.wire.handle_async_request
        world.wire.handle_async_request = self.handle  # type: ignore[method-assign]

    async def handle(self, request: Any) -> Any:
        if f"{request.method} {request.url.path.split('/')[-1]}" == self._held:
            self.reached.set()
            await self._release.wait()
        if "wait" in request.url.params:
            self.reached.set()
            await self._release.wait()
        return await self._handle(request)

    def release(self) -> None:
        self._release.set()


def test_cancelling_a_waiting_task_withdraws(
    world: World, server: FakeServer, till: Till
) -> None:
    async def run() -> None:
        async with world.async_client() as client:
            holding = Holding(world, held="")
            task = asyncio.ensure_future(gated_async(client, till)("A-17", intent="i"))
            await holding.reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())
    assert server.only.status == "withdrawn"
    assert till.paid == []


def test_a_second_cancellation_does_not_stop_the_withdrawal(
    world: World, server: FakeServer, till: Till
) -> None:
    async def run() -> None:
        async with world.async_client() as client:
            waiting = Holding(world, held="")
            task = asyncio.ensure_future(gated_async(client, till)("A-17", intent="i"))
            await waiting.reached.wait()
            leaving = Holding(world, held="POST withdraw")
            task.cancel()
            await leaving.reached.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert server.only.status == "pending"
            leaving.release()
            while server.only.status == "pending":
                await asyncio.sleep(0)

    asyncio.run(run())
    assert server.only.status == "withdrawn"


def test_a_timeout_around_the_task_withdraws(
    world: World, server: FakeServer, till: Till
) -> None:
    async def run() -> None:
        async with world.async_client() as client:
            Holding(world, held="")
            async with asyncio.timeout(0.01):
                await gated_async(client, till)("A-17", intent="i")

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert server.only.status == "withdrawn"


def test_cancelling_a_task_in_the_act_leaves_it_uncertain(
    world: World, server: FakeServer, till: Till
) -> None:
    async def run() -> None:
        entered = asyncio.Event()

        async def act() -> None:
            entered.set()
            await asyncio.Event().wait()

        async with world.async_client() as client:
            gate = client.gate(environment="test", reversibility="irreversible")(act)
            task = asyncio.ensure_future(gate(intent="i"))
            await entered.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    server.people.append(Asked.approve)
    asyncio.run(run())
    assert server.only.status == "uncertain"
