"""What was acknowledged is digested once; what breaks that is set aside."""

import json
from datetime import timedelta

import psycopg
import pytest
from django.db import DataError, OperationalError
from django.utils import timezone
from zstandard import decompress

from reviewapp.core.models import DataKey, Event
from reviewapp.core.words import destroy_keys
from systems.models import SystemVersion
from tests.builders import make_key, make_system
from tests.traces.api.exporting import Exporter
from tests.traces.otlp.bodies import TRACE_ID, logs_of, record, span, traces_of
from traces.models import Batch, Feedback, Quarantined, Segment, Trace
from traces.selectors.backlog import recent_backlog
from traces.selectors.reading import place_of, read_shape, read_words
from traces.services import digesting, ingest_keys, leases, settling
from traces.services.digesting import digest_batches
from traces.services.quarantine import open_quarantined
from traces.services.settling import settle_trace, settle_traces
from traces.spans import Fidelity, PartKind
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ASKED = [{"role": "user", "parts": [{"type": "text", "content": "Where is it?"}]}]
ANSWERED = [
    {
        "role": "assistant",
        "parts": [
            {"type": "reasoning", "content": "It is with the carrier."},
            {"type": "text", "content": "On its way."},
        ],
    }
]
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4-5",
    "gen_ai.conversation.id": "conversation 7",
    "gen_ai.input.messages": json.dumps(ASKED),
    "gen_ai.output.messages": json.dumps(ANSWERED),
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Be kind."}]),
}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    ingest_keys.current.drop()
    recent_backlog.forget()


@pytest.fixture
def exporter():
    return Exporter(make_key(make_system(), scopes=["traces"])[1])


def digest():
    done = digest_batches(60)
    Trace.objects.filter(dirty_since__isnull=False).update(
        dirty_since=timezone.now() - timedelta(minutes=1)
    )
    settle_traces()
    return done


def words_of(trace):
    shape = read_shape(trace)
    parts = [part for one in shape.spans for part in one.parts]
    texts = read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
    return {(part.kind, texts[place_of(part)]) for part in parts}


def test_a_call_of_a_model_is_read_back(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    assert digest() == 1
    trace = Trace.objects.get()
    assert trace.trace_id.bytes == TRACE_ID
    assert list(Trace.objects.of_conversation("conversation 7")) == [trace]
    assert words_of(trace) >= {
        (PartKind.TEXT, "Where is it?"),
        (PartKind.REASONING, "It is with the carrier."),
        (PartKind.TEXT, "On its way."),
        (PartKind.INSTRUCTIONS, "Be kind."),
    }
    assert not Batch.objects.exists()


def test_a_batch_digested_twice_stores_nothing_twice(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    batch = Batch.objects.get()
    digesting.digest_together([batch])
    digesting.digest_together([batch])
    assert Segment.objects.count() == 1


def test_a_batch_that_somebody_holds_is_left_to_them(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    Batch.objects.update(taken_until=timezone.now() + timedelta(minutes=1))
    assert digest() == 0
    Batch.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    assert digest() == 1


def test_words_that_came_as_a_log_event_join_their_span(exporter):
    bare = {name: told for name, told in CHAT.items() if "messages" not in name}
    exporter.send(traces_of(span(attributes=bare)))
    event = record(
        "gen_ai.client.inference.operation.details",
        {name: told for name, told in CHAT.items() if "messages" in name},
    )
    exporter.send(logs_of(event), path="/v1/logs")
    assert digest() == 2
    trace = Trace.objects.get()
    assert (trace.spans, trace.whole) == (1, True)
    assert (PartKind.TEXT, "On its way.") in words_of(trace)


def test_reasoning_carries_its_label(exporter):
    told = CHAT | {"gen_ai.usage.reasoning.output_tokens": 400}
    exporter.send(traces_of(span(attributes=told)))
    digest()
    (call,) = read_shape(Trace.objects.get()).spans
    (thought,) = [part for part in call.parts if part.kind is PartKind.REASONING]
    assert thought.fidelity is Fidelity.SUMMARY
    assert call.usage.reasoning == 400


def test_what_a_system_is_made_of_is_noted_once_and_a_change_again(exporter):
    for number in (1, 2):
        exporter.send(traces_of(span(number, attributes=CHAT)))
    digest()
    other = CHAT | {"gen_ai.request.model": "claude-opus-4-5"}
    exporter.send(traces_of(span(3, attributes=other)))
    digest()
    seen = SystemVersion.objects.order_by("id")
    assert [one.manifest["model_asked"] for one in seen] == [
        "claude-sonnet-4-5",
        "claude-opus-4-5",
    ]
    assert "kind" not in json.dumps(seen[0].manifest)


def test_a_span_that_breaks_its_dialect_is_set_aside_and_the_rest_kept(
    exporter, monkeypatch
):
    understood = digesting.normalise

    def break_on_the_second(raw):
        if raw.span_id == (2).to_bytes(8, "big"):
            raise KeyError("what somebody said")
        return understood(raw)

    monkeypatch.setattr(digesting, "normalise", break_on_the_second)
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in (1, 2, 3))))
    digest()
    assert Trace.objects.get().spans == 2
    kept = Quarantined.objects.get()
    assert (kept.reason, kept.span_id) == ("KeyError", "0000000000000002")
    assert b"Where is it?" in open_quarantined(kept)


