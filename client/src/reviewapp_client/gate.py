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
from ._errors import UsageError
from ._flow import Flow
from ._functions import Function
from ._json import JsonObject, plain_object
from ._lifecycle import carried_out
from ._schema import schema_of
from ._terms import Terms, check_terms
from .digests import derived_intent

if TYPE_CHECKING:
    from .aio import AsyncClient
    from .client import Client

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


class Gate:
    """A gate for acts that are not one function each, such as a tool dispatcher's."""

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
        """Call `function` by name with what is granted, never with the caller's own.

        Raises what else can come of asking: see the table of outcomes in the README.
        """
        called = Function(function)
        bound = called.bind(**arguments)
        flow = _errand(self._client.setting, self._terms, called, bound, intent)
        return self._client.drive(flow)


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
        """Like `Gate.run`."""
        called = Function(function)
        bound = called.bind(**arguments)
        flow = _errand(self._client.setting, self._terms, called, bound, intent)
        return await self._client.drive(flow)


# Any in what follows: ParamSpec cannot add a keyword to a function's own, so a call
# that names its intent goes unchecked; one that does not is checked like the function.
class Gated(Protocol[P, R]):
    """A function behind a gate."""

    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
    @overload
    def __call__(self, *args: Any, intent: str, **kwargs: Any) -> R: ...

    def perform(
        self, *args: Any, intent: str | None = None, **kwargs: Any
    ) -> Performed[R]:
        """Like calling it; returns the request, and any edit, beside the value."""


class AsyncGated(Protocol[P, R]):
    """A coroutine function behind a gate."""

    @overload
    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
    @overload
    async def __call__(self, *args: Any, intent: str, **kwargs: Any) -> R: ...

    async def perform(
        self, *args: Any, intent: str | None = None, **kwargs: Any
    ) -> Performed[R]:
        """Like calling it; returns the request, and any edit, beside the value."""


def gated(client: "Client", terms: Terms, function: Callable[P, R]) -> Gated[P, R]:
    """Return `function` behind a gate."""
    if inspect.iscoroutinefunction(function):
        raise UsageError(f"{function.__name__} is async: gate it with AsyncClient")
    called, terms = _prepared(function, terms)

    def perform(*args: Any, intent: str | None = None, **kwargs: Any) -> Performed[R]:
        bound = called.bind(*args, **kwargs)
        return client.drive(_errand(client.setting, terms, called, bound, intent))

    @functools.wraps(function)
    def call(*args: Any, intent: str | None = None, **kwargs: Any) -> R:
        return perform(*args, intent=intent, **kwargs).value

    call.perform = perform  # type: ignore[attr-defined]
    return cast(Gated[P, R], call)


def gated_async(
    client: "AsyncClient", terms: Terms, function: Callable[P, Awaitable[R]]
) -> AsyncGated[P, R]:
    """Return the coroutine function behind a gate."""
    if not inspect.iscoroutinefunction(function):
        raise UsageError("AsyncClient gates async functions; Client gates the others")
    called, terms = _prepared(function, terms)

    async def perform(
        *args: Any, intent: str | None = None, **kwargs: Any
    ) -> Performed[R]:
        bound = called.bind(*args, **kwargs)
        return await client.drive(_errand(client.setting, terms, called, bound, intent))

    @functools.wraps(function)
    async def call(*args: Any, intent: str | None = None, **kwargs: Any) -> R:
        return (await perform(*args, intent=intent, **kwargs)).value

    call.perform = perform  # type: ignore[attr-defined]
    return cast(AsyncGated[P, R], call)


def _prepared(function: Callable[..., T], terms: Terms) -> tuple[Function[T], Terms]:
    """Return the function ready to call, and the terms with what it tells itself."""
    called = Function(function)
    if "intent" in inspect.signature(function).parameters:
        raise UsageError(f"{function.__name__}: a gate keeps the name 'intent'")
    told: Terms = {"tool": function.__name__, "schema": schema_of(function), **terms}
    check_terms(told)
    return called, told


def _errand(
    setting: Setting,
    terms: Terms,
    function: Function[Any],
    arguments: JsonObject,
    intent: str | None,
) -> Flow[Performed[Any]]:
    return carried_out(
        Errand(
            setting=setting,
            terms=terms,
            tool=terms["tool"],
            arguments=arguments,
            intent=intent or _intent(terms, arguments),
            run=function.call,
            admit=function.admit,
        )
    )


def _intent(terms: Terms, arguments: JsonObject) -> str:
    """Return the intent nobody named in the call: by the gate's rule, or derived.

    Without a run the same call would count as done for ever: that is refused.
    """
    if "intent" in terms:
        return terms["intent"](plain_object(arguments))
    run_id = said_here().get("run_id") or terms.get("run_id")
    if not isinstance(run_id, str):
        raise UsageError(
            "name the act: pass intent=, or run_id= by the gate or about()"
        )
    return derived_intent(terms["tool"], arguments, run_id)
