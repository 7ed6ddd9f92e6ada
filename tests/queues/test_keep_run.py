"""The run that asked keeps its words, whatever share of ordinary runs does."""

import pytest

from reviewapp.core.models import Event
from tests.queues.builders import make_ask, make_queue
from traces.models import KeepReason, Trace

pytestmark = pytest.mark.django_db
TRACE_ID = "ab" * 16


def test_a_request_keeps_the_words_of_its_run(reviewer):
    make_queue(reviewer)
    ask = make_ask(trace_id=TRACE_ID)
    make_ask(trace_id=TRACE_ID)
    kept = KeepReason.objects.get()
    assert kept.trace_key == Trace.key_of(ask.system_id, bytes.fromhex(TRACE_ID))
    assert kept.why == "request"
    assert Event.objects.filter(verb="words.kept").count() == 1


def test_a_request_that_names_no_run_keeps_none(reviewer):
    make_queue(reviewer)
    make_ask()
    assert not KeepReason.objects.exists()