def test_a_span_that_breaks_the_store_is_looked_for_by_halves(exporter, monkeypatch):
    stored = digesting.prepare_spans

    def break_on_the_fifth(spans, *told):
        if any(one.span_id.endswith("5") for one in spans):
            raise ValueError("what somebody said")
        return stored(spans, *told)

    monkeypatch.setattr(digesting, "prepare_spans", break_on_the_fifth)
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in range(1, 9))))
    digest()
    assert Trace.objects.get().spans == 7
    assert Quarantined.objects.get().span_id.endswith("5")


def test_what_waits_is_digested_together_and_one_run_of_several_batches_is_whole(
    exporter, django_assert_max_num_queries
):
    for number in range(1, 9):
        exporter.send(traces_of(span(number, attributes=CHAT)))
    with django_assert_max_num_queries(30):
        assert digest_batches(60) == 8
    trace = Trace.objects.get()
    assert (trace.arrivals, trace.segments.count()) == (8, 8)
    settle_trace(trace.pk)
    assert Trace.objects.get().spans == 8


def test_what_another_master_key_has_locked_waits_and_holds_up_no_other(exporter):
    exporter.send(traces_of(span(1, attributes=CHAT)))
    ingest_keys.current.drop()
    exporter.send(traces_of(span(2, attributes=CHAT)))
    first = Batch.objects.in_order().first()
    key = DataKey.objects.get(owner=first.key_id)
    DataKey.objects.filter(owner=key.owner).update(wrapped=bytes(60))
    assert digest_batches(60) == 2
    assert Trace.objects.get().spans == 1
    locked = Batch.objects.get()
    assert (locked.pk, locked.attempts) == (first.pk, 0)
    assert locked.taken_until > timezone.now() + timedelta(minutes=9)
    DataKey.objects.filter(owner=key.owner).update(wrapped=key.wrapped)
    Batch.objects.update(taken_until=None)
    assert digest_batches(60) == 1
    assert Trace.objects.get().segments.count() == 2


def test_a_trace_whose_key_is_damaged_takes_no_other_along(exporter):
    exporter.send(traces_of(span(1, attributes=CHAT)))
    digest()
    DataKey.objects.filter(owner=Trace.objects.get().pk).update(wrapped=bytes(60))
    exporter.send(traces_of(span(2, attributes=CHAT)))
    other = span(3, attributes=CHAT, trace_id=bytes(range(16)))
    exporter.send(traces_of(other))
    assert digest_batches(60) == 2
    assert Quarantined.objects.get().reason == "WordsDamaged"
    assert sorted(Trace.objects.values_list("spans", flat=True)) == [1, 1]


def test_references_that_cannot_be_read_stay_and_stop_nothing(exporter):
    exporter.send(traces_of(span(1, attributes=CHAT)))
    digest()
    Trace.objects.update(references_sealed=bytes(60))
    exporter.send(traces_of(span(2, attributes=CHAT)))
    assert digest() == 1
    assert not Quarantined.objects.exists()
    assert Trace.objects.get().segments.count() == 2


