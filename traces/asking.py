"""Acts of a run, held against the leave that it asked for them. Pure.

A refused act has no span: all that the run shows is a call that the model put out and
an answer that it was given, and these look the same for what was done. Only the request
tells them apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from traces.fates import Asked, Fate
from traces.steps import Act


def tell_fates(acts: Iterable[Act], asked: Sequence[Asked]) -> None:
    """Tell each act what became of the leave that was asked for it.

    A span that names its request counts first. What names none is told only where all
    that is left of its tool came to the same: a guess would be read as a fact.
    """
    named = {one: leave for leave in asked for one in leave.ids}
    taken: set[Asked] = set()
    unnamed: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        request = request_named(act)
        if request is None:
            unnamed[act.name].append(act)
            continue
        leave = named.get(request)
        act.fate = leave.fate if leave else Fate.UNKNOWN
        taken |= {leave} if leave else set()
    for tool, group in unnamed.items():
        left = [one for one in asked if one.tool == tool and one not in taken]
        for act in group:
            act.fate = _fate_of_all(left, len(group))


def request_named(act: Act) -> UUID | None:
    """Return the request that the span of an act names."""
    try:
        return UUID(act.span.request_id) if act.span else None
    except ValueError:
        return None


def _fate_of_all(left: Sequence[Asked], acts: int) -> Fate | None:
    """Of more acts than requests some were done without asking: which is not known."""
    fates = {one.fate for one in left}
    if not fates:
        return None
    fate = fates.pop()
    is_sure = not fates and (fate is Fate.USED or acts <= len(left))
    return fate if is_sure else Fate.UNKNOWN
