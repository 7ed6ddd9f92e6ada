"""Registering the credentials that systems act with. Their secrets never come here."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.problems import AlreadyHandled
from systems.models import Credential, System
from systems.services.inventory import insert_row
from systems.services.systems import check_in_service


@transaction.atomic
def register_credential(
    system: System, name: str, *, environment: str, actor: Actor, description: str = ""
) -> Credential:
    """Register a credential by its name, with the environment that it opens.

    Raises Invalid by field (a name in use, retired ones included) and
    Conflict("system_retired").
    """
    check_in_service(system)
    credential = insert_row(
        Credential(
            system=system,
            name=name,
            environment=environment,
            description=description,
            registered_by_id=actor.person_id,
        )
    )
    _record("credential.registered", credential, actor)
    return credential


@transaction.atomic
def retire_credential(credential: Credential, *, actor: Actor) -> Credential:
    """Retire a credential: requests that name it count as naming an unknown one.

    Raises AlreadyHandled for a retired one.
    """
    now = timezone.now()
    mine = Credential.objects.filter(pk=credential.pk, retired_at=None)
    if mine.update(retired_at=now) != 1:
        raise AlreadyHandled(f"Credential {credential} is retired already.")
    _record("credential.retired", credential, actor)
    credential.refresh_from_db()
    return credential


def _record(verb: str, credential: Credential, actor: Actor) -> None:
    facts = {
        "system": str(credential.system_id),
        "credential": credential.name,
        "environment": credential.environment,
    }
    record_event(verb, credential, actor=actor, facts=facts)
