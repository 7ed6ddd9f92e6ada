"""Short paths to long folders.

A unix socket's address holds 107 bytes (``sun_path``, unix(7)); a repository may
lie deeper than that. Then a link in the system's temporary folder stands for
``DATA_DIR``. Others may write in that folder, so the link lives in a folder of its
own that must be ours alone, and it is looked at anew at each use.
"""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from reviewapp.stack.console import StackError
from reviewapp.stack.folders import OWNER_ONLY

SUN_PATH = 107
SOCKETS = (
    "/postgres/socket/.s.PGSQL.5432",
    "/redis/redis.sock",
    "/run/supervisor.sock.4194304",  # supervisord binds under its process id first
)
LONGEST_SOCKET = max(len(name) for name in SOCKETS)


def reachable(root: Path) -> Path:
    """Answer ``root`` itself, or a short link to it, made or mended on the way."""
    if _fits(root):
        return root
    link = _links() / hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    if not _fits(link):
        raise StackError(
            f"{root} is too long for sockets, and so is {link}.\n"
            "Name a shorter folder: TMPDIR=/tmp, or DATA_DIR=…"
        )
    _point(link, root)
    return link


def forget(root: Path) -> None:
    """Remove the link to a folder that is being removed."""
    if not _fits(root):
        reachable(root).unlink()


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) + LONGEST_SOCKET <= SUN_PATH


def _links() -> Path:
    folder = Path(tempfile.gettempdir()) / f"reviewapp-{os.geteuid()}"
    folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
    found = folder.lstat()
    ours = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077
    if not (stat.S_ISDIR(found.st_mode) and ours):
        raise StackError(
            f"{folder} should be a folder that only you can enter, and is not.\n"
            "Remove it, or name another temporary folder: TMPDIR=…"
        )
    return folder


def _point(link: Path, root: Path) -> None:
    if link.is_symlink() and os.readlink(link) == str(root):
        return
    _forget_dangling(link.parent)
    draft = link.with_name(f"{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(root)
    draft.replace(link)


def _forget_dangling(links: Path) -> None:
    """Remove links to stacks that were deleted without `make reset`."""
    for link in links.iterdir():
        if link.is_symlink() and not link.exists():
            link.unlink(missing_ok=True)
