"""The indexes that were made for a query can serve it: PostgreSQL is asked for its plan
with reading whole tables, and sorting, made dear."""

import pytest
from django.db import connection
from django.utils import timezone

from queues.selectors.lists import ListFilter, Shown, list_requests, order_of
from queues.selectors.similar import comparable_decisions
from tests.queues.builders import make_ask, make_crowd

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _planned_as_if_large():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")


def test_decided_requests_are_read_in_order(auditor):
    wanted = ListFilter(Shown.DECIDED)
    page = list_requests(auditor, wanted, timezone.now())
    assert "ask_decided" in page.order_by(*order_of(wanted.show))[:50].explain()


def test_past_decisions_on_a_tool_are_read_in_order():
    ask = make_ask()
    make_crowd(ask)
    past = comparable_decisions(ask).filter(
        ask__system_id=ask.system_id, ask__tool=ask.tool
    )
    assert "ask_history" in past[:30].explain()
