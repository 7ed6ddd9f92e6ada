"""How a person wants to be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from django.db import transaction

from queues.models import Queue
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Invalid
from reviewapp.core.words import Keyring
from reviewapp.notifications.messengers import AddressRefused, messenger_at
from reviewapp.notifications.models import Reach, Wish
from reviewapp.notifications.rules import Channel, Occasion
from reviewapp.notifications.services.calls import APPRISE_LABEL

_WHY = {
    "scheme_not_allowed": "Messengers of this kind may not be used here.",
    "parameters_not_allowed": "Leave out what stands behind the question mark.",
    "target_unknown": "Apprise cannot send to such an address.",
    "host_unknown": "Nothing of this name is found.",
    "private_address": "This host is not in the public network.",
}


@transaction.atomic
def change_reach(
    person: User,
    *,
    actor: Actor,
    quiet_from: time | None,
    quiet_to: time | None,
    apprise_url: str = "",
    forget_apprise: bool = False,
) -> Reach:
    """Set quiet hours and the messenger address; an empty address keeps the old one.

    Raises Invalid for half of a quiet time and for an address that may not be used.
    """
    if (quiet_from is None) != (quiet_to is None):
        raise Invalid({"quiet_to": ["Quiet hours have a start and an end."]})
    reach, _ = Reach.objects.get_or_create(person=person)
    reach.quiet_from, reach.quiet_to = quiet_from, quiet_to
    if apprise_url:
        _require_usable(apprise_url)
        keyring = Keyring.make(reach.pk)
        reach.apprise_sealed = keyring.seal(reach.pk, APPRISE_LABEL, apprise_url)
    elif forget_apprise:
        reach.apprise_sealed = None
    reach.save()
    facts = {"messenger": reach.apprise_sealed is not None}
    record_event("reach.changed", person, actor=actor, facts=facts)
    return reach


def _require_usable(url: str) -> None:
    try:
        messenger_at(url)
    except AddressRefused as refused:
        raise Invalid({"apprise_url": [_WHY[refused.code]]}) from refused


@transaction.atomic
def change_wish(
    person: User,
    queue: Queue,
    occasion: Occasion,
    *,
    actor: Actor,
    channels: Sequence[Channel],
    risk_classes: Sequence[str] = (),
) -> Wish:
    """Say how to be called for an occasion in a queue; no channel: not at all."""
    wish, _ = Wish.objects.update_or_create(
        person=person,
        queue=queue,
        occasion=occasion,
        defaults={"channels": list(channels), "risk_classes": list(risk_classes)},
    )
    facts = {"queue": queue.slug, "occasion": occasion, "channels": list(channels)}
    record_event("wish.changed", person, actor=actor, facts=facts)
    return wish
