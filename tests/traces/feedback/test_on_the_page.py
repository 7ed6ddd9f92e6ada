"""Thumbs on a run's page, and who reads the comments."""

import pytest
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from reviewapp.core.words import Keyring
from tests.builders import make_person
from tests.queues.pages.costs import count_queries
from tests.traces.builders import make_span
from tests.traces.stored import store_run
from traces.models import Feedback
from traces.services.feedback import (
    About,
    Opinion,
    receive_feedback,
    record_judgements,
)
from traces.spans import Judgement

pytestmark = pytest.mark.django_db
COMMENT = "Ask mara@example.com, she waits."


@pytest.fixture
def trace():
    return store_run()


def show(client, trace):
    return client.get(reverse("show_feedback", args=[trace.pk]))


def give(client, trace, label="bad", comment="", **headers):
    given = {"label": label, "comment": comment}
    return client.post(
        reverse("give_feedback", args=[trace.pk]), given, headers=headers
    )


def judged(trace, **opinion):
    receive_feedback(
        trace.system,
        About(trace_id=trace.trace_id.hex),
        Opinion(**opinion),
        actor=Actor.of_process("test"),
    )


def test_a_thumb_down_with_a_comment(client_for, engineer, trace):
    client = client_for(engineer)
    answer = give(client, trace, comment=COMMENT)
    assert answer.headers["Location"] == reverse("show_feedback", args=[trace.pk])
    page = show(client, trace).text
    for words in ("Edda Engineer", "bad", COMMENT, "replaces what you said"):
        assert words in page


def test_a_long_explanation_is_folded_and_not_cut(client_for, engineer, trace):
    words = "x" * 5_000 + " so she waits."
    said = Judgement("relevance", comment=words)
    span = make_span(trace_id=trace.trace_id.hex, judgements=[said])
    record_judgements(trace.system_id, [span], timezone.now())
    page = show(client_for(engineer), trace).text
    assert "4014 characters more" in page
    assert "so she waits." in page


def test_a_second_word_replaces_the_first(client_for, engineer, support, trace):
    give(client_for(engineer), trace, "bad", "First.")
    give(client_for(engineer), trace, "good")
    give(client_for(support), trace, "bad")
    assert sorted(Feedback.objects.values_list("label", flat=True)) == ["bad", "good"]
    assert Event.objects.filter(verb="feedback.given").count() == 3
    assert Feedback.objects.get(person=engineer).comment_sealed is None


def test_htmx_gets_the_panel_alone(client_for, engineer, trace):
    answer = give(client_for(engineer), trace, **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "bad" in answer.text


def test_a_form_without_a_thumb_is_refused(client_for, engineer, trace):
    assert give(client_for(engineer), trace, "").status_code == 422
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("support", "Ask [EMAIL-1], she waits."),
        ("engineer", COMMENT),
        ("lead", f"A comment of {len(COMMENT)} characters"),
        ("auditor", f"A comment of {len(COMMENT)} characters"),
    ],
)
def test_comments_are_dialogue(client_for, trace, role, shown):
    judged(trace, label="bad", source="customer", comment=COMMENT)
    page = show(client_for(make_person(role)), trace)
    assert shown in page.text
    assert ("mara@example.com" in page.text) is (role == "engineer")
    assert "no-store" in page.headers["Cache-Control"]


def test_reading_comments_is_in_the_log_first(client_for, engineer, auditor, trace):
    judged(trace, label="bad", comment=COMMENT)
    show(client_for(auditor), trace)
    assert not Event.objects.filter(verb="feedback.read").exists()
    show(client_for(engineer), trace)
    event = Event.objects.get(verb="feedback.read")
    assert (event.person_id, event.facts["tier"]) == (engineer.pk, 3)
    assert event.subject_id == str(trace.pk)


def test_an_auditor_sees_and_gives_none(client_for, auditor, trace):
    client = client_for(auditor)
    assert "Nobody has said anything" in show(client, trace).text
    assert give(client, trace).status_code == 403


def test_scores_and_metrics_stand_beside_labels(client_for, auditor, trace):
    judged(trace, name="answer_relevance", score=0.5, source="judge")
    page = show(client_for(auditor), trace).text
    assert "answer relevance 0.5" in page
    assert "judge" in page


def test_the_run_s_page_leads_there(client_for, engineer, trace):
    page = client_for(engineer).get(reverse("show_trace", args=[trace.pk])).text
    assert reverse("show_feedback", args=[trace.pk]) in page


def test_it_costs_the_same_for_two_and_for_twenty(client_for, engineer, trace):
    client, costs = client_for(engineer), []
    for number in range(20):
        judged(trace, label="bad", comment=f"{COMMENT} {number}")
        if number in (1, 19):
            with count_queries() as queries:
                show(client, trace)
            costs.append(queries())
    assert costs[0] == costs[1]


def test_a_comment_whose_key_is_gone_is_said_to_be(client_for, engineer, trace):
    judged(trace, label="bad", comment=COMMENT)
    row = Feedback.objects.get()
    assert Keyring.of([row.pk]).has(row.pk)
    Feedback.objects.update(comment_sealed=None)
    assert "no longer kept" in show(client_for(engineer), trace).text
