"""The costs page and the prices."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.builders import make_system
from tests.queues.pages.costs import count_queries
from tests.traces.keeping.runs import store_aged
from traces.models import ModelPrice, StoragePrice
from traces.services.readings import read_costs

pytestmark = pytest.mark.django_db


def test_an_empty_page_says_why(client_for, lead):
    page = client_for(lead).get(reverse("show_costs")).text
    assert "Nothing was counted yet" in page
    assert "No tokens were told" in page


def test_a_lead_sees_bytes_tokens_and_what_has_no_price(client_for, lead):
    store_aged(0, make_system("a", name="Alpha"))
    read_costs()
    page = client_for(lead).get(reverse("show_costs")).text
    for words in ("Alpha", "anthropic/claude-sonnet-4-5", "Without a price", "1,200"):
        assert words in page
    assert "set it" not in page


def test_a_price_makes_money_of_tokens(client_for, admin):
    store_aged()
    read_costs()
    client = client_for(admin)
    assert "set it" in client.get(reverse("show_costs")).text
    given = {"pattern": "anthropic/*", "input": "3", "output": "15"}
    client.post(reverse("set_model_price"), given | {"from_date": "2026-01-01"})
    client.post(
        reverse("set_storage_price"),
        {"usd_per_gb_month": "0.25", "from_date": "2026-01-01"},
    )
    assert ModelPrice.objects.get().cache_read is None
    assert StoragePrice.objects.get().usd_per_gb_month == Decimal("0.25")
    page = client.get(reverse("show_costs")).text
    assert "$0.0057" in page
    assert "Without a price" not in page
    assert "anthropic/*" in client.get(reverse("list_prices")).text


@pytest.mark.parametrize(
    "wrong",
    [{"input": "-1"}, {"output": ""}, {"from_date": "soon"}, {"pattern": ""}],
)
def test_what_is_wrong_is_said_at_its_field(client_for, admin, wrong):
    given = {
        "pattern": "a/*",
        "input": "3",
        "output": "15",
        "from_date": "2026-01-01",
    }
    answer = client_for(admin).post(reverse("set_model_price"), given | wrong)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)
    assert not ModelPrice.objects.exists()


def test_junk_in_the_address_shows_this_month(client_for, engineer):
    client = client_for(engineer)
    assert client.get(reverse("show_costs") + "?month=x").status_code == 200


def test_it_costs_the_same_for_two_and_for_twenty(client_for, lead):
    client, costs = client_for(lead), []
    for number in range(20):
        store_aged()
        if number in (1, 19):
            read_costs()
            with count_queries() as queries:
                client.get(reverse("show_costs"))
            costs.append(queries())
    assert costs[0] == costs[1]
