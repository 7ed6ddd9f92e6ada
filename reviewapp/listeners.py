"""Who waits and listens from outside, and what they may hear: agents and people.

The ground floor holds the connections (reviewapp/core/live) and knows no app; here the
apps tell it who may pass, and what an event says to whom.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from urllib.parse import parse_qs
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from queues.models import ActionRequest, Delivery, Queue, Status
from queues.services.deliveries import note_delivered
from reviewapp.core.live.asgi import Scope, headers_of
from reviewapp.core.live.feeds import Channel, Listener, Payload
from reviewapp.core.live.sessions import person_at
from reviewapp.core.models import Event, User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid, Problem, Unauthenticated
from reviewapp.notifications.rules import Occasion
from systems.actors import AgentCaller
from systems.authentication import authenticate_key
from systems.models import Scope as KeyScope
from systems.services.instances import note_listening

_INSTANCE_LENGTH = 120
# What ends an agent's waiting, or takes back what it was given.
_AGENTS_HEAR = {
    f"request.{status}"
    for status in Status.values
    if status not in (Status.PENDING, Status.REDEEMED)
}
# What a message says of a request that waits, or says of something else.
_NO_ANSWER = {None, Status.PENDING}
# Somebody read words: the log keeps it, and no page looks different for it.
_READINGS = {
    "request.opened",
    "requests.listed",
    "trace.opened",
    "trace.words_opened",
    "glass.read",
    "feedback.read",
    "preservations.read",
    "explanation.read",
    "explanation.copied",
}
# What people hear of beside their queues: the nouns of verbs, by right.
_NOUNS = {
    Right.SYSTEM_SEE: ("system", "tool", "credential", "instance", "containment"),
    Right.KEY_MANAGE: ("key", "webhook_secret"),
    Right.QUEUE_MANAGE: ("queue", "policy"),
    Right.PEOPLE_MANAGE: ("person", "role", "token", "identity"),
    Right.LOG_READ: ("log", "epoch"),
    Right.ACCESS_SEE: ("glass",),
    Right.GLASS_APPROVE: ("glass",),
    Right.EXPLANATION_DRAFT: ("explanation",),
}

# What concerns one person alone: their notices, and how they wish to be called.
_OWN_NOUNS = {"notice", "notices", "reach", "wish"}


def may_wait(headers: Mapping[str, str], ask_id: UUID) -> bool:
    """Return whether these headers name an agent whose request is still pending."""
    caller = _caller(headers)
    asks = ActionRequest.objects.of_system(caller.system)
    return asks.filter(pk=ask_id, status=Status.PENDING).exists()


def pending_among(ask_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the requests that still wait for a decision."""
    asks = ActionRequest.objects.filter(pk__in=ask_ids, status=Status.PENDING)
    return set(asks.values_list("pk", flat=True))


# Agents -------------------------------------------------------------------------


def _admit_agent(scope: Scope) -> Listener:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    instance = query.get("instance", [""])[0]
    if len(instance) > _INSTANCE_LENGTH or not instance.isprintable():
        raise Invalid({"instance": ["At most 120 printable characters."]})
    return _agent(headers_of(scope), instance)


def _agent(headers: Mapping[str, str], instance: str) -> Listener:
    """An open stream that names its instance counts as that instance's heartbeat."""
    caller = _caller(headers)
    if instance:
        note_listening(caller.system, instance=instance, actor=caller.actor())
    return Listener(
        topics=frozenset({_system_topic(caller.system.pk)}),
        renew=partial(_renewed_agent, headers, instance),
        rows=Q(system_id=caller.system.pk),
        told=partial(_note_told, caller),
    )


def _renewed_agent(headers: Mapping[str, str], instance: str) -> Listener | None:
    try:
        return _agent(headers, instance)
    except Problem:
        return None


def _note_told(caller: AgentCaller, said: Sequence[Payload]) -> None:
    """Note which answers the agent was told of, by the first of its streams."""
    ids = [one["request_id"] for one in said if one.get("status") not in _NO_ANSWER]
    unheard = ActionRequest.objects.filter(
        pk__in=ids,
        delivery__decided_at__isnull=False,
        delivery__delivered_at=None,
    )
    for ask in unheard.select_related("queue"):
        note_delivered(ask, Delivery.Channel.STREAM, actor=caller.actor())


