"""The options of a gate: what to say when asking, and how to behave."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Required, TypeAlias, TypedDict, TypeVar

import httpx

from ._ask import (
    Arguments,
    Ask,
    Change,
    Environment,
    Estimate,
    Evidence,
    Impact,
    Precondition,
    Reversibility,
    Undo,
)
from ._errors import UsageError
from ._models import VOIDS

V = TypeVar("V")
# A value, or a function of the arguments that gives it (async too, in AsyncClient).
From: TypeAlias = V | Callable[[Arguments], V | Awaitable[V]]


class Effect(TypedDict):
    """Something the act left in another system: `ref` is its id there."""

    system: str
    ref: str


class Terms(TypedDict, total=False):
    """What `gate` and `Gate` take. The first part is said to the reviewer."""

    tool: str
    environment: Required[Environment]
    reversibility: Required[Reversibility]
    summary: From[str]
    schema: Mapping[str, Any] | None
    diff: From[Sequence[Change]]
    run_id: str
    conversation_id: From[str]
    subject_ref: From[str]
    on_behalf_of: From[str]
    credential: From[str]
    justification: From[str]
    reasoning: From[str]
    impact: From[Impact]
    undo: From[Undo | None]
    evidence: From[Sequence[Evidence]]
    preconditions: From[Sequence[Precondition] | Mapping[str, str]]
    allowed: Sequence[Literal["approve", "edit", "reject", "answer"]]
    queue: str
    decide_within_s: int
    execute_within_s: int
    report_within_s: int
    on_timeout: Literal["reject", "expire", "escalate"]
    callback_url: str
    estimate: From[Estimate]
    synthetic: bool

    # How the gate behaves.
    intent: Callable[[Arguments], str]
    timeout: float | None
    withdraw_on_cancel: bool
    ask_again_after: Collection[str]
    refresh_s: float | None
    resume: Callable[[Arguments], bool | Awaitable[bool | None] | None]
    uncertain_on: tuple[type[BaseException], ...]
    # Any: the value of the gated function, whatever that is.
    result: Callable[[Any], object]
    effects: Callable[[Any], Sequence[Effect]]
    usage: Callable[[Any], Mapping[str, Any]]


ASK_FIELDS = tuple(name for name in Ask.__annotations__ if name != "arguments")

# Ends in which nothing ran and nobody said no. Only these may be asked again under the
# same intent, and only the first without being told to: the agent itself took it back.
REPEATABLE = frozenset({"withdrawn", "expired", "lapsed", "voided"}) | VOIDS
DEFAULT_ASK_AGAIN_AFTER = frozenset({"withdrawn"})

# Errors that tell nothing about the far side: the request may have arrived. OSError
# covers time-outs and lost connections of the standard library and of requests.
DEFAULT_UNCERTAIN_ON: tuple[type[BaseException], ...] = (OSError, httpx.TransportError)


def check_terms(terms: Mapping[str, object]) -> None:
    """Refuse options that are misspelt, missing or unsafe; raises UsageError."""
    if strangers := terms.keys() - Terms.__annotations__.keys():
        raise UsageError(f"unknown options: {', '.join(sorted(strangers))}")
    if missing := {"tool", *Terms.__required_keys__} - terms.keys():
        raise UsageError(f"missing options: {', '.join(sorted(missing))}")
    again = terms.get("ask_again_after", ())
    if not isinstance(again, Collection) or not REPEATABLE.issuperset(again):
        allowed = ", ".join(sorted(REPEATABLE))
        raise UsageError(f"ask_again_after may hold only: {allowed}")
