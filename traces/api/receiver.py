"""`/v1/traces`, `/v1/logs`, `/v1/metrics`: OTLP/HTTP 1.11, as docs/otlp.md says.

Refusals are Problems like everywhere else; `traces.api.statuses` turns them into what
exporters read.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import Any, ClassVar

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from google.protobuf.message import Message
from prometheus_client import Counter
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from reviewapp.core.access import PUBLIC
from reviewapp.core.api import ApiView
from reviewapp.core.problems import NotFound
from systems.actors import AgentCaller
from systems.authentication import Agents, KeyAuthentication, agent_of
from systems.models import Scope
from traces.models import Signal
from traces.otlp.answers import encode, metrics_answer, records_answer, spans_answer
from traces.otlp.inflating import inflate, is_known
from traces.otlp.logs import sift_records
from traces.otlp.rejections import Rejection
from traces.otlp.sifting import Sifted
from traces.otlp.spans import sift_spans
from traces.otlp.wire import BadBody, Wire, wire_of
from traces.selectors.backlog import refuse_under_pressure
from traces.services.batches import keep_batch

_LARGE_BYTES = 4 * 1024 * 1024
# What one byte of deflate can become at most: RFC 1951's longest match in two bits.
_MOST_INFLATED = 1032
_LARGE = Lock()
IGNORED = Counter(
    "reviewapp_log_records_ignored",
    "Log records that were taken and not kept, being no GenAI events",
)


class AsSent(BaseContentNegotiation):
    """Answers go in the wire of the request, whatever `Accept` says: so OTLP has it."""

    # Any: DRF's signature, renderers among it.
    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


@extend_schema(exclude=True)
class Receive(ApiView):
    """One signal of OTLP/HTTP. Not in our own contract: OTLP has one."""

    access = Agents(Scope.TRACES)
    authentication_classes = (KeyAuthentication,)
    content_negotiation_class = AsSent


class ReceiveItems(Receive):
    """Sift a body, keep what is sound, tell what is not."""

    signal: ClassVar[Signal]

    def sift(self, wire: Wire, body: bytes) -> Sifted:
        raise NotImplementedError

    def answer(self, rejected: list[Rejection]) -> Message:
        raise NotImplementedError

    def post(self, request: Request) -> HttpResponse:
        refuse_under_pressure()
        wire = _wire_of(request)
        raw, encoding = _sent(request)
        with _turn_of(raw, encoding):
            sifted = self.sift(wire, _inflated(raw, encoding))
        # Of spans all are wanted.
        IGNORED.inc(sifted.ignored)
        if sifted.kept:
            self._keep(agent_of(request), sifted)
        return _answer(self.answer(sifted.rejected), wire)

    def _keep(self, caller: AgentCaller, sifted: Sifted) -> None:
        keep_batch(caller, self.signal, Wire.PROTOBUF, sifted.body, spans=sifted.kept)


class ReceiveTraces(ReceiveItems):
    signal = Signal.TRACES

    def sift(self, wire: Wire, body: bytes) -> Sifted:
        return sift_spans(wire, body)

    def answer(self, rejected: list[Rejection]) -> Message:
        return spans_answer(rejected)


class ReceiveLogs(ReceiveItems):
    """Of log records only GenAI events are kept; the others are none of ours."""

    signal = Signal.LOGS

    def sift(self, wire: Wire, body: bytes) -> Sifted:
        return sift_records(wire, body)

    def answer(self, rejected: list[Rejection]) -> Message:
        return records_answer(rejected)


class ReceiveMetrics(Receive):
    """Metrics are taken and not kept, so that one exporter may send everything here."""

    def post(self, request: Request) -> HttpResponse:
        wire = _wire_of(request)
        raw, encoding = _sent(request)
        with _turn_of(raw, encoding):
            _inflated(raw, encoding)
        return _answer(metrics_answer(), wire)


@extend_schema(exclude=True)
class ReceiveNothing(ApiView):
    """Any other path below /v1/: refused in words an exporter can read."""

    access = PUBLIC
    authentication_classes: Sequence[type[KeyAuthentication]] = ()
    content_negotiation_class = AsSent

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound("Here are /v1/traces, /v1/logs and /v1/metrics, nothing else.")


def _wire_of(request: Request) -> Wire:
    content_type = request.content_type or ""
    wire = wire_of(content_type)
    if wire is None:
        raise UnsupportedMediaType(content_type or "none")
    return wire


def _sent(request: Request) -> tuple[bytes, str]:
    """Return the whole body as it was sent, and its Content-Encoding."""
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if not is_known(encoding):
        raise UnsupportedMediaType(f"Content-Encoding {encoding[:40]}")
    # Django's own request, as a file: DRF would parse it, or refuse it chunked.
    raw = _not_chunked_under_wsgi(request._request)
    return raw.read(settings.INGEST_BODY_LIMIT + 1), encoding


def _turn_of(raw: bytes, encoding: str) -> AbstractContextManager[object]:
    """Return what to wait for before a body is inflated and parsed.

    Parsed, a body takes many times its size: what may be large goes one at a time.
    """
    packed = encoding not in ("", "identity")
    most = len(raw) * (_MOST_INFLATED if packed else 1)
    return _LARGE if most > _LARGE_BYTES else nullcontext()


def _inflated(raw: bytes, encoding: str) -> bytes:
    return inflate(raw, encoding, settings.INGEST_BODY_LIMIT)


def _not_chunked_under_wsgi(request: HttpRequest) -> HttpRequest:
    """WSGI reads a chunked body as none, and none is a valid export: lost unseen."""
    if isinstance(request, WSGIRequest) and "Transfer-Encoding" in request.headers:
        raise BadBody("This server cannot read chunked bodies; it must serve by ASGI.")
    return request


def _answer(message: Message, wire: Wire) -> HttpResponse:
    return HttpResponse(encode(message, wire), content_type=wire.value)
