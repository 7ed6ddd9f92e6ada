"""Functions behind gates: bound by name, called by grant, described by hints."""

from collections.abc import Callable
from typing import Any, Literal

import pytest
from reviewapp_client import UsageError
from reviewapp_client._functions import Function
from reviewapp_client._schema import schema_of

from .world import World


def every_kind(a: int, /, b: str, *, c: bool = False, **more: Any) -> tuple[Any, ...]:
    return a, b, c, more


def test_all_kinds_of_parameters_are_named_and_given_back() -> None:
    function = Function(every_kind)
    arguments = function.bind(1, "x", extra=2)
    assert arguments == {"a": 1, "b": "x", "c": False, "extra": 2}
    assert function.call(arguments) == (1, "x", False, {"extra": 2})


def test_a_call_that_does_not_fit_is_a_type_error_at_once() -> None:
    with pytest.raises(TypeError):
        Function(every_kind).bind(1)


def test_a_default_does_not_stand_in_for_what_was_not_approved() -> None:
    with pytest.raises(TypeError, match="arguments missing: c"):
        Function(every_kind).admit({"a": 1, "b": "x"})


def test_a_bound_method_has_no_self() -> None:
    assert Function("a,b".split).bind(",") == {"sep": ",", "maxsplit": -1}


@pytest.mark.parametrize(
    "function", [lambda *values: None, lambda self, a: None, lambda intent: None]
)
def test_functions_a_gate_cannot_hold_are_refused(
    world: World, function: Callable[..., None]
) -> None:
    gate = world.client().gate(environment="test", reversibility="reversible")
    with pytest.raises(UsageError):
        gate(function)


def described(
    a: int,
    b: str | None,
    c: Literal["x", "y"],
    d: list[float],
    e: dict[str, bool],
) -> None: ...


def test_simple_hints_become_a_schema() -> None:
    assert schema_of(described) == {
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "c": {"enum": ["x", "y"]},
            "d": {"type": "array", "items": {"type": "number"}},
            "e": {"type": "object", "additionalProperties": {"type": "boolean"}},
        },
        "required": ["a", "b", "c", "d", "e"],
        "additionalProperties": False,
    }


def untyped(a) -> None: ...  # type: ignore[no-untyped-def]
def any_of(a: Any) -> None: ...
def other(a: list[object]) -> None: ...
def half(a: "int | bytes") -> None: ...
def bare(a: dict) -> None: ...  # type: ignore[type-arg]
def unknown(a: "Nowhere") -> None: ...  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize(
    "function", [untyped, any_of, other, half, bare, unknown, every_kind]
)
def test_a_hint_that_is_not_simple_leaves_out_the_whole(
    function: Callable[..., Any],
) -> None:
    assert schema_of(function) is None


def test_a_gated_function_keeps_its_face(world: World) -> None:
    gate = world.client().gate(environment="test", reversibility="reversible")
    gated = gate(described)
    assert gated.__name__ == "described"  # type: ignore[attr-defined]
    assert schema_of(gated) == schema_of(described)
