"""Home by role: what waits, what presses, what became of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from queues.models import ActionRequest, Status
from queues.services.claims import claim_request
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.submissions import Report
from tests.builders import actor_of_person
from tests.queues.builders import agent_of, make_ask, make_queue, ruling
from tests.queues.pages.costs import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(client_for):
    return lambda person: client_for(person).get(reverse("home"))


def finish(ask, person, status="succeeded"):
    decide_request(ask.pk, ruling(ask), person=person, actor=actor_of_person(person))
    agent = agent_of(ask.system)
    redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    report_outcome(ask.pk, Report(status), system=ask.system, actor=agent)


def test_a_reviewer_sees_what_is_in_their_hands_and_what_waits(reviewer, home):
    make_queue(reviewer)
    held, waiting = make_ask(), make_ask()
    claim_request(held.pk, person=reviewer, actor=actor_of_person(reviewer))
    board = home(reviewer).context["board"]
    assert [row.id for row in board.held] == [held.pk]
    assert [row.id for row in board.pressing] == [waiting.pk]
    assert (board.waiting, board.free) == (2, 1)


def test_what_runs_out_soon_is_counted(reviewer, home):
    make_queue(reviewer)
    make_ask(decide_within_s=300)
    make_ask()
    page = home(reviewer)
    assert page.context["board"].pressing_count == 1
    assert "1 runs out within 10 min" in page.text


def test_acts_with_unknown_end_are_there_to_settle(reviewer, home):
    make_queue(reviewer)
    ask = make_ask()
    ActionRequest.objects.filter(pk=ask.pk).update(
        status=Status.UNCERTAIN, decided_at=timezone.now()
    )
    board = home(reviewer).context["board"]
    assert [row.id for row in board.uncertain] == [ask.pk]


def test_what_came_of_my_decisions_is_new_once(reviewer, client_for):
    make_queue(reviewer)
    client = client_for(reviewer)
    client.get(reverse("home"))
    session = client.session
    session["home_seen_at"] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()
    finish(make_ask(), reviewer, "failed")
    board = client.get(reverse("home")).context["board"]
    assert [o.row.status for o in board.outcomes] == ["failed"]
    assert board.new_words == "1 new since you were here"


@pytest.mark.parametrize("verdict", ["approve", "reject", "answer"])
def test_every_verdict_of_mine_is_listed_by_name(reviewer, home, verdict):
    make_queue(reviewer)
    ask = make_ask(summary="Cancel R-77")
    word = ruling(ask, verdict)
    decide_request(ask.pk, word, person=reviewer, actor=actor_of_person(reviewer))
    page = home(reviewer)
    [outcome] = page.context["board"].outcomes
    assert outcome.row.id == ask.pk
    assert outcome.row.summary == "Cancel R-77"
    assert "All that was decided" in page.text


def test_decisions_of_others_are_not_mine(reviewer, reviewer2, home):
    make_queue(reviewer, reviewer2)
    finish(make_ask(), reviewer2)
    assert home(reviewer).context["board"].outcomes == []


def test_an_auditor_sees_figures_and_no_words(auditor, home):
    make_queue()
    make_ask(summary="Cancel the trip of Zebediah")
    page = home(auditor)
    assert page.context["board"].waiting == 1
    assert "Zebediah" not in page.text


@pytest.mark.parametrize("role", ["nobody", "support", "engineer", "admin"])
def test_everybody_else_is_shown_where_they_can_go(request, role, home):
    page = home(request.getfixturevalue(role))
    assert page.status_code == 200
    assert "Where you can go" in page.text


def test_figures_count_live_requests_and_each_queue_apart(reviewer, home):
    make_queue(reviewer)
    make_queue(reviewer, slug="money")
    make_ask(decide_within_s=300)
    make_ask(synthetic=True)
    make_ask(queue="money", synthetic=True)
    board = home(reviewer).context["board"]
    figures = [(f.slug, f.waiting, f.free, f.pressing) for f in board.queues]
    assert figures == [("general", 1, 1, 1), ("money", 0, 0, 0)]
    assert len(board.pressing) == 3


def test_an_open_board_that_asks_again_writes_nothing(reviewer, client_for):
    make_queue(reviewer)
    make_ask()
    client = client_for(reviewer)
    client.get(reverse("home"))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("home"))
    assert not [
        query["sql"]
        for query in asked
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]


def test_home_costs_the_same_with_2_requests_and_with_20(reviewer, home):
    make_queue(reviewer)
    finish(make_ask(), reviewer)
    make_ask()
    home(reviewer)
    with count_queries() as few:
        home(reviewer)
    for _ in range(9):
        finish(make_ask(), reviewer)
        make_ask()
    home(reviewer)
    with count_queries() as many:
        home(reviewer)
    assert many() == few()


def test_support_finds_a_customers_runs_from_here(
    support, support_lead, engineer, home, client_for
):
    for person in (support, support_lead):
        page = home(person)
        assert 'action="/find"' in page.text
        assert 'name="support_ref"' in page.text
    assert 'action="/find"' not in home(engineer).text
    answer = client_for(support).post(reverse("find"), {"ref": "nobody"})
    assert answer.status_code == 404
