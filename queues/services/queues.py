"""Queues: their limits, who reviews in them, and who is on duty."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from queues.models import DutyShift, Membership, Queue
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Invalid


@transaction.atomic
def open_queue(
    slug: str, name: str, *, person: User, actor: Actor, description: str = ""
) -> Queue:
    """Open a queue; who opens it reviews in it. Raises Invalid for a slug in use."""
    try:
        with transaction.atomic():
            queue = Queue.objects.create(slug=slug, name=name, description=description)
    except IntegrityError:
        raise Invalid({"slug": ["There is a queue of this name."]}) from None
    record_event("queue.opened", queue, actor=actor, facts={"queue": slug})
    add_member(queue, person, actor=actor)
    return queue


@transaction.atomic
def change_queue(
    queue: Queue,
    *,
    actor: Actor,
    name: str,
    description: str,
    max_pending: int,
    mean_review_s: int,
    objective: int,
) -> Queue:
    """Change what a queue is called, how much it takes before agents are put off, and
    how many requests in 100 it is to decide in time.

    Raises Invalid for limits below 1 and for an objective outside 1..99.
    """
    if max_pending < 1 or mean_review_s < 1:
        raise Invalid({"max_pending": ["Limits start at 1."]})
    if not 1 <= objective <= 99:
        raise Invalid({"objective": ["An objective is between 1 and 99 in 100."]})
    limits = {
        "max_pending": max_pending,
        "mean_review_s": mean_review_s,
        "objective": objective,
    }
    queue.name, queue.description = name, description
    queue.max_pending, queue.mean_review_s = max_pending, mean_review_s
    queue.objective = objective
    queue.save()
    record_event(
        "queue.changed", queue, actor=actor, facts={"queue": queue.slug} | limits
    )
    return queue


@transaction.atomic
def add_member(queue: Queue, person: User, *, actor: Actor) -> Membership:
    """Let a person review in a queue. Safe to repeat; Invalid without the right to."""
    if not person.has_right(Right.REQUEST_DECIDE):
        raise Invalid({"person": [f"{person} does not hold a role that decides."]})
    membership, made = Membership.objects.get_or_create(queue=queue, person=person)
    if made:
        facts = {"queue": queue.slug, "person": person.pk}
        record_event("queue.joined", queue, actor=actor, facts=facts)
    return membership


@transaction.atomic
def remove_member(queue: Queue, person: User, *, actor: Actor) -> None:
    """Take a person out of a queue; what they hold lapses by its lease.

    Raises Conflict(`last_member`): nobody would be left to answer.
    """
    members = Membership.objects.select_for_update().filter(queue=queue)
    if {membership.person_id for membership in members} == {person.pk}:
        raise Conflict("last_member", "Somebody has to be left to answer here.")
    gone, _ = members.filter(person=person).delete()
    if gone:
        queue.shifts.filter(person=person).delete()
        facts = {"queue": queue.slug, "person": person.pk}
        record_event("queue.left", queue, actor=actor, facts=facts)


@transaction.atomic
def plan_shift(
    queue: Queue,
    person: User,
    *,
    actor: Actor,
    level: int,
    starts_at: datetime,
    ends_at: datetime,
) -> DutyShift:
    """Put a member on duty: escalations of up to this level follow them.

    Raises Invalid for a shift that ends before it starts, or for no member.
    """
    if ends_at <= starts_at:
        raise Invalid({"ends_at": ["A shift ends after it starts."]})
    if not queue.memberships.filter(person=person).exists():
        raise Invalid({"person": ["Only members of the queue can be on duty in it."]})
    shift = DutyShift.objects.create(
        queue=queue, person=person, level=level, starts_at=starts_at, ends_at=ends_at
    )
    record_event("shift.planned", shift, actor=actor, facts=_shift_facts(shift))
    return shift


@transaction.atomic
def cancel_shift(shift: DutyShift, *, actor: Actor) -> None:
    """Take a shift off the roster."""
    record_event("shift.cancelled", shift, actor=actor, facts=_shift_facts(shift))
    shift.delete()


def _shift_facts(shift: DutyShift) -> dict[str, object]:
    return {
        "queue": shift.queue.slug,
        "person": shift.person_id,
        "level": shift.level,
        "starts_at": shift.starts_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
    }
