from collections.abc import Iterator
from pathlib import Path

import pytest

from .fake_server import FakeServer
from .till import Till
from .world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.die()


@pytest.fixture
def server(world: World) -> FakeServer:
    return world.server


@pytest.fixture
def till() -> Till:
    return Till()
