"""Claims over HTTP: take, hold, give back, put off, hand up."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.contract import for_reviewers
from queues.api.doors import NoBody, ReviewerView
from queues.api.shapes import CardShown, Shape
from queues.services.claims import (
    claim_next,
    claim_request,
    defer_request,
    escalate_request,
    release_claim,
    take_over_claim,
)
from reviewapp.core.access import rule
from reviewapp.core.api import StrictSerializer
from reviewapp.core.permissions import Right
from reviewapp.core.problems import NotFound


class TakeNext(ReviewerView):
    """Claim the best request of a queue; 204 when nothing waits for this person."""

    @for_reviewers("take_next", None, {200: CardShown, 204: None})
    def post(self, request: Request, slug: str) -> Response:
        self.taken(NoBody)
        # A slug is one queue's, so there is no order to ask for.
        queue = next(iter(self.person.queues.filter(slug=slug).order_by()), None)
        if queue is None:
            raise NotFound
        ask = claim_next(self.person, actor=self.actor, queues=[queue])
        return Response(status=204) if ask is None else self.card_of(ask)


class Claim(ReviewerView):
    """Hold a request for five minutes; whoever holds it already holds it on."""

    @for_reviewers("claim_request", None, CardShown)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        ask = claim_request(ask_id, person=self.person, actor=self.actor)
        return self.card_of(ask)


class Release(ReviewerView):
    """Give a request back. Safe to repeat."""

    @for_reviewers("release_claim", None, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        ask = release_claim(ask_id, person=self.person, actor=self.actor)
        return self.shape_of(ask)


class TakeOver(ReviewerView):
    """Take a request out of somebody's hands."""

    access = rule(Right.CLAIM_TAKE_OVER)

    @for_reviewers("take_over_claim", None, CardShown)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        ask = take_over_claim(ask_id, person=self.person, actor=self.actor)
        return self.card_of(ask)


class DeferralGiven(StrictSerializer):
    """When it comes back: at least a minute before its deadline."""

    until = fields.Moment()


class Defer(ReviewerView):
    """Put a request off; it wakes by itself."""

    @for_reviewers("defer_request", DeferralGiven, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        until = self.taken(DeferralGiven)["until"]
        ask = defer_request(ask_id, person=self.person, actor=self.actor, until=until)
        return self.shape_of(ask)


class Escalate(ReviewerView):
    """Hand a request up: to the front of the queue, and to whoever is on duty."""

    @for_reviewers("escalate_request", None, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        ask = escalate_request(ask_id, person=self.person, actor=self.actor)
        return self.shape_of(ask)
