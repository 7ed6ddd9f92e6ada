"""Making the calls that are due: e-mail, and any target Apprise knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException

import structlog
from apprise import Apprise, NotifyFormat
from django.core.mail import send_mail
from django.utils import timezone

from queues.models import Status
from reviewapp.core.words import Keyring, WordsGone
from reviewapp.notifications.explanation_receivers import is_decided
from reviewapp.notifications.glass_receivers import is_over
from reviewapp.notifications.messages import Message, message_of
from reviewapp.notifications.messengers import AddressRefused, messenger_at
from reviewapp.notifications.models import Call, Notice, Reach
from reviewapp.notifications.rules import Channel, Occasion, next_attempt

APPRISE_LABEL = "apprise"
_BATCH = 100
_LEASE = timedelta(minutes=5)
log = structlog.get_logger(__name__)


def make_due_calls() -> int:
    """Make the calls that are due; return how many were sent.

    Each is leased by a conditional update first, so that no transaction stays open
    while a mail server thinks (it would hold back every reader of the log) and two
    workers never make the same call. A worker that dies in between is followed by
    another after the lease: a call may come twice, which is better than never.
    """
    due = Call.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    return sum(map(_make, list(due.values_list("pk", flat=True)[:_BATCH])))


def _make(call_id: int) -> bool:
    # Not the time at which the batch began: those before may have taken minutes.
    now = timezone.now()
    leased = Call.objects.filter(pk=call_id, due_at__lte=now).update(
        due_at=now + _LEASE
    )
    if not leased:
        return False
    call = Call.objects.select_related(
        "notice__person",
        "notice__ask__queue",
        "notice__ask__system",
        "notice__glass__person",
        "notice__glass__system",
        "notice__explanation__author",
        "notice__explanation__trace__system",
    ).get(pk=call_id)
    if _is_over(call.notice, now):
        _close(call, failure="no_longer_needed")
        return False
    failure = _send(call)
    if failure:
        call.attempts += 1
        call.due_at = next_attempt(now, call.attempts)
        call.failure = failure
        call.save(update_fields=["attempts", "due_at", "failure"])
        return False
    _close(call, sent_at=now)
    return True


def _is_over(notice: Notice, now: datetime) -> bool:
    """A call held back by quiet hours may have been answered by somebody else."""
    if notice.glass is not None:
        return is_over(notice.glass, notice.occasion, now)
    if notice.explanation is not None:
        return is_decided(notice.explanation, notice.occasion)
    wanted = (
        Status.UNCERTAIN if notice.occasion == Occasion.UNCERTAIN else Status.PENDING
    )
    return notice.ask is None or notice.ask.status != wanted


def _close(call: Call, *, sent_at: datetime | None = None, failure: str = "") -> None:
    call.due_at, call.sent_at, call.failure = None, sent_at, failure
    call.save(update_fields=["due_at", "sent_at", "failure"])


def _send(call: Call) -> str:
    """Return a failure code, empty when the other side took it."""
    message = message_of(call.notice)
    if call.channel == Channel.EMAIL:
        return _send_mail(call.notice.person.email, message)
    return _send_apprise(call, message)


def _send_mail(address: str, message: Message) -> str:
    try:
        send_mail(message.title, message.body, None, [address])
    except (SMTPException, OSError) as problem:
        log.warning("calls.mail_failed", error=type(problem).__name__)
        return type(problem).__name__[:40]
    return ""


def _send_apprise(call: Call, message: Message) -> str:
    reach = Reach.objects.filter(person=call.notice.person).first()
    if reach is None or reach.apprise_sealed is None:
        return "no_target"
    try:
        url = Keyring.of([reach.pk]).open(reach.pk, APPRISE_LABEL, reach.apprise_sealed)
    except WordsGone:
        return "target_gone"
    try:
        target = messenger_at(url)
    except AddressRefused as refused:
        return refused.code
    # Said to be text, or a messenger of HTML or Markdown would read it as that.
    taken = Apprise(target).notify(
        title=message.title, body=message.body, body_format=NotifyFormat.TEXT
    )
    return "" if taken else "refused"
