"""`run`: a command on a stack of its own, or on one that runs already."""

import json
import signal

import pytest

from tests.stack.conftest import Project, until

WHO = 'psql "$DATABASE_URL" -Atc "SELECT current_user, current_database()"'


def test_a_command_finds_both_databases(project: Project) -> None:
    done = project.run(f'{WHO}; psql "$KEYS_DATABASE_URL" -Atc "SELECT 1"')
    assert done.stdout == "reviewapp|reviewapp\n1\n", done.stderr


def test_the_exit_code_is_the_commands_and_nothing_is_left(project: Project) -> None:
    assert project.run("exit 7").returncode == 7
    assert project.processes() == []


def test_a_command_ended_by_a_signal_says_so_as_a_shell_does(project: Project) -> None:
    assert project.run("kill -TERM $$").returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize("version", ["16", "18"])
def test_the_version_asked_for_runs(project: Project, version: str) -> None:
    script = 'psql "$DATABASE_URL" -Atc "SHOW server_version"'
    assert project.run(script, "--pg", version).stdout.startswith(f"{version}.")


def test_nothing_listens_on_tcp(project: Project) -> None:
    port = "import os, redis; r = redis.Redis.from_url(os.environ['REDIS_URL']);"
    port += "print(r.config_get('port'))"
    script = f'psql "$DATABASE_URL" -Atc "SHOW listen_addresses"; python -c "{port}"'
    assert project.run(script).stdout == "\n{'port': '0'}\n"


def test_the_role_of_the_application_is_no_superuser(project: Project) -> None:
    script = """psql "$DATABASE_URL" -Atc "SELECT rolsuper, rolcreatedb
                FROM pg_roles WHERE rolname = current_user" """
    assert project.run(script).stdout == "f|t\n"


def test_the_secrets_are_made_once_and_kept_private(project: Project) -> None:
    script = 'echo "$SECRET_KEY $MASTER_KEY"'
    assert project.run(script).stdout == project.run(script).stdout
    assert project.folders.secrets.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(project.folders.secrets.read_text())) == {
        "SECRET_KEY",
        "MASTER_KEY",
    }


def test_what_was_stored_is_there_at_the_next_run(project: Project) -> None:
    project.run('psql "$DATABASE_URL" -c "CREATE TABLE kept AS SELECT 5 AS n"')
    assert project.run('psql "$DATABASE_URL" -Atc "TABLE kept"').stdout == "5\n"


def test_a_second_run_uses_the_first_ones_servers(project: Project) -> None:
    with project.hold() as first:
        assert project.run(WHO).stdout == "reviewapp|reviewapp\n"
        assert first.poll() is None


def test_the_first_run_stays_until_its_guest_has_left(project: Project) -> None:
    """Servers that stopped under a guest would fail somebody else's tests."""
    with project.hold() as first, project.hold(script=WHO) as guest:
        first.stdin.close()
        assert "still uses this stack" in first.stderr.readline()
        assert guest.communicate()[0] == "reviewapp|reviewapp\n"
    assert first.returncode == 0


def test_another_version_than_the_running_one_is_refused(project: Project) -> None:
    with project.hold():
        refused = project.run("true", "--pg", "16")
    assert refused.returncode == 1
    assert "already runs PostgreSQL 18" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_run_that_is_told_to_end_leaves_nothing(project: Project, number) -> None:
    with project.hold() as first:
        first.send_signal(number)
    assert project.processes() == []


def test_a_killed_run_takes_its_command_and_servers_along(project: Project) -> None:
    with project.start("run", "--", "sh", "-c", "echo up; exec cat") as first:
        assert first.stdout.readline() == "up\n"
        first.kill()
        until(lambda: project.processes() == [])
