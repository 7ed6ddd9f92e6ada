"""`POST /api/v1/traces/import`: responses and recorded runs, as JSON Lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.core.api import ApiView
from reviewapp.core.bodies import MOST_BYTES
from reviewapp.core.problems import Invalid, TooLarge
from systems.authentication import Agents, KeyAuthentication, agent_of
from systems.models import Scope
from traces.models import Signal
from traces.native import BadLine, Checked, check_lines
from traces.selectors.backlog import refuse_under_pressure
from traces.services.batches import keep_batch

JSON_LINES = "application/jsonl"


class LinesParser(BaseParser):
    """The body as it is, at most as large as any call may be."""

    media_type = JSON_LINES

    # Any: DRF's signature, whose stubs know of no body that is bytes.
    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise TooLarge("too_large", f"A body may have {MOST_BYTES} bytes at most.")
        return body


class NdjsonParser(LinesParser):
    media_type = "application/x-ndjson"


class Imported(serializers.Serializer[Any]):
    """What was taken in; it can be read as soon as it is digested."""

    spans = serializers.IntegerField()
    traces = serializers.ListField(child=serializers.CharField())


class ImportTraces(ApiView):
    """Take in what was never sent as spans; all of it or, at the first bad line, none.

    Lines are checked here, and become spans when they are digested. Everything imported
    is synthetic, stands in traces of its own, and importing twice makes nothing twice.
    """

    access = Agents(Scope.TRACES)
    authentication_classes = (KeyAuthentication,)
    parser_classes = (LinesParser, NdjsonParser)

    @extend_schema(
        operation_id="import_traces",
        tags=["agents"],
        request={JSON_LINES: OpenApiTypes.BINARY},
        responses={202: Imported},
        auth=[{"agentKey": []}],  # type: ignore[list-item]  # objects, as in OpenAPI
    )
    def post(self, request: Request) -> Response:
        refuse_under_pressure()
        body = cast(bytes, request.data or b"")
        found = _checked(body)
        caller = agent_of(request)
        keep_batch(caller, Signal.IMPORT, JSON_LINES, body, spans=found.spans)
        return Response({"spans": found.spans, "traces": found.traces}, status=202)


def _checked(body: bytes) -> Checked:
    """Return what the lines will become. Raises Invalid."""
    try:
        found = check_lines(body)
    except BadLine as fault:
        name = f"lines.{fault.number}"
        raise Invalid({name: [fault.reason]}, code="bad_line") from None
    if not found.spans:
        raise Invalid({"lines": ["There is no line in this body."]})
    return found
