"""The stages, set for a play: an agent's key, three reviewers with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewapp.core.permissions import Role
from reviewapp.core.services.tokens import issue_token
from tests.builders import actor_of_person, make_key, make_person, make_tool
from tests.queues.builders import make_asking_system, make_policy, make_queue
from tests.survival.crowd import TOOL
from tests.survival.stages import House, Site, house, site


@pytest.fixture
def agent_key(transactional_db) -> str:
    """A key of a system whose asks of TOOL land in `general`."""
    make_policy()
    system = make_asking_system()
    make_tool(system, TOOL)
    return make_key(system)[1]


@pytest.fixture
def reviewer_tokens(transactional_db) -> list[str]:
    people = [make_person(Role.REVIEWER) for _ in range(3)]
    make_queue(*people)
    return [issue_token(one, actor=actor_of_person(one))[1] for one in people]


@pytest.fixture
def site_to_kill(transactional_db, tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as stage:
        yield stage


@pytest.fixture
def house_to_kill(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "house") as stage:
        yield stage