def test_a_word_about_a_whole_run_outlives_a_write_that_breaks(exporter, monkeypatch):
    written = digesting.write_prepared

    def break_on_any(prepared):
        prepared = list(prepared)
        if prepared:
            raise DataError
        written(prepared)

    monkeypatch.setattr(digesting, "write_prepared", break_on_any)
    word = {"gen_ai.evaluation.name": "helpful", "gen_ai.evaluation.score.value": 0.9}
    about = record(
        "gen_ai.evaluation.result", word, span_id=b"", trace_id=bytes(range(16))
    )
    beside = record("gen_ai.evaluation.result", word, span_id=bytes(range(8)))
    exporter.send(logs_of(about, beside), path="/v1/logs")
    digest()
    assert Feedback.objects.get().trace_key is not None
    assert Quarantined.objects.count() == 1


def test_a_deadlock_counts_as_an_attempt_so_that_batches_come_apart(
    exporter, monkeypatch
):
    exporter.send(traces_of(span(1, attributes=CHAT)))

    def deadlock(*args):
        raise OperationalError from psycopg.errors.DeadlockDetected()

    monkeypatch.setattr(digesting, "prepare_spans", deadlock)
    with pytest.raises(OperationalError):
        digest_batches(60)
    assert Batch.objects.get().attempts == 1


def test_a_lease_of_somebody_else_is_not_given_back(exporter):
    exporter.send(traces_of(span(1, attributes=CHAT)))
    taken = leases.take_batches()
    later = timezone.now() + timedelta(minutes=5)
    Batch.objects.update(taken_until=later, attempts=2)
    leases.give_back(taken, OperationalError())
    batch = Batch.objects.get()
    assert (batch.taken_until, batch.attempts) == (later, 2)


def test_arrivals_move_only_their_own_trace(exporter):
    def of_trace(number, trace_id):
        return traces_of(span(number, attributes=CHAT, trace_id=trace_id))

    one, other = bytes(range(16)), bytes(range(1, 17))
    for trace_id in (one, other):
        exporter.send(of_trace(1, trace_id))
    digest()
    for trace_id in (one, other):
        exporter.send(of_trace(2, trace_id))
    old, new = Batch.objects.in_order()
    long_ago = timezone.now() - timedelta(hours=3)
    Batch.objects.filter(pk=old.pk).update(received_at=long_ago)
    digest_batches(60)
    dirty = {trace.trace_id.bytes: trace.dirty_since for trace in Trace.objects.all()}
    assert dirty[one] == long_ago
    assert dirty[other] == new.received_at


def test_what_breaks_in_one_batch_takes_no_other_along(exporter, monkeypatch):
    written = digesting.write_prepared

    def break_on_the_fifth(prepared):
        prepared = list(prepared)
        if any(b"000005" in decompress(one.segment.shape, 10_000) for one in prepared):
            raise DataError
        written(prepared)

    monkeypatch.setattr(digesting, "write_prepared", break_on_the_fifth)
    for number in range(1, 9):
        exporter.send(traces_of(span(number, attributes=CHAT)))
    digest()
    assert not Batch.objects.exists()
    assert Trace.objects.get().segments.count() == 7
    assert Quarantined.objects.get().span_id.endswith("5")


def test_a_batch_that_somebody_wrote_meanwhile_is_written_once(exporter):
    for number in (1, 2):
        exporter.send(traces_of(span(number, attributes=CHAT)))
    taken = digesting.take_batches()
    digesting.digest_together(taken[:1])
    digesting.digest_together(taken)
    assert Trace.objects.get().segments.count() == 2


def test_a_batch_taken_up_before_comes_by_itself(exporter):
    for number in (1, 2, 3):
        exporter.send(traces_of(span(number, attributes=CHAT)))
    pks = list(Batch.objects.in_order().values_list("pk", flat=True))
    Batch.objects.filter(pk=pks[1]).update(attempts=1)
    taken = [[batch.pk for batch in digesting.take_batches()] for _ in range(3)]
    assert taken == [[pks[0]], [pks[1]], [pks[2]]]


def test_a_batch_that_its_workers_die_of_is_halved_down_to_the_span(exporter):
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in (1, 2, 3))))
    Batch.objects.update(attempts=2)
    assert digest_batches(60) == 3
    assert Trace.objects.get().spans == 2
    digest()
    assert Trace.objects.get().spans == 3


