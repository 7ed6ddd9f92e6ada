"""The help desk's way: from a customer's reference to the reasoning, in three pages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from tests.builders import make_system
from tests.traces.refund_run import make_refund_run
from tests.traces.stored import store, store_run
from traces.models import TierRaise

FIND = reverse("find")


@pytest.fixture
def trace(db):
    return store(make_refund_run())


def page_of(trace):
    return reverse("show_trace", args=[trace.pk])


def test_one_run_behind_a_reference_is_opened(support, client_for, trace):
    answer = client_for(support).get(FIND, {"ref": "customer-88"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == page_of(trace)


def test_with_a_ticket_the_next_page_holds_the_masked_reasoning(
    support, client_for, trace
):
    query = {"ref": "customer-88", "support_ref": "T-4711"}
    answer = client_for(support).get(FIND, query, follow=True)
    page = answer.content.decode()
    assert len(answer.redirect_chain) == 1
    assert "I should check whether it was shipped first" in page
    assert "The customer [EMAIL-1] wants" in page
    assert "mara@example.com" not in page


def test_several_runs_are_listed_and_all_open_by_the_one_ticket(
    support, client_for, trace
):
    later = store(make_refund_run("cd" * 16), trace.system)
    browser = client_for(support)
    query = {"ref": "customer-88", "support_ref": "T-4711"}
    listed = browser.get(FIND, query, follow=True)
    assert {row.trace for row in listed.context["rows"]} == {trace, later}
    for one in (trace, later):
        assert browser.get(page_of(one)).context["reach"].tier == 2
    assert TierRaise.objects.count() == 1


def test_without_a_ticket_the_reasoning_stays_hidden(support, client_for, trace):
    page = client_for(support).get(FIND, {"ref": "customer-88"}, follow=True)
    assert page.context["reach"].tier == 1
    assert "I should check" not in page.content.decode()
    assert "Show the reasoning, masked" in page.content.decode()


def test_nothing_behind_it_is_told_and_logged(support, client_for, trace):
    answer = client_for(support).post(FIND, {"ref": "nobody", "support_ref": "T-1"})
    assert answer.status_code == 404
    assert "Nothing behind this reference" in answer.content.decode()
    assert Event.objects.get(verb="traces.looked_up").facts["found"] == 0
    assert not TierRaise.objects.exists()


def test_without_a_reference_it_asks_for_one(support, client_for):
    answer = client_for(support).get(FIND)
    assert answer.status_code == 200
    assert "Nothing behind" not in answer.content.decode()
    assert client_for(support).post(FIND, {"ref": " "}).status_code == 422


def test_a_ticket_of_somebody_else_lifts_nobody_and_hides_nothing(
    support, client_for, trace
):
    other = store_run(make_system(), subject="somebody else", conversation="9")
    browser = client_for(support)
    browser.get(FIND, {"ref": "customer-88", "support_ref": "T-4711"})
    query = {"ref": "somebody else", "support_ref": "T-4711"}
    for ask in (browser.post, browser.get):
        answer = ask(FIND, query, follow=True)
        assert answer.redirect_chain == [(page_of(other), 302)]
        page = answer.content.decode()
        assert "ending in “4711” was refused" in page
        assert "for somebody else" in page
        assert "name the right one on the run&#x27;s page" in page
    assert browser.get(page_of(other)).context["reach"].tier == 1


LINKS = [
    {"ref": "customer-88"},
    {"ref": "customer-88", "support_ref": "T-4711"},
    {"ref": "nobody", "support_ref": "T-4711"},
    {"ref": "somebody else", "support_ref": "T-4711"},
    {"ref": " ", "support_ref": "T-4711"},
    {"ref": "conversation 7", "support_ref": "T"},
]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"ref": " ", "support_ref": "T-4711"}, "The link names no reference"),
        ({"ref": "r" * 501}, "Customer or conversation: Ensure this value has at most"),
        (
            {"ref": "customer-88", "support_ref": "T" * 201},
            "Your ticket or case: Ensure this value has at most 200 characters",
        ),
    ],
)
def test_of_a_link_the_field_that_is_wrong_is_said(support, client_for, query, wrong):
    page = client_for(support).get(FIND, query, follow=True).content.decode()
    assert wrong in page
    assert ("names no reference" in page) == ("names no reference" in wrong)
    assert "rrr" not in page
    assert "TTT" not in page


@pytest.mark.parametrize("way", ["get", "post"])
@pytest.mark.parametrize("query", LINKS)
def test_neither_reference_nor_ticket_stands_in_an_address(
    support, client_for, trace, query, way
):
    """A link is answered elsewhere, and what we post has no query to begin with."""
    store_run(make_system(), subject="somebody else", conversation="9")
    store(make_refund_run("cd" * 16), trace.system)
    browser = client_for(support)
    browser.post(FIND, LINKS[1])
    answer = getattr(browser, way)(FIND, query, follow=True)
    addresses = [url for url, _ in answer.redirect_chain]
    assert addresses or way == "post"
    for address in addresses:
        for word in ("88", "nobody", "somebody", "4711"):
            assert word not in address.partition("about=")[0]
    page = answer.content.decode()
    assert "?ref=" not in page
    assert "support_ref=" not in page


def test_the_list_of_a_customers_runs_has_digests_in_its_address(
    support, client_for, trace
):
    later = store(make_refund_run("cd" * 16), trace.system)
    browser = client_for(support)
    address = browser.post(FIND, {"ref": "customer-88"}).headers["Location"]
    assert re.fullmatch(r"/traces/\?about=[0-9a-f]{128}", address)
    rows = browser.get(address).context["rows"]
    assert {row.trace for row in rows} == {trace, later}
    assert browser.get(address, follow=True).status_code == 200


def test_logs_hold_no_query_of_a_link(support, client_for, trace, caplog, capsys):
    caplog.set_level("DEBUG")
    query = {"ref": "customer-88", "support_ref": "T-4711"}
    client_for(support).get(FIND, query, follow=True)
    written = caplog.text + "".join(capsys.readouterr())
    assert "http.answered" in written
    assert "customer-88" not in written
    assert "T-4711" not in written


def test_who_gains_nothing_by_a_ticket_is_not_asked_for_one(
    engineer, support, client_for
):
    assert 'name="support_ref"' not in client_for(engineer).get(FIND).content.decode()
    page = client_for(support).get(FIND).content.decode()
    assert 'name="support_ref"' in page
    assert "Numbers of orders, invoices or tickets find nothing" in page


@pytest.mark.parametrize("role", ["auditor", "reviewer", "lead", "risk_manager"])
def test_it_is_not_for_who_may_not_look_people_up(role, request, client_for, trace):
    person = request.getfixturevalue(role)
    for reference in ("customer-88", "nobody"):
        answer = client_for(person).get(FIND, {"ref": reference})
        assert answer.status_code == 403
    assert not Event.objects.filter(verb="traces.looked_up").exists()


def test_an_engineer_needs_no_ticket_and_gains_none(engineer, client_for, trace):
    query = {"ref": "customer-88", "support_ref": "T-4711"}
    page = client_for(engineer).get(FIND, query, follow=True)
    assert page.context["reach"].tier == 3
    assert not TierRaise.objects.exists()
