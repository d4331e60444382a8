import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest

from services.local import supervisor
from services.local.supervisor import BAD_START, Child, Program, Supervisor
from shared import service

PATIENCE_S = 20.0

SLEEP = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


class Running:
    """A supervisor at work; `note` is a file on which its children may write."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.stop = Event()
        self._supervisor = Supervisor(programs)
        self._thread = Thread(target=self._run, daemon=True)
        self.code: int | None = None
        self._thread.start()

    def _run(self) -> None:
        self.code = self._supervisor.run(self.stop)

    def end(self) -> int | None:
        self.stop.set()
        return self.wait()

    def wait(self) -> int | None:
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        return self.code


def python(name: str, code: str, *arguments: object, stage: int = 0) -> Program:
    return Program(name, [sys.executable, "-c", code, *map(str, arguments)], None, stage, end_by_s=0.5)


def noting(code: str) -> str:
    """Return `code` with a line before it that writes the process's id to the file argv[1]."""
    return f"import os, sys\nwith open(sys.argv[1], 'a') as note: note.write(f'{{os.getpid()}}\\n')\n{code}"


def pids(note: Path) -> list[int]:
    return [int(line) for line in note.read_text().splitlines()] if note.exists() else []


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


def test_the_exit_code_of_a_bad_start_is_the_one_that_services_have() -> None:
    assert BAD_START == service.BAD_START


def test_a_child_that_dies_is_started_again(note: Path) -> None:
    running = Running([python("child", noting(SLEEP), note)])
    until(lambda: len(pids(note)) == 1)
    os.kill(pids(note)[0], signal.SIGKILL)
    until(lambda: len(pids(note)) == 2)
    assert running.end() == 0
    assert all(gone(pid) for pid in pids(note))


def test_a_death_is_one_line_that_names_the_child_and_how_it_ended(
    note: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running([python("capture", noting("sys.exit(7)"), note)])
    until(lambda: len(pids(note)) == 2)
    running.end()
    assert caplog.messages[0] == "capture ended with exit code 7; starting it again in 0.2 s"


def test_a_child_that_was_killed_is_said_to_have_ended_by_that_signal(
    note: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = Running([python("web", noting("os.kill(os.getpid(), 9)"), note)])
    until(lambda: len(pids(note)) == 2)
    running.end()
    assert "web ended with SIGKILL" in caplog.messages[0]


def test_a_bad_start_stops_everything(note: Path) -> None:
    running = Running([python("other", noting(SLEEP), note), python("bad", "import sys; sys.exit(2)")])
    assert running.wait() == BAD_START
    assert all(gone(pid) for pid in pids(note))


def test_exit_code_2_of_a_later_start_is_only_a_death(note: Path) -> None:
    # The first start ends with 1, the following ones with 2.
    code = noting("sys.exit(1 if len(open(sys.argv[1]).readlines()) == 1 else 2)")
    running = Running([python("child", code, note)])
    until(lambda: len(pids(note)) == 3)
    assert running.end() == 0


def test_a_child_that_ignores_sigterm_is_killed(note: Path) -> None:
    running = Running([python("deaf", noting(DEAF), note)])
    until(lambda: len(pids(note)) == 1)
    assert running.end() == 0
    assert gone(pids(note)[0])


def test_a_stopped_child_is_killed_at_the_end(note: Path) -> None:
    running = Running([python("frozen", noting(SLEEP), note)])
    until(lambda: len(pids(note)) == 1)
    os.kill(pids(note)[0], signal.SIGSTOP)
    assert running.end() == 0
    assert gone(pids(note)[0])


def test_a_child_that_cannot_be_ended_is_named_and_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck(Child):
        def ended(self) -> bool:
            return False

    supervisor._stop_all([Stuck(python("camera", SLEEP))], time.monotonic())
    assert caplog.messages[-1] == "camera cannot be ended"


def test_what_a_child_has_started_ends_with_it(note: Path) -> None:
    grandchild = noting(
        f"import subprocess\nsubprocess.Popen([sys.executable, '-c', {noting(DEAF)!r}, sys.argv[1]])\n{SLEEP}"
    )
    running = Running([python("parent", grandchild, note)])
    until(lambda: len(pids(note)) == 2)
    assert running.end() == 0
    until(lambda: all(gone(pid) for pid in pids(note)))


def test_what_a_dead_child_has_left_behind_ends_before_it_is_started_again(note: Path) -> None:
    code = noting(
        f"import subprocess\nsubprocess.Popen([sys.executable, '-c', {noting(DEAF)!r}, sys.argv[1]])\n{SLEEP}"
    )
    running = Running([python("parent", code, note)])
    until(lambda: len(pids(note)) == 2)
    parent, grandchild = pids(note)
    os.kill(parent, signal.SIGKILL)
    until(lambda: len(pids(note)) >= 3)
    until(lambda: gone(grandchild))
    running.end()


def test_the_highest_stage_ends_first(note: Path) -> None:
    code = "\n".join(
        [
            "import signal, sys, time",
            "def end(*_):",
            "    open(sys.argv[1], 'a').write(sys.argv[2] + '\\n')",
            "    sys.exit()",
            "signal.signal(signal.SIGTERM, end)",
            "open(sys.argv[1], 'a').write('started\\n')",
            "time.sleep(60)",
        ]
    )
    stages = {"broker": 0, "web": 2, "capture": 1}
    running = Running([python(name, code, note, name, stage=stage) for name, stage in stages.items()])
    until(lambda: note.exists() and note.read_text().count("started") == 3)
    running.end()
    assert note.read_text().split()[3:] == ["web", "capture", "broker"]


def test_each_child_has_a_session_of_its_own(note: Path) -> None:
    running = Running([python("child", noting(SLEEP), note)])
    until(lambda: len(pids(note)) == 1)
    (pid,) = pids(note)
    assert os.getsid(pid) == pid
    running.end()


def test_lines_of_standard_output_go_to_the_one_who_asked_for_them(note: Path) -> None:
    lines: list[str] = []
    command = [sys.executable, "-c", "print('one'); print('two', flush=True); " + SLEEP]
    running = Running([Program("web", command, on_line=lines.append)])
    until(lambda: lines == ["one", "two"])
    running.end()


def test_lines_of_standard_error_go_there_too_where_that_is_asked_for() -> None:
    lines: list[str] = []
    command = [sys.executable, "-c", "import sys; sys.stderr.write('alas\\n'); sys.stderr.flush(); " + SLEEP]
    running = Running([Program("worker", command, on_line=lines.append, with_errors=True)])
    until(lambda: lines == ["alas"])
    running.end()


def test_a_program_gets_the_environment_that_it_was_given() -> None:
    lines: list[str] = []
    command = [sys.executable, "-c", "import os; print(os.environ['MIEN_FPS'], flush=True); " + SLEEP]
    running = Running([Program("capture", command, {"MIEN_FPS": "12"}, on_line=lines.append)])
    until(lambda: lines == ["12"])
    running.end()
