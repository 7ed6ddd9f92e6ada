"""A record says that it is a week old: so does its page, to who reads the record."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.builders import actor_of_person, make_system, make_tool
from tests.traces.builders import make_span, text
from tests.traces.refund_run import ORDER, call, came, make_refund_run
from tests.traces.stored import store
from traces.letters import keyring_of, open_text
from traces.services.drafting import draft_explanation
from traces.spans import Direction

OWN = "It says: 7 d old, limit 1 h"


def run_whose_record(says):
    """The refund run, whose order says this of its own date."""
    spans = make_refund_run()
    for span in spans:
        for part in span.parts:
            if part.text == ORDER:
                part.text = ORDER.replace('"id": 7', f'"id": 7, {says}')
    return spans


@pytest.fixture
def shop(db):
    system = make_system("shop")
    make_tool(system, "get_order", effect="read", freshness_limit_s=3_600)
    return system


def page(browser, trace):
    text = browser.get(reverse("show_trace", args=[trace.pk])).content.decode()
    return text, " ".join(re.sub(r"<[^>]+>", " ", text).split())


def green_ages(text):
    return re.findall(r'chip--good"[^>]*>.*?\bold, limit', text, re.DOTALL)


def test_its_own_date_stands_beside_and_the_age_is_not_green(support, client_for, shop):
    trace = store(run_whose_record('"as_of": "2026-11-13T09:00:00Z"'), shop)
    text, words = page(client_for(support), trace)
    assert OWN in words
    assert "called 14 min 39 s before" in words
    assert "14 min old" not in words
    assert "By as_of in the result itself: Fri 13 Nov 2026" in text
    assert not green_ages(text)


def test_a_record_that_agrees_with_its_call_stays_green(support, client_for, shop):
    trace = store(run_whose_record('"as_of": "2026-11-20T12:00:10Z"'), shop)
    text, words = page(client_for(support), trace)
    assert "14 min old, limit 1 h" in words
    assert green_ages(text)


def test_a_record_as_of_the_day_of_its_call_stays_green(support, client_for, shop):
    """A day is meant to its end: noon is not twelve hours late."""
    trace = store(run_whose_record('"as_of": "2026-11-20"'), shop)
    text, words = page(client_for(support), trace)
    assert "14 min old, limit 1 h" in words
    assert green_ages(text)


@pytest.mark.parametrize("said", ["800000 days ago", "0001-01-01T00:00:00Z"])
def test_a_senseless_date_breaks_no_page(support, client_for, shop, said):
    trace = store(run_whose_record(f'"last_updated": "{said}"'), shop)
    _, words = page(client_for(support), trace)
    assert "14 min old, limit 1 h" in words


def test_a_hit_of_a_cache_is_told_and_not_green(support, client_for, shop):
    trace = store(run_whose_record('"cache": "HIT"'), shop)
    text, words = page(client_for(support), trace)
    assert "It says: from a cache" in words
    assert not green_ages(text)


def test_an_old_change_is_no_staleness(support, client_for, shop):
    trace = store(run_whose_record('"last_updated": "2026-11-13"'), shop)
    text, words = page(client_for(support), trace)
    assert "It says: changed 6 d before, limit 1 h" in words
    assert "chip--danger" not in "".join(re.findall(r"<span[^>]*>[^<]*It says", text))
    assert not green_ages(text)


@pytest.mark.parametrize("role", ["auditor", "lead", "reviewer"])
def test_who_does_not_read_the_record_learns_neither(role, request, client_for, shop):
    trace = store(run_whose_record('"as_of": "2026-11-13T09:00:00Z"'), shop)
    text, words = page(client_for(request.getfixturevalue(role)), trace)
    assert "It says" not in words
    assert "as_of" not in text
    assert "14 min 39 s since its call" in words
    assert not green_ages(text)


def told_from_before(shop):
    """A run that looks nothing up: the record stands in its history."""
    record = '{"state": "active", "as_of": "2026-11-13T09:00:00Z"}'
    history = [
        text("Is it running?", Direction.IN, "user"),
        call("get_order", "{}", "c0", Direction.IN, message=1),
        came("get_order", record, "c0", direction=Direction.IN, message=2, role="tool"),
    ]
    return store([make_span(1, parts=[*history, text("It is active.")])], shop)


def test_a_record_from_before_the_run_is_shown_with_its_date(
    support, auditor, client_for, shop
):
    trace = told_from_before(shop)
    source, words = page(client_for(support), trace)
    before = words[words.index("Had from before") : words.index("How it got there")]
    assert OWN in before
    assert "active" in before
    assert "nothing here says when" not in before
    assert "called" not in before
    assert not green_ages(source)
    source, words = page(client_for(auditor), trace)
    assert "It says" not in words
    assert "nothing here says when it was looked up" in words
    assert not green_ages(source)


def test_a_letter_tells_of_it_too(support, shop):
    one = draft_explanation(
        told_from_before(shop), person=support, actor=actor_of_person(support)
    )
    letter = open_text(keyring_of(one), one)
    assert "What it had from earlier in the conversation" in letter
    assert "- get order: state active, as of 2026-11-13T09:00:00Z. Our record" in letter
    assert "It says itself that it is as of 13 November 2026, 09:00 UTC" in letter
