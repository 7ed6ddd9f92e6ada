"""People are called: who, for what, once, and with no more words than they may see."""

from datetime import time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from queues.models import DutyShift
from queues.services.claims import escalate_request
from queues.services.decisions import decide_request
from queues.services.sweeps import sweep_queues
from reviewapp.core.log_reading import read_after
from reviewapp.core.models import Consumer, Event
from reviewapp.core.permissions import Role
from reviewapp.core.positions import BEGINNING
from reviewapp.notifications.models import Call, Notice, Reach, Wish
from reviewapp.notifications.services import calls
from reviewapp.notifications.services.calls import make_due_calls
from reviewapp.notifications.services.notices import call_people, read_log
from tests.builders import actor_of_person, make_person
from tests.core.logs import everything_settled
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


def _called() -> dict[str, set[int]]:
    """Read the log as one batch; who was told of what."""
    call_people(list(Event.objects.order_by("id")))
    told: dict[str, set[int]] = {}
    for notice in Notice.objects.all():
        told.setdefault(notice.occasion, set()).add(notice.person_id)
    return told


def test_a_dangerous_arrival_calls_the_queue_and_a_mild_one_nobody(reviewer, lead):
    make_queue(reviewer, lead)
    make_ask(tool="set_label", reversibility="reversible")
    assert _called() == {}
    make_ask(tool="delete_records")
    assert _called() == {"arrival": {reviewer.pk, lead.pk}}


def test_reading_the_log_twice_tells_once(reviewer):
    make_queue(reviewer)
    make_ask(tool="delete_records")
    _called()
    _called()
    assert Notice.objects.count() == 1


def test_whoever_wishes_for_money_is_called_for_money(reviewer, reviewer2):
    queue = make_queue(reviewer, reviewer2)
    Wish.objects.create(
        person=reviewer,
        queue=queue,
        occasion="arrival",
        channels=["app"],
        risk_classes=["money"],
    )
    make_ask(tool="refund")
    assert _called() == {"arrival": {reviewer.pk}}


def test_half_of_the_time_gone_calls_the_queue_once(reviewer):
    make_queue(reviewer)
    ask = make_ask(decide_within_s=600)
    with time_machine.travel(ask.created_at + timedelta(seconds=301)):
        sweep_queues()
        sweep_queues()
    assert Event.objects.filter(verb="request.half_time").count() == 1
    assert _called() == {"half_time": {reviewer.pk}}


def test_the_second_approver_is_called_when_the_first_has_approved(reviewer, reviewer2):
    make_queue(reviewer, reviewer2)
    ask = make_ask(tool="delete_records")
    decide_request(
        ask.pk,
        ruling(ask, reason_code="owner_confirmed"),
        person=reviewer,
        actor=actor_of_person(reviewer),
    )
    assert _called()["second_approval"] == {reviewer2.pk}


def test_an_escalation_follows_the_roster(reviewer, reviewer2, lead):
    queue = make_queue(reviewer, reviewer2, lead)
    now = timezone.now()
    hour = timedelta(hours=1)
    DutyShift.objects.create(
        queue=queue, person=reviewer2, starts_at=now - hour, ends_at=now + hour
    )
    ask = make_ask()
    escalate_request(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    assert _called()["escalation"] == {reviewer2.pk}


def test_without_a_roster_an_escalation_calls_the_leads(reviewer, lead):
    make_queue(reviewer, lead)
    ask = make_ask()
    escalate_request(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    assert _called()["escalation"] == {lead.pk}


def test_a_replayed_request_calls_nobody(reviewer):
    make_queue(reviewer)
    make_ask(tool="delete_records", synthetic=True)
    assert _called() == {}


def test_the_requester_is_not_called_to_decide_their_own(reviewer):
    make_queue(reviewer)
    make_ask(tool="delete_records", on_behalf_of=reviewer.email)
    assert _called() == {}


def _escalated(person, **fields):
    ask = make_ask(summary="Cancel the trip of Ms Okafor", **fields)
    escalate_request(ask.pk, person=person, actor=actor_of_person(person))
    _called()
    return ask


def test_a_mail_brings_the_summary_and_a_link_and_nothing_to_decide_with(lead):
    make_queue(lead)
    ask = _escalated(lead, justification="secret reason")
    assert make_due_calls() == 1
    (sent,) = mail.outbox
    assert sent.to == [lead.email]
    assert "Ms Okafor" in sent.body
    assert "secret reason" not in sent.body
    assert str(Notice.objects.get(ask=ask).pk) in sent.body
    assert "approve" not in sent.body.lower()


def test_a_request_decided_meanwhile_calls_nobody(lead):
    make_queue(lead)
    ask = _escalated(lead)
    decide_request(
        ask.pk, ruling(ask, "reject"), person=lead, actor=actor_of_person(lead)
    )
    assert make_due_calls() == 0
    assert Call.objects.get().failure == "no_longer_needed"
    assert mail.outbox == []


def test_quiet_hours_hold_back_mails_but_not_escalations(lead):
    queue = make_queue(lead)
    Reach.objects.create(person=lead, quiet_from=time(0), quiet_to=time(23, 59))
    Wish.objects.create(
        person=lead, queue=queue, occasion="half_time", channels=["app", "email"]
    )
    ask = make_ask(decide_within_s=600)
    with time_machine.travel(ask.created_at + timedelta(seconds=301)):
        sweep_queues()
        _called()
        assert make_due_calls() == 0
        escalate_request(ask.pk, person=lead, actor=actor_of_person(lead))
        _called()
        assert make_due_calls() == 1


def test_a_mail_server_that_is_down_is_tried_again(lead, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    make_queue(lead)
    _escalated(lead)
    assert make_due_calls() == 0
    call = Call.objects.get()
    assert (call.attempts, call.failure) == (1, "ConnectionRefusedError")
    assert call.due_at > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_the_log_is_pulled_from_where_the_reader_stands():
    person = make_person(Role.REVIEWER)
    make_queue(person)
    make_ask(tool="delete_records")
    everything_settled()
    settled = read_after(BEGINNING, 100)
    assert read_log() == len(settled)
    assert Notice.objects.count() == 1
    assert Consumer.objects.get(name="notices").event_id > 0


def test_the_twentieth_receiver_costs_no_statement_more():
    def cost(people: int) -> int:
        queue = make_queue(*(make_person(Role.REVIEWER) for _ in range(people)))
        events = [_arrival() for _ in range(3)]
        with CaptureQueriesContext(connections["default"]) as statements:
            call_people(events)
        assert Notice.objects.filter(ask__queue=queue).count() >= 3 * people
        return len(statements)

    assert cost(2) == cost(18)


def _arrival() -> Event:
    ask = make_ask(tool="delete_records")
    return Event.objects.get(verb="request.submitted", subject_id=str(ask.pk))


def test_a_call_behind_slow_ones_is_leased_from_when_its_turn_comes(lead, monkeypatch):
    """Else its lease could be over before it begins, and two workers would call."""
    make_queue(lead)
    _escalated(lead)
    _escalated(lead)
    leases = []

    def slow_mail(*args: object) -> None:
        leases.append(Call.objects.filter(sent_at=None).latest("due_at").due_at)
        clock.shift(timedelta(minutes=10))

    monkeypatch.setattr(calls, "send_mail", slow_mail)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        began = timezone.now()
        assert make_due_calls() == 2
    assert leases == [began + timedelta(minutes=5), began + timedelta(minutes=15)]
