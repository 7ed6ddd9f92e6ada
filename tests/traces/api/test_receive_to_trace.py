"""From the export to the trace: sent twice, late or half, it is there once, whole."""

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.utils import timezone

from tests.traces.api.exporting import JSON, PROTOBUF, partial
from tests.traces.otlp.bodies import NOON_NS, as_json, logs_of, record, span, traces_of
from traces.models import Batch, Trace
from traces.selectors.reading import read_shape
from traces.services.digesting import digest_batches
from traces.services.settling import settle_traces

pytestmark = pytest.mark.django_db
BODIES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "otlp"
SAID = {"gen_ai.input.messages": '[{"role":"user","content":"where is it?"}]'}


def digested() -> Trace:
    """Digest all that waits, and count the only trace anew."""
    digest_batches(60)
    long_ago = timezone.now() - timedelta(minutes=10)
    Trace.objects.filter(dirty_since__isnull=False).update(dirty_since=long_ago)
    settle_traces()
    assert not Batch.objects.exists()
    return Trace.objects.get()


def test_an_export_sent_twice_leaves_every_count_as_it_was(exporter):
    body = traces_of(
        span(1, {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 7}),
        span(2, parent_span_id=(1).to_bytes(8, "big")),
    )
    exporter.send(body)
    once = digested()
    exporter.send(body)
    exporter.send(as_json(body), JSON)
    twice = digested()
    counted = ("spans", "llm_calls", "input_tokens", "errors", "missing", "replays")
    assert once.spans == 2
    for name in counted:
        assert getattr(once, name) == getattr(twice, name), name


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_late_complete_copy_takes_the_place_of_the_open_one(exporter, order):
    """Whatever comes first: an open span, its end, or the words of a log event."""
    sends = (
        (traces_of(span(1, end_time_unix_nano=0)), "/v1/traces"),
        (traces_of(span(1, {"gen_ai.operation.name": "chat"})), "/v1/traces"),
        (
            logs_of(record("gen_ai.client.inference.operation.details", SAID)),
            "/v1/logs",
        ),
    )
    for number in order:
        body, path = sends[number]
        assert exporter.send(body, path=path).status_code == 200
        digest_batches(60)
    (one,) = read_shape(digested()).spans
    assert one.end_ns == NOON_NS + 1_000_000
    assert one.parts, "the words of the event are the span's"


@pytest.mark.skipif(not BODIES.exists(), reason="no recorded bodies of exporters here")
def test_bodies_of_real_instrumentations_are_taken_whole(exporter):
    recorded = [*BODIES.glob("*.otlp.pb"), *BODIES.glob("*exporter*.json")]
    assert len(recorded) >= 6
    for path in recorded:
        wire = PROTOBUF if path.suffix == ".pb" else JSON
        assert partial(exporter.send(path.read_bytes(), wire)) == (0, ""), path.name
        assert Batch.objects.count() == 1
        digest_batches(60)
        assert not Batch.objects.exists()
    assert Trace.objects.count() >= 2
