"""One span: what it says to whom, replays beside it, tools as the model saw them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from tests.builders import make_system
from tests.traces.builders import make_span, span_id, text
from tests.traces.refund_run import ANSWER, make_refund_run, replay_of
from tests.traces.stored import store
from traces.spans import Direction


@pytest.fixture
def trace(db):
    spans = make_refund_run()
    trace = store(spans, make_system("shop"))
    store([replay_of(spans[-1], "I am sorry, it failed.")], trace.system)
    return trace


def span_of(trace, number):
    return reverse("show_span", args=[trace.pk, span_id(number)])


def test_it_shows_what_came_in_and_went_out(engineer, client_for, trace):
    page = client_for(engineer).get(span_of(trace, 2)).content.decode()
    assert "My order 7 never came" in page
    assert "Let me look that up." in page
    assert "You are the support agent of a lamp shop." in page


def test_a_replay_stands_beside_the_first_and_not_over_it(engineer, client_for, trace):
    card = client_for(engineer).get(span_of(trace, 7)).context["card"]
    assert [copy.said[0].text for copy in card.copies] == [
        ANSWER,
        "I am sorry, it failed.",
    ]


def test_opening_it_is_a_reading_of_its_own(support, client_for, trace):
    client_for(support).get(span_of(trace, 2), headers={"HX-Request": "true"})
    facts = Event.objects.get(verb="trace.words_opened").facts
    assert (facts["door"], facts["spans"]) == ("span", [span_id(2)])


def test_who_sees_the_shape_sees_sizes(auditor, client_for, trace):
    page = client_for(auditor).get(span_of(trace, 2)).content.decode()
    assert "Not shown at your tier: 78 characters" in page
    assert "My order" not in page


def test_opaque_words_are_a_size_to_everybody(privacy_officer, client_for, trace):
    page = client_for(privacy_officer).get(span_of(trace, 4)).content.decode()
    assert "240 characters that nobody reads, digest <code>" in page
    assert "c2lnbmF0dXJl" not in page


def test_a_long_history_shows_its_newest_part_first(engineer, client_for):
    said = [text(f"Word {n}.", Direction.IN, "user", message=n) for n in range(20)]
    trace = store([make_span(1, parts=said)])
    browser, address = client_for(engineer), span_of(trace, 1)
    page = browser.get(address).content.decode()
    assert "Word 19." in page
    assert "Word 3." not in page
    assert "Word 3." in browser.get(address + "?all").content.decode()


def test_a_tool_is_shown_as_the_model_saw_it(support, client_for, trace):
    address = reverse("show_definition", args=[trace.pk, span_id(2)])
    answer = client_for(support).get(address, {"tool": "get_order"})
    assert "Looks up." in answer.content.decode()
    facts = Event.objects.get(verb="trace.words_opened").facts
    assert (facts["door"], facts["parts"]) == ("definition", {"tools": 1})


def test_its_definition_is_words_too(auditor, client_for, trace):
    address = reverse("show_definition", args=[trace.pk, span_id(2)])
    answer = client_for(auditor).get(address, {"tool": "get_order"})
    assert "Looks up." not in answer.content.decode()


def test_what_is_not_there_is_not_found(engineer, client_for, trace):
    browser = client_for(engineer)
    assert browser.get(span_of(trace, 77)).status_code == 404
    nowhere = reverse("show_span", args=["0" * 8 + "-0000" * 3 + "-" + "0" * 12, "1"])
    assert browser.get(nowhere).status_code == 404


def test_very_long_words_are_whole_on_the_page_alone(engineer, client_for):
    trace = store([make_span(1, parts=[text("begin " + "x" * 30_000 + " end.")])])
    browser, address = client_for(engineer), span_of(trace, 1)
    assert " end." not in browser.get(address).content.decode()
    assert " end." in browser.get(address + "?all").content.decode()
