"""Where a DATA_DIR may lie: deep, oddly named, below closed folders, beside another."""

import os
import stat
from pathlib import Path

import pytest

from reviewapp.stack import sockets
from tests.stack.conftest import Project, make_project

WHO = 'psql "$DATABASE_URL" -Atc "SELECT current_user"'
BROKER = """python -c "
import os; from kombu import Connection
queue = Connection(os.environ['CELERY_BROKER_URL']).SimpleQueue('probe')
queue.put('1'); print(queue.get(timeout=5).payload)" """
REDIS = """python -c "
import os, redis; print(redis.Redis.from_url(os.environ['REDIS_URL']).ping())" """


@pytest.mark.parametrize(
    "name", ["with spaces", "o'dd +%41 & #; näme", "long" * 30], ids=str.split
)
def test_any_folder_will_do(tmp_path: Path, name: str) -> None:
    with make_project(tmp_path / name) as project:
        done = project.run(f"{WHO}; {REDIS}; {BROKER}")
    assert done.stdout == "reviewapp\nTrue\n1\n", done.stderr


def test_two_stacks_run_side_by_side(tmp_path: Path) -> None:
    with (
        make_project(tmp_path / "one") as one,
        make_project(tmp_path / "two") as two,
        one.hold() as first,
        two.hold() as second,
    ):
        first.communicate()
        assert two.run(WHO).stdout == "reviewapp\n"
        second.communicate()


def test_folders_above_keep_their_modes(tmp_path: Path) -> None:
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)
    with make_project(above / "project") as project:
        assert project.run(WHO).stdout == "reviewapp\n"
    assert stat.S_IMODE(above.stat().st_mode) == 0o700


def test_root_below_a_closed_folder_lends_no_more_than_passing(
    project: Project, tmp_path: Path, as_root: None
) -> None:
    """The server runs as another user, who may read and write nothing of root's."""
    tmp_path.chmod(0o700)
    script = "cat /proc/$(head -1 var/demo/postgres/18/postmaster.pid)/status"
    server = dict(
        line.split(":\t", 1) for line in project.run(script).stdout.splitlines()
    )
    assert server["Uid"].split()[0] != "0"
    dac_read_search = 1 << 2  # capabilities(7)
    assert int(server["CapEff"], 16) == dac_read_search


def test_root_leaves_everything_but_postgres_to_itself(
    project: Project, as_root: None
) -> None:
    project.run("true")
    owners = {path.name: path.stat().st_uid for path in project.data.iterdir()}
    assert owners.pop("postgres") != 0
    assert set(owners.values()) == {0}


def test_another_user_runs_as_itself(tmp_path: Path, as_root: None) -> None:
    nobody = 65534
    passing = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    prefix = ("setpriv", f"--reuid={nobody}", "--clear-groups", *passing, "--")
    with make_project(tmp_path / "project", prefix=prefix) as project:
        os.chown(project.root, nobody, nobody)
        (project.root / "var").mkdir()
        os.chown(project.root / "var", nobody, nobody)
        done = project.run(f"{WHO}; stat -c %u var/demo/postgres")
    assert done.stdout == f"reviewapp\n{nobody}\n", done.stderr


def test_a_folder_with_other_things_in_it_is_left_alone(project: Project) -> None:
    project.data.mkdir(parents=True)
    (project.data / "thesis.txt").write_text("years of work")
    refused = project.run("true")
    assert refused.returncode == 1
    assert "not ours" in refused.stderr
    assert "not ours" in project.call("reset").stderr
    assert os.listdir(project.data) == ["thesis.txt"]


def test_reset_removes_the_folder_and_the_link_to_it(tmp_path: Path) -> None:
    with make_project(tmp_path / ("long" * 30)) as project:
        project.run("true")
        link = sockets.reachable(project.data)
        assert link.is_symlink()
        assert project.call("reset").returncode == 0
        assert not project.data.exists()
        assert not link.is_symlink()
