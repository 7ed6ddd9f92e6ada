"""`POST /v1/traces`: the happy path, in both wires, whatever the encoding."""

import gzip
import zlib

import pytest

from tests.traces.api.exporting import JSON, PROTOBUF, partial
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import as_json, span, traces_of
from traces.models import Batch
from traces.services.batches import open_batch

pytestmark = pytest.mark.django_db


def test_a_batch_is_stored_as_it_came_and_sealed(exporter, system):
    body = traces_of(span(1, {"gen_ai.input.messages": "zquorvex"}), span(2))
    assert partial(exporter.send(body)) == (0, "")
    batch = Batch.objects.get()
    assert (batch.system, batch.environment) == (system, system.environment)
    assert (batch.signal, batch.spans) == ("traces", 2)
    assert open_batch(batch) == body.SerializeToString()
    assert b"zquorvex" not in bytes(batch.sealed)


def test_success_is_an_empty_answer_in_the_same_wire(exporter):
    answer = exporter.send(traces_of(span()))
    assert (answer.status_code, answer["Content-Type"]) == (200, PROTOBUF)
    assert answer.content == b""
    answer = exporter.send(as_json(traces_of(span())), JSON)
    assert (answer.status_code, answer["Content-Type"]) == (200, JSON)
    assert answer.content == b"{}"


@pytest.mark.parametrize("wire", [PROTOBUF, JSON])
@pytest.mark.parametrize("parameter", ["", "; charset=utf-8", ";charset=UTF-8"])
def test_the_content_type_may_have_parameters(exporter, wire, parameter):
    body = traces_of(span())
    sent = as_json(body) if wire == JSON else body
    assert partial(exporter.send(sent, wire + parameter)) == (0, "")
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
def test_encodings(exporter, encoding, pack):
    body = traces_of(span(7)).SerializeToString()
    assert partial(exporter.send(pack(body), Content_Encoding=encoding)) == (0, "")
    assert open_batch(Batch.objects.get()) == body


@pytest.mark.parametrize(("body", "wire"), [(b"", PROTOBUF), (b"{}", JSON)])
def test_an_empty_export_succeeds_and_stores_nothing(exporter, body, wire):
    assert partial(exporter.send(body, wire)) == (0, "")
    assert not Batch.objects.exists()


def test_both_wires_store_the_same(exporter):
    body = traces_of(span(1, {"a": [1, "two", 3.5, True, b"\x00"], "b": {"c": "d"}}))
    exporter.send(body)
    exporter.send(as_json(body), JSON)
    first, second = kept()
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_batches_of_one_process_share_a_key(exporter):
    exporter.send(traces_of(span(1)))
    exporter.send(traces_of(span(2)))
    first, second = Batch.objects.in_order()
    assert first.key_id == second.key_id
    assert first.sealed != second.sealed


def test_metrics_are_taken_and_not_kept(exporter):
    for wire, body in ((PROTOBUF, b"\x0a\x00"), (JSON, b'{"resourceMetrics":[]}')):
        answer = exporter.send(body, wire, "/v1/metrics")
        assert (answer.status_code, answer["Content-Type"]) == (200, wire)
        assert answer.content in (b"", b"{}")
    assert not Batch.objects.exists()
