"""Django's PostgreSQL, which puts no more values into a statement than it may have.

Sent apart from the statement (settings), values are counted in 16 bits; PostgreSQL's
protocol, message Bind. Django cuts what it inserts in bulk only for other databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base, operations

# Half of what may be sent: an update in bulk names each row's key once per field.
MOST_VALUES = 2**15 - 1


class DatabaseOperations(operations.DatabaseOperations):
    # Any: fields or their names, and rows of any model.
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """Return how many rows go into one statement."""
        return MOST_VALUES // len(fields) if fields else len(objs)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
