import logging
import os
from pathlib import Path

import pytest

from shared.errors import SettingsError
from shared.watched_file import LOOK_EVERY_S, Edits, WatchedFile
from tests.fakes import Waits


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cameras.yaml"
    path.write_text("first")
    return path


def replaced(path: Path, text: str) -> None:
    """Put another file in its place, as editors do."""
    other = path.with_suffix(".new")
    other.write_text(text)
    other.replace(path)


def test_a_file_that_nobody_edits_has_not_changed(path: Path) -> None:
    file = WatchedFile(path)
    assert [file.changed() for _ in range(3)] == [False] * 3


def test_an_edit_is_taken_once_when_it_has_kept_still(path: Path) -> None:
    file = WatchedFile(path)
    path.write_text("second!")
    assert [file.changed() for _ in range(4)] == [False, True, False, False]


def test_a_file_that_an_editor_put_in_its_place_is_an_edit(path: Path) -> None:
    file = WatchedFile(path)
    stat = path.stat()
    replaced(path, "other")  # of the same size
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert [file.changed() for _ in range(2)] == [False, True]


def test_a_file_that_is_still_being_written_is_left_for_later(path: Path) -> None:
    file = WatchedFile(path)
    for length in range(1, 5):
        path.write_text("x" * 10 * length)
        assert not file.changed()
    assert file.changed()


def test_a_file_that_is_gone_for_a_moment_is_looked_at_when_it_is_back(path: Path) -> None:
    file = WatchedFile(path)
    path.unlink()
    assert not file.changed()
    path.write_text("back")
    assert [file.changed() for _ in range(3)] == [False, True, False]


def test_a_file_that_has_become_readable_has_changed(path: Path) -> None:
    file = WatchedFile(path)
    path.chmod(0o640)
    assert [file.changed() for _ in range(2)] == [False, True]


def test_a_file_that_stays_away_has_changed(path: Path) -> None:
    file = WatchedFile(path)
    path.unlink()
    assert [file.changed() for _ in range(3)] == [False, True, False]


class Bench:
    """Edits of a file that is read by a fake."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found = ["door"]
        self.error: Exception | None = None
        self.applied: list[list[str]] = []
        self.unstartable: Exception | None = None
        self.in_use = 1.0
        self.edits = Edits(
            WatchedFile(path),
            self._read,
            self._apply,
            in_use=self._note,
            otherwise="the cameras stay as they were",
        )

    def _read(self) -> list[str]:
        if self.error is not None:
            raise self.error
        return self.found

    def _apply(self, cameras: list[str]) -> None:
        if self.unstartable is not None:
            raise self.unstartable
        self.applied.append(cameras)

    def _note(self, in_use: float) -> None:
        self.in_use = in_use

    def edit(self) -> None:
        replaced(self.path, f"{self.path.read_text()}x")
        self.look(2)

    def look(self, times: int) -> None:
        for _ in range(times):
            self.edits.look()


def test_an_edit_is_applied_once(path: Path) -> None:
    bench = Bench(path)
    bench.look(3)
    assert bench.applied == []
    bench.edit()
    bench.look(3)
    assert bench.applied == [bench.found]


def test_a_broken_edit_is_said_once_and_changes_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(path)
    bench.error = SettingsError("cameras.yaml:7: camera 'door': unknown key 'sorce'")
    bench.edit()
    bench.look(5)
    assert bench.applied == []
    assert caplog.messages == [f"{bench.error}; the cameras stay as they were"]
    assert bench.in_use == 0


def test_the_edit_that_mends_it_is_applied(path: Path) -> None:
    bench = Bench(path)
    bench.error = SettingsError("cameras.yaml:7: it is wrong")
    bench.edit()
    bench.error = None
    bench.edit()
    assert bench.applied == [bench.found]
    assert bench.in_use == 1


def test_an_edit_that_could_not_be_applied_is_not_in_use(path: Path) -> None:
    bench = Bench(path)
    bench.unstartable = RuntimeError("can't start new thread")
    with pytest.raises(RuntimeError):
        bench.edit()
    assert bench.in_use == 0


def test_a_mistake_in_applying_does_not_end_the_looks(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    bench = Bench(path)
    bench.error = RuntimeError("can't start new thread")
    replaced(path, "edited")
    stop = Waits(most=4)
    bench.edits.run(stop)
    assert stop.waits == [LOOK_EVERY_S] * 4
    assert len(caplog.messages) == 1
