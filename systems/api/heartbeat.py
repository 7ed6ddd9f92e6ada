"""`POST /api/v1/instances/heartbeat`: the roster of who must stop."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.core.api import ApiView, StrictSerializer
from systems.authentication import Agents, KeyAuthentication, agent_of
from systems.models import Environment, Scope
from systems.models.systems import check_printable
from systems.services.instances import record_heartbeat


class Heartbeat(StrictSerializer):
    """One process saying that it runs; sent every 15 s."""

    instance = serializers.CharField(max_length=120, validators=[check_printable])
    version = serializers.CharField(
        max_length=120, validators=[check_printable], default="", allow_blank=True
    )
    environment = serializers.ChoiceField(choices=Environment.choices)


class RecordHeartbeat(ApiView):
    """Note that an instance of the caller's system is running."""

    access = Agents(Scope.REQUESTS)
    authentication_classes = (KeyAuthentication,)

    @extend_schema(
        operation_id="record_heartbeat",
        tags=["agents"],
        request=Heartbeat,
        responses={204: None},
        auth=[{"agentKey": []}],  # type: ignore[list-item]  # objects, as in OpenAPI
    )
    def post(self, request: Request) -> Response:
        caller = agent_of(request)
        beat = self.taken(Heartbeat)
        record_heartbeat(caller.system, actor=caller.actor(), **beat)
        return Response(status=204)
