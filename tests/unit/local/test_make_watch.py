import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.local.make_watch import ending

MAKEFILE = """
run:
\t@exec {python} -c "$$CODE"
"""

CODE = """
import os
from threading import Event
from services.local.make_watch import watch_make
stop = Event()
watch_make(stop, os.environ)
print("watching", flush=True)
print("stopped" if stop.wait(20) else "forgotten", flush=True)
"""

STATUS = "Name:\tmake\nSigBlk:\t{mask}\nSigIgn:\t0000000000000000\n"


@pytest.mark.parametrize("mask", ["0000000000010002", "0000000000000001", "0000000000004000"])
def test_a_process_that_blocks_an_ending_signal_is_ending(mask: str) -> None:
    assert ending(STATUS.format(mask=mask))


def test_a_process_that_blocks_only_other_signals_is_not_ending() -> None:
    assert not ending(STATUS.format(mask="0000000000010000"))


def test_a_process_that_cannot_be_read_is_not_said_to_be_ending() -> None:
    assert not ending("")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_that_only_make_got_stops_what_make_runs(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE.format(python=sys.executable))
    # Whoever runs the tests may ignore SIGHUP, as `nohup` does, and make would too.
    heard = ["env", "--default-signal"]
    make = subprocess.Popen(
        [*heard, "make", "-C", str(tmp_path), "run", f"CODE={CODE}", "PYTHONPATH=" + str(Path.cwd())],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert make.stdout is not None
    while "watching" not in (line := make.stdout.readline()):
        assert line
    make.send_signal(number)
    assert "stopped" in make.stdout.read()
    make.wait(10)
