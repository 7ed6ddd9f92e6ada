"""The bench's own database, filled with many waiting requests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from queues.first_policy import FIRST_POLICY
from queues.models import ActionRequest, Membership, Policy, Queue
from queues.submissions import Contents, Headline
from reviewapp.core.models import DataKey, PersonalToken, RoleGrant, User
from reviewapp.core.permissions import Role
from reviewapp.core.words import Keyring
from systems.models import Lifecycle, System

BATCH = 2_000
REVIEWERS = 4


def prepare() -> None:
    """Bring both databases up to date and empty what an earlier bench left."""
    call_command("migrate", verbosity=0)
    call_command("migrate", database="keys", verbosity=0)
    empty("traces_trace", "traces_batch")
    empty("queues_actionrequest", "systems_system", "core_user", "queues_queue")


def make_policy() -> None:
    Policy.objects.get_or_create(
        version=1, defaults={"rules": FIRST_POLICY, "published_at": timezone.now()}
    )


def make_people() -> list[User]:
    """Reviewers of one queue, under the first policy."""
    make_policy()
    queue, _ = Queue.objects.get_or_create(
        slug="general", defaults={"name": "General", "max_pending": 10_000_000}
    )
    people = [
        User.objects.create_user(f"bench{n}@example.org", name=f"Bench {n}")
        for n in range(REVIEWERS)
    ]
    for person in people:
        RoleGrant.objects.create(person=person, role=Role.REVIEWER)
        Membership.objects.create(queue=queue, person=person)
    return people


def make_waiting(how_many: int) -> None:
    """Put so many requests in the queue, each with words under a key of its own."""
    queue = Queue.objects.get(slug="general")
    policy = Policy.objects.current()
    system, _ = System.objects.get_or_create(
        slug="bench-agent", defaults={"name": "Bench", "lifecycle": Lifecycle.LIVE}
    )
    numbers = iter(range(how_many))
    while batch := list(itertools.islice(numbers, BATCH)):
        asks = list(_requests(batch, system, queue, policy))
        ActionRequest.objects.bulk_create(asks)
    with connections["default"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _requests(
    numbers: list[int], system: System, queue: Queue, policy: Policy
) -> Iterator[ActionRequest]:
    now = timezone.now()
    ids = [uuid4() for _ in numbers]
    keyring = Keyring.make_many(ids)
    for number, ask_id in zip(numbers, ids, strict=True):
        due = now + timedelta(hours=1, seconds=number % 7200)
        headline = Headline(f"Cancel reservation R-{number} of Mara Lindholm", "mara")
        contents = Contents({"reservation": f"R-{number}"}, justification="Asked for.")
        digest = f"{number:064x}"
        yield ActionRequest(
            id=ask_id,
            system=system,
            queue=queue,
            policy=policy,
            key_digest=ask_id.hex,
            body_digest=digest,
            tool="cancel_reservation",
            effect="write",
            reversibility="irreversible",
            declared_environment="production",
            environment="production",
            risk_class="irreversible_write",
            asked_digest=digest,
            arguments_digest=digest,
            headline_sealed=keyring.seal(ask_id, Headline.LABEL, headline.as_json()),
            contents_sealed=keyring.seal(ask_id, Contents.LABEL, contents.as_json()),
            allowed=["approve", "edit", "reject", "answer"],
            rank_at=due,
            created_at=now,
            available_at=now,
            expires_at=due,
            execute_within_s=900,
            report_within_s=900,
        )


def drop_waiting() -> None:
    """Empty the queue between two sizes."""
    empty("queues_actionrequest")
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def empty(*tables: str) -> None:
    """Empty tables and what refers to them; the log stays, as it does everywhere."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
    DataKey.objects.all().delete()


def tokens_of(people: list[User]) -> list[str]:
    from reviewapp.core.authentication import PERSON_PREFIX, new_secret, secret_digest

    secrets = [new_secret(PERSON_PREFIX) for _ in people]
    PersonalToken.objects.bulk_create(
        PersonalToken(
            person=person, prefix=secret[:8], secret_digest=secret_digest(secret)
        )
        for person, secret in zip(people, secrets, strict=True)
    )
    return secrets


def make_agent_key() -> str:
    """Register a system that sends traces; return its key."""
    from reviewapp.core.actors import Actor
    from systems.services.keys import issue_key

    system = System.objects.create(slug="bench", name="Bench", lifecycle=Lifecycle.LIVE)
    actor = Actor.of_process("bench")
    return issue_key(system, scopes=["traces"], actor=actor)[1]
