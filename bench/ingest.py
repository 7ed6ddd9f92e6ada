"""Spans through the receiver and the digester, against what they cost on disk."""

from __future__ import annotations

import http.client
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import connections
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bench.server import Server, serving

TRACES, SPANS, TRACES_A_BATCH = 2_000, 20, 10
EXPORTERS = 4
LONG = 10_000
_WORDS = [
    *("order", "refund", "carrier", "parcel", "window", "account", "policy", "charge"),
    *("receipt", "customer", "agent", "please", "check", "whether", "before", "total"),
    *("because", "amount", "card", "ending", "shipped", "returned", "the", "a", "to"),
    *("of", "and", "it", "is", "not", "was", "for"),
]
_TABLES = ("traces_trace", "traces_segment", "traces_words", "traces_toolcall")
_WITHIN_S = 600


@dataclass(frozen=True, slots=True)
class IngestFigures:
    """Rates are spans a second by the clock; times in ms; sizes in bytes a span.

    `digested`: stored, masked, encrypted and counted, from the first byte sent to the
    last span digested, while the accepting goes on beside it.
    """

    spans: int
    accepted: float
    digested: float
    accept_p50: float
    accept_p95: float
    sent_bytes: float
    stored_bytes: float
    cpu_us: float
    shape_ms: float


def measure_ingest(secret: str, traces: int = TRACES) -> IngestFigures:
    bodies = list(_bodies(traces))
    before = _stored()
    with serving(workers=1) as server, _digesting() as digester:
        _send(server.url, secret, bodies[:2])  # every process has answered once
        _await_digested()
        cpu = server.cpu_s() + digester.cpu_s()
        started = time.perf_counter()
        taken = _send(server.url, secret, bodies)
        accepted = time.perf_counter() - started
        _await_digested()
        digested = time.perf_counter() - started
        cpu = server.cpu_s() + digester.cpu_s() - cpu
        shape_ms = _shape_of_a_long_trace(server.url, secret)
    spans = traces * SPANS
    return IngestFigures(
        spans=spans,
        accepted=spans / accepted,
        digested=spans / digested,
        accept_p50=statistics.median(taken) * 1000,
        accept_p95=sorted(taken)[int(len(taken) * 0.95)] * 1000,
        sent_bytes=sum(map(len, bodies)) / spans,
        stored_bytes=(_stored() - before) / (spans + LONG),
        cpu_us=cpu / spans * 1e6,
        shape_ms=shape_ms,
    )


