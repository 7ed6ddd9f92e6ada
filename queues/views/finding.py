"""What stands behind an address, for those who may see it; else 404."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from queues.models import ActionRequest
from reviewapp.core.http import person_of as person_of

_BESIDE = (
    "system",
    "queue",
    "policy",
    "holder",
    "requester",
    "deferred_by",
    "merged_into",
    "compensates",
)


def find_ask(request: HttpRequest, ask_id: UUID) -> ActionRequest:
    visible = ActionRequest.objects.visible_to(person_of(request))
    return get_object_or_404(visible.select_related(*_BESIDE), pk=ask_id)
