"""After kill -9 of anything the next start comes up by itself, with the data."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from reviewapp.stack.folders import Folders
from reviewapp.stack.processes import Process, marked, process, working_in
from tests.stack.conftest import Project, until

KEEP = 'psql "$DATABASE_URL" -qc "CREATE TABLE kept AS SELECT 5 AS n"'
KEPT = 'psql "$DATABASE_URL" -Atc "TABLE kept"'


def kill(*found: Process) -> None:
    for each in found:
        each.send(signal.SIGKILL)


def postmaster_file(project: Project) -> Path:
    return project.folders.postgres / "18/postmaster.pid"


def test_everything_killed_at_once_starts_again(project: Project) -> None:
    with project.hold(script=KEEP) as first:
        first.stdin.close()
    with project.hold():
        kill(*project.processes())
    assert postmaster_file(project).exists()
    assert project.run(KEPT).stdout == "5\n"


@pytest.mark.slow
def test_servers_left_by_a_killed_run_are_ended_first(project: Project) -> None:
    """SIGKILL of the run while its servers are stopped: they cannot notice."""
    with project.hold() as first:
        servers = _servers(project.folders)
        for server in servers:
            os.kill(server.pid, signal.SIGSTOP)
        first.kill()
    done = project.run("echo up")
    assert done.stdout == "up\n", done.stderr
    assert not any(server.alive for server in servers)


@pytest.mark.slow
def test_commands_left_by_a_killed_run_are_ended_first(project: Project) -> None:
    with project.hold() as first:
        left = [each for each in marked(project.folders.mark) if each.pid != first.pid]
        for each in left:
            os.kill(each.pid, signal.SIGSTOP)
        first.kill()
        assert left
        assert project.run("echo up").stdout == "up\n"
        until(lambda: not any(each.alive for each in left))


@pytest.mark.parametrize("stranger", ["an unrelated process", "nobody"])
def test_a_stale_lock_file_is_looked_at_and_removed(
    project: Project, stranger: str
) -> None:
    """PostgreSQL refuses when the number in its lock file lives again."""
    project.run(KEEP)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as living:
        number = living.pid if stranger != "nobody" else 2**22
        lock = f"{number}\n{postmaster_file(project).parent}\n1700000000\n5432\n"
        postmaster_file(project).write_text(lock)
        assert project.run(KEPT).stdout == "5\n"
        assert living.poll() is None


def test_a_stale_run_file_names_nobody(project: Project) -> None:
    """The number of a dead owner may belong to somebody else by now."""
    with project.hold() as first:
        first.kill()
    status = project.call("status")
    assert status.returncode == 3
    assert "Nothing runs" in status.stderr


def test_a_process_is_told_apart_from_a_later_one_of_its_number() -> None:
    myself = process(os.getpid())
    assert myself.alive
    assert not Process(myself.pid, myself.started + 1).alive


def _servers(folders: Folders) -> list[Process]:
    database = working_in(folders.postgres / "18", "postgres")
    redis = working_in(folders.redis, "redis-server")
    assert database
    assert redis
    return [*database, *redis]
