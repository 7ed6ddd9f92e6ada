"""Nobody's approval counts for what they have not seen."""

import pytest
from django.utils import timezone

from queues.models import Status
from queues.services.decisions import decide_request
from queues.services.preconditions import refresh_preconditions
from queues.submissions import EvidenceItem, Fingerprint
from tests.builders import actor_of_person
from tests.queues.builders import agent_of, make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


def _rows(value):
    return (EvidenceItem("rows", value, timezone.now()),)


def _approve(person, ask):
    ask.refresh_from_db()
    word = ruling(ask, reason_code="owner_confirmed")
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))
    ask.refresh_from_db()


@pytest.mark.parametrize(
    "news",
    [
        {"evidence": _rows(3_000_000)},
        {"preconditions": (Fingerprint("row", "changed"),)},
    ],
    ids=["evidence", "precondition"],
)
def test_news_after_the_first_approval_start_a_new_round(reviewer, reviewer2, news):
    make_queue(reviewer, reviewer2)
    ask = make_ask(
        tool="delete_records",
        evidence=_rows(3),
        preconditions=(Fingerprint("row", "as asked"),),
    )
    _approve(reviewer, ask)
    refresh_preconditions(ask.pk, system=ask.system, actor=agent_of(ask.system), **news)
    _approve(reviewer2, ask)
    assert ask.status == Status.PENDING
    _approve(reviewer, ask)
    assert ask.status == Status.APPROVED


def test_the_same_value_seen_again_keeps_the_round(reviewer, reviewer2):
    make_queue(reviewer, reviewer2)
    ask = make_ask(tool="delete_records", evidence=_rows(3))
    _approve(reviewer, ask)
    refresh_preconditions(
        ask.pk, system=ask.system, actor=agent_of(ask.system), evidence=_rows(3)
    )
    _approve(reviewer2, ask)
    assert ask.status == Status.APPROVED
