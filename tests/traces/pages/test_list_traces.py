"""The list of runs: what it shows, what narrows it, and who may look for whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.models import Event
from tests.builders import make_system
from tests.traces.builders import make_span
from tests.traces.refund_run import make_refund_run
from tests.traces.stored import store, store_run
from traces.abouts import About
from traces.models import Trace
from traces.spans import Kind

LIST = reverse("list_traces")


def listed(browser, **query):
    answer = browser.get(LIST, query, follow=True)
    assert answer.status_code == 200
    return [row.trace.pk for row in answer.context["rows"]]


@pytest.fixture
def runs(db):
    """A completed run, one with all that can go wrong, and one that still goes on."""
    system = make_system("shop", name="Shop agent")
    whole = store_run(system)
    partial = store(make_refund_run(), make_system("lamps"))
    still = store_run(system, "cc" * 16, subject="somebody")
    Trace.objects.filter(pk=still.pk).update(
        quiet_at=timezone.now() + timedelta(hours=1)
    )
    return {"whole": whole, "partial": partial, "open": still}


def test_rows_tell_the_shape_and_no_word(engineer, client_for, runs):
    page = client_for(engineer).get(LIST).content.decode()
    assert "support" in page
    assert "181,840 tokens" in page
    assert "Partial" in page
    assert "1 failed" in page
    assert "mara@example.com" not in page
    assert "customer-88" not in page


def test_nothing_is_stored_by_the_way(engineer, client_for, runs):
    answer = client_for(engineer).get(LIST)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"system": "lamps"}, {"partial"}),
        ({"state": "complete"}, {"whole"}),
        ({"state": "partial"}, {"partial"}),
        ({"state": "open"}, {"open"}),
        ({"failing": "on"}, {"partial"}),
        ({"stop": "completed"}, {"whole", "partial", "open"}),
        ({"stop": "refused"}, set()),
        ({"turns": "10"}, set()),
        ({"trace": "ab" * 16}, {"partial"}),
        ({"reference": "customer-88"}, {"partial"}),
        ({"reference": " Mara@Example.com "}, {"whole"}),
        ({"reference": "CONVERSATION 7"}, {"whole", "partial", "open"}),
        ({"reference": "customer"}, set()),
        ({"until": "2026-11-20T11:00"}, set()),
        ({"since": "2026-11-20T11:00"}, {"whole", "partial", "open"}),
        ({"state": "complete", "system": "lamps"}, set()),
        # Junk in a shared address narrows nothing.
        ({"state": "nonsense", "turns": "many"}, {"whole", "partial", "open"}),
    ],
)
def test_the_filter_narrows(engineer, client_for, runs, query, names):
    found = listed(client_for(engineer), **query)
    assert set(found) == {runs[name].pk for name in names}


def test_runs_of_a_request_are_found_by_its_tool_calls(engineer, client_for):
    asked = uuid4()
    trace = store([make_span(1, kind=Kind.TOOL, tool="t", request_id=str(asked))])
    store_run()
    assert listed(client_for(engineer), request=str(asked)) == [trace.pk]


def test_long_runs_are_found_by_turns_or_else_by_calls(engineer, client_for):
    numbered = store([make_span(1, turn=60)])
    calls = store([make_span(n, trace_id="cd" * 16) for n in range(1, 52)])
    found = listed(client_for(engineer), turns="50")
    assert set(found) == {numbered.pk, calls.pk}


@pytest.fixture
def many(db):
    """Forty long runs and one that is short."""
    system = make_system("long")
    for number in range(1, 41):
        store([make_span(1, trace_id=f"{number:032x}", turn=50)], system)
    return [store([make_span(1, trace_id="ff" * 16, turn=2)], system).pk]


def drawn(browser, **query):
    """The runs of a sample, and the address that shows them again."""
    answer = browser.get(LIST, {"turns": "50", "sample": "5", **query}, follow=True)
    address = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
    return [row.trace.pk for row in answer.context["rows"]], address


def test_a_sample_is_drawn_of_those_that_fit_and_can_be_shared(
    engineer, lead, client_for, many
):
    found, address = drawn(client_for(engineer))
    assert len(set(found)) == 5
    assert set(found).isdisjoint(many)
    page = client_for(lead).get(address)
    assert [row.trace.pk for row in page.context["rows"]] == found
    assert "5 at random, of 40 that fit." in " ".join(page.content.decode().split())
    assert not page.context["older_url"]


def test_other_draws_are_other_samples_and_each_run_has_its_chance(
    engineer, client_for, many
):
    browser = client_for(engineer)
    draws = [drawn(browser, draw=f"{number:08x}")[0] for number in range(40)]
    assert len({tuple(one) for one in draws}) == 40
    # In 200 places, one run in 200 is never met: of 40, hardly ever three.
    assert len({pk for one in draws for pk in one}) >= 38


def test_a_sample_larger_than_what_fits_is_all_of_it(engineer, client_for, runs):
    answer = client_for(engineer).get(LIST, {"sample": "20", "draw": "00c0ffee"})
    assert len(answer.context["rows"]) == 3


@pytest.mark.parametrize("role", ["auditor", "lead", "risk_owner", "reviewer"])
def test_who_may_not_read_references_cannot_search_by_them(
    role, request, client_for, runs
):
    """Not even to learn that there is nothing."""
    browser = client_for(request.getfixturevalue(role))
    assert len(listed(browser)) == 3
    assert 'name="about"' not in browser.get(LIST).content.decode()
    assert 'name="ref"' not in browser.get(LIST).content.decode()
    for reference in ("customer-88", "nobody at all"):
        # Nor are the digests of what they guess told to them.
        answer = browser.get(LIST, {"reference": reference, "system": "lamps"})
        assert answer.headers["Location"] == f"{LIST}?system=lamps"
        found = browser.get(LIST, {"reference": reference}, follow=True)
        assert len(found.context["rows"]) == 3
        found = browser.get(LIST, {"about": About.of(reference).token})
        assert len(found.context["rows"]) == 3


def test_a_reference_leaves_the_address_at_once(engineer, client_for, runs):
    query = {"reference": "customer-88", "system": "lamps"}
    answer = client_for(engineer).get(LIST, query)
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert "customer" not in address
    assert "system=lamps" in address
    assert About.of("customer-88").token in address


@pytest.mark.parametrize("about", ["", "x", "ab" * 63, "AB" * 64, "ab" * 65])
def test_what_is_no_digest_narrows_nothing(engineer, client_for, runs, about):
    assert len(listed(client_for(engineer), about=about)) == 3
    assert not Event.objects.filter(verb="traces.looked_up").exists()


def test_looking_somebody_up_is_in_the_log_without_their_name(
    engineer, client_for, runs
):
    listed(client_for(engineer), reference="customer-88")
    event = Event.objects.get(verb="traces.looked_up")
    assert event.person_id == engineer.pk
    assert event.facts["found"] == 1
    assert event.facts["subject"] == runs["partial"].subject_digest
    assert "88" not in str(event.facts).replace(event.facts["subject"], "").replace(
        event.facts["conversation"], ""
    )


def test_pages_go_by_key(engineer, client_for):
    system = make_system()
    for number in range(1, 53):
        store([make_span(number, start_s=number, trace_id=f"{number:032x}")], system)
    browser = client_for(engineer)
    first = browser.get(LIST)
    assert len(first.context["rows"]) == 50
    second = browser.get(first.context["older_url"])
    assert len(second.context["rows"]) == 2
    assert second.context["newer_url"]


def test_an_empty_list_says_how_runs_come(engineer, client_for):
    page = client_for(engineer).get(LIST).content.decode()
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in page


def test_a_filter_without_hits_says_so(engineer, client_for, runs):
    page = client_for(engineer).get(LIST, {"stop": "refused"}).content.decode()
    assert "No run fits" in page


def test_twenty_runs_cost_what_two_do(
    support, client_for, django_assert_max_num_queries
):
    system, browser = make_system(), client_for(support)
    for number in (1, 2):
        store_run(system, f"{number:032x}")
    browser.get(LIST)
    with django_assert_max_num_queries(50) as few:
        browser.get(LIST)
    for number in range(3, 21):
        store_run(system, f"{number:032x}")
    with django_assert_max_num_queries(len(few)):
        assert len(browser.get(LIST).context["rows"]) == 20
