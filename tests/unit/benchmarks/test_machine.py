from pathlib import Path

import pytest

from benchmarks.machine import cpu_model, fingerprint, is_quiet, versions

CPU_INFO = """processor\t: 0
vendor_id\t: GenuineIntel
model name\t: Some: CPU 3000
flags\t\t: fpu model name
"""


def test_the_processors_name_is_read() -> None:
    assert cpu_model(CPU_INFO) == "Some: CPU 3000"
    assert cpu_model("processor\t: 0\n") == ""


@pytest.mark.parametrize(("busy", "load", "quiet"), [(0.0, 0.1, True), (1.0, 0.1, False), (0.0, 2.0, False)])
def test_a_machine_is_quiet_when_others_neither_run_nor_ran(busy: float, load: float, quiet: bool) -> None:
    assert is_quiet(busy, load) is quiet


def test_packages_that_are_not_installed_have_no_version() -> None:
    assert set(versions(["numpy", "no-such-package"])) == {"python", "numpy"}


def test_a_model_is_known_by_its_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("one", "same", "other"))
    one.write_bytes(b"a")
    same.write_bytes(b"a")
    other.write_bytes(b"b")
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)
