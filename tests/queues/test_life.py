"""The main job through the services: asked, claimed, decided, redeemed, reported."""

import pytest

from queues.models import Status
from queues.services.claims import claim_next
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.submissions import Report
from reviewapp.core.problems import Conflict
from tests.builders import actor_of_person
from tests.queues.builders import agent_of, make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


def test_an_approved_request_runs_once_with_what_was_approved(reviewer):
    make_queue(reviewer)
    ask = make_ask()
    actor = actor_of_person(reviewer)
    claimed = claim_next(reviewer, actor=actor)
    assert claimed == ask
    decide_request(ask.pk, ruling(claimed), person=reviewer, actor=actor)
    agent = agent_of(ask.system)
    redeemed = redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    assert redeemed.arguments["reservation"].startswith("R-")
    again = redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    assert again == redeemed
    with pytest.raises(Conflict) as refused:
        redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="b")
    assert refused.value.code == "already_redeemed"
    report_outcome(ask.pk, Report("succeeded", "done"), system=ask.system, actor=agent)
    ask.refresh_from_db()
    assert ask.status == Status.SUCCEEDED


def test_an_edit_runs_as_edited(reviewer):
    make_queue(reviewer)
    ask = make_ask(tool="refund", arguments={"amount": "900"})
    edit = ruling(ask, "edit", arguments={"amount": "90"})
    decide_request(ask.pk, edit, person=reviewer, actor=actor_of_person(reviewer))
    redeemed = redeem_grant(
        ask.pk, system=ask.system, actor=agent_of(ask.system), attempt="a"
    )
    assert redeemed.arguments == {"amount": "90"}


def test_production_destructive_takes_two_people(reviewer, reviewer2):
    make_queue(reviewer, reviewer2)
    ask = make_ask(tool="delete_records", arguments={"match": "old"})
    word = ruling(ask, reason_code="owner_confirmed")
    decide_request(ask.pk, word, person=reviewer, actor=actor_of_person(reviewer))
    ask.refresh_from_db()
    assert ask.status == Status.PENDING
    word = ruling(ask, reason_code="owner_confirmed")
    with pytest.raises(Conflict) as refused:
        decide_request(ask.pk, word, person=reviewer, actor=actor_of_person(reviewer))
    assert refused.value.code == "already_decided"
    decide_request(ask.pk, word, person=reviewer2, actor=actor_of_person(reviewer2))
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED
