"""An agent that is traced, as a program of its own: whatever exporter is on its path.

    python agent_process.py URL BATCHES SPANS

Exports BATCHES batches of SPANS spans, one every quarter of a second.
"""

import logging
import sys
import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def main(url: str, batches: int, spans: int) -> None:
    logging.basicConfig(level=logging.WARNING)
    exporter = OTLPSpanExporter(f"{url}/v1/traces")
    provider = TracerProvider(resource=Resource({"service.name": "stormy"}))
    processor = BatchSpanProcessor(
        exporter, max_export_batch_size=spans, schedule_delay_millis=100
    )
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("probe")
    for batch in range(batches):
        for number in range(spans):
            with tracer.start_as_current_span(f"{batch}.{number}") as span:
                span.set_attribute("gen_ai.operation.name", "chat")
        time.sleep(0.25)
    provider.force_flush(60_000)
    provider.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
