"""Lanes: what Celery calls queues (the word is taken), and how a task names its own.

Separate work goes in separate lanes, so that bulk never stands before what is due:
`ingest` takes in traces, `sweep` finds what is due from the tables, `default` is the
rest. `sweep` has processes of its own: calls in `default` may wait for minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

from celery import shared_task

if TYPE_CHECKING:
    from celery.app.task import Task

P = ParamSpec("P")
R = TypeVar("R")
Lane = Literal["ingest", "default", "sweep"]
LANES: tuple[Lane, ...] = ("ingest", "default", "sweep")


def lane_task(
    *, name: str, lane: Lane, time_limit: int
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Declare a Celery task; `time_limit` in seconds, a warning comes at nine tenths.

    Celery's own `queue` attribute is deprecated; `route_by_lane` reads `lane`.
    """
    # The stubs do not know that Celery makes an attribute of any further option.
    return shared_task(  # type: ignore[call-overload, no-any-return]
        name=name,
        lane=lane,
        time_limit=time_limit,
        soft_time_limit=time_limit * 9 // 10,
    )


# Any: Celery's signature of a router.
def route_by_lane(
    name: str, args: Any, kwargs: Any, options: Any, task: Any = None, **more: Any
) -> dict[str, str] | None:
    """Celery router: a task goes to the lane it names."""
    lane = getattr(task, "lane", None)
    return {"queue": lane} if lane else None
