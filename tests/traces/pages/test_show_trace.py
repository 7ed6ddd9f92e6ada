"""One run: the answer first, how it got there, and what each role reads of it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.models import Event
from tests.builders import make_system, make_tool
from tests.traces.builders import make_span, text
from tests.traces.refund_run import ANSWER, make_refund_run, replay_of
from tests.traces.stored import change_key, forget_words, store, store_run
from traces.models import Trace
from traces.spans import Fidelity, Kind, Part, PartKind, WordClass

# One word of each class; who reads which is the table of docs/access.md.
DIALOGUE, TOOLS, REASONING = (
    "My order 7 never came",
    "Shade",
    "shipped first; the policy",
)
E_MAIL, OPAQUE = "mara@example.com", "c2lnbmF0dXJl"
READS = {
    "auditor": set(),
    "lead": set(),
    "reviewer": set(),
    "risk_owner": set(),
    "risk_manager": set(),
    "support": {DIALOGUE, TOOLS},
    "support_lead": {DIALOGUE, TOOLS, REASONING},
    "engineer": {DIALOGUE, TOOLS, REASONING, E_MAIL},
    "commander": {DIALOGUE, TOOLS, REASONING, E_MAIL},
    "privacy_officer": {DIALOGUE, TOOLS, REASONING, E_MAIL},
}


@pytest.fixture
def trace(db):
    system = make_system("shop")
    make_tool(
        system,
        "get_order",
        effect="read",
        reversibility="reversible",
        freshness_limit_s=60,
    )
    make_tool(system, "refund", effect="write", reversibility="compensable")
    return store(make_refund_run(), system)


def page_of(trace):
    return reverse("show_trace", args=[trace.pk])


def shown(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.replace("<wbr>", "")).split())


@pytest.mark.parametrize("role", READS)
def test_each_role_reads_its_classes_and_no_other(role, request, client_for, trace):
    page = shown(client_for(request.getfixturevalue(role)), page_of(trace))
    found = {w for w in (DIALOGUE, TOOLS, REASONING, E_MAIL, OPAQUE) if w in page}
    assert found == READS[role]


def test_reasoning_is_in_clear_for_the_privacy_officer_alone(
    privacy_officer, engineer, client_for, trace
):
    clear = f"The customer {E_MAIL} wants a refund"
    assert clear in shown(client_for(privacy_officer), page_of(trace))
    assert clear not in shown(client_for(engineer), page_of(trace))


def test_an_administrator_opens_no_trace(admin, client_for, trace):
    assert client_for(admin).get(page_of(trace)).status_code == 403


def test_the_reading_is_in_the_log_with_what_was_drawn(support, client_for, trace):
    client_for(support).get(page_of(trace))
    facts = Event.objects.get(verb="trace.words_opened").facts
    assert (facts["tier"], facts["why"], facts["door"]) == (1, "role", "page")
    assert "reasoning" not in facts["parts"]
    assert set(facts["parts"]) == {"dialogue", "tools"}


def test_the_answer_comes_first_beside_what_was_done(engineer, client_for, trace):
    answer = client_for(engineer).get(page_of(trace)).context["answer"]
    assert [one.text for one in answer.said] == [ANSWER]
    assert "I want my money back" in answer.asked[0].text
    assert answer.done[0].first.line.name == "refund"
    assert answer.done[0].first.line.state == "failed"
    balance = answer.balance
    assert (balance.done, balance.failed, balance.unknown) == (0, 1, 0)


def test_acts_stand_in_the_order_of_the_run_what_changes_something_first(
    engineer, client_for, db
):
    system = make_system()
    make_tool(system, "z_refund", effect="write", reversibility="compensable")
    named = ("zoom", "apple", "z_refund", "apple", "mail")
    spans = [
        make_span(n, None, Kind.TOOL, start_s=n, tool=tool)
        for n, tool in enumerate(named, start=1)
    ]
    answer = client_for(engineer).get(page_of(store(spans, system))).context["answer"]
    done = [(line.first.line.name, line.times) for line in answer.done]
    assert done == [("z_refund", 1), ("zoom", 1), ("apple", 2), ("mail", 1)]


def test_tools_that_it_had_and_never_called_are_named(auditor, client_for, db):
    tools = {"tools": {"get_order": "aa" * 16, "refund": "bb" * 16}}
    spans = [
        make_span(1, parts=[text("Refunded.")], **tools),
        make_span(2, 1, Kind.TOOL, start_s=1, tool="get_order"),
    ]
    page = words_of(shown(client_for(auditor), page_of(store(spans))))
    assert "Had, and did not call: refund ." in page


def test_a_promise_without_an_act_stands_beside_nothing(support, client_for):
    trace = store([make_span(1, parts=[text("Got it, I have refunded you.")])])
    page = words_of(shown(client_for(support), page_of(trace)))
    assert "It called no tool: whatever it says it did, it did not do here." in page


def test_what_the_answer_rests_on_is_as_old_as_it_was_then(engineer, client_for, trace):
    page = shown(client_for(engineer), page_of(trace))
    assert "Stale: 14 min old, limit 1 min" in page


def test_reasoning_stands_beside_the_act_that_followed(engineer, client_for, trace):
    steps = client_for(engineer).get(page_of(trace)).context["steps"]
    first = steps[0]
    assert "shipped first" in first.thoughts[0].text
    assert [act.name for act in first.acts] == ["get_order"]
    assert str(first.fidelity) == "summary"
    assert first.reasoned == "310 tokens, about 36 of them as text"
    assert first.context_percent == 1


def test_where_reasoning_is_missing_its_inputs_stand_in_its_place(
    engineer, client_for, trace
):
    answer = client_for(engineer).get(page_of(trace))
    second = answer.context["steps"][1]
    assert str(second.fidelity) == "omitted"
    assert ["Shade" in one.text for one in second.went_by] == [True]
    page = words_of(answer.content.decode())
    assert "the provider returned a signature and no text" in page
    assert "What it had before it instead" in page
    assert "88 % of its context" in page


def test_the_page_says_what_reasoning_is_not(engineer, client_for, trace):
    page = words_of(shown(client_for(engineer), page_of(trace)))
    assert "is no proof of why it acted" in page
    assert "A summary by the provider, not the model's own words" in page.replace(
        "&#x27;", "'"
    )


def test_masks_say_what_they_do_not_find(support, client_for, trace):
    page = words_of(shown(client_for(support), page_of(trace)))
    assert "names and street addresses are not found" in page


def test_what_is_missing_is_said_exactly(auditor, client_for, trace):
    page = words_of(shown(client_for(auditor), page_of(trace)))
    assert "1 parent: named by its children, never came. 0000000000000063" in page
    assert "Parent missing" in page


def test_replays_are_told(engineer, client_for, trace):
    store([replay_of(make_refund_run()[-1], "Another answer.")], trace.system)
    page = words_of(shown(client_for(engineer), page_of(trace)))
    assert "came again with another answer" in page
    assert ANSWER in page


def test_a_ring_of_parents_hides_nothing(auditor, client_for):
    trace = store([make_span(1, 2, name="one"), make_span(2, 1, name="two")])
    page = words_of(shown(client_for(auditor), page_of(trace)))
    assert "Ring" in page
    assert "in a ring of parents" in page
    assert {"one", "two"} <= set(page.split())


def test_long_runs_are_drawn_in_pieces(engineer, client_for):
    spans = [make_span(n, start_s=n, parts=[text(f"Word {n}.")]) for n in range(1, 241)]
    trace, browser = store(spans), client_for(engineer)
    answer = browser.get(page_of(trace))
    assert len(answer.context["steps"]) == 25
    assert len(answer.context["tree"].rows) == 200
    assert "Word 26." not in answer.content.decode()
    steps = browser.get(reverse("show_steps", args=[trace.pk]) + "?from=25")
    assert steps.context["steps"][0].said[0].text == "Word 26."
    rows = browser.get(reverse("show_tree", args=[trace.pk]) + "?from=200")
    assert len(rows.context["tree"].rows) == 40
    assert rows.context["tree"].next == 0


def test_more_steps_are_a_reading_of_their_own(engineer, client_for):
    trace = store([make_span(n, start_s=n, parts=[text("x")]) for n in range(1, 31)])
    browser = client_for(engineer)
    browser.get(reverse("show_steps", args=[trace.pk]), {"from": "25"})
    facts = Event.objects.get(verb="trace.words_opened").facts
    assert (facts["door"], facts["span_count"]) == ("steps", 5)


def test_htmx_gets_the_rows_alone(engineer, client_for, trace):
    for name in ("show_steps", "show_tree"):
        address = reverse(name, args=[trace.pk])
        piece = client_for(engineer).get(address, headers={"HX-Request": "true"})
        assert "<html" not in piece.content.decode()
        assert piece.content.decode().strip().startswith("<li")


def test_words_that_are_gone_leave_the_shape(privacy_officer, client_for, trace):
    forget_words(trace)
    page = words_of(shown(client_for(privacy_officer), page_of(trace)))
    assert "The words are gone" in page
    assert "execute_tool refund" in page
    assert DIALOGUE not in page


def test_twenty_spans_cost_what_two_do(
    support_lead, client_for, django_assert_max_num_queries
):
    def run(number, trace_id):
        spans = [
            make_span(n, start_s=n, trace_id=trace_id, parts=[text(f"{n}")])
            for n in range(1, number)
        ]
        return store(spans, make_system())

    browser = client_for(support_lead)
    two, twenty = run(3, "aa" * 16), run(21, "bb" * 16)
    browser.get(page_of(two))
    with django_assert_max_num_queries(30) as few:
        browser.get(page_of(two))
    with django_assert_max_num_queries(len(few)):
        browser.get(page_of(twenty))


# Raising


def test_a_ticket_named_on_the_page_shows_the_reasoning(support, client_for, trace):
    browser = client_for(support)
    address = reverse("name_support_reference", args=[trace.pk])
    answer = browser.post(address, {"support_ref": "T-4711"}, follow=True)
    page = words_of(answer.content.decode())
    assert REASONING in page
    assert "By the ticket or case you named" in page
    assert "Show the reasoning, masked" not in page


def test_a_refused_ticket_is_said_at_its_field(support, client_for, trace):
    browser = client_for(support)
    other = store_run(subject="somebody else", conversation="9")
    query = {"support_ref": "T-4711"}
    browser.post(reverse("name_support_reference", args=[other.pk]), query)
    answer = browser.post(reverse("name_support_reference", args=[trace.pk]), query)
    assert answer.status_code == 422
    assert "for somebody else" in answer.content.decode()
    assert REASONING not in answer.content.decode()
    assert "T-4711" in answer.content.decode()


def test_the_deep_link_takes_a_ticket_too(support, client_for, trace):
    browser = client_for(support)
    answer = browser.get(f"{page_of(trace)}?support_ref=T-4711")
    assert answer.headers["Location"] == page_of(trace)
    assert REASONING in shown(browser, page_of(trace))


def test_a_refused_ticket_of_a_link_leaves_the_address_too(support, client_for, trace):
    browser = client_for(support)
    other = store_run(subject="somebody else", conversation="9")
    query = {"support_ref": "T-4812"}
    browser.post(reverse("name_support_reference", args=[other.pk]), query)
    answer = browser.get(page_of(trace), query, follow=True)
    assert answer.redirect_chain == [(page_of(trace), 302)]
    page = answer.content.decode()
    assert "for somebody else" in page
    assert "T-4812" not in page
    assert REASONING not in page


def test_words_of_another_key_are_not_readable_and_the_page_stands(
    support, client_for, trace, caplog
):
    """After a restore of older keys: words are lost, the shape of the run is not."""
    browser = client_for(support)
    browser.get(f"{page_of(trace)}?support_ref=T-4711")
    change_key(trace)
    page = words_of(shown(browser, page_of(trace)))
    assert "its customer's reference is not readable any more" in page
    assert "By the ticket or case you named." in page
    assert "customer-88" not in page
    assert "4711" not in page
    assert "words.damaged" in caplog.text


def test_nobody_is_asked_for_a_ticket_that_gives_nothing(
    auditor, support_lead, support, client_for, trace
):
    for person in (auditor, support_lead):
        assert "Show the reasoning" not in shown(client_for(person), page_of(trace))
    Trace.objects.update(label_tier=1)
    assert "Show the reasoning" not in shown(client_for(support), page_of(trace))


def test_whose_run_it_is_and_the_ticket_are_told_back(
    support, support_lead, client_for, trace
):
    for person in (support, support_lead):
        browser = client_for(person)
        query = {"ref": "customer-88", "support_ref": "T-4711"}
        answer = browser.post(reverse("find"), query, follow=True)
        page = words_of(answer.content.decode())
        assert "about customer-88" in page
        assert "T-4711" in page
    assert "T-4711" not in shown(client_for(support_lead), page_of(trace)).replace(
        "You named <strong>T-4711</strong>", ""
    )


@pytest.mark.parametrize(
    ("about", "bound"),
    [
        ({}, "this run from then on"),
        ({"conversation": "c 9"}, "this conversation from then on"),
        ({"subject": "c-1", "conversation": "c 9"}, "this customer from then on"),
    ],
)
def test_what_a_ticket_is_bound_to_is_said(support, client_for, db, about, bound):
    trace = store([make_span(1, kind=Kind.AGENT, parts=[text("Hi.")], **about)])
    page = words_of(shown(client_for(support), page_of(trace)))
    assert f"It is bound to {bound}, listed with your name, and reviewed." in page
    assert ("names no customer" in page) == ("subject" not in about)


def test_before_a_ticket_is_named_it_is_said_that_there_is_no_reasoning(
    support, client_for, db, trace
):
    left_out = Part(
        PartKind.OPAQUE, WordClass.OPAQUE, fidelity=Fidelity.OMITTED, text="c2ln" * 20
    )
    other = store([make_span(1, trace_id="ef" * 16, parts=[left_out, text("Hi.")])])
    browser = client_for(support)
    page = words_of(shown(browser, page_of(other)))
    assert "Of this run there is no reasoning to show" in page
    assert "Show the reasoning, masked" not in page
    page = words_of(shown(browser, page_of(trace)))
    assert "there is no reasoning to show" not in page
    assert "Show the reasoning, masked" in page


# Labels


def test_a_privacy_officer_caps_one_trace(privacy_officer, client_for, trace):
    browser = client_for(privacy_officer)
    answer = browser.post(
        reverse("label_trace", args=[trace.pk]), {"tier": "1"}, follow=True
    )
    page = words_of(answer.content.decode())
    assert "Capped: your roles alone would show more" in page
    assert REASONING not in page
    event = Event.objects.get(verb="trace.labelled")
    assert (event.facts["before"], event.facts["after"]) == (None, 1)


def test_a_label_is_taken_off_again(privacy_officer, client_for, trace):
    Trace.objects.update(label_tier=0)
    browser = client_for(privacy_officer)
    browser.post(reverse("label_trace", args=[trace.pk]), {"tier": ""})
    assert Trace.objects.get().label_tier is None


def test_what_is_no_tier_is_refused(privacy_officer, client_for, trace):
    address = reverse("label_trace", args=[trace.pk])
    assert client_for(privacy_officer).post(address, {"tier": "7"}).status_code == 400
    assert not Event.objects.filter(verb="trace.labelled").exists()


def test_a_run_that_still_comes_says_so(engineer, client_for, trace):
    Trace.objects.update(quiet_at=timezone.now() + timezone.timedelta(hours=1))
    assert "Still coming" in shown(client_for(engineer), page_of(trace))


def test_an_agent_alone_is_a_run_too(engineer, client_for):
    trace = store([make_span(1, kind=Kind.AGENT, agent="a", seconds=None)])
    page = words_of(shown(client_for(engineer), page_of(trace)))
    assert "The end: the root span has not ended." in page
    assert "The run ended without a word to anybody." in page
