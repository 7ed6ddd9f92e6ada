"""`up`: the whole product under a supervisor, through kills, until Ctrl-C."""

import http.client
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reviewapp.stack.processes import Process, children, process
from tests.stack.conftest import Project, until

PROGRAMS = {
    "web",
    "digester",
    "worker",
    "sweeper",
    "beat",
    "fleet",
    "postgres",
    "redis",
}
LINE = re.compile(r"(?:application:)?(\w+) +RUNNING +pid (\d+)")


@contextmanager
def up(project: Project, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    with project.start("up", "--port", str(port), *options) as child:
        try:
            _read_until(child, "Ctrl-C stops all of it")
            yield child
        finally:
            child.send_signal(signal.SIGTERM)
            child.communicate()


def _read_until(child: subprocess.Popen[str], wanted: str) -> str:
    lines = []
    for line in child.stderr:
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    pytest.fail(f"it ended without saying {wanted!r}:\n{''.join(lines)}")


def running(project: Project) -> dict[str, Process]:
    """The programs supervisord calls running, by name."""
    found = LINE.findall(project.call("status").stderr)
    return {name: each for name, pid in found if (each := process(int(pid)))}


def web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_it_says_what_to_know_and_leaves_nothing(
    project: Project, free_port: int
) -> None:
    with project.start("up", "--port", str(free_port)) as child:
        said = _read_until(child, "Ctrl-C stops all of it")
        assert f"http://localhost:{free_port}" in said
        assert "lead@demo.local: stand-in" in said
        assert web_answers(free_port)
        assert running(project).keys() == PROGRAMS
        child.send_signal(signal.SIGINT)
        child.communicate()
    assert child.returncode == 0
    assert project.processes() == []


def test_other_terminals_find_it_and_stop_it(project: Project, free_port: int) -> None:
    with up(project, free_port) as child:
        refused = project.call("up", "--port", "1")
        assert f"already runs: http://localhost:{free_port}" in refused.stderr
        assert project.run("echo guest").stdout == "guest\n"
        assert project.call("stop").returncode == 0
        assert child.wait() == 0
        assert project.processes() == []


def test_the_fleet_can_be_left_out(project: Project, free_port: int) -> None:
    with up(project, free_port, "--without-fleet"):
        assert running(project).keys() == PROGRAMS - {"fleet"}


def test_a_taken_port_is_named_with_the_way_out(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = project.call("up", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} cannot be used" in refused.stderr
    assert f"PORT={port + 1}" in refused.stderr


def test_a_port_that_cannot_be_is_refused(project: Project) -> None:
    assert "invalid port" in project.call("up", "--port", "99999").stderr


@pytest.mark.slow
def test_changed_code_is_taken_up(project: Project, free_port: int) -> None:
    with up(project, free_port, "--reload"):
        before = running(project)
        (project.root / "reviewapp/asgi.py").touch()
        until(lambda: _replaced(project, "web", before["web"]))
        until(lambda: _replaced(project, "worker", before["worker"]))
        assert running(project)["postgres"] == before["postgres"]


@pytest.mark.slow
def test_whatever_is_killed_comes_back(project: Project, free_port: int) -> None:
    with up(project, free_port) as child:
        for name in sorted(PROGRAMS):
            killed = running(project)[name]
            killed.send(signal.SIGKILL)
            until(lambda old=killed, name=name: _replaced(project, name, old))
        until(lambda: web_answers(free_port))
        assert child.poll() is None


@pytest.mark.slow
def test_the_pool_of_a_killed_worker_does_not_linger(
    project: Project, free_port: int
) -> None:
    with up(project, free_port):
        worker = running(project)["worker"]
        until(lambda: children(worker.pid))
        pool = [process(pid) for pid in children(worker.pid)]
        worker.send(signal.SIGKILL)
        until(lambda: not any(each.alive for each in pool if each))


@pytest.mark.slow
def test_a_killed_supervisor_comes_back_with_all_it_ran(
    project: Project, free_port: int
) -> None:
    with up(project, free_port) as child:
        before = running(project)
        supervisor = _supervisor(child)
        supervisor.send(signal.SIGKILL)
        until(lambda: running(project).keys() == PROGRAMS)
        after = running(project)
        assert not set(before.values()) & set(after.values())
        until(lambda: web_answers(free_port))


@pytest.mark.slow
def test_nothing_outlives_a_killed_parent(project: Project, free_port: int) -> None:
    with up(project, free_port) as child:
        child.kill()
        child.wait()
        until(lambda: project.processes() == [])


@pytest.mark.slow
def test_everything_killed_at_once_comes_up_again(
    project: Project, free_port: int
) -> None:
    with up(project, free_port):
        for each in project.processes():
            each.send(signal.SIGKILL)
    with up(project, free_port):
        assert running(project).keys() == PROGRAMS
        assert web_answers(free_port)


def _supervisor(parent: subprocess.Popen[str]) -> Process:
    (only,) = children(parent.pid)
    found = process(only)
    assert found
    return found


def _replaced(project: Project, name: str, old: Process) -> bool:
    new = running(project).get(name)
    return new is not None and new != old
