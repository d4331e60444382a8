import json
import sys
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

from benchmarks import peer_fer

FACE: dict[str, object] = {"box": [4, 4, 20, 20], "emotions": {"happy": 0.9, "sad": 0.1}}


class Reader:
    """Stands for the package: finds a face in bright pictures."""

    def detect_emotions(self, pixels: np.ndarray) -> list[dict[str, object]]:
        return [FACE] if pixels.mean() > 128 else []


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    package, inner = ModuleType("fer"), ModuleType("fer.fer")
    package.__dict__["__version__"] = "1.2"
    inner.__dict__["FER"] = Reader
    monkeypatch.setitem(sys.modules, "fer", package)
    monkeypatch.setitem(sys.modules, "fer.fer", inner)


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("brightness", "with_face"), [([0, 255, 255], 2), ([255, 0, 255], 2), ([0, 0, 0], 0)]
)
def test_the_picture_that_warms_up_is_not_counted_whether_it_shows_a_face_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], brightness: list[int], with_face: int
) -> None:
    for number, value in enumerate(brightness):
        cv2.imwrite(str(tmp_path / f"{number}.jpg"), np.full((48, 64, 3), value, np.uint8))
    peer_fer.main(tmp_path)
    report = json.loads(capsys.readouterr().out)
    assert report["with_face"] == with_face
    assert len(report["cpu_ms"]) == len(report["wall_ms"]) == 3
