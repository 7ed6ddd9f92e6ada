"""Generated calls by the contract: no 500, and every answer is as documented."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from reviewapp.core.services.tokens import issue_token
from tests.builders import actor_of_person, make_key
from tests.queues.builders import make_ask, make_asking_system, make_policy, make_queue

# Generating takes longer than a transaction may stand idle: so no test transaction.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

_BOUNDED = settings(
    max_examples=30,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
schema = schemathesis.openapi.from_wsgi("/api/schema/", get_wsgi_application()).include(
    path_regex="^/api/v1/(requests|queues)"
)


@dataclass(frozen=True, slots=True)
class Doors:
    """What opens the doors of agents and of reviewers, and what stands behind them."""

    secrets: dict[str, str]
    places: dict[str, str]

    def enter(self, case) -> dict[str, str]:
        """Lead a call to something that is there; return its headers."""
        found = self.places.keys() & case.path_parameters.keys()
        case.path_parameters |= {name: self.places[name] for name in found}
        who = case.operation.definition.raw["tags"][-1]
        return {"Authorization": f"Bearer {self.secrets[who]}"}


@pytest.fixture
def doors(reviewer):
    make_policy()
    make_queue(reviewer)
    system = make_asking_system()
    _, token = issue_token(reviewer, actor=actor_of_person(reviewer))
    return Doors(
        {"agents": make_key(system)[1], "reviewers": token},
        {"ask_id": str(make_ask(system).pk), "slug": "general"},
    )


@schema.parametrize()
@_BOUNDED
def test_no_call_breaks_the_server(case, doors):
    case.call_and_validate(
        headers=doors.enter(case),
        checks=[
            checks.not_a_server_error,
            checks.response_schema_conformance,
            checks.content_type_conformance,
        ],
    )
