"""The variables by which Django, Celery and psql find an embedded stack."""

from collections.abc import MutableMapping

from reviewapp.stack.console import StackError
from reviewapp.stack.folders import Folders, folders_from_environment
from reviewapp.stack.keys import secret_variables
from reviewapp.stack.occupancy import running_stack
from reviewapp.stack.postgres import database_urls
from reviewapp.stack.redis_server import redis_urls


def stack_variables(folders: Folders) -> dict[str, str]:
    """Name the databases, Redis, the secrets and the folder of one stack."""
    return {
        "DATA_DIR": str(folders.root),
        **database_urls(folders),
        **redis_urls(folders),
        **secret_variables(folders),
    }


def find_stack(environment: MutableMapping[str, str]) -> None:
    """Point ``environment`` at the running stack of DATA_DIR.

    A set DATABASE_URL says that somebody else runs the servers: nothing changes.
    """
    if environment.get("DATABASE_URL"):
        return
    folders = folders_from_environment()
    if running_stack(folders) is None:
        raise StackError(
            f"No stack is running in {folders.root}.\n"
            "Start one with `make demo`, name another with DATA_DIR=…, or point\n"
            "DATABASE_URL, KEYS_DATABASE_URL and REDIS_URL at servers of your own."
        )
    environment.update(stack_variables(folders))
