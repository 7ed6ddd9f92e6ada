"""The steps of a run, each act told what became of the leave asked for it.

Requests are kept a floor above, which this one may not import: it says here where they
are found (`ask_here`), once, when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from traces.asking import request_named, tell_fates
from traces.fates import Asked
from traces.models import Trace
from traces.steps import Step, steps_of
from traces.trees import TraceShape

# What one run asked for, and what else its spans name
Finder = Callable[[Trace, Collection[UUID]], Sequence[Asked]]
_finders: list[Finder] = []


def ask_here(finder: Finder) -> None:
    """Have this asked for what runs sought leave for."""
    if finder not in _finders:
        _finders.append(finder)


def steps_told(trace: Trace, shape: TraceShape) -> list[Step]:
    """Return the steps of a run in order. One query where it did anything."""
    steps = steps_of(shape)
    acts = [act for step in steps for act in step.acts]
    if acts:
        named = {one for act in acts if (one := request_named(act))}
        tell_fates(acts, [one for find in _finders for one in find(trace, named)])
    return steps
