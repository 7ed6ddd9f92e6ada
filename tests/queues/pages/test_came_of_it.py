"""Leave, tool call and report joined up: on the card, and on the page of the trace."""

from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from queues.models import ActionRequest
from queues.selectors.acts import acts_of
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.services.requests import merge_requests
from queues.submissions import Report
from tests.builders import actor_of_person
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_crowd,
    make_queue,
    ruling,
)
from tests.queues.pages.costs import count_queries
from tests.traces.builders import SECOND_NS, TRACE_ID, make_run, make_span, sent
from tests.traces.stored import store
from traces.spans import Kind, Span

pytestmark = pytest.mark.django_db

TOOL = "cancel_reservation"


@pytest.fixture
def show(client_for):
    def get(person, ask):
        page = client_for(person).get(reverse("request", args=[ask.pk]))
        return " ".join(page.text.split())

    return get


@pytest.fixture
def show_run(client_for):
    def get(person, trace):
        address = reverse("requests_of_trace", args=[trace.pk])
        page = client_for(person).get(address, headers={"hx-request": "true"})
        assert page.status_code == 200
        return " ".join(page.text.split())

    return get


def ask_in_run(number=1, **fields):
    fields = {"arguments": {"reservation": f"R-{number}"}, **fields}
    return make_ask(tool=TOOL, trace_id=TRACE_ID, **fields)


def decide(ask, person, verdict="approve", **fields):
    word = ruling(ask, verdict, **fields)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))
    ask.refresh_from_db()


def redeem(ask):
    system = ask.system
    return redeem_grant(ask.pk, system=system, actor=agent_of(system), attempt="one")


def report(ask, status="succeeded"):
    agent = agent_of(ask.system)
    report_outcome(ask.pk, Report(status), system=ask.system, actor=agent)


def call_of(number=1, *, at_s=1.0, arguments=None, **facts) -> Span:
    """A tool's span, `at_s` seconds from now."""
    arguments = arguments or f'{{"reservation": "R-{number}"}}'
    facts = {"tool": TOOL, "name": f"execute_tool {TOOL}", **facts}
    span = make_span(100 + number, 1, Kind.TOOL, parts=[sent(arguments, TOOL)], **facts)
    span.start_ns = round((timezone.now().timestamp() + at_s) * SECOND_NS)
    span.end_ns = span.start_ns + 2 * SECOND_NS
    return span


def store_with(*calls):
    return store([*make_run(), *calls], make_asking_system())


