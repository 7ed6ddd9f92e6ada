"""Agents as actors: what a key's caller signs the log with."""

from __future__ import annotations

from dataclasses import dataclass

from reviewapp.core.actors import Actor, ActorKind
from reviewapp.core.digests import reference_digest
from reviewapp.core.problems import Forbidden
from systems.models import Key, Scope, System


@dataclass(frozen=True, slots=True)
class AgentCaller:
    """Who calls with a key: a system, never a person."""

    key: Key
    system: System
    scopes: frozenset[Scope]

    def refusal(self, scope: Scope) -> Forbidden | None:
        """Return why this door stays shut, or None if the key opens it."""
        if scope in self.scopes:
            return None
        held = ", ".join(sorted(self.scopes))
        return Forbidden(
            "wrong_scope",
            f"This call needs a key with scope {scope.value}; yours has {held}.",
        )

    def require(self, scope: Scope) -> None:
        """Raise Forbidden("wrong_scope") unless the key opens this door."""
        if (refusal := self.refusal(scope)) is not None:
            raise refusal

    def actor(self, on_behalf_of: str = "", credential: str = "") -> Actor:
        """Return this caller as an actor.

        `on_behalf_of` is the reference as the agent sent it; only its keyed digest is
        kept. `credential` is the registered name the agent acts with.
        """
        return Actor(
            ActorKind.AGENT,
            self.system.slug,
            system_id=self.system.pk,
            key_id=self.key.pk,
            credential=credential,
            on_behalf_of=reference_digest("behalf", on_behalf_of),
        )
