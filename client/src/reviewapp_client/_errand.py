"""One call of a gated function: what it asks, and what the flows know of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ._ask import Evidence, Precondition, body_of, evidence_of, preconditions_of
from ._clock import Clock
from ._context import said_here
from ._flow import Flow, invoke
from ._json import JsonObject, plain_object
from ._models import Request
from ._terms import ASK_FIELDS, DEFAULT_ASK_AGAIN_AFTER, Terms
from .digests import arguments_digest
from .journal import Journal

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """What a client lends to its gates. `retry_for` is in seconds."""

    journal: Journal
    clock: Clock
    instance: str
    retry_for: float


@dataclass(frozen=True)
class Performed(Generic[T]):
    """The act was carried out. `reported` is false while the server does not know."""

    value: T
    request: Request
    asked: JsonObject
    arguments: JsonObject
    reported: bool

    @property
    def edited(self) -> bool:
        """Whether a reviewer changed the arguments."""
        return self.arguments != self.asked

    @property
    def message_for_model(self) -> str:
        """What to tell the model: after an edit it must not repeat its own call."""
        if not self.edited:
            return "The action was approved and carried out as asked."
        return (
            "A reviewer changed the action before approving it, and it was carried out "
            f"with these arguments: {self.arguments}. Do not repeat the original call."
        )


@dataclass(frozen=True)
class Errand(Generic[T]):
    """One intent, from asking to reporting.

    `run` is entered with the granted arguments; `admit` says beforehand, by raising
    TypeError, that it could not take them.
    """

    setting: Setting
    terms: Terms
    tool: str
    arguments: JsonObject
    intent: str
    run: Callable[[JsonObject], T | Awaitable[T]]
    admit: Callable[[JsonObject], None]

    @property
    def journal(self) -> Journal:
        return self.setting.journal

    @property
    def digest(self) -> str:
        return arguments_digest(self.tool, self.arguments)

    @property
    def ask_again_after(self) -> frozenset[str]:
        return frozenset(self.terms.get("ask_again_after", DEFAULT_ASK_AGAIN_AFTER))

    @property
    def withdraws(self) -> bool:
        return self.terms.get("withdraw_on_cancel", True)


def body_to_ask(errand: Errand[T]) -> Flow[JsonObject]:
    """Return the body of the ask; the caller's functions of the arguments are run."""
    said: dict[str, object] = {}
    for name in ASK_FIELDS:
        if name in errand.terms:
            said[name] = yield from _value_of(errand, name, errand.arguments)
    asked = {"tool": errand.tool, "arguments": errand.arguments}
    return body_of({**said, **said_here(), **asked})


def preconditions_now(
    errand: Errand[T], arguments: JsonObject
) -> Flow[list[Precondition]]:
    """Return fresh fingerprints, of the world these arguments act on."""
    given = yield from _value_of(errand, "preconditions", arguments)
    return preconditions_of(given or ())


def evidence_now(errand: Errand[T]) -> Flow[list[Evidence]]:
    """Return fresh evidence."""
    given = yield from _value_of(errand, "evidence", errand.arguments)
    return evidence_of(given or ())


# Any: the value has the type that Terms gives the name.
def _value_of(errand: Errand[T], name: str, arguments: JsonObject) -> Flow[Any]:
    value: object = errand.terms.get(name)
    if not callable(value):
        return value
    # A copy: what the caller's code does to it must not change what is asked.
    return (yield from invoke(value, plain_object(arguments)))
