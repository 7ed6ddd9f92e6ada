"""Whatever bytes come in: a defined answer, and never a fault of ours."""

import gzip
import json
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.traces.api.exporting import JSON, PROTOBUF
from tests.traces.otlp.bodies import (
    NOON_NS,
    as_json,
    logs_of,
    record,
    span,
    traces_of,
)
from traces.models import Batch, Signal
from traces.otlp import read_records, read_spans
from traces.services.batches import open_batch

# With real transactions: a long one would hold back the log that tests beside it read.
pytestmark = pytest.mark.django_db(transaction=True)
QUIET = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
DEFINED = {200, 400, 413, 415}
TRACES = traces_of(
    span(1, {"a": [1, {"b": "c"}]}, events=[{"name": "e"}], links=[{"flags": 1}]),
    span(2, end_time_unix_nano=0),
).SerializeToString()
LOGS = logs_of(record("gen_ai.choice", {"a": 1}), record("other")).SerializeToString()
GIVEN_JSON = as_json(traces_of(span(1, {"a": [1, {"b": "c"}]})))


@st.composite
def spoiled(draw, sound: bytes) -> bytes:
    """Sound bytes with some of them changed, cut out or put in."""
    body = bytearray(sound)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        body[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(body)


def judged(exporter, body: bytes, content_type: str, path: str, encoding: str = ""):
    answer = exporter.send(body, content_type, path, Content_Encoding=encoding)
    assert answer.status_code in DEFINED, answer.content
    # What was acknowledged can be read back, to the last span.
    for batch in Batch.objects.all():
        read = read_spans if batch.signal == Signal.TRACES else read_records
        spans = list(read(batch.content_type, open_batch(batch)))
        assert len(spans) == batch.spans
        assert all(len(one.trace_id) == 16 for one in spans)
        assert all(one.start_ns < 2**63 for one in spans)
    Batch.objects.all().delete()
    return answer


@QUIET
@given(body=st.one_of(st.binary(max_size=300), spoiled(TRACES)))
def test_any_bytes_as_protobuf_spans(exporter, body):
    judged(exporter, body, PROTOBUF, "/v1/traces")


@QUIET
@given(body=st.one_of(st.binary(max_size=300), spoiled(LOGS)))
def test_any_bytes_as_protobuf_logs(exporter, body):
    judged(exporter, body, PROTOBUF, "/v1/logs")


@QUIET
@given(body=spoiled(TRACES), encoding=st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_in_a_sound_stream_and_out_of_it(exporter, body, encoding):
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    judged(exporter, pack(body), PROTOBUF, "/v1/traces", encoding)
    judged(exporter, body, PROTOBUF, "/v1/traces", encoding)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["ab" * 16, "cd" * 8, str(NOON_NS)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "key",
                        "value",
                        "values",
                        "stringValue",
                        "intValue",
                        "arrayValue",
                    ),
                    *(
                        "kvlistValue",
                        "traceId",
                        "spanId",
                        "name",
                        "code",
                        "timeUnixNano",
                    ),
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@QUIET
@given(
    changes=st.dictionaries(
        st.sampled_from(
            [
                *("traceId", "spanId", "parentSpanId", "name", "kind", "flags"),
                *("startTimeUnixNano", "attributes", "events", "links", "status"),
            ]
        ),
        ANYTHING,
        min_size=1,
    )
)
def test_any_json_in_a_span(exporter, changes):
    (group,) = GIVEN_JSON["resourceSpans"]
    (scope,) = group["scopeSpans"]
    spans = [scope["spans"][0] | changes, scope["spans"][0]]
    body = {"resourceSpans": [{**group, "scopeSpans": [{**scope, "spans": spans}]}]}
    answer = judged(exporter, body, JSON, "/v1/traces")
    assert answer.status_code == 200, "one bad span is no bad body"


@QUIET
@given(body=st.one_of(ANYTHING, st.fixed_dictionaries({"resourceSpans": ANYTHING})))
def test_any_json_as_a_body(exporter, body):
    judged(exporter, json.dumps(body).encode(), JSON, "/v1/traces")
