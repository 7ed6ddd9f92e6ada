"""The fleet's spans, by the released OpenTelemetry SDK over OTLP/HTTP."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from reviewapp.demo.runs.agents import RELEASE

# Soon, so that whoever opens a card finds the run that led to it.
_SENT_AFTER_MS = 1_000
_EXPORT_S = 5.0


class Telemetry:
    """One sender for each agent: a key says whose spans they are."""

    def __init__(self, base_url: str, keys: Mapping[str, str]) -> None:
        # A server that is away is said once, by the fleet: not for every batch.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._providers = {
            slug: _provider(slug, base_url, key) for slug, key in keys.items()
        }

    def tracer_of(self, slug: str) -> Tracer:
        return self._providers[slug].get_tracer("reviewapp.demo")

    def close(self, patience_s: float) -> None:
        """Send what is left, for so many seconds: a server that is away holds nobody.

        The SDK's own shutdown waits up to 30 s for each sender.
        """
        closing = [
            Thread(target=provider.shutdown, daemon=True)
            for provider in self._providers.values()
        ]
        for thread in closing:
            thread.start()
        until = time.monotonic() + patience_s
        for thread in closing:
            thread.join(max(0.0, until - time.monotonic()))


def resource_of(slug: str) -> Resource:
    return Resource.create({"service.name": slug, "service.version": RELEASE})


def _provider(slug: str, base_url: str, key: str) -> TracerProvider:
    exporter = OTLPSpanExporter(
        endpoint=f"{base_url}/v1/traces",
        headers={"authorization": f"Bearer {key}"},
        timeout=_EXPORT_S,
    )
    # Closed by hand: at exit the SDK would wait for a server that may be gone.
    provider = TracerProvider(resource=resource_of(slug), shutdown_on_exit=False)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=_SENT_AFTER_MS)
    )
    return provider
