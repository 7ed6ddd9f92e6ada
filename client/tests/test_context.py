"""What is said of a whole run, and where the current trace comes from."""

import subprocess
import sys

from opentelemetry.sdk.trace import TracerProvider
from reviewapp_client import about
from reviewapp_client._context import said_here

from .fake_server import Asked, FakeServer
from .till import Till, gated
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


def test_opentelemetry_is_not_needed() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from reviewapp_client._context import said_here\n"
        "assert said_here() == {}\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
