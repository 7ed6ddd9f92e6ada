"""Reads of the inventory: the list of systems, and one system with all it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from reviewapp.core.models import Event
from systems.comparing import AgentLines
from systems.history import INVENTORY_VERBS, words_of
from systems.models import (
    Credential,
    Instance,
    Key,
    KeyState,
    Lifecycle,
    System,
    SystemQuerySet,
    Tool,
)
from systems.rules import PRESENT_FOR, is_present
from systems.selectors.versions import Versions, versions_of

ROSTER_SHOWN = 50
CHANGES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One line of the list. Counts are of now; `keys` are those that still work."""

    system: System
    tools: int
    unconfirmed_tools: int
    keys: int
    keys_used_at: datetime | None
    instances: int


@dataclass(frozen=True, slots=True)
class KeyRow:
    key: Key
    state: KeyState

    @property
    def works(self) -> bool:
        return self.state is KeyState.VALID

    @property
    def can_rotate(self) -> bool:
        return self.works and self.key.replaced_by_id is None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """`strayed`: it says it runs in another environment than its system is in."""

    instance: Instance
    present: bool
    strayed: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class SinceSignOff:
    """What came after the process owner last signed.

    `changes` counts entries of the inventory's log; `seen` says what traces have shown
    since, in words. Tools are named that were entered or seen for the first time.
    """

    tools_added: list[str]
    changes: int
    seen: list[str]

    @property
    def is_any(self) -> bool:
        return bool(self.changes or self.seen or self.tools_added)


@dataclass(frozen=True, slots=True)
class SystemCard:
    """All that the page of one system shows."""

    system: System
    tools: list[Tool]
    credentials: list[Credential]
    keys: list[KeyRow]
    roster: list[InstanceRow]
    instances_now: int
    changes: list[ChangeLine]
    since_sign_off: SinceSignOff | None
    made_of: list[AgentLines]

    @property
    def unconfirmed_tools(self) -> int:
        return sum(tool.inferred for tool in self.tools)


def find_systems(
    systems: SystemQuerySet, *, text: str = "", environment: str = "", state: str = ""
) -> SystemQuerySet:
    """Narrow the list: by a part of name, slug or vendor, environment and lifecycle.

    `state` is a lifecycle, "all", or "" for what is in service (all but retired).
    """
    if text:
        systems = systems.filter(
            Q(name__icontains=text)
            | Q(slug__icontains=text)
            | Q(vendor__icontains=text)
        )
    if environment:
        systems = systems.filter(environment=environment)
    if state == "":
        return systems.exclude(lifecycle=Lifecycle.RETIRED)
    return systems if state == "all" else systems.filter(lifecycle=state)


def rows_of_systems(systems: Sequence[System], now: datetime) -> list[SystemRow]:
    """Return a line for each system, in their order; three queries for any number."""
    ids = [system.pk for system in systems]
    tools = _tool_counts(ids)
    keys = _key_figures(ids, now)
    instances = _instances_now(ids, now)
    return [
        SystemRow(
            system,
            *tools.get(system.pk, (0, 0)),
            *keys.get(system.pk, (0, None)),
            instances.get(system.pk, 0),
        )
        for system in systems
    ]


def card_of_system(system: System, now: datetime) -> SystemCard:
    """Return what the page of one system shows: nine queries for any size."""
    versions = versions_of(system, now)
    return SystemCard(
        system=system,
        tools=list(system.tools.select_related("owner")),
        credentials=list(system.credentials.select_related("registered_by")),
        keys=_keys_of(system, now),
        roster=_roster_of(system, now),
        instances_now=_instances_now([system.pk], now).get(system.pk, 0),
        changes=_changes_of(system),
        since_sign_off=_since_sign_off(system, versions, now),
        made_of=versions.made_of(now),
    )


def _since_sign_off(
    system: System, versions: Versions, now: datetime
) -> SinceSignOff | None:
    """None where nobody has signed yet."""
    signed = system.signed_off_at
    if signed is None:
        return None
    entered = system.tools.filter(created_at__gt=signed)
    changes = Event.objects.filter(
        system_id=system.pk, verb__in=_SIGNED_FOR, at__gt=signed
    )
    names = [*entered.values_list("name", flat=True), *versions.tools_since(signed)]
    return SinceSignOff(
        tools_added=list(dict.fromkeys(names)),
        changes=changes.count(),
        seen=versions.counted_since(signed, now),
    )


# What a sign-off covers: keys come and go without changing what the system is.
_SIGNED_FOR = [
    verb
    for verb in INVENTORY_VERBS
    if verb.split(".")[0] in ("system", "tool", "credential")
    and verb != "system.signed_off"
]


def credential_of(system: System, name: str) -> Credential | None:
    """Return the credential in use that a system registered by this name, if any."""
    return system.credentials.filter(name=name, retired_at=None).first()


def _tool_counts(ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    counted = (
        Tool.objects.filter(system__in=ids)
        .order_by()
        .values_list("system_id")
        .annotate(known=Count("id"), guessed=Count("id", filter=Q(inferred=True)))
    )
    return {system: (known, guessed) for system, known, guessed in counted}


def _key_figures(
    ids: Sequence[UUID], now: datetime
) -> dict[UUID, tuple[int, datetime | None]]:
    works = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    figures = (
        Key.objects.filter(system__in=ids)
        .order_by()
        .values_list("system_id")
        .annotate(working=Count("id", filter=works), used_at=Max("last_used_at"))
    )
    return {system: (number, used_at) for system, number, used_at in figures}


def _instances_now(ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    present = Instance.objects.filter(
        system__in=ids, last_seen_at__gte=now - PRESENT_FOR
    )
    return dict(present.values_list("system_id").annotate(number=Count("id")))


def _keys_of(system: System, now: datetime) -> list[KeyRow]:
    """Keys that work first, each group newest first."""
    rows = [
        KeyRow(key, key.state_at(now))
        for key in system.keys.select_related("issued_by")
    ]
    return sorted(rows, key=lambda row: not row.works)


def _roster_of(system: System, now: datetime) -> list[InstanceRow]:
    newest: QuerySet[Instance] = system.instances.order_by("-last_seen_at")
    return [
        InstanceRow(
            row,
            present=is_present(row.last_seen_at, now),
            strayed=row.environment != system.environment,
        )
        for row in newest[:ROSTER_SHOWN]
    ]


def _changes_of(system: System) -> list[ChangeLine]:
    """The newest acts on the inventory: few among the many events of a busy system."""
    events = Event.objects.filter(
        verb__in=INVENTORY_VERBS, system_id=system.pk
    ).order_by("-id")[:CHANGES_SHOWN]
    return [
        ChangeLine(event.at, event.actor_name, words_of(event.verb, event.facts))
        for event in events
    ]
