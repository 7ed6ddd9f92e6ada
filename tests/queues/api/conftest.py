"""An agent with its key, and a way to ask."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from rest_framework.test import APIClient

from systems.models import System
from tests.builders import agent_client, make_key
from tests.queues.builders import make_asking_system, make_policy, make_queue

_numbers = count(1)


def asking(**changes: Any) -> dict[str, Any]:
    """The body of a sound request; `changes` replace its fields."""
    number = next(_numbers)
    return {
        "action": {
            "tool": "cancel_reservation",
            "arguments": {"reservation": f"R-{number}"},
            "summary": f"Cancel R-{number}",
        },
        "environment": "production",
        "reversibility": "irreversible",
        "key": f"api-intent-{number}",
        **changes,
    }


def asking_everything() -> dict[str, Any]:
    """A sound request with every field of the contract."""
    fact = {"name": "reservation", "value": {"state": "open"}, "source": "bookings"}
    return asking(
        action={
            "tool": "cancel_reservation",
            "arguments": {"reservation": "R-1"},
            "summary": "Cancel R-1",
            "schema": {"type": "object", "required": ["reservation"]},
            "diff": [{"path": "state", "before": "open", "after": "cancelled"}],
        },
        run_id="run-1",
        trace_id="0af7651916cd43dd8448eb211c80319c",
        span_id="b7ad6b7169203331",
        conversation_id="conversation 1",
        subject_ref="customer 88",
        on_behalf_of="clara@customers.example",
        credential="bookings-api",
        justification="They **asked** for it.",
        reasoning="The customer wrote twice.",
        impact={
            "amount": "120.00",
            "currency": "EUR",
            "records": 1,
            "recipients": 0,
        },
        undo={"tool": "restore_reservation", "arguments": {"reservation": "R-1"}},
        evidence=[{**fact, "observed_at": "2026-01-01T00:00:00Z", "max_age_s": 600}],
        preconditions=[{"name": "reservation", "fingerprint": "etag-19"}],
        allowed=["approve", "reject"],
        queue="general",
        decide_within_s=600,
        execute_within_s=60,
        report_within_s=60,
        on_timeout="reject",
        callback_url="https://hooks.example.com/answers",
        estimate={"tokens": 400, "seconds": 1.5, "cost": "0.10"},
        synthetic=False,
    )


@pytest.fixture
def system(db) -> System:
    make_policy()
    make_queue()
    return make_asking_system(allow_callback_hosts=["hooks.example.com"])


@pytest.fixture
def agent(system) -> APIClient:
    return agent_client(make_key(system)[1])


@pytest.fixture
def ask_for(agent) -> Callable[..., dict[str, Any]]:
    """Ask as the agent; return the answer."""

    def ask(**changes: Any) -> dict[str, Any]:
        response = agent.post("/api/v1/requests", asking(**changes), format="json")
        assert response.status_code in (200, 201), response.content
        return response.json()

    return ask
