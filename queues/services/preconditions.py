"""Staleness of truth: what the approval rests on, compared again and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.effective import open_contents
from queues.models import ActionRequest, Evidence, Precondition, Status
from queues.rules import shorter
from queues.services.approvals import void_approval
from queues.services.life import facts_of, lock_ask
from queues.submissions import Contents, EvidenceItem, Fingerprint
from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest
from reviewapp.core.events import record_event
from reviewapp.core.problems import Conflict, Invalid
from reviewapp.core.words import Keyring
from systems.models import System


def compare_preconditions(
    ask: ActionRequest, given: Sequence[Fingerprint], *, now: datetime
) -> int:
    """Store the fresh fingerprints and return how many differ from those asked with.

    Every precondition of the request must be given: an approval is about a state of
    the world, and a state nobody looked at again is no longer known. Raises Invalid.
    """
    fresh = {keyed_digest("precondition", item.name): item for item in given}
    rows = list(ask.preconditions.all())
    missing = [row.position for row in rows if row.name_digest not in fresh]
    if missing or len(fresh) > len(rows):
        raise Invalid(
            {"preconditions": ["Send each precondition of the request, once."]}
        )
    for row in rows:
        _note(row, fresh[row.name_digest].fingerprint, now)
    Precondition.objects.bulk_update(rows, ["latest", "checked_at", "changed_at"])
    return sum(row.changed_at is not None for row in rows)


def _note(row: Precondition, fingerprint: str, now: datetime) -> None:
    row.latest = keyed_digest("fingerprint", fingerprint)
    row.checked_at = now
    if row.latest == row.asked:
        row.changed_at = None
    elif row.changed_at is None:
        row.changed_at = now


@transaction.atomic
def refresh_preconditions(
    ask_id: UUID,
    *,
    system: System,
    actor: Actor,
    preconditions: Sequence[Fingerprint] = (),
    evidence: Sequence[EvidenceItem] = (),
) -> ActionRequest:
    """Take fresh fingerprints and evidence from the agent.

    A difference marks a pending request *changed since asked* and voids an approval
    already given; a fingerprint that is back to what it was takes the mark away.
    Raises Conflict once the request is past both.
    """
    now = timezone.now()
    ask = lock_ask(ask_id, ActionRequest.objects.of_system(system))
    if ask.status not in (Status.PENDING, Status.APPROVED):
        raise Conflict("wrong_state", f"It is already {ask.status}.")
    changed = (
        compare_preconditions(ask.grant_holder, preconditions, now=now)
        if preconditions
        else None
    )
    if evidence:
        _refresh_evidence(ask, evidence, actor=actor)
    if changed is not None:
        _mark(ask, changed, actor=actor, now=now)
    return ask


def _mark(ask: ActionRequest, changed: int, *, actor: Actor, now: datetime) -> None:
    if bool(changed) == (ask.changed_at is not None):
        return
    ask.changed_at = now if changed else None
    _make_another_card(ask)
    ask.save(update_fields=["changed_at", "version", "round"])
    verb = "request.changed" if changed else "request.unchanged"
    record_event(verb, ask, actor=actor, facts=facts_of(ask) | {"differing": changed})
    if changed and ask.status == Status.APPROVED:
        void_approval(ask, "changed", actor=actor, now=now)


def _refresh_evidence(
    ask: ActionRequest, given: Sequence[EvidenceItem], *, actor: Actor
) -> None:
    """Newer observations of evidence by name; a new value makes it another card.

    The same value seen again only makes it younger: a reviewer's decision on it stands.
    """
    keyring = Keyring.of([ask.pk])
    contents = open_contents(ask, keyring)
    positions = {item["name"]: n for n, item in enumerate(contents.evidence)}
    unknown = [item.name for item in given if item.name not in positions]
    if unknown:
        raise Invalid({"evidence": ["Only evidence the request came with."]})
    rows = {row.position: row for row in ask.evidence.all()}
    renewed = 0
    for item in given:
        position = positions[item.name]
        row = rows[position]
        row.observed_at = item.observed_at
        row.limit_s = shorter(row.limit_s, item.max_age_s)
        known = contents.evidence[position]
        fresh = known | {"value": item.value, "source": item.source}
        renewed += fresh != known
        known.update(fresh)
    Evidence.objects.bulk_update(rows.values(), ["observed_at", "limit_s"])
    if renewed:
        ask.contents_sealed = keyring.seal(ask.pk, Contents.LABEL, contents.as_json())
        _make_another_card(ask)
        ask.save(update_fields=["contents_sealed", "version", "round"])
    facts = facts_of(ask) | {"evidence": len(given), "renewed": renewed}
    record_event("request.refreshed", ask, actor=actor, facts=facts)


def _make_another_card(ask: ActionRequest) -> None:
    """Nobody's approval counts for what they have not seen: a new round begins."""
    ask.version += 1
    pending = ask.status == Status.PENDING
    if pending and ask.decisions.filter(round=ask.round).exists():
        ask.round += 1
