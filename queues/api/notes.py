"""`POST /api/v1/requests/{id}/notes`: what reviewers tell each other."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.contract import for_reviewers
from queues.api.doors import ReviewerView
from queues.services.notes import add_note
from reviewapp.core.api import StrictSerializer


class NoteGiven(StrictSerializer):
    """Agents never see it."""

    text = fields.Text(2_000)


class WriteNote(ReviewerView):
    """Leave a note, at any time of the request's life."""

    @for_reviewers("write_note", NoteGiven, None)
    def post(self, request: Request, ask_id: UUID) -> Response:
        text = self.taken(NoteGiven)["text"]
        add_note(ask_id, text, person=self.person, actor=self.actor)
        return Response(status=204)
