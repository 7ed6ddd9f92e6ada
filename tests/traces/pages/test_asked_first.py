"""A run that asked a person first: what came of it is told, and nothing else."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.models import ActionRequest, Status
from reviewapp.core.problems import Invalid
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_asking_system, make_queue
from tests.traces.builders import TRACE_ID, make_span, text
from tests.traces.refund_run import call, came
from tests.traces.stored import store
from traces.asking import tell_fates
from traces.explaining import TO_SAY
from traces.fates import Asked, Fate
from traces.models import Explanation
from traces.services import explanations as services
from traces.services.drafting import draft_explanation
from traces.spans import Direction, Kind, SpanShape
from traces.steps import Act

pytestmark = pytest.mark.django_db
GIVEN = '{"customer": "Studio Fjord"}'
GATE = "A person refused this."


@pytest.fixture
def system():
    return make_asking_system()


def run_that_asked(system, tool="refund", *, answer=GATE, says="", span=None):
    """A model calls a tool behind the gate; `span` are facts of the tool's own one."""
    put_out = call(tool, GIVEN, "c1", Direction.OUT)
    spans = [
        make_span(1, kind=Kind.AGENT, seconds=60),
        make_span(2, 1, parts=[text("Do it.", Direction.IN, "user"), put_out]),
    ]
    if span is not None:
        about = {"tool": tool, "call_id": "c1"} | span
        spans.append(make_span(3, 1, Kind.TOOL, start_s=5, **about))
    if says:
        told = came(tool, answer, "c1", direction=Direction.IN)
        spans.append(make_span(4, 1, start_s=20, parts=[told, text(says)]))
    return store(spans, system)


def asked(system, status, tool="refund", **fields):
    make_queue()
    ask = make_ask(system, tool=tool, trace_id=TRACE_ID, **fields)
    clock = timezone.now() if status == Status.APPROVED else None
    ActionRequest.objects.filter(pk=ask.pk).update(status=status, execute_before=clock)
    return ask


def page_of(trace, browser):
    page = browser.get(reverse("show_trace", args=[trace.pk])).text
    return " ".join(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")).split())


def letter_of(trace, person):
    actor = actor_of_person(person)
    draft = draft_explanation(trace, person=person, actor=actor)
    return services.read_explanation(draft, person=person, actor=actor).text


@pytest.mark.parametrize("tool", ["refund", "delete_records"])
def test_what_a_person_refused_was_not_carried_out(system, tool, support, client_for):
    asked(system, Status.REJECTED, tool)
    trace = run_that_asked(system, tool, says="I could not do this.")
    page = page_of(trace, client_for(support))
    assert "Refused by a person, not carried out." in page
    assert "1 act that would change something was refused by a person" in page
    assert "Changed: nothing" in page
    assert "act that changed something" not in page
    assert "Done" not in page
    letter = letter_of(trace, support)
    assert "this was not done, since a person refused it" in letter
    assert "this was done" not in letter
    assert GATE not in letter


@pytest.mark.parametrize("by", ["policy", "silence"])
def test_where_no_person_said_no_none_is_told_of(system, by, support, client_for):
    ask = asked(system, Status.REJECTED)
    ended = ask.expires_at if by == "silence" else ask.created_at
    ActionRequest.objects.filter(pk=ask.pk).update(
        decided_at=ended, decided_by_policy=by == "policy"
    )
    trace = run_that_asked(system, says="I could not do this.")
    page = page_of(trace, client_for(support))
    assert "it was not carried out" in page
    assert "by a person" not in page
    assert "a person refused it" not in letter_of(trace, support)


@pytest.mark.parametrize(
    "status", [Status.VOIDED, Status.LAPSED, Status.APPROVED, Status.EXPIRED]
)
def test_leave_that_nobody_used_did_nothing(system, status, support, client_for):
    asked(system, status)
    trace = run_that_asked(system, says="I look at it anew.")
    page = page_of(trace, client_for(support))
    assert "it was not carried out" in page
    assert "Done" not in page
    assert "it asked a person first, and this was not done" in letter_of(trace, support)


def test_what_still_waits_says_that_it_asked(system, support, client_for):
    asked(system, Status.PENDING)
    trace = run_that_asked(system)
    page = page_of(trace, client_for(support))
    assert "It asked a person, and waits for the answer." in page
    assert "The run ended without a word" not in page
    assert "May have run" not in page
    assert "nothing shows that it ran" not in page
    assert "who had not answered yet" in letter_of(trace, support)


def test_what_was_granted_and_ran_is_told_by_its_span(system, support, client_for):
    ask = asked(system, Status.SUCCEEDED)
    trace = run_that_asked(system, says="Done.", span={"request_id": str(ask.pk)})
    assert "1 act that changed something" in page_of(trace, client_for(support))
    assert "this was done" in letter_of(trace, support)


def test_a_span_about_a_refused_request_leaves_it_to_a_person_to_say(
    system, support, client_for
):
    """It may have been the asking itself, or have run all the same."""
    ask = asked(system, Status.REJECTED)
    trace = run_that_asked(system, says="Sorry.", span={"request_id": str(ask.pk)})
    page = page_of(trace, client_for(support))
    assert "Changed: not known" in page
    assert "1 act that would change something was asked for: see the request" in page
    actor = actor_of_person(support)
    assert TO_SAY in letter_of(trace, support)
    with pytest.raises(Invalid, match=r"cannot be taken") as refused:
        services.submit_explanation(
            Explanation.objects.get(),
            text=f"It asked. {TO_SAY}",
            version=1,
            person=support,
            actor=actor,
        )
    assert TO_SAY in refused.value.errors["text"][0]


def test_a_request_that_nobody_knows_is_no_proof(system, support, client_for):
    unknown = "1d1dd8ce-0000-4000-8000-000000000001"
    trace = run_that_asked(system, says="Done.", span={"request_id": unknown})
    assert "Changed: not known" in page_of(trace, client_for(support))


def test_what_another_system_asked_for_is_not_taken_for_this_run(
    system, support, client_for
):
    asked(make_asking_system("other-agent"), Status.REJECTED)
    trace = run_that_asked(system, says="Done.", span={})
    assert "1 act that changed something" in page_of(trace, client_for(support))


REFUSED = Asked("refund", frozenset(), Fate.REFUSED)
USED = Asked("refund", frozenset(), Fate.USED)


@pytest.mark.parametrize(
    ("leaves", "acts", "fate"),
    [
        ([], 1, None),
        ([REFUSED], 1, Fate.REFUSED),
        ([REFUSED], 2, Fate.UNKNOWN),
        ([REFUSED, USED], 2, Fate.UNKNOWN),
        ([USED], 3, Fate.USED),
        ([Asked("other", frozenset(), Fate.REFUSED)], 1, None),
    ],
)
def test_acts_that_name_no_request_are_told_only_what_is_sure(leaves, acts, fate):
    done = [Act(span=SpanShape(tool="refund")) for _ in range(acts)]
    tell_fates(done, leaves)
    assert [act.fate for act in done] == [fate] * acts
