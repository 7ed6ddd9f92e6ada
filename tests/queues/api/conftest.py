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


@pytest.fixture
def system(db) -> System:
    make_policy()
    make_queue()
    return make_asking_system()


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
