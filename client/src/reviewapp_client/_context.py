"""What holds for a whole run, and under which request an act runs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypedDict, Unpack

try:
    from opentelemetry import trace
except ImportError:  # optional: without it asks carry no trace unless told one
    trace = None  # type: ignore[assignment]


class About(TypedDict, total=False):
    """Fields that `about` takes."""

    run_id: str
    conversation_id: str
    subject_ref: str
    on_behalf_of: str
    justification: str
    reasoning: str
    trace_id: str
    span_id: str


_NOTHING: Mapping[str, object] = {}
_said: ContextVar[Mapping[str, object]] = ContextVar(
    "reviewapp_about", default=_NOTHING
)
_running: ContextVar[str | None] = ContextVar("reviewapp_request", default=None)
REQUEST_ID = "reviewapp.request_id"


@contextmanager
def about(**fields: Unpack[About]) -> Iterator[None]:
    """Say these of every ask made inside, over what the gate says of itself."""
    token = _said.set({**_said.get(), **fields})
    try:
        yield
    finally:
        _said.reset(token)


def said_here() -> Mapping[str, object]:
    """Return what holds here: the current span's ids, and what `about` said."""
    return {**_current_span(), **_said.get()}


def request_here() -> str | None:
    """Return the id of the request under whose grant the caller runs, if it does.

    For spans of its own that a gated function begins: as their `reviewapp.request_id`
    they are found from the request.
    """
    return _running.get()


@contextmanager
def running_under(request_id: str) -> Iterator[None]:
    """Name the request on the current span, and to whatever runs inside."""
    if trace is not None:
        trace.get_current_span().set_attribute(REQUEST_ID, request_id)
    before = _running.get()
    _running.set(request_id)
    try:
        yield
    finally:
        # Not by token: a flow that is thrown away may end in another context.
        _running.set(before)


def _current_span() -> Mapping[str, object]:
    if trace is None:
        return _NOTHING
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return _NOTHING
    return {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
