"""A statement has at most 65,535 values; what is more goes into several."""

from uuid import uuid4

import pytest

from reviewapp.core.models import DataKey

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
# Of four columns each: one value too many.
ROWS = 2**14


def test_more_rows_than_fit_into_one_statement_are_inserted():
    DataKey.objects.bulk_create(
        DataKey(owner=uuid4(), wrapped=b"wrapped") for _ in range(ROWS)
    )
    assert DataKey.objects.count() == ROWS
