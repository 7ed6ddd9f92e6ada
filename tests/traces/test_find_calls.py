"""From a leave to the tool call that was made of it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from reviewapp.core.digests import arguments_digest, call_digest
from tests.builders import make_system
from tests.queues.pages.costs import count_queries
from tests.traces.builders import TRACE_ID, make_span, result, sent
from tests.traces.stored import store
from traces.calls import CLOCKS_DIFFER, Match, Sought
from traces.figures import moment
from traces.models import Trace
from traces.selectors.calls import find_calls, trace_key_of
from traces.spans import Kind

pytestmark = pytest.mark.django_db

TOOL = "refund"


def digest_of(order: str) -> str:
    return call_digest(arguments_digest(TOOL, {"order": order}))


DIGEST = digest_of("A-17")
START = moment(make_span().start_ns)


def call(number=1, arguments='{"order": "A-17"}', **facts):
    parts = [sent(arguments, TOOL)] if arguments else []
    facts = {"kind": Kind.TOOL, "tool": TOOL, "seconds": 2, **facts}
    return make_span(number, parts=[*parts, result("done", TOOL)], **facts)


def sought(trace: Trace, *ids: UUID, digest=DIGEST, since=START, tool=TOOL) -> Sought:
    return Sought(trace.system_id, frozenset(ids), trace.pk, tool, digest, since)


def found(*wanted: Sought):
    return [
        (one.match, [c.span_id[-1] for c in one.calls]) for one in find_calls(wanted)
    ]


def test_the_call_that_names_the_request_is_the_one():
    ask = uuid4()
    trace = store([call(1), call(2, "{}", request_id=str(ask), failed=True)])
    (one,) = find_calls([sought(trace, ask)])
    assert one.match is Match.NAMED
    (ran,) = one.calls
    assert (ran.span_id, ran.seconds, ran.failed) == ("0" * 15 + "2", 2.0, True)
    assert not ran.is_of(DIGEST)


def test_another_system_cannot_name_the_request():
    ask = uuid4()
    mine = store([make_span(9)])
    store([call(1, request_id=str(ask))], make_system())
    assert found(sought(mine, ask)) == [(None, [])]
    # Nor where both are looked up at once.
    theirs = store([call(2, "{}", request_id=str(ask))], make_system())
    both = [sought(mine, ask), sought(theirs, ask)]
    assert found(*both) == [(None, []), (Match.NAMED, ["2"])]


def test_without_a_name_run_tool_and_arguments_speak_for_it():
    trace = store(
        [call(1), call(2, '{"order": "B-1"}'), call(3, request_id=str(uuid4()))]
    )
    assert found(sought(trace)) == [(Match.ARGUMENTS, ["1"])]


def test_what_began_before_the_leave_is_not_its_call():
    trace = store([call()])
    late = START + CLOCKS_DIFFER
    assert found(sought(trace, since=late)) == [(Match.ARGUMENTS, ["1"])]
    assert found(sought(trace, since=late + timedelta(seconds=1))) == [(None, [])]


def test_other_arguments_are_found_where_nobody_else_asked_for_them():
    trace = store([call(1, '{"order": "B-1"}'), call(2, "")])
    assert found(sought(trace)) == [(Match.TOOL, ["1", "2"])]
    other = sought(trace, digest=digest_of("B-1"))
    assert found(sought(trace), other) == [
        (Match.TOOL, ["2"]),
        (Match.ARGUMENTS, ["1"]),
    ]


def test_the_same_call_sought_twice_is_given_to_neither():
    trace = store([call()])
    assert found(sought(trace), sought(trace)) == [(None, []), (None, [])]


def test_another_system_s_run_of_the_same_id_is_another(trace_of_other_system):
    other = trace_of_other_system
    assert found(sought(other, tool=TOOL)) == [(None, [])]


@pytest.fixture
def trace_of_other_system():
    trace = store([call()])
    other = uuid4()
    return Trace(pk=Trace.key_of(other, trace.trace_id.bytes), system_id=other)


def test_a_span_that_is_not_ended_has_no_end():
    trace = store([call(seconds=None)])
    (ran,) = find_calls([sought(trace)])[0].calls
    assert (ran.seconds, ran.ended_at) == (None, None)


@pytest.mark.parametrize("told", ["", "no trace id", "ab", TRACE_ID + "00"])
def test_what_is_no_trace_id_names_no_trace(told):
    assert trace_key_of(uuid4(), told) is None


def test_many_are_found_with_one_query():
    trace = store([call(n, f'{{"order": "{n}"}}') for n in range(1, 20)])
    digests = [digest_of(str(n)) for n in range(1, 20)]
    with count_queries() as queries:
        told = find_calls([sought(trace, uuid4(), digest=one) for one in digests])
    assert [len(one.calls) for one in told] == [1] * 19
    assert queries() == 1


def test_nothing_sought_asks_nothing():
    with count_queries() as queries:
        nothing = Sought(uuid4(), frozenset(), None, TOOL, DIGEST, START)
        assert find_calls([nothing])[0].calls == ()
    assert queries() == 0
