"""23. 95 % a step, twenty steps: 36 %; and the worker dies after the side effect."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest

from reviewapp.stack.processes import wait_until
from tests.builders import make_key
from tests.queues.builders import make_asking_system, make_policy
from tests.stories.stage import Reader, reader
from tests.survival import mortal
from tests.survival.stages import PATIENCE_S, Site, site

pytestmark = pytest.mark.django_db(transaction=True)

TWENTY = 20


@dataclass
class Agent:
    """A program that is killed and started again, with its journal on disk."""

    name: str
    server: Site
    key: str
    folder: Path
    steps: int = 1
    life: subprocess.Popen[str] | None = None

    def start(self, *death: object) -> None:
        journal, ledger = self.folder / self.name, self.folder / "ledger"
        words = [self.server.url, journal, ledger, self.steps, *death]
        self.life = subprocess.Popen(
            [sys.executable, "-m", mortal.__name__, *map(str, words)],
            env=os.environ | {"REVIEWAPP_KEY": self.key},
            stdout=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> bool:
        return self.life.poll() is not None

    def was_killed(self) -> bool:
        self.life.communicate()
        return self.life.returncode == -signal.SIGKILL

    def said(self) -> str:
        """What it printed in its last life, which went to its end."""
        said, _ = self.life.communicate()
        assert self.life.returncode == 0
        return said


@pytest.fixture
def server(transactional_db, tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path) as stage:
        yield stage


@pytest.fixture
def key(transactional_db) -> str:
    make_policy()
    return make_key(make_asking_system())[1]


@pytest.fixture
def born(server: Site, key: str, tmp_path: Path) -> Iterator[Callable[..., Agent]]:
    """Makes agents, and leaves none alive."""
    agents: list[Agent] = []

    def bear(name: str, **more: int) -> Agent:
        agents.append(Agent(name, server, key, tmp_path, **more))
        return agents[-1]

    yield bear
    for agent in agents:
        if agent.life:
            with agent.life:
                agent.life.kill()


def approving_until_ended(person: Reader, agents: list[Agent]) -> None:
    """A reviewer approves whatever asks, until each agent died or is through."""

    def look() -> bool:
        while found := re.fullmatch(r"/requests/([0-9a-f-]+)/", person.takes_next()):
            person.decides({"id": found[1]}, "approve")
        return all(agent.ended() for agent in agents)

    assert wait_until(look, PATIENCE_S)


def lines_of(folder: Path) -> list[str]:
    return sorted((folder / "ledger").read_text().splitlines())


def succeeded(person: Reader) -> int:
    """How many requests stand as done, reported by their agent."""
    listed = person.http.get("/api/v1/requests?status=succeeded")
    return len(listed.json()["results"])


@pytest.mark.timeout(300)
def test_killed_at_any_point_the_wait_survives_and_the_act_runs_once(
    server: Site, born: Callable[..., Agent], reviewer, tmp_path: Path
) -> None:
    """One agent for each point, so that one server can die under all of them."""
    rosa = reader(reviewer)
    agents = {point: born(point.replace(" ", "-")) for point in mortal.POINTS}
    for point, agent in agents.items():
        agent.start(1, point)
    approving_until_ended(rosa, [*agents.values()])
    assert all(agent.was_killed() for agent in agents.values())
    server.kill_web()
    for agent in agents.values():
        agent.start()
    server.start_web()
    approving_until_ended(rosa, [*agents.values()])
    assert {agent.said().split()[1] for agent in agents.values()} == {"done"}
    assert lines_of(tmp_path) == sorted(f"{each.name} 1" for each in agents.values())
    assert succeeded(rosa) == len(agents)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_twenty_steps_each_cut_short_once_all_run_once(
    server: Site, born: Callable[..., Agent], reviewer, tmp_path: Path
) -> None:
    rosa = reader(reviewer)
    agent = born("twenty", steps=TWENTY)
    points = cycle(mortal.POINTS)
    for step in range(1, TWENTY + 1):
        agent.start(step, next(points))
        approving_until_ended(rosa, [agent])
        assert agent.was_killed()
        if step % 5 == 0:
            server.kill_web()
            server.start_web()
    agent.start()
    approving_until_ended(rosa, [agent])
    assert agent.said().count("done") == TWENTY
    assert lines_of(tmp_path) == sorted(f"twenty {n + 1}" for n in range(TWENTY))
    assert succeeded(rosa) == TWENTY
