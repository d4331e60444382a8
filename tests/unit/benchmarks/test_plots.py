from pathlib import Path

import pytest

from tests.unit.benchmarks.results import results

pytest.importorskip("matplotlib")

from benchmarks.plots import PLOTS, draw


def test_every_picture_is_drawn_from_a_full_run(tmp_path: Path) -> None:
    drawn = draw(results(), tmp_path)
    assert [path.name for path in drawn] == [f"bench-{name}.png" for name in PLOTS]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in drawn)


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    parts = {"processor": results()["parts"]["processor"], "pipeline": {"failed": "no frame"}}
    assert [path.name for path in draw(results(parts=parts), tmp_path)] == ["bench-frame.png"]
