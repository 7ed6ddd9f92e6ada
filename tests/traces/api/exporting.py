"""Exporting to the receiver by the test client, and reading its answers."""

from __future__ import annotations

import json
from typing import Any

import orjson
from django.http import HttpResponse
from django.test import Client
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceResponse,
)

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


class Exporter:
    """Posts bodies with one key."""

    def __init__(self, secret: str = "") -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self._client = Client(headers=headers)

    def raises(self, bugs: bool) -> None:
        """Whether a bug of ours is raised here, or answered as a server would."""
        self._client.raise_request_exception = bugs

    def send(
        self,
        body: Any,
        content_type: str = PROTOBUF,
        path: str = "/v1/traces",
        **headers: str,
    ) -> HttpResponse:
        """Send a message, JSON or bytes as they are; `Content_Encoding="gzip"`."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        elif not isinstance(body, bytes):
            body = body.SerializeToString()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        # Named twice: Django's client leaves an empty body without its type.
        return self._client.post(
            path, body, content_type, headers=given, CONTENT_TYPE=content_type
        )


def partial(answer: HttpResponse) -> tuple[int, str]:
    """How many spans an answer of 200 rejects, and its message, in either wire."""
    assert answer.status_code == 200, answer.content
    if answer["Content-Type"] == JSON:
        told = orjson.loads(answer.content).get("partialSuccess", {})
        return int(told.get("rejectedSpans", 0)), told.get("errorMessage", "")
    assert answer["Content-Type"] == PROTOBUF
    success = ExportTraceServiceResponse.FromString(answer.content).partial_success
    return success.rejected_spans, success.error_message


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """The google.rpc.Code of a refusal, and our own code, in either wire."""
    if answer["Content-Type"] == JSON:
        told = orjson.loads(answer.content)
        types = {one["@type"].rpartition(".")[2]: one for one in told["details"]}
        return told["code"], types["ErrorInfo"]["reason"]
    assert answer["Content-Type"] == PROTOBUF
    status = Status.FromString(answer.content)
    assert status.message
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    return status.code, info.reason


def violations(answer: HttpResponse) -> list[str]:
    """The fields that a refusal in protobuf says are wrong."""
    bad = BadRequest()
    for detail in Status.FromString(answer.content).details:
        if detail.Unpack(bad):
            return [one.field for one in bad.field_violations]
    return []
