"""What the flight recorder of a system lacks, and of a run."""

from dataclasses import replace

import pytest
from django.urls import reverse

from tests.builders import make_system
from tests.queues.pages.costs import count_queries
from tests.traces.builders import make_run, make_span
from tests.traces.stored import store, store_run
from traces.completeness import Field
from traces.selectors import completeness as selector
from traces.selectors.completeness import completeness_of_system

pytestmark = pytest.mark.django_db


def trace_id(number: int) -> str:
    return f"{number:032x}"


def store_many(system, runs):
    for number, spans in enumerate(runs, start=1):
        store([replace(s, trace_id=trace_id(number)) for s in spans], system)


def page_of(client, system):
    address = reverse("system_completeness", args=[system.slug])
    page = client.get(address, headers={"hx-request": "true"})
    return " ".join(page.text.split())


def test_each_field_tells_how_many_runs_have_it(engineer, client_for):
    system = make_system()
    versioned = [replace(span, release="4.2") for span in make_run()]
    store_many(system, [make_run(), versioned])
    told = completeness_of_system(system)
    shares = {share.field: (share.told, share.of) for share in told.shares}
    assert told.runs == 2
    assert shares[Field.VERSION] == (1, 2)
    assert shares[Field.PROMPT] == (0, 2)
    assert shares[Field.MODEL] == (2, 2)
    page = page_of(client_for(engineer), system)
    assert "over the last 2 runs" in page
    assert "1 of 2" in page


def test_imports_and_other_systems_stay_out(engineer):
    system, other = make_system(), make_system()
    store_many(system, [[make_span(synthetic=True)]])
    store_many(other, [make_run()])
    assert completeness_of_system(system).runs == 0


def test_only_the_last_runs_count(monkeypatch):
    system = make_system()
    store_many(system, [make_run() for _ in range(4)])
    monkeypatch.setattr(selector, "MOST_RUNS", 3)
    assert completeness_of_system(system).runs == 3
    monkeypatch.setattr(selector, "_MOST_SPANS", 9)
    assert completeness_of_system(system).runs == 2


def test_a_run_longer_than_all_allowance_is_read_alone(monkeypatch):
    system = make_system()
    store_many(system, [make_run(), make_run()])
    monkeypatch.setattr(selector, "_MOST_SPANS", 1)
    assert completeness_of_system(system).runs == 1


def test_a_system_without_runs_says_so(engineer, client_for):
    page = page_of(client_for(engineer), make_system())
    assert "no runs yet" in page


def test_many_runs_cost_what_few_do():
    system = make_system()
    store_many(system, [make_run()])
    with count_queries() as few:
        completeness_of_system(system)
    store_many(system, [make_run() for _ in range(12)])
    with count_queries() as many:
        assert completeness_of_system(system).runs == 12
    assert many() == few() == 2


def test_the_page_of_a_run_names_what_is_missing(engineer, client_for):
    trace = store_run()
    assert trace.completeness is not None
    page = client_for(engineer).get(reverse("show_trace", args=[trace.pk])).text
    page = " ".join(page.split())
    assert f"{trace.completeness} % of its fields came" in page
    assert "missing: prompt, parameters" in page


def test_the_page_of_a_system_fetches_it(engineer, client_for):
    system = make_system()
    page = client_for(engineer).get(reverse("show_system", args=[system.slug])).text
    assert f'hx-get="{reverse("system_completeness", args=[system.slug])}"' in page


def test_an_administrator_who_opens_no_trace_is_not_sent_there(admin, client_for):
    system = make_system()
    page = client_for(admin).get(reverse("show_system", args=[system.slug])).text
    assert reverse("system_completeness", args=[system.slug]) not in page


def test_a_system_nobody_knows_is_not_found(engineer, client_for):
    address = reverse("system_completeness", args=["nobody"])
    assert client_for(engineer).get(address).status_code == 404
