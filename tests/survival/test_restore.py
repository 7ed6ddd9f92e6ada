"""A region drops: dumps taken in the midst of it start up elsewhere, and go on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from reviewapp_client import AlreadyDone, Client, Event, Gate, Journal

from queues.models import Status
from reviewapp.stack.binaries import DEFAULT_POSTGRES, postgres_binary
from reviewapp.stack.folders import Folders
from reviewapp.stack.processes import wait_until
from reviewapp.stack.servers import Wanted, stack
from tests.survival.crowd import REASON, TOOL
from tests.survival.stages import PATIENCE_S, House, house
from tests.survival.states import Doors, doors, one_in_every_state

DATABASES = ("DATABASE_URL", "KEYS_DATABASE_URL")


@pytest.fixture
def old_house(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path / "old") as stage:
        yield stage


def dump(old: House, folder: Path) -> None:
    """As docs/restoring.md says: the main database first, then the keys."""
    for name in DATABASES:
        run(
            "pg_dump", "--format=custom", f"--file={folder / name}", old.variables[name]
        )


@contextmanager
def restored(old: House, folder: Path) -> Iterator[House]:
    """A house in another cluster, with the dumps and the secrets of the old one."""
    new = Folders(folder / "new" / "data")
    new.root.parent.mkdir()
    new.make()
    shutil.copy(old.folders.secrets, new.secrets)
    with stack(new, Wanted()) as variables:
        for name in DATABASES:
            into = f"--dbname={variables[name]}"
            run("pg_restore", "--exit-on-error", "--no-owner", into, str(folder / name))
    with house(folder / "new") as stage:
        yield stage


def run(program: str, *words: str) -> None:
    command = [str(postgres_binary(program, DEFAULT_POSTGRES)), *words]
    subprocess.run(command, check=True, capture_output=True)


# Any: one value of any type.
def asked(at: House, statement: str) -> int:
    with psycopg.connect(at.variables["DATABASE_URL"]) as database:
        (value,) = database.execute(statement).fetchone()
        return int(value)


def until_sealed(at: House, epoch: int) -> None:
    """The chain has reached this epoch; beat sees to it once a minute."""
    newest = "SELECT coalesce(max(up_to_epoch), 0) FROM core_seal"
    assert wait_until(lambda: asked(at, newest) >= epoch, PATIENCE_S)


def until_readers_are_up(at: Doors) -> None:
    def look() -> bool:
        readers = at.lead.get("/readyz").json()["readers"]
        return all(reader["events_behind"] == 0 for reader in readers)

    assert wait_until(look, PATIENCE_S)


def cursor_of(at: Doors) -> str:
    """Where an agent that listens stands: something happens until it hears of it."""
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(next, at.agent.events(join_roster=False))

        def stir() -> bool:
            at.agent.withdraw(at.ask())
            return heard.done()

        assert wait_until(stir, PATIENCE_S)
        event: Event = heard.result()
        return event.id


def heard_until(at: Doors, cursor: str, ask_id: str, kind: str) -> list[str]:
    """The kinds of events after the cursor, up to this one."""
    kinds: list[str] = []
    for event in at.agent.events(after=cursor, join_roster=False):
        kinds.append(event.kind)
        if event.kind == kind and event.data["request_id"] == ask_id:
            break
    return kinds


@dataclass
class LateAgent:
    """An agent whose act falls between the dump and the end of the region."""

    key: str
    journal: Path
    ran: int = 0

    def act(self, url: str) -> str:
        def cancel(subscription: str, reason: str) -> str:
            self.ran += 1
            return subscription

        with (
            Journal(self.journal) as journal,
            Client(url, self.key, journal=journal) as c,
        ):
            gate = Gate(
                c, tool=TOOL, environment="production", reversibility="irreversible",
                queue="general",
            )  # fmt: skip
            arguments = {"subscription": "S-late", "reason": REASON}
            return gate.run(cancel, arguments, intent="late").value


def dump_before_it_acts(old: House, at: Doors, late: LateAgent, folder: Path) -> None:
    before = at.listed("pending")
    with ThreadPoolExecutor(1) as pool:
        acted = pool.submit(late.act, old.url)
        assert wait_until(lambda: at.listed("pending") > before, PATIENCE_S)
        dump(old, folder)
        (ask_id,) = at.listed("pending") - before
        at.decide(ask_id, "approve")
        assert acted.result(PATIENCE_S) == "S-late"


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_dumps_of_every_state_start_up_in_another_cluster_and_go_on(
    old_house: House, tmp_path: Path
) -> None:
    key = old_house.manage("issue_key", "support-agent", "--scopes", "requests")
    token = old_house.manage("issue_token", "lead@demo.local")
    with doors(old_house.url, key, token) as at:
        cursor = cursor_of(at)
        until_sealed(old_house, 1)
        asks = one_in_every_state(at)
        assert asks.keys() == set(Status.values)
        late = LateAgent(key, tmp_path / "journal")
        dump_before_it_acts(old_house, at, late, tmp_path)
    old_house.kill_everything()
    with (
        restored(old_house, tmp_path) as new_house,
        doors(new_house.url, key, token) as at,
    ):
        assert asked(new_house, "SELECT max(number) FROM core_epoch") == 2
        stands_as_it_stood(at, asks)
        what_nobody_reported_is_settled(at, asks["redeemed"])
        the_waiting_go_on(at, asks)
        with pytest.raises(AlreadyDone):
            late.act(new_house.url)
        assert late.ran == 1
        kinds = heard_until(at, cursor, asks["pending"], "request.succeeded")
        assert "request.uncertain" in kinds
        assert "live.missed" not in kinds
        until_readers_are_up(at)
        until_sealed(new_house, 2)
        new_house.manage("verify_log")


def stands_as_it_stood(at: Doors, asks: dict[str, str]) -> None:
    """Each request in its state, its words readable; nothing ended is begun again."""
    moves = {"redeemed": {"redeemed", "uncertain"}}  # its time may be up by now
    for status, ask_id in asks.items():
        card = at.card(ask_id)
        assert card["status"] in moves.get(status, {status})
        assert card["arguments"]["subscription"].startswith("S-")


def what_nobody_reported_is_settled(at: Doors, ask_id: str) -> None:
    """Redeemed, then the region dropped: a person finds it, and says what became."""
    at.until(ask_id, "uncertain")
    assert ask_id in at.listed("uncertain")
    at.act(ask_id, "settle", {"as": "did_not_happen"})
    assert ask_id not in at.listed("uncertain")


def the_waiting_go_on(at: Doors, asks: dict[str, str]) -> None:
    """What was approved is run, what waited is decided, by the keys of before."""
    at.redeem(asks["approved"])
    at.agent.outcome(asks["approved"], "succeeded")
    at.decide(asks["pending"], "approve")
    at.redeem(asks["pending"])
    at.agent.outcome(asks["pending"], "succeeded")