def _caller(headers: Mapping[str, str]) -> AgentCaller:
    caller = authenticate_key(headers.get("authorization", ""))
    if caller is None:
        raise Unauthenticated(
            "not_authenticated", "Send `Authorization: Bearer <key>`."
        )
    caller.require(KeyScope.REQUESTS)
    return caller


def _agent_topics(event: Event) -> Collection[str]:
    heard = event.verb in _AGENTS_HEAR or _is_containment(event.verb)
    return {_system_topic(event.system_id)} if heard and event.system_id else ()


def _system_topic(system_id: UUID) -> str:
    return f"system:{system_id}"


def _is_containment(verb: str) -> bool:
    return verb.startswith("containment.")


def _tell_agents(events: Sequence[Event]) -> dict[int, Payload]:
    """Ids, statuses and digests; the answer itself is fetched by `GET`."""
    asks = ActionRequest.objects.filter(pk__in=_ask_ids(events)).in_bulk()
    return {event.pk: _agent_payload(event, asks) for event in events}


def _ask_ids(events: Sequence[Event]) -> list[UUID]:
    return [UUID(one.subject_id) for one in events if not _is_containment(one.verb)]


def _agent_payload(event: Event, asks: Mapping[UUID, ActionRequest]) -> Payload:
    said: Payload = {"verb": event.verb, "at": event.at.isoformat()}
    if _is_containment(event.verb):
        return said | {"containment_id": event.subject_id}
    ask = asks.get(UUID(event.subject_id))
    said["request_id"] = event.subject_id
    if ask is not None:
        said |= {"status": ask.status, "arguments_digest": ask.arguments_digest}
    return said


AGENTS = Channel(
    name="agents",
    admit=_admit_agent,
    topics_of=_agent_topics,
    compose=_tell_agents,
    named=True,
    urgent=_is_containment,
)


# People -------------------------------------------------------------------------


def _admit_person(scope: Scope) -> Listener:
    person = person_at(scope)
    return Listener(topics=_topics_of_person(person), renew=partial(_renewed, scope))


def _renewed(scope: Scope) -> Listener | None:
    """The session may have run out, the person lost a role or left a queue."""
    try:
        return _admit_person(scope)
    except Unauthenticated:
        return None


def _topics_of_person(person: User) -> frozenset[str]:
    queues = Queue.objects.visible_to(person).values_list("slug", flat=True)
    nouns = (noun for right in person.rights for noun in _NOUNS.get(right, ()))
    return frozenset(
        [
            f"person:{person.pk}",
            *(f"queue:{slug}" for slug in queues),
            *(f"noun:{noun}" for noun in nouns),
        ]
    )


def _people_topics(event: Event) -> Collection[str]:
    """A notice is its receiver's; what happens in a queue, its members'."""
    if event.verb in _READINGS:
        return ()
    noun = event.verb.partition(".")[0]
    if noun in _OWN_NOUNS:
        return {f"person:{event.facts.get('person_id', event.person_id)}"}
    if queue := event.facts.get("queue"):
        return {f"queue:{queue}"}
    return {f"noun:{noun}"}


def _tell_people(events: Sequence[Event]) -> dict[int, Payload]:
    """Enough for a page to know which of its parts to fetch again."""
    return {
        event.pk: {
            "verb": event.verb,
            "subject": event.subject_id,
            "queue": event.facts.get("queue", ""),
            **_call_of(event),
        }
        for event in events
    }


def _call_of(event: Event) -> Payload:
    """What static/js/notify.js says, where the receiver wants browser notices."""
    if event.verb != "notice.made" or not event.facts["browser"]:
        return {}
    return {
        "id": event.subject_id,
        "title": Occasion(event.facts["occasion"]).label,
        "url": reverse("notice", args=[event.subject_id]),
    }


PEOPLE = Channel(
    name="people",
    admit=_admit_person,
    topics_of=_people_topics,
    compose=_tell_people,
    # In a busy queue each message costs every open list a fetch: one a second is live.
    pace_s=1.0,
    replays=1_000,
)
