"""Which account PostgreSQL runs as, and how it gets to its folder.

PostgreSQL refuses root. Started by root it runs as another account, which owns
nothing but its own folder. Folders above keep their modes; where one of them is
closed (a clone below ``mktemp -d``), the server is given the capability to pass
through, and nothing else of root's.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reviewapp.stack.binaries import setpriv
from reviewapp.stack.console import StackError
from reviewapp.stack.folders import OWNER_ONLY

PREFERRED = ("postgres", "nobody")
# The least that helps comes first. Containers often lack the first capability
# and have the second, which is also needed where a umask of 077 hid the binaries.
CAPABILITIES = ("", "+dac_read_search", "+dac_override")


@dataclass(frozen=True)
class Account:
    """An account, and the command line that starts a program as it."""

    uid: int
    gid: int
    prefix: tuple[str, ...]

    def own(self, folder: Path) -> None:
        """Give the account a folder that nobody else may enter."""
        folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
        folder.chmod(OWNER_ONLY)
        os.chown(folder, self.uid, self.gid)

    def call(self, *command: str, text: str = "") -> str:
        """Run a command as the account, and answer what it printed.

        Inside the account's own folder everything is done this way: root that
        writes or chowns there could be led astray by a link.
        """
        done = subprocess.run(
            (*self.prefix, "--", *command),
            cwd="/",
            input=text,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise StackError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout


def server_account(folder: Path, program: Path) -> Account:
    """Choose who runs ``program`` in ``folder``; the folder is his afterwards."""
    if os.geteuid() != 0:
        myself = Account(os.geteuid(), os.getegid(), (setpriv(),))
        myself.own(folder)
        return myself
    entry = _entry(folder)
    tried = [_as(entry, capabilities) for capabilities in CAPABILITIES]
    tried[0].own(folder)
    for account in tried:
        if _arrives(account, folder, program):
            return account
    raise StackError(
        f"PostgreSQL must not run as root, and as {entry.pw_name} it cannot reach\n"
        f"{folder} or {program}: a folder above is closed to it, and this container\n"
        "lends neither CAP_DAC_READ_SEARCH nor CAP_DAC_OVERRIDE (with CAP_SETPCAP).\n"
        "Open the folders above for passing (chmod o+x), or run as another user."
    )


def _entry(folder: Path) -> pwd.struct_passwd:
    """Take the owner a used folder has, else the first account that exists."""
    if folder.exists() and folder.stat().st_uid != 0:
        return pwd.getpwuid(folder.stat().st_uid)
    for name in PREFERRED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(
        "PostgreSQL must not run as root, and there is no account to run it as: "
        f"make one of {', '.join(PREFERRED)}."
    )


def _as(entry: pwd.struct_passwd, capabilities: str) -> Account:
    prefix = [setpriv(), f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}"]
    prefix += ["--clear-groups"]
    if capabilities:
        prefix += [f"--inh-caps={capabilities}", f"--ambient-caps={capabilities}"]
        # Else access(2), by which initdb looks for postgres, ignores them.
        prefix += ["--securebits=+no_setuid_fixup"]
    return Account(entry.pw_uid, entry.pw_gid, tuple(prefix))


def _arrives(account: Account, folder: Path, program: Path) -> bool:
    script = 'cd "$1" && exec "$2" --version'
    try:
        account.call("sh", "-c", script, "sh", str(folder), str(program))
    except StackError:
        return False
    return True
