"""Two results that contradict each other name each other, at the reader's tier."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.builders import make_system
from tests.traces.builders import make_span, text
from tests.traces.refund_run import call, came
from tests.traces.stored import store
from traces.spans import Direction, Kind

pytestmark = pytest.mark.django_db
SAYS = "says otherwise"


def looked_up(number, result, *, arguments='{"order_id": 7}'):
    """A model calls the tool, and the tool answers; "" captures no arguments."""
    call_id = f"c{number}"
    asks = call("get_order", arguments, call_id, Direction.OUT)
    return [
        make_span(2 * number, 1, start_s=10 * number, parts=[asks]),
        make_span(
            2 * number + 1,
            1,
            Kind.TOOL,
            start_s=10 * number + 2,
            tool="get_order",
            call_id=call_id,
            parts=[
                call("get_order", arguments, call_id, Direction.IN),
                came("get_order", result, call_id),
            ],
        ),
    ]


@pytest.fixture
def trace():
    root = make_span(1, kind=Kind.AGENT, seconds=60)
    end = make_span(9, 1, start_s=50, parts=[text("It is on its way.")])
    first = looked_up(1, '{"state": "shipped", "mail": "mara@example.com"}')
    second = looked_up(2, '{"state": "cancelled", "mail": "else@example.com"}')
    return store([root, *first, *second, end], make_system())


def page(browser, trace):
    return browser.get(reverse("show_trace", args=[trace.pk])).content.decode()


def words_of(source):
    return " ".join(re.sub(r"<[^>]+>", " ", source.replace("<wbr>", "")).split())


def test_each_names_the_other_and_leads_there(support, client_for, trace):
    source = page(client_for(support), trace)
    words = words_of(source)
    assert "Step 2 , get_order , says otherwise: state is cancelled there" in words
    assert "Step 1 , get_order , says otherwise: state is shipped there" in words
    assert 'href="#step-2">Step 2</a>' in source


def test_what_is_masked_stays_so(support, engineer, client_for, trace):
    masked = words_of(page(client_for(support), trace))
    assert "mail is [EMAIL-2] there, [EMAIL-1] here" in masked
    assert "example.com" not in masked
    assert "mail is else@example.com there" in words_of(
        page(client_for(engineer), trace)
    )


def test_who_reads_no_results_learns_of_none(auditor, client_for, trace):
    assert SAYS not in page(client_for(auditor), trace)


def test_two_calls_of_unknown_arguments_are_no_contradiction(support, client_for):
    """Where they are not captured, each may have been asked for another order."""
    root = make_span(1, kind=Kind.AGENT, seconds=60)
    results = ('{"state": "shipped"}', '{"state": "cancelled"}')
    calls = [looked_up(n, told, arguments="") for n, told in enumerate(results, 1)]
    trace = store([root, *calls[0], *calls[1]], make_system())
    source = page(client_for(support), trace)
    assert "cancelled" in source
    assert SAYS not in source
