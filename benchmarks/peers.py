"""Other programs on the same frames, each in the environment in which it is installed."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.figures import summary
from benchmarks.pipeline import NoMeasurement
from benchmarks.timing import Cost

FER = Path(__file__).with_name("peer_fer.py")
FER_PYTHON = Path(__file__).parents[1] / ".venv-fer" / "bin" / "python"

PATIENCE_S = 300.0

HOW = (
    "the package fer is not installed, so it is not measured; to have it: python3 -m venv .venv-fer && "
    ".venv-fer/bin/pip install fer 'opencv-contrib-python<5' 'setuptools<81', or --fer-python PATH"
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another program.

    Attributes:
        name: of the package.
        version: of the package.
        with_face: frames in which it found a face.
        frames: frames in all.
        cost: of a frame, on as many threads as it likes.
    """

    name: str
    version: str
    with_face: int
    frames: int
    cost: Cost


def fer_python(asked: Path | None) -> Path:
    """Return the Python that has `fer`: the one asked for, this one, or that of `.venv-fer`.

    Raises:
        NoMeasurement: there is none.
    """
    if asked is not None:
        return asked
    if find_spec("fer") is not None:
        return Path(sys.executable)
    if FER_PYTHON.exists():
        return FER_PYTHON
    raise NoMeasurement(HOW)


def run_fer(python: Path, frames: Sequence[bytes]) -> Peer:
    """Time `fer` on JPEGs.

    Raises:
        NoMeasurement: it does not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        for number, jpeg in enumerate(frames):
            (Path(folder) / f"{number:05}.jpg").write_bytes(jpeg)
        answer = _answer([str(python), "-I", str(FER), folder])
    try:
        report = json.loads(answer.splitlines()[-1])
        cost = Cost(summary(report["wall_ms"]), summary(report["cpu_ms"]))
        return Peer("fer", str(report["version"]), int(report["with_face"]), len(frames), cost)
    except (LookupError, TypeError, ValueError) as error:
        raise NoMeasurement(f"fer: answers {answer[-80:]!r}") from error


def _answer(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own script, and the Python that was asked for
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoMeasurement(f"fer: {error}") from error
    if done.returncode != 0:
        raise NoMeasurement(f"fer: {(done.stderr.strip().splitlines() or ['ended'])[-1]}")
    return done.stdout
