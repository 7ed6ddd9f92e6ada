"""The card: what it shows to judge by, and who reads what of it."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.models import Verdict
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.services.preconditions import refresh_preconditions
from queues.submissions import EvidenceItem, Fingerprint, Report
from reviewapp.core.models import DataKey, Event
from tests.builders import actor_of_person, make_credential
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_queue,
    ruling,
)
from tests.queues.pages.costs import count_queries
from tests.queues.pages.erasing import erase

pytestmark = pytest.mark.django_db


@pytest.fixture
def show(client_for):
    def get(person, ask):
        return client_for(person).get(reverse("request", args=[ask.pk]))

    return get


def decide(ask, person, verdict="approve", **fields):
    word = ruling(ask, verdict, **fields)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))
    ask.refresh_from_db()


# Who reads -----------------------------------------------------------------------


def test_a_reading_is_in_the_log_with_the_version_read(reviewer, show):
    make_queue(reviewer)
    ask = make_ask()
    show(reviewer, ask)
    event = Event.objects.get(verb="request.opened")
    assert event.person_id == reviewer.pk
    assert event.facts["version"] == ask.version


def test_an_auditor_sees_the_shape_and_why(auditor, show):
    make_queue()
    ask = make_ask(
        arguments={"reservation": "R-77"},
        summary="Cancel R-77",
        evidence=(EvidenceItem("Paid by R-77", "R-77", timezone.now(), 60),),
        preconditions=(Fingerprint("seat of R-77", "1"),),
    )
    page = show(auditor, ask)
    assert page.status_code == 200
    assert "R-77" not in page.text
    assert "You see the shape of this request" in page.text
    assert "data-decide" not in page.text
    assert not Event.objects.filter(verb="request.opened").exists()


def test_buttons_are_offered_to_those_they_serve(reviewer, show):
    make_queue(reviewer)
    ask, _ = (make_ask(arguments={"reservation": "R-1"}) for _ in range(2))
    assert "Merge into this" in show(reviewer, ask).text
    decide(ask, reviewer, "reject")
    assert f'action="{reverse("next")}"' in show(reviewer, ask).text


@pytest.mark.parametrize("is_decided", [False, True])
def test_no_button_refuses_an_auditor(reviewer, auditor, show, is_decided):
    make_queue(reviewer)
    ask, _ = (make_ask(arguments={"reservation": "R-1"}) for _ in range(2))
    if is_decided:
        decide(ask, reviewer, "reject")
    page = show(auditor, ask).text
    assert "Merge into this" not in page
    assert f'action="{reverse("next")}"' not in page


def test_erased_words_are_said_to_be_gone(reviewer, show):
    make_queue(reviewer)
    ask = make_ask()
    erase(ask)
    assert "The words of this request were erased" in show(reviewer, ask).text


def test_a_card_of_another_queue_is_not_found(reviewer, show):
    make_queue(reviewer, slug="other")
    assert show(reviewer, make_ask()).status_code == 404


def test_a_card_is_kept_by_no_cache(reviewer, show):
    make_queue(reviewer)
    assert "no-store" in show(reviewer, make_ask())["Cache-Control"]


def test_words_of_an_agent_are_shown_as_text(reviewer, show):
    make_queue(reviewer)
    hostile = "<img src=x onerror=alert(1)>\u202e"
    ask = make_ask(
        summary=hostile,
        arguments={hostile: hostile},
        justification=f"**{hostile}** [a](javascript:alert(1))",
        reasoning=hostile,
        subject_ref=hostile,
        evidence=(EvidenceItem(hostile, hostile, timezone.now(), None, hostile),),
        diff=({"path": hostile, "before": hostile, "after": ""},),
    )
    page = show(reviewer, ask).text
    assert "<img src=x" not in page
    assert '<a href="javascript' not in page
    assert "\u202e" not in page


# What it shows ---------------------------------------------------------------------


def test_a_staging_agent_with_a_production_credential_is_loud(reviewer, show):
    make_queue(reviewer)
    system = make_asking_system()
    make_credential(system, name="prod-db", environment="production")
    ask = make_ask(tool="delete_records", environment="staging", credential="prod-db")
    page = " ".join(show(reviewer, ask).text.split())
    said = "It says staging, but its credential is registered for production"
    assert said in page
    assert "2 people must approve" in page
    assert "No way to undo it was given" in page


def test_evidence_past_its_limit_is_said_to_be_stale(reviewer, show):
    make_queue(reviewer)
    old = timezone.now() - timedelta(minutes=10)
    ask = make_ask(
        evidence=(
            EvidenceItem("Stock", 142, old, 60, "SEA-3"),
            EvidenceItem("Price", 3, old, 3600, "shop"),
        )
    )
    page = show(reviewer, ask)
    assert [e.is_stale for e in page.context["card"].evidence] == [True, False]
    assert "1 of 2 stale" in page.text
    assert "Stale: 10 min old, limit 1 min" in page.text


def test_evidence_of_a_decided_request_is_judged_at_its_decision(reviewer, show):
    make_queue(reviewer)
    ask = make_ask(evidence=(EvidenceItem("Stock", 1, timezone.now(), 600),))
    decide(ask, reviewer)
    earlier = timezone.now() - timedelta(hours=2)
    type(ask).objects.filter(pk=ask.pk).update(decided_at=earlier)
    ask.evidence.update(observed_at=earlier - timedelta(minutes=1))
    assert not show(reviewer, ask).context["card"].stale


def test_json_that_came_as_text_is_shown_as_the_tree_it_is(reviewer, show):
    make_queue(reviewer)
    ask = make_ask(evidence=(EvidenceItem("User", '{"tier": "gold"}', timezone.now()),))
    assert show(reviewer, ask).context["card"].evidence[0].value == {"tier": "gold"}


def test_what_changed_since_asked_is_named(reviewer, show):
    make_queue(reviewer)
    ask = make_ask(
        preconditions=(Fingerprint("balance", "40"), Fingerprint("tier", "gold"))
    )
    refresh_preconditions(
        ask.pk,
        system=ask.system,
        actor=agent_of(ask.system),
        preconditions=(Fingerprint("balance", "12"), Fingerprint("tier", "gold")),
    )
    page = show(reviewer, ask)
    changed = [bool(p.changed_at) for p in page.context["card"].preconditions]
    assert changed == [True, False]
    assert "Changed since asked" in page.text


def test_the_second_approver_reads_what_the_first_said(reviewer, reviewer2, show):
    make_queue(reviewer, reviewer2)
    ask = make_ask(tool="delete_records")
    decide(ask, reviewer, reason_code="owner_confirmed", comment="Priya agreed.")
    page = show(reviewer2, ask)
    assert "Priya agreed." in page.text
    assert "1 of 2 approvals" in page.text
    assert "You have approved it" in show(reviewer, ask).text


def test_an_edit_is_marked_against_what_was_asked(reviewer, reviewer2, show):
    make_queue(reviewer, reviewer2)
    ask = make_ask(tool="delete_records", arguments={"limit": 900, "match": "old"})
    decide(
        ask,
        reviewer,
        Verdict.EDIT,
        arguments={"limit": 9, "match": "old"},
        reason_code="too_broad",
    )
    card = show(reviewer2, ask).context["card"]
    assert card.words.arguments == {"limit": 9, "match": "old"}
    assert card.words.edits == [{"path": "limit", "before": 900, "after": 9}]


def test_past_decisions_on_the_tool_and_the_subject_are_shown(reviewer, show):
    make_queue(reviewer)
    same = make_ask(subject_ref="ada", tool="refund", arguments={"amount": 1})
    decide(same, reviewer, "reject", reason_code="against_policy")
    other_tool = make_ask(subject_ref="Ada ", tool="set_label")
    decide(other_tool, reviewer)
    ask = make_ask(subject_ref="ada", tool="refund", arguments={"amount": 1})
    other_subject = make_ask(subject_ref="bob", tool="refund")
    decide(other_subject, reviewer)
    card = show(reviewer, ask).context["card"]
    about_ada = [(p.id, p.verdict, p.reason, p.is_same) for p in card.of_subject]
    assert about_ada == [
        (other_tool.pk, "approve", "", False),
        (same.pk, "reject", "Against policy", True),
    ]
    # Each is told once: what is about the same subject is not told again by its tool.
    assert [p.id for p in card.of_tool] == [other_subject.pk]
    assert card.record.words == "1 approved, 1 rejected"


def test_past_decisions_of_queues_i_am_not_in_stay_out_of_sight(
    reviewer, reviewer2, show
):
    make_queue(reviewer)
    make_queue(reviewer2, slug="other")
    decide(make_ask(queue="other"), reviewer2)
    assert show(reviewer, make_ask()).context["card"].of_tool == []


def test_synthetic_decisions_are_no_record_of_live_work(reviewer, show):
    make_queue(reviewer)
    decide(make_ask(synthetic=True), reviewer)
    assert show(reviewer, make_ask()).context["card"].record.n == 0


def test_three_refusals_in_a_record_are_a_warning(reviewer, show):
    make_queue(reviewer)
    for _ in range(3):
        decide(make_ask(), reviewer, "reject")
    assert show(reviewer, make_ask()).context["card"].record.is_poor


def test_estimate_stands_beside_what_it_took(reviewer, show):
    make_queue(reviewer)
    ask = make_ask(estimate_tokens=400, estimate_seconds=3)
    decide(ask, reviewer)
    agent = agent_of(ask.system)
    redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    report = Report("succeeded", tokens=40_000, seconds=95, cost=Decimal("1.5"))
    report_outcome(ask.pk, report, system=ask.system, actor=agent)
    page = " ".join(show(reviewer, ask).text.split())
    assert "400 tokens, 3 s" in page
    assert "40,000 tokens, 1 min 35 s" in page


def test_undo_is_on_the_card_before_anybody_approves(reviewer, show):
    make_queue(reviewer)
    undo = {"tool": "restore_reservation", "arguments": {"reservation": "R-9"}}
    page = show(reviewer, make_ask(undo=undo)).text
    assert "restore_reservation" in page
    assert "Has an undo plan" in page
    assert "no undo plan" in show(reviewer, make_ask()).text


def test_the_card_costs_the_same_with_2_and_with_20_of_everything(reviewer, show):
    make_queue(reviewer)

    def ask_with(number):
        return make_ask(
            evidence=tuple(
                EvidenceItem(str(n), n, timezone.now()) for n in range(number)
            ),
            preconditions=tuple(Fingerprint(str(n), "1") for n in range(number)),
            subject_ref="ada",
        )

    decide(ask_with(1), reviewer)
    first = ask_with(2)
    show(reviewer, first)
    with count_queries() as few:
        show(reviewer, first)
    for _ in range(8):
        decide(ask_with(1), reviewer)
    second = ask_with(20)
    show(reviewer, second)
    with count_queries() as many:
        show(reviewer, second)
    assert many() == few()


def test_the_editor_gives_back_exactly_what_was_asked(reviewer, show):
    make_queue(reviewer)
    arguments = {"to": "a\u202eb\U000e0041", "n": 1.5, "deep": [{"x": "é\n"}]}
    text = show(reviewer, make_ask(arguments=arguments)).context["arguments_text"]
    assert json.loads(text) == arguments
    assert "\\u202e" in text


def test_words_that_no_key_here_opens_are_said_to_be_so(reviewer, show):
    """As after a restore of the keys under another master key."""
    make_queue(reviewer)
    ask = make_ask()
    DataKey.objects.filter(owner=ask.pk).update(wrapped=bytes(60))
    answer = show(reviewer, ask)
    assert answer.status_code == 409
    assert "cannot be read with the keys that are here" in answer.content.decode()
