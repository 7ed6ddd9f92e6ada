"""The navigation on every page: what this person may go to, and where they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from reviewapp.core.models import User
from reviewapp.core.permissions import Right


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go, for those who hold one of `rights` (or anybody signed in)."""

    label: str
    url_name: str
    icon: str
    key: str = ""
    rights: frozenset[Right] = frozenset()
    count_url_name: str = ""
    # The live event after which the count is fetched again.
    count_on: str = "live:requests"

    def is_open_to(self, person: User) -> bool:
        return not self.rights or bool(self.rights & person.rights)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A place as base.html draws it; `key` is the letter after `g`."""

    label: str
    url: str
    icon: str
    key: str
    current: bool
    count_url: str
    count_on: str


@dataclass(frozen=True, slots=True)
class NavGroup:
    label: str
    items: list[NavEntry] = field(default_factory=list)


PLACES: dict[str, tuple[Place, ...]] = {
    "": (
        Place("Home", "home", "home", "h"),
        Place(
            "Queue",
            "queue",
            "inbox-stack",
            "q",
            frozenset({Right.REQUEST_SEE}),
            count_url_name="queue_count",
        ),
        Place(
            "Notices",
            "notices",
            "bell",
            "b",
            count_url_name="unseen_notices",
            count_on="live:notices",
        ),
    ),
    "Agents": (
        Place(
            "Traces",
            "list_traces",
            "rectangle-stack",
            "t",
            frozenset({Right.TRACE_SEE}),
        ),
        Place(
            "Explanations",
            "list_explanations",
            "chat-bubble-left-right",
            "e",
            frozenset({Right.EXPLANATION_DRAFT}),
            count_url_name="count_explanations",
            count_on="live:explanation",
        ),
        Place(
            "Systems", "list_systems", "cpu-chip", "s", frozenset({Right.SYSTEM_SEE})
        ),
        Place(
            "Dead letters",
            "list_dead_letters",
            "envelope-open",
            "d",
            frozenset({Right.DEAD_LETTER_MANAGE}),
        ),
        Place("Costs", "show_costs", "banknotes", "c", frozenset({Right.COST_SEE})),
    ),
    "Administration": (
        Place(
            "Queues", "list_queues", "queue-list", "w", frozenset({Right.QUEUE_MANAGE})
        ),
        Place(
            "Access",
            "list_openings",
            "eye",
            "a",
            frozenset({Right.ACCESS_SEE, Right.GLASS_APPROVE}),
            count_url_name="count_openings",
            count_on="live:glass",
        ),
        Place("Log", "log", "book-open", "l", frozenset({Right.LOG_READ})),
        Place("People", "people", "users", "p", frozenset({Right.PEOPLE_MANAGE})),
    ),
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `navigation`, computed only where a template draws it."""
    return {"navigation": SimpleLazyObject(lambda: navigation_of(request))}


def navigation_of(request: HttpRequest) -> list[NavGroup]:
    # An answer to what came before the session was read has no user.
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return []
    groups = (
        NavGroup(
            label,
            [_entry(place, request) for place in places if place.is_open_to(person)],
        )
        for label, places in PLACES.items()
    )
    return [group for group in groups if group.items]


def _entry(place: Place, request: HttpRequest) -> NavEntry:
    url = reverse(place.url_name)
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return NavEntry(
        label=place.label,
        url=url,
        icon=place.icon,
        key=place.key,
        current=here,
        count_url=reverse(place.count_url_name) if place.count_url_name else "",
        count_on=place.count_on,
    )
