"""Judgements that came with a trace, and how long feedback lives."""

import pytest
from django.utils import timezone

from reviewapp.core.models import DataKey, Event
from reviewapp.core.words import Keyring
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_span
from tests.traces.keeping.runs import ago, store_aged
from traces.models import Feedback, Preservation
from traces.retention import DestroyReason
from traces.services.erasing import destroy_words
from traces.services.expiring import sweep_retention
from traces.services.feedback import record_judgements
from traces.services.preservations import Target, place_preservation
from traces.spans import Judgement

pytestmark = pytest.mark.django_db


def judge(trace, *judgements, at=None):
    span = make_span(trace_id=trace.trace_id.hex, judgements=list(judgements))
    return record_judgements(trace.system_id, [span], at or timezone.now())


def test_a_judgement_is_feedback_on_its_span():
    trace = store_aged()
    said = Judgement("Answer Relevance", "Poor", 0.2, "LLM judge", "Mara was ignored")
    assert judge(trace, said) == 1
    row = Feedback.objects.on(trace).get()
    assert (row.name, row.label, row.score) == ("answer_relevance", "poor", 0.2)
    assert (row.source, row.span_id, row.origin) == (
        "llm_judge",
        "0000000000000001",
        "trace",
    )
    assert b"Mara" not in bytes(row.comment_sealed)


def test_a_span_that_comes_twice_is_judged_once():
    trace, said = store_aged(), Judgement("relevance", "poor", comment="words")
    judge(trace, said)
    judge(trace, said)
    assert Feedback.objects.count() == 1


def test_what_says_nothing_at_all_is_left_out():
    assert judge(store_aged(), Judgement(""), Judgement(" ", score=float("nan"))) == 0


@pytest.mark.parametrize(
    "told",
    [
        Judgement("relevance"),
        Judgement("", comment="The refund was promised twice."),
        Judgement("relevance", score=float("nan"), comment="no number"),
    ],
)
def test_what_gives_neither_label_nor_score_is_kept(told):
    trace = store_aged()
    assert judge(trace, told) == 1
    row = Feedback.objects.on(trace).get()
    assert (row.name, row.label, row.score) == (told.name, "", None)
    assert comment_of(row) == told.comment


def test_an_explanation_is_kept_whole():
    trace, words = store_aged(), "Mara asked twice. " * 1_000
    judge(trace, Judgement("m", "bad", comment=words))
    row = Feedback.objects.on(trace).get()
    assert (comment_of(row), row.comment_length) == (words, len(words))


def test_what_is_no_code_is_kept_as_words():
    trace = store_aged()
    judge(trace, Judgement("m", "Tr\u00e8s bon!", source="other", comment="Why not?"))
    row = Feedback.objects.on(trace).get()
    assert (row.label, row.source) == ("other", "other")
    assert comment_of(row) == "Tr\u00e8s bon!\nWhy not?"


def comment_of(row):
    if row.comment_sealed is None:
        return ""
    return Keyring.of([row.pk]).open(row.pk, Feedback.LABEL, row.comment_sealed)


def test_judgements_are_bulk_facts():
    before = Event.objects.count()
    judge(store_aged(), Judgement("relevance", "poor"))
    assert Event.objects.count() == before


def test_a_label_that_could_be_words_is_not_kept_in_clear():
    trace = store_aged()
    judge(trace, Judgement("m", "Mara Lind <mara@example.com> never got it"))
    assert Feedback.objects.on(trace).get().label == "other"


# How long it lives ----------------------------------------------------------------


def has_key(row):
    return DataKey.objects.filter(pk=row.pk, destroyed_at=None).exists()


def commented(trace, days=0):
    judge(trace, Judgement("m", "bad", comment="words"), at=ago(days))
    return Feedback.objects.on(trace).get()


@pytest.mark.parametrize(("days", "stays"), [(89, True), (91, False)])
def test_a_comment_goes_with_dialogue_of_its_age(days, stays):
    row = commented(store_aged(), days)
    sweep_retention(60)
    row.refresh_from_db()
    assert (row.comment_sealed is not None) is stays
    assert has_key(row) is stays
    assert (row.label, row.comment_length) == ("bad", 5)
    assert Event.objects.filter(verb="comments.expired").exists() is not stays


def test_a_hold_keeps_comments_too(privacy_officer):
    rows = [commented(store_aged(), 91) for _ in range(2)]
    trace = store_aged(0, make_system(), conversation="c-9")
    held_by_conversation = commented(trace, 91)
    for target in (
        Target(system=rows[0].system),
        Target(conversation="c-9"),
    ):
        place_preservation(
            target,
            person=privacy_officer,
            actor=actor_of_person(privacy_officer),
            reason=Preservation.Reason.AUDIT,
        )
    sweep_retention(60)
    assert [has_key(one) for one in (*rows, held_by_conversation)] == [
        True,
        False,
        True,
    ]


def test_destroying_the_words_of_a_trace_takes_comments_along(privacy_officer):
    trace = store_aged()
    row = commented(trace)
    destroy_words(
        trace, actor=actor_of_person(privacy_officer), reason=DestroyReason.ERASURE
    )
    row.refresh_from_db()
    assert row.comment_sealed is None
    assert not has_key(row)


def test_a_late_judgement_brings_no_words_back(privacy_officer):
    trace = store_aged()
    destroy_words(
        trace, actor=actor_of_person(privacy_officer), reason=DestroyReason.ERASURE
    )
    row = commented(trace)
    assert row.comment_sealed is None
    assert not has_key(row)
    assert (row.label, row.comment_length) == ("bad", 5)


def test_feedback_goes_with_the_structure_it_judges():
    trace = store_aged(401)
    row = commented(trace)
    orphan = commented(store_aged(0, make_system()), 401)
    sweep_retention(60)
    assert not Feedback.objects.exists()
    assert not has_key(row)
    assert not has_key(orphan)