def test_a_redeemed_grant_its_call_and_its_outcome_stand_together(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    decide(ask, reviewer)
    redeem(ask)
    trace = store_with(call_of())
    report(ask)
    page = show(reviewer, ask)
    assert "What came of it" in page
    assert "Ran as granted" in page
    assert reverse("show_span", args=[trace.pk, f"{101:016x}"]) in page


def test_before_anything_ran_nothing_is_said_of_it(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    assert "What came of it" not in show(reviewer, ask)
    decide(ask, reviewer)
    assert "What came of it" not in show(reviewer, ask)
    redeem(ask)
    assert "no such tool call has come with its trace" in show(reviewer, ask)


def test_a_leave_whose_run_is_not_known_says_so(reviewer, show):
    make_queue(reviewer)
    ask = make_ask()
    decide(ask, reviewer)
    redeem(ask)
    assert "the agent named no trace" in show(reviewer, ask)


def test_a_call_without_leave_is_said_plainly(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    decide(ask, reviewer, "reject")
    store_with(call_of())
    page = show(reviewer, ask)
    assert "It ran without leave" in page
    assert "never taken" in page


def test_other_arguments_than_granted_are_said_plainly(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    decide(ask, reviewer)
    redeem(ask)
    store_with(call_of(arguments='{"reservation": "R-9"}', request_id=str(ask.pk)))
    page = show(reviewer, ask)
    assert "It ran with other arguments than were granted." in page
    assert "Ran as granted" not in page


def test_an_edit_is_what_was_granted(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    decide(
        ask,
        reviewer,
        "edit",
        arguments={"reservation": "R-2"},
        reason_code="wrong_target",
    )
    redeem(ask)
    store_with(call_of(2))
    assert "Ran as granted" in show(reviewer, ask)


def test_success_reported_of_a_failed_call_is_said_plainly(reviewer, show):
    make_queue(reviewer)
    ask = ask_in_run()
    decide(ask, reviewer)
    redeem(ask)
    store_with(call_of(failed=True))
    report(ask)
    assert "The agent reported success; its trace says that it failed." in show(
        reviewer, ask
    )


def test_a_look_alike_s_call_belongs_to_the_whole_family(reviewer, show):
    make_queue(reviewer)
    first, twin = ask_in_run(), ask_in_run()
    merge_requests(first.pk, twin.pk, person=reviewer, actor=actor_of_person(reviewer))
    first.refresh_from_db()
    decide(first, reviewer)
    twin.refresh_from_db()
    redeem(twin)
    store_with(call_of())
    assert "Ran as granted" in show(reviewer, first)
    assert "Ran as granted" in show(reviewer, twin)


def test_another_request_s_call_is_not_taken_for_this_one_s(reviewer, show):
    make_queue(reviewer)
    first, second = ask_in_run(1), ask_in_run(2)
    for ask in (first, second):
        decide(ask, reviewer)
        redeem(ask)
    store_with(call_of(2))
    assert "no such tool call has come" in show(reviewer, first)
    assert "Ran as granted" in show(reviewer, second)


def test_the_page_of_a_run_lists_what_it_asked_for(reviewer, show_run):
    make_queue(reviewer)
    first, second = ask_in_run(1), ask_in_run(2)
    decide(first, reviewer)
    redeem(first)
    trace = store_with(call_of())
    page = show_run(reviewer, trace)
    assert "2 requests" in page
    assert reverse("request", args=[first.pk]) in page
    assert reverse("request", args=[second.pk]) in page
    assert "Ran as granted" in page
    assert "R-1" not in page


def test_what_i_may_not_see_stays_out_of_sight(reviewer, reviewer2, auditor, show_run):
    make_queue(reviewer)
    make_queue(reviewer2, slug="other")
    ask = ask_in_run(queue="other")
    trace = store_with()
    assert "nothing that you may see" in show_run(reviewer, trace)
    for person in (reviewer2, auditor):
        assert reverse("request", args=[ask.pk]) in show_run(person, trace)


def test_another_system_s_request_with_the_same_trace_id_is_not_its_own(
    reviewer, show_run
):
    make_queue(reviewer)
    trace = store_with()
    make_ask(make_asking_system("other-agent"), trace_id=trace.trace_id.hex)
    assert "nothing that you may see" in show_run(reviewer, trace)


def test_a_run_nobody_knows_is_not_found(reviewer, client_for):
    address = reverse("requests_of_trace", args=[UUID(int=7)])
    assert client_for(reviewer).get(address).status_code == 404


def test_many_requests_cost_what_few_do(reviewer, show_run):
    make_queue(reviewer)
    trace = store_with(*(call_of(n) for n in range(1, 9)))
    ask_in_run(1)
    show_run(reviewer, trace)
    with count_queries() as few:
        show_run(reviewer, trace)
    for n in range(2, 9):
        ask_in_run(n)
    with count_queries() as many:
        assert "8 requests" in show_run(reviewer, trace)
    assert many() == few()


def test_the_card_pays_two_queries_for_it(reviewer):
    make_queue(reviewer)
    ask = ask_in_run()
    with count_queries() as queries:
        acts_of(ask, None, None)
    assert queries() == 2


def test_requests_of_a_trace_are_found_by_an_index():
    ask = ask_in_run()
    make_crowd(ask)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    run = ActionRequest.objects.filter(system=ask.system, trace_id=TRACE_ID)
    assert "ask_of_trace" in run.explain()
