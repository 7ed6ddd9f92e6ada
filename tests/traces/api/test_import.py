"""Recorded runs and native responses are taken in whole, or not at all."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from reviewapp.core.bodies import MOST_BYTES
from tests.traces.otlp.bodies import TRACE_ID, span, traces_of
from traces.models import Batch, Quarantined, Trace
from traces.selectors.reading import place_of, read_shape, read_words
from traces.services.digesting import digest_batches
from traces.spans import PartKind
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

PATH = "/api/v1/traces/import"
JSON_LINES = "application/jsonl"
RUN = {
    "run_id": "r1",
    "agent": "support",
    "environment": "production",
    "started_at": "2026-11-01T10:00:00",
    "ended_at": "2026-11-01T10:01:00",
    "messages": [
        {"role": "user", "at": "2026-11-01T10:00:00", "text": "Where is it?"},
        {
            "role": "assistant",
            "at": "2026-11-01T10:00:05",
            "text": "On its way.",
            "thinking": [{"text": "It left yesterday.", "signature": "abc"}],
            "model": "claude-sonnet-4-5",
            "stop_reason": "end_turn",
            "usage": {"prompt_tokens": 10, "completion_tokens": 5},
        },
    ],
}
RECORDED = Path(settings.BASE_DIR).parent / "shared/data/runs/airline_support.jsonl"


def lines(*runs):
    return "\n".join(json.dumps(run) for run in runs).encode()


def reasoning_of(trace):
    shape = read_shape(trace)
    parts = [
        part
        for span in shape.spans
        for part in span.parts
        if part.kind is PartKind.REASONING
    ]
    texts = read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
    return [texts[place_of(part)] for part in parts]


def test_a_run_becomes_a_trace_marked_synthetic(exporter):
    answer = exporter.send(lines(RUN), JSON_LINES, PATH)
    assert answer.status_code == 202
    (trace_id,) = answer.json()["traces"]
    digest_batches(60)
    trace = Trace.objects.get()
    assert trace.trace_id.hex == trace_id
    assert trace.synthetic
    assert not Trace.objects.live().exists()
    assert reasoning_of(trace) == ["It left yesterday."]


def test_importing_twice_makes_nothing_twice(exporter):
    for _ in range(2):
        exporter.send(lines(RUN), JSON_LINES, PATH)
    digest_batches(60)
    assert Trace.objects.count() == 1
    assert len(read_shape(Trace.objects.get()).spans) == 2


def test_a_bad_line_is_named_and_nothing_is_taken(exporter):
    answer = exporter.send(lines(RUN, {"what": "is this"}), JSON_LINES, PATH)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_line"
    assert list(answer.json()["errors"]) == ["lines.2"]
    assert not Batch.objects.exists()


RESPONSE = {
    "object": "chat.completion",
    "id": "c1",
    "model": "gpt-5",
    "choices": [
        {"index": 0, "finish_reason": "stop",
         "message": {"role": "assistant", "content": "Hello."}}
    ],
}  # fmt: skip


@pytest.mark.parametrize("live_first", [True, False])
def test_an_import_that_names_a_live_trace_stays_apart(exporter, live_first):
    told = []
    for is_live in (live_first, not live_first):
        if is_live:
            assert exporter.send(traces_of(span())).status_code == 200
        else:
            line = {"response": RESPONSE, "trace_id": TRACE_ID.hex()}
            told = exporter.send(lines(line), JSON_LINES, PATH).json()["traces"]
        digest_batches(60)
    trace = Trace.objects.live().get()
    assert (trace.trace_id.bytes, trace.spans) == (TRACE_ID, 1)
    assert Trace.objects.get(synthetic=True).trace_id.hex == told[0]


@pytest.mark.parametrize(
    "at", ["1970-01-01T00:00:00.000001+00:00", "2262-04-11T23:47:16+00:00"]
)
def test_times_at_the_ends_of_what_can_be_kept_are_digested(exporter, at):
    run = RUN | {"started_at": at, "ended_at": at, "cost_usd": 1e300}
    run["messages"] = [message | {"at": at} for message in RUN["messages"]]
    call = {"response": RESPONSE, "at": at, "ended_at": at}
    assert exporter.send(lines(run, call), JSON_LINES, PATH).status_code == 202
    digest_batches(60)
    assert not Quarantined.objects.exists()
    assert sorted(Trace.objects.values_list("spans", flat=True)) == [1, 2]


def test_a_body_is_as_large_as_the_server_lets_through(exporter):
    body = lines(RUN).ljust(MOST_BYTES)
    assert exporter.send(body, JSON_LINES, PATH).status_code == 202
    answer = exporter.send(body + b" ", JSON_LINES, PATH)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_what_was_checked_is_read_by_the_digest_alone(exporter, monkeypatch):
    def made(*_):
        raise AssertionError("No span is made in a request.")

    with monkeypatch.context() as patched:
        patched.setattr("traces.native.spans_of_run", made)
        assert exporter.send(lines(RUN), JSON_LINES, PATH).json()["spans"] == 2
    digest_batches(60)
    assert Trace.objects.get().spans == 2


@pytest.mark.parametrize("body", [b"", b"\n\n"])
def test_an_empty_body_is_refused(exporter, body):
    answer = exporter.send(body, JSON_LINES, PATH)
    assert answer.status_code == 400
    assert not Batch.objects.exists()


def test_another_content_type_is_refused(exporter):
    assert exporter.send(lines(RUN), "application/json", PATH).status_code == 415


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded runs are not here")
def test_the_recorded_runs_keep_all_of_their_reasoning(exporter):
    answer = exporter.send(RECORDED.read_bytes(), JSON_LINES, PATH)
    assert answer.status_code == 202, answer.content
    digest_batches(60)
    assert Trace.objects.count() == 25
    thoughts = [text for trace in Trace.objects.all() for text in reasoning_of(trace)]
    assert sum(bool(text) for text in thoughts) == 210
