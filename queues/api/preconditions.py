"""`POST /api/v1/requests/{id}/preconditions`: is the world still as it was?"""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api.answers import Answer, tell_agent
from queues.api.contract import for_agents
from queues.api.doors import AgentView, own_ask
from queues.api.submissions import (
    evidence_field,
    evidence_items,
    fingerprints,
    preconditions_field,
)
from queues.services.preconditions import refresh_preconditions
from reviewapp.core.api import StrictSerializer


class Refresh(StrictSerializer):
    """Fresh fingerprints, all of them, and newer observations by name."""

    preconditions = preconditions_field()
    evidence = evidence_field()


class RefreshPreconditions(AgentView):
    """A difference marks the request changed, and voids an approval already given."""

    @for_agents("refresh_preconditions", Refresh, Answer)
    def post(self, request: Request, ask_id: UUID) -> Response:
        given = self.taken(Refresh)
        refresh_preconditions(
            ask_id,
            system=self.system,
            actor=self.actor,
            preconditions=fingerprints(given["preconditions"]),
            evidence=evidence_items(given["evidence"]),
        )
        return Response(tell_agent(own_ask(self.system, ask_id), actor=self.actor))
