"""`make dev`: notice that the code changed."""

import threading
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from reviewapp.stack.folders import REPOSITORY

SUFFIXES = (".py", ".html")  # templates are cached once they were read


class _OwnCode(DefaultFilter):
    """Our Python and templates; nothing under var/ and the usual caches."""

    def __call__(self, change: Change, path: str) -> bool:
        ours = not Path(path).is_relative_to(REPOSITORY / "var")
        return path.endswith(SUFFIXES) and ours and super().__call__(change, path)


class Changes:
    """Changes of files below the repository.

    Watched by a thread: in the main one watchfiles would take Ctrl-C for itself.
    """

    def __init__(self) -> None:
        self._change = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def came(self, patience: float) -> bool:
        """Wait up to ``patience`` seconds for a change; several count as one."""
        came = self._change.wait(patience)
        self._change.clear()
        return came

    def _look(self) -> None:
        for _ in watch(REPOSITORY, watch_filter=_OwnCode()):
            self._change.set()
