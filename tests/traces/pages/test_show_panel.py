"""The trace of a request, for its card, as far as the reviewer's tier goes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.models import Event
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_span
from tests.traces.refund_run import make_refund_run
from tests.traces.stored import store
from traces.services.raises import Cause, allow_for_hold
from traces.spans import Kind

REQUEST = UUID(int=7)


@pytest.fixture
def trace(db):
    return store(make_refund_run(), make_system("shop"))


def panel(browser, request=REQUEST, **query):
    answer = browser.get(reverse("trace_panel", args=[request]), query)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def of(trace):
    return {"system": trace.system.slug, "trace": trace.trace_id.hex}


def test_whoever_holds_the_request_reads_its_masked_reasoning(
    reviewer, client_for, trace
):
    until = timezone.now() + timedelta(minutes=5)
    cause = Cause(trace.system_id, trace.trace_id.hex, REQUEST, until)
    allow_for_hold(cause, reviewer, actor=actor_of_person(reviewer))
    page = panel(client_for(reviewer), **of(trace))
    assert "The customer [EMAIL-1] wants a refund" in page
    assert "mara@example.com" not in page
    facts = Event.objects.get(verb="trace.words_opened").facts
    assert (facts["why"], facts["door"]) == ("hold", "panel")


def test_who_does_not_hold_it_sees_its_shape(reviewer, client_for, trace):
    page = panel(client_for(reviewer), **of(trace))
    assert "get_<wbr>order" in page
    assert "order 7" not in page
    assert "Whoever claims the request" in page


def test_another_systems_trace_of_that_id_is_not_it(reviewer, client_for, trace):
    page = panel(client_for(reviewer), system="other", trace=trace.trace_id.hex)
    assert "No trace of this run has come" in page


def test_else_it_is_the_run_that_names_the_request(reviewer, client_for):
    asked = uuid4()
    store([make_span(1, kind=Kind.TOOL, tool="pay", request_id=str(asked))])
    assert "pay" in panel(client_for(reviewer), asked)
    assert "No trace of this run" in panel(client_for(reviewer), uuid4())


def test_what_is_no_trace_id_names_none(reviewer, client_for, trace):
    page = panel(client_for(reviewer), system="shop", trace="ab' OR 1")
    assert "No trace of this run has come" in page
