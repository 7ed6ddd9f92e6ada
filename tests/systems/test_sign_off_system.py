"""The process owner signs a system off; what comes after is named."""

import pytest

from systems.services.tools import learn_tool
from tests.builders import actor_of_person, make_system, make_tool

pytestmark = pytest.mark.django_db


def test_the_owner_signs_and_later_tools_are_named(engineer, client_for):
    system = make_system("refunds", process_owner=engineer)
    make_tool(system, "refund_order")
    browser = client_for(engineer)
    assert "Never" in browser.get("/systems/refunds/").content.decode()
    browser.post("/systems/refunds/sign-off")
    page = browser.get("/systems/refunds/").content.decode()
    assert "Changed since" not in page
    learn_tool(system, "refund_without_check", actor=actor_of_person(engineer))
    page = browser.get("/systems/refunds/").content.decode()
    assert "1 change since; tool added:" in " ".join(page.split())
    assert "refund_without_check" in page


def test_nobody_else_signs(engineer, admin, client_for):
    system = make_system("refunds", process_owner=engineer)
    answer = client_for(admin).post("/systems/refunds/sign-off")
    assert answer.status_code == 403
    system.refresh_from_db()
    assert system.signed_off_at is None
    assert "Sign off what stands" not in (
        client_for(admin).get("/systems/refunds/").content.decode()
    )
