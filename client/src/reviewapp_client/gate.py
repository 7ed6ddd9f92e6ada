"""A gate in front of a function: asked first, run only as granted, reported after."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import (
    TYPE_CHECKING,
    Any,
    ParamSpec,
    Protocol,
    TypeVar,
    Unpack,
    cast,
    overload,
)

from ._ask import Arguments
from ._context import said_here
from ._errand import Errand, Performed, Setting
from ._errands import carried_out
from ._errors import UsageError
from ._functions import Function
from ._json import JsonObject, plain_object
from ._schema import schema_of
from ._terms import Terms, check_terms
from .digests import derived_intent

if TYPE_CHECKING:
    from .aio import AsyncClient
    from .client import Client

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class Gated(Protocol[P, R_co]):
    """A function behind a gate. `intent` names the act once and for all (README)."""

    # Any: ParamSpec cannot add a keyword, so with `intent` the arguments go unchecked.
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(self, *args: Any, intent: str, **kwargs: Any) -> R_co: ...

    def perform(
        self, *args: Any, intent: str | None = None, **kwargs: Any
    ) -> Performed[R_co]:
        """Like calling it; returns the request and any edit along with the value."""


class AsyncGated(Protocol[P, R_co]):
    """Like Gated, for a coroutine function."""

    @overload
    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    async def __call__(self, *args: Any, intent: str, **kwargs: Any) -> R_co: ...

    async def perform(
        self, *args: Any, intent: str | None = None, **kwargs: Any
    ) -> Performed[R_co]:
        """Like calling it; returns the request and any edit along with the value."""


class Gate:
    """A gate for acts that are not one function each, such as a tool dispatcher.

    `run` calls `function` with the granted arguments by name, never with the caller's.
    """

    def __init__(self, client: "Client", **terms: Unpack[Terms]) -> None:
        check_terms(terms)
        self._client = client
        self._terms = terms

    def run(
        self,
        function: Callable[..., T],
        arguments: Arguments,
        *,
        intent: str | None = None,
    ) -> Performed[T]:
        """Bring one intent to its end; raises what else can come of it (README)."""
        wrapped = Function(function)
        bound = wrapped.bind(**arguments)
        return self._client.drive(
            carried_out(
                errand(self._client.setting, self._terms, wrapped, bound, intent)
            )
        )


class AsyncGate:
    """Like Gate, for coroutine functions."""

    def __init__(self, client: "AsyncClient", **terms: Unpack[Terms]) -> None:
        check_terms(terms)
        self._client = client
        self._terms = terms

    async def run(
        self,
        function: Callable[..., Awaitable[T]],
        arguments: Arguments,
        *,
        intent: str | None = None,
    ) -> Performed[T]:
        """Bring one intent to its end; raises what else can come of it (README)."""
        wrapped = Function(function)
        bound = wrapped.bind(**arguments)
        return await self._client.drive(
            carried_out(
                errand(self._client.setting, self._terms, wrapped, bound, intent)
            )
        )
