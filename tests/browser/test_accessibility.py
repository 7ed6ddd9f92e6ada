"""WCAG 2.2 AA on the reviewer's pages, and room on a phone."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from queues.submissions import EvidenceItem, Fingerprint
from tests.browser.cards import await_arming, path_of
from tests.looks import LOOKS
from tests.queues.builders import make_ask, make_queue

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def paths(reviewer) -> dict[str, str]:
    """Home, queue and card with everything on them that can be on them."""
    make_queue(reviewer)
    old = timezone.now() - timedelta(hours=2)
    ask = make_ask(
        tool="delete_records",
        arguments={"match": "old", "text": "long\n" * 90, "deep": {"a": [1, {"b": 2}]}},
        environment="production",
        justification="Because **so**:\n\n- one\n- two",
        reasoning="I think so.",
        diff=({"path": "rows", "before": 3, "after": 0},),
        evidence=(EvidenceItem("Count", {"rows": list(range(40))}, old, 60, "db"),),
        preconditions=(Fingerprint("rows", "3"),),
        subject_ref="customer-1",
        records=3,
    )
    make_ask(summary="A second one")
    return {"home": "/", "queue": "/queue/", "request": path_of(ask)}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("name", ["home", "queue", "request"])
def test_axe_finds_nothing(reviewer, open_for, paths, name, scheme, width):
    page = open_for(
        reviewer,
        paths[name],
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 800},
        # axe is put into the page from outside, which the policy rightly refuses.
        bypass_csp=True,
    )
    if name == "request":
        await_arming(page)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("name", ["home", "queue", "request"])
def test_nothing_is_wider_than_a_phone(reviewer, open_for, paths, name, width):
    page = open_for(reviewer, paths[name], viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
