"""What is said of a whole run, and where the current trace comes from."""

import asyncio
import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import Span
from reviewapp_client import Rejected, about, request_here
from reviewapp_client._context import said_here

from .fake_server import Asked, FakeServer
from .till import Till, gated, gated_async
from .world import World


def test_what_is_said_inside_goes_over_what_was_said_outside() -> None:
    with about(run_id="a", subject_ref="s"):
        with about(run_id="b"):
            assert said_here() == {"run_id": "b", "subject_ref": "s"}
        assert said_here() == {"run_id": "a", "subject_ref": "s"}
    assert said_here() == {}


def test_an_ask_names_the_span_it_was_made_in(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("tool") as span:
        gated(world.client(), till)("A-17", intent="i")
    context = span.get_span_context()
    assert server.only.body["trace_id"] == f"{context.trace_id:032x}"
    assert server.only.body["span_id"] == f"{context.span_id:016x}"


def test_a_trace_said_by_hand_wins(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("tool"), about(trace_id="0" * 31 + "1"):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.body["trace_id"].endswith("01")


def attribute_of(span: Span) -> object:
    assert isinstance(span, ReadableSpan)
    return (span.attributes or {}).get("reviewapp.request_id")


def test_the_span_an_act_runs_in_names_its_request(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    seen: list[object] = []
    till.before = lambda: seen.append(request_here())
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("tool") as span:
        gated(world.client(), till)("A-17", intent="i")
        assert request_here() is None
    assert seen == [server.only.id]
    assert attribute_of(span) == server.only.id


def test_an_async_act_names_its_request_too(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    seen: list[object] = []
    till.before = lambda: seen.append(request_here())
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")

    async def run() -> None:
        async with world.async_client() as client:
            with tracer.start_as_current_span("tool") as span:
                await gated_async(client, till)("A-17", intent="i")
            assert attribute_of(span) == server.only.id

    asyncio.run(run())
    assert seen == [server.only.id]
    assert request_here() is None


def test_a_function_that_raises_leaves_no_request_behind(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)

    def burn() -> None:
        raise RuntimeError("on fire")

    till.before = burn
    with pytest.raises(RuntimeError, match="on fire"):
        gated(world.client(), till)("A-17", intent="i")
    assert request_here() is None


def test_an_act_that_did_not_run_is_named_on_no_span(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(lambda asked: asked.end("rejected"))
    tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")
    with tracer.start_as_current_span("tool") as span, pytest.raises(Rejected):
        gated(world.client(), till)("A-17", intent="i")
    assert attribute_of(span) is None


def test_opentelemetry_is_not_needed() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from reviewapp_client._context import request_here, running_under, said_here\n"
        "assert said_here() == {}\n"
        "with running_under('r-1'): assert request_here() == 'r-1'\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
