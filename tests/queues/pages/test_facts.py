"""The facts that decide: nothing contradicts, and what is missing is said."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from queues.services.decisions import decide_request
from queues.submissions import EvidenceItem
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(client_for, reviewer, reviewer2):
    make_queue(reviewer, reviewer2)

    def read(ask, person=None):
        client = client_for(person or reviewer)
        page = client.get(reverse("request", args=[ask.pk])).text
        start = page.index('id="facts"')
        return " ".join(page[start : page.index("</section>", start)].split())

    return read


def decide(ask, person, verdict="approve"):
    word = ruling(ask, verdict)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))
    ask.refresh_from_db()


def refund(**fields):
    return make_ask(tool="refund", reversibility="compensable", **fields)


@pytest.mark.parametrize(
    ("tool", "reversibility", "said"),
    [
        ("set_label", "reversible", "but the agent gave no plan to undo it"),
        ("refund", "compensable", "but the agent gave no way to"),
        ("cancel_reservation", "irreversible", "no undo plan"),
    ],
)
def test_what_can_be_undone_and_no_plan_for_it_are_no_contradiction(
    facts, tool, reversibility, said
):
    assert said in facts(make_ask(tool=tool, reversibility=reversibility))


def test_an_amount_without_a_currency_says_so(facts):
    assert "no currency given" in facts(refund(amount=Decimal(90)))
    told = facts(refund(amount=Decimal(90), currency="EUR"))
    assert "90 EUR" in told
    assert "no currency" not in told


def test_money_without_an_amount_says_so(facts):
    assert "not stated" in facts(refund())
    assert "not stated" not in facts(make_ask())


def test_evidence_without_a_limit_is_not_called_fresh(facts):
    now = timezone.now()
    unlimited = make_ask(evidence=(EvidenceItem("Stock", 1, now, None),))
    assert "no limit of age set" in facts(unlimited)
    assert "Fresh evidence" not in facts(unlimited)
    limited = make_ask(evidence=(EvidenceItem("Stock", 1, now, 600),))
    assert "Fresh evidence" in facts(limited)


def test_a_row_calls_no_unlimited_evidence_fresh(facts, client_for, reviewer):
    make_ask(evidence=(EvidenceItem("Stock", 1, timezone.now(), None),))
    assert "Fresh evidence" not in client_for(reviewer).get(reverse("queue")).text


def test_a_replayed_request_says_that_nothing_will_run(facts):
    assert "nothing will really run" in facts(make_ask(synthetic=True))
    assert "nothing will really run" not in facts(make_ask())


def test_how_long_an_approval_may_be_used_is_known_before(facts):
    assert "of the approval" in facts(make_ask(execute_within_s=1800))
    assert "within 30 min of the approval" in facts(make_ask(execute_within_s=1800))


def test_a_record_says_over_what_time_and_whose_words_it_counts(
    facts, reviewer, reviewer2
):
    start = timezone.now() - timedelta(hours=3)
    with time_machine.travel(start):
        decide(make_ask(), reviewer2)
    decide(make_ask(), reviewer)
    decide(make_ask(), reviewer)
    told = facts(make_ask())
    assert "3 approved" in told
    assert "of the last 3 with this tool, over 3 h" in told
    assert "1 by others" in told


def test_a_decision_is_no_record_to_judge_itself_by(facts, reviewer):
    first, second = make_ask(), make_ask()
    decide(first, reviewer)
    decide(second, reviewer)
    assert "first time with this tool" in facts(first)
    assert "of the last 1 with this tool; all by you" in facts(second)


def test_the_way_of_an_answer_waits_until_there_is_one(client_for, reviewer, facts):
    ask = make_ask()
    url = reverse("request", args=[ask.pk])
    fold = '<details class="panel" open> <summary class="panel-head"><h2>The way'
    assert fold not in " ".join(client_for(reviewer).get(url).text.split())
    decide(ask, reviewer)
    assert fold in " ".join(client_for(reviewer).get(url).text.split())
