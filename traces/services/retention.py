"""Setting how long things are kept, and which share of ordinary runs keeps words.

A new value is a new dated row. The doors take a session signed in within five minutes:
what a shorter time deletes does not come back.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Invalid
from systems.models import System
from traces.models import KeepShare, RetentionPolicy
from traces.retention import LONGEST_DAYS, Kept, problem_of
from traces.selectors.keeping import retention_now


@transaction.atomic
def set_retention(
    kind: Kept, days: int | None, *, person: User, actor: Actor, system: System | None
) -> RetentionPolicy:
    """Keep things of a kind for so many days from now on, in general or of a system.

    `days` None gives a system back to the general rule. Raises Invalid where words
    would be kept longer than the structure they stand in.
    """
    if days is None and system is None:
        raise Invalid({"days": ["In general there is always a number of days."]})
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise Invalid({"days": [f"Between 1 and {LONGEST_DAYS} days."]})
    before = retention_now()
    after = before.changed(kind, system.pk if system else None, days)
    for one in [system.pk] if system else [None, *{key for key, _ in after.own}]:
        if problem := problem_of(after, one):
            raise Invalid({"days": [problem]})
    row = RetentionPolicy.objects.create(
        kind=kind, system=system, days=days, set_by=person, from_at=timezone.now()
    )
    facts = {
        "kind": kind,
        "system": str(system.pk) if system else "",
        "before": before.days(kind, system.pk if system else None),
        "after": after.days(kind, system.pk if system else None),
    }
    record_event("retention.set", row, actor=actor, facts=facts)
    return row


@transaction.atomic
def set_keep_share(
    system: System, share: float, *, person: User, actor: Actor
) -> KeepShare:
    """Keep the words of this share of ordinary runs that begin from now on.

    Runs with a finding, feedback, an error or a request, and those somebody asked to
    keep, keep theirs whatever the share. Raises Invalid.
    """
    if not 0 <= share <= 1:
        raise Invalid({"share": ["Between 0 and 100 per cent."]})
    before = system.keep_shares.order_by("from_at", "id").last()
    row = KeepShare.objects.create(
        system=system, share=share, set_by=person, from_at=timezone.now()
    )
    facts = {
        "system": str(system.pk),
        "before": before.share if before else 1.0,
        "after": share,
    }
    record_event("keep_share.set", row, actor=actor, facts=facts)
    return row
