"""Erasing the words of a request: its key is destroyed, its shape stays."""

from django.utils import timezone

from queues.models import ActionRequest
from reviewapp.core.models import DataKey


def erase(ask: ActionRequest) -> None:
    keys = DataKey.objects.filter(owner=ask.pk)
    keys.update(wrapped=b"", destroyed_at=timezone.now())
