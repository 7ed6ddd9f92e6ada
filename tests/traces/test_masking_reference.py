"""The fast way finds all that the slow way finds, but for named departures."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.departures import departs
from tests.traces.masking_corpus import LINES, VALUES
from traces.masking import find_masks

RUNS = Path(__file__).parents[3] / "shared/data/runs/airline_support.jsonl"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def the_slow_way():
    """Not when tests are gathered: it takes seconds to load, in every worker."""
    from tests.traces import slow_masking

    return slow_masking


def missed(text):
    """Return what the slow way finds and no mask hides."""
    hits = the_slow_way().slow_hits(text)
    hidden = set()
    for found in find_masks(text):
        hidden.update(range(found.start, found.end))
    return [
        f"{hit.entity_type} {text[hit.start : hit.end]}"
        for hit in hits
        if not hidden.issuperset(telling_bytes(text, hit.start, hit.end))
        and not departs(text, hit)
    ]


def telling_bytes(text, start, end):
    """Return where letters and digits stand: a second plus tells nothing."""
    return {
        len(text[:place].encode())
        for place in range(start, end)
        if text[place].isalnum()
    }


@given(LINES)
@settings(max_examples=150)
def test_every_value_of_the_corpus_is_masked(line):
    assert missed(line) == []


@pytest.mark.slow
def test_the_corpus_puts_every_recogniser_to_use():
    """Otherwise the test above would prove little."""
    slow, found = the_slow_way(), set()
    for values in VALUES:

        @given(values)
        @settings(max_examples=15, derandomize=True)
        def look_through(value):
            found.update(hit.entity_type for hit in slow.slow_hits(value))

        look_through()
    assert {
        name for one in slow.recognisers() for name in one.supported_entities
    } == found


# The same examples every time: what masking leaves, `departures.py` lists, and any text
# of figures would be for ever one more of it.
@pytest.mark.slow
@given(st.text("0123456789012345678901234567890123456789 -./()+ab", max_size=60))
@settings(max_examples=300, derandomize=True)
def test_figures_of_any_grouping_are_masked_alike(figures):
    assert missed(figures) == []


@pytest.mark.slow
@given(st.text('0123456789ABCDEFSTXZ :.@abcd-"é,', max_size=60))
@settings(max_examples=300, derandomize=True)
def test_codes_of_any_kind_are_masked_alike(codes):
    assert missed(codes) == []


@pytest.mark.slow
@pytest.mark.skipif(not RUNS.exists(), reason="the recorded runs are not here")
def test_recorded_runs_are_masked_alike():
    words = [
        text
        for line in RUNS.read_text().splitlines()
        for message in json.loads(line)["messages"]
        for text in _words_of(message)
    ]
    assert len(words) > 900
    assert [lost for text in words for lost in missed(text)] == []


def _words_of(message):
    if message.get("text"):
        yield message["text"]
    for thought in message.get("thinking") or []:
        yield thought["text"]
    for call in message.get("tool_calls") or []:
        yield json.dumps(call["arguments"])
