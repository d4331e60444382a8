import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from services.local.runtime import LONGEST_SOCKET_PATH, PREFIX, runtime_folder
from services.local.valkey import socket_path

HOLD = """
import sys, time
from services.local.runtime import runtime_folder
with runtime_folder() as folder:
    (folder / "broker.log").write_text("ready")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the folders are; pytest's own have paths that are too long for it when it runs in parallel."""
    with TemporaryDirectory(prefix="mien-test-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_it_is_for_this_user_only_and_gone_at_the_end(place: Path) -> None:
    with runtime_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert list(place.iterdir()) == [folder]
    assert list(place.iterdir()) == []


def test_it_is_where_the_user_keeps_sockets(place: Path) -> None:
    with runtime_folder() as folder:
        assert folder.parent == place


def test_a_path_that_is_too_long_for_a_socket_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / ("long" * 25)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    with runtime_folder() as folder:
        assert len(str(socket_path(folder))) <= LONGEST_SOCKET_PATH


def test_what_a_killed_run_has_left_is_removed_and_what_a_living_one_has_is_not(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with runtime_folder() as folder:
            assert set(place.iterdir()) == {theirs, folder}
        other.send_signal(signal.SIGKILL)
    assert (theirs / "broker.log").exists()
    with runtime_folder() as folder:
        assert list(place.iterdir()) == [folder]


def test_two_runs_of_one_process_leave_each_other_alone(place: Path) -> None:
    with runtime_folder() as first, runtime_folder() as second:
        assert set(place.iterdir()) == {first, second}


def test_files_links_and_folders_of_other_names_are_left_alone(place: Path) -> None:
    (place / "mien-notes").mkdir()
    (place / f"{PREFIX}file").touch()
    (place / f"{PREFIX}link").symlink_to(place / "mien-notes")
    before = set(place.iterdir())
    with runtime_folder():
        pass
    assert set(place.iterdir()) == before


def test_what_belongs_to_another_user_is_left_alone(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = place / f"{PREFIX}left"
    left.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: left.stat().st_uid + 1)
    with runtime_folder():
        pass
    assert left.exists()


def test_on_a_disk_that_knows_no_locks_nothing_of_others_is_removed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: int, _operation: int) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    left = place / f"{PREFIX}left"
    left.mkdir()
    with runtime_folder() as folder:
        assert set(place.iterdir()) == {left, folder}
    assert list(place.iterdir()) == [left]


def test_what_it_has_started_does_not_keep_the_lock(place: Path) -> None:
    with runtime_folder() as folder, subprocess.Popen(["sleep", "60"]) as child:
        inherited = [path.readlink() for path in Path(f"/proc/{child.pid}/fd").glob("*")]
        child.kill()
        assert folder not in inherited
