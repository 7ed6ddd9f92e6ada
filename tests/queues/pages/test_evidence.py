"""Evidence and reasons on the card: compact, in order, and where to look."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.submissions import EvidenceItem
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def show(client_for, reviewer):
    make_queue(reviewer)

    def get(**fields):
        ask = make_ask(**fields)
        return client_for(reviewer).get(reverse("request", args=[ask.pk])).text

    return get


def saw(value, name="Reservation"):
    return (EvidenceItem(name, value, timezone.now(), None, "tool result"),)


def test_what_the_call_speaks_of_is_marked_in_the_evidence(show):
    seats = [{"flight": "HAT041", "seats": n, "text": "x" * 30} for n in range(9)]
    page = show(arguments={"flight": "HAT041"}, evidence=saw(seats, "HAT041 seats"))
    assert page.count("<mark>HAT041</mark>") > len(seats)


def test_nothing_is_marked_in_what_will_run(show):
    page = show(arguments={"flight": "HAT041"})
    assert "<mark>" not in page


def test_long_evidence_is_folded_behind_whole_values(show):
    record = {"id": "R-1", "flights": [{"n": n} for n in range(40)], "cabin": "coach"}
    page = show(evidence=saw(record))
    assert 'data-open-all="proofs"' in page
    assert "1 more field" in page


def test_short_evidence_needs_no_opening(show):
    page = show(evidence=saw(42))
    assert "data-open-all" not in page
    assert ">42</bdi>" in page


def test_reasons_come_before_changes_and_evidence(show):
    page = show(
        justification="Because.",
        reasoning="Thought.",
        diff=({"path": "a", "before": 1, "after": 2},),
        evidence=saw(1),
    )
    marks = ["runs", "why", "diff", "evidence", "notes", "of-tool"]
    places = [page.index(f'id="{mark}"') for mark in marks]
    assert places == sorted(places)


def test_a_long_conversation_folds_and_holds_no_approval_back(show):
    page = show(justification="\n\n".join(f"turn {n}" for n in range(90)))
    assert "72 lines between" in page
    assert page.index("turn 89") > page.index("72 lines between") > page.index("turn 0")
    assert "data-must-open" not in page


def test_evidence_about_other_things_waits_behind_a_fold(show):
    now = timezone.now()
    near = EvidenceItem("Status of HAT041", "available", now, None)
    far = [EvidenceItem(f"Status of HAT9{n}", "available", now, None) for n in range(5)]
    page = show(arguments={"flight": "HAT041"}, evidence=(near, *far))
    assert "5 more pieces, which name nothing that the call names" in page
    few = show(arguments={"flight": "HAT041"}, evidence=(near, *far[:3]))
    assert "more pieces" not in few


def test_stale_evidence_is_never_behind_a_fold(show):
    old = timezone.now() - timedelta(hours=1)
    items = tuple(EvidenceItem(f"Fact {n}", n, old, 60) for n in range(6))
    assert "more pieces" not in show(evidence=items)
