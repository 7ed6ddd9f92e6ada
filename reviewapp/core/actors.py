"""Who acts: every write names its actor, and every event copies it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from reviewapp.core.models import User


class ActorKind(StrEnum):
    PERSON = "person"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One link of the chain: person, agent, credential, session, on behalf of.

    `name` is copied into the log so that a row keeps its meaning when the person or
    system is renamed or gone. `session` and `on_behalf_of` are keyed digests: they
    tell two sessions or two people apart without naming them.
    """

    kind: ActorKind
    name: str
    person_id: int | None = None
    system_id: UUID | None = None
    key_id: UUID | None = None
    credential: str = ""
    session: str = ""
    on_behalf_of: str = ""

    @classmethod
    def of_person(
        cls, person: User, session: str = "", *, credential: str = ""
    ) -> Actor:
        return cls(
            ActorKind.PERSON,
            person.email,
            person_id=person.pk,
            credential=credential,
            session=session,
        )

    @classmethod
    def of_process(cls, name: str) -> Actor:
        """Reviewapp itself, by the name of the sweep or rule that acts."""
        return cls(ActorKind.SYSTEM, name)
