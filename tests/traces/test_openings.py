"""Whoever is about to see a trace, or words of it, is in the log before."""

from __future__ import annotations

import pytest
from django.utils import timezone

from reviewapp.core.models import Event
from reviewapp.core.words import WordsGone
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_span, text, thought
from tests.traces.stored import forget_words, store, store_run
from traces.selectors import reading
from traces.selectors.reach import reach_of
from traces.selectors.reading import place_of, read_shape
from traces.services import openings
from traces.services.openings import Wanted, open_trace, open_words
from traces.spans import Part, PartKind, WordClass


def opened_by(person, trace, opener=open_trace):
    shape = read_shape(trace)
    return opener(
        trace,
        shape,
        Wanted.of(shape.spans),
        actor=actor_of_person(person),
        reach=reach_of(person, trace, timezone.now()),
        door="page",
    )


def told(opened):
    return "\n".join(opened.texts.values())


def facts_of(verb):
    return Event.objects.get(verb=verb).facts


def test_support_reads_dialogue_and_tools_masked_and_no_reasoning(support):
    opened = opened_by(support, store_run())
    assert "Where is my order? [EMAIL-1]" in told(opened)
    assert '{"status": "shipped"}' in told(opened)
    assert "The customer" not in told(opened)
    assert opened.subject == "[EMAIL-1]"
    assert opened.conversation == "conversation 7"


def test_whom_a_run_is_about_has_the_token_that_its_words_have(support):
    run = [
        make_span(1, parts=[text("bob@example.com")], subject="mara@example.com"),
        make_span(2, start_s=5, parts=[text("mara@example.com")]),
    ]
    opened = opened_by(support, store(run))
    assert told(opened).splitlines() == ["[EMAIL-1]", "[EMAIL-2]"]
    assert opened.subject == "[EMAIL-2]"


def test_whom_no_word_names_has_the_next_token(support):
    run = [make_span(parts=[text("bob@example.com")], subject="mara@example.com")]
    assert opened_by(support, store(run)).subject == "[EMAIL-2]"


def test_the_log_says_who_read_how_much_of_what_and_no_word(support):
    trace = store_run()
    opened_by(support, trace)
    event = Event.objects.get(verb="trace.words_opened")
    assert (event.person_id, event.subject_id) == (support.pk, str(trace.pk))
    assert event.facts == {
        "system": str(trace.system_id),
        "tier": 1,
        "why": "role",
        "opening": "",
        "door": "page",
        "parts": {"dialogue": 2, "tools": 4},
        "spans": [f"{number:016x}" for number in (2, 1, 3, 4)],
        "span_count": 4,
    }


def test_who_sees_the_shape_alone_is_in_the_log_too(auditor):
    opened = opened_by(auditor, store_run())
    assert (opened.texts, opened.subject, opened.gone) == ({}, "", False)
    assert facts_of("trace.opened")["tier"] == 0
    assert not Event.objects.filter(verb="trace.words_opened").exists()


def test_more_of_a_trace_one_may_not_read_is_nothing_new(auditor):
    assert opened_by(auditor, store_run(), open_words).texts == {}
    assert not Event.objects.filter(verb__startswith="trace.").exists()


def test_the_event_stands_before_anything_is_decrypted(support, monkeypatch):
    def decrypt(*_):
        assert Event.objects.filter(verb="trace.words_opened").exists()
        raise WordsGone

    monkeypatch.setattr(openings, "read_words", decrypt)
    with pytest.raises(WordsGone):
        opened_by(support, store_run())


@pytest.mark.django_db(transaction=True)
def test_the_event_is_committed_before_anything_is_decrypted(support, monkeypatch):
    """What goes wrong afterwards does not take it back."""
    trace = store_run()

    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr(reading, "open_texts", fail)
    with pytest.raises(RuntimeError):
        opened_by(support, trace)
    assert facts_of("trace.words_opened")["tier"] == 1


def sealed(words):
    return Part(PartKind.OPAQUE, WordClass.OPAQUE, text=words)


