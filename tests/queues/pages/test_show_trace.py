"""From a card to the run that asked: as far as holding the request goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.models import ActionRequest
from queues.services.claims import claim_request, keep_claim, release_claim
from queues.services.decisions import decide_request
from reviewapp.core.models import Event
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling
from tests.traces.refund_run import make_refund_run
from tests.traces.stored import store
from traces.models import TierRaise
from traces.selectors.reach import reach_of

TRACE_ID = "ab" * 16
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ask(reviewer, reviewer2) -> ActionRequest:
    make_queue(reviewer, reviewer2)
    return make_ask(trace_id=TRACE_ID)


@pytest.fixture
def trace(ask):
    return store(make_refund_run(TRACE_ID), ask.system)


def claim(ask, person):
    return claim_request(ask.pk, person=person, actor=actor_of_person(person))


def panel(browser, ask):
    answer = browser.get(
        reverse("request_trace", args=[ask.pk]), headers=HTMX, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def tier(person, trace, at=None):
    return reach_of(person, trace, at or timezone.now()).tier


def test_the_card_fetches_it_by_address(reviewer, client_for, ask):
    page = client_for(reviewer).get(reverse("request", args=[ask.pk]))
    assert reverse("request_trace", args=[ask.pk]) in page.content.decode()


def test_a_request_without_a_trace_has_no_panel(reviewer, client_for, ask):
    bare, browser = make_ask(), client_for(reviewer)
    page = browser.get(reverse("request", args=[bare.pk])).content.decode()
    assert reverse("request_trace", args=[bare.pk]) not in page
    assert browser.get(reverse("request_trace", args=[bare.pk])).status_code == 404


def test_whoever_holds_it_reads_the_masked_reasoning(reviewer, client_for, ask, trace):
    claim(ask, reviewer)
    page = panel(client_for(reviewer), ask)
    assert "The customer [EMAIL-1] wants a refund" in page
    assert Event.objects.get(verb="tier.raised").facts["about"] == str(ask.pk)


def test_who_does_not_hold_it_sees_the_shape(
    reviewer, reviewer2, client_for, ask, trace
):
    claim(ask, reviewer)
    assert "wants a refund" not in panel(client_for(reviewer2), ask)
    assert not TierRaise.objects.filter(person=reviewer2).exists()


def test_looking_again_is_one_raise(reviewer, client_for, ask, trace):
    claim(ask, reviewer)
    browser = client_for(reviewer)
    for _ in range(2):
        panel(browser, ask)
    assert Event.objects.filter(verb="tier.raised").count() == 1


def test_it_ends_when_the_claim_is_given_back(reviewer, client_for, ask, trace):
    claim(ask, reviewer)
    browser = client_for(reviewer)
    panel(browser, ask)
    release_claim(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    assert tier(reviewer, trace) == 0
    assert "wants a refund" not in panel(browser, ask)


def test_it_ends_with_the_decision(reviewer, client_for, ask, trace):
    claim(ask, reviewer)
    panel(client_for(reviewer), ask)
    actor = actor_of_person(reviewer)
    decide_request(ask.pk, ruling(ask, "reject"), person=reviewer, actor=actor)
    assert tier(reviewer, trace) == 0


def test_it_lapses_with_the_lease_and_is_kept_with_it(reviewer, client_for, ask, trace):
    held_until = claim(ask, reviewer).held_until
    panel(client_for(reviewer), ask)
    late = held_until + timedelta(seconds=1)
    assert tier(reviewer, trace, late) == 0
    ActionRequest.objects.update(held_until=held_until - timedelta(minutes=1))
    keep_claim(ask.pk, person=reviewer)
    assert tier(reviewer, trace, held_until) == 2


def test_without_script_it_leads_to_the_page(reviewer, client_for, ask, trace):
    claim(ask, reviewer)
    answer = client_for(reviewer).get(
        reverse("request_trace", args=[ask.pk]), follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("show_trace", args=[trace.pk])
    assert "The customer [EMAIL-1] wants a refund" in answer.content.decode()


def test_before_the_trace_has_come_the_panel_says_so(reviewer, client_for, ask):
    claim(ask, reviewer)
    assert "No trace of this run has come" in panel(client_for(reviewer), ask)


def test_it_is_not_for_who_does_not_see_the_request(support, client_for, ask, trace):
    answer = client_for(support).get(reverse("request_trace", args=[ask.pk]))
    assert answer.status_code == 403
