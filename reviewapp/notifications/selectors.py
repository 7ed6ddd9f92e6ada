"""Notices as the person they are for reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from queues.effective import open_headline
from queues.models import ActionRequest, Status
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.words import Keyring
from reviewapp.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: `summary` is the tool's name where the words may not be read."""

    notice: Notice
    ask: ActionRequest
    summary: str
    is_over: bool


def notice_rows(notices: Sequence[Notice], person: User) -> list[NoticeRow]:
    """Open the summaries in bulk, with one query for the keys."""
    readable = _readable_queues(person)
    keyring = Keyring.of(n.ask_id for n in notices if n.ask.queue_id in readable)
    return [_row(notice, keyring) for notice in notices]


def _readable_queues(person: User) -> set[int]:
    if not person.has_right(Right.REQUEST_DECIDE):
        return set()
    return set(person.queues.values_list("pk", flat=True))


def _row(notice: Notice, keyring: Keyring) -> NoticeRow:
    ask = notice.ask
    words = open_headline(ask, keyring).summary if keyring.has(ask.pk) else ""
    over = ask.status not in (Status.PENDING, Status.UNCERTAIN)
    return NoticeRow(notice, ask, words or ask.tool, over)