def test_a_single_span_that_workers_die_of_is_set_aside(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    Batch.objects.update(attempts=2)
    digest()
    assert Quarantined.objects.get().reason == "WorkersDied"
    assert not Batch.objects.exists()


def test_an_evaluation_of_a_whole_run_is_no_span_of_it(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    word = {"gen_ai.evaluation.name": "helpful", "gen_ai.evaluation.score.value": 0.9}
    whole = record("gen_ai.evaluation.result", word, span_id=b"")
    exporter.send(logs_of(whole), path="/v1/logs")
    assert digest() == 2
    assert [one.span_id for one in read_shape(Trace.objects.get()).spans] == [
        "0000000000000001"
    ]
    assert not Quarantined.objects.exists()


def test_any_bug_of_ours_is_the_fault_of_one_span(exporter, monkeypatch):
    stored = digesting.prepare_spans

    def break_on_the_fifth(spans, *told):
        if any(one.span_id.endswith("5") for one in spans):
            raise RecursionError
        return stored(spans, *told)

    monkeypatch.setattr(digesting, "prepare_spans", break_on_the_fifth)
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in range(1, 9))))
    digest()
    assert Quarantined.objects.get().reason == "RecursionError"


def test_a_database_that_is_away_is_no_fault_of_the_batch(exporter, monkeypatch):
    exporter.send(traces_of(span(attributes=CHAT)))

    def away(*args):
        raise OperationalError

    monkeypatch.setattr(digesting, "prepare_spans", away)
    with pytest.raises(OperationalError):
        digest_batches(60)
    batch = Batch.objects.get()
    assert batch.attempts == 0
    assert batch.taken_until < timezone.now() + timedelta(seconds=10)


def test_what_workers_die_of_is_not_understood_to_be_halved(exporter, monkeypatch):
    monkeypatch.setattr(digesting, "normalise", None)
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in (1, 2, 3))))
    Batch.objects.update(attempts=2)
    digesting.digest_together(digesting.take_batches())
    assert sorted(batch.spans for batch in Batch.objects.all()) == [1, 2]
    assert not Quarantined.objects.exists()


def test_what_cannot_even_be_halved_is_set_aside_as_it_is(exporter):
    exporter.send(traces_of(*(span(n, attributes=CHAT) for n in (1, 2, 3))))
    Batch.objects.update(attempts=6)
    digest()
    assert Quarantined.objects.get().reason == "WorkersDied"
    assert not Batch.objects.exists()


def test_a_batch_whose_key_is_gone_ends_and_says_so(exporter):
    exporter.send(traces_of(span(attributes=CHAT)))
    destroy_keys([Batch.objects.get().key_id], timezone.now())
    assert digest() == 1
    assert not Batch.objects.exists()
    assert Event.objects.get(verb="batch.lost").facts["spans"] == 1


def test_what_breaks_late_brings_no_words_of_an_erased_run_back(exporter, monkeypatch):
    exporter.send(traces_of(span(attributes=CHAT)))
    digest()
    destroy_keys([Trace.objects.get().pk], timezone.now())
    monkeypatch.setattr(digesting, "normalise", None)
    exporter.send(traces_of(span(2, attributes=CHAT)))
    digest()
    assert bytes(Quarantined.objects.get().sealed) == b""


def test_a_trace_that_cannot_be_counted_keeps_no_other_from_being(
    exporter, monkeypatch
):
    for trace_id in (b"\1" * 16, b"\2" * 16):
        for number in (1, 2):
            exporter.send(traces_of(span(number, trace_id=trace_id)))
    digest_batches(60)
    counted = settling.read_shape

    def break_on_the_first(trace):
        if trace.trace_id.bytes == b"\1" * 16:
            raise RecursionError
        return counted(trace)

    monkeypatch.setattr(settling, "read_shape", break_on_the_first)
    long_ago = timezone.now() - timedelta(minutes=1)
    Trace.objects.update(dirty_since=long_ago, last_arrival_at=long_ago)
    assert settle_traces() == 1
    assert settle_traces() == 0


def test_of_two_who_count_the_one_that_read_less_changes_nothing(exporter, monkeypatch):
    exporter.send(traces_of(span(1)))
    exporter.send(traces_of(span(2)))
    digest_batches(60)
    trace = Trace.objects.get()
    counted = settling.figures_of

    def overtaken(shape):
        monkeypatch.setattr(settling, "figures_of", counted)
        exporter.send(traces_of(span(3)))
        digest_batches(60)
        assert settling.settle_trace(trace.pk)
        return counted(shape)

    monkeypatch.setattr(settling, "figures_of", overtaken)
    assert not settling.settle_trace(trace.pk)
    trace.refresh_from_db()
    assert (trace.spans, trace.dirty_since) == (3, None)
