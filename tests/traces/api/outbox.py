"""What stands in the outbox, read back."""

from collections.abc import Collection

from traces.models import Batch, Signal
from traces.otlp import read_records, read_spans
from traces.services.batches import open_batch
from traces.spans import RawSpan


def kept(
    signal: Signal = Signal.TRACES, pks: Collection[int] | None = None
) -> list[RawSpan]:
    """The spans that are stored, in order of arrival; of certain batches, or of all."""
    read = read_spans if signal is Signal.TRACES else read_records
    batches = Batch.objects.in_order().filter(signal=signal)
    if pks is not None:
        batches = batches.filter(pk__in=pks)
    return [
        one for batch in batches for one in read(batch.content_type, open_batch(batch))
    ]
