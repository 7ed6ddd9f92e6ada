"""Notices as the person they are for reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from queues.effective import open_headline
from queues.models import ActionRequest, Status
from queues.selectors.reading import queues_read_by
from reviewapp.core.models import User
from reviewapp.core.words import Keyring
from reviewapp.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: `summary` is the tool's name where the words may not be read."""

    notice: Notice
    ask: ActionRequest
    has_words: bool
    summary: str
    is_over: bool


def notice_rows(notices: Sequence[Notice], person: User) -> list[NoticeRow]:
    """Open the summaries in bulk, with one query for the keys."""
    readable = queues_read_by(person)
    keyring = Keyring.of(n.ask_id for n in notices if n.ask.queue_id in readable)
    return [_row(notice, keyring) for notice in notices]


def _row(notice: Notice, keyring: Keyring) -> NoticeRow:
    ask = notice.ask
    readable = keyring.has(ask.pk)
    words = open_headline(ask, keyring).summary if readable else ""
    over = ask.status not in (Status.PENDING, Status.UNCERTAIN)
    return NoticeRow(notice, ask, readable, words or ask.tool, over)
