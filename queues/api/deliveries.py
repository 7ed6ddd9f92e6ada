"""`POST /api/v1/requests/{id}/ack`: the agent has the answer."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.contract import for_agents
from queues.api.doors import AgentView
from queues.services.deliveries import acknowledge_answer
from reviewapp.core.api import StrictSerializer


class Acknowledgement(StrictSerializer):
    """Which process has the answer; for the reader of the log of that agent."""

    instance = fields.Label(120, default="")


class Acknowledge(AgentView):
    """Confirm that the answer arrived; the card shows it."""

    @for_agents("acknowledge_answer", Acknowledgement, None)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(Acknowledgement)
        acknowledge_answer(ask_id, system=self.system, actor=self.actor)
        return Response(status=204)
