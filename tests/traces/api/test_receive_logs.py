"""`POST /v1/logs`: GenAI events join their spans, other records are none of ours."""

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceResponse,
)
from prometheus_client import REGISTRY

from tests.traces.api.exporting import JSON, PROTOBUF
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import (
    NOON_NS,
    TRACE_ID,
    as_json,
    logs_of,
    record,
    span,
    traces_of,
    value,
)
from traces.models import Batch, Signal
from traces.spans import RawEvent

pytestmark = pytest.mark.django_db
DETAILS = "gen_ai.client.inference.operation.details"
MESSAGES = [{"role": "user", "parts": [{"type": "text", "content": "where is it?"}]}]
SPAN_ID = (1).to_bytes(8, "big")


def send(exporter, body, wire=PROTOBUF):
    sent = as_json(body) if wire == JSON else body
    answer = exporter.send(sent, wire, "/v1/logs")
    assert (answer.status_code, answer["Content-Type"]) == (200, wire)
    return answer


def rejected_in(answer):
    success = ExportLogsServiceResponse.FromString(answer.content).partial_success
    return success.rejected_log_records, success.error_message


@pytest.mark.parametrize("wire", [PROTOBUF, JSON])
def test_inference_details_supplement_their_span(exporter, wire):
    told = {"gen_ai.input.messages": MESSAGES, "gen_ai.request.model": "m"}
    send(exporter, logs_of(record(DETAILS, told)), wire)
    (one,) = kept(Signal.LOGS)
    assert one.supplement
    assert (one.trace_id, one.span_id, one.parent_id) == (TRACE_ID, SPAN_ID, b"")
    assert (one.name, one.attributes, one.events) == (DETAILS, told, [])
    assert one.resource == {"service.name": "refunds"}
    assert (one.start_ns, one.end_ns) == (0, 0)


@pytest.mark.parametrize(
    "name",
    [
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.assistant.message",
        "gen_ai.tool.message",
        "gen_ai.choice",
        "gen_ai.evaluation.result",
    ],
)
def test_an_event_stands_as_it_would_on_the_span(exporter, name):
    body = value({"content": "where is it?", "role": "body"})
    one = record(name, {"gen_ai.system": "openai", "role": "attribute"}, body=body)
    send(exporter, logs_of(one))
    (one,) = kept(Signal.LOGS)
    told = {"content": "where is it?", "gen_ai.system": "openai", "role": "attribute"}
    assert (one.attributes, one.events) == ({}, [RawEvent(name, NOON_NS, told)])


def test_an_older_record_names_its_event_by_attribute(exporter):
    one = record("", {"event.name": "gen_ai.choice"}, body=value("plain"))
    one.time_unix_nano, one.observed_time_unix_nano = 0, NOON_NS + 5
    send(exporter, logs_of(one))
    (event,) = kept(Signal.LOGS)[0].events
    assert (event.name, event.at_ns) == ("gen_ai.choice", NOON_NS + 5)
    assert event.attributes["content"] == "plain"


def test_other_records_are_neither_kept_nor_rejected(exporter):
    others = [record("", body=value("zquorvex")), record("exception"), record(DETAILS)]
    answer = send(exporter, logs_of(*others))
    assert rejected_in(answer) == (0, "")
    assert len(kept(Signal.LOGS)) == 1
    assert Batch.objects.get().spans == 1
    send(exporter, logs_of(*others[:2]))
    assert Batch.objects.count() == 1, "nothing of ours, nothing to store"


def ignored():
    return REGISTRY.get_sample_value("reviewapp_log_records_ignored_total")


def test_other_records_are_counted(exporter):
    before = ignored()
    others = [record(""), record("exception"), record(DETAILS), record(DETAILS, {})]
    send(exporter, logs_of(*others))
    assert ignored() - before == 2
    exporter.send(traces_of(span()))
    assert ignored() - before == 2


@pytest.mark.parametrize("told", [{}, {"event.name": "gen_ai.evaluation.result"}])
def test_an_evaluation_that_says_nothing_is_rejected(exporter, told):
    empty, full = (
        record("gen_ai.evaluation.result", told),
        record("gen_ai.evaluation.result", {"gen_ai.evaluation.explanation": "No."}),
    )
    rejected, message = rejected_in(send(exporter, logs_of(empty, full)))
    assert (rejected, "says nothing" in message) == (1, True)
    assert len(kept(Signal.LOGS)) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"trace_id": b""}, "names no trace"),
        ({"trace_id": bytes(16)}, "names no trace"),
        ({"span_id": b"7 bytes"}, "span id"),
        ({"time_unix_nano": 2**63}, "2262"),
        ({"attributes": {"k" * 257: 1}}, "key"),
    ],
)
def test_an_event_that_cannot_be_joined_is_rejected_alone(exporter, fields, reason):
    bad = record(DETAILS, **fields)
    rejected, message = rejected_in(send(exporter, logs_of(bad, record(DETAILS))))
    assert rejected == 1
    assert reason in message
    assert len(kept(Signal.LOGS)) == 1


def test_an_evaluation_may_be_of_a_whole_trace(exporter):
    one = record("gen_ai.evaluation.result", {"x": 1}, span_id=b"")
    assert rejected_in(send(exporter, logs_of(one))) == (0, "")
    assert kept(Signal.LOGS)[0].span_id == b""


def test_a_message_that_names_no_span_is_rejected(exporter):
    one = record("gen_ai.user.message", span_id=b"")
    rejected, message = rejected_in(send(exporter, logs_of(one)))
    assert (rejected, "names no span" in message) == (1, True)
