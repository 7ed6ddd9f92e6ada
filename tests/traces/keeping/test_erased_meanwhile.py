"""A run is erased while something of it is on its way: nothing comes back."""

import json

import pytest

from reviewapp.core.words import Keyring, WordsGone
from tests.builders import actor_of_person, make_key, make_system
from tests.traces.api.exporting import Exporter
from tests.traces.otlp.bodies import pairs, span, traces_of
from traces.models import Batch, Feedback, Quarantined, Trace
from traces.retention import DestroyReason
from traces.selectors.reading import read_shape, read_words
from traces.services import digesting
from traces.services.digesting import digest_batches
from traces.services.erasing import destroy_words
from traces.services.settling import settle_trace
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

SAID = [{"role": "user", "parts": [{"type": "text", "content": "I am Mara."}]}]
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.conversation.id": "conversation 7",
    "gen_ai.input.messages": json.dumps(SAID),
}
JUDGED = {
    "gen_ai.evaluation.name": "tone",
    "gen_ai.evaluation.score.label": "bad",
    "gen_ai.evaluation.explanation": "Mara was not asked.",
}


@pytest.fixture
def exporter():
    return Exporter(make_key(make_system(), scopes=["traces"])[1])


def erase_before_writing(monkeypatch, person):
    """Let an officer erase all there is once a digest has prepared what it brings."""
    write = digesting._write

    def erase_and_write(readings):
        for trace in Trace.objects.all():
            actor = actor_of_person(person)
            destroy_words(trace, actor=actor, reason=DestroyReason.ERASURE)
        write(readings)

    monkeypatch.setattr(digesting, "_write", erase_and_write)


def test_an_erasure_between_preparing_and_writing_stands(
    exporter, monkeypatch, privacy_officer
):
    exporter.send(traces_of(span(1, attributes=CHAT)))
    digest_batches(60)
    earlier = span(2, attributes=CHAT, start_time_unix_nano=5, end_time_unix_nano=6)
    earlier.events.add(name="gen_ai.evaluation.result", attributes=pairs(JUDGED))
    exporter.send(traces_of(earlier))
    erase_before_writing(monkeypatch, privacy_officer)
    digest_batches(60)
    trace = Trace.objects.get()
    settle_trace(trace.pk)

    assert not Batch.objects.exists()
    assert not Quarantined.objects.exists()
    shape = read_shape(trace)
    assert len(shape.spans) == 2, "its structure is kept, also what came late"
    assert not Keyring.of([trace.pk]).has(trace.pk)
    parts = [part for one in shape.spans for part in one.parts]
    with pytest.raises(WordsGone):
        read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
    assert trace.references_sealed is None
    assert not Trace.objects.of_conversation("conversation 7").exists()
    assert Feedback.objects.get().comment_sealed is None
