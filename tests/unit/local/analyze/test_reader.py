import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.local.analyze.reader import DEATHS, Reader, reading
from shared.errors import SourceError

PATIENCE_S = 20.0


def reader(code: str, *arguments: object, said: list[str] | None = None) -> Reader:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return Reader(command, dict(os.environ), (said if said is not None else []).append)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def test_it_is_done_when_it_ends_by_itself() -> None:
    with reader("") as one:
        until(lambda: one.look(0))
        assert one.given_up == ""
        assert one.look(0)


def test_what_it_says_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    with reader("import sys; sys.stderr.write('ended early: damaged\\n')", said=said) as one:
        until(lambda: one.look(0))
    assert said == ["ended early: damaged"]


def test_a_video_that_it_refuses_is_an_error_with_its_line() -> None:
    with (
        reader("import sys; sys.stderr.write('mien capture: a.mp4: is empty\\n'); sys.exit(2)") as one,
        pytest.raises(SourceError, match=r"^a\.mp4: is empty$"),
    ):
        until(lambda: one.look(0))


def test_one_that_dies_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    code = "import os, sys\nif not os.path.exists(sys.argv[1]): open(sys.argv[1], 'w'); sys.exit(1)"
    note, said = tmp_path / "note", list[str]()
    with reader(code, note, said=said) as one:
        until(lambda: one.look(0))
        assert one.given_up == ""
    assert note.exists()
    assert said == ["what reads it ended with exit code 1; starting it again"]


def test_one_that_dies_at_the_same_place_again_and_again_is_given_up() -> None:
    with reader("import os; os.abort()") as one:
        until(lambda: one.look(7))
        assert one.given_up == f"what reads it ended with SIGABRT, {DEATHS} times without a further frame"
        assert one.crashed


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(130)"])
def test_one_that_others_end_again_and_again_did_not_crash(end: str) -> None:
    with reader(f"import os, signal, sys; {end}") as one:
        until(lambda: one.look(7))
        assert one.given_up
        assert not one.crashed


def test_one_that_dies_after_its_last_word_is_not_started_again(tmp_path: Path) -> None:
    code = "import sys\nopen(sys.argv[1], 'a').write('once\\n'); sys.exit(1)"
    note = tmp_path / "note"
    with reader(code, note) as one:
        one.look(0)
        until(note.exists)
        one.finish(0)
    assert note.read_text() == "once\n"


def test_no_process_is_left_when_it_is_closed_before_its_end() -> None:
    with reader("import time; time.sleep(60)") as one:
        one.look(0)
        process = one._process
    assert process is not None
    assert process.poll() is not None


def test_the_command_says_where_to_begin() -> None:
    command = reading(Path("-a.mp4"), "rec-1", every=5, start=20)
    assert command[-8:] == ["--id", "rec-1", "--every", "5", "--from", "20", "--", "-a.mp4"]
