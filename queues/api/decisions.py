"""Decisions over HTTP: a reviewer's word, and taking an approval back."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.contract import EDITS, for_reviewers
from queues.api.doors import NoBody, ReviewerView
from queues.api.shapes import Shape
from queues.models import Verdict
from queues.services.approvals import revoke_approval
from queues.services.decisions import Ruling, decide_request
from reviewapp.core.access import rule
from reviewapp.core.api import StrictSerializer
from reviewapp.core.permissions import Right


class RulingGiven(StrictSerializer):
    """`version` is the card that was read; an edit brings all arguments anew."""

    verdict = fields.Choice(Verdict.choices)
    version = fields.Count(max_value=fields.MOST_STORED)
    # How large they may be depends on the system: the service says.
    arguments = fields.JsonObject(limit=None, required=False)
    reason_code = fields.Name(40, default="")
    comment = fields.Text(10_000, default="")


class Decide(ReviewerView):
    """Say the final word, or the first of two; 409 `changed` on another card."""

    @for_reviewers("decide_request", RulingGiven, Shape, examples=[EDITS])
    def post(self, request: Request, ask_id: UUID) -> Response:
        ruling = Ruling(**self.taken(RulingGiven))
        ask = decide_request(ask_id, ruling, person=self.person, actor=self.actor)
        return self.shape_of(ask)


class Revoke(ReviewerView):
    """Take back an approval that was not used yet."""

    access = rule(Right.APPROVAL_REVOKE)

    @for_reviewers("revoke_approval", None, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        revoke_approval(ask_id, person=self.person, actor=self.actor)
        return self.shape_now(ask_id)
