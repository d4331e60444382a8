import sys
from pathlib import Path

import pytest

from benchmarks import peers
from benchmarks.pipeline import NoMeasurement


def program(tmp_path: Path, code: str) -> Path:
    """Return a program that stands for the Python that has `fer`."""
    path = tmp_path / "python"
    path.write_text(f"#!{sys.executable}\n{code}\n")
    path.chmod(0o755)
    return path


def test_what_the_package_reports_is_summed_up(tmp_path: Path) -> None:
    code = """
import json, pathlib, sys
frames = list(pathlib.Path(sys.argv[-1]).glob("*.jpg"))
print("a line of its own")
print(json.dumps({"version": "1.2", "with_face": 1, "wall_ms": [4.0] * len(frames), "cpu_ms": [6.0, 8.0]}))
"""
    peer = peers.run_fer(program(tmp_path, code), [b"one", b"two"])
    assert (peer.version, peer.with_face, peer.frames) == ("1.2", 1, 2)
    assert (peer.cost.wall_ms.n, peer.cost.cpu_ms.mean) == (2, 7.0)


@pytest.mark.parametrize(
    ("code", "line"),
    [("import no_such_package", "fer: ModuleNotFoundError: .*"), ("print('[]')", "fer: answers .*")],
)
def test_what_does_not_run_is_one_line(tmp_path: Path, code: str, line: str) -> None:
    with pytest.raises(NoMeasurement, match=f"^{line}$"):
        peers.run_fer(program(tmp_path, code), [b"one"])


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoMeasurement, match="nowhere"):
        peers.run_fer(tmp_path / "nowhere", [b"one"])


def test_without_the_package_it_is_said_how_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "FER_PYTHON", tmp_path / "none")
    monkeypatch.setattr(peers, "find_spec", lambda _name: None)
    with pytest.raises(NoMeasurement, match="--fer-python PATH"):
        peers.fer_python(None)
    assert peers.fer_python(Path("mine")) == Path("mine")
