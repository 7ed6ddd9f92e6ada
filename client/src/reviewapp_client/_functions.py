"""A function behind a gate: its arguments by name, and how to call it with them."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from ._errors import UsageError
from ._json import JsonObject, plain_object

V = TypeVar("V")


class Function(Generic[V]):
    """Binds and calls; raises UsageError for a function a gate cannot hold.

    `V` is what calling it gives: a value, or an awaitable of one.
    """

    # Any: the parameters are the caller's.
    def __init__(self, function: Callable[..., V]) -> None:
        self._function = function
        self._signature = inspect.signature(function)
        self._parameters = self._signature.parameters.values()
        name = getattr(function, "__name__", repr(function))
        if any(p.name in ("self", "cls") for p in self._parameters):
            raise UsageError(f"{name}: gate the bound method, not the method")
        if any(p.kind is p.VAR_POSITIONAL for p in self._parameters):
            raise UsageError(f"{name}: *args have no names to show a reviewer")

    def bind(self, *args: object, **kwargs: object) -> JsonObject:
        """Return all arguments by name, defaults too: what will run is shown whole."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        named = dict(bound.arguments)
        for parameter in self._parameters:
            if parameter.kind is parameter.VAR_KEYWORD:
                named |= named.pop(parameter.name)
        return plain_object(named, "arguments")

    def admit(self, arguments: JsonObject) -> None:
        """Raise TypeError for arguments that the function could not be called with."""
        self._bound(arguments)

    def call(self, arguments: JsonObject) -> V:
        """Call the function with these arguments and no others."""
        bound = self._bound(arguments)
        return self._function(*bound.args, **bound.kwargs)

    def _bound(self, arguments: Mapping[str, Any]) -> inspect.BoundArguments:
        named = [p.name for p in self._parameters if p.kind is not p.VAR_KEYWORD]
        # Defaults do not fill a gap: they were not among what was approved.
        if missing := [name for name in named if name not in arguments]:
            raise TypeError(f"arguments missing: {', '.join(missing)}")
        first = [p.name for p in self._parameters if p.kind is p.POSITIONAL_ONLY]
        rest = {name: arguments[name] for name in arguments if name not in first}
        return self._signature.bind(*(arguments[name] for name in first), **rest)
