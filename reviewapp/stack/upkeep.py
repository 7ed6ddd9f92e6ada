"""Look at a stack, stop it, remove it."""

import shutil
import signal

from reviewapp.stack.console import StackError, say
from reviewapp.stack.environment import stack_variables
from reviewapp.stack.folders import MARKER, Folders
from reviewapp.stack.occupancy import owner_of, ownership, withdraw
from reviewapp.stack.processes import Process, wait_until
from reviewapp.stack.servers import clear_leftovers
from reviewapp.stack.sockets import forget
from reviewapp.stack.supervision import control, supervised_variables

STOP_PATIENCE = 40.0


def status(folders: Folders) -> int:
    """say what runs; exit code 3 when nothing does"""
    running = owner_of(folders)
    if running is None:
        say(f"Nothing runs in {folders.root}.")
        return 3
    say(f"Runs in {folders.root} {running.address} (PostgreSQL {running.version}).")
    if running.address:
        variables = supervised_variables(
            folders, stack_variables(folders), port=0, version=running.version
        )
        say(control(variables, "status").stdout.rstrip())
    return 0


def stop(folders: Folders) -> int:
    """stop what runs, or what a killed run left behind"""
    if not folders.is_ours:
        say(f"There is no stack in {folders.root}.")
        return 0
    running = owner_of(folders)
    if running:
        owner = Process(running.pid, running.started)
        owner.send(signal.SIGTERM)
        if not wait_until(lambda: not owner.alive, STOP_PATIENCE):
            raise StackError(f"Process {owner.pid}, which runs it, does not end.")
    with ownership(folders) as mine:
        if not mine:
            raise StackError("Another command is starting it right now: try again.")
        withdraw(folders)
        clear_leftovers(folders)
    return 0


def reset(folders: Folders) -> int:
    """stop, then remove the folder with all its data"""
    if not folders.root.exists():
        return 0
    if not folders.is_ours:
        raise StackError(f"{folders.root} is not ours (no {MARKER} in it): left alone.")
    stop(folders)
    forget(folders.root)
    shutil.rmtree(folders.root)
    say(f"Removed {folders.root}.")
    return 0
