"""What stands in the outbox, read back."""

from traces.models import Batch, Signal
from traces.otlp import read_records, read_spans
from traces.services.batches import open_batch
from traces.spans import RawSpan


def kept(signal: Signal = Signal.TRACES) -> list[RawSpan]:
    """The spans that are stored, in order of arrival."""
    read = read_spans if signal is Signal.TRACES else read_records
    return [
        one
        for batch in Batch.objects.in_order().filter(signal=signal)
        for one in read(batch.content_type, open_batch(batch))
    ]
