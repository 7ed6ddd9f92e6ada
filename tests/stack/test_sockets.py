"""Short links to deep folders: they fit, they are ours, they are looked at anew."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewapp.stack import sockets
from reviewapp.stack.console import StackError

DEEP = Path("/srv") / ("deep" * 30)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of our own: other stacks tidy the shared one."""
    folder = Path(tempfile.mkdtemp(prefix="ra", dir="/tmp"))
    monkeypatch.setattr(sockets.tempfile, "gettempdir", lambda: str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("socket", sockets.SOCKETS)
def test_every_socket_fits_at_every_depth(temporary: Path, socket: str) -> None:
    """One byte too many and PostgreSQL listens where no client can call."""
    for length in range(2, 130):
        root = Path("/" + "x" * (length - 1))
        assert len(f"{sockets.reachable(root)}{socket}") <= sockets.SUN_PATH


def test_a_short_folder_needs_no_link(temporary: Path) -> None:
    assert sockets.reachable(Path("/srv/short")) == Path("/srv/short")
    assert not any(temporary.iterdir())


def test_a_link_that_points_elsewhere_is_mended(temporary: Path) -> None:
    link = sockets.reachable(DEEP)
    link.unlink()
    link.symlink_to("/")
    assert os.readlink(sockets.reachable(DEEP)) == str(DEEP)


def test_links_to_deleted_stacks_are_forgotten(temporary: Path) -> None:
    link = sockets.reachable(DEEP)
    sockets.reachable(DEEP / "another")
    assert not link.is_symlink()


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_for_links_that_others_may_enter_is_refused(
    temporary: Path, mode: int
) -> None:
    folder = temporary / f"reviewapp-{os.geteuid()}"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(StackError, match="only you can enter"):
        sockets.reachable(DEEP)


def test_a_folder_for_links_that_is_a_link_itself_is_refused(temporary: Path) -> None:
    (temporary / "theirs").mkdir(mode=0o700)
    (temporary / f"reviewapp-{os.geteuid()}").symlink_to(temporary / "theirs")
    with pytest.raises(StackError, match="only you can enter"):
        sockets.reachable(DEEP)


def test_no_room_for_a_short_link_is_said(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "SUN_PATH", 40)
    with pytest.raises(StackError, match="too long for sockets"):
        sockets.reachable(DEEP)
