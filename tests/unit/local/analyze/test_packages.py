from pathlib import Path

import pytest

from services.local.analyze import packages
from services.local.analyze.options import Options
from services.local.analyze.packages import NEEDS, check_packages, loading
from services.local.analyze.progress import to_stderr
from services.local.analyze.session import session
from services.local.analyze.voice import Voice
from shared.errors import AnalysisError, SettingsError


def test_what_is_installed_will_do() -> None:
    check_packages()


def test_all_that_is_not_installed_is_named_in_one_line() -> None:
    with pytest.raises(SettingsError) as refusal:
        check_packages(lambda name: None if name in {"matplotlib", "pyarrow"} else name)
    assert str(refusal.value) == "matplotlib, pyarrow not installed: pip install 'mien[local]'"
    assert {"matplotlib", "pyarrow"} < set(NEEDS)


def test_programs_are_told_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "NEEDS", ("json", "no_such_package"))
    options = Options((Path("a.mp4"),), Path("out"))
    with (
        pytest.raises(SettingsError, match=r"^no_such_package not installed"),
        session(options, {}, Voice(print), to_stderr),
    ):
        pytest.fail("it was begun")


def test_a_package_that_is_broken_is_one_line_that_says_how_to_go_on() -> None:
    with (
        pytest.raises(
            AnalysisError, match=r"^the files in out cannot be written: no such thing; give --resume"
        ),
        loading(Path("out")),
    ):
        raise ImportError("no such thing\nand much more about it")
