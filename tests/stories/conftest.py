"""What a web process remembers is of a database that is emptied after each story."""

import pytest

from traces.selectors.backlog import recent_backlog
from traces.services import ingest_keys


@pytest.fixture(autouse=True)
def _nothing_remembered():
    ingest_keys.current.drop()
    recent_backlog.forget()
