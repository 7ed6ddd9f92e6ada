"""`POST /api/v1/requests/{id}/redeem`: leave to run, once."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.contract import REDEEMS, for_agents
from queues.api.doors import AgentView
from queues.api.submissions import fingerprints, preconditions_field
from queues.services.grants import Redeemed, redeem_grant
from reviewapp.core.api import StrictSerializer


class Redemption(StrictSerializer):
    """`attempt` is the agent's own id of this try; a repeat of it is answered again."""

    attempt = fields.Label()
    arguments_digest = fields.Hex(
        64, default="", help_text="Of what the agent is about to run; checked if sent."
    )
    preconditions = preconditions_field()


class Leave(serializers.Serializer[Redeemed]):
    """Leave to run these arguments, once, and until when."""

    grant_id = serializers.UUIDField()
    arguments = fields.JsonObject()
    execute_before = serializers.DateTimeField()


class Redeem(AgentView):
    """Ask leave to run, once."""

    @for_agents("redeem_grant", Redemption, Leave, examples=[REDEEMS])
    def post(self, request: Request, ask_id: UUID) -> Response:
        given = self.taken(Redemption)
        redeemed = redeem_grant(
            ask_id,
            system=self.system,
            actor=self.actor,
            attempt=given["attempt"],
            arguments_digest=given["arguments_digest"],
            preconditions=fingerprints(given["preconditions"]),
        )
        return Response(Leave(redeemed).data)
