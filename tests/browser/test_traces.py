"""Runs in a browser: from a reference to the reasoning, spans opened, no barriers."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_accessibility import RULES
from tests.builders import make_system, make_tool
from tests.looks import LOOKS
from tests.traces.builders import make_span, text
from tests.traces.refund_run import make_refund_run, replay_of
from tests.traces.stored import store


@pytest.fixture
def trace(transactional_db):
    """A run with everything on its page that can be on it."""
    system = make_system("shop", name="Shop agent")
    limits = {"effect": "read", "reversibility": "reversible", "freshness_limit_s": 60}
    make_tool(system, "get_order", **limits)
    spans = make_refund_run()
    trace = store(spans, system)
    store([replay_of(spans[-1], "I am sorry, it failed.")], system)
    return trace


def paths_of(trace):
    return {
        "list": "/traces/",
        "find": "/find?nothing",
        "trace": f"/traces/{trace.pk}/",
        "span": f"/traces/{trace.pk}/spans/0000000000000007",
    }


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("name", ["list", "find", "trace", "span"])
def test_axe_finds_nothing(support, open_for, trace, name, scheme, width):
    page = open_for(
        support,
        paths_of(trace)[name],
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
        bypass_csp=True,
    )
    for fold in page.locator(".card-side details, .run-step details").all():
        fold.evaluate("fold => { fold.open = true }")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("name", ["list", "find", "trace", "span"])
def test_nothing_is_wider_than_a_phone(support, open_for, trace, name, width):
    viewport = {"width": width, "height": 800}
    page = open_for(support, paths_of(trace)[name], viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_from_a_reference_to_the_reasoning_in_two_pages(support, open_for, trace):
    page = open_for(support, "/traces/")
    page.get_by_label("Customer or conversation").fill("customer-88")
    page.get_by_label("Your ticket or case").fill("T-4711")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(re.compile(str(trace.pk)))
    expect(
        page.get_by_text("I should check whether it was shipped first")
    ).to_be_visible()
    expect(page.get_by_text("mara@example.com")).to_have_count(0)


def test_keys_lead_through_the_steps(engineer, open_for, trace):
    page = open_for(engineer, paths_of(trace)["trace"])
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#step-2 .run-number")).to_be_focused()
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/traces/$"))


def test_a_span_brings_its_words_when_it_is_opened(engineer, open_for, trace):
    page = open_for(engineer, paths_of(trace)["trace"])
    row = page.locator("#span-0000000000000002")
    expect(row.get_by_text("lamp shop")).to_have_count(0)
    row.locator("summary").first.press("Enter")
    row.get_by_text("Instructions (1)").click()
    expect(row.get_by_text("You are the support agent of a lamp shop.")).to_be_visible()


def test_the_tool_as_the_model_saw_it_comes_when_asked_for(engineer, open_for, trace):
    page = open_for(engineer, paths_of(trace)["trace"])
    act = page.locator("#step-1 .act").first
    expect(act.get_by_text("Looks up.")).to_have_count(0)
    act.get_by_text("The tool as the model saw it").click()
    expect(act.get_by_text("Looks up.")).to_be_visible()


def test_long_runs_go_on_in_place(engineer, open_for):
    spans = [make_span(n, start_s=n, parts=[text(f"Word {n}.")]) for n in range(1, 31)]
    page = open_for(engineer, paths_of(store(spans))["trace"])
    expect(page.get_by_text("Word 26.")).to_have_count(0)
    page.get_by_role("link", name="Show more: 5 left").click()
    expect(page.get_by_text("Word 30.").first).to_be_visible()
    expect(page.get_by_text("Word 1.").first).to_be_visible()
