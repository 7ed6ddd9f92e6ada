"""Whoever refuses an export says so as google.rpc.Status, in the exporter's wire."""

import asyncio

import orjson
import pytest
from django.db import OperationalError
from google.rpc.status_pb2 import Status

from reviewapp import asgi
from systems.models import Key, Lifecycle, System
from tests.builders import make_key
from tests.traces.api.exporting import JSON, PROTOBUF, Exporter, partial, refusal
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import as_json, span, traces_of
from traces.models import Batch
from traces.services import batches

pytestmark = pytest.mark.django_db
INVALID, NOT_FOUND, DENIED, UNIMPLEMENTED = 3, 5, 7, 12
TOO_LARGE, INTERNAL, UNAVAILABLE, UNAUTHENTICATED = 8, 13, 14, 16
WIRES = pytest.mark.parametrize("wire", [PROTOBUF, JSON])
BODY = traces_of(span())


def sent_as(wire):
    return as_json(BODY) if wire == JSON else BODY


@WIRES
def test_without_a_key(wire):
    answer = Exporter().send(sent_as(wire), wire)
    assert (answer.status_code, answer["Content-Type"]) == (401, wire)
    assert refusal(answer) == (UNAUTHENTICATED, "not_authenticated")
    assert "Bearer" in answer["WWW-Authenticate"]


@WIRES
def test_with_an_unknown_key(wire, db):
    answer = Exporter("rva_unknown").send(sent_as(wire), wire)
    assert (answer.status_code, answer["Content-Type"]) == (401, wire)
    assert refusal(answer) == (UNAUTHENTICATED, "key_unknown")


@WIRES
def test_with_a_key_of_another_scope(wire, system):
    secret = make_key(system, scopes=["requests"])[1]
    answer = Exporter(secret).send(sent_as(wire), wire)
    assert (answer.status_code, answer["Content-Type"]) == (403, wire)
    assert refusal(answer) == (DENIED, "wrong_scope")
    assert not Batch.objects.exists()


def test_of_a_retired_system(exporter):
    System.objects.update(lifecycle=Lifecycle.RETIRED)
    assert refusal(exporter.send(BODY)) == (DENIED, "system_retired")


@WIRES
@pytest.mark.parametrize("path", ["/v1/profiles", "/v1/traces/", "/v1/development/x"])
def test_where_there_is_no_such_signal(exporter, wire, path):
    answer = exporter.send(sent_as(wire), wire, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, wire)
    assert refusal(answer) == (NOT_FOUND, "not_found")


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs", "/v1/metrics"])
def test_another_method(exporter, secret, client, path):
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": PROTOBUF}
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    assert refusal(answer) == (UNIMPLEMENTED, "method_not_allowed")


@pytest.mark.parametrize("path", ["/v1/traces", "/v1/logs", "/v1/metrics"])
@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/protobuf", "application/x-protobuf-2"],
)
def test_another_content_type_is_answered_in_json(exporter, path, content_type):
    answer = exporter.send(BODY, content_type, path)
    assert (answer.status_code, answer["Content-Type"]) == (415, JSON)
    assert refusal(answer) == (INVALID, "unsupported_media_type")
    assert not Batch.objects.exists()


@WIRES
def test_another_content_encoding(exporter, wire):
    answer = exporter.send(sent_as(wire), wire, Content_Encoding="br")
    assert (answer.status_code, answer["Content-Type"]) == (415, wire)
    assert refusal(answer) == (INVALID, "unsupported_media_type")


@WIRES
def test_whatever_accept_says_the_answer_is_in_the_wire_of_the_request(exporter, wire):
    for accept in (PROTOBUF, JSON, "text/html", "image/png"):
        answer = exporter.send(sent_as(wire), wire, Accept=accept)
        assert (answer.status_code, answer["Content-Type"]) == (200, wire)


def test_a_chunked_body_under_wsgi_is_refused_and_not_taken_for_an_empty_one(exporter):
    """The test client is WSGI, where a body without a length reads as none."""
    answer = exporter.send(BODY, Transfer_Encoding="chunked")
    assert (answer.status_code, refusal(answer)) == (400, (INVALID, "malformed"))


@WIRES
def test_while_the_database_is_away(exporter, wire, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection refused at 10.0.0.1")

    monkeypatch.setattr(batches, "_insert", away)
    answer = exporter.send(sent_as(wire), wire)
    assert (answer.status_code, answer["Content-Type"]) == (503, wire)
    assert refusal(answer) == (UNAVAILABLE, "unavailable")
    assert 1 <= int(answer["Retry-After"]) <= 3
    assert b"10.0.0.1" not in answer.content


def test_while_even_the_key_cannot_be_looked_up(exporter, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(Key.objects, "select_related", away)
    answer = exporter.send(BODY)
    assert (answer.status_code, refusal(answer)[0]) == (503, UNAVAILABLE)


@WIRES
def test_a_bug_of_ours_is_told_in_the_same_wire(exporter, wire, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("zquorvex")

    monkeypatch.setattr("traces.api.receiver.keep_batch", broken)
    exporter.raises(False)
    answer = exporter.send(sent_as(wire), wire)
    assert (answer.status_code, answer["Content-Type"]) == (500, wire)
    assert refusal(answer) == (INTERNAL, "internal")
    assert b"zquorvex" not in answer.content


def test_a_host_we_do_not_know(exporter):
    answer = exporter.send(BODY, Host="elsewhere.example")
    assert (answer.status_code, refusal(answer)[0]) == (400, INVALID)


@pytest.mark.parametrize(
    ("content_type", "wire"), [(PROTOBUF, PROTOBUF), (JSON, JSON), ("text/x", JSON)]
)
def test_a_body_that_is_not_even_read_is_refused_in_front_of_django(content_type, wire):
    sent = []

    async def send(message) -> None:
        sent.append(message)

    headers = {"content-length": str(2**27), "content-type": content_type}
    raw = [(name.encode(), text.encode()) for name, text in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/v1/traces", "headers": raw}
    asyncio.run(asgi.application(scope, None, send))
    start, body = sent
    assert start["status"] == 413
    assert dict(start["headers"])[b"content-type"] == wire.encode()
    assert dict(start["headers"])[b"connection"] == b"close"
    code = (
        orjson.loads(body["body"])["code"]
        if wire == JSON
        else Status.FromString(body["body"]).code
    )
    assert code == TOO_LARGE


def test_more_than_others_may_send_passes_to_the_receiver(exporter):
    large = traces_of(*(span(n, {"k": "x" * 3_000_000}) for n in range(1, 8)))
    assert len(large.SerializeToString()) > 20_000_000
    assert partial(exporter.send(large)) == (0, "")
    assert len(kept()) == 7
