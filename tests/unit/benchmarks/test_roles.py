import os
import subprocess
import sys

import psutil
import pytest

from benchmarks.pipeline import NoMeasurement
from benchmarks.roles import Meter, by_role, difference, role_of, workers_of


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("python -m services.web", "web"),
        ("/site-packages/valkey-server unixsocket:/tmp/mien-x/broker.sock", "broker"),
        ("python -m services.cli up --source test:", "launcher"),
        ("sleep 1", "other"),
    ],
)
def test_a_process_is_known_by_its_command(command: str, role: str) -> None:
    assert role_of(command) == role


def test_each_worker_has_a_role_of_its_own_and_web_is_one() -> None:
    commands = {5: "services.web", 9: "services.web", 7: "services.inference", 3: "services.inference"}
    assert by_role(commands.items()) == {"web": [5, 9], "inference 1": [3], "inference 2": [7]}


def test_what_was_used_is_the_difference_of_two_readings() -> None:
    used = difference({"web": 1.0, "inference 1": 2.0}, {"web": 1.5, "inference 1": 4.0})
    assert used == {"web": 0.5, "inference 1": 2.0}
    assert workers_of({**used, "inference 2": 1.0}) == 3.0


def test_the_cpu_of_a_running_process_is_read() -> None:
    assert Meter([psutil.Process(os.getpid())]).cpu_s()["other"] > 0


def test_a_process_that_is_gone_is_no_measurement() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    meter = Meter([psutil.Process(child.pid)])
    child.communicate(b"\n")
    with pytest.raises(NoMeasurement, match="ended meanwhile"):
        meter.cpu_s()
