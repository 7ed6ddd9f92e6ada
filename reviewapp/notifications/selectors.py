"""Notices as the person they are for reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from queues.effective import open_headline
from queues.models import ActionRequest, Status
from queues.selectors.reading import queues_read_by
from reviewapp.core.models import Event, User
from reviewapp.core.words import Keyring
from reviewapp.notifications.explanation_receivers import is_decided
from reviewapp.notifications.glass_receivers import is_over
from reviewapp.notifications.models import Notice
from reviewapp.notifications.rules import Occasion
from traces.models import Explanation

_VERDICTS = {
    "explanation.released": Explanation.State.RELEASED.label,
    "explanation.sent_back": Explanation.State.SENT_BACK.label,
}


def verdicts_told(notices: Iterable[Notice]) -> dict[int, str]:
    """Return what was decided of explanations, by the event that called. One query.

    The explanation may stand elsewhere by now; the notice tells what happened then.
    """
    ids = {one.event_id for one in notices if one.explanation_id is not None}
    events = Event.objects.filter(pk__in=ids, verb__in=_VERDICTS)
    return {pk: _VERDICTS[verb] for pk, verb in events.values_list("pk", "verb")}


def run_told(explanation: Explanation, person: User) -> str:
    """Tell which run, as far as a notice may: of whom and why are words."""
    began = explanation.trace.started_at.astimezone(ZoneInfo(person.time_zone))
    return f"a run of {explanation.trace.system}, {began:%d %b %Y, %H:%M %Z}"


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice: `summary` is the tool's name where the words may not be read.

    `ask` is None where it is about an opening by break-glass or an explanation. `what`
    is what happened, in a word or a few.
    """

    notice: Notice
    ask: ActionRequest | None
    has_words: bool
    summary: str
    is_over: bool
    what: str


def notice_rows(notices: Sequence[Notice], person: User) -> list[NoticeRow]:
    """Open the summaries in bulk, with one query for the keys."""
    readable, now = queues_read_by(person), timezone.now()
    asks = [notice.ask for notice in notices if notice.ask is not None]
    keyring = Keyring.of(ask.pk for ask in asks if ask.queue_id in readable)
    verdicts = verdicts_told(notices)
    return [
        _of_request(notice, notice.ask, keyring)
        if notice.ask is not None
        else _of_opening(notice, now, verdicts)
        for notice in notices
    ]


def _of_opening(
    notice: Notice, now: datetime, verdicts: Mapping[int, str]
) -> NoticeRow:
    if notice.glass is None:
        return _of_explanation(notice, verdicts.get(notice.event_id, ""))
    summary = f"{notice.glass.person} opened a trace of {notice.glass.system}"
    over = is_over(notice.glass, notice.occasion, now)
    what = notice.get_occasion_display()
    return NoticeRow(notice, None, False, summary, over, what)


def _of_explanation(notice: Notice, verdict: str) -> NoticeRow:
    explanation = notice.explanation
    if explanation is None:
        raise ValueError("A notice is about one thing.")
    run = run_told(explanation, notice.person)
    what = verdict or notice.get_occasion_display()
    summary = (
        f"{explanation.author} explains {run}"
        if notice.occasion == Occasion.EXPLAIN_WAITS
        else f"Your explanation of {run}: {verdict.lower()}"
    )
    over = is_decided(explanation, notice.occasion)
    return NoticeRow(notice, None, False, summary, over, what)


def _of_request(notice: Notice, ask: ActionRequest, keyring: Keyring) -> NoticeRow:
    readable = keyring.has(ask.pk)
    words = open_headline(ask, keyring).summary if readable else ""
    over = ask.status not in (Status.PENDING, Status.UNCERTAIN)
    what = notice.get_occasion_display()
    return NoticeRow(notice, ask, readable, words or ask.tool, over, what)
