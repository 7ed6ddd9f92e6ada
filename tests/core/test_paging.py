"""Paging by key: every row once, in order, forwards and backwards, ties and all."""

import random

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewapp.core.models import User
from reviewapp.core.paging import BadCursor, keyset_page

pytestmark = pytest.mark.django_db
ORDERS = [
    ("name", "id"),
    ("-name", "id"),
    ("name", "-id"),
    ("-name", "time_zone", "id"),
]


@pytest.fixture
def crowd():
    """Twelve people with three names between them: ties everywhere."""
    people = [
        User(email=f"p{number}@example.org", name=random.choice("abc"))
        for number in range(12)
    ]
    User.objects.bulk_create(people)
    return User.objects.all()


def walk(queryset, order, limit):
    """All pages forwards, then back from the last to the first."""
    pages, cursor = [], None
    while True:
        page = keyset_page(queryset, order=order, cursor=cursor, limit=limit)
        pages.append(page)
        if page.next is None:
            break
        cursor = page.next
    back, cursor = [pages[-1]], pages[-1].previous
    while cursor:
        page = keyset_page(queryset, order=order, cursor=cursor, limit=limit)
        back.insert(0, page)
        cursor = page.previous
    return pages, back


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_every_row_once_and_in_order(crowd, order, limit):
    pages, back = walk(crowd, order, limit)
    whole = list(crowd.order_by(*order))
    assert [row for page in pages for row in page.items] == whole
    assert [row for page in back for row in page.items] == whole
    assert pages[0].previous is None


def test_rows_that_leave_or_arrive_neither_hide_nor_repeat_others(crowd):
    first = keyset_page(crowd, order=["id"], limit=5)
    User.objects.filter(pk=first.items[-1].pk).delete()
    User.objects.filter(pk=first.items[0].pk).delete()
    second = keyset_page(crowd, order=["id"], cursor=first.next, limit=5)
    assert second.items[0].pk == first.items[-1].pk + 1


def test_an_annotation_can_order(crowd):
    tagged = crowd.annotate(tag=Concat(F("name"), Value("!")))
    pages, _ = walk(tagged, ("-tag", "id"), 5)
    seen = [row.pk for page in pages for row in page.items]
    assert seen == [row.pk for row in tagged.order_by("-tag", "id")]


def test_times_survive_the_cursor(crowd):
    pages, _ = walk(crowd, ("-date_joined", "id"), 4)
    assert len({row.pk for page in pages for row in page.items}) == 12


def test_an_empty_list_is_one_empty_page(db):
    page = keyset_page(User.objects.all(), order=["id"])
    assert (page.items, page.next, page.previous) == ([], None, None)


def test_a_cursor_of_another_order_is_refused(crowd):
    cursor = keyset_page(crowd, order=["id"], limit=5).next
    with pytest.raises(BadCursor):
        keyset_page(crowd, order=["-id"], cursor=cursor)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.integers(0, 200))
def test_a_forged_cursor_is_refused(crowd, noise, place):
    good = keyset_page(crowd, order=["id"], limit=5).next
    for forged in (noise, good[:place] + "x" + noise + good[place:]):
        if not forged:
            continue
        with pytest.raises(BadCursor):
            keyset_page(crowd, order=["id"], cursor=forged)


def test_a_column_without_a_value_cannot_order(crowd):
    with pytest.raises(TypeError):
        keyset_page(crowd, order=["last_login", "id"], limit=5)


def test_a_bad_cursor_on_a_page_is_a_400(admin, client_for):
    answer = client_for(admin).get("/people/?cursor=forged")
    assert answer.status_code == 400
    assert b"bad_cursor" in answer.content
