"""Notices as the person they are for reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from queues.effective import open_headline
from queues.models import ActionRequest, Status
from queues.selectors.reading import queues_read_by
from reviewapp.core.models import User
from reviewapp.core.words import Keyring
from reviewapp.notifications.explanation_receivers import is_decided
from reviewapp.notifications.glass_receivers import is_over
from reviewapp.notifications.models import Notice
from reviewapp.notifications.rules import Occasion


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: `summary` is the tool's name where the words may not be read.

    `ask` is None where it is about an opening by break-glass or an explanation.
    """

    notice: Notice
    ask: ActionRequest | None
    has_words: bool
    summary: str
    is_over: bool


def notice_rows(notices: Sequence[Notice], person: User) -> list[NoticeRow]:
    """Open the summaries in bulk, with one query for the keys."""
    readable, now = queues_read_by(person), timezone.now()
    asks = [notice.ask for notice in notices if notice.ask is not None]
    keyring = Keyring.of(ask.pk for ask in asks if ask.queue_id in readable)
    return [
        _of_request(notice, notice.ask, keyring)
        if notice.ask is not None
        else _of_opening(notice, now)
        for notice in notices
    ]


def _of_opening(notice: Notice, now: datetime) -> NoticeRow:
    if notice.glass is None:
        return _of_explanation(notice)
    summary = f"{notice.glass.person} opened a trace of {notice.glass.system}"
    over = is_over(notice.glass, notice.occasion, now)
    return NoticeRow(notice, None, False, summary, over)


def _of_explanation(notice: Notice) -> NoticeRow:
    explanation = notice.explanation
    if explanation is None:
        raise ValueError("A notice is about one thing.")
    system = explanation.trace.system
    summary = (
        f"{explanation.author} explains a run of {system}"
        if notice.occasion == Occasion.EXPLAIN_WAITS
        else f"Your explanation of a run of {system}: "
        + explanation.get_state_display().lower()
    )
    over = is_decided(explanation, notice.occasion)
    return NoticeRow(notice, None, False, summary, over)


def _of_request(notice: Notice, ask: ActionRequest, keyring: Keyring) -> NoticeRow:
    readable = keyring.has(ask.pk)
    words = open_headline(ask, keyring).summary if readable else ""
    over = ask.status not in (Status.PENDING, Status.UNCERTAIN)
    return NoticeRow(notice, ask, readable, words or ask.tool, over)
