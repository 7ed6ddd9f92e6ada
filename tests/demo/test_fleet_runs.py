"""What the fleet's agents tell of their runs while they work."""

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from reviewapp_client import Client

from queues.acts import Doubt
from queues.models import ActionRequest, Grant, Outcome
from queues.selectors.acts import Acts, acts_of
from queues.services.decisions import decide_request
from reviewapp.core.models import User
from reviewapp.demo.fleet.player import play
from reviewapp.demo.fleet.scene import Conduct, Scene
from reviewapp.demo.fleet.scenes import ALL, operations, support
from reviewapp.demo.fleet.telemetry import Telemetry
from reviewapp.demo.runs.agents import BY_SYSTEM, Shows
from reviewapp.demo.runs.clocks import PastClock
from reviewapp.demo.seeding import make_password, seed_demo
from systems.models import System
from tests.builders import actor_of_person, make_key
from tests.demo.test_scenes import at_the_door
from tests.queues.builders import make_policy, make_queue, ruling
from tests.traces.stored import store
from traces.calls import Match
from traces.dialects import normalise
from traces.otlp import read_spans
from traces.spans import Direction, Kind, PartKind, Span

Door = Callable[[httpx.Request], httpx.Response]
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


def away(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there")


def played(scene: Scene, door: Door = away, secret: str = "key") -> list[Span]:
    """Play a scene against whoever answers; return its spans as they arrive."""
    out = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(out))
    client = Client(
        "http://testserver", secret, retry_for=0, transport=httpx.MockTransport(door)
    )
    clock = PastClock(START)
    play(scene, client, Random(1), provider.get_tracer("test"), clock)
    body = encode_spans(out.get_finished_spans()).SerializeToString()
    return [normalise(raw) for raw in read_spans("application/x-protobuf", body)]


@pytest.mark.parametrize("number", range(len(ALL)))
def test_a_scene_tells_how_it_came_to_ask(number):
    scene = ALL[number].make(Random(number))
    agent = BY_SYSTEM[scene.system]
    spans = played(scene)
    (root,) = (span for span in spans if span.kind is Kind.AGENT)
    chats = [span for span in spans if span.kind is Kind.LLM]
    assert {span.parent_id for span in spans} == {"", root.span_id}
    assert root.subject == scene.ask.get("subject_ref", "")
    announced = [
        part.name
        for part in chats[-1].parts
        if part.kind is PartKind.TOOL_CALL and part.direction is Direction.OUT
    ]
    assert announced == [scene.ask["tool"]]
    for chat in chats:
        thoughts = [p.text for p in chat.parts if p.kind is PartKind.REASONING]
        assert any(thoughts) is (agent.shows is Shows.TEXT)
        assert chat.usage.input
        assert chat.usage.output
        assert chat.usage.reasoning


class Approving:
    """A server behind whose back somebody approves whatever waits there."""

    def __init__(self, person: User) -> None:
        self._person = person

    def __call__(self, request: httpx.Request) -> httpx.Response:
        waiting = ActionRequest.objects.filter(status="pending").first()
        if request.method == "GET" and waiting:
            make_queue(self._person, slug=waiting.queue.slug)
            actor = actor_of_person(self._person)
            word = ruling(waiting)
            decide_request(waiting.pk, word, person=self._person, actor=actor)
        return at_the_door(request)


@pytest.fixture
def live(reviewer) -> Callable[[Scene], list[Span]]:
    make_policy()
    seed_demo(make_password())

    def play_live(scene: Scene) -> list[Span]:
        _, secret = make_key(System.objects.get(slug=scene.system))
        return played(scene, Approving(reviewer), secret)

    return play_live


def came_of_it(spans: list[Span]) -> Acts:
    ask = ActionRequest.objects.get()
    store(spans, ask.system)
    return acts_of(ask, Grant.objects.get(), Outcome.objects.filter(ask=ask).first())


def test_what_the_agent_does_with_its_leave_joins_the_request(live):
    spans = live(support.right_refund(Random(1)))
    acts = came_of_it(spans)
    assert acts.found.match is Match.NAMED
    assert [call.tool for call in acts.calls] == ["refund_order"]
    # The clock of the run stands in the past, before the leave was given.
    assert acts.doubts == {Doubt.BEFORE_LEAVE}
    last = max((s for s in spans if s.kind is Kind.LLM), key=lambda s: s.start_ns)
    assert any("Refunded" in part.text for part in last.parts)


def test_an_act_that_fails_fails_in_both_places(live):
    failing = (operations.restart(Random(n)) for n in range(100))
    scene = next(one for one in failing if one.conduct is Conduct.FAILS)
    acts = came_of_it(live(scene))
    assert [call.failed for call in acts.calls] == [True]
    assert acts.outcome is not None
    assert acts.outcome.status == "failed"


def test_a_worker_that_dies_leaves_a_run_without_its_root(live):
    spans = live(operations.clean_up_and_vanish(Random(1)))
    assert Kind.AGENT not in {span.kind for span in spans}
    assert [s.tool for s in spans if s.kind is Kind.TOOL][-1] == "delete_records"
    assert ActionRequest.objects.get().status == "redeemed"


def test_a_server_that_never_answers_does_not_hold_the_fleet():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        telemetry = Telemetry(f"http://127.0.0.1:{port}", {"ops-agent": "key"})
        telemetry.tracer_of("ops-agent").start_span("chat").end()
        begun = time.monotonic()
        telemetry.close(0.2)
        assert time.monotonic() - begun < 2