@pytest.mark.parametrize("opener", [open_trace, open_words])
def test_opaque_parts_have_a_digest_for_everybody(
    opener, auditor, support, privacy_officer
):
    run = [make_span(1, parts=[sealed("c2ln"), sealed("b3Ro"), text("Yes.")])]
    run += [make_span(2, start_s=1, parts=[sealed("c2ln")])]
    trace = store(run)
    said = read_shape(trace).spans[0].parts
    for person in (auditor, support, privacy_officer):
        digests = opened_by(person, trace, opener).digests
        first, other = (digests[place_of(part)] for part in said[:2])
        assert (len(first), first != other) == (12, True)
        assert set(digests.values()) == {first, other}


def test_a_digest_says_nothing_beyond_its_trace_and_goes_with_its_key(auditor):
    one, two = (store([make_span(parts=[sealed("c2ln")])], make_system()) for _ in "ab")
    digests = {*opened_by(auditor, one).digests.values()}
    assert digests
    assert digests.isdisjoint(opened_by(auditor, two).digests.values())
    forget_words(one)
    assert opened_by(auditor, one).digests == {}


def test_who_is_told_digests_alone_is_in_the_log_before(auditor, monkeypatch):
    def decrypt(*_):
        assert facts_of("trace.opened")["door"] == "page"
        return {}

    trace = store([make_span(1, parts=[sealed("c2ln")])])
    monkeypatch.setattr(openings, "opaque_digests", decrypt)
    assert opened_by(auditor, trace, open_words).texts == {}
    assert Event.objects.filter(verb="trace.opened").exists()


@pytest.mark.parametrize("opener", [open_trace, open_words])
def test_nothing_opaque_is_decrypted_before_the_event(opener, support, monkeypatch):
    def decrypt(*_):
        assert Event.objects.filter(verb="trace.words_opened").exists()
        return {}

    trace = store([make_span(1, parts=[sealed("c2ln"), text("Yes.")])])
    monkeypatch.setattr(openings, "opaque_digests", decrypt)
    assert told(opened_by(support, trace, opener)) == "Yes."


def test_opaque_words_come_at_no_tier(privacy_officer):
    secret = Part(PartKind.OPAQUE, WordClass.OPAQUE, text="c2lnbmF0dXJl")
    trace = store([make_span(1, parts=[secret, text("Hello."), thought("Hm.")])])
    opened = opened_by(privacy_officer, trace)
    assert sorted(opened.texts.values()) == ["Hello.", "Hm."]
    assert facts_of("trace.words_opened")["parts"] == {"dialogue": 1, "reasoning": 1}


def test_words_whose_key_was_destroyed_are_said_to_be_gone(privacy_officer):
    trace = store_run()
    forget_words(trace)
    opened = opened_by(privacy_officer, trace)
    assert (opened.texts, opened.gone) == ({}, True)
    assert facts_of("trace.opened")["tier"] == 4
    assert opened_by(privacy_officer, trace, open_words).gone


def test_only_so_many_spans_are_named(engineer):
    trace = store([make_span(n, parts=[text(f"Word {n}")]) for n in range(1, 61)])
    opened_by(engineer, trace)
    facts = facts_of("trace.words_opened")
    assert (len(facts["spans"]), facts["span_count"]) == (50, 60)


def test_an_engineer_reads_all_of_a_system_outside_production(engineer):
    trace = store_run(make_system(environment="staging"))
    assert "The customer mara@example.com wants" in told(opened_by(engineer, trace))


@pytest.mark.parametrize("moved", ["system", "trace"])
def test_what_was_said_in_production_stays_guarded(engineer, moved):
    """Neither moving the system nor a label on the trace opens it."""
    trace = store_run(make_system(environment="production"))
    one = trace.system if moved == "system" else trace
    one.environment = "staging"
    one.save()
    trace.refresh_from_db()
    assert "The customer [EMAIL-1] wants" in told(opened_by(engineer, trace))


def test_caps_of_system_and_trace_hold(privacy_officer):
    trace = store_run(make_system(words_tier=2))
    assert "[EMAIL-1]" in told(opened_by(privacy_officer, trace))
    trace.label_tier = 0
    assert opened_by(privacy_officer, trace).texts == {}
