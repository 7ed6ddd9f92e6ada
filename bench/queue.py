"""The list page and claim-next against the bare SQL that each needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connections, transaction
from django.test import Client

from bench.timing import medians
from queues.services.claims import claim_next
from reviewapp.core.actors import Actor
from reviewapp.core.models import User

_ROWS = """
    SELECT a.id, a.version, a.tool, a.environment, a.declared_environment, a.risk_class,
           a.rank_at, a.created_at, a.expires_at, a.changed_at, a.escalated_at,
           a.holder_id, a.held_until, a.headline_sealed, s.name, q.name
    FROM queues_actionrequest a
    JOIN systems_system s ON s.id = a.system_id
    JOIN queues_queue q ON q.id = a.queue_id
    WHERE a.status = 'pending' AND a.merged_into_id IS NULL
      AND a.queue_id IN (SELECT queue_id FROM queues_membership WHERE person_id = %s)
    ORDER BY a.rank_at, a.id LIMIT 51
"""
_KEYS = "SELECT owner, wrapped FROM core_datakey WHERE owner = ANY(%s)"
_TAKE = """
    SELECT id FROM queues_actionrequest
    WHERE status = 'pending' AND merged_into_id IS NULL AND expires_at > now()
      AND queue_id IN (SELECT queue_id FROM queues_membership WHERE person_id = %s)
      AND available_at <= now() AND (held_until IS NULL OR held_until <= now())
    ORDER BY rank_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_HOLD = (
    "UPDATE queues_actionrequest SET holder_id = %s, held_until = now() + '5 min' "
    "WHERE id = %s"
)
_CLAIM = (
    'INSERT INTO queues_claim (ask_id, person_id, made_at, "end") '
    "VALUES (%s, %s, now(), '')"
)
_TELL = """
    INSERT INTO core_event (epoch, xact, at, verb, subject_type, subject_id, actor_kind,
        actor_name, person_id, credential, session, on_behalf_of, facts)
    VALUES (0, 0, now(), 'request.claimed', 'actionrequest', %s, 'person', 'bench', %s,
        '', '', '', '{}')
"""
_FREE = (
    "UPDATE queues_actionrequest SET holder_id = NULL, held_until = NULL "
    "WHERE status = 'pending' AND holder_id IS NOT NULL"
)
_END = "UPDATE queues_claim SET ended_at = now() WHERE ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """Median milliseconds of each, and the ratios that are aimed at.

    `*_cpu`: of this process alone, without PostgreSQL's.
    """

    waiting: int
    page: float
    page_cpu: float
    page_sql: float
    claim: float
    claim_cpu: float
    claim_sql: float

    @property
    def page_ratio(self) -> float:
        return self.page / self.page_sql

    @property
    def claim_ratio(self) -> float:
        return self.claim / self.claim_sql


def measure_queue(person: User, waiting: int) -> QueueFigures:
    page, page_sql = medians(_page_of(person), lambda: _rows_and_keys(person))
    claim, claim_sql = medians(
        lambda: claim_next(person, actor=Actor.of_person(person)),
        lambda: _claim_bare(person),
        after=_give_back,
    )
    return QueueFigures(
        waiting,
        page=page.wall_ms,
        page_cpu=page.cpu_ms,
        page_sql=page_sql.wall_ms,
        claim=claim.wall_ms,
        claim_cpu=claim.cpu_ms,
        claim_sql=claim_sql.wall_ms,
    )


def _page_of(person: User) -> Callable[[], object]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)

    def page() -> object:
        answer = client.get("/queue/")
        if answer.status_code != 200 or b"Cancel reservation R-" not in answer.content:
            raise RuntimeError(f"The page answered {answer.status_code}.")
        return answer

    return page


def _rows_and_keys(person: User) -> object:
    with connections["default"].cursor() as cursor:
        cursor.execute(_ROWS, [person.pk])
        ids: list[UUID] = [row[0] for row in cursor.fetchall()]
    with connections["keys"].cursor() as cursor:
        cursor.execute(_KEYS, [ids])
        return cursor.fetchall()


def _claim_bare(person: User) -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(_TAKE, [person.pk])
        (ask_id,) = cursor.fetchone()
        cursor.execute(_HOLD, [person.pk, ask_id])
        cursor.execute(_CLAIM, [ask_id, person.pk])
        cursor.execute(_TELL, [str(ask_id), person.pk])


def _give_back() -> None:
    """Both find the same queue: what was claimed is free again."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_FREE)
        cursor.execute(_END)
