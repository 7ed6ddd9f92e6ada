"""Of a run that is not all here nobody says what it did not do."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.builders import make_system, make_tool
from tests.traces.builders import make_span, text
from tests.traces.refund_run import call
from tests.traces.stored import store
from traces.models import Trace
from traces.spans import Direction, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    system = make_system("shop")
    make_tool(system, "refund", effect="write", reversibility="compensable")
    return system


def announcing(parent):
    """A model calls a tool that no span tells of; `parent` 99 never came."""
    calls = call("refund", '{"id": 7}', "c1", Direction.OUT)
    return [
        make_span(1, kind=Kind.AGENT, seconds=60),
        make_span(2, parent, start_s=1, parts=[calls, text("Done, I refunded it.")]),
    ]


def page(browser, trace):
    answer = browser.get(reverse("show_trace", args=[trace.pk]))
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_call_without_a_span_may_have_run(support, client_for, shop):
    words = page(client_for(support), store(announcing(parent=99), shop))
    assert "never ran" not in words
    assert "nothing shows that it ran" not in words
    assert "It may have run: its span has not come" in words
    assert "1 act that would change something was announced and may have run" in words
    assert "Changed: not known" in words


def test_so_it_may_while_the_run_still_comes(support, client_for, shop):
    trace = store(announcing(parent=1), shop)
    browser = client_for(support)
    assert "was announced and never ran" in page(browser, trace)
    Trace.objects.update(quiet_at=timezone.now() + timezone.timedelta(hours=1))
    assert "never ran" not in page(browser, trace)


def test_no_call_seen_is_not_no_call_made(support, client_for, shop):
    spans = [make_span(2, 99, parts=[text("Got it, I have refunded you.")])]
    words = page(client_for(support), store(spans, shop))
    assert "it did not do here" not in words
    assert "so it may have made one" in words
