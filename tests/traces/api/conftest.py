"""An exporter with a key, and nothing remembered of another test's outbox."""

import pytest

from tests.builders import make_key, make_system
from tests.traces.api.exporting import Exporter
from traces.selectors.backlog import recent_backlog
from traces.services import ingest_keys


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What a web process keeps in memory is of a database that is emptied here."""
    ingest_keys.current.drop()
    recent_backlog.forget()


@pytest.fixture
def system(db):
    return make_system()


@pytest.fixture
def secret(system) -> str:
    return make_key(system, scopes=["traces"])[1]


@pytest.fixture
def exporter(secret) -> Exporter:
    return Exporter(secret)