@contextmanager
def _digesting() -> Iterator[Server]:
    """Run the digester as in production: two processes of the lane `ingest`."""
    command = ["nice", "-n", "5", sys.executable, "-m", "celery", "-A", "reviewapp"]
    command += ["worker"]
    command += ["--queues", "ingest", "--concurrency", "2", "--loglevel", "ERROR"]
    command += ["--without-gossip", "--without-mingle"]
    # Our own words; its log would stand between the figures.
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Server("", process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _send(url: str, secret: str, bodies: list[bytes]) -> list[float]:
    """Send all bodies by four exporters; return the seconds each took."""
    waiting, taken = iter(bodies), []
    lock = threading.Lock()

    def export() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        while True:
            with lock:
                body = next(waiting, None)
            if body is None:
                return
            taken.append(_post(connection, secret, body))

    threads = [threading.Thread(target=export) for _ in range(EXPORTERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def _post(connection: http.client.HTTPConnection, secret: str, body: bytes) -> float:
    headers = {
        "Content-Type": "application/x-protobuf",
        "Authorization": f"Bearer {secret}",
    }
    while True:
        started = time.perf_counter()
        connection.request("POST", "/v1/traces", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            return time.perf_counter() - started
        if answer.status != 503:
            raise RuntimeError(f"The receiver answered {answer.status}.")
        time.sleep(float(answer.headers["Retry-After"]))


def _await_digested() -> None:
    until = time.monotonic() + _WITHIN_S
    while time.monotonic() < until:
        if not _one("SELECT EXISTS (SELECT FROM traces_batch)"):
            return
        time.sleep(0.02)
    raise RuntimeError("The digester did not come to an end.")


def _shape_of_a_long_trace(url: str, secret: str) -> float:
    """Return the median time, in ms, to read a trace of 10,000 spans back."""
    from traces.models import Trace
    from traces.selectors.reading import read_shape

    rng = random.Random(2)  # noqa: S311  no secret
    trace_id = rng.randbytes(16)
    spans = list(run_of(rng, LONG, trace_id))
    _send(url, secret, [request_of(spans[at : at + 500]) for at in range(0, LONG, 500)])
    _await_digested()
    trace = Trace.objects.get(trace_id=trace_id.hex())
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        found = len(read_shape(trace).spans)
        taken.append((time.perf_counter() - started) * 1000)
        if found != LONG:
            raise RuntimeError(f"{found} spans were read of {LONG}.")
    return statistics.median(taken)


def _stored() -> int:
    """Bytes of what stays of traces, indexes and keys included."""
    main = " + ".join(f"pg_total_relation_size('{table}')" for table in _TABLES)
    keys = "SELECT pg_total_relation_size('core_datakey')"
    return int(_one(f"SELECT {main}")) + int(_one(keys, "keys"))


def _one(sql: str, alias: str = "default") -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _bodies(traces: int) -> Iterator[bytes]:
    """Yield bodies of ten runs each: as much as an SDK sends at once."""
    rng = random.Random(1)  # noqa: S311  no secret
    for _ in range(0, traces, TRACES_A_BATCH):
        runs = [run_of(rng, SPANS, rng.randbytes(16)) for _ in range(TRACES_A_BATCH)]
        yield request_of([span for run in runs for span in run])


def request_of(spans: list[Span]) -> bytes:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(_pairs({"service.name": "bench"}))
    group.scope_spans.add().spans.extend(spans)
    return request.SerializeToString()


def run_of(rng: random.Random, spans: int, trace_id: bytes) -> Iterator[Span]:
    """Yield a run: an agent, and below it calls of a model and of a tool in turn."""
    root, now = rng.randbytes(8), time.time_ns() - 3_600_000_000_000
    for number in range(spans):
        start, now = now, now + rng.randint(5, 900) * 1_000_000
        yield Span(
            trace_id=trace_id,
            span_id=rng.randbytes(8) if number else root,
            parent_span_id=root if number else b"",
            name="span",
            kind=1,
            start_time_unix_nano=start,
            end_time_unix_nano=now,
            attributes=_pairs(_attributes(rng, number, trace_id)),
        )


def _attributes(
    rng: random.Random, number: int, trace_id: bytes
) -> dict[str, str | int]:
    if number == 0:
        return {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "refunds",
            "gen_ai.conversation.id": trace_id.hex()[:12],
        }
    order = json.dumps({"order": rng.randint(1, 10**6)})
    if number % 2:
        return _model_call(rng, number, order)
    return {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "get_order",
        "gen_ai.tool.call.id": f"call_{number - 1}",
        "gen_ai.tool.call.arguments": order,
        "gen_ai.tool.call.result": json.dumps({"note": _said(rng, 40)}),
    }


def _model_call(rng: random.Random, number: int, order: str) -> dict[str, str | int]:
    asked = {"type": "text", "content": _said(rng, 120)}
    thought = {"type": "reasoning", "content": _said(rng, 250)}
    call = {
        "type": "tool_call",
        "id": f"call_{number}",
        "name": "get_order",
        "arguments": json.loads(order),
    }
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-5",
        "gen_ai.response.model": "claude-sonnet-4-5-20250929",
        "gen_ai.usage.input_tokens": rng.randint(500, 9000),
        "gen_ai.usage.output_tokens": rng.randint(50, 900),
        "gen_ai.input.messages": json.dumps([{"role": "user", "parts": [asked]}]),
        "gen_ai.output.messages": json.dumps(
            [{"role": "assistant", "parts": [thought, call]}]
        ),
    }


def _said(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words))


def _pairs(attributes: dict[str, str | int]) -> list[KeyValue]:
    return [
        KeyValue(
            key=key,
            value=AnyValue(string_value=told)
            if isinstance(told, str)
            else AnyValue(int_value=told),
        )
        for key, told in attributes.items()
    ]
