"""Small acts that together are a large one are taken for what they are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from queues.first_policy import FIRST_POLICY
from queues.models import ActionRequest, Status
from queues.services.policies import publish_policy
from reviewapp.core.problems import Invalid
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_policy, make_queue

pytestmark = pytest.mark.django_db
SUBJECT_SUM = {
    "of": "amount",
    "per": "subject",
    "currency": "EUR",
    "at_most": 500,
    "within_s": 86_400,
}


def sums_are(lead, *splits, **rules):
    make_policy()
    make_queue(lead)
    changed = FIRST_POLICY | {"splits": list(splits)} | rules
    return publish_policy(changed, person=lead, actor=actor_of_person(lead))


def refund(amount, **fields):
    given = {"tool": "refund", "currency": "EUR", "subject_ref": "mara"} | fields
    return make_ask(amount=Decimal(amount), **given)


def label(**fields):
    return make_ask(tool="set_label", reversibility="reversible", **fields)


def test_amounts_to_one_person_add_up_whatever_the_tool(lead):
    sums_are(lead, SUBJECT_SUM)
    first, second = refund(200), refund(250, tool="set_label")
    assert first.risk_reasons == second.risk_reasons == []
    third = refund(50)
    assert third.risk_reasons == ["large_sum_together"]
    # One step worse than money.
    assert (first.risk_class, third.risk_class) == ("money", "destructive")


@pytest.mark.parametrize(
    "other", [{"subject_ref": "tom"}, {"currency": "SEK"}, {"subject_ref": ""}]
)
def test_what_is_about_something_else_is_no_part_of_it(lead, other):
    sums_are(lead, SUBJECT_SUM)
    refund(499)
    assert refund(400, **other).risk_reasons == []


def test_what_came_to_nothing_is_no_part_of_it(lead):
    sums_are(lead, SUBJECT_SUM)
    ask = refund(499)
    ActionRequest.objects.filter(pk=ask.pk).update(
        status=Status.REJECTED, decided_at=timezone.now()
    )
    assert refund(400).risk_reasons == []


def test_what_is_long_over_is_no_part_of_it(lead):
    sums_are(lead, SUBJECT_SUM)
    ask = refund(499)
    ActionRequest.objects.filter(pk=ask.pk).update(
        created_at=timezone.now() - timedelta(hours=25)
    )
    assert refund(400).risk_reasons == []


def test_replays_add_nothing(lead):
    sums_are(lead, SUBJECT_SUM)
    refund(499, synthetic=True)
    assert refund(400).risk_reasons == []


def test_calls_of_a_tool_add_up_whoever_they_are_about(lead):
    calls = {"of": "calls", "at_most": 3, "becomes": "broadcast"}
    sums_are(lead, calls)
    asks = [label() for _ in range(3)]
    assert [ask.risk_class for ask in asks] == [
        "reversible_write",
        "reversible_write",
        "broadcast",
    ]
    assert asks[2].risk_reasons == ["many_calls_together"]
    assert make_ask(tool="refund").risk_reasons == []


def test_a_milder_class_is_never_the_outcome(lead):
    sums_are(lead, {"of": "calls", "at_most": 1, "becomes": "broadcast"})
    assert make_ask(tool="delete_records").risk_class == "destructive"


def test_a_policy_that_says_so_sums_nothing(lead):
    sums_are(lead)
    asks = [label(recipients=49) for _ in range(3)]
    assert {ask.risk_class for ask in asks} == {"reversible_write"}


def test_silence_means_the_limit_of_one_broadcast_holds_for_an_hour(lead):
    make_policy()
    make_queue(lead)
    asks = [label(recipients=20) for _ in range(3)]
    assert [ask.risk_class for ask in asks][1:] == ["reversible_write", "broadcast"]


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ({"of": "people", "at_most": 5}, "not of 'people'"),
        ({"of": "calls", "at_most": 5, "per": "day"}, "not per 'day'"),
        ({"of": "calls", "at_most": 0}, "start above 0"),
        ({"of": "amount", "at_most": 5}, "summed in a currency"),
        ({"of": "calls", "at_most": 5, "currency": "EUR"}, "summed in a currency"),
        ({"of": "calls", "at_most": 5, "becomes": "worse"}, "no class is called"),
        ({"of": "calls"}, "at_most"),
        ({"of": "calls", "at_most": "many"}, "mistake"),
    ],
)
def test_a_limit_that_is_none_is_refused(lead, split, said):
    with pytest.raises(Invalid) as refused:
        sums_are(lead, split)
    assert said in refused.value.errors["rules"][0]
