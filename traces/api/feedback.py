"""`POST /api/v1/feedback`: what came back about a run, a conversation or a person."""

from __future__ import annotations

import re
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.core.api import ApiView, StrictSerializer
from systems.authentication import Agents, KeyAuthentication, agent_of
from systems.models import Scope
from traces.judging import LONGEST_CODE, LONGEST_COMMENT
from traces.models import Feedback
from traces.services.feedback import About, Opinion, receive_feedback

_TRACE_ID = re.compile(r"(?!0{32})[0-9a-fA-F]{32}\Z")
_LONGEST_REFERENCE = 500


def _check_trace_id(text: str) -> None:
    if text and not _TRACE_ID.match(text):
        raise serializers.ValidationError("32 hex digits, not all of them 0.")


class FeedbackGiven(StrictSerializer):
    """On one of `trace_id`, `conversation_id` and `subject_ref`; a label or a score."""

    trace_id = serializers.CharField(
        default="", max_length=32, validators=[_check_trace_id]
    )
    conversation_id = serializers.CharField(default="", max_length=_LONGEST_REFERENCE)
    subject_ref = serializers.CharField(default="", max_length=_LONGEST_REFERENCE)
    # DRF's metaclass takes the fields away before its own `label` and `source` are set.
    label = serializers.CharField(  # type: ignore[assignment]
        default="",
        max_length=LONGEST_CODE,
        help_text="good, bad, or another short code in small letters.",
    )
    score = serializers.FloatField(default=None, allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]
        default="", max_length=LONGEST_CODE, help_text="Who says so: customer, nps, …"
    )
    comment = serializers.CharField(
        default="", max_length=LONGEST_COMMENT, help_text="Words; sealed."
    )


class FeedbackTaken(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    given_at = serializers.DateTimeField()


class GiveFeedback(ApiView):
    """Pass on what people, or an evaluator, think of a run.

    The same sent again is taken once and answered with 200. It may come before the
    trace does. Words of runs with feedback are always kept.
    """

    access = Agents(Scope.TRACES)
    authentication_classes = (KeyAuthentication,)

    @extend_schema(
        operation_id="give_feedback",
        tags=["agents"],
        request=FeedbackGiven,
        responses={200: FeedbackTaken, 201: FeedbackTaken},
        auth=[{"agentKey": []}],  # type: ignore[list-item]  # objects, as in OpenAPI
    )
    def post(self, request: Request) -> Response:
        caller = agent_of(request)
        given = self.taken(FeedbackGiven)
        about = About(
            trace_id=given["trace_id"].lower(),
            conversation=given["conversation_id"],
            subject=given["subject_ref"],
        )
        opinion = Opinion(
            label=given["label"],
            score=given["score"],
            source=given["source"],
            comment=given["comment"],
        )
        row, is_new = receive_feedback(
            caller.system, about, opinion, actor=caller.actor()
        )
        return Response(_told(row), status=201 if is_new else 200)


def _told(row: Feedback) -> dict[str, object]:
    return {"id": row.pk, "given_at": row.given_at}
