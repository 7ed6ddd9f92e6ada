"""WCAG 2.2 AA, and room on a phone, on the pages of access, costs and dead letters."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from reviewapp.core.digests import reference_digest
from reviewapp.core.models import User
from tests.browser.test_accessibility import RULES
from tests.builders import actor_of_person
from tests.traces.keeping.quarantine import set_one_aside
from tests.traces.keeping.runs import store_aged
from traces.glass import Reason
from traces.models import Preservation
from traces.services.break_glass import ask_break_glass, end_break_glass
from traces.services.expiring import sweep_retention
from traces.services.feedback import give_feedback
from traces.services.preservations import Target, place_preservation
from traces.services.readings import read_costs

PAGES = (
    "openings",
    "opening",
    "seen",
    "retention",
    "preservations",
    "place",
    "costs",
    "prices",
    "dead_letters",
    "feedback",
)


@pytest.fixture
def visits(
    privacy_officer: User, support: User, engineer: User
) -> dict[str, tuple[User, str]]:
    """Each page with something on it, and who opens it."""
    trace, actor = store_aged(), actor_of_person(privacy_officer)
    glass = _opened(trace, support)
    end_break_glass(
        _opened(store_aged(), support), person=support, actor=actor_of_person(support)
    )
    place_preservation(
        Target(subject="mara@example.com"),
        person=privacy_officer,
        actor=actor,
        reason=Preservation.Reason.COMPLAINT,
        note="A note",
    )
    store_aged(31, conversation="", subject="")
    sweep_retention(30)
    read_costs()
    set_one_aside()
    give_feedback(
        trace, person=engineer, actor=actor_of_person(engineer), is_good=False
    )
    digest = reference_digest("conversation", "conversation 7")
    return {
        "openings": (privacy_officer, reverse("list_openings")),
        "opening": (privacy_officer, reverse("show_opening", args=[glass.pk])),
        "seen": (privacy_officer, f"/access/seen/?by=conversation&key={digest}"),
        "retention": (privacy_officer, reverse("retention")),
        "preservations": (privacy_officer, reverse("preservations")),
        "place": (privacy_officer, reverse("place_preservation")),
        "costs": (engineer, reverse("show_costs")),
        "prices": (engineer, reverse("list_prices")),
        "dead_letters": (engineer, reverse("list_dead_letters")),
        "feedback": (engineer, reverse("show_feedback", args=[trace.pk])),
    }


def _opened(trace, person):
    return ask_break_glass(
        trace,
        person=person,
        actor=actor_of_person(person),
        reason=Reason.CUSTOMER,
        reference="T-4711",
        minutes=30,
    )


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_a_phone_has_room(open_for, visits, name):
    person, address = visits[name]
    for scheme, width in (("light", 1280), ("dark", 390)):
        page = open_for(
            person,
            address,
            color_scheme=scheme,
            reduced_motion="reduce",
            viewport={"width": width, "height": 800},
            bypass_csp=True,
        )
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
