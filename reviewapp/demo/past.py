"""Finished runs of the demo, kept as an agent's own exporter would have sent them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator

from reviewapp.demo.cases import ALL
from reviewapp.demo.cases.case import Case
from reviewapp.demo.fleet.telemetry import resource_of
from reviewapp.demo.runs.clocks import PastClock
from reviewapp.demo.runs.recorder import RunRecorder
from systems.actors import AgentCaller
from systems.models import Key, Scope, System
from traces.models import Signal, Trace
from traces.services.batches import keep_batch

_PROTOBUF = "application/x-protobuf"


class _SameIds(IdGenerator):
    """The same ids for the same case: seeded twice, it is there once."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice

    def generate_span_id(self) -> int:
        return self._dice.getrandbits(64) or 1

    def generate_trace_id(self) -> int:
        return self._dice.getrandbits(128) or 1


def seed_cases(now: datetime) -> int:
    """Keep the runs that are missing; return how many were. They are digested later."""
    kept = 0
    for make in ALL:
        case = make(now)
        spans = spans_of(case)
        if not _is_there(case, spans):
            _keep(case, spans)
            kept += 1
    return kept


def spans_of(case: Case) -> Sequence[ReadableSpan]:
    """Return the run of a case as the SDK's own spans."""
    dice = Random(case.slug)  # noqa: S311  invented work, not secrets
    out = InMemorySpanExporter()
    provider = TracerProvider(
        resource=resource_of(case.agent.system),
        id_generator=_SameIds(dice),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(SimpleSpanProcessor(out))
    recorder = RunRecorder(
        provider.get_tracer("reviewapp.demo"),
        case.agent,
        PastClock(case.started_at),
        dice,
        conversation=case.conversation,
        subject=case.reference,
    )
    with recorder.run():
        recorder.hear(case.heard)
        for turn in case.turns:
            recorder.take(turn)
    return out.get_finished_spans()


def _is_there(case: Case, spans: Sequence[ReadableSpan]) -> bool:
    system = System.objects.get(slug=case.agent.system)
    context = spans[0].get_span_context()
    trace_id = context.trace_id.to_bytes(16, "big") if context else b""
    return Trace.objects.filter(pk=Trace.key_of(system.pk, trace_id)).exists()


def _keep(case: Case, spans: Sequence[ReadableSpan]) -> None:
    system = System.objects.get(slug=case.agent.system)
    # Nothing comes over a wire, so no key of the system's is spent on it.
    caller = AgentCaller(Key(system=system), system, frozenset({Scope.TRACES}))
    body = encode_spans(spans).SerializeToString()
    keep_batch(caller, Signal.TRACES, _PROTOBUF, body, spans=len(spans))
