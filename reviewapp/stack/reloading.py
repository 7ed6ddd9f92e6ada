"""`make dev`: notice that the code changed."""

from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from reviewapp.stack.folders import REPOSITORY

SUFFIXES = (".py", ".html")  # templates are cached once they were read


class _OwnCode(DefaultFilter):
    """Our Python and templates; nothing under var/ and the usual caches."""

    def __call__(self, change: Change, path: str) -> bool:
        outside = Path(path).is_relative_to(REPOSITORY / "var")
        return (
            path.endswith(SUFFIXES) and not outside and super().__call__(change, path)
        )


class Changes:
    """Changes of files below the repository, waited for in turns."""

    def __init__(self) -> None:
        self._found = watch(
            REPOSITORY,
            watch_filter=_OwnCode(),
            rust_timeout=1000,
            yield_on_timeout=True,
            raise_interrupt=True,
        )

    def came(self) -> bool:
        """Wait a second for a change."""
        return bool(next(self._found))
