"""What a page costs: the queries it makes in both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext


@contextmanager
def count_queries() -> Iterator[Callable[[], int]]:
    """Count what is asked of the main and the keys database inside the block."""
    main = CaptureQueriesContext(connections["default"])
    keys = CaptureQueriesContext(connections["keys"])
    with main, keys:
        yield lambda: len(main) + len(keys)
