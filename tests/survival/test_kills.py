"""kill -9 while agents wait and reviewers decide: nothing acknowledged is lost."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from reviewapp.core.actors import Actor
from reviewapp.core.services.seals import seal_events, verify_log
from reviewapp.stack.processes import wait_until
from tests.live_site import database_urls
from tests.survival.crowd import Crowd, gathered
from tests.survival.panel import Panel, sitting
from tests.survival.stages import PATIENCE_S, House
from tests.survival.truth import assert_nothing_was_lost_or_doubled

# One after the other, and then the one that runs them all.
VICTIMS = (
    "web",
    "digester",
    "worker",
    "sweeper",
    "beat",
    "redis",
    "postgres",
    "supervisor",
)
IN_FLIGHT = 200
WAVE = 10  # as many ask anew and are decided between two kills


def until_ended(crowd: Crowd, agents: int) -> None:
    assert wait_until(lambda: len(crowd.notes.ends) >= agents, PATIENCE_S)


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_web_and_redis_are_killed_while_twenty_wait(
    site_to_kill, agent_key, reviewer_tokens, tmp_path: Path
) -> None:
    """Redis stays away for a while: what is decided meanwhile is heard all the same."""
    site = site_to_kill
    with ExitStack() as open_ends:
        crowd = open_ends.enter_context(gathered(site.url, agent_key, tmp_path))
        panel = open_ends.enter_context(sitting(site.url, reviewer_tokens))
        crowd.ask(20)
        crowd.until_in_flight(20, PATIENCE_S)
        panel.pace.allow(6)
        until_ended(crowd, 2)
        site.kill_web()
        crowd.ask(4)
        site.start_web()
        until_ended(crowd, 6)
        site.kill_redis()
        panel.pace.allow(8)
        until_ended(crowd, 14)
        site.start_redis()
        panel.pace.allow(100)
        crowd.until_ended(PATIENCE_S)
        url = database_urls()["DATABASE_URL"]
        assert_nothing_was_lost_or_doubled(url, crowd, panel)
    seal_events()
    assert verify_log(actor=Actor.of_process("a test")).whole


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_each_part_is_killed_while_two_hundred_are_in_flight(
    house_to_kill: House, tmp_path: Path
) -> None:
    house = house_to_kill
    key = house.manage("issue_key", "support-agent", "--scopes", "requests")
    people = ("reviewer", "reviewer2", "lead")
    tokens = [house.manage("issue_token", f"{name}@demo.local") for name in people]
    with ExitStack() as open_ends:
        crowd = open_ends.enter_context(gathered(house.url, key, tmp_path))
        panel = open_ends.enter_context(sitting(house.url, tokens))
        crowd.ask(IN_FLIGHT)
        crowd.until_in_flight(IN_FLIGHT, PATIENCE_S)
        for name in VICTIMS:
            kill_amid(house, name, crowd, panel)
        house.kill_everything()
        house.start()
        panel.pace.allow(len(crowd))
        crowd.until_ended(PATIENCE_S)
        house.until_ready()
        url = house.variables["DATABASE_URL"]
        assert_nothing_was_lost_or_doubled(url, crowd, panel)
    house.manage("verify_log")


def kill_amid(house: House, name: str, crowd: Crowd, panel: Panel) -> None:
    """Kill one part while some ask, some are decided, and the others wait."""
    before = len(crowd.notes.ends)
    panel.pace.allow(WAVE)
    until_ended(crowd, before + 1)
    crowd.ask(WAVE)
    house.kill(name)
    until_ended(crowd, before + WAVE)
    crowd.until_in_flight(IN_FLIGHT, PATIENCE_S)
