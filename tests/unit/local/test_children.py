import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from services.local.children import module_command, start_child

START_AND_SAY = """
import sys, time
from services.local.children import start_child
print(start_child([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_a_child_does_not_outlive_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", START_AND_SAY], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_program_that_does_not_exist_ends_with_127_and_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert start_child(["/nowhere/at-all"]).wait(10) == 127
    assert "/nowhere/at-all cannot be run" in capfd.readouterr().err


def test_a_child_reads_nothing_from_the_terminal() -> None:
    child = start_child([sys.executable, "-c", "import sys; sys.exit(len(sys.stdin.read()))"])
    assert child.wait(10) == 0


def test_a_child_is_the_program_itself_and_no_wrapper() -> None:
    child = start_child([sys.executable, "-c", "import os, sys; print(os.getpid())"], stdout=subprocess.PIPE)
    assert child.communicate(timeout=10)[0] == f"{child.pid}\n"


def test_a_module_is_not_looked_for_in_an_unrelated_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert module_command("services.web", "x") == [sys.executable, "-P", "-m", "services.web", "x"]


def test_a_module_is_looked_for_in_the_working_directory_if_ours_was_found_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert module_command("services.web") == [sys.executable, "-m", "services.web"]
