"""The agent's memory: on disk before the step, one process at a time."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from reviewapp_client import InProgress, Journal, JournalInUse
from reviewapp_client.journal import Stage


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent.journal"


def test_notes_survive_the_process(path: Path) -> None:
    with Journal(path) as journal:
        attempt = journal.asked("k", "d", {"action": {}}).attempt
        journal.submitted("k", "r-1")
        journal.redeeming("k")
    with Journal(path) as journal:
        entry = journal.find("k")
    assert entry is not None
    assert entry.attempt == attempt
    assert entry.request_id == "r-1"
    assert entry.stage is Stage.REDEEMING


def test_words_are_kept_no_longer_than_needed(path: Path) -> None:
    with Journal(path) as journal:
        journal.asked("k", "d", {"justification": "the customer wept"})
        journal.submitted("k", "r-1")
        assert journal.find("k").body == {}  # type: ignore[union-attr]


def test_the_file_is_its_owners_alone(path: Path) -> None:
    with Journal(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_holder_is_refused_until_the_first_lets_go(path: Path) -> None:
    first = Journal(path)
    with pytest.raises(JournalInUse):
        Journal(path)
    first.close()
    Journal(path).close()


def test_another_process_is_refused_and_a_dead_one_is_not(path: Path) -> None:
    program = (
        "import os, sys\n"
        "from reviewapp_client import Journal, JournalInUse\n"
        "try:\n"
        "    journal = Journal(sys.argv[1])\n"
        "except JournalInUse:\n"
        "    sys.exit(3)\n"
        "journal.asked('k', 'd', {})\n"
        "os._exit(9)\n"
    )
    with Journal(path):
        assert subprocess.run([sys.executable, "-c", program, path]).returncode == 3
    assert subprocess.run([sys.executable, "-c", program, path]).returncode == 9
    with Journal(path) as journal:
        assert journal.find("k") is not None


def test_a_fork_may_not_use_its_parents_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(path) as journal:
        monkeypatch.setattr(os, "getpid", lambda: -1)
        with pytest.raises(JournalInUse, match="another process"):
            journal.find("k")
        monkeypatch.undo()


def test_a_file_that_is_no_journal_is_not_touched(path: Path) -> None:
    path.write_text("something else entirely, and long enough to be looked at")
    with pytest.raises(sqlite3.DatabaseError):
        Journal(path)
    assert path.read_text().startswith("something else")


def test_only_reported_acts_are_dropped_with_time(path: Path) -> None:
    with Journal(path) as journal:
        for key in ("waiting", "reported"):
            journal.asked(key, "d", {})
            journal.submitted(key, f"r-{key}")
        journal.finished("reported", {"status": "succeeded"})
        journal.reported("reported")
    with Journal(path, keep_days=-1) as journal:
        assert journal.find("reported") is None
        assert journal.find("waiting") is not None


def test_an_intent_is_held_by_one_thread_at_a_time() -> None:
    with Journal() as journal, ThreadPoolExecutor(8) as threads:

        def note(n: int) -> None:
            with journal.hold(f"k{n}"):
                journal.asked(f"k{n}", "d", {})
                journal.submitted(f"k{n}", "r")

        list(threads.map(note, range(50)))
        with journal.hold("k1"), pytest.raises(InProgress), journal.hold("k1"):
            pass
        with journal.hold("k1"):
            pass


def test_a_step_of_an_intent_never_noted_is_a_fault() -> None:
    with Journal() as journal, pytest.raises(LookupError):
        journal.started("k")
