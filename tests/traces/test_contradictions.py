"""Results that say different things of the same thing."""

from __future__ import annotations

import orjson
import pytest

from traces.contradictions import Answered, clashes_in


def answered(result, tool="get_order", arguments=None):
    told = orjson.dumps({"order_id": 7} if arguments is None else arguments).decode()
    text = result if isinstance(result, str) else orjson.dumps(result).decode()
    return Answered(tool, told, text)


def unasked(result):
    return Answered("get_order", None, orjson.dumps(result).decode())


def told(*answers):
    found = clashes_in(answers)
    return {
        (index, one.other, one.key, one.here, one.there)
        for index, clashes in found.items()
        for one in clashes
    }


def test_the_same_call_answered_otherwise_is_tied_both_ways():
    assert told(answered({"state": "shipped"}), answered({"state": "open"})) == {
        (0, 1, "state", "shipped", "open"),
        (1, 0, "state", "open", "shipped"),
    }


def test_arguments_count_by_what_they_say_not_by_their_order():
    one = answered({"a": 1}, arguments={"x": 1, "y": 2})
    two = answered({"a": 2}, arguments={"y": 2, "x": 1})
    assert {pair[:2] for pair in told(one, two)} == {(0, 1), (1, 0)}


def test_another_tool_that_speaks_of_the_same_ids_is_held_against_it():
    one = answered({"subscription_id": "S-1", "plan": "Team"}, "get_subscription")
    two = answered({"data": {"subscription_id": "S-1", "plan": "Pro"}}, "get_account")
    assert (0, 1, "plan", "Team", "Pro") in told(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        # Asked for something else.
        (
            answered({"a": 1}, arguments={"n": 1}),
            answered({"a": 2}, arguments={"n": 2}),
        ),
        # Other tools, the same bare id.
        (answered({"id": 7, "a": 1}), answered({"id": 7, "a": 2}, "get_customer")),
        # An order is of a customer, and is not the customer.
        (
            answered({"customer_id": 5, "state": "active"}, "get_customer"),
            answered({"customer_id": 5, "order_id": 7, "state": "open"}),
        ),
        (
            answered({"customer_id": 5, "order_id": 8, "state": "open"}, "a"),
            answered({"customer_id": 5, "order_id": 7, "state": "sent"}, "b"),
        ),
        # Entries of lists are many things.
        (answered({"rows": [{"a": 1}]}), answered({"rows": [{"a": 2}]})),
        # What differs with every call, and what results say of their own date.
        (answered({"request_id": "x"}), answered({"request_id": "y"})),
        (answered({"requestId": "x"}), answered({"requestId": "y"})),
        (answered({"Trace-ID": "x"}), answered({"Trace-ID": "y"})),
        (answered({"durationMs": 1}), answered({"durationMs": 2})),
        # An id of the call makes no thing of two answers.
        (
            answered({"requestId": 1, "a": 1}, "a"),
            answered({"requestId": 1, "a": 2}, "b"),
        ),
        # Words that end in these letters are no ids.
        (answered({"paid": 1, "a": 1}, "a"), answered({"paid": 1, "a": 2}, "b")),
        (answered({"PAID": 1, "a": 1}, "a"), answered({"PAID": 1, "a": 2}, "b")),
        # Nobody knows what was asked for.
        (unasked({"a": 1}), unasked({"a": 2})),
        (answered({"as_of": "2026-11-13"}), answered({"as_of": "2026-11-14"})),
        # No objects, or none at all.
        (answered("state: open"), answered("state: shipped")),
        (answered("[1]"), answered("[2]")),
        (answered(""), answered({"a": 1})),
        (answered({"a": 1}), answered({"a": 1})),
        (answered({"a": {"b": 1}}), answered({"a": "b"})),
    ],
)
def test_what_is_not_surely_the_same_is_left_alone(one, two):
    assert told(one, two) == set()


def test_each_value_is_held_against_the_nearest_that_differs():
    found = told(*(answered({"n": value}) for value in (1, 1, 2, 2)))
    ties = {(here, other) for here, other, *_ in found}
    assert ties == {(0, 2), (1, 2), (2, 1), (3, 1)}


def test_who_says_it_again_is_held_against_what_stood_between():
    found = told(*(answered({"n": value}) for value in (1, 2, 1)))
    ties = {(here, other) for here, other, *_ in found}
    assert ties == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_what_was_asked_need_not_be_known_where_ids_are_told():
    one, two = (unasked({"order_id": 7, "state": state}) for state in ("open", "sent"))
    assert (0, 1, "state", "open", "sent") in told(one, two)


@pytest.mark.parametrize(
    "key", ["customerId", "customerID", "customer-id", "Customer Id"]
)
def test_ids_are_known_however_their_words_are_joined(key):
    one = answered({"customer_id": "C-1", "plan": "Team"}, "get_customer")
    two = answered({key: "C-1", "plan": "Pro"}, "get_account")
    assert (0, 1, "plan", "Team", "Pro") in told(one, two)


def test_of_two_wholly_other_results_a_few_names_are_told():
    one, two = ({f"k{n}": n + side for n in range(50)} for side in (0, 1))
    assert len(clashes_in([answered(one), answered(two)])[0]) == 5


def test_long_values_are_cut():
    [clash] = clashes_in([answered({"a": "x" * 500}), answered({"a": "y"})])[1]
    assert clash.there == "x" * 80 + "…"
